"""Days of the sun's year by name."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.entities.time_grammar.solar_terms import term_day
from nlu.entities.times import resolve_time
from nlu.understanding import Moment

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("冬至", 2021, date(2021, 12, 21)),
        ("冬至", 2024, date(2024, 12, 21)),
        ("冬至", 2026, date(2026, 12, 22)),
        ("立春", 2025, date(2025, 2, 3)),
        ("立春", 2027, date(2027, 2, 4)),
        ("夏至", 2025, date(2025, 6, 21)),
        ("春分", 2026, date(2026, 3, 20)),
        ("立秋", 2026, date(2026, 8, 7)),
        ("立冬", 2026, date(2026, 11, 7)),
    ],
)
def test_a_term_lies_on_its_day_of_the_almanac(name: str, year: int, day: date) -> None:
    assert term_day(name, year) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [("冬至那天拜访", date(2026, 12, 22)), ("立春前寄出", date(2027, 2, 3)), ("夏至后再谈", date(2027, 6, 22))],
)
def test_a_term_is_a_time_of_the_nearest_year(text: str, day: date) -> None:
    moment = resolve_time(text, NOW, ZONE, "future")
    assert isinstance(moment, Moment)
    assert moment.start.date() == day


@pytest.mark.parametrize("text", ["冬至祝福", "路上大雪", "夏至活动方案"])
def test_what_is_only_called_like_a_term_is_no_time(text: str) -> None:
    assert resolve_time(text, NOW, ZONE, "future") is None
