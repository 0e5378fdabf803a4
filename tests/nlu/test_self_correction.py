"""A value that is taken back in the same breath, and what only sounds like it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.self_correction import put_right, settle
from nlu.text import normalise
from nlu.understanding import ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="rep")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("remind me on Monday, sorry, Tuesday to send the deck", "remind me on Tuesday to send the deck"),
        (
            "visited Harbor Foods on Monday, I mean Tuesday, about prices",
            "visited Harbor Foods on Tuesday, about prices",
        ),
        ("meeting with Owen Friday at 9, sorry, at 10", "meeting with Owen Friday at 10"),
        ("set the Harbor deal to 30k no wait 35k", "set the Harbor deal to 35k"),
        ("周二上午，啊不，周三上午提醒我给林涛打电话", "周三上午提醒我给林涛打电话"),
        ("冷链改造改成30万，说错了，是32万", "冷链改造改成32万"),
        ("韩冰的手机是13911112222，打错了，13911113333", "韩冰的手机是13911113333"),
        ("called Owen, scratch that, emailed Nadia about the visit", "emailed Nadia about the visit"),
        ("我本来想下周去拜访林涛，算了", "算了"),
        ("I was going to visit Owen on Friday, never mind", "never mind"),
    ],
)
def test_what_is_said_anew_replaces_the_last_of_its_kind(said: str, meant: str) -> None:
    assert settle(normalise(said), CONTEXT) == normalise(meant)


@pytest.mark.parametrize(
    "text",
    [
        "昨天和悦购开会，他说价格不对，周五再谈",
        "他说周三不行，不，周四也不行",
        "我昨天见了林涛，不是韩冰",
        "不对，是周四",
        "no, I meant Thursday",
        "called Nadia yesterday, sorry for the delay, send the quote Friday",
        "met Harbor on Tuesday. No decision yet, follow up Friday",
        "拜访了林涛，他说今年不买了，算了",
    ],
)
def test_what_only_sounds_like_a_correction_stays_as_it_is(text: str) -> None:
    assert settle(normalise(text), CONTEXT) == normalise(text)


@pytest.mark.parametrize(
    ("said", "right", "meant"),
    [
        ("remind me on Monday to send the deck", "Tuesday", "remind me on Tuesday to send the deck"),
        ("提醒我下周二上午十点拜访徐强", "下周三", "提醒我下周三上午十点拜访徐强"),
        ("永丰食品到账5万", "4万", "永丰食品到账4万"),
        ("永丰食品到账5万", "下周三", None),
        ("他说价格不对，周五再谈", "30万", None),
    ],
)
def test_a_right_value_takes_the_place_of_the_last_of_its_kind_or_of_none(
    said: str, right: str, meant: str | None
) -> None:
    assert put_right(normalise(said), normalise(right), CONTEXT) == (None if meant is None else normalise(meant))


@given(
    st.text(max_size=60), st.sampled_from([", sorry, ", "，说错了，", " no wait ", "，啊不，"]), st.text(max_size=60)
)
def test_what_is_settled_stays_settled(before: str, mark: str, after: str) -> None:
    settled = settle(normalise(before + mark + after), CONTEXT)
    assert settle(settled, CONTEXT) == settled


@pytest.mark.parametrize("part", [",", " no", ", sorry", "，说错了，", "3pm, sorry, "])
def test_long_repetition_is_read_at_once(part: str) -> None:
    assert settle(part * 1000, CONTEXT)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("提醒我下周二上午十点拜访徐涛，不对，下周三", "提醒我下周三上午十点拜访徐涛"),
        ("remind me Friday 3pm, sorry, Saturday to call Owen", "remind me Saturday 3pm to call Owen"),
        ("明天下午三点，不对，四点提醒我打电话", "明天下午四点提醒我打电话"),
        ("下周二上午十点，不对，下午三点提醒我打电话", "下周二下午三点提醒我打电话"),
    ],
)
def test_a_day_alone_keeps_the_clock_and_a_clock_alone_the_day(said: str, meant: str) -> None:
    assert settle(normalise(said), CONTEXT) == normalise(meant)
