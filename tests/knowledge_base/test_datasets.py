"""Public question sets are read as published, and made into knowledge bases that can be judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.training.datasets import TAKEN_AWAY, WORDINGS, Dataset, read_datasets, read_published

#: Of the paragraphs of a set, and of what is asked on each.
PARAGRAPHS, ASKED = 10, 6


def write_lines(path: Path, lines: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")


def write_squad(path: Path) -> None:
    path.parent.mkdir(parents=True)
    paragraphs = [
        {"context": f"第{n}段讲退货。", "qas": [{"question": f"第{n}段第{m}问？"} for m in range(ASKED)]}
        for n in range(PARAGRAPHS)
    ]
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}, ensure_ascii=False), "utf-8")


@pytest.fixture
def published(tmp_path: Path) -> dict[str, Dataset]:
    for part, texts in (("train", 7), ("test", 20)):
        lines = [f'"{part} {n}, please",intent{i}' for i in range(10) for n in range(texts)]
        (tmp_path / "banking77").mkdir(exist_ok=True)
        (tmp_path / "banking77" / f"{part}.csv").write_text("\n".join(["text,category", *lines]), "utf-8")
    write_squad(tmp_path / "cmrc2018" / "cmrc2018_dev.json")
    write_squad(tmp_path / "drcd" / "DRCD_dev.json")
    return {dataset.name: dataset for dataset in read_published(tmp_path)}


@pytest.mark.parametrize(
    ("name", "asked_per_article", "wordings"), [("banking77", 15, WORDINGS), ("cmrc2018", 4, 1), ("drcd", 4, 1)]
)
def test_published_sets_have_answerable_and_unanswerable_questions(
    published: dict[str, Dataset], name: str, asked_per_article: int, wordings: int
) -> None:
    dataset = published[name]
    gone = int(10 * TAKEN_AWAY)
    assert dataset.may_teach
    assert [len(row.questions()) for row in dataset.rows] == [wordings] * (10 - gone)
    right = [key for _, key in dataset.queries]
    assert len(right) == 10 * asked_per_article
    assert right.count(None) == gone * asked_per_article
    assert {key for key in right if key} == {row.key for row in dataset.rows}


def test_what_was_asked_before_in_either_language_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "article_xling_xquad"
    asked = [
        ("谁发明了电话？", "Who invented the phone?"),
        ("电话是谁发明的？", "who invented the phone"),
        ("几点？", "When?"),
    ]
    for number, language in enumerate(("zh", "en")):
        write_lines(folder / f"queries_{language}.jsonl", [{"text": pair[number], "id": "p"} for pair in asked])
        write_lines(folder / f"kb_{language}.jsonl", [{"id": "p", "answer": "text"}])
    for name in ("faq_zh_xiaobu", "faq_zh_insurance", "faq_en_zoomcamp", "faq_en_covid"):
        write_lines(tmp_path / name / "kb.jsonl", [{"id": "a", "question": "q", "answer": "a"}])
        write_lines(tmp_path / name / "queries.jsonl", [{"text": "q", "id": "a"}])
    sets = []
    for dataset in read_datasets(tmp_path):
        sets.append(dataset)
        if dataset.name == "across_1":
            break
    across = [text for dataset in sets if dataset.name.startswith("across") for text, _ in dataset.queries]
    assert across == ["Who invented the phone?", "When?"]
