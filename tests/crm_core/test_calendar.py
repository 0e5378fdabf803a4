from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core import calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        # the State Council's arrangement for 2026
        ("2026-01-02", False),
        ("2026-01-04", True),  # a Sunday that makes up for it
        ("2026-02-14", True),  # a Saturday before Spring Festival
        ("2026-02-16", False),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-02-28", True),
        ("2026-05-09", True),
        ("2026-09-20", True),
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2026-10-11", False),
        # and for 2025, with both autumn holidays in one week
        ("2025-09-28", True),
        ("2025-10-08", False),
        ("2025-10-11", True),
        ("2026-11-23", True),
        ("2026-11-22", False),
    ],
)
def test_public_holidays_and_the_days_that_make_up_for_them_are_known(day: str, is_worked: bool) -> None:
    assert calendar.is_working_day(date.fromisoformat(day)) is is_worked


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23T10:00", 3, "2026-11-26T10:00"),
        ("2026-11-26T17:30", 3, "2026-12-01T17:30"),
        ("2026-11-21T09:00", 1, "2026-11-23T09:00"),  # what comes in on a Saturday counts from Monday
        ("2026-09-30T10:00", 3, "2026-10-10T10:00"),  # over National Day, with the Saturday after it
        ("2026-02-13T10:00", 1, "2026-02-14T10:00"),
        ("2026-02-14T10:00", 1, "2026-02-24T10:00"),
        ("2026-11-21T09:00", 0, "2026-11-21T09:00"),
    ],
)
def test_working_days_are_added_at_the_same_time_of_day(start: str, days: int, end: str) -> None:
    since = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)
    assert calendar.add_working_days(since.astimezone(UTC), days, SHANGHAI) == datetime.fromisoformat(end).replace(
        tzinfo=SHANGHAI
    )


def test_the_zone_decides_which_day_it_is() -> None:
    # Sunday evening in London is Monday morning in Shanghai.
    moment = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert calendar.add_working_days(moment, 1, SHANGHAI).date() == date(2026, 11, 24)
    assert calendar.add_working_days(moment, 1, UTC).date() == date(2026, 11, 23)


@given(day=DAYS, days=st.integers(0, 30))
def test_so_many_working_days_lie_between(day: date, days: int) -> None:
    start = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    end = calendar.add_working_days(start, days, UTC).date()
    assert calendar.count_working_days(day + timedelta(days=1), end + timedelta(days=1)) == days
    assert days == 0 or calendar.is_working_day(end)
    assert calendar.is_working_day(calendar.next_working_day(day))


def test_threads_that_ask_for_new_years_at_once_agree() -> None:
    calendar._exceptions.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(calendar.is_working_day, [date(2026, 10, 10)] * 16))
    assert answers == [True] * 16
