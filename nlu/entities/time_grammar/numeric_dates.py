"""Dates in digits, the same in both languages: 2026-12-01, 2026/12/1, 12/25, 12/25/2026, 2026-12-01T15:00.

Promise: RULES only; month before day, as Chinese and Americans write it, unless the first number cannot be a month.
Never: a version, a code or a fraction read as a date.
"""

from __future__ import annotations

import re

from nlu.entities.time_grammar.periods import nearest_date
from nlu.entities.time_grammar.reading import Frame, Reading, add_months, days, make_date, month_start, on, rule

_BEFORE = r"(?<![A-Za-z\d./#$¥€£-])(?<!\d:)"
_AFTER = r"(?![\d%]|[-/.:]\d|[A-Za-z]{2})"
_MONTH = r"(?P<month>1[0-2]|0?[1-9])"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_CLOCK_NEXT = (
    r"(?:[(（]?(?:周|星期|礼拜)[一二三四五六日天][)）]?\s*)?(?:上午|下午|早上|晚上|中午|傍晚|(?:[01]?\d|2[0-3])[:：点][\d半钟\s]?"
    r"|(?:0?\d|1[0-2])\s?[ap]m\b)"
)
_MEETING_NEXT = (
    r"(?:拜访|走访|回访|电话|致电|微信|邮件|视频|会议|开会|见|跟|和|与|给|去|到|在|约|聊"
    r"|(?:call|met|visit|meeting|e-?mail|spoke|demo|lunch|dinner|log)(?![a-z]{4}))"
)


def _full(match: re.Match[str], _: Frame) -> Reading | None:
    found = make_date(int(match["year"]), int(match["month"]), int(match["day"]))
    return None if found is None else on(found)


def _year_month(match: re.Match[str], _: Frame) -> Reading:
    first = month_start(int(match["year"]), int(match["month"]))
    return days(first, add_months(first, 1), "month")


def _month_day(match: re.Match[str], frame: Frame) -> Reading | None:
    return nearest_date(int(match["month"]), int(match["day"]), None, frame)


#: a room, a stand or a version is numbered like a date
_NUMBERED = re.compile(
    r"(?:\b(?:room|rm|booth|stand|hall|gate|unit|suite|apt|desk|table|section|chapter|version|flat|block|v)\.?"
    r"|会议室|房间?|室|展位|展台|楼|栋|座|单元|包间|包厢|版本?|第)\s*(?:no\.?|number|#|号)?\s*$",
    re.IGNORECASE | re.ASCII,
)


def _dashed(match: re.Match[str], frame: Frame) -> Reading | None:
    before = match.string[max(0, match.start() - 16) : match.start()]
    return None if _NUMBERED.search(before) else _month_day(match, frame)


def _day_month(match: re.Match[str], frame: Frame) -> Reading | None:
    if (match["day"], match["month"]) == ("24", "7"):
        return None  # around the clock, not the 24th of July
    return nearest_date(int(match["month"]), int(match["day"]), None, frame)


RULES = (
    rule(
        "19 20", rf"{_BEFORE}(?P<year>(?:19|20)\d\d)(?P<mark>[-/.]){_MONTH}(?P=mark){_DAY}(?:T(?=\d)|{_AFTER})", _full
    ),
    rule("年", rf"{_BEFORE}(?P<year>(?:19|20)\d\d)年{_MONTH}月{_DAY}[日号]?", _full),
    rule("19 20", rf"{_BEFORE}(?P<year>(?:19|20)\d\d)[-/]{_MONTH}(?![\d/-])", _year_month),
    rule("/", rf"{_BEFORE}{_MONTH}/{_DAY}/(?P<year>20\d\d){_AFTER}", _full),
    rule("/", rf"{_BEFORE}(?P<day>3[01]|2\d|1[3-9])/{_MONTH}/(?P<year>20\d\d){_AFTER}", _full),
    rule("/", rf"{_BEFORE}{_MONTH}/{_DAY}{_AFTER}(?!\s?(?:of|的|股份|units|full)\b)(?!的)", _month_day),
    rule("/", rf"{_BEFORE}(?P<day>3[01]|2\d|1[3-9])/{_MONTH}{_AFTER}(?!的|\s?of\b)", _day_month),
    # Alone it is the answer to a question; in a sentence it may be a range of anything.
    rule("-", rf"^\s*{_MONTH}-{_DAY}\s*$", _month_day),
    rule("号 日", rf"{_BEFORE}{_MONTH}\.{_DAY}[号日]", _month_day),
    # 11-19 10:00, 11.19 下午: what a clock time or a part of the day follows is no range and no version.
    rule("- .", rf"{_BEFORE}{_MONTH}[-.]{_DAY}(?!\d)(?=\s*{_CLOCK_NEXT})", _dashed),
    # 11-19 拜访…, 记录:11.19 电话…: it begins a note, and somebody is met on it
    rule("- .", rf"(?:^|(?<=[:：]))\s*{_MONTH}[-.]{_DAY}(?!\d)(?=\s*{_MEETING_NEXT})", _month_day),
    rule("-", rf"(?:(?<=\bon )|(?<=\bby )|(?<=于)|(?<=在)){_MONTH}-{_DAY}{_AFTER}", _month_day),
)
