from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlu.wording import MAX_TOKENS, WordingIndex, terms


def test_the_same_words_are_the_same_text() -> None:
    index = WordingIndex(["where is my order", "今天天气真好", "转人工"])
    np.testing.assert_allclose(index.similarities("Where is my ORDER"), [1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(index.similarities("转人工")[2], 1, atol=1e-6)


def test_rare_words_weigh_more_than_common_ones() -> None:
    index = WordingIndex(["the order", "the parcel", "the invoice", "the refund"])
    similarities = index.similarities("a refund for the")
    assert similarities[3] > similarities[0] > 0


def test_which_number_it_is_makes_no_difference() -> None:
    assert terms("close ticket 1024") == terms("close ticket 88")
    assert terms("top 3") != terms("top 5")


def test_unknown_words_make_a_text_less_like_all_others() -> None:
    index = WordingIndex(["close ticket", "hello"])
    assert index.similarities("close ticket")[0] > index.similarities("close ticket zanzibar quux")[0] > 0


def test_a_text_without_words_is_like_nothing() -> None:
    index = WordingIndex(["hello", "👍", ""])
    assert index.similarities("👍").tolist() == [0, 0, 0]
    assert index.similarities_of([]).shape == (0, 3)


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert len(terms("字a" * 100_000)) <= 2 * MAX_TOKENS + 2


@given(st.lists(st.text("ab 好?9", max_size=12), min_size=1, max_size=6), st.text("ab 好?9", max_size=12))
def test_similarity_lies_between_none_and_all(texts: list[str], text: str) -> None:
    similarities = WordingIndex(texts).similarities(text)
    assert similarities.shape == (len(texts),)
    assert similarities.min() >= 0
    assert similarities.max() <= 1 + 1e-5


def test_many_known_texts_are_compared_as_each_by_itself() -> None:
    texts = [f"the {word} of order {number}" for number, word in enumerate(["price", "date", "size"] * 40)] + [
        "你好",
        "",
    ]
    index = WordingIndex(texts)
    these, those = np.array([0, 5, 120, 121]), np.array([3, 0, 7, 120, 121])
    expected = index.similarities_of([texts[row] for row in these])[:, those]
    np.testing.assert_allclose(index.similarities_between(these, those), expected, atol=1e-6)
