from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from crm_core import tickets
from crm_core.access import find_team
from crm_core.customers import create_account
from crm_core.deals import change_stage, create_lead, create_opportunity
from crm_core.errors import PermissionRefused, RecordNotFound
from crm_core.interactions import delete_interaction, log_interaction
from crm_core.models import InteractionKind
from crm_core.permissions import Actor, Scope, system_actor
from crm_core.reports import load_reports
from crm_core.reports.summary import Summary, summarise
from crm_core.tasks import complete_task, create_task
from tests.crm_core.conftest import actor_in


@pytest.fixture
def busy_week(any_session: Session, now: datetime) -> Session:
    """Li (East), Sun (East, supervisor) and Zhao (West) work; a complaint of nobody's customer waits."""
    session = any_session
    for handle, calls in (("li", 2), ("zhao", 1)):
        actor = actor_in(session, handle, now)
        account = create_account(session, actor, name=f"Account of {handle}")
        for hours in range(calls):
            log_interaction(
                session,
                actor,
                kind="call",
                occurred_at=now - timedelta(hours=hours),
                summary="Called",
                account_id=account.id,
            )
        create_lead(session, actor, name=f"Lead of {handle}")
        for amount, currency in (("100.10", "CNY"), ("200.20", "CNY"), ("50", "USD")):
            create_opportunity(
                session,
                actor,
                account_id=account.id,
                name="Deal",
                stage="proposal",
                amount=Decimal(amount),
                currency=currency,
            )
        create_task(session, actor, title="late", due_at=now - timedelta(hours=1))
        complete_task(session, actor, create_task(session, actor, title="done"))
    early = replace(system_actor(now), now=now - timedelta(hours=3))
    tickets.open_ticket(session, early, subject="Complaint", text="x", kind="complaint")
    solved = tickets.open_ticket(session, early, subject="Question", text="x")
    tickets.solve_ticket(session, actor_in(session, "zhou", now), solved)
    return session


def _week(session: Session, actor: Actor, **more: int | None) -> Summary:
    return summarise(session, actor, start=actor.now - timedelta(days=3), end=actor.now + timedelta(days=4), **more)


def test_a_manager_sees_all_of_it(busy_week: Session, now: datetime) -> None:
    summary = _week(busy_week, actor_in(busy_week, "qian", now))
    assert summary.scope is Scope.ALL
    assert summary.interactions == {InteractionKind.CALL: 3}
    assert summary.interactions_total == 3
    assert (summary.tickets_opened, summary.tickets_solved, summary.tickets_overdue) == (2, 1, 1)
    assert summary.new_leads == 2
    assert (summary.tasks_done, summary.tasks_overdue) == (2, 2)
    stages = {line.key: line for line in summary.pipeline}
    assert list(stages) == ["contacted", "qualified", "proposal", "negotiation", "won", "lost"]
    assert stages["proposal"].count == 6
    assert stages["proposal"].amounts == {"CNY": Decimal("600.60"), "USD": Decimal("100.00")}
    assert stages["won"].count == 0


def test_a_rep_sees_his_own_and_a_supervisor_the_teams(busy_week: Session, now: datetime) -> None:
    own = _week(busy_week, actor_in(busy_week, "li", now))
    assert (own.scope, own.interactions_total, own.new_leads, own.tasks_overdue) == (Scope.OWN, 2, 1, 1)
    assert own.tickets_opened == 0
    team = _week(busy_week, actor_in(busy_week, "sun", now))
    assert (team.scope, team.team, team.interactions_total, team.new_leads) == (Scope.TEAM, "East", 2, 1)
    assert _week(busy_week, actor_in(busy_week, "wang", now)).interactions_total == 0


def test_a_manager_may_ask_for_one_team_and_others_only_for_their_own(busy_week: Session, now: datetime) -> None:
    west, east = find_team(busy_week, "west"), find_team(busy_week, "East")
    assert west is not None
    assert east is not None
    summary = _week(busy_week, actor_in(busy_week, "qian", now), team_id=west.id)
    assert (summary.team, summary.interactions_total) == ("West", 1)
    assert _week(busy_week, actor_in(busy_week, "sun", now), team_id=east.id).interactions_total == 2
    for handle in ("sun", "li"):
        with pytest.raises(PermissionRefused):
            _week(busy_week, actor_in(busy_week, handle, now), team_id=west.id)
    with pytest.raises(RecordNotFound):
        _week(busy_week, actor_in(busy_week, "qian", now), team_id=999)


def test_the_period_has_its_end_outside(busy_week: Session, now: datetime) -> None:
    manager = actor_in(busy_week, "qian", now)
    until_now = summarise(busy_week, manager, start=now - timedelta(days=3), end=now)
    assert until_now.interactions_total == 1
    from_now = summarise(busy_week, manager, start=now, end=now + timedelta(days=1))
    assert from_now.interactions_total == 2


def test_overdue_is_told_as_it_was_at_the_end_of_the_period(busy_week: Session, now: datetime) -> None:
    later = replace(actor_in(busy_week, "qian", now), now=now + timedelta(days=30))
    then = summarise(busy_week, later, start=now - timedelta(days=3), end=now - timedelta(hours=2, minutes=30))
    assert then.tickets_overdue == 0
    assert summarise(busy_week, later, start=now - timedelta(days=3), end=now).tickets_overdue == 1


def test_deals_that_closed_count_in_the_period_in_which_they_closed(any_session: Session, now: datetime) -> None:
    li = actor_in(any_session, "li", now)
    account = create_account(any_session, li, name="Acme")
    deal = create_opportunity(any_session, li, account_id=account.id, name="Deal", amount=Decimal("10"))
    change_stage(any_session, li, deal, stage="won", reason="best price")
    line = {line.key: line for line in _week(any_session, li).pipeline}["won"]
    assert (line.count, line.amounts) == (1, {"CNY": Decimal("10.00")})
    next_week = summarise(any_session, li, start=now + timedelta(days=7), end=now + timedelta(days=14))
    assert sum(line.count for line in next_week.pipeline) == 0


def test_deleted_records_do_not_count(any_session: Session, now: datetime) -> None:
    li = actor_in(any_session, "li", now)
    account = create_account(any_session, li, name="Acme")
    call = log_interaction(any_session, li, kind="call", occurred_at=now, summary="Called", account_id=account.id)
    delete_interaction(any_session, li, call)
    assert _week(any_session, li).interactions == {}


def test_the_folder_is_the_register() -> None:
    reports = load_reports()
    assert reports["summary"].run is summarise
    assert all(report.title_zh and report.title_en for report in reports.values())
