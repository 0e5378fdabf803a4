"""Candidates of every part of the knowledge base, brought together for one question.

Promise: an article counts once, by its best-matching language. Never: a probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge_base.corpus import Mask, View
from knowledge_base.probability import Candidates
from knowledge_base.signals import SIGNALS, Question, find_candidates, measure

#: Where there is nothing to measure it on.
DEFAULT_TRUST = 0.5


@dataclass(frozen=True)
class Found:
    """A question's candidates before they are judged."""

    candidates: Candidates
    #: the view and row that each of `Candidates.places` means
    places: Sequence[tuple[View, int]]


def gather(views: Sequence[View], masks: Sequence[Mask], question: Question) -> Found:
    """Search every view for what its mask allows."""
    places, tables = list[tuple[View, int]](), [np.empty((0, len(SIGNALS)), np.float32)]
    language = "zh" if question.is_chinese else "en"
    for part, (view, mask) in enumerate(zip(views, masks, strict=True)):
        rows = find_candidates(view, question, part, mask)
        own = np.array([_has_language(views, masks, view.find_row(row).key, language) for row in rows], np.bool_)
        tables.append(measure(view, question, part, rows, own))
        places.extend((view, int(row)) for row in rows)
    keys = [view.find_row(row).key for view, row in places]
    trust = max(views, key=lambda view: view.segment.n_rows).answer_trust if views else DEFAULT_TRUST
    return Found(Candidates.of(keys, np.concatenate(tables), question, trust), places)


def _has_language(views: Sequence[View], masks: Sequence[Mask], key: str, language: str) -> bool:
    return any(
        mask.rows[row] and view.find_row(row).language == language
        for view, mask in zip(views, masks, strict=True)
        for row in view.by_key.get(key, ())
    )
