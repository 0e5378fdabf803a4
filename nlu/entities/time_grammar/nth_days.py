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
from nlu.entities.time_grammar.chinese_days import SHIFT, shift_of
from nlu.entities.time_grammar.distance import add_working_days
from nlu.entities.time_grammar.english_days import MONTH as EN_MONTH
from nlu.entities.time_grammar.english_days import month_of
from nlu.entities.time_grammar.periods import quarter_start
from nlu.entities.time_grammar.reading import DAY, Frame, Reading, add_months, month_start, on, rule

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


def _english(match: re.Match[str], frame: Frame) -> Reading | None:
    what = match["what"].lower()
    place = _EN_PLACES[match["place"].lower()]
    pick = _working_day(place) if "ing" in what or "bus" in what else _any_day(place)
    if what[:3] in _EN_WEEKDAYS:
        pick = _weekday(place, _EN_WEEKDAYS.index(what[:3]))
    if match["month"]:
        return _first_allowed(_months(month_of(match["month"]), frame), pick, frame)
    near, unit = (match["near"] or "the").lower(), match["unit"].lower()
    if near == "the" and unit == "month":
        return _first_allowed(_months(None, frame), pick, frame)
    day = pick(*_near(unit, _NEAR[near], frame))
    return None if day is None else on(day)


def _chinese(match: re.Match[str], frame: Frame) -> Reading | None:
    place = -1 if match["place"] == "最后一" else chinese_number(match["place"].removeprefix("第"))
    what = match["what"]
    pick = _working_day(place) if what == "工作日" else _any_day(place) if what == "天" else None
    pick = pick or _weekday(place, _ZH_WEEKDAYS.index("日" if what[-1] == "天" else what[-1]))
    if match["month"]:
        return _first_allowed(_months(chinese_number(match["month"]), frame), pick, frame)
    unit = {"月": "month", "季": "quarter"}[match["unit"][0]] if match["unit"] else "year"
    offset = {"今年": 0, "本年": 0, "明年": 1, "去年": -1}.get(match["year"] or "", 0)
    day = pick(*_near(unit, shift_of(match["shift"]) if match["shift"] else offset, frame))
    return None if day is None else on(day)


RULES = (
    rule(
        "of in",
        r"\b(?:the )?(?P<place>first|second|third|fourth|last|1st|2nd|3rd|4th) "
        r"(?P<what>(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:working |business )?day|workday) (?:of|in) "
        rf"(?:(?:the )?(?P<near>this|next|last|the )?\s?(?P<unit>month|quarter|year)\b|{EN_MONTH}\b)",
        _english,
    ),
    rule(
        "第 最后",
        rf"(?:{SHIFT}?(?P<unit>月|季度?)|(?P<year>今年|明年|去年|本年)|(?<![\d.第]){ZH_MONTH}月份?)的?"
        r"(?P<place>第[一二三四五]|最后一)个?(?P<what>(?:周|星期|礼拜)[一二三四五六日天]|工作日|天)",
        _chinese,
    ),
)
