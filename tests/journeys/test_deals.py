"""What follows a deal, lived through: a manager's yes or no, a requirement that waits too long, money that is late."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot import deal_clocks
from crm_core import deals, requirements
from crm_core.access import get_user
from crm_core.customers import create_account
from crm_core.models import Approval, Opportunity, Requirement
from crm_core.permissions import staff_actor
from tests.journeys.conftest import Company, Person

pytestmark = pytest.mark.model


def _large_deal(company: Company, name: str) -> int:
    """The rep's deal that waits for the manager; returns the approval's id."""
    with company.program.database.transaction() as session:
        rep = staff_actor(get_user(session, "rep"), now=company.now)
        account = create_account(session, rep, name=f"{name} 大客户")
        deal = deals.create_opportunity(
            session, rep, account_id=account.id, name=name, amount=Decimal(3_000_000), stage="won", reason="best price"
        )
        approval = deals.find_pending_approval(session, deal)
        assert approval is not None
        return approval.id


def _told(person: Person) -> str:
    return "\n".join(one.text for one in person.session.pending())


def _works(company: Company) -> None:
    worker = company.program.worker({"terminal": company.program.terminal}, ignores_backoff=True)
    while worker.run_due():
        pass


def test_a_manager_says_yes_by_button_and_the_rep_hears_of_it(company: Company) -> None:
    rep, manager = company.person("rep", "rep"), company.person("manager", "manager")
    rep.says("你好")
    approval_id = _large_deal(company, "年货")
    assert f"#{approval_id}" in manager.says("待审批")
    manager.says(f"同意 {approval_id}")
    assert manager.outcome == "done"
    (deal,) = manager.records("opportunity")
    assert isinstance(deal["fields"], dict)
    assert (deal["fields"]["stage"], deal["fields"]["awaits_approval"]) == ("won", None)
    assert "已同意" in _told(rep)
    assert manager.says(f"approve {approval_id}")
    assert manager.outcome == "answered"


def test_a_no_is_asked_for_its_reason(company: Company) -> None:
    manager = company.person("manager", "manager")
    approval_id = _large_deal(company, "Gift cards")
    manager.says(f"refuse {approval_id}")
    assert manager.outcome == "asked"
    manager.says("the margin is too thin")
    assert manager.outcome == "done"
    with company.program.database.reading() as session:
        approval = session.get_one(Approval, approval_id)
        assert (approval.status.value, approval.comment) == ("refused", "the margin is too thin")
        assert session.get_one(Opportunity, approval.opportunity_id).stage == "contacted"


def test_a_rep_does_not_approve_his_own_deal(company: Company) -> None:
    rep = company.person("rep", "rep")
    approval_id = _large_deal(company, "Own")
    rep.says(f"同意 {approval_id}")
    with company.program.database.reading() as session:
        assert session.get_one(Approval, approval_id).status.value == "pending"


def test_a_requirement_that_waits_too_long_and_money_that_is_late_are_spoken_of(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("你好")
    today = company.now.date()
    with company.program.database.transaction() as session:
        actor = staff_actor(get_user(session, "rep"), now=company.now)
        account = create_account(session, actor, name="迟到客户")
        waiting = requirements.create_requirement(
            session, actor, account_id=account.id, title="印标志", priority="high"
        )
        deal = deals.create_opportunity(session, actor, account_id=account.id, name="礼盒", amount=Decimal(100))
        line = deals.add_instalment(
            session, actor, deal, due_on=date(today.year, today.month, today.day), amount=Decimal(60)
        )
        deals.record_payment(session, actor, deal, amount=Decimal(20))
        deal_clocks.schedule_requirement_clock(session, waiting)
        deal_clocks.schedule_instalment(session, line, company.program.settings.zone, now=company.now)
        requirement_id = waiting.id
    company.later(hours=25)
    _works(company)
    said = _told(rep)
    assert "已到答复时限：印标志" in said
    assert "今天应回款：迟到客户 · 礼盒，40.00 CNY" in said or "回款逾期：迟到客户 · 礼盒" in said
    with company.program.database.transaction() as session:
        actor = staff_actor(get_user(session, "rep"), now=company.now)
        requirements.answer_requirement(session, actor, session.get_one(Requirement, requirement_id))
    company.later(hours=25)
    _works(company)
    assert "印标志" not in _told(rep)


def test_money_that_is_late_is_listed_for_whoever_may_see_it(company: Company) -> None:
    rep, manager = company.person("rep", "rep"), company.person("manager", "manager")
    own, all_of_it = rep.says("逾期回款"), manager.says("overdue payments")
    assert (rep.outcome, manager.outcome) == ("answered", "answered")
    assert "逾期" in own
    assert int(all_of_it.split(" overdue")[0]) > own.count("•") > 0


def test_a_requirement_that_is_told_in_chat_has_its_clock(company: Company) -> None:
    rep = company.person("rep", "rep")
    with company.program.database.transaction() as session:
        actor = staff_actor(get_user(session, "rep"), now=company.now)
        create_account(session, actor, name="恒信地产集团")
    rep.says("新增需求 恒信地产集团：礼盒上印公司标志，优先级高")
    (made,) = rep.records("requirement")
    assert isinstance(made["fields"], dict)
    assert made["fields"]["priority"] == "high"
    company.later(hours=24, minutes=1)
    _works(company)
    assert str(made["fields"]["code"]) in _told(rep)
    assert timedelta(hours=24) == deal_clocks.ASK_AGAIN_AFTER
