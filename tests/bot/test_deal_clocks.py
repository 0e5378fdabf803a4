"""Requirements that wait and money that is due, spoken of by the real worker, without any model."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot import deal_clocks
from bot.models import DueWork
from crm_core import deals, requirements
from crm_core.access import create_user, get_user
from crm_core.customers import create_account
from crm_core.models import Requirement, Role
from crm_core.permissions import Actor, staff_actor, system_actor
from tests.bot.test_daily import START, Office
from tests.bot.test_daily import office as _office

office = _office


@pytest.fixture
def account_id(office: Office) -> int:
    with office.program.database.transaction() as session:
        create_user(session, system_actor(START), handle="qian", name="Qian", role=Role.MANAGER)
        return create_account(session, _li(office, START), name="Acme").id


def _li(office: Office, now: datetime) -> Actor:
    with office.program.database.reading() as session:
        return staff_actor(get_user(session, "li"), now=now, zone=office.program.settings.zone)


def test_a_requirement_without_an_answer_goes_to_its_owner_and_his_supervisor_until_it_has_one(
    office: Office, account_id: int
) -> None:
    rep, chief = office.opens_chat("li"), office.opens_chat("sun")
    li = _li(office, START)
    with office.program.database.transaction() as session:
        for title, priority in (("logo", "high"), ("invoice", "low")):
            made = requirements.create_requirement(session, li, account_id=account_id, title=title, priority=priority)
            deal_clocks.schedule_requirement_clock(session, made)
    office.works(START + timedelta(hours=23, minutes=59))
    assert not [one for one in rep.pending() if "logo" in one.text]
    office.works(START + timedelta(hours=24))
    told = "需求 DE20260001（Acme）已到答复时限：logo"
    assert [[one.text for one in chat.pending() if "logo" in one.text] for chat in (rep, chief)] == [
        [told],
        [told],
    ]
    with office.program.database.transaction() as session:
        for requirement in session.scalars(select(Requirement)):
            requirements.answer_requirement(session, li, requirement)
    office.works(START + timedelta(days=9))
    assert not [one for one in rep.pending() if "DE2026" in one.text]


def test_planned_money_is_spoken_of_on_its_day_and_the_day_after_until_it_is_there(
    office: Office, account_id: int
) -> None:
    rep = office.opens_chat("li")
    li = _li(office, START)
    with office.program.database.transaction() as session:
        deal = deals.create_opportunity(session, li, account_id=account_id, name="Boxes", amount=Decimal(100))
        for day, amount in ((21, 60), (23, 40)):
            line = deals.add_instalment(session, li, deal, due_on=date(2026, 11, day), amount=Decimal(amount))
            deal_clocks.schedule_instalment(session, line, office.program.settings.zone, now=START)
        deals.record_payment(session, li, deal, amount=Decimal(10))

    def heard() -> list[str]:
        return [one.text for one in rep.pending() if "Boxes" in one.text]

    office.works(datetime(2026, 11, 21, 1, 10, tzinfo=UTC))  # 09:10 in Shanghai
    assert heard() == ["今天应回款：Acme · Boxes，50.00 CNY"]
    office.works(datetime(2026, 11, 22, 1, 10, tzinfo=UTC))
    assert heard() == ["回款逾期：Acme · Boxes，2026-11-21 到期，还差 50.00 CNY"]
    with office.program.database.transaction() as session:
        later = _li(office, datetime(2026, 11, 22, 2, 0, tzinfo=UTC))
        deals.record_payment(session, later, deals.get_opportunity(session, later, 1), amount=Decimal(90))
    office.works(datetime(2026, 11, 25, 1, 10, tzinfo=UTC))
    assert heard() == []


def test_the_morning_sets_the_clocks_of_what_came_in_by_an_import(office: Office, account_id: int) -> None:
    office.opens_chat("li")  # the first start promises the next morning
    system = system_actor(START, zone=office.program.settings.zone)
    with office.program.database.transaction() as session:
        fresh = requirements.create_requirement(session, system, account_id=account_id, title="logo", priority="low")
        old = requirements.create_requirement(session, system, account_id=account_id, title="old", priority="high")
        old.answer_due_at = START - timedelta(days=30)
        deal = deals.create_opportunity(session, system, account_id=account_id, name="Boxes")
        line = deals.add_instalment(session, system, deal, due_on=date(2026, 12, 1), amount=Decimal(60))
        keys = {f"{fresh.id}:answer", f"{fresh.id}:again", f"{line.id}:due", f"{line.id}:late"}
    office.works(datetime(2026, 11, 21, 0, 30, tzinfo=UTC))
    with office.program.database.reading() as session:
        kinds = (deal_clocks.REQUIREMENT_CLOCK, deal_clocks.INSTALMENT_DUE)
        assert set(session.scalars(select(DueWork.key).where(DueWork.kind.in_(kinds)))) == keys


def test_the_morning_gives_out_leads_where_the_company_has_rules_for_it(office: Office, account_id: int) -> None:
    rep = office.opens_chat("li")
    system = system_actor(START, zone=office.program.settings.zone)
    with office.program.database.transaction() as session:
        deals.create_lead(session, system, name="Lead", company="Shelf World", region="浙江省杭州市")
    office.works(datetime(2026, 11, 21, 0, 30, tzinfo=UTC))
    with office.program.database.transaction() as session:
        assert deals.list_leads(session, system)[0].owner_id is None
        deals.set_assignment_rules(session, system, [{"regions": ["浙江"], "handles": ["li"]}])
    rep.pending()
    office.works(datetime(2026, 11, 22, 0, 30, tzinfo=UTC))
    assert "分配给你 1 条新线索：Shelf World" in [one.text for one in rep.pending()]
    with office.program.database.reading() as session:
        assert deals.list_leads(session, system)[0].owner_id == _li(office, START).user_id
