"""Scores to probabilities that can be believed, and the measure of how far they can.

Promise: pure functions of arrays. Never: a model or a file.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32] | npt.NDArray[np.float64]

#: Sharpness of the softmax that is searched: below, every label is as likely; above, the best is certain.
_SHARPEST = 100.0
_FLATTEST = 0.1


def softmax(scores: Floats, sharpness: float) -> npt.NDArray[np.float64]:
    """Turn scores into probabilities, row by row: float64[n, n_labels], rows sum to 1."""
    logits = scores.astype(np.float64) * sharpness
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: npt.NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True)
    return result


def fit_sharpness(scores: Floats, labels: npt.NDArray[np.intp]) -> float:
    """Find the sharpness (1 / temperature) under which the labels are most likely.

    `scores` float32[n, n_labels] must come from cross-validation: on its own examples a model is too sure.
    Source: Guo et al. 2017, On Calibration of Modern Neural Networks (temperature scaling).
    """
    low, high = np.log(_FLATTEST), np.log(_SHARPEST)
    golden = (np.sqrt(5) - 1) / 2
    while high - low > 0.005:
        left, right = high - golden * (high - low), low + golden * (high - low)
        if _surprise(scores, labels, np.exp(left)) < _surprise(scores, labels, np.exp(right)):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _surprise(scores: Floats, labels: npt.NDArray[np.intp], sharpness: float) -> float:
    chosen = softmax(scores, sharpness)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(chosen, 1e-12)).mean())


def expected_calibration_error(probabilities: npt.ArrayLike, correct: npt.ArrayLike, n_bins: int = 10) -> float:
    """Mean distance between a probability and the share that was right, over bins of equal width, in [0, 1].

    Source: Naeini et al. 2015, Obtaining Well Calibrated Probabilities Using Bayesian Binning (ECE).
    """
    given = np.asarray(probabilities, np.float64)
    right = np.asarray(correct, np.float64)
    if given.size == 0:
        return 0.0
    bins = np.minimum((given * n_bins).astype(int), n_bins - 1)
    sizes = np.bincount(bins, minlength=n_bins)
    gaps = np.abs(np.bincount(bins, given, n_bins) - np.bincount(bins, right, n_bins))
    return float(gaps.sum() / sizes.sum())
