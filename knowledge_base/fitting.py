"""Labelled questions -> weights of the probability, starting from weights that are known to be good.

Promise: a maximum a posteriori fit: with few examples the prior's weights hardly move, with many they follow the
company's own data. Deterministic. Never: a database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from knowledge_base.probability import (
    MAX_RIVALS,
    RANK_INPUTS,
    Candidates,
    Weights,
    best_places,
    evidence_inputs,
    none_inputs,
    rank_inputs,
)

Floats = npt.NDArray[np.float64]

#: Articles of each example that the probability is fitted on: the best, which policy looks at most, and its rivals.
JUDGED = 3
RIVAL_WEIGHT = 0.3
#: Strength of the prior: pull on one weight that is off by one spread of its input, in units of one example's loss.
PRIOR_STRENGTH = 6.0


@dataclass(frozen=True)
class Example:
    """A question's candidates and the right article's key; None: none of them is right."""

    candidates: Candidates
    right: str | None
    weight: float = 1.0


def fit(examples: Sequence[Example], prior: Weights, strength: float = PRIOR_STRENGTH) -> Weights:
    """Return the weights that explain the examples best without straying from the prior needlessly."""
    ranked = _fit_rank(examples, prior, strength)
    return _fit_evidence(examples, ranked, strength)


def _fit_rank(examples: Sequence[Example], prior: Weights, strength: float) -> Weights:
    inputs, present, right, none, weights = _pad(examples, prior)
    size = inputs.shape[2]
    start = np.concatenate([prior.rank, prior.none])
    spread = np.concatenate([prior.rank_spread, np.ones(len(prior.none))])

    def loss(values: Floats) -> tuple[float, Floats]:
        scores = np.where(present, inputs @ values[:size], -np.inf)
        scores = np.concatenate([scores, (none @ values[size:])[:, None]], axis=1)
        total = np.logaddexp.reduce(scores, axis=1)
        wanted = np.logaddexp.reduce(np.where(right, scores, -np.inf), axis=1)
        excess = np.exp(scores - total[:, None]) - np.where(right, np.exp(scores - wanted[:, None]), 0)
        excess *= weights[:, None]
        gradient = np.concatenate([np.einsum("nc,nck->k", excess[:, :-1], inputs), excess[:, -1] @ none])
        return float(weights @ (total - wanted)), gradient

    fitted = _minimise(loss, start, spread, strength)
    return replace(prior, rank=fitted[:size], none=fitted[size:])


def _pad(
    examples: Sequence[Example], prior: Weights
) -> tuple[Floats, npt.NDArray[np.bool_], npt.NDArray[np.bool_], Floats, Floats]:
    """Return inputs [n, MAX_RIVALS, k], which of them are there, which are right ('none' last), none's inputs, weights.

    An example whose right article no search found teaches nothing about ranking and is left out.
    """
    rows = []
    for example in examples:
        candidates = example.candidates
        table = rank_inputs(candidates.table)
        places = best_places(candidates.keys, table @ prior.rank)
        right = [candidates.keys[place] == example.right for place in places]
        if example.right is None or any(right):
            rows.append((table[places], right, none_inputs(candidates), example))
    n = len(rows)
    inputs = np.zeros((n, MAX_RIVALS, len(RANK_INPUTS)))
    present = np.zeros((n, MAX_RIVALS), bool)
    rights = np.zeros((n, MAX_RIVALS + 1), bool)
    for number, (table, right, _, example) in enumerate(rows):
        inputs[number, : len(right)] = table
        present[number, : len(right)] = True
        rights[number, : len(right)] = right
        rights[number, -1] = example.right is None
    none = np.array([none for _, _, none, _ in rows]).reshape(n, -1)
    return inputs, present, rights, none, np.array([example.weight for *_, example in rows])


def _fit_evidence(examples: Sequence[Example], prior: Weights, strength: float) -> Weights:
    rows, labels, weights = list[Floats](), list[bool](), list[float]()
    for example in examples:
        candidates = example.candidates
        if not len(candidates.keys):
            continue
        scores = rank_inputs(candidates.table) @ prior.rank
        places = best_places(candidates.keys, scores)
        none = float(none_inputs(candidates) @ prior.none)
        rows.append(evidence_inputs(candidates, places, scores[places], none)[:JUDGED])
        labels.extend(candidates.keys[place] == example.right for place in places[:JUDGED])
        shares = [1.0, *[RIVAL_WEIGHT] * (JUDGED - 1)][: len(rows[-1])]
        weights.extend(example.weight * share for share in shares)
    inputs, wanted, counts = np.concatenate(rows), np.array(labels, float), np.array(weights)

    def loss(values: Floats) -> tuple[float, Floats]:
        logits = inputs @ values
        surprise = np.logaddexp(0, logits) - wanted * logits
        excess = counts * (1 / (1 + np.exp(-np.clip(logits, -30, 30))) - wanted)
        return float(counts @ surprise), excess @ inputs

    return replace(prior, evidence=_minimise(loss, prior.evidence, prior.evidence_spread, strength))


def _minimise(loss: Callable[[Floats], tuple[float, Floats]], start: Floats, spread: Floats, strength: float) -> Floats:
    from scipy.optimize import minimize

    def penalised(values: Floats) -> tuple[float, Floats]:
        value, gradient = loss(values)
        away = (values - start) * spread
        return value + 0.5 * strength * float(away @ away), gradient + strength * away * spread

    fitted: Floats = minimize(penalised, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return fitted
