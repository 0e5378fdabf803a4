"""Signals -> one calibrated probability for each candidate that it answers the question.

Promise: of the articles given 0.9, nine in ten are right, as far as the weights were fitted on the like. Two small
linear models: a score that ranks the candidates (conditional logit), then a logistic model over the score's distance to
the rivals and the signals. Never: a threshold (`knowledge_base.bands`).

Measured by `python -m knowledge_base.training.train` on public question sets, each by weights that were fitted without
it: see the figures in `knowledge_base/training/README.md`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge_base.coverage import COVERAGE_SIGNALS
from knowledge_base.ragged import find_first
from knowledge_base.signals import COLUMN, SIGNALS

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_EXACT = COLUMN["exact"]
#: Evidence from the answer, not the question: it counts by how far the knowledge base's answers can be trusted.
_BODY = [COLUMN[name] for name in ("answer_similarity", "covered", "bm25", "told_across")]
#: Signals of which it also counts how far an article stands out above the others.
LEADING = (
    "question_similarity", "neighbours", "inner_similarity", "answer_similarity", "letters", "covered", "bm25",
    "told_across", *COVERAGE_SIGNALS,
)  # fmt: skip
_LEADING = [COLUMN[name] for name in LEADING]
#: Rivals whose mean is what an article stands out from.
LEAD_RIVALS = 3
#: Inputs of the ranking score.
RANK_INPUTS = (*SIGNALS, *(f"{name}_lead" for name in LEADING))
#: Inputs of the probability.
EVIDENCE_INPUTS = (
    "constant", "over_rivals", "under_rivals", "over_next", *RANK_INPUTS, "unknown_words", "log_length",
)  # fmt: skip
#: What can only speak for an article, and what only against it: a fit may find such an input useless, never turn it
#: round, which would follow the quirks of one set. The others (languages, length) are free.
FOR = frozenset(
    (
        "over_rivals", "under_rivals", "over_next", "question_similarity", "neighbours", "inner_similarity",
        "answer_similarity", "letters", "asked", "told", "covered", "bm25", "exact", "told_across", *COVERAGE_SIGNALS,
        *(f"{name}_lead" for name in LEADING),
    )
)  # fmt: skip
AGAINST = frozenset(("crowd", "codes_missing", "negation", "unknown_words"))
#: A rival farther away than this says no more than one at it.
MAX_MARGIN = 6.0
MIN_MARGIN = -5.0
MAX_GAP = 8.0
#: A question in one article's own words is that article's: evaluation sets are worded independently, so a fit never
#: sees such a question and could say anything of it. Above every threshold that `knowledge_base.bands` may choose.
OWN_WORDS_PROBABILITY = 0.996
#: An article that is like the question in nothing does not answer it, however far behind its rivals are.
STRANGER_SIMILARITY = 0.25
STRANGER_PROBABILITY = 0.2
_LIKENESS = [COLUMN[name] for name in ("question_similarity", "answer_similarity", "letters", "covered", "told_across")]
#: Articles that are compared with each other, and by what they are chosen: signals and weights, by hand.
MAX_RIVALS = 20
PRESELECTION = {
    "question_similarity": 0.5, "neighbours": 0.5, "answer_similarity": 0.3, "letters": 0.3, "covered": 0.3,
    "bm25": 0.3, "told_across": 0.3, "other_language": 0.25, "exact": 1.0,
}  # fmt: skip
_PRESELECTION = np.array([PRESELECTION.get(name, 0.0) for name in SIGNALS], np.float32)


@dataclass(frozen=True)
class Candidates:
    """The articles that might answer one question, each once."""

    keys: Sequence[str]
    #: float32[n, len(SIGNALS)]
    table: npt.NDArray[np.float32]
    #: idf share of the question's words that the knowledge base does not know
    unknown: float
    #: log(1 + number of different character n-grams)
    log_length: float
    #: how far the knowledge base's answers tell what their questions are (`View.answer_trust`)
    trust: float


@dataclass(frozen=True)
class Panel:
    """The candidates of several questions side by side, with zeros where a question has fewer."""

    #: float64[n, MAX_RIVALS, len(SIGNALS)]
    table: Floats
    #: bool[n, MAX_RIVALS]
    present: Flags
    #: float64[n, 1] each
    unknown: Floats
    log_length: Floats
    trust: Floats

    @classmethod
    def of(cls, found: Sequence[Candidates]) -> Panel:
        """Put candidates side by side."""
        table = np.zeros((len(found), MAX_RIVALS, len(SIGNALS)))
        present = np.zeros((len(found), MAX_RIVALS), np.bool_)
        for number, candidates in enumerate(found):
            n = len(candidates.keys)
            table[number, :n] = candidates.table
            present[number, :n] = True
        shared = np.array([(one.unknown, one.log_length, one.trust) for one in found]).reshape(-1, 3, 1)
        return cls(table, present, shared[:, 0], shared[:, 1], shared[:, 2])


@dataclass(frozen=True)
class Judgement:
    """One article with its probability."""

    #: number in `Candidates.keys`
    number: int
    probability: float


@dataclass(frozen=True)
class Weights:
    """What was learned, with the spread of each input, so that a refit knows which changes are large."""

    rank: Floats
    evidence: Floats
    rank_spread: Floats
    evidence_spread: Floats

    def to_dict(self) -> dict[str, dict[str, float]]:
        """Return the weights by name, as JSON keeps them."""
        named = {
            "rank": (RANK_INPUTS, self.rank),
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
            evidence=_read(named["evidence"], EVIDENCE_INPUTS, 0.0),
            rank_spread=_read(named["rank_spread"], RANK_INPUTS, 1.0),
            evidence_spread=_read(named["evidence_spread"], EVIDENCE_INPUTS, 1.0),
        )

    def judge(self, candidates: Candidates) -> list[Judgement]:
        """Return each article once, best first."""
        return self.judge_all([candidates])[0]

    def judge_all(self, found: Sequence[Candidates]) -> list[list[Judgement]]:
        """Return the articles of each question, each once, best first."""
        if not found:
            return []
        panel = Panel.of(found)
        inputs = rank_inputs(panel)
        evidence = evidence_inputs(panel, inputs, inputs @ self.rank)
        probabilities = 1 / (1 + np.exp(-np.clip(evidence @ self.evidence, -30, 30)))
        probabilities = _believe_own_words(panel, _doubt_strangers(panel, probabilities))
        order = np.argsort(-np.where(panel.present, probabilities, -1), axis=1, kind="stable")
        ordered = np.take_along_axis(probabilities, order, axis=1)
        return [
            [Judgement(*pair) for pair in zip(numbers[: len(one.keys)], own, strict=False)]
            for one, numbers, own in zip(found, order.tolist(), ordered.tolist(), strict=True)
        ]


def knows_these_inputs(named: Mapping[str, Mapping[str, Any]]) -> bool:
    """Tell whether kept weights were fitted on this version's inputs; else they mean nothing until fitted anew."""
    return set(named.get("rank", ())) == set(RANK_INPUTS) and set(named.get("evidence", ())) == set(EVIDENCE_INPUTS)


