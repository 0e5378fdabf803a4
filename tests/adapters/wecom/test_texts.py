"""Text is measured in bytes and split where a reader would pause."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wecom.texts import TEXT_BYTES, byte_length, clean, plain, split_text

texts = st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("。，\n a👍🏽é")), max_size=4000)


def without_white_space(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(text=texts, limit=st.integers(min_value=200, max_value=2048))
def test_pieces_fit_and_nothing_but_white_space_is_lost(text: str, limit: int) -> None:
    pieces = split_text(text, limit)
    assert all(0 < byte_length(piece) <= limit for piece in pieces)
    assert without_white_space("".join(pieces)) == without_white_space(text)


@given(text=texts.filter(str.strip), last_limit=st.integers(min_value=-500, max_value=2048))
def test_the_last_piece_leaves_the_room_that_is_asked_for(text: str, last_limit: int) -> None:
    pieces = split_text(text, last_limit=last_limit)
    assert all(byte_length(piece) <= TEXT_BYTES for piece in pieces)
    assert byte_length(pieces[-1]) <= max(0, last_limit)
    assert without_white_space("".join(pieces)) == without_white_space(text)


def test_a_chinese_text_is_split_after_a_sentence() -> None:
    sentence = "我们的门店每天早上九点开门，晚上九点关门。"
    pieces = split_text(sentence * 60)
    assert len(pieces) == 2
    assert all(piece.endswith("。") for piece in pieces)


def test_an_english_text_is_split_after_a_sentence() -> None:
    pieces = split_text("Our shops open at 9.30 every day. " * 100)
    assert all(piece.endswith("every day.") for piece in pieces)


def test_a_paragraph_is_a_better_place_than_a_sentence() -> None:
    first, second = "甲。" * 300, "乙。" * 300
    assert split_text(f"{first}\n\n{second}") == [first, second]


def test_a_closing_quote_stays_with_its_sentence() -> None:
    pieces = split_text("他说：“可以退货。”" * 100)
    assert all(piece.endswith("。”") for piece in pieces)


def test_a_character_of_several_code_points_stays_whole() -> None:
    family = "👨‍👩‍👧‍👦"
    pieces = split_text(family * 120, 1010)
    assert set("".join(pieces).split(family)) == {""}
    assert all(len(piece.replace(family, "")) == 0 for piece in pieces)


@pytest.mark.parametrize(
    ("received", "kept"),
    [
        ("a\x00b", "ab"),
        ("half \ud83d", "half \ufffd"),
        ("\ud83d\udc4d", "👍"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("bell\x07\ttab", "bell\ttab"),
    ],
)
def test_what_no_database_or_json_takes_is_removed(received: str, kept: str) -> None:
    assert clean(received) == kept


@pytest.mark.parametrize("text", ['<a href="http://evil">bank</a>', '<A HREF="http://evil">bank</A>'])
def test_words_never_become_links(text: str) -> None:
    assert not re.search(r"<\s*/?\s*a[\s>]", plain(text), re.IGNORECASE)


def test_a_less_than_sign_stays() -> None:
    assert plain("if a <b and 3 < 4") == "if a <b and 3 < 4"
