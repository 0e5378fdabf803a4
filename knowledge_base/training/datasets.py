"""Public question sets as small knowledge bases with labelled questions, for training and measuring only.

Promise: a set is read from its folder as published (JSON lines `kb`/`queries`, or intents `train`/`test`); where it has
no unanswerable questions, some articles are taken away. Never: a copy of the data in this repository.
"""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from knowledge_base.fields import question_of
from knowledge_base.models import Audience
from knowledge_base.segment import Row
from knowledge_base.terms import plain_form, script_of
from nlu.examples import load_examples
from nlu.understanding import OUT_OF_SCOPE

#: Labels of the program's own examples that stand for no intent, or for all questions together.
NO_INTENTS = (OUT_OF_SCOPE, "question")
#: Share of articles taken away from sets in which everything is answerable.
TAKEN_AWAY = 0.3
#: Wordings of each intent that become a question with similar questions, and its test questions that are asked.
WORDINGS = 5
ASKED_PER_INTENT = 10
#: The same of banking77, whose intents lie near each other.
ASKED_PER_BANKING_INTENT = 15
#: Paragraphs of a reading-comprehension set, and how many questions are asked on each.
PARAGRAPHS = {"cmrc2018": 250, "drcd": 300}
ASKED_PER_PARAGRAPH = 4


@dataclass(frozen=True)
class Dataset:
    """A knowledge base and what is asked of it: (text, key of the right article or None)."""

    name: str
    #: sets of one family are left out together when one of them is measured
    family: str
    #: how much the set counts in training, whatever its size
    weight: float
    rows: Sequence[Row]
    queries: Sequence[tuple[str, str | None]]
    #: its licence allows to ship what was learned from it; others only measure
    may_teach: bool = True


def read_datasets(folder: Path) -> Iterator[Dataset]:
    """Yield every set that is there, in a fixed order."""
    for name, language in (("xiaobu", "zh"), ("insurance", "zh"), ("zoomcamp", "en")):
        yield replace(_faq(folder / f"faq_{language}_{name}", name, language, 1.0), may_teach=False)
    yield _faq(folder / "faq_en_covid", "covid", "en", 0.5)
    for number, (kept, asked) in enumerate((("en", "en"), ("zh", "zh"), ("en", "zh"), ("zh", "en"))):
        yield _take_away(_passages(folder / "article_xling_xquad", kept, asked), seed=number)
    for half in (0, 1):
        yield _take_away(_across(folder / "article_xling_xquad", half), seed=10 + half)
    yield _intents(folder / "intent_en_clinc150", "clinc", "en", 0.7)
    yield _take_away(_intents(folder / "intent_en_hwu64", "hwu", "en", 0.7), seed=20)
    yield replace(_take_away(_intents(folder / "intent_zh_smp31", "smp", "zh", 0.5), seed=21), may_teach=False)
    yield _take_away(_own_intents(), seed=22)


def read_published(folder: Path) -> Iterator[Dataset]:
    """Yield the further sets that may teach, from their files as published, in a fixed order."""
    yield _banking(folder / "banking77")
    yield _paragraphs(folder / "cmrc2018" / "cmrc2018_dev.json", "cmrc2018", seed=31)
    yield _paragraphs(folder / "drcd" / "DRCD_dev.json", "drcd", seed=32)


def read_pair(name: str, articles: Path, queries: Path) -> Dataset:
    """Read a knowledge base in the program's own file formats."""
    rows = [
        _row(
            number,
            article["id"],
            article["language"],
            article["question"],
            article["answer"],
            article.get("similar", ()),
        )
        for number, article in enumerate(_lines(articles))
    ]
    return Dataset(name, name, 1.0, rows, [(query["text"], query["id"]) for query in _lines(queries)])


def _faq(folder: Path, name: str, language: str, weight: float) -> Dataset:
    rows = [
        _row(number, article["id"], language, article["question"], article["answer"] or "")
        for number, article in enumerate(_lines(folder / "kb.jsonl"))
    ]
    queries = [(query["text"], query["id"]) for query in _lines(folder / "queries.jsonl")]
    return Dataset(name, name, weight, rows, queries)


def _passages(folder: Path, kept: str, asked: str) -> Dataset:
    """Questions on paragraphs that come without a question of their own."""
    rows = [
        _row(number, article["id"], kept, "", article["answer"])
        for number, article in enumerate(_lines(folder / f"kb_{kept}.jsonl"))
    ]
    queries = [(query["text"], query["id"]) for query in _lines(folder / f"queries_{asked}.jsonl")]
    return Dataset(f"xquad_{asked}_in_{kept}", "xquad", 0.15, rows, queries)


