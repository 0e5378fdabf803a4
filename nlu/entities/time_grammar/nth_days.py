"""Days counted within a period: 'the first Monday of December', 下个月第一个周一, 'last working day of the month'.

Promise: RULES only; every rule is linear in the text; a month without a year is the nearest one in which the day is
allowed by the tense. Working days are China's, make-up days included. Never: a day that the period does not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date

from nlu.entities.numerals import chinese_number
from nlu.entities.time_grammar.chinese_days import MONTH as ZH_MONTH
from nlu.entities.time_grammar.chinese_days import SHIFT, YEAR, shift_of, year_of
from nlu.entities.time_grammar.distance import add_working_days
from nlu.entities.time_grammar.english_days import MONTH as EN_MONTH
from nlu.entities.time_grammar.english_days import month_of
from nlu.entities.time_grammar.periods import month_by_name, quarter_start
from nlu.entities.time_grammar.reading import DAY, Frame, Reading, add_months, days, monday, month_start, on, rule

#: the place of a day in its period: 1 the first, -1 the last; of a period, its first day and the day after its last
Pick = Callable[[date, date], date | None]
Period = tuple[date, date]

_EN_PLACES = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1}
_EN_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ZH_WEEKDAYS = "一二三四五六日"
_NEAR = {"this": 0, "next": 1, "last": -1, "the": 0}


def _weekday(place: int, weekday: int) -> Pick:
    def pick(first: date, after: date) -> date | None:
        start = first + DAY * ((weekday - first.weekday()) % 7)
        found = start + 7 * DAY * (place - 1) if place > 0 else after - DAY * ((after.weekday() - weekday - 1) % 7 + 1)
        return found if first <= found < after else None

    return pick


def _working_day(place: int) -> Pick:
    return lambda first, after: add_working_days(first - DAY if place > 0 else after, place)


def _any_day(place: int) -> Pick:
    return lambda first, after: first + DAY * (place - 1) if place > 0 else after - DAY


def _first_allowed(periods: Iterable[Period], pick: Pick, frame: Frame) -> Reading | None:
    for first, after in periods:
        day = pick(first, after)
        if day and (day <= frame.today if frame.is_past else day >= frame.today):
            return on(day)
    return None


def _months(number: int | None, frame: Frame) -> list[Period]:
    """Give the month of that number in the years around, or this month and those beside it, nearest first."""
    today, step = frame.today, -1 if frame.is_past else 1
    if number is None:
        starts = [month_start(today.year, today.month + step * each) for each in range(3)]
    else:
        starts = [month_start(today.year + step * each, number) for each in range(3)]
    return [(start, add_months(start, 1)) for start in starts]


def _near(unit: str, offset: int, frame: Frame) -> Period:
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    starts = {"month": frame.today.replace(day=1), "quarter": quarter_start(frame.today)}
    start = add_months(starts.get(unit, date(frame.today.year, 1, 1)), size * offset)
    return start, add_months(start, size)


def _week(first: date, after: date, place: int) -> Reading:
    """Give the calendar week: the first one has the period's first day, the last one its last."""
    start = monday(first) + 7 * DAY * (place - 1) if place > 0 else monday(after - DAY)
    return days(start, start + 7 * DAY, "week")


def _english_week(match: re.Match[str], frame: Frame) -> Reading:
    place = _EN_PLACES[match["place"].lower()]
    if match["month"]:
        first = month_by_name(month_of(match["month"]), None, frame)
        return _week(first, add_months(first, 1), place)
    return _week(*_near("month", _NEAR[(match["near"] or "the").lower()], frame), place)


def _chinese_week(match: re.Match[str], frame: Frame) -> Reading:
    place = _zh_place(match)
    if match["month"]:
        first = month_by_name(chinese_number(match["month"]), year_of(match, frame), frame)
        return _week(first, add_months(first, 1), place)
    return _week(*_near("month", shift_of(match["shift"]), frame), place)


