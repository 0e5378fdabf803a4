from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.entities.times import due_at, find, find_times, find_vague_times, resolve_time
from nlu.understanding import Moment, ParseContext, Tense
from tests.nlu.entities import times_en, times_zh

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
WEDNESDAY = datetime(2026, 11, 25, 20, 30, tzinfo=SHANGHAI)
SUNDAY = datetime(2026, 11, 29, 9, 0, tzinfo=SHANGHAI)

NOT_A_TIME = """
三点建议
我有三点要求
第三点很重要
价格便宜一点
下午好
早上好，请问有货吗
晚安
两周一次
拜访一下周敏
同步一下季度目标
3号楼
5号电池
一号店
工单12号
电话138-0000-1111
13800001111
v12.25.3
版本3.5.2
型号T3-12/25
三个月
以后天天打折
半价
1/3的客户
好一点的
三点五折
good morning
Good evening, any news?
24/7 support
Mr. Sun wants it
May wants a quote
it may 5 items
call June
April from Acme
he sat down
5th floor
10th anniversary
call 13800001111
price is 3.5.2
version v12.25.3
SM-T12/25
order 20260001
500 units
at 8 stores
$3,000
ratio 16:9
a week of training is 3 days
see https://acme.com/2026-12-01/tomorrow
tomorrow@acme.com
""".strip().splitlines()


def describe(moment: Moment) -> str:
    start = moment.start.strftime("%Y-%m-%d %H:%M")
    if moment.has_time:
        return start if moment.end is None else start + moment.end.strftime("-%H:%M")
    assert moment.end is not None, "what has no clock time is a span"
    if moment.grain == "hour":
        return start + moment.end.strftime("~%H:%M")
    if moment.end - moment.start == timedelta(days=1):
        return start[:10]
    return f"{start[:10]}/{moment.end:%Y-%m-%d}"


def resolved(text: str, now: datetime = MONDAY, tense: Tense = "future") -> str | None:
    moment = resolve_time(text, now, SHANGHAI, tense)
    return None if moment is None else describe(moment)


@pytest.mark.parametrize(("text", "expected"), [*times_zh.DUE, *times_en.DUE, *times_zh.MIXED])
def test_what_is_due_resolves_to_the_future(text: str, expected: str) -> None:
    assert resolved(text) == expected


@pytest.mark.parametrize(("text", "expected"), [*times_zh.HAPPENED, *times_en.HAPPENED])
def test_what_happened_resolves_to_the_past(text: str, expected: str) -> None:
    assert resolved(text, tense="past") == expected


@pytest.mark.parametrize("text", NOT_A_TIME)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert find_times(text, MONDAY, SHANGHAI, "future") == []


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("next Tuesday", MONDAY, "2026-12-01"),
        ("next Tuesday", WEDNESDAY, "2026-12-01"),
        ("next Tuesday", SUNDAY, "2026-12-01"),
        ("下周二", SUNDAY, "2026-12-01"),
        ("下下周一", SUNDAY, "2026-12-07"),
        ("Wednesday", WEDNESDAY, "2026-12-02"),
        ("周三", WEDNESDAY, "2026-12-02"),
        ("this Tuesday", WEDNESDAY, "2026-12-01"),
        ("本周二", WEDNESDAY, "2026-11-24"),
        ("周日", SUNDAY, "2026-12-06"),
        ("this week", SUNDAY, "2026-11-23/2026-11-30"),
        ("at 9 tomorrow", WEDNESDAY, "2026-11-26 09:00"),
        ("tomorrow at nine thirty", WEDNESDAY, "2026-11-26 09:30"),
        ("tomorrow at ten forty-five", WEDNESDAY, "2026-11-26 10:45"),
        ("tomorrow at nine oh five", WEDNESDAY, "2026-11-26 09:05"),
        ("tommorow 2pm", WEDNESDAY, "2026-11-26 14:00"),
        ("名天下午三点", WEDNESDAY, "2026-11-26 15:00"),
        ("下午三点", WEDNESDAY, "2026-11-26 15:00"),
        ("今天9点", WEDNESDAY, "2026-11-25 21:00"),
        ("weekend", SUNDAY, "2026-11-28/2026-11-30"),
        ("15号", WEDNESDAY, "2026-12-15"),
        ("25号", WEDNESDAY, "2026-11-25"),
    ],
)
def test_the_week_begins_on_monday_and_a_weekday_alone_is_never_today(text: str, now: datetime, expected: str) -> None:
    assert resolved(text, now) == expected


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("Wednesday", WEDNESDAY, "2026-11-18"),
        ("周二", WEDNESDAY, "2026-11-24"),
        ("last Tuesday", WEDNESDAY, "2026-11-17"),
        ("上周二", SUNDAY, "2026-11-17"),
        ("3pm", MONDAY, "2026-11-22 15:00"),
        ("3pm", WEDNESDAY, "2026-11-25 15:00"),
        ("30号", WEDNESDAY, "2026-10-30"),
        ("周末", SUNDAY, "2026-11-28/2026-11-30"),
        ("Q4", WEDNESDAY, "2026-10-01/2027-01-01"),
    ],
)
def test_the_past_reaches_back_from_the_clock(text: str, now: datetime, expected: str) -> None:
    assert resolved(text, now, "past") == expected


