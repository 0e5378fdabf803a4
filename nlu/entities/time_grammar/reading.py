"""What a time expression says before it is resolved: a day, a clock time, a part of the day, each or several.

Promise: plain values; dates in the speaker's zone. Never: a text, a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from nlu.understanding import Tense

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Frame:
    """From where the speaker looks: his clock, and whether he tells what happened or what is due."""

    #: aware, in the speaker's zone
    now: datetime
    tense: Tense

    @property
    def today(self) -> date:
        """The speaker's calendar day."""
        return self.now.date()

    @property
    def zone(self) -> tzinfo:
        """The speaker's time zone."""
        return self.now.tzinfo or UTC

    @property
    def is_past(self) -> bool:
        """What happened is told."""
        return self.tense == "past"


@dataclass(frozen=True)
class Clock:
    """A time of day. `is_fixed`: said on the 24-hour clock or with am/pm; else the half of the day is open."""

    hour: int
    minute: int = 0
    is_fixed: bool = False


@dataclass(frozen=True)
class Part:
    """A part of the day, from `start` to `end` o'clock."""

    name: str
    start: int
    end: int


DAWN = Part("dawn", 0, 6)
EARLY = Part("early", 8, 12)
MORNING = Part("morning", 9, 12)
NOON = Part("noon", 12, 14)
AFTERNOON = Part("afternoon", 14, 18)
DUSK = Part("dusk", 17, 19)
EVENING = Part("evening", 19, 24)
NIGHT = Part("night", 22, 24)


@dataclass(frozen=True)
class Span:
    """Whole days: from `first` up to and without `after`; `grain` is the unit that was named."""

    first: date
    after: date
    grain: str = "day"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One time expression, field by field; None where nothing was said."""

    #: a day of the calendar
    fixed_day: date | None = None
    #: 0 = Monday
    weekday: int | None = None
    #: 0 = this calendar week, 1 = the next
    week: int | None = None
    day_of_month: int | None = None
    #: 0 = this calendar month, 1 = the next
    month: int | None = None
    span: Span | None = None
    part: Part | None = None
    clock: Clock | None = None
    #: the clock time at which a range ends
    until: Clock | None = None
    instant: datetime | None = None
    #: unit of the instant
    grain: str = "minute"
    #: counts only beside another reading ("at 3", "morning")
    is_weak: bool = False

    @property
    def said(self) -> frozenset[str]:
        """Names of the fields that carry a value."""
        return frozenset(name for name in _VALUES if getattr(self, name) is not None)


_VALUES = tuple(item.name for item in fields(Reading) if item.name not in {"grain", "is_weak"})

Build = Callable[[re.Match[str], Frame], Reading | None]


@dataclass(frozen=True)
class Rule:
    """A pattern and what it says; it is tried only on texts that have one of the words it needs (lower case)."""

    pattern: re.Pattern[str]
    build: Build
    needs: tuple[str, ...]


def rule(needs: str, pattern: str, build: Build) -> Rule:
    r"""Make a rule; `\b`, `\d` and `\w` know only ASCII, so that a border lies between 五 and 3pm.

    `needs` are words, one of which every match contains: looking for them costs a hundredth of the pattern.
    """
    return Rule(re.compile(pattern, re.IGNORECASE | re.ASCII), build, tuple(needs.split()))


def on(day: date) -> Reading:
    """Say one day."""
    return Reading(fixed_day=day)


def days(first: date, after: date, grain: str) -> Reading:
    """Say a period of whole days, `after` exclusive."""
    return Reading(span=Span(first, after, grain))


def local(frame: Frame, day: date, at: time = time()) -> datetime:
    """Give the aware wall-clock time; one that daylight saving skips moves forward to one that exists."""
    wall = datetime.combine(day, at, tzinfo=frame.zone)
    return wall.astimezone(UTC).astimezone(frame.zone)


def add_months(day: date, months: int) -> date:
    """Move by whole months; the 31st becomes the last day of a shorter month."""
    first = month_start(day.year, day.month + months)
    last = month_start(first.year, first.month + 1) - DAY
    return first.replace(day=min(day.day, last.day))


def month_start(year: int, month: int) -> date:
    """Give the first day of a month; month 13 is January of the next year, 0 the December before."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def monday(day: date) -> date:
    """Give the Monday of the day's calendar week."""
    return day - DAY * day.weekday()


def make_date(year: int, month: int, day: int) -> date | None:
    """Give the day, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
