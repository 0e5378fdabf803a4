from __future__ import annotations

import numpy as np
import pytest

from nlu.calibration import (
    Calibration,
    calibrated,
    expected_calibration_error,
    fit_calibration,
    fit_sharpness,
    softmax,
)


def test_probabilities_sum_to_one_and_follow_the_scores() -> None:
    probabilities = softmax(np.array([[0.1, 0.9, 0.3], [1000.0, 0.0, 0.0]]), sharpness=10)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert probabilities.argmax(axis=1).tolist() == [1, 0]


def test_the_sharpness_is_found_that_the_labels_were_drawn_with() -> None:
    random = np.random.default_rng(1)
    scores = random.normal(size=(4000, 5)).astype(np.float32)
    chances = softmax(scores, sharpness=3.0)
    labels = np.array([random.choice(5, p=row) for row in chances])
    assert fit_sharpness(scores, labels) == pytest.approx(3.0, rel=0.1)


def test_probabilities_that_come_true_have_no_error() -> None:
    given = [0.75] * 4 + [0.25] * 4
    assert expected_calibration_error(given, [1, 1, 1, 0, 1, 0, 0, 0]) == pytest.approx(0)


def test_the_error_is_the_gap_between_promise_and_truth() -> None:
    assert expected_calibration_error([1.0, 1.0], [True, False]) == pytest.approx(0.5)
    assert expected_calibration_error([0.95, 0.15], [1, 0]) == pytest.approx((0.05 + 0.15) / 2)
    assert expected_calibration_error([], []) == 0


def test_a_model_that_is_too_sure_of_its_best_label_is_corrected() -> None:
    random = np.random.default_rng(2)
    scores = random.normal(size=(4000, 4)).astype(np.float32)
    chances = softmax(scores, sharpness=2.0)
    labels = np.array([random.choice(4, p=row) for row in chances])
    labels[:800] = random.integers(4, size=800)  # noise, which no sharpness can undo
    shares = softmax(scores, fit_sharpness(scores, labels))
    corrected = calibrated(scores, fit_calibration(scores, labels))
    right = scores.argmax(axis=1) == labels
    assert expected_calibration_error(corrected.max(axis=1), right) <= 0.02
    np.testing.assert_allclose(corrected.sum(axis=1), 1)
    np.testing.assert_array_equal(corrected.argmax(axis=1), shares.argmax(axis=1))


@pytest.mark.parametrize("offset", [-5.0, 0.0, 5.0])
def test_the_order_of_labels_is_kept_however_much_is_corrected(offset: float) -> None:
    scores = np.random.default_rng(3).normal(size=(50, 6))
    corrected = calibrated(scores, Calibration(3.0, 0.5, offset))
    np.testing.assert_array_equal(corrected.argsort(axis=1), scores.argsort(axis=1))
    assert ((corrected >= 0) & (corrected <= 1)).all()
    np.testing.assert_allclose(corrected.sum(axis=1), 1)


def test_a_single_label_is_certain() -> None:
    scores = np.array([[0.3], [-2.0]])
    np.testing.assert_array_equal(calibrated(scores, fit_calibration(scores, np.array([0, 0]))), [[1], [1]])
