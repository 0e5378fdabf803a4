"""Days of the sun's year that are spoken of like holidays: 冬至, 立春前, 夏至那天.

Promise: RULES only; the usual formula of the 21st century, which no other century needs. Never: a term whose word means
something else as often (大雪, 小满, 白露).
"""

from __future__ import annotations

import re
from datetime import date

from nlu.entities.time_grammar.reading import DAY, Frame, Reading, make_date, on, rule

#: month, and the formula's constant
_TERMS = {
    "立春": (2, 3.87), "惊蛰": (3, 5.63), "春分": (3, 20.646), "谷雨": (4, 20.1), "立夏": (5, 5.52), "芒种": (6, 5.678),
    "夏至": (6, 21.37), "立秋": (8, 7.5), "处暑": (8, 23.13), "秋分": (9, 23.042), "霜降": (10, 23.438),
    "立冬": (11, 7.438), "冬至": (12, 21.94),
}  # fmt: skip
_YEARLY_DRIFT = 0.2422
#: the year in which the formula is a day late
_EARLIER = {("冬至", 2021)}


def term_day(name: str, year: int) -> date | None:
    """Give the day of a term in a year of this century."""
    month, constant = _TERMS[name]
    short = year % 100
    leaps = (short - 1 if month < 3 else short) // 4
    day = int(short * _YEARLY_DRIFT + constant) - leaps - ((name, year) in _EARLIER)
    return make_date(year, month, day)


def _term(match: re.Match[str], frame: Frame) -> Reading | None:
    today, side = frame.today, match["side"] or ""
    for year in (today.year, today.year - 1) if frame.is_past else (today.year, today.year + 1):
        day = term_day(match["name"], year)
        if day is not None:
            day += -DAY if "前" in side else DAY if "后" in side else 0 * DAY
        if day is not None and (day <= today if frame.is_past else day >= today):
            return on(day)
    return None


RULES = (
    rule(
        " ".join(_TERMS),
        rf"(?P<name>{'|'.join(_TERMS)})(?!礼|祝福|快乐|活动|饺子|促销)(?:当天|那天|那日)?"
        r"(?P<side>之前|以前|前(?!天|夜|台)|之后|以后|过后|后(?!天))?",
        _term,
    ),
)
