"""Candidates of every part of the knowledge base, brought together for several questions at once.

Promise: an article counts once, with what all its languages have to say for it; a question finds the same whatever
others are searched with it. Never: a probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge_base.bilingual.told import translate
from knowledge_base.corpus import Mask, View
from knowledge_base.coverage import COVERAGE_SIGNALS
from knowledge_base.probability import Candidates, preselect
from knowledge_base.ragged import find_starts, mean_of_greatest
from knowledge_base.segment import Row
from knowledge_base.signals import COLUMN, SIGNALS, Measured, Questions, find_candidates, measure
from knowledge_base.terms import telling_of
from knowledge_base.token_texts import cover

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: Where there is nothing to measure it on.
DEFAULT_TRUST = 0.5
#: Wordings whose mean likeness is an article's: one alone may be near by chance.
NEIGHBOURS = 3
#: Rivals whose mean likeness to an article's wording tells how crowded its place is.
CROWD = 5
#: What any language of an article says, the whole article says.
_BEST_OF_LANGUAGES = [COLUMN[name] for name in ("inner_similarity", "answer_similarity", "covered", "bm25", "exact")]
_MISSING = COLUMN["codes_missing"]
_FIRST_COVERAGE = COLUMN[COVERAGE_SIGNALS[0]]
#: What stands for an encoder's tokens where it gives none.
_WITHOUT_TOKENS = {
    "tokens_of_wording": "question_similarity",
    "tokens_of_answer": "answer_similarity",
    "tokens_told": "question_similarity",
    "rare_told": "question_similarity",
    "third_least_told": "question_similarity",
    "wording_asked": "question_similarity",
}


@dataclass(frozen=True)
class Found:
    """A question's candidates before they are judged."""

    candidates: Candidates
    #: of each candidate, its best-matching language
    rows: Sequence[Row]


@dataclass(frozen=True)
class _Pairs:
    """Pairs of a question and a row of any view, view by view."""

    #: question, view, row, and the number of the question's article that the row is a language of; ascending in each
    #: view by question
    asked: Numbers
    views: Numbers
    rows: Numbers
    groups: Numbers
    n_groups: int

    def of_view(self, number: int) -> slice:
        return slice(*np.searchsorted(self.views, (number, number + 1)))


def gather(views: Sequence[View], masks: Sequence[Mask], questions: Questions) -> list[Found]:
    """Search every view for what its mask allows; one result for each question."""
    pairs = _pair(views, masks, questions)
    spoken = _find_spoken(views, pairs, questions)
    measured = [
        measure(view, questions, number, pairs.asked[part], pairs.rows[part], spoken[part])
        for number, view in enumerate(views)
        for part in (pairs.of_view(number),)
    ]
    table = _share_languages(pairs, measured)
    _fill_told_across(table, views, pairs, questions, spoken)
    chosen = preselect(table, pairs.asked, pairs.groups, len(questions))
    _fill_crowds(table, chosen, views, pairs, measured)
    _fill_coverage(table, chosen, views, pairs, questions)
    trust = max(views, key=lambda view: view.segment.n_rows).answer_trust if views else DEFAULT_TRUST
    return [_found(views, pairs, table, questions, trust, number, own) for number, own in enumerate(chosen)]


def _pair(views: Sequence[View], masks: Sequence[Mask], questions: Questions) -> _Pairs:
    """Pair each question with all rows that may be seen of the articles of which any row was found."""
    found = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for number, (view, mask) in enumerate(zip(views, masks, strict=True)):
        asked, rows = find_candidates(view, questions, number, mask)
        found.append((asked, view.articles[rows]))
    names, articles = np.unique(np.concatenate([own for _, own in found]), return_inverse=True)
    cells = np.unique(np.concatenate([asked for asked, _ in found]) * max(1, len(names)) + articles)
    askers, articles = np.divmod(cells, max(1, len(names)))
    parts = []
    for number, (view, mask) in enumerate(zip(views, masks, strict=True)):
        groups, rows = view.rows_of(names[articles])
        order = np.lexsort((rows, askers[groups]))
        order = order[mask.rows[rows[order]]]
        groups, rows = groups[order], rows[order]
        parts.append((askers[groups], np.full(len(rows), number), rows, groups))
    nothing = (np.zeros(0, np.int64),) * 4
    columns = [np.concatenate(column) for column in zip(nothing, *parts, strict=True)]
    return _Pairs(columns[0], columns[1], columns[2], columns[3], len(cells))


def _find_spoken(views: Sequence[View], pairs: _Pairs, questions: Questions) -> Flags:
    """Tell of each pair whether its article has a version in the question's language."""
    speaks = np.concatenate([
        np.zeros(0, np.bool_),
        *(view.is_chinese[pairs.rows[pairs.of_view(number)]] for number, view in enumerate(views)),
    ]) == questions.is_chinese[pairs.asked]  # fmt: skip
    flags: Flags = np.bincount(pairs.groups, weights=speaks, minlength=pairs.n_groups)[pairs.groups] > 0
    return flags


