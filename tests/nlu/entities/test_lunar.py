"""The lunar calendar against the published dates of three festivals, as the library `holidays` keeps them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays

from nlu.entities.time_grammar.lunar_calendar import lunar_day
from nlu.entities.times import resolve_time
from nlu.understanding import Tense

SHANGHAI = ZoneInfo("Asia/Shanghai")
CATEGORIES = ("government", "optional", "public", "school", "workday")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("festival", "month", "day"),
    [
        ("Chinese New Year", 1, 1),
        ("Dragon Boat Festival", 5, 5),
        ("Mid-Autumn Festival", 8, 15),
    ],
)
def test_lunar_days_are_the_published_ones(festival: str, month: int, day: int) -> None:
    taiwan = country_holidays("TW", years=range(1990, 2080), observed=False, language="en_US", categories=CATEGORIES)
    published: dict[int, date] = {}  # its first day in each year: some last for days
    for when, name in sorted(taiwan.items()):
        if festival in name.split("; "):
            published.setdefault(when.year, when)
    assert len(published) > 50
    assert {year: lunar_day(year, month, day) for year in published} == published


def test_the_thirtieth_of_a_short_month_does_not_exist() -> None:
    assert lunar_day(2026, 12, 29) == date(2027, 2, 5)
    assert lunar_day(2026, 12, 30) is None


@pytest.mark.parametrize(
    ("text", "tense", "expected"),
    [
        ("正月十五", "future", "2027-02-20"),
        ("正月初五前", "future", "2027-02-09"),
        ("腊月廿三", "future", "2027-01-30"),
        ("腊月廿三", "past", "2026-02-10"),
        ("农历八月十五", "past", "2026-09-25"),
        ("八月十五", "past", "2026-08-15"),
        ("七夕", "past", "2026-08-19"),
        ("重阳节前", "future", "2027-10-07"),
    ],
)
def test_lunar_days_are_read(text: str, tense: Tense, expected: str) -> None:
    moment = resolve_time(text, MONDAY, SHANGHAI, tense)
    assert moment is not None
    assert f"{moment.start:%Y-%m-%d}" == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the third Thursday of December", "2026-12-17"),
        ("the last Friday of the month", "2026-11-27"),
        ("first Monday of the month", "2026-12-07"),
        ("last working day of the year", "2026-12-31"),
        ("first working day of next month", "2026-12-01"),
        ("下个月最后一个周五", "2026-12-25"),
        ("1月第一个工作日", "2027-01-04"),
        ("Thursday week", "2026-12-03"),
        ("Tuesday from 10 to 11:30", "2026-11-24"),
    ],
)
def test_days_are_counted_within_a_period(text: str, expected: str) -> None:
    moment = resolve_time(text, MONDAY, SHANGHAI, "future")
    assert moment is not None
    assert f"{moment.start:%Y-%m-%d}" == expected


@pytest.mark.parametrize("text", ["the first Monday call", "the week in review", "the second day", "小年轻", "4ishes"])
def test_what_only_looks_like_such_a_day_keeps_its_plain_meaning(text: str) -> None:
    moment = resolve_time(text, MONDAY, SHANGHAI, "future")
    assert moment is None or f"{moment.start:%Y-%m-%d}" == "2026-11-30"
