"""The funnel and the payments as a rep, his supervisor and the manager see them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from crm_core import deals
from crm_core.access import find_team
from crm_core.customers import create_account
from crm_core.deals import PlannedPayment
from crm_core.errors import PermissionRefused, RecordNotFound
from crm_core.permissions import Scope
from crm_core.reports import load_reports
from crm_core.reports.pipeline import Pipeline, report_pipeline
from crm_core.reports.receivables import Receivables, report_receivables
from tests.crm_core.conftest import actor_in

START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def funnel(any_session: Session, now: datetime) -> Session:
    """Li and Wang (East) and Zhao (West) each have five deals, a plan that is late and a payment."""
    session = any_session
    for handle in ("li", "wang", "zhao"):
        actor = actor_in(session, handle, now)
        account = create_account(session, actor, name=f"Account of {handle}")
        for stage, amount, currency, close in (
            ("proposal", "100.01", "CNY", date(2026, 11, 30)),
            ("proposal", "50", "USD", None),
            ("negotiation", None, "CNY", date(2026, 11, 20)),
            ("won", "400", "CNY", None),
            ("lost", "70", "CNY", None),
        ):
            deal = deals.create_opportunity(
                session,
                actor,
                account_id=account.id,
                name=stage,
                stage=stage,
                amount=Decimal(amount) if amount else None,
                currency=currency,
                expected_close=close,
                reason="why" if stage in {"won", "lost"} else None,
            )
            if stage == "won":
                plan = [
                    PlannedPayment(date(2026, 11, 10), Decimal(100)),
                    PlannedPayment(date(2026, 11, 29), Decimal(200)),
                    PlannedPayment(date(2026, 12, 15), Decimal(100)),
                ]
                deals.plan_payments(session, actor, deal, plan)
                deals.record_payment(session, actor, deal, amount=Decimal("30.30"))
    return session


def _pipeline(session: Session, handle: str, now: datetime, **whose: int | None) -> Pipeline:
    return report_pipeline(session, actor_in(session, handle, now), start=START, end=END, **whose)


def _receivables(session: Session, handle: str, now: datetime, **whose: int | None) -> Receivables:
    return report_receivables(session, actor_in(session, handle, now), start=START, end=END, **whose)


def test_a_rep_sees_his_own_funnel_by_stage_and_weight(funnel: Session, now: datetime) -> None:
    mine = _pipeline(funnel, "li", now)
    assert (mine.scope, mine.person, mine.team) == (Scope.OWN, "li", None)
    assert [stage.key for stage in mine.stages] == [key for key, *_ in deals.DEFAULT_STAGES]
    stages = {stage.key: stage for stage in mine.stages}
    assert (stages["proposal"].count, stages["proposal"].amounts, stages["proposal"].weighted) == (
        2,
        {"CNY": Decimal("100.01"), "USD": Decimal("50.00")},
        {"CNY": Decimal("50.00"), "USD": Decimal("25.00")},
    )
    assert (stages["negotiation"].count, stages["negotiation"].without_amount) == (1, 1)
    assert stages["negotiation"].amounts == {}
    assert (mine.open_count, mine.open_amounts) == (3, {"CNY": Decimal("100.01"), "USD": Decimal("50.00")})
    assert mine.open_weighted == {"CNY": Decimal("50.00"), "USD": Decimal("25.00")}
    assert (mine.forecast, mine.late_count, mine.win_rate) == ({"CNY": Decimal("50.00")}, 1, Decimal("0.500"))


def test_a_supervisor_sees_the_team_and_a_manager_all_or_one(funnel: Session, now: datetime) -> None:
    zhao = actor_in(funnel, "zhao", now).user_id
    team = find_team(funnel, "West")
    assert team is not None
    assert _pipeline(funnel, "sun", now).open_count == 6
    assert _pipeline(funnel, "qian", now).open_count == 9
    assert _pipeline(funnel, "qian", now, team_id=team.id).open_count == 3
    one = _pipeline(funnel, "qian", now, owner_id=zhao)
    assert (one.person, one.open_count) == ("zhao", 3)
    wang = actor_in(funnel, "wang", now).user_id
    assert _pipeline(funnel, "sun", now, owner_id=wang).person == "wang"


def test_others_figures_are_refused(funnel: Session, now: datetime) -> None:
    zhao, wang = (actor_in(funnel, handle, now).user_id for handle in ("zhao", "wang"))
    for handle, owner_id in (("li", wang), ("sun", zhao), ("zhou", wang)):
        with pytest.raises(PermissionRefused):
            _pipeline(funnel, handle, now, owner_id=owner_id)
        with pytest.raises(PermissionRefused):
            _receivables(funnel, handle, now, owner_id=owner_id)
    with pytest.raises(RecordNotFound):
        _pipeline(funnel, "qian", now, owner_id=999)


def test_nothing_at_all_has_no_win_rate(any_session: Session, now: datetime) -> None:
    deals.ensure_default_stages(any_session)
    empty = _pipeline(any_session, "li", now)
    assert (empty.open_count, empty.open_amounts, empty.win_rate) == (0, {}, None)


def test_payments_are_late_or_to_come_within_reach(funnel: Session, now: datetime) -> None:
    mine = _receivables(funnel, "li", now)
    assert [(one.account_name, one.state.open, one.days_late) for one in mine.overdue] == [
        ("Account of li", Decimal("69.70"), 13)
    ]
    assert [(one.state.open, one.days_late) for one in mine.upcoming] == [(Decimal("200.00"), -6)]
    assert (mine.received, mine.overdue_amounts) == ({"CNY": Decimal("30.30")}, {"CNY": Decimal("69.70")})
    assert _receivables(funnel, "sun", now).overdue_amounts == {"CNY": Decimal("139.40")}
    assert _receivables(funnel, "qian", now).received == {"CNY": Decimal("90.90")}
    support = _receivables(funnel, "zhou", now)
    assert (list(support.overdue), support.received) == ([], {})


def test_both_reports_are_in_the_register() -> None:
    assert {"summary", "pipeline", "receivables"} <= set(load_reports())
