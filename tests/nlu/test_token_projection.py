"""The map of token states that comes with the program."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.token_projection import ROWS, TokenProjection, load_token_projection


def test_the_shipped_map_fits_the_packaged_encoder_and_is_small() -> None:
    projection = load_token_projection()
    assert projection.centres.shape == (len(ROWS), 384)
    assert projection.basis.shape == (384, projection.dim)
    assert projection.dim <= 128


def test_token_vectors_have_length_one() -> None:
    states = np.random.default_rng(0).normal(size=(5, 384)).astype(np.float32)
    vectors = load_token_projection().project(states, "query", "zh")
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_what_a_language_has_in_common_is_taken_out() -> None:
    centres = np.zeros((4, 3), np.float32)
    centres[ROWS["query", "zh"]] = (5, 0, 0)
    projection = TokenProjection(centres, np.eye(3, dtype=np.float32))
    chinese = projection.project(np.array([[5, 1, 0]], np.float32), "query", "zh")
    english = projection.project(np.array([[0, 1, 0]], np.float32), "query", "en")
    np.testing.assert_allclose(chinese, english)


def test_a_text_without_tokens_has_no_vectors() -> None:
    projection = load_token_projection()
    assert projection.project(np.empty((0, 384), np.float32), "passage", "en").shape == (0, projection.dim)


def test_every_kind_and_language_has_its_centre() -> None:
    assert sorted(ROWS.values()) == [0, 1, 2, 3]
    with pytest.raises(KeyError):
        ROWS["query", "fr"]  # type: ignore[index]
