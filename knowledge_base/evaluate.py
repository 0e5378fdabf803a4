"""How well the knowledge base answers labelled queries, and which weights and bands keep the curator's promise.

Promise: `evaluate` changes nothing; `calibrate` judges itself only on queries that it was not fitted on. Never: a
commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import update
from sqlalchemy.orm import Session

from knowledge_base.articles import STATE_ID, ensure_state
from knowledge_base.bands import DEFAULT_PROMISE, Bands, Judged, choose_bands, load_bands
from knowledge_base.errors import TooFewQueries
from knowledge_base.fitting import Example, fit
from knowledge_base.models import Audience, Calibration, KnowledgeState
from knowledge_base.probability import Candidates, Weights, shipped_weights
from knowledge_base.queries import LabelledQuery, keep_queries
from knowledge_base.search import Searcher
from nlu.text import normalise

#: How deep the mean reciprocal rank looks.
MRR_DEPTH = 10
#: Fewer labelled queries say nothing about a share of 98%.
MIN_QUERIES = 20
FOLDS = 5
#: Queries that go to the encoder together.
ENCODED_TOGETHER = 64


@dataclass(frozen=True)
class Evaluation:
    """Shares in [0, 1]; None where there was nothing to count."""

    #: right article first, among the first three: of the answerable queries
    hit_at_1: float | None
    hit_at_3: float | None
    mrr_at_10: float | None
    #: answered at once, rightly or wrongly: of the answerable queries
    answered_rate: float | None
    #: right: of all answers given, to unanswerable queries too
    answered_precision: float | None
    #: not answered: of the unanswerable queries
    refused_rate: float | None
    n: int
    n_answerable: int
    n_answered: int

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain JSON, shares rounded to four places."""
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class CalibrationReport:
    """What a calibration chose, and what to expect of it."""

    bands: Bands
    promise: float
    #: by cross-validation: every query judged by weights that were fitted without it
    expected: Evaluation
    #: the queries with the weights and bands that were in force before
    before: Evaluation

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON."""
        return {
            "answer_at": round(self.bands.answer_at, 4),
            "suggest_at": round(self.bands.suggest_at, 4),
            "promise": self.promise,
            "expected": self.expected.to_dict(),
            "before": self.before.to_dict(),
        }


@dataclass(frozen=True)
class Fitted:
    """A calibration that is not in force yet."""

    weights: Weights
    report: CalibrationReport


def evaluate(searcher: Searcher, queries: Sequence[LabelledQuery], bands: Bands, *, now: datetime) -> Evaluation:
    """Measure the knowledge base as it stands on labelled queries, changing nothing."""
    examples = _examine(searcher, queries, now)
    return summarise([judge(example, searcher.weights) for example in examples], bands)


def calibrate(
    session: Session,
    searcher: Searcher,
    queries: Sequence[LabelledQuery],
    *,
    promise: float = DEFAULT_PROMISE,
    now: datetime,
) -> CalibrationReport:
    """Refit the probability, choose the bands and put both in force; see `fit_calibration`, `keep_calibration`.

    Encoding the queries takes seconds: a program that serves others meanwhile calls the two by itself, the first one
    outside of its transaction.
    """
    fitted = fit_calibration(searcher, queries, promise=promise, bands=load_bands(session), now=now)
    keep_calibration(session, fitted, queries, now=now)
    return fitted.report


def fit_calibration(
    searcher: Searcher, queries: Sequence[LabelledQuery], *, promise: float, bands: Bands, now: datetime
) -> Fitted:
    """Refit the probability and choose the bands on labelled queries; writes nothing.

    `bands` are those in force, for comparison.

    Raises:
        TooFewQueries: fewer than MIN_QUERIES.
    """
    if len(queries) < MIN_QUERIES:
        raise TooFewQueries(len(queries), MIN_QUERIES)
    examples = _examine(searcher, queries, now)
    before = summarise([judge(example, searcher.weights) for example in examples], bands)
    judged = cross_validate(examples)
    chosen = choose_bands(judged, promise)
    report = CalibrationReport(chosen, promise, summarise(judged, chosen), before)
    return Fitted(fit(examples, shipped_weights()), report)


def keep_calibration(
    session: Session, fitted: Fitted, queries: Sequence[LabelledQuery], *, now: datetime
) -> Calibration:
    """Put a fitted calibration in force and keep its queries as the evaluation set; processes follow by `refresh`."""
    report = fitted.report
    calibration = Calibration(
        weights=fitted.weights.to_dict(),
        answer_at=report.bands.answer_at,
        suggest_at=report.bands.suggest_at,
        promise=report.promise,
        report=report.to_dict(),
        created_at=now,
    )
    session.add(calibration)
    session.flush()
    ensure_state(session)
    in_force = update(KnowledgeState).where(KnowledgeState.id == STATE_ID).values(calibration_id=calibration.id)
    session.execute(in_force.execution_options(synchronize_session=False))
    keep_queries(session, queries)
    return calibration


def _examine(searcher: Searcher, queries: Sequence[LabelledQuery], now: datetime) -> list[Example]:
    """Search for every query as the one who may see its article: staff if only they may, else a customer."""
    searcher.refresh(wait=True)
    texts = [normalise(query.text) for query in queries]
    examples = list[Example]()
    for start in range(0, len(texts), ENCODED_TOGETHER):
        part = queries[start : start + ENCODED_TOGETHER]
        examples += _examine_part(searcher, texts[start : start + ENCODED_TOGETHER], part, now)
    return examples


def _examine_part(
    searcher: Searcher, texts: Sequence[str], queries: Sequence[LabelledQuery], now: datetime
) -> list[Example]:
    vectors = searcher.encoder.encode_queries(texts)
    internal = [searcher.is_internal(query.article_key) for query in queries]
    found: dict[int, Candidates] = {}
    for audience in (Audience.INTERNAL, Audience.CUSTOMER):
        numbers = [number for number, own in enumerate(internal) if own is (audience is Audience.INTERNAL)]
        texts_of_audience = [texts[number] for number in numbers]
        own_vectors = vectors[np.array(numbers, np.int64)]
        gathered = searcher.find_candidates(texts_of_audience, own_vectors, audience=audience, now=now)
        found |= {number: one.candidates for number, one in zip(numbers, gathered, strict=True)}
    return [Example(found[number], query.article_key) for number, query in enumerate(queries)]


def judge(example: Example, weights: Weights) -> Judged:
    """Return what these weights make of an example."""
    candidates: Candidates = example.candidates
    judgements = weights.judge(candidates)[:MRR_DEPTH]
    keys = [candidates.keys[judgement.number] for judgement in judgements]
    return Judged(
        probabilities=tuple(judgement.probability for judgement in judgements),
        rank=keys.index(example.right) + 1 if example.right in keys else None,
        is_answerable=example.right is not None,
    )


def cross_validate(examples: Sequence[Example]) -> list[Judged]:
    """Judge every example by weights that were fitted on the others."""
    folds = np.random.default_rng(0).permutation(len(examples)) % FOLDS
    judged: dict[int, Judged] = {}
    for fold in range(FOLDS):
        others = [example for example, own in zip(examples, folds, strict=True) if own != fold]
        weights = fit(others, shipped_weights())
        judged |= {i: judge(examples[i], weights) for i in map(int, np.flatnonzero(folds == fold))}
    return [judged[i] for i in range(len(examples))]


def summarise(judged: Sequence[Judged], bands: Bands) -> Evaluation:
    """Count what these bands make of judged queries."""
    answerable = [one for one in judged if one.is_answerable]
    answered = [one for one in judged if one.best >= bands.answer_at]
    refused = [not one.best >= bands.answer_at for one in judged if not one.is_answerable]
    return Evaluation(
        hit_at_1=_mean([one.rank == 1 for one in answerable]),
        hit_at_3=_mean([one.rank is not None and one.rank <= 3 for one in answerable]),
        mrr_at_10=_mean([1 / one.rank if one.rank else 0.0 for one in answerable]),
        answered_rate=_mean([one.best >= bands.answer_at for one in answerable]),
        answered_precision=_mean([one.rank == 1 for one in answered]),
        refused_rate=_mean(refused),
        n=len(judged),
        n_answerable=len(answerable),
        n_answered=len(answered),
    )


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
