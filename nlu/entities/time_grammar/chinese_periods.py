"""Chinese rules for months, quarters and years: 上个月, 3月份, 月底, 第三季度, 明年, 下半年.

Promise: RULES only; every rule is linear in the text. Never: single days and weeks (chinese_days.py).
"""

from __future__ import annotations

import re
from datetime import date

from nlu.entities.numerals import chinese_number
from nlu.entities.time_grammar.chinese_days import MONTH, SHIFT, YEAR, shift_of, year_of
from nlu.entities.time_grammar.periods import (
    edge_of,
    half_month,
    half_year,
    month_by_name,
    month_part,
    quarter_by_name,
    quarter_by_offset,
    quarter_start,
    year_span,
)
from nlu.entities.time_grammar.reading import DAY, Frame, Reading, add_months, days, monday, month_start, rule

_QUARTERS = {char: value for value, chars in enumerate(["一1", "二2", "三3", "四4"], start=1) for char in chars}
_MONTH_EDGE = "(?P<edge>初|中旬|中(?!秋)|底|末|上旬|下旬)"
_EDGE = "(?P<edge>初|中(?!秋)|底|末)"
_WITHIN = "(?:以内|之内|内|里)?"


def _month(match: re.Match[str], frame: Frame) -> Reading:
    offset = shift_of(match["shift"])
    if match["edge"] is None:
        return Reading(month=offset)
    return month_part(month_start(frame.today.year, frame.today.month + offset), match["edge"])


def _month_edge(match: re.Match[str], frame: Frame) -> Reading:
    """月底: this month's, or where the tense cannot mean that, the nearest one that it can."""
    first = frame.today.replace(day=1)
    reading = month_part(first, match["edge"])
    day = reading.fixed_day
    if day and (day > frame.today if frame.is_past else day < frame.today):
        return month_part(add_months(first, -1 if frame.is_past else 1), match["edge"])
    return reading


def _named_month(match: re.Match[str], frame: Frame) -> Reading:
    first = month_by_name(chinese_number(match["month"]), year_of(match, frame), frame)
    return month_part(first, match["edge"]) if match["edge"] else days(first, add_months(first, 1), "month")


def _year(match: re.Match[str], frame: Frame) -> Reading | None:
    year = year_of(match, frame)
    if year is None:
        return None
    if match["half"]:
        return half_year(year, match["half"] == "下")
    quarter = match["quarter"]
    return edge_of(quarter_by_name(_QUARTERS[quarter], year, frame) if quarter else year_span(year), match["edge"])


def _quarter(match: re.Match[str], frame: Frame) -> Reading:
    return edge_of(quarter_by_name(_QUARTERS[match["quarter"]], None, frame), match["edge"])


def _near_quarter(match: re.Match[str], frame: Frame) -> Reading:
    return edge_of(quarter_by_offset(shift_of(match["shift"]), frame), match["edge"])


def _quarter_edge(match: re.Match[str], frame: Frame) -> Reading:
    reading = edge_of(quarter_by_offset(0, frame), match["edge"])
    if frame.is_past and reading.fixed_day and reading.fixed_day > frame.today:
        return edge_of(quarter_by_offset(-1, frame), match["edge"])
    return reading


def _year_edge(match: re.Match[str], frame: Frame) -> Reading:
    """年底 and 年初 without a year: this year's, or the nearest one that the tense allows."""
    reading = edge_of(year_span(frame.today.year), match["edge"])
    day = reading.fixed_day
    if day and (day > frame.today if frame.is_past else day < frame.today):
        return edge_of(year_span(frame.today.year + (-1 if frame.is_past else 1)), match["edge"])
    return reading


def _to_date(match: re.Match[str], frame: Frame) -> Reading:
    """今年以来, 本月至今: up to and with today."""
    today = frame.today
    starts = {"年": date(today.year, 1, 1), "度": quarter_start(today), "月": today.replace(day=1), "周": monday(today)}
    return days(starts[match["unit"]], today + DAY, "day")


def _half_month(match: re.Match[str], frame: Frame) -> Reading:
    """12月下半月, 下个月上半月, 上半月."""
    first = frame.today.replace(day=1)
    if match["month"]:
        first = month_by_name(chinese_number(match["month"]), None, frame)
    elif match["shift"]:
        first = add_months(first, shift_of(match["shift"]))
    return half_month(first, match["half"] == "下")


def _half_year(match: re.Match[str], frame: Frame) -> Reading:
    return edge_of(half_year(frame.today.year, match["half"] == "下"), "末" if match["edge"] else None)


RULES = (
    rule("月", rf"{SHIFT}月份?的?{_MONTH_EDGE}?{_WITHIN}", _month),
    rule("月", r"(?<![个\d一二三四五六七八九十上本这当])(?<!(?<!一)下)月(?P<edge>初|中旬|中|底|末)", _month_edge),
    rule("月", rf"(?:{YEAR})?(?<![\d.第个]){MONTH}月份?{_MONTH_EDGE}?(?!\d|[个大子饼光])", _named_month),
    rule(
        "年",
        rf"{YEAR}(?:第?(?P<quarter>[一二三四1-4])季度?|(?P<half>[上下])半年)?(?:(?<=年)年(?=[初中底末]))?{_EDGE}?",
        _year,
    ),
    rule("年", rf"{YEAR}q(?P<quarter>[1-4])(?P<half>(?!))?{_EDGE}?", _year),
    rule("季", rf"第?(?P<quarter>[一二三四1-4])季度{_EDGE}?", _quarter),
    rule("季", rf"{SHIFT}季度?{_EDGE}?", _near_quarter),
    rule("季", r"(?<![一二三四1-4上本这])(?<!(?<!一)下)季度?(?P<edge>初|底|末)", _quarter_edge),
    rule("年", r"(?<![今明去前后当本半\d年])年(?P<edge>初|中(?!秋)|底|末|终)(?!奖)", _year_edge),
    rule(
        "以来 至今 到现在 到目前",
        r"(?:今|本|这一?个?|当)(?:季(?=度))?(?P<unit>年|度|月|周)(?:初|份)?(?:以来|至今|到现在|到目前)",
        _to_date,
    ),
    rule(
        "半月",
        rf"(?:{SHIFT}月份?的?|(?<![\d.第个]){MONTH}月份?的?)?(?P<half>上|下)半个?月",
        _half_month,
    ),
    rule("半年", r"(?<![今明去前后年的])(?P<half>上|下)半年(?P<edge>结束|底|末)?", _half_year),
)