def _across(folder: Path, half: int) -> Dataset:
    """Half Chinese, half English questions, each asked in the other language.

    What was asked before, in either language, is left out: of two articles with one question nobody knows which.
    """
    seen, pairs = set[str](), list[tuple[dict[str, Any], dict[str, Any]]]()
    for pair in zip(_lines(folder / "queries_zh.jsonl"), _lines(folder / "queries_en.jsonl"), strict=True):
        forms = {plain_form(one["text"]) for one in pair}
        if not forms & seen:
            pairs.append(pair)
        seen |= forms
    pairs = pairs[: len(pairs) // 2] if half == 0 else pairs[len(pairs) // 2 :]
    rows, queries = [], list[tuple[str, str | None]]()
    for number, pair in enumerate(pairs):
        kept = number % 2
        rows.append(_row(number, f"x{number}", ("zh", "en")[kept], pair[kept]["text"], ""))
        queries.append((pair[1 - kept]["text"], f"x{number}"))
    return Dataset(f"across_{half}", "xquad", 0.7, rows, queries)


def _intents(folder: Path, name: str, language: str, weight: float) -> Dataset:
    """Intents as articles: some training sentences are the question's wordings, test sentences are asked."""
    wordings = _by_label((query["text"], query["label"]) for query in _lines(folder / "train.jsonl"))
    asked = _by_label((query["text"], query["label"]) for query in _lines(folder / "test.jsonl"))
    rows, queries = _as_articles(wordings, asked, language, ASKED_PER_INTENT)
    outside = folder / "oos_test.jsonl"
    if outside.exists():
        queries += [(query["text"], None) for query in _lines(outside)]
    return Dataset(name, name, weight, rows, queries)


def _banking(folder: Path) -> Dataset:
    """Intents of one bank: many articles on nearly the same things."""
    wordings, asked = (_by_label(_read_table(folder / f"{part}.csv")) for part in ("train", "test"))
    rows, queries = _as_articles(wordings, asked, "en", ASKED_PER_BANKING_INTENT)
    return _take_away(Dataset("banking77", "banking77", 0.7, rows, queries), seed=30)


def _read_table(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(line["text"].strip(), line["category"]) for line in csv.DictReader(file)]


def _paragraphs(path: Path, name: str, seed: int) -> Dataset:
    """Chinese paragraphs without a question of their own, and questions on them, from a file in SQuAD's form."""
    found = [part for text in json.loads(path.read_text("utf-8"))["data"] for part in text["paragraphs"]]
    random.Random(seed).shuffle(found)  # noqa: S311 - a fixed choice of examples
    found = found[: PARAGRAPHS[name]]
    rows = [_row(number, f"p{number}", "zh", "", part["context"]) for number, part in enumerate(found)]
    queries: list[tuple[str, str | None]] = [
        (asked["question"].strip(), f"p{number}")
        for number, part in enumerate(found)
        for asked in part["qas"][:ASKED_PER_PARAGRAPH]
    ]
    return _take_away(Dataset(name, name, 0.2, rows, queries), seed)


def _as_articles(
    wordings: Mapping[str, Sequence[str]], asked: Mapping[str, Sequence[str]], language: str, most: int
) -> tuple[list[Row], list[tuple[str, str | None]]]:
    """Make an article of each label, and questions of what is asked (`most` for each)."""
    rows = [
        _row(number, label, language, texts[0], "", texts[1:WORDINGS])
        for number, (label, texts) in enumerate(wordings.items())
    ]
    return rows, [(text, label) for label in wordings for text in asked[label][:most]]


def _own_intents() -> Dataset:
    """The program's own examples as articles in two languages; what no intent covers is not answered."""
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    for example in load_examples():
        told[example.label, script_of(example.text)].append(example.text)
    rows, queries = list[Row](), list[tuple[str, str | None]]()
    for (label, language), texts in sorted(told.items()):
        random.Random(0).shuffle(texts)  # noqa: S311 - a fixed choice of examples
        if label in NO_INTENTS:
            queries += [(text, None) for text in texts[: 5 * ASKED_PER_INTENT]]
            continue
        rows.append(_row(len(rows), label, language, texts[0], "", texts[1:WORDINGS]))
        queries += [(text, label) for text in texts[WORDINGS : WORDINGS + ASKED_PER_INTENT]]
    return Dataset("own", "own", 0.7, rows, queries)


def _by_label(labelled: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = defaultdict(list)
    for text, label in labelled:
        texts[label].append(text)
    for own in texts.values():
        random.Random(0).shuffle(own)  # noqa: S311 - a fixed choice of examples
    return texts


def _take_away(dataset: Dataset, seed: int) -> Dataset:
    """Make some questions unanswerable by taking their articles away."""
    keys = sorted({row.key for row in dataset.rows})
    random.Random(seed).shuffle(keys)  # noqa: S311 - a fixed choice of examples
    gone = set(keys[: int(len(keys) * TAKEN_AWAY)])
    return replace(
        dataset,
        rows=[row for row in dataset.rows if row.key not in gone],
        queries=[(text, None if key in gone else key) for text, key in dataset.queries],
    )


def _row(  # noqa: PLR0917 - the columns of a file, in their order
    number: int, key: str, language: str, question: str, answer: str, similar: Sequence[str] = ()
) -> Row:
    return Row(
        id=number,
        key=key,
        language=language,
        question=question or question_of(answer),
        answer=answer,
        similar=tuple(similar),
        category=None,
        tags=(),
        audience=Audience.CUSTOMER,
        valid_from=None,
        valid_until=None,
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
