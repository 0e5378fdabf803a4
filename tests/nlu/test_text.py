from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text import normalise

ANY_TEXT = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("你好，请问？", "你好,请问?"),
        ("  too   many\t\nspaces  ", "too many spaces"),
        ("订单\u200b号\ufeff", "订单号"),
        ("full\u3000width", "full width"),
        ("a\x00b\x07c", "abc"),
        ("half a pair \ud83d", "half a pair \ufffd"),
        ("❤\ufe0f", "❤"),
        ("①㎏", "1kg"),
        ("ｶﾞ", "ガ"),
        ("plain text stays", "plain text stays"),
        ("繁體不變", "繁體不變"),
        ("", ""),
        (" \u200b\n ", ""),
    ],
)
def test_one_spelling_for_every_text(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(ANY_TEXT)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(ANY_TEXT)
def test_result_can_be_stored_and_sent(text: str) -> None:
    normalised = normalise(text)
    normalised.encode("utf-8")
    assert "\x00" not in normalised
    assert normalised == normalised.strip()


@given(st.text("abcXYZ019 ,.!你好的吗", max_size=60))
def test_words_are_never_changed(text: str) -> None:
    assert normalise(text) == " ".join(text.split())
