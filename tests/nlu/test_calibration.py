from __future__ import annotations

import numpy as np
import pytest

from nlu.calibration import expected_calibration_error, fit_sharpness, softmax


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
