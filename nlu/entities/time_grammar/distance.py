"""Distances from now, and the last or next so many days: 'in half an hour', 三个工作日后, 'last 7 days'.

Promise: hours and minutes are elapsed time (a change of clocks between does not matter), days and longer are calendar
days. Working days are China's: public holidays and make-up days come from the library `holidays`. Never: a pattern.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from nlu.entities.time_grammar.reading import DAY, Frame, Reading, add_months, days, on

if TYPE_CHECKING:
    from holidays import HolidayBase

_SECONDS = {"second": 1, "minute": 60, "quarter_hour": 900, "hour": 3600}
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
#: Half a month is 15 days; half a day is not a day that one can name.
_HALF_MONTH = 15 * DAY
#: More than this is no appointment.
_MOST_DAYS = 36_600


def just_now(frame: Frame) -> Reading:
    """Say this very minute."""
    return Reading(instant=frame.now.replace(second=0, microsecond=0))


def from_now(amount: float, unit: str, frame: Frame) -> Reading | None:
    """Say the instant (hours, minutes) or the day (days and longer) at that distance; negative is back."""
    if unit in _SECONDS:
        return _instant(amount * _SECONDS[unit], frame)
    if unit == "working_day":
        return on(add_working_days(frame.today, int(amount))) if amount.is_integer() and abs(amount) < 1000 else None
    try:
        return on(_move(frame.today, amount, unit))
    except (ValueError, OverflowError):  # beyond the calendar
        return None


def _instant(seconds: float, frame: Frame) -> Reading | None:
    if abs(seconds) > _MOST_DAYS * 86_400:
        return None
    try:
        moment = (frame.now.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(frame.zone)
    except OverflowError:
        return None
    return Reading(instant=moment.replace(second=0, microsecond=0), grain="hour" if seconds % 3600 == 0 else "minute")


def _move(day: date, amount: float, unit: str) -> date:
    if unit in _MONTHS:
        months = amount * _MONTHS[unit]
        whole = int(months)
        moved = add_months(day, whole)
        return moved if months == whole else moved + (_HALF_MONTH if amount > 0 else -_HALF_MONTH)
    return day + DAY * round(amount * _DAYS[unit] + (0.25 if amount > 0 else -0.25))


def trailing(amount: float, unit: str, frame: Frame) -> Reading | None:
    """Say the last so many days, today included, or the next so many, from today; negative is back."""
    if unit in _SECONDS:
        return None
    size = "day" if unit == "working_day" else unit
    try:
        edge = _move(frame.today, amount, size)
        if amount < 0:
            return days(edge + DAY, frame.today + DAY, "day")
        return days(frame.today, edge, "day") if edge > frame.today else None
    except (ValueError, OverflowError):
        return None


def add_working_days(day: date, count: int) -> date:
    """Move by so many Chinese working days."""
    calendar = _china()
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not calendar.is_working_day(day):
            day += step
    return day


@lru_cache(maxsize=1)
def _china() -> HolidayBase:
    from holidays import country_holidays

    return country_holidays("CN")
