"""Values told by how far they move, and orders that only the names in them make whole."""

from __future__ import annotations

from datetime import date

import pytest

from bot.handlers.rep._changes import later_by
from nlu.entities.durations import Duration
from tests.journeys.conftest import Company


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


@pytest.mark.model
def test_a_closing_date_is_put_off_and_a_level_lowered_with_its_reason(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("新建客户 青岚器材")
    rep.says("给青岚器材建个商机：青岚无菌车间，30万，2027年3月31日成交")
    rep.says("青岚无菌车间成交日期往后推两周")
    (deal,) = rep.records("opportunity")
    assert isinstance(deal["fields"], dict)
    assert deal["fields"]["expected_close"] == "2027-04-14"
    rep.says("青岚器材升一级")
    assert rep.outcome == "asked"
    rep.says("今年采购翻倍")
    (account,) = rep.records("account")
    assert isinstance(account["fields"], dict)
    assert account["fields"]["level"] == "B"


@pytest.mark.model
def test_an_order_that_its_names_make_whole_is_carried_out(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("new customer Larkspur Clinics")
    rep.says("new deal with Larkspur Clinics: ward beds, 120k")
    rep.says("Larkspur Clinics haggled it down to 112.5k, update the deal")
    (deal,) = rep.records("opportunity")
    assert isinstance(deal["fields"], dict)
    assert deal["fields"]["amount"] == "112500.00"
    rep.says("Set annual amount for Larkspur Clinics at 450k")
    (account,) = rep.records("account")
    assert isinstance(account["fields"], dict)
    assert account["fields"]["annual_amount"] == "450000.00"
