"""Working days in China: weekdays, less the public holidays, plus the weekend days worked to make up for them (调休).

Promise: pure, one answer for one day. Years that the State Council has not announced yet follow the law's dates
without make-up days. Source: the `holidays` package, which keeps the announcements.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import cache

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Tell whether people work on that day."""
    days_off, days_worked = _exceptions(day.year)
    return day in days_worked or (day.weekday() < _SATURDAY and day not in days_off)


def next_working_day(day: date) -> date:
    """Return that day if it is worked, else the first after it that is."""
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def add_working_days(start: datetime, days: int, zone: tzinfo) -> datetime:
    """Return the same time of day, `days` (not negative) working days after `start`, as the zone's calendar has it.

    What begins on a day off counts from the end of that day: Saturday plus one is Monday.
    """
    local = start.astimezone(zone)
    day = local.date()
    for _ in range(days):
        day = next_working_day(day + _ONE_DAY)
    return local.replace(year=day.year, month=day.month, day=day.day)


def count_working_days(since: date, until: date) -> int:
    """Count the working days of [since, until)."""
    return sum(is_working_day(since + timedelta(days=offset)) for offset in range((until - since).days))


@cache
def _exceptions(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the days off and the weekend days worked of a year."""
    # Not one shared calendar: it grows by itself when asked for a new year, which two threads must not do at once.
    import holidays  # its country modules are many

    # The last days of December may belong to the arrangement of the next New Year.
    china = holidays.country_holidays("CN", years=(year, year + 1))
    worked: set[date] = getattr(china, "weekend_workdays", set())
    return frozenset(china), frozenset(worked)
