"""Cutting and rendering: nothing over a limit, nothing lost, always valid HTML."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.rendering import render_html
from adapters.telegram.splitting import BUTTONS_BELOW, plan_replies, split_text, trim, utf16_length
from bot.channel import Reply, ReplyChoice, ReplyMedia
from tests.simulators.telegram_markup import parse_html

CHOICES = (ReplyChoice(label="好", value="a"), ReplyChoice(label="No", value="b"))
CHART = ReplyMedia(type="image", path="/tmp/chart.png")
TABLE = ReplyMedia(type="file", path="/tmp/table.xlsx")

#: texts with everything that makes cutting hard
hard_text = st.text(
    st.sampled_from("ab 你好。！？，\n\t😀👨‍👩‍👧🇨🇳é<>&\"'.!?/:*_[]()") | st.characters(codec="utf-8"), max_size=400
)
#: a text as the server sees it: its own characters, whatever they are
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


class TestSplitting:
    @given(text=hard_text, limit=st.integers(20, 120))
    def test_no_part_is_too_long_and_nothing_is_lost(self, text: str, limit: int) -> None:
        parts = split_text(text, limit)
        assert all(utf16_length(part) <= limit for part in parts)
        assert all(part.strip() for part in parts)
        assert _letters("".join(parts)) == _letters(text)
        for part in parts:
            part.encode("utf-16")  # no surrogate pair was cut

    @given(text=st.text(max_size=50))
    def test_a_short_text_stays_as_it_is(self, text: str) -> None:
        assert split_text(text, 4096) == ([text] if text.strip() else [])

    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("one two. three\n\nfour five six", ["one two. three", "four five six"]),
            ("第一句话很长很长。第二句话也很长。第三句话", ["第一句话很长很长。第二句话也很长。", "第三句话"]),
            ("他说：“走吧。”然后他就走了，再也没有回来过了", ["他说：“走吧。”", "然后他就走了，再也没有回来过了"]),
            ("It costs 3.5 million. And then it was all", ["It costs 3.5 million.", "And then it was all"]),
            ("word word word word word", ["word word word word", "word"]),
            ("a" * 45, ["a" * 20, "a" * 20, "a" * 5]),
        ],
    )
    def test_cuts_are_where_people_pause(self, text: str, parts: list[str]) -> None:
        assert split_text(text, 20 if not text.startswith("It") else 24) == parts

    @pytest.mark.parametrize("character", ["👨‍👩‍👧‍👦", "🇨🇳", "e\u0301", "👍🏽", "❤️"])
    def test_one_visible_character_is_not_cut(self, character: str) -> None:
        for before in range(12, 21):
            parts = split_text("x" * before + character + "y" * 20, 20)
            assert any(character in part for part in parts)

    def test_a_web_address_is_not_cut_when_it_can_go_to_the_next_part(self) -> None:
        address = "https://example.com/returns"
        parts = split_text("说明文字写在这里请查看" * 2 + address + "谢谢", 40)
        assert any(address in part for part in parts)

    def test_a_huge_text_is_cut_quickly(self) -> None:
        parts = split_text("很长的一句话，没有尽头" * 50_000, 4096)
        assert max(map(utf16_length, parts)) <= 4096

    @given(text=st.text(max_size=100), limit=st.integers(2, 64))
    def test_labels_are_trimmed(self, text: str, limit: int) -> None:
        assert utf16_length(trim(text, limit)) <= max(limit, 1)


class TestPlan:
    def test_buttons_go_under_the_last_part(self) -> None:
        parts = plan_replies([Reply(text="很长。" * 2000, choices=CHOICES)])
        assert len(parts) == 2
        assert [part.choices for part in parts] == [(), CHOICES]

    def test_a_short_text_is_the_caption(self) -> None:
        assert plan_replies([Reply(text="本周", media=(CHART,), choices=CHOICES)]) == [
            Reply(text="本周", media=(CHART,), choices=CHOICES)
        ]

    def test_a_long_text_follows_the_picture(self) -> None:
        first, second = plan_replies([Reply(text="x" * 1025, media=(CHART,), choices=CHOICES)])
        assert first == Reply(text="", media=(CHART,))
        assert second == Reply(text="x" * 1025, choices=CHOICES)

    def test_each_file_is_a_message(self) -> None:
        assert plan_replies([Reply(text="本周", media=(CHART, TABLE))]) == [
            Reply(text="", media=(CHART,)),
            Reply(text="本周", media=(TABLE,)),
        ]

    def test_buttons_without_words_get_some(self) -> None:
        assert plan_replies([Reply(text="  ", choices=CHOICES)]) == [Reply(text=BUTTONS_BELOW, choices=CHOICES)]

    def test_nothing_to_say_is_no_message(self) -> None:
        assert plan_replies([Reply(text="\n"), Reply(text="")]) == []

    @given(
        texts=st.lists(st.text(max_size=30).map(lambda text: text * 200), max_size=3),
        has_media=st.booleans(),
        has_choices=st.booleans(),
    )
    def test_every_part_fits(self, texts: list[str], has_media: bool, has_choices: bool) -> None:
        media, choices = (CHART,) * has_media, CHOICES * has_choices
        parts = plan_replies([Reply(text=text, media=media, choices=choices) for text in texts])
        for part in parts:
            assert len(part.media) <= 1
            assert utf16_length(part.text) <= (1024 if part.media else 4096)
            assert part.media or part.text.strip()
        assert sum(bool(part.choices) for part in parts) == len(texts) * has_choices
        spoken = [part.text for part in parts if part.text != BUTTONS_BELOW]
        assert _letters("".join(spoken)) == _letters("".join(texts))


class TestRendering:
    @given(text=any_text)
    def test_what_people_see_is_the_text(self, text: str) -> None:
        assert parse_html(render_html(text))[0] == text.replace("\x00", "")

    @given(text=st.text(st.sampled_from("<>&\"'/ab;#:htps.=?()[]，。 你x"), max_size=120))
    def test_markup_in_the_text_stays_text(self, text: str) -> None:
        shown, entities = parse_html(render_html(text))
        assert shown == text
        assert all(entity["type"] == "text_link" for entity in entities)

    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("看 https://example.com/a?b=1&c=2。", "https://example.com/a?b=1&c=2"),
            ("（https://example.com/a），谢谢", "https://example.com/a"),
            ("See https://en.wikipedia.org/wiki/Shop_(retail).", "https://en.wikipedia.org/wiki/Shop_(retail)"),
            ("(see https://example.com)", "https://example.com"),
            ('"https://example.com/\'x"', "https://example.com/'x"),
            ("http://example.com!", "http://example.com"),
        ],
    )
    def test_web_addresses_are_links(self, text: str, address: str) -> None:
        shown, entities = parse_html(render_html(text))
        assert shown == text
        assert [entity["url"] for entity in entities] == [address]

    @pytest.mark.parametrize(
        "text", ["https://zh.wikipedia.org/wiki/客户", "https://", "javascript:alert(1)", "a < b > c & d"]
    )
    def test_what_is_not_clearly_an_address_is_left_to_telegram(self, text: str) -> None:
        assert parse_html(render_html(text)) == (text, [])

    def test_lone_surrogates_are_mended(self) -> None:
        assert render_html("a\ud800b") == "a\ufffdb"


def _letters(text: str) -> str:
    """The text without white space, which may go at a cut."""
    return re.sub(r"\s+", "", text)
