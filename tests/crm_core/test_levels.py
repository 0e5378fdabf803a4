from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm_core.customers import create_account, status_history, update_account
from crm_core.errors import InvalidField, PermissionRefused
from crm_core.levels import confirm_proposal, list_proposals, propose, refuse_proposal
from crm_core.models import Account, AccountLevel, AccountStatus, Influence, ProposalStatus, Requirement
from crm_core.permissions import system_actor
from tests.crm_core.conftest import ActorOf, actor_in, undo_message

# What is known of an account -> the level that the rules give it, or None where it stays C.
JUDGED: list[tuple[dict[str, Any], str | None]] = [
    ({"annual_amount": Decimal(500000)}, "S"),
    ({"annual_amount": Decimal(499999)}, "A"),
    ({"annual_amount": Decimal(80000), "currency": "USD"}, "S"),
    ({"partner_since": date(2024, 11, 1), "influence": Influence.TOP}, "S"),
    ({"partner_since": date(2024, 12, 1), "influence": Influence.TOP}, None),
    ({"partner_since": date(2024, 11, 1), "influence": Influence.HIGH}, None),
    ({"annual_amount": Decimal(200000)}, "A"),
    ({"partner_since": date(2025, 11, 1), "renewal_percent": 80}, "A"),
    ({"partner_since": date(2025, 11, 1), "renewal_percent": 79}, None),
    ({"annual_amount": Decimal(50000)}, "B"),
    ({"annual_amount": Decimal(49999)}, None),
    ({}, None),
]


@pytest.mark.parametrize(("known", "level"), JUDGED)
def test_the_rules_give_each_account_its_level(
    session: Session, as_staff: ActorOf, known: dict[str, Any], level: str | None
) -> None:
    account = create_account(session, as_staff("li"), name="Acme", **known)
    found = propose(session, as_staff("qian"))
    assert [(row.account_id, row.proposed) for row in found] == ([(account.id, level)] if level else [])


def test_a_requirement_of_the_last_half_year_makes_a_b(any_session: Session, now: datetime) -> None:
    session, li = any_session, actor_in(any_session, "li", now)
    accounts = [create_account(session, li, name=f"Account {turn}") for turn in range(2)]
    for account, days in zip(accounts, (170, 200), strict=True):
        at = now - timedelta(days=days)
        session.add(
            Requirement(
                code=f"DE2026{account.id:04d}",
                title="Shelves",
                account_id=account.id,
                answer_due_at=at,
                created_at=at,
                updated_at=at,
            )
        )
    found = propose(session, system_actor(now))
    assert [(row.account_id, row.current, row.proposed) for row in found] == [(accounts[0].id, "C", "B")]
    assert (found[0].reason_zh, found[0].reason_en) == (
        "2026-11 月度复核：183 天内有新需求",
        "Review of 2026-11: a new requirement within 183 days",
    )


def test_a_person_takes_or_refuses_and_next_month_asks_again(any_session: Session, now: datetime) -> None:
    session = any_session
    li, sun = actor_in(session, "li", now), actor_in(session, "sun", now, message_id=5)
    first, second = (create_account(session, li, name=name, annual_amount=Decimal(600000)) for name in ("A1", "B2"))
    one, two = propose(session, system_actor(now))
    assert propose(session, system_actor(now)) == []
    assert list_proposals(session, actor_in(session, "zhao", now)) == []
    confirm_proposal(session, sun, one)
    refuse_proposal(session, sun, two, reason="one-off order")
    assert (first.level, second.level) == (AccountLevel.S, AccountLevel.C)
    assert (one.status, one.decided_by_id, two.status) == ("confirmed", sun.user_id, "refused")
    with pytest.raises(InvalidField, match="decided"):
        confirm_proposal(session, sun, one)
    (change,) = status_history(session, li, first.id)
    assert (change.by, change.field, change.before, change.after) == ("sun", "level", "C", "S")
    assert "600,000 ≥ 500,000" in (change.reason or "")
    next_month = now + timedelta(days=20)
    assert [(row.account_id, row.period) for row in propose(session, system_actor(next_month))] == [
        (second.id, "2026-12")
    ]
    undo_message(session, sun, message_id=5)
    assert (first.level, one.status, two.status) == (AccountLevel.C, ProposalStatus.OPEN, ProposalStatus.OPEN)
    assert status_history(session, li, first.id) == []


def test_an_open_proposal_is_overtaken_by_a_change_or_the_next_month(session: Session, as_staff: ActorOf) -> None:
    li, qian = as_staff("li"), as_staff("qian")
    account = create_account(session, li, name="Acme", annual_amount=Decimal(600000))
    (proposal,) = propose(session, qian)
    update_account(session, li, account, level=AccountLevel.A, reason="my own view")
    with pytest.raises(InvalidField, match="judged anew"):
        confirm_proposal(session, li, proposal)
    update_account(session, li, account, level=AccountLevel.S, reason="you were right")
    assert propose(session, qian) == []
    assert proposal.status is ProposalStatus.SUPERSEDED


def test_silence_is_proposed_as_silent_then_lost_and_a_word_as_active(
    session: Session, as_staff: ActorOf, now: datetime
) -> None:
    li = as_staff("li")
    days: dict[str, int] = {"fresh": 89, "silent": 90, "lost": 400, "back": 3}
    accounts: dict[str, Account] = {name: create_account(session, li, name=name) for name in days}
    for name, account in accounts.items():
        account.last_interaction_at = now - timedelta(days=days[name])
    accounts["back"].status = AccountStatus.SILENT
    found = {(row.account_id, row.field): row.proposed for row in propose(session, as_staff("qian"))}
    assert found == {
        (accounts["silent"].id, "status"): "silent",
        (accounts["lost"].id, "status"): "lost",
        (accounts["back"].id, "status"): "active",
    }


def test_only_those_who_judge_customers_review_them(session: Session, as_staff: ActorOf) -> None:
    mine = create_account(session, as_staff("li"), name="Acme", annual_amount=Decimal(600000))
    create_account(session, as_staff("zhao"), name="Theirs", annual_amount=Decimal(600000))
    for handle in ("zhou", "wu"):
        with pytest.raises(PermissionRefused):
            propose(session, as_staff(handle))
    (proposal,) = propose(session, as_staff("sun"))
    assert proposal.account_id == mine.id
    with pytest.raises(PermissionRefused):
        confirm_proposal(session, as_staff("wang"), proposal)
