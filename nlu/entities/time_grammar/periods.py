"""Calendar periods that both languages name: months, quarters, halves, years, weekends, and their edges.

Promise: pure calendar arithmetic on a Frame. Never: a pattern or a word of the text, but for the edge's.
"""

from __future__ import annotations

from datetime import date, timedelta

from nlu.entities.time_grammar.reading import (
    DAY,
    Frame,
    Reading,
    Span,
    add_months,
    days,
    make_date,
    monday,
    month_start,
    on,
)

_STARTS = frozenset({"初", "start", "beginning", "early"})
_ENDS = frozenset({"底", "末", "终", "end", "late"})
_THIRDS = {"上旬": (1, 11), "early": (1, 11), "中旬": (11, 21), "mid": (11, 21), "下旬": (21, None), "late": (21, None)}


def nearest_date(month: int, day: int, year: int | None, frame: Frame) -> Reading | None:
    """Give the day; without a year the nearest one that the tense allows, None where no calendar has it."""
    for candidate in (year,) if year else _years_around(frame):
        found = make_date(candidate, month, day)
        if found and (year or (found <= frame.today if frame.is_past else found >= frame.today)):
            return on(found)
    return None


def _years_around(frame: Frame) -> range:
    # Nine steps reach the next 29 February, over a century without one.
    year = frame.today.year
    return range(year, max(1, year - 9), -1) if frame.is_past else range(year, min(9999, year + 9))


def month_by_name(month: int, year: int | None, frame: Frame) -> date:
    """Give the month's first day; without a year this month, the last one begun or the next to come."""
    if year:
        return month_start(year, month)
    first = month_start(frame.today.year, month)
    this = frame.today.replace(day=1)
    if frame.is_past and first > this:
        return month_start(frame.today.year - 1, month)
    if not frame.is_past and first < this:
        return month_start(frame.today.year + 1, month)
    return first


def month_part(first: date, edge: str) -> Reading:
    """Give the part of a month: 底 and end are its last day, 初 its first, 中 the 15th, 上旬, 中旬, 下旬 its thirds."""
    if edge in _THIRDS:
        begin, finish = _THIRDS[edge]
        after = first.replace(day=finish) if finish else add_months(first, 1)
        return days(first.replace(day=begin), after, "day")
    if edge in _STARTS:
        return on(first)
    return on(add_months(first, 1) - DAY) if edge in _ENDS else on(first.replace(day=15))


def quarter_by_name(quarter: int, year: int | None, frame: Frame) -> Reading:
    """Give the quarter; without a year this one, the last one begun or the next to come."""
    month = 3 * quarter - 2
    if year is None:
        year = frame.today.year
        this = (frame.today.month + 2) // 3
        year += -1 if frame.is_past and quarter > this else 1 if not frame.is_past and quarter < this else 0
    first = month_start(year, month)
    return days(first, add_months(first, 3), "quarter")


def quarter_by_offset(offset: int, frame: Frame) -> Reading:
    """Give the quarter that lies so many quarters from this one."""
    first = add_months(quarter_start(frame.today), 3 * offset)
    return days(first, add_months(first, 3), "quarter")


def quarter_start(day: date) -> date:
    """Give the first day of the day's quarter."""
    return month_start(day.year, (day.month - 1) // 3 * 3 + 1)


def year_span(year: int) -> Reading:
    """Give a calendar year."""
    return days(date(year, 1, 1), date(year + 1, 1, 1), "year")


def half_year(year: int, is_second: bool) -> Reading:
    """Give a half of a calendar year."""
    first = date(year, 7 if is_second else 1, 1)
    return days(first, add_months(first, 6), "month")


def half_month(first: date, is_second: bool) -> Reading:
    """Give the 1st to the 15th of a month, or the rest of it."""
    middle = first.replace(day=16)
    return days(middle, add_months(first, 1), "day") if is_second else days(first, middle, "day")


def edge_of(period: Reading, edge: str | None) -> Reading:
    """Give the first, middle or last day of a period; the period itself without an edge."""
    span = period.span
    if edge is None or span is None:
        return period
    if edge in _STARTS:
        return on(span.first)
    return on(span.after - DAY) if edge in _ENDS else on(span.first + (span.after - span.first) // 2)


def week_part(frame: Frame, offset: int, edge: str) -> Reading:
    """Give a part of the calendar week: its end is Friday, when offices close."""
    first = monday(frame.today) + timedelta(weeks=offset)
    if edge in {"初", "start", "beginning", "early"}:
        return days(first, first + 2 * DAY, "day")
    if edge in {"中", "mid", "middle"}:
        return on(first + 2 * DAY)
    return days(first + 3 * DAY, first + 5 * DAY, "day") if edge == "late" else on(first + 4 * DAY)


def weekend(frame: Frame, offset: int | None) -> Reading:
    """Give Saturday and Sunday; without an offset the nearest ones that the tense allows."""
    if offset is None:
        offset = -1 if frame.is_past and frame.today.weekday() < 5 else 0
    first = monday(frame.today) + (7 * offset + 5) * DAY
    return Reading(span=Span(first, first + 2 * DAY))
