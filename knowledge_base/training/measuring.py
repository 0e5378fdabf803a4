"""Question sets -> figures: how well the knowledge base finds, answers and keeps quiet, set by set.

Promise: a figure never comes from queries that its weights or thresholds were chosen on, `best_*` apart, whose name
says so. Never: a text of a set in the result.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from knowledge_base.bands import DEFAULT_BANDS, Judged, choose_bands
from knowledge_base.corpus import View
from knowledge_base.evaluate import cross_validate, judge, summarise
from knowledge_base.fitting import Example
from knowledge_base.gathering import gather
from knowledge_base.models import Audience
from knowledge_base.probability import Weights
from knowledge_base.segment import build_segment, prepare
from knowledge_base.signals import Encoded, Questions
from knowledge_base.training.datasets import Dataset
from knowledge_base.vectors import VectorStore
from nlu.text import normalise

#: More questions of one set add time, not weight.
MAX_QUESTIONS = 500
SEARCHED_TOGETHER = 64
PROMISES = (0.98, 0.95)
BINS = 10

Figures = dict[str, float | None]


@dataclass(frozen=True)
class Measured:
    """A set with the candidates of each of its questions."""

    dataset: Dataset
    examples: list[Example]


def examine(dataset: Dataset, store: VectorStore) -> Measured:
    """Search the set's articles for (a fixed choice of) its questions."""
    segment = build_segment(prepare(dataset.rows, store), store.dim, store.token_dim)
    view = View.of(segment, dataset.rows)
    mask = view.mask(Audience.CUSTOMER, datetime.now(UTC))
    asked = random.Random(0).sample(dataset.queries, min(MAX_QUESTIONS, len(dataset.queries)))  # noqa: S311
    texts = [normalise(text) for text, _ in asked]
    # A question that somebody asks and a question of an article are encoded and centred alike.
    outer = store.questions(texts)
    vectors, inner = outer.astype(np.float32), store.inner_questions(texts, outer).astype(np.float32)
    examples = []
    for start in range(0, len(texts), SEARCHED_TOGETHER):
        part = slice(start, start + SEARCHED_TOGETHER)
        tokens = store.text_tokens(texts[part], "query") if store.token_dim else None
        questions = Questions.of(texts[part], Encoded(vectors[part], inner[part], tokens), [segment])
        found = gather([view], [mask], questions)
        examples += [Example(one.candidates, key) for one, (_, key) in zip(found, asked[part], strict=True)]
    return Measured(dataset, examples)


def measure_cold(measured: Measured, weights: Weights) -> Figures:
    """Return what a company gets that has no evaluation set: these weights, the default bands."""
    judged = [judge(example, weights) for example in measured.examples]
    figures = summarise(judged, DEFAULT_BANDS)
    return {
        "cold_hit_at_1": figures.hit_at_1,
        "cold_hit_at_3": figures.hit_at_3,
        "cold_answered": figures.answered_rate,
        "cold_precision": figures.answered_precision,
        "cold_refused": figures.refused_rate,
        "cold_calibration_error": calibration_error(judged),
        "cold_best_p98": best_share(judged, 0.98),
        "cold_best_p95": best_share(judged, 0.95),
    }


def measure_calibrated(measured: Measured) -> Figures:
    """Return what a company gets that calibrates on this evaluation set, each query judged by the others."""
    judged = cross_validate(measured.examples)
    found = summarise(judged, DEFAULT_BANDS)
    figures: Figures = {
        "hit_at_1": found.hit_at_1,
        "hit_at_3": found.hit_at_3,
        "calibration_error": calibration_error(judged),
    }
    for promise in PROMISES:
        name = f"p{round(100 * promise)}"
        figures[f"best_{name}"] = best_share(judged, promise)
        figures |= {f"{measure}_{name}": value for measure, value in _keep(judged, promise).items()}
    return figures


def best_share(judged: Sequence[Judged], precision: float) -> float:
    """Return the share of answerable questions answered at that precision, by the best threshold on these very ones."""
    ordered = sorted(judged, key=lambda one: -one.best)
    right = np.cumsum([one.rank == 1 for one in ordered]) / np.arange(1, len(ordered) + 1)
    answerable = np.cumsum([one.is_answerable for one in ordered])
    kept = np.flatnonzero(right >= precision)
    return float(answerable[kept[-1]] / answerable[-1]) if len(kept) and answerable[-1] else 0.0


def calibration_error(judged: Sequence[Judged]) -> float:
    """Return the mean distance of the best article's probability from how often it was right, over ten bins."""
    best = np.array([one.best for one in judged])
    right = np.array([one.rank == 1 for one in judged])
    bins = np.minimum((best * BINS).astype(int), BINS - 1)
    parts = [bins == number for number in range(BINS)]
    return float(sum(abs(best[part].mean() - right[part].mean()) * part.mean() for part in parts if part.any()))


def _keep(judged: Sequence[Judged], promise: float) -> Figures:
    """Choose bands on one half, count on the other, both ways round."""
    halves = np.random.default_rng(0).permutation(len(judged)) % 2
    given = right = answered = kept_from = 0
    for half in (0, 1):
        bands = choose_bands([one for one, own in zip(judged, halves, strict=True) if own != half], promise)
        for one in (one for one, own in zip(judged, halves, strict=True) if own == half):
            is_given = one.best >= bands.answer_at
            given, right = given + is_given, right + (is_given and one.rank == 1)
            answered += is_given and one.is_answerable
            kept_from += one.best < bands.suggest_at and not one.is_answerable
    answerable = sum(one.is_answerable for one in judged)
    unanswerable = len(judged) - answerable
    return {
        "answered": answered / answerable if answerable else None,
        "precision": right / given if given else None,
        "ticketed": kept_from / unanswerable if unanswerable else None,
    }
