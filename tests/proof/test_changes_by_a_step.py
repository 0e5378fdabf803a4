"""Values told by how far they move, and orders that only the names in them make whole."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.handlers.rep._changes import later_by
from bot.terminal_session import TurnResult
from nlu.entities.durations import Duration
from tests.proof.world import World


@pytest.mark.parametrize(
    ("day", "length", "then"),
    [
        (date(2026, 12, 31), Duration(2, "week"), date(2027, 1, 14)),
        (date(2026, 12, 31), Duration(2, "month"), date(2027, 2, 28)),
        (date(2026, 11, 15), Duration(1, "month"), date(2026, 12, 15)),
        (date(2026, 11, 15), Duration(10, "day"), date(2026, 11, 25)),
    ],
)
def test_a_day_so_much_later_goes_by_the_calendar(day: date, length: Duration, then: date) -> None:
    assert later_by(day, length) == then


def _told(world: World, *lines: str) -> TurnResult:
    """Return what the last of a rep's lines comes to."""
    session = world.opens()
    return [session.say(line) for line in lines][-1]


def _fields(result: TurnResult) -> dict[str, Any]:
    (record,) = result.records
    fields: dict[str, Any] = record["fields"]
    return fields


@pytest.mark.model
@pytest.mark.parametrize(
    ("line", "closes"),
    [("科硕WMS成交日期往后推两周", "2026-12-24"), ("push the Keshuo WMS close date back by a month", "2027-01-10")],
)
def test_a_closing_date_is_put_off_by_what_was_said(world: World, line: str, closes: str) -> None:
    assert _fields(_told(world, line))["expected_close"] == closes


@pytest.mark.model
@pytest.mark.parametrize(("line", "reason"), [("金诺建材升一级", "翻倍了"), ("bump 金诺建材 up a level", "doubled")])
def test_a_level_goes_up_by_one_once_its_reason_is_told(world: World, line: str, reason: str) -> None:
    assert _told(world, line).outcome == "asked"
    assert _fields(_told(world, line, reason))["level"] == "B"


@pytest.mark.model
def test_an_order_that_its_names_make_whole_is_carried_out(world: World) -> None:
    assert _fields(_told(world, "Acme haggled it down to 112.5k, update the deal"))["amount"] == "112500.00"
    assert _fields(_told(world, "Set annual amount for Acme at $450k"))["annual_amount"] == "450000.00"


@pytest.mark.model
def test_a_requirement_is_found_by_its_customer_and_words_of_its_title(world: World) -> None:
    assert _fields(_told(world, "华为SAP对接那条需求，优先级降成低"))["priority"] == "low"
    assert _told(world, "华为OCR识别那条需求，优先级降成低").records == []