def test_working_days_leave_out_chinas_holidays_and_count_its_make_up_days() -> None:
    before_national_day = datetime(2026, 9, 29, 10, 0, tzinfo=SHANGHAI)
    assert resolved("3个工作日后", before_national_day) == "2026-10-09"
    assert resolved("4个工作日后", before_national_day) == "2026-10-10", "a Saturday that is worked"


def test_a_time_that_daylight_saving_skips_moves_forward() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    moment = resolve_time("tomorrow at 2:30am", datetime(2027, 3, 27, 12, tzinfo=berlin), berlin, "future")
    assert moment is not None
    assert moment.start == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert moment.start.hour == 3


def test_hours_are_elapsed_time_over_a_change_of_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    moment = resolve_time("in 3 hours", datetime(2027, 3, 28, 0, 30, tzinfo=berlin), berlin, "future")
    assert moment is not None
    assert moment.start.astimezone(UTC) == datetime(2027, 3, 28, 2, 30, tzinfo=UTC)


def test_days_are_calendar_days_over_a_change_of_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    moment = resolve_time("tomorrow at 9am", datetime(2027, 3, 27, 12, tzinfo=berlin), berlin, "future")
    assert moment is not None
    assert (moment.start.hour, moment.start.utcoffset()) == (9, timedelta(hours=2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("周五", "2026-11-27 18:00"),
        ("Friday 3pm", "2026-11-27 15:00"),
        ("明天上午", "2026-11-24 09:00"),
        ("下周", "2026-12-04 18:00"),
        ("next month", "2026-12-31 18:00"),
        ("end of month", "2026-11-30 18:00"),
        ("EOD", "2026-11-23 18:00"),
        ("in half an hour", "2026-11-23 10:30"),
        ("3天内", "2026-11-26 18:00"),
        ("周末", "2026-11-29 18:00"),
        ("2-4pm tomorrow", "2026-11-24 14:00"),
    ],
)
def test_due_without_a_clock_time_is_at_six_in_the_evening(text: str, expected: str) -> None:
    moment = resolve_time(text, MONDAY, SHANGHAI, "future")
    assert moment is not None
    assert due_at(moment, SHANGHAI).strftime("%Y-%m-%d %H:%M") == expected


def test_each_clause_decides_between_past_and_future() -> None:
    context = ParseContext(now=MONDAY, timezone=SHANGHAI)
    found = find("周二拜访了悦购，周五前发合同", context)
    assert [describe(one.value) for one in found if isinstance(one.value, Moment)] == ["2026-11-17", "2026-11-27"]


def test_several_times_are_found_in_order() -> None:
    found = find_times("follow up Tuesday 3pm, send contract by end of month", MONDAY, SHANGHAI, "future")
    assert [one.text for one in found] == ["Tuesday 3pm", "end of month"]


def test_a_pause_between_two_days_is_no_range() -> None:
    found = find_times("visited yesterday - tomorrow send the contract", MONDAY, SHANGHAI, "future")
    assert [one.text for one in found] == ["yesterday", "tomorrow"]


def test_traditional_characters_are_read_and_kept() -> None:
    found = find_times("下週二下午兩點半拜訪", MONDAY, SHANGHAI, "future")
    assert [(one.text, one.start, one.end) for one in found] == [("下週二下午兩點半", 0, 8)]


