"""Bands: chosen so that the promise holds, obeyed when deciding."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from sqlalchemy import update

from crm_core.database import Database
from knowledge_base.articles import ensure_state
from knowledge_base.bands import (
    DEFAULT_BANDS,
    Bands,
    Decision,
    Judged,
    choose_bands,
    decide,
    is_calibration_outdated,
    join_choices,
    load_bands,
)
from knowledge_base.models import Audience, Calibration, KnowledgeState
from knowledge_base.probability import shipped_weights
from knowledge_base.search import Hit

BANDS = Bands(answer_at=0.9, suggest_at=0.3)


def hit(probability: float) -> Hit:
    return Hit(1, "k", "q", "a", "en", probability, Audience.CUSTOMER, None)


@pytest.mark.parametrize(
    ("probabilities", "kind", "choices"),
    [
        ([0.95, 0.4], "answer", 2),
        ([0.9], "answer", 1),
        ([0.89, 0.5, 0.4, 0.3], "suggest", 3),
        ([0.5, 0.04], "suggest", 1),
        ([0.29, 0.2], "ticket", 2),
        ([], "ticket", 0),
    ],
)
def test_deciding(probabilities: list[float], kind: str, choices: int) -> None:
    decision = decide([hit(probability) for probability in probabilities], BANDS)
    assert (decision.kind, len(decision.hits)) == (kind, choices)


def judged(n: int, seed: int = 0) -> list[Judged]:
    """Queries whose best probability is honest."""
    rng = np.random.default_rng(seed)
    best = rng.beta(2, 0.7, n)
    return [Judged((float(p),), 1 if rng.random() < p else None, bool(rng.random() < 0.9)) for p in best]


@pytest.mark.parametrize("promise", [0.9, 0.95, 0.98])
@pytest.mark.parametrize("n", [50, 200, 1000])
def test_the_promise_holds_on_other_queries(promise: float, n: int) -> None:
    shares = []
    for seed in range(12):
        bands = choose_bands(judged(n, seed), promise)
        given = [one for one in judged(1000, 1000 + seed) if one.best >= bands.answer_at]
        shares.append(np.mean([one.rank == 1 for one in given]) if given else 1.0)
    assert np.mean(shares) >= promise - 0.01


def test_more_queries_allow_more_answers() -> None:
    few, many = (choose_bands(judged(n), 0.95).answer_at for n in (100, 5000))
    assert many < few


def test_with_no_wrong_answer_among_few_it_stays_careful() -> None:
    bands = choose_bands([Judged((0.6,), 1, True)] * 20, 0.98)
    assert bands.answer_at > 0.9


def test_one_confident_mistake_among_few_is_not_answered_again() -> None:
    bands = choose_bands([*[Judged((0.99,), 1, True)] * 20, Judged((0.97,), None, False)], 0.98)
    assert bands.answer_at > 0.97


def test_suggestions_start_where_every_second_one_helps() -> None:
    queries = [Judged((0.5,), 2, True)] * 29 + [Judged((0.1,), None, True)] * 30 + [Judged((0.99,), 1, True)] * 100
    bands = choose_bands(queries, 0.95)
    assert 0.1 < bands.suggest_at <= 0.5 < bands.answer_at


def test_until_calibrated_the_defaults_are_in_force(database: Database) -> None:
    with database.reading() as session:
        assert load_bands(session) == DEFAULT_BANDS


@pytest.mark.parametrize(("weights", "is_outdated"), [({"rank": {"of": 1.0}}, True), (None, False)])
def test_a_calibration_of_another_version_is_told(
    database: Database, now: datetime, weights: dict[str, dict[str, float]] | None, is_outdated: bool
) -> None:
    with database.transaction() as session:
        assert not is_calibration_outdated(session)
        calibration = Calibration(
            weights=weights or shipped_weights().to_dict(), answer_at=0.5, suggest_at=0.4, promise=0.9, report={},
            created_at=now,
        )  # fmt: skip
        session.add(calibration)
        session.flush()
        ensure_state(session)
        session.execute(update(KnowledgeState).values(calibration_id=calibration.id))
        assert is_calibration_outdated(session) is is_outdated
        assert load_bands(session) == (DEFAULT_BANDS if is_outdated else Bands(0.5, 0.4))


def named(*keys: str) -> tuple[Hit, ...]:
    return tuple(Hit(1, key, "q", "a", "en", 0.5, Audience.CUSTOMER, None) for key in keys)


@pytest.mark.parametrize(
    ("first", "second", "kind", "keys"),
    [
        (Decision("suggest", named("a", "b", "c")), Decision("suggest", named("d", "a")), "suggest", ["a", "d", "b"]),
        (Decision("suggest", named("a", "b")), Decision("answer", named("d")), "suggest", ["a", "d", "b"]),
        (Decision("suggest", named("a", "b")), Decision("suggest", named("a", "c")), "suggest", ["a", "b", "c"]),
        (Decision("suggest", named("a")), Decision("ticket", named("d")), "suggest", ["a"]),
        (Decision("answer", named("a")), Decision("answer", named("d")), "answer", ["a"]),
        (Decision("ticket", ()), Decision("answer", named("d")), "answer", ["d"]),
        (Decision("ticket", ()), Decision("ticket", ()), "ticket", []),
    ],
)
def test_two_readings_of_a_question_offer_the_best_of_both(
    first: Decision, second: Decision, kind: str, keys: list[str]
) -> None:
    joined = join_choices(first, second)
    assert (joined.kind, [one.key for one in joined.hits]) == (kind, keys)