def _zh_place(match: re.Match[str]) -> int:
    return -1 if match["place"] == "最后一" else chinese_number(match["place"].removeprefix("第"))


def _english(match: re.Match[str], frame: Frame) -> Reading | None:
    what = match["what"].lower()
    place = _EN_PLACES[match["place"].lower()]
    pick = _working_day(place) if "ing" in what or "bus" in what else _any_day(place)
    if what[:3] in _EN_WEEKDAYS:
        pick = _weekday(place, _EN_WEEKDAYS.index(what[:3]))
    if match["month"]:
        return _first_allowed(_months(month_of(match["month"]), frame), pick, frame)
    if match["new"]:
        years = (frame.today.year + step for step in range(-1, 2))
        periods = [(date(year, 1, 1), date(year + 1, 1, 1)) for year in years]
        return _first_allowed(reversed(periods) if frame.is_past else periods, pick, frame)
    near, unit = (match["near"] or "the").lower(), match["unit"].lower()
    if near == "the" and unit == "month":
        return _first_allowed(_months(None, frame), pick, frame)
    day = pick(*_near(unit, _NEAR[near], frame))
    return None if day is None else on(day)


def _chinese(match: re.Match[str], frame: Frame) -> Reading | None:
    place = _zh_place(match)
    what = match["what"]
    pick = _working_day(place) if what == "工作日" else _any_day(place) if what == "天" else None
    pick = pick or _weekday(place, _ZH_WEEKDAYS.index("日" if what[-1] == "天" else what[-1]))
    if match["month"]:
        return _of_month(chinese_number(match["month"]), year_of(match, frame), pick, frame)
    if match["shift"]:
        unit = "month" if match["unit"] == "月" else "quarter"
        day = pick(*_near(unit, shift_of(match["shift"]), frame))
        return None if day is None else on(day)
    year = year_of(match, frame)
    if year is None:
        return _first_allowed(_months(None, frame), pick, frame) if match["unit"] == "月" else None
    day = pick(date(year, 1, 1), date(year + 1, 1, 1))
    return None if day is None else on(day)


def _of_month(month: int, year: int | None, pick: Pick, frame: Frame) -> Reading | None:
    if year is None:
        return _first_allowed(_months(month, frame), pick, frame)
    first = month_start(year, month)
    day = pick(first, add_months(first, 1))
    return None if day is None else on(day)


_PLACE = r"(?P<place>first|second|third|fourth|last|1st|2nd|3rd|4th)"
_EN_PERIOD = rf"(?:of|in) (?:(?:the )?(?:(?P<near>this|next|last) )?(?P<unit>month|quarter|year)\b|{EN_MONTH}\b)"
_ZH_PERIOD = rf"(?:{SHIFT}(?P<unit>月|季度?)|(?:{YEAR})?(?:(?<![\d.第]){ZH_MONTH}月份?)?)的?"
_ZH_PLACE = "(?P<place>第[一二三四五]|最后一)个?"

RULES = (
    rule(
        "of in",
        rf"\b(?:the )?{_PLACE} "
        r"(?P<what>(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:working |business )?day|workday) "
        rf"(?:{_EN_PERIOD}|of the (?P<new>new year)\b)",
        _english,
    ),
    rule("week", rf"\b(?:the )?{_PLACE} week {_EN_PERIOD.replace('month|quarter|year', 'month')}", _english_week),
    rule(
        "第 最后",
        rf"{_ZH_PERIOD}(?<=[月季度年的]){_ZH_PLACE}(?P<what>(?:周|星期|礼拜)[一二三四五六日天]|工作日|天)",
        _chinese,
    ),
    rule(
        "第 最后",
        rf"(?:{SHIFT}月|(?:{YEAR})?(?<![\d.第]){ZH_MONTH}月份?)的?{_ZH_PLACE}(?:周|星期|礼拜)(?![一二三四五六日天末])",
        _chinese_week,
    ),
)
