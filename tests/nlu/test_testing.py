from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlu.testing import HashEncoder


def test_a_text_has_the_same_vector_on_every_machine() -> None:
    expected = [-0.378, 0, 0, 0.378, 0, 0, 0.7559, -0.378]
    encoder = HashEncoder(dim=8)
    np.testing.assert_allclose(encoder.encode_queries(["你好"])[0], expected, atol=1e-4)
    np.testing.assert_allclose(encoder.encode_passages(["你好"])[0], expected, atol=1e-4)


def test_similar_spelling_is_nearer_than_other_words() -> None:
    order, orders, weather = HashEncoder().encode_queries(["where is my order", "where are my orders", "天气真好"])
    assert order @ orders > 0.5 > order @ weather


@given(st.lists(st.text(st.characters(), max_size=30), max_size=5))
def test_rows_have_length_one(texts: list[str]) -> None:
    vectors = HashEncoder(dim=32).encode_queries(texts)
    assert vectors.shape == (len(texts), 32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
