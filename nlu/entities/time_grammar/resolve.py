"""From what was said to the moment that was meant.

Promise: every moment is aware and in the speaker's zone; a wall-clock time that daylight saving skips moves forward.
Never: a text, a pattern.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from nlu.entities.time_grammar.reading import (
    DAY,
    Clock,
    Frame,
    Part,
    Reading,
    Span,
    add_months,
    local,
    make_date,
    monday,
    month_start,
)
from nlu.understanding import Moment


def resolve(reading: Reading, frame: Frame) -> Moment | None:
    """Resolve a reading; None where the calendar has no such day or only half of an expression was said."""
    if reading.instant is not None:
        return Moment(start=reading.instant, has_time=True, grain=reading.grain)
    try:
        return _resolve_days(reading, frame)
    except (ValueError, OverflowError):  # beyond the years that Python can count
        return None


def _resolve_days(reading: Reading, frame: Frame) -> Moment | None:
    span = find_days(reading, frame)
    if reading.clock is not None:
        return _at_clock(reading, span.first if span else None, frame)
    if reading.part is not None:
        return _in_part(reading.part, span.first if span else None, frame)
    if span is None:
        return None
    return Moment(start=local(frame, span.first), end=local(frame, span.after), grain=span.grain)


def find_days(reading: Reading, frame: Frame) -> Span | None:
    """Find the whole days that were named, if any."""
    if reading.span is not None:
        return reading.span
    day = reading.fixed_day or _by_month(reading, frame) or _by_week(reading, frame)
    if day is not None:
        return Span(day, day + DAY)
    if reading.week is not None and reading.weekday is None:
        first = monday(frame.today) + 7 * reading.week * DAY
        return Span(first, first + 7 * DAY, "week")
    if reading.month is not None and reading.day_of_month is None:
        first = month_start(frame.today.year, frame.today.month + reading.month)
        return Span(first, add_months(first, 1), "month")
    return None


def _by_week(reading: Reading, frame: Frame) -> date | None:
    if reading.weekday is None:
        return None
    if reading.week is not None:
        return monday(frame.today) + (7 * reading.week + reading.weekday) * DAY
    # A weekday alone is the next one to come, or the last one gone; never today (design.md, section 9).
    if frame.is_past:
        return frame.today - ((frame.today.weekday() - reading.weekday - 1) % 7 + 1) * DAY
    return frame.today + ((reading.weekday - frame.today.weekday() - 1) % 7 + 1) * DAY


def _by_month(reading: Reading, frame: Frame) -> date | None:
    if reading.day_of_month is None:
        return None
    if reading.month is not None:
        first = month_start(frame.today.year, frame.today.month + reading.month)
        return make_date(first.year, first.month, reading.day_of_month)
    return _nearest_day_of_month(reading.day_of_month, frame)


def _nearest_day_of_month(day: int, frame: Frame) -> date | None:
    steps = range(0, -4, -1) if frame.is_past else range(4)
    for step in steps:
        first = month_start(frame.today.year, frame.today.month + step)
        found = make_date(first.year, first.month, day)
        if found and (found <= frame.today if frame.is_past else found >= frame.today):
            return found
    return None


def _at_clock(reading: Reading, day: date | None, frame: Frame) -> Moment:
    clock = reading.clock or Clock(0)
    start = _place(clock, reading.part, day, frame)
    end = None
    if reading.until is not None:
        first = start.start.date()
        end = _place(reading.until, reading.part, first, frame).start
        if end <= start.start:
            end += DAY / 2 if not reading.until.is_fixed else DAY
    return Moment(start=start.start, end=end, has_time=True, grain=start.grain)


def _place(clock: Clock, part: Part | None, day: date | None, frame: Frame) -> Moment:
    """Put a clock time on a day; without a day on the nearest one that the tense allows."""
    hours, is_open = _hours(clock, part)
    start = _wall(frame, day or frame.today, hours, clock.minute)
    is_today = day is None or day == frame.today
    if is_open and is_today and _is_wrong_side(start, frame):
        other = hours + 12 if not frame.is_past and hours < 12 else hours - 12 if hours > 12 else hours
        start = _wall(frame, day or frame.today, other, clock.minute)
        start = start if not _is_wrong_side(start, frame) else _wall(frame, day or frame.today, hours, clock.minute)
    if day is None and _is_wrong_side(start, frame):
        start = _wall(frame, frame.today - DAY if frame.is_past else frame.today + DAY, hours, clock.minute)
    return Moment(start=start, has_time=True, grain="minute" if clock.minute else "hour")


def _is_wrong_side(moment: datetime, frame: Frame) -> bool:
    return moment > frame.now if frame.is_past else moment <= frame.now


def _wall(frame: Frame, day: date, hours: int, minute: int) -> datetime:
    return local(frame, day + DAY * (hours // 24), time(hours % 24, minute))


def _hours(clock: Clock, part: Part | None) -> tuple[int, bool]:
    """Give the hour of 0 to 28 that is meant (24 and more: after midnight), and whether it was a guess."""
    hour = clock.hour
    if clock.is_fixed or hour > 12 or hour == 0:
        return hour, False
    if part is None:
        # Nobody works at three in the night: 1 to 6 are in the afternoon, 7 to 12 as they stand.
        return (hour + 12 if hour < 7 else hour), True
    return _within(part.name, hour), False


def pin(clock: Clock, part: Part) -> Clock:
    """Fix a clock time by the part of the day that was named with it."""
    if clock.is_fixed or clock.hour > 12 or clock.hour == 0:
        return replace(clock, is_fixed=True)
    return Clock(_within(part.name, clock.hour), clock.minute, is_fixed=True)


def _within(part: str, hour: int) -> int:
    if part in {"dawn"}:
        return hour % 12
    if part in {"early", "morning"}:
        return hour
    if part == "noon":
        return hour + 12 if hour < 10 else hour
    if part in {"evening", "night"} and (hour == 12 or hour < 5):
        return 24 + hour % 12
    return hour + 12 if hour < 12 else hour


def _in_part(part: Part, day: date | None, frame: Frame) -> Moment:
    """Give the part's hours; a part alone is the nearest one that the tense allows."""
    chosen = day or frame.today
    if day is None and not frame.is_past and _wall(frame, chosen, part.end, 0) <= frame.now:
        chosen += DAY
    if day is None and frame.is_past and _wall(frame, chosen, part.start, 0) > frame.now:
        chosen -= DAY
    start, end = _wall(frame, chosen, part.start, 0), _wall(frame, chosen, part.end, 0)
    if frame.is_past and chosen == frame.today and start > frame.now:
        start = frame.now.replace(second=0, microsecond=0)
    return Moment(start=start, end=max(end, start + timedelta(minutes=1)), grain="hour")