def _share_languages(pairs: _Pairs, measured: Sequence[Measured]) -> Floats:
    """Return all pairs' signals, those of the whole article in each of its rows."""
    table = np.concatenate([np.empty((0, len(SIGNALS)), np.float32), *(part.table for part in measured)])
    if not len(table):
        return table
    order = np.argsort(pairs.groups, kind="stable")
    # Every group has a row, so the places in `best` are the groups' numbers.
    starts = find_starts(pairs.groups[order])
    groups = np.searchsorted(pairs.groups[order][starts], pairs.groups)
    table[:, _BEST_OF_LANGUAGES] = np.maximum.reduceat(table[:, _BEST_OF_LANGUAGES][order], starts, axis=0)[groups]
    table[:, _MISSING] = np.minimum.reduceat(table[order, _MISSING], starts)[groups]
    bounds = np.cumsum([0, *(len(part.table) for part in measured)])
    owners = [pairs.groups[start + part.owners] for start, part in zip(bounds, measured, strict=False)]
    similarities = np.concatenate([part.similarities for part in measured])
    nearest = mean_of_greatest(np.concatenate(owners), similarities, NEIGHBOURS, pairs.n_groups)
    table[:, COLUMN["neighbours"]] = nearest[pairs.groups]
    return table


def _fill_told_across(table: Floats, views: Sequence[View], pairs: _Pairs, questions: Questions, spoken: Flags) -> None:
    """Write how much of the questions is told by articles that have no version in their language."""
    foreign = np.flatnonzero(~spoken)
    if not len(foreign):
        return
    words: list[Sequence[str]] = [()] * len(questions)
    for number in np.unique(pairs.asked[foreign]).tolist():
        words[number] = telling_of(questions.asked_words[number])
    translated = translate(words, [view.segment.bodies for view in views])
    for number, (view, own) in enumerate(zip(views, translated, strict=True)):
        part = foreign[pairs.views[foreign] == number]
        shares = own.told_share(view.segment.bodies, pairs.asked[part], pairs.rows[part])
        table[part, COLUMN["told_across"]] = shares


def _fill_crowds(
    table: Floats, chosen: Sequence[Numbers], views: Sequence[View], pairs: _Pairs, measured: Sequence[Measured]
) -> None:
    """Write how near each candidate's wording is to those of its nearest rivals, absent ones counted as far."""
    places = np.concatenate([np.zeros(0, np.int64), *chosen])
    if not len(places):
        return
    nearest = np.concatenate([part.nearest for part in measured])[places]
    vectors = np.empty((len(places), views[0].segment.dim), np.float32)
    for number, view in enumerate(views):
        own = np.flatnonzero(pairs.views[places] == number)
        vectors[own] = view.segment.question_vectors.read(nearest[own])
    first = 0
    for own in chosen:
        part = vectors[first : first + len(own)]
        likeness = part @ part.T
        np.fill_diagonal(likeness, -1)
        padded = np.hstack([likeness, np.zeros((len(own), CROWD), np.float32)])
        table[own, COLUMN["crowd"]] = -np.partition(-padded, CROWD - 1, axis=1)[:, :CROWD].mean(axis=1)
        first += len(own)


def _fill_coverage(
    table: Floats, chosen: Sequence[Numbers], views: Sequence[View], pairs: _Pairs, questions: Questions
) -> None:
    """Write how the candidates' tokens tell the questions' tokens."""
    if not questions.tokens:
        for name, like in _WITHOUT_TOKENS.items():
            table[:, COLUMN[name]] = table[:, COLUMN[like]]
        return
    for number, own in enumerate(chosen):
        for place, view in enumerate(views):
            part = own[pairs.views[own] == place]
            if len(part):
                store, rows = view.segment.tokens, pairs.rows[part]
                table[part, _FIRST_COVERAGE:] = cover(
                    questions.tokens[number], questions.token_weights[number], store, rows
                )


def _found(  # noqa: PLR0917 - what all questions share, and which one this is
    views: Sequence[View],
    pairs: _Pairs,
    table: Floats,
    questions: Questions,
    trust: float,
    number: int,
    chosen: Numbers,
) -> Found:
    places = zip(pairs.views[chosen].tolist(), pairs.rows[chosen].tolist(), strict=True)
    rows = [views[view].find_row(row) for view, row in places]
    candidates = Candidates(
        keys=[row.key for row in rows],
        table=table[chosen],
        unknown=float(questions.unknown[number]),
        log_length=float(np.log1p(questions.n_grams[number])),
        trust=trust,
    )
    return Found(candidates, rows)
