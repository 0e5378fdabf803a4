"""Candidates of every part of the knowledge base, brought together for one question.

Promise: an article counts once, with what all its languages have to say for it. Never: a probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge_base.corpus import Mask, View
from knowledge_base.probability import Candidates
from knowledge_base.signals import COLUMN, SIGNALS, Measured, Question, find_candidates, measure

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

#: Where there is nothing to measure it on.
DEFAULT_TRUST = 0.5
#: Wordings whose mean likeness is an article's: one alone may be near by chance.
NEIGHBOURS = 3
#: Rivals whose mean likeness to an article's wording tells how crowded its place is.
CROWD = 5
#: What any language of an article says, the whole article says.
_BEST_OF_LANGUAGES = [COLUMN[name] for name in ("inner_similarity", "answer_similarity", "covered", "bm25", "exact")]
_MISSING = COLUMN["codes_missing"]


@dataclass(frozen=True)
class Found:
    """A question's candidates before they are judged."""

    candidates: Candidates
    #: the view and row that each of `Candidates.places` means
    places: Sequence[tuple[View, int]]


def gather(views: Sequence[View], masks: Sequence[Mask], question: Question) -> Found:
    """Search every view for what its mask allows."""
    keys = _find_keys(views, masks, question)
    rows = [_rows_of(view, mask, keys) for view, mask in zip(views, masks, strict=True)]
    places = [(view, row) for view, own in zip(views, rows, strict=True) for row in own.tolist()]
    found = [view.find_row(row) for view, row in places]
    language = "zh" if question.is_chinese else "en"
    spoken = {row.key for row in found if row.language == language}
    is_spoken = np.array([row.key in spoken for row in found], np.bool_)
    starts = np.cumsum([0, *map(len, rows)])
    measured = [
        measure(view, question, part, own, is_spoken[start : start + len(own)])
        for part, (view, own, start) in enumerate(zip(views, rows, starts, strict=False))
    ]
    table = _share_languages([row.key for row in found], measured)
    trust = max(views, key=lambda view: view.segment.n_rows).answer_trust if views else DEFAULT_TRUST
    candidates = Candidates.of([row.key for row in found], table, question, trust)
    candidates.table[:, COLUMN["crowd"]] = _crowds(candidates, places, measured)
    return Found(candidates, places)


def _find_keys(views: Sequence[View], masks: Sequence[Mask], question: Question) -> set[str]:
    return {
        view.find_row(row).key
        for part, (view, mask) in enumerate(zip(views, masks, strict=True))
        for row in find_candidates(view, question, part, mask).tolist()
    }


def _rows_of(view: View, mask: Mask, keys: set[str]) -> Numbers:
    """Return the rows of these articles that may be seen, ascending: every language of what one language found."""
    rows = np.array(sorted(row for key in keys for row in view.by_key.get(key, ())), np.int64)
    return rows[mask.rows[rows]]


def _share_languages(keys: Sequence[str], measured: Sequence[Measured]) -> Floats:
    """Return all rows' signals, those of the whole article in each of its rows."""
    table = np.concatenate([np.empty((0, len(SIGNALS)), np.float32), *(part.table for part in measured)])
    numbers = dict.fromkeys(keys)
    numbered = {key: number for number, key in enumerate(numbers)}
    articles = np.array([numbered[key] for key in keys], np.int64)
    best = np.full((len(numbered), len(_BEST_OF_LANGUAGES)), -np.inf, np.float32)
    np.maximum.at(best, articles, table[:, _BEST_OF_LANGUAGES])
    table[:, _BEST_OF_LANGUAGES] = best[articles]
    missing = np.ones(len(numbered), np.float32)
    np.minimum.at(missing, articles, table[:, _MISSING])
    table[:, _MISSING] = missing[articles]
    starts = np.cumsum([0, *(len(part.table) for part in measured)])
    owners = [articles[start + part.owners] for start, part in zip(starts, measured, strict=False)]
    similarities = [part.similarities for part in measured]
    if owners:
        nearest = _mean_of_nearest(np.concatenate(owners), np.concatenate(similarities), len(numbered))
        table[:, COLUMN["neighbours"]] = nearest[articles]
    return table


def _mean_of_nearest(owners: Numbers, similarities: Floats, n_owners: int) -> Floats:
    """Return the mean of each owner's NEIGHBOURS greatest similarities, or of as many as it has."""
    order = np.lexsort((-similarities, owners))
    owners = owners[order]
    firsts = np.searchsorted(owners, owners)
    kept = np.arange(len(owners)) - firsts < NEIGHBOURS
    totals = np.bincount(owners[kept], weights=similarities[order][kept], minlength=n_owners)
    means: Floats = (totals / np.maximum(np.bincount(owners[kept], minlength=n_owners), 1)).astype(np.float32)
    return means


def _crowds(candidates: Candidates, places: Sequence[tuple[View, int]], measured: Sequence[Measured]) -> Floats:
    """Return how near each candidate's wording is to those of its nearest rivals, absent ones counted as far."""
    if not len(candidates.keys):
        return np.empty(0, np.float32)
    wordings = np.concatenate([part.nearest for part in measured])[candidates.places]
    views = [places[place][0] for place in candidates.places]
    pairs = zip(views, wordings, strict=True)
    vectors = np.stack([view.segment.question_vectors[wording] for view, wording in pairs]).astype(np.float32)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    padded = np.hstack([likeness, np.zeros((len(likeness), CROWD), np.float32)])
    crowds: Floats = -np.sort(-padded, axis=1)[:, :CROWD].mean(axis=1)
    return crowds