@functools.cache
def shipped_weights() -> Weights:
    """Return the weights that come with the program, fitted by `knowledge_base.training.train`."""
    text = resources.files("knowledge_base").joinpath("weights.json").read_text("utf-8")
    return Weights.from_dict(json.loads(text))


def preselect(table: npt.NDArray[np.float32], asked: Numbers, groups: Numbers, n_questions: int) -> list[Numbers]:
    """Choose the best row of each of the best articles, best first, for each question.

    `table` is float32[n_pairs, len(SIGNALS)], `asked` the question of each pair, `groups` its article.
    """
    order = np.lexsort((-(table @ _PRESELECTION), asked))
    order = find_first(order, groups)
    bounds = np.searchsorted(asked[order], np.arange(n_questions + 1))
    return [order[first : min(last, first + MAX_RIVALS)] for first, last in pairwise(bounds.tolist())]


def rank_inputs(panel: Panel) -> Floats:
    """Return float64[n, MAX_RIVALS, len(RANK_INPUTS)]."""
    leads = np.maximum(_leads(panel.table[:, :, _LEADING]), 0) * panel.present[:, :, None]
    table = panel.table.copy()
    table[:, :, _BODY] *= panel.trust[:, :, None]
    return np.concatenate([table, leads], axis=2)


def evidence_inputs(panel: Panel, inputs: Floats, scores: Floats) -> Floats:
    """Return float64[n, MAX_RIVALS, len(EVIDENCE_INPUTS)] for ranking inputs and the scores that they got."""
    n, m = scores.shape
    scores = np.where(panel.present, scores, -np.inf)
    floor = np.where(panel.present.any(axis=1), scores.max(axis=1) - 20, 0)[:, None]
    scores = np.where(panel.present, scores, floor)
    rivals = np.where(np.eye(m, dtype=bool) | ~panel.present[:, None, :], -np.inf, scores[:, None, :])
    nearest = np.maximum(rivals.max(axis=2), floor)
    together = nearest + np.log(np.exp(rivals - nearest[:, :, None]).sum(axis=2) + np.exp(floor - nearest))
    margin = np.clip(scores - together, MIN_MARGIN, MAX_MARGIN)
    gap = np.clip(scores - nearest, 0, MAX_GAP)
    constant = np.ones((n, m))
    shared = [constant * panel.unknown, constant * panel.log_length]
    margins = np.stack([constant, margin, np.minimum(margin, 0), gap], axis=2)
    return np.concatenate([margins, inputs, np.stack(shared, axis=2)], axis=2)


def _doubt_strangers(panel: Panel, probabilities: Floats) -> Floats:
    """Lower the probability of articles that share neither meaning nor words with the question."""
    is_strange = panel.table[:, :, _LIKENESS].max(axis=2) < STRANGER_SIMILARITY
    return np.where(is_strange, np.minimum(probabilities, STRANGER_PROBABILITY), probabilities)


def _believe_own_words(panel: Panel, probabilities: Floats) -> Floats:
    """Raise the probability of the one article that has exactly this question; of several nobody knows which."""
    own = panel.table[:, :, _EXACT] > 0
    own &= own.sum(axis=1, keepdims=True) == 1
    return np.where(own, np.maximum(probabilities, OWN_WORDS_PROBABILITY), probabilities)


def _leads(values: Floats) -> Floats:
    """Return how far each value is above the mean of the question's best other ones; absent rivals have 0.

    `values` is float64[n, MAX_RIVALS, k].
    """
    padded = np.concatenate([values, np.zeros((len(values), LEAD_RIVALS, values.shape[2]))], axis=1)
    best = -np.partition(-padded, range(LEAD_RIVALS + 1), axis=1)[:, : LEAD_RIVALS + 1]
    is_among = values >= best[:, LEAD_RIVALS - 1, None]
    total = best.sum(axis=1, keepdims=True)
    others = np.where(is_among, total - values, best[:, :LEAD_RIVALS].sum(axis=1, keepdims=True))
    leads: Floats = values - others / LEAD_RIVALS
    return leads


def _read(values: Mapping[str, Any], names: Sequence[str], otherwise: float) -> Floats:
    return np.array([float(values.get(name, otherwise)) for name in names])
