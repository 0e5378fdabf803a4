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
    AGAINST,
    EVIDENCE_INPUTS,
    FOR,
    RANK_INPUTS,
    Candidates,
    Panel,
    Weights,
    evidence_inputs,
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
    # Only examples whose right article is among the candidates teach anything about ranking.
    taught = [one for one in examples if one.right in one.candidates.keys]
    if not taught:
        return prior
    panel = Panel.of([one.candidates for one in taught])
    inputs = rank_inputs(panel)
    right = np.array([list(one.candidates.keys).index(str(one.right)) for one in taught], np.int64)
    weights = np.array([one.weight for one in taught])

    def loss(values: Floats) -> tuple[float, Floats]:
        scores = np.where(panel.present, inputs @ values, -np.inf)
        total = np.logaddexp.reduce(scores, axis=1)
        wanted = scores[np.arange(len(right)), right]
        excess = np.exp(scores - total[:, None])
        excess[np.arange(len(right)), right] -= 1
        excess *= weights[:, None]
        return float(weights @ (total - wanted)), np.einsum("nc,nck->k", excess, inputs)

    return replace(prior, rank=_minimise(loss, prior.rank, prior.rank_spread, strength, RANK_INPUTS))


def _fit_evidence(examples: Sequence[Example], prior: Weights, strength: float) -> Weights:
    examples = [one for one in examples if len(one.candidates.keys)]
    if not examples:
        return prior
    panel = Panel.of([one.candidates for one in examples])
    ranked = rank_inputs(panel)
    scores = ranked @ prior.rank
    best = np.argsort(-np.where(panel.present, scores, -np.inf), axis=1, kind="stable")[:, :JUDGED]
    judged, places = np.nonzero(np.take_along_axis(panel.present, best, axis=1))
    chosen = best[judged, places]
    inputs = evidence_inputs(panel, ranked, scores)[judged, chosen]
    wanted = np.array(
        [examples[i].candidates.keys[c] == examples[i].right for i, c in zip(judged, chosen, strict=True)]
    )
    shares = np.where(places == 0, 1.0, RIVAL_WEIGHT)
    counts = np.array([one.weight for one in examples])[judged] * shares

    def loss(values: Floats) -> tuple[float, Floats]:
        logits = inputs @ values
        surprise = np.logaddexp(0, logits) - wanted * logits
        excess = counts * (1 / (1 + np.exp(-np.clip(logits, -30, 30))) - wanted)
        return float(counts @ surprise), excess @ inputs

    fitted = _minimise(loss, prior.evidence, prior.evidence_spread, strength, EVIDENCE_INPUTS)
    return replace(prior, evidence=fitted)


def _minimise(
    loss: Callable[[Floats], tuple[float, Floats]],
    start: Floats,
    spread: Floats,
    strength: float,
    names: Sequence[str],
) -> Floats:
    from scipy.optimize import minimize

    def penalised(values: Floats) -> tuple[float, Floats]:
        value, gradient = loss(values)
        away = (values - start) * spread
        return value + 0.5 * strength * float(away @ away), gradient + strength * away * spread

    bounds = [(0.0 if name in FOR else None, 0.0 if name in AGAINST else None) for name in names]
    options = {"maxiter": 300}
    fitted: Floats = minimize(penalised, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    return fitted
