"""What to do with the best hits: answer, ask 'did you mean', or open a ticket.

Promise: the curator promises a share of right answers; the bands keep it. Pure apart from reading the bands in force.
Never: a search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge_base.models import Calibration, KnowledgeState
from knowledge_base.probability import knows_these_inputs
from knowledge_base.search import Hit

Kind = Literal["answer", "suggest", "ticket"]
Floats = npt.NDArray[np.float64]

DEFAULT_PROMISE = 0.98
MAX_CHOICES = 3
#: A choice this much less likely than the best one only takes up a line.
MIN_CHOICE_SHARE = 0.1
#: With this probability the true share of wrong answers is below what the chosen threshold allows, and this many
#: answers' worth of trust is put into the probabilities themselves. Simulated with 60 to 700 queries, of honest and of
#: somewhat overconfident probabilities: the promise of 95% and 98% is kept to half a percent on other queries, and
#: half as much again is answered as by a bound on the queries alone.
CONFIDENCE = 0.75
BELIEF = 30
#: Among suggestions the right article must be there this often.
SUGGEST_HIT_SHARE = 0.6
#: Below this a choice is more often noise than help: the share above is of all suggestions together, not of the least
#: likely ones, and a person with an unheard-of question wants its ticket rather than three strange guesses.
MIN_SUGGEST_AT = 0.4
#: Thresholds chosen on thin data stop here, so that a question in an article's own words is still answered.
MAX_ANSWER_AT = 0.995


@dataclass(frozen=True)
class Bands:
    """Thresholds on the probability of the best hit."""

    #: answered from here on
    answer_at: float
    #: suggested from here on, a ticket below
    suggest_at: float


#: In force until the knowledge base is calibrated.
DEFAULT_BANDS = Bands(answer_at=0.93, suggest_at=0.4)


@dataclass(frozen=True)
class Judged:
    """What search made of a labelled query."""

    #: of its best articles, best first
    probabilities: tuple[float, ...]
    #: place of the right article among them, from 1; None: not there
    rank: int | None
    is_answerable: bool

    @property
    def best(self) -> float:
        """The best article's probability; 0 when nothing was found."""
        return self.probabilities[0] if self.probabilities else 0.0


@dataclass(frozen=True)
class Decision:
    """What to do, with the hits to do it with: the answer first, or up to three choices."""

    kind: Kind
    hits: tuple[Hit, ...]


def decide(hits: Sequence[Hit], bands: Bands) -> Decision:
    """Judge hits (best first) by the bands; choices far less likely than the best are not offered."""
    if not hits or hits[0].probability < bands.suggest_at:
        return Decision("ticket", tuple(hits[:MAX_CHOICES]))
    if hits[0].probability >= bands.answer_at:
        return Decision("answer", tuple(hits[:MAX_CHOICES]))
    least = MIN_CHOICE_SHARE * hits[0].probability
    return Decision("suggest", tuple(hit for hit in hits[:MAX_CHOICES] if hit.probability >= least))


def join_choices(first: Decision, second: Decision) -> Decision:
    """Offer the best of two readings of one question, each reading's best first, where the first is only suggested.

    An answer stays an answer, and what neither reading knows stays a ticket.
    """
    if first.kind != "suggest" or second.kind == "ticket":
        return second if first.kind == "ticket" else first
    choices: dict[str, Hit] = {}
    for hit in (first.hits[0], second.hits[0], *first.hits[1:], *second.hits[1:]):
        choices.setdefault(hit.key, hit)
    return Decision("suggest", tuple(choices.values())[:MAX_CHOICES])


def choose_bands(judged: Sequence[Judged], promise: float) -> Bands:
    """Choose the lowest thresholds that keep the promise on labelled queries, with room for chance.

    `promise` is the share of given answers that must be right. Of what is suggested the right article has to be
    among the choices at least three times in five.
    """
    answer_at = _find_answer_threshold(judged, promise)
    return Bands(answer_at, min(answer_at, _find_suggest_threshold(judged, answer_at)))


def load_bands(session: Session) -> Bands:
    """Return the bands in force."""
    calibration = find_calibration(session)
    return Bands(calibration.answer_at, calibration.suggest_at) if calibration else DEFAULT_BANDS


def find_calibration(session: Session) -> Calibration | None:
    """Return the calibration in force; None: the one that ships with the program.

    A calibration of another version, whose weights know other inputs, is not in force: calibrate again.
    """
    in_force = select(Calibration).join(KnowledgeState, KnowledgeState.calibration_id == Calibration.id)
    found = session.scalar(in_force)
    return found if found is not None and knows_these_inputs(found.weights) else None


def is_calibration_outdated(session: Session) -> bool:
    """Whether a calibration was put in force by a version whose weights mean nothing to this one."""
    chosen = session.scalar(select(KnowledgeState.calibration_id))
    return chosen is not None and find_calibration(session) is None


def _find_answer_threshold(judged: Sequence[Judged], promise: float) -> float:
    """Return the lowest threshold above which the share of wrong answers surely enough keeps the promise."""
    from scipy.stats import beta

    ordered = sorted(judged, key=lambda one: -one.best)
    if not ordered:
        return DEFAULT_BANDS.answer_at
    best = np.array([one.best for one in ordered])
    given = np.arange(1, len(ordered) + 1)
    # What was seen, and BELIEF more answers as the probabilities foretell them.
    wrong = np.cumsum([one.rank != 1 for one in ordered]) + BELIEF * (1 - np.cumsum(best) / given)
    most_wrong = beta.ppf(CONFIDENCE, wrong + 1e-9, given + BELIEF - wrong + 1e-9)
    kept = np.flatnonzero((most_wrong <= 1 - promise) & _ends_of_ties(best))
    return _between(best, int(kept[-1])) if len(kept) else MAX_ANSWER_AT


def _find_suggest_threshold(judged: Sequence[Judged], answer_at: float) -> float:
    ordered = sorted((one for one in judged if one.best < answer_at), key=lambda one: -one.best)
    if not ordered:
        return DEFAULT_BANDS.suggest_at
    best = np.array([one.best for one in ordered])
    right = np.cumsum([one.rank is not None and one.rank <= MAX_CHOICES for one in ordered])
    helpful = right / np.arange(1, len(ordered) + 1) >= SUGGEST_HIT_SHARE
    kept = np.flatnonzero(helpful & _ends_of_ties(best))
    return max(MIN_SUGGEST_AT, _between(best, int(kept[-1]))) if len(kept) else answer_at


def _ends_of_ties(best: Floats) -> npt.NDArray[np.bool_]:
    """Where a threshold can lie: not between queries of the same probability."""
    return np.append(best[:-1] > best[1:], True)


def _between(best: Floats, last: int) -> float:
    """Return a threshold half-way between the last probability that passes and the next one."""
    below = best[last + 1] if last + 1 < len(best) else best[last]
    return float((best[last] + below) / 2)
