"""Readings that stand side by side become one: 'Tuesday' 'at' '3pm', 下周二 的 下午 三点, 'from Monday to Friday'.

Promise: linear in the number of readings found. Never: a date computed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from nlu.entities.time_grammar.reading import DAY, Clock, Frame, Reading, Rule, Span, make_date
from nlu.entities.time_grammar.resolve import find_days, pin

_GAP = re.compile(
    r"\s*(?:(?:,|[，(（)）的]|\bat\b|\bon\b|\bin\b|\bthe\b|\bof\b|@|\bby\b|\baround\b|\babout\b|\bbefore\b|\bbetween\b|\bfrom\b|大概|大约|差不多)\s*){0,3}",
    re.IGNORECASE | re.ASCII,
)
_RANGE_GAP = re.compile(r"\s*(?:to|until|till|thru|through|-|–|~|～|到|至)\s*", re.IGNORECASE | re.ASCII)
_TIGHT_RANGE_GAP = re.compile(r"[-–~～]|\s*(?:to|until|till|thru|through|~|～|到|至)\s*", re.IGNORECASE | re.ASCII)
_AND_GAP = re.compile(r"\s*(?:and|和)\s*", re.IGNORECASE | re.ASCII)
_BETWEEN = re.compile(r"(?:\bbetween|在)\s*$", re.IGNORECASE | re.ASCII)
_ABOUT = re.compile(r"\b(?:about|around)\b", re.IGNORECASE | re.ASCII)
#: Longer gaps are words, not connectors.
_LONGEST_GAP = 16

#: 周末下午 is on the weekend's first day; a longer span has no one afternoon.
_WEEKEND_DAYS = 2

_DAY_FIELDS = frozenset({"fixed_day", "weekday", "week", "day_of_month", "month", "span"})
#: Sets of day fields that make sense together.
_SENSIBLE = (
    frozenset({"fixed_day", "weekday"}),
    frozenset({"weekday", "week"}),
    frozenset({"day_of_month", "month", "weekday"}),
    frozenset({"span"}),
)


@dataclass(frozen=True)
class Found:
    """A reading and where it stands."""

    start: int
    end: int
    reading: Reading


def scan(text: str, rules: tuple[Rule, ...], frame: Frame) -> list[Found]:
    """Find every reading, in order, the longest first where several begin at one place; none overlap."""
    lowered = text.lower()
    found = [
        Found(match.start(), match.end(), reading)
        for rule in rules
        if any(word in lowered for word in rule.needs)
        for match in rule.pattern.finditer(text)
        if (reading := rule.build(match, frame)) is not None
    ]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Found] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def combine(text: str, found: list[Found], frame: Frame) -> list[Found]:
    """Join neighbours that say different things of one time, then the two ends of ranges."""
    joined: list[Found] = []
    for one in found:
        both = _join(text, joined[-1], one) if joined else None
        if both is not None:
            joined[-1] = both
        else:
            joined.append(one)
    return _join_ranges(text, joined, frame)


def _join(text: str, first: Found, second: Found) -> Found | None:
    gap = text[first.end : second.start]
    if len(gap) > _LONGEST_GAP or not _GAP.fullmatch(gap):
        return None
    if _ABOUT.search(gap) and not second.reading.said <= {
        "clock",
        "part",
        "until",
    }:  # 'on Sunday about Christmas stock'
        return None
    if {",", "，"} & set(gap) and not _survives_comma(first.reading, second.reading):
        return None
    both = merge(first.reading, second.reading)
    return None if both is None else Found(first.start, second.end, both)


def _survives_comma(first: Reading, second: Reading) -> bool:
    """Tell whether a comma may stand between: after a day its time, between weekday and date."""
    if first.said <= {"clock", "part"}:
        return False
    return second.said <= {"clock", "part", "until"} or "weekday" in (first.said | second.said) - {"week", "month"}


def merge(first: Reading, second: Reading) -> Reading | None:
    """Put two readings together; None where they contradict each other."""
    said = first.said | second.said
    if "instant" in said or first.said & second.said:
        return None
    day_fields = said & _DAY_FIELDS
    if day_fields and not any(day_fields <= sensible for sensible in _SENSIBLE):
        return None
    if {"clock", "part"} & said and not _names_a_day(first, second, day_fields):
        return None
    values = {name: getattr(second, name) for name in second.said}
    merged = replace(first, **values, is_weak=False)
    # The date says more than the weekday beside it.
    return replace(merged, weekday=None) if {"fixed_day", "weekday"} <= said else merged


def _names_a_day(first: Reading, second: Reading, day_fields: frozenset[str]) -> bool:
    span = first.span or second.span
    if span is not None:
        return (span.after - span.first).days <= _WEEKEND_DAYS and span.grain == "day"
    return day_fields not in ({"week"}, {"month"})


def _join_ranges(text: str, found: list[Found], frame: Frame) -> list[Found]:
    joined: list[Found] = []
    for one in found:
        both = _join_range(text, joined[-1], one, frame) if joined else None
        if both is not None:
            joined[-1] = both
        else:
            joined.append(one)
    return joined


def _join_range(text: str, first: Found, second: Found, frame: Frame) -> Found | None:
    if not _is_range(text, first, second):
        return None
    if second.reading.said <= {"clock", "part"} and first.reading.clock is not None:
        return _clock_range(first, second)
    if first.reading.said & {"clock", "instant"} or second.reading.said & {"clock", "part", "instant"}:
        return None
    begin, finish = find_days(first.reading, frame), _finish(first.reading, second.reading, frame)
    if begin is None or finish is None or finish <= begin.first:
        return None
    return Found(first.start, second.end, Reading(span=Span(begin.first, finish, begin.grain)))


def _is_range(text: str, first: Found, second: Found) -> bool:
    gap = text[first.end : second.start]
    if len(gap) > _LONGEST_GAP:
        return False
    if _AND_GAP.fullmatch(gap):
        return _BETWEEN.search(text, max(0, first.start - 10), first.start) is not None
    # A dash between days in words is a pause: 'visited yesterday - tomorrow send the contract'.
    words = (text[first.start : first.end], text[second.start : second.end])
    is_pause = " " in gap and not all(any(char.isdigit() for char in word) for word in words)
    return (_TIGHT_RANGE_GAP if is_pause else _RANGE_GAP).fullmatch(gap) is not None


def _finish(first: Reading, second: Reading, frame: Frame) -> date | None:
    """Give the day after the range's end: the first one from its beginning that bears the second name."""
    begin, end = find_days(first, frame), find_days(second, frame)
    if begin is None or end is None:
        return None
    if second.said == {"weekday"} and first.weekday is not None:
        ahead = ((second.weekday or 0) - first.weekday) % 7
        return begin.first + DAY * (ahead + 1)
    if (second.said == {"day_of_month"} and end.first < begin.first) or end.first.month != begin.first.month:
        same_month = make_date(begin.first.year, begin.first.month, second.day_of_month or end.first.day)
        return same_month + DAY if second.day_of_month and same_month else end.after
    return end.after


def _clock_range(first: Found, second: Found) -> Found | None:
    begin, end = first.reading.clock, second.reading.clock
    if begin is None or end is None or first.reading.until is not None:
        return None
    if second.reading.part is not None:
        end = pin(end, second.reading.part)
    if end.is_fixed and not begin.is_fixed and first.reading.part is None:
        begin = _same_half(begin, end)
    reading = replace(first.reading, clock=begin, until=end, is_weak=False)
    return Found(first.start, second.end, reading)


def _same_half(begin: Clock, end: Clock) -> Clock:
    """Read the '2' of '2-4pm' as 2pm."""
    hour = begin.hour + 12 if end.hour >= 12 and begin.hour < 12 and begin.hour + 12 <= end.hour else begin.hour
    return Clock(hour, begin.minute, is_fixed=True)
