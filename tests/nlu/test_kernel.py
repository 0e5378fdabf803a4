from __future__ import annotations

import numpy as np
import pytest

from nlu import kernel


def build(n: int) -> tuple[kernel.Vectors, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Three clouds of unit vectors, sorted by label, and their cosines."""
    random = np.random.default_rng(7)
    labels = np.sort(np.arange(n) % 3)
    vectors = random.normal(size=(n, 8)) + 3 * np.eye(3, 8)[labels]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors @ vectors.T).astype(np.float32), labels


def similarities_of(cosines: kernel.Vectors) -> kernel.Vectors:
    return kernel.combine(cosines.copy(), np.maximum(cosines, 0))


def test_leaving_one_out_is_the_same_as_training_without_it() -> None:
    cosines, labels = build(30)
    similarities = similarities_of(cosines)
    left_out = kernel.fit(similarities.copy(), labels, 3).left_out_scores
    counts = np.bincount(labels)
    ridge = kernel.RIDGE * (counts[labels] * 3 / 30) ** kernel.BALANCE
    for row in (0, 11, 29):
        others = np.delete(np.arange(30), row)
        system = similarities[np.ix_(others, others)] + np.diag(ridge[others])
        weights = np.linalg.solve(system, np.eye(3)[labels[others]])
        np.testing.assert_allclose(left_out[row], similarities[row, others] @ weights, atol=1e-4)


def test_weights_solve_the_ridge_equation() -> None:
    cosines, labels = build(30)
    similarities = similarities_of(cosines)
    fitted = kernel.fit(similarities.copy(), labels, 3)
    scores = similarities @ fitted.weights
    assert (scores.argmax(axis=1) == labels).mean() > 0.95
    ridge = kernel.RIDGE * (np.bincount(labels)[labels] * 3 / 30) ** kernel.BALANCE
    np.testing.assert_allclose(scores + ridge[:, None] * fitted.weights, np.eye(3)[labels], atol=1e-4)


def test_the_nearest_example_of_a_label_is_never_the_left_out_one() -> None:
    cosines, labels = build(12)
    similarities = similarities_of(cosines)
    nearest = kernel.fit(similarities.copy(), labels, 3).left_out_nearest
    for row in range(12):
        mates = [other for other in range(12) if labels[other] == labels[row] and other != row]
        assert nearest[row, labels[row]] == similarities[row, mates].max()


def test_judging_only_the_last_examples_gives_the_same_of_them() -> None:
    cosines, labels = build(30)
    mixed = np.random.default_rng(1).permutation(30)
    similarities = similarities_of(cosines[np.ix_(mixed, mixed)])
    everything = kernel.fit(similarities.copy(), labels[mixed], 3)
    for row in range(20):  # of the others, only what is right of the diagonal is read
        similarities[row, :row] = np.nan
    last = kernel.fit(similarities, labels[mixed], 3, n_judged=10)
    np.testing.assert_allclose(last.weights, everything.weights, atol=1e-4)
    np.testing.assert_allclose(last.left_out_scores, everything.left_out_scores[-10:], atol=1e-4)
    np.testing.assert_allclose(last.left_out_nearest, everything.left_out_nearest[-10:])


def test_a_text_far_from_everything_is_unfamiliar() -> None:
    near = kernel.familiarity(np.array([[0.9, 0.1]], np.float32), np.array([[0.8, 0.2]], np.float32), 50)
    far = kernel.familiarity(np.array([[0.3, 0.2]], np.float32), np.array([[0.2, 0.2]], np.float32), 50)
    assert near[0] > far[0]
    np.testing.assert_allclose(near, [1.3], atol=1e-6)


def test_a_text_like_the_examples_of_what_is_out_of_scope_is_unfamiliar() -> None:
    scores, nearest = np.array([[0.5, 0.4], [0.5, 0.1]], np.float32), np.array([[0.6, 0.9], [0.6, 0.1]], np.float32)
    np.testing.assert_allclose(kernel.familiarity(scores, nearest, 20, 1), [0.4, 0.7], atol=1e-6)
    only = kernel.familiarity(scores[:, :1], nearest[:, :1], 20, 0)
    np.testing.assert_allclose(only, [0.8, 0.8], atol=1e-6)


def test_a_label_with_few_examples_is_not_drowned(monkeypatch: pytest.MonkeyPatch) -> None:
    cosines, labels = build(90)
    kept = np.concatenate([np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)[:4]])
    similarities = similarities_of(cosines[np.ix_(kept, kept)])
    balanced = kernel.fit(similarities.copy(), labels[kept], 2).left_out_scores
    monkeypatch.setattr(kernel, "BALANCE", 0)
    unbalanced = kernel.fit(similarities.copy(), labels[kept], 2).left_out_scores
    assert (balanced[-4:, 1] > unbalanced[-4:, 1]).all()