@pytest.mark.parametrize(
    ("text", "vague"),
    [("改天再约", "改天"), ("过几天联系", "过几天"), ("let's talk soon", "soon"), ("some day", "some day")],
)
def test_what_nobody_can_resolve_is_pointed_out(text: str, vague: str) -> None:
    assert [text[slice(*span)] for span in find_vague_times(text, MONDAY, SHANGHAI)] == [vague]
    assert resolved(text) is None


PIECES = st.sampled_from(
    [
        "今天",
        "明天",
        "下周",
        "周",
        "二",
        "三",
        "点",
        "半",
        "下午",
        "到",
        "前",
        "后",
        "3",
        "12",
        "/",
        ":",
        "-",
        "月",
        "日",
        "号",
        "年",
        "季度",
        "个",
        "工作日",
        "小时",
        "最近",
        "春节",
        "差",
        "分",
        "刻",
        "am",
        "pm",
        "at",
        "on",
        "by",
        "next",
        "last",
        "Tuesday",
        "May",
        "5th",
        "of",
        "in",
        "half",
        "an",
        "hour",
        "and",
        "week",
        "month",
        "Q3",
        "2026",
        "to",
        "(",
        ")",
        ",",
        "，",
        "。",
        "的",
        "end",
        "EOD",
        "二十",
        "零",
        "过",
        "再",
        "十",
        "noon",
        "tonight",
        "99999999",
        ".",
    ]
)


@given(st.lists(st.one_of(PIECES, st.just(" ")), max_size=40).map("".join), st.sampled_from(["past", "future"]))
def test_no_text_fails_and_every_offset_is_valid(text: str, tense: Tense) -> None:
    position = 0
    for one in find_times(text, MONDAY, SHANGHAI, tense):
        assert position <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.text
        assert isinstance(one.value, Moment)
        assert one.value.start.tzinfo is SHANGHAI
        assert one.value.end is None or one.value.end > one.value.start
        position = one.end


@given(st.text(max_size=200))
def test_any_characters_are_read_alike_each_time(text: str) -> None:
    assert find_times(text, MONDAY, SHANGHAI, "future") == find_times(text, MONDAY, SHANGHAI, "future")


def test_the_same_words_at_the_same_moment_are_read_in_each_readers_zone() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    for zone in (SHANGHAI, lisbon, SHANGHAI):
        (one,) = find_times("明天下午三点", MONDAY, zone, "future")
        assert isinstance(one.value, Moment)
        assert (one.value.start.hour, one.value.start.tzinfo) == (15, zone)


def test_who_changes_the_list_of_times_changes_his_own() -> None:
    find_times("明天下午三点", MONDAY, SHANGHAI, "future").clear()
    assert find_times("明天下午三点", MONDAY, SHANGHAI, "future")


@given(st.integers(min_value=631_152_000, max_value=3_471_292_800), st.sampled_from([*times_zh.DUE, *times_en.DUE]))
def test_every_expression_resolves_on_every_day(seconds: int, row: tuple[str, str]) -> None:
    moment = resolve_time(row[0], datetime.fromtimestamp(seconds, UTC), SHANGHAI, "future")
    assert moment is None or moment.start.tzinfo is SHANGHAI


@pytest.mark.parametrize(
    "piece", ["周", "三点", "1:", "12/", "at ", "in a ", "再过", "一二三", "9", "的", "(", "q3 ", "下", "next "]
)
def test_long_repetition_is_read_at_once(piece: str) -> None:
    """Patterns that backtrack without bound would never come back from this."""
    text = piece * 4000
    found = find_times(text, MONDAY, SHANGHAI, "future")
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@pytest.mark.parametrize("piece", ["a", "a1-", "1 ", "a.", "Tuesday, ", "met 1234567 Tuesday "])
def test_the_longest_message_is_read_at_once(piece: str) -> None:
    """A run of 100,000 letters took a minute while each of its places was tried as the beginning of an address."""
    text = (piece * 100_000)[:100_000]
    assert all(text[one.start : one.end] == one.text for one in find(text, ParseContext(now=MONDAY, timezone=SHANGHAI)))
