"""Signals -> one calibrated probability for each candidate that it answers the question.

Promise: of the articles given 0.9, nine in ten are right, as far as the weights were fitted on the like. Two small
linear models: a score that ranks the candidates and 'none of them' (conditional logit), then a logistic model over the
score, its distance to 'none' and to the rivals, and the signals. Never: a threshold (`knowledge_base.bands`).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge_base.signals import SIGNALS, Question

Floats = npt.NDArray[np.float64]

_COLUMN = {name: number for number, name in enumerate(SIGNALS)}
_SIMILARITY = _COLUMN["question_similarity"]
_LETTERS = _COLUMN["letters"]
_BODY = [_COLUMN["answer_similarity"], _COLUMN["covered"], _COLUMN["bm25"]]
#: Inputs of the ranking score: the signals, the body's where the question does not match, and curvature.
RANK_INPUTS = (
    *SIGNALS,
    "answer_similarity_else", "covered_else", "bm25_else",
    "question_similarity_squared", "letters_squared", "similarity_and_letters",
)  # fmt: skip
#: Inputs of 'none of them'.
NONE_INPUTS = ("constant", "unknown_words", "log_length")
#: Inputs of the probability.
EVIDENCE_INPUTS = ("constant", "over_none", "over_rivals", "under_rivals", *SIGNALS, "unknown_words", "log_length")
#: A rival farther away than this says no more than one at it.
MAX_MARGIN = 6.0
MIN_MARGIN = -5.0
#: Articles that are compared with each other.
MAX_RIVALS = 16


@dataclass(frozen=True)
class Candidates:
    """The articles that might answer one question."""

    #: key of each; the languages of one article share it
    keys: Sequence[str]
    #: float32[n, len(SIGNALS)]
    table: npt.NDArray[np.float32]
    #: idf share of the question's words that the knowledge base does not know
    unknown: float
    #: log(1 + number of different character n-grams)
    log_length: float

    @classmethod
    def of(cls, keys: Sequence[str], table: npt.NDArray[np.float32], question: Question) -> Candidates:
        """Describe a question's candidates."""
        return cls(keys, table, question.unknown, float(np.log1p(question.n_grams)))


@dataclass(frozen=True)
class Judgement:
    """One article (of its languages the best match) with its probability."""

    #: place in `Candidates.keys`
    place: int
    probability: float


@dataclass(frozen=True)
class Weights:
    """What was learned, with the spread of each input, so that a refit knows which changes are large."""

    rank: Floats
    none: Floats
    evidence: Floats
    rank_spread: Floats
    evidence_spread: Floats

    def to_dict(self) -> dict[str, dict[str, float]]:
        """Return the weights by name, as JSON keeps them."""
        named = {
            "rank": (RANK_INPUTS, self.rank),
            "none": (NONE_INPUTS, self.none),
            "evidence": (EVIDENCE_INPUTS, self.evidence),
            "rank_spread": (RANK_INPUTS, self.rank_spread),
            "evidence_spread": (EVIDENCE_INPUTS, self.evidence_spread),
        }
        return {
            part: {name: round(float(value), 6) for name, value in zip(names, values, strict=True)}
            for part, (names, values) in named.items()
        }

    @classmethod
    def from_dict(cls, named: Mapping[str, Mapping[str, Any]]) -> Weights:
        """Read weights by name; an input that they do not know counts nothing."""
        return cls(
            rank=_read(named["rank"], RANK_INPUTS, 0.0),
            none=_read(named["none"], NONE_INPUTS, 0.0),
            evidence=_read(named["evidence"], EVIDENCE_INPUTS, 0.0),
            rank_spread=_read(named["rank_spread"], RANK_INPUTS, 1.0),
            evidence_spread=_read(named["evidence_spread"], EVIDENCE_INPUTS, 1.0),
        )

    def judge(self, candidates: Candidates) -> list[Judgement]:
        """Return each article once, best first."""
        if not len(candidates.keys):
            return []
        scores = rank_inputs(candidates.table) @ self.rank
        places = best_places(candidates.keys, scores)
        none = float(none_inputs(candidates) @ self.none)
        evidence = evidence_inputs(candidates, places, scores[places], none)
        probabilities = 1 / (1 + np.exp(-np.clip(evidence @ self.evidence, -30, 30)))
        order = np.argsort(-probabilities, kind="stable")
        return [Judgement(int(places[i]), float(probabilities[i])) for i in order]


@functools.cache
def shipped_weights() -> Weights:
    """Return the weights that come with the program, fitted by `knowledge_base.training.train`."""
    text = resources.files("knowledge_base").joinpath("weights.json").read_text("utf-8")
    return Weights.from_dict(json.loads(text))


def rank_inputs(table: npt.NDArray[np.float32]) -> Floats:
    """Return float64[n, len(RANK_INPUTS)] for a table of signals."""
    similarity, letters = table[:, [_SIMILARITY]], table[:, [_LETTERS]]
    parts = (
        table, table[:, _BODY] * (1 - similarity), similarity**2, letters**2, similarity * letters,
    )  # fmt: skip
    return np.concatenate(parts, axis=1, dtype=np.float64)


def none_inputs(candidates: Candidates) -> Floats:
    """Return float64[len(NONE_INPUTS)]."""
    return np.array([1.0, candidates.unknown, candidates.log_length])


def best_places(keys: Sequence[str], scores: Floats) -> npt.NDArray[np.int64]:
    """Return the place of the best-scored language of each of the best articles, best first."""
    places: dict[str, int] = {}
    for place in np.argsort(-scores, kind="stable"):
        places.setdefault(keys[place], int(place))
        if len(places) == MAX_RIVALS:
            break
    return np.fromiter(places.values(), np.int64)


def evidence_inputs(candidates: Candidates, places: npt.NDArray[np.int64], scores: Floats, none: float) -> Floats:
    """Return float64[n_places, len(EVIDENCE_INPUTS)]; `scores` are those of `places`."""
    n = len(places)
    rivals = np.where(np.eye(n, dtype=bool), -np.inf, scores[None, :])
    rivals = np.concatenate([rivals, np.full((n, 1), scores.max() - 20)], axis=1)
    margin = np.clip(scores - np.logaddexp.reduce(rivals, axis=1), MIN_MARGIN, MAX_MARGIN)
    constant = np.ones(n)
    columns = [constant, scores - none, margin, np.minimum(margin, 0)]
    shared = [constant * candidates.unknown, constant * candidates.log_length]
    return np.column_stack([*columns, candidates.table[places], *shared]).astype(np.float64)


def _read(values: Mapping[str, Any], names: Sequence[str], otherwise: float) -> Floats:
    return np.array([float(values.get(name, otherwise)) for name in names])
