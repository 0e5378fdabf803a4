from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import tickets
from crm_core.customers import create_account, create_contact, update_account
from crm_core.database import Database
from crm_core.deals import change_stage, create_opportunity
from crm_core.errors import PermissionRefused
from crm_core.interactions import log_interaction
from crm_core.models import Account, AuditEvent, Interaction, Opportunity, Task, TaskStatus, TicketStatus
from crm_core.permissions import Actor
from crm_core.tasks import complete_task, create_task, list_tasks, postpone_task
from tests.crm_core.conftest import UNDO_WINDOW, ActorOf, actor_in, hire_everybody, undo_message, undo_newest


@pytest.fixture
def li(as_staff: ActorOf) -> Actor:
    return replace(as_staff("li"), message_id=1)


@pytest.fixture
def account(session: Session, as_staff: ActorOf) -> Account:
    return create_account(session, as_staff("root"), name="Acme", owner_id=as_staff("li").user_id)


def test_everything_that_one_message_wrote_is_taken_back(
    session: Session, li: Actor, account: Account, now: datetime
) -> None:
    call = log_interaction(session, li, kind="call", occurred_at=now, summary="Called", account_id=account.id)
    task = create_task(session, li, title="Send quote", interaction_id=call.id)
    other = create_task(session, replace(li, message_id=2), title="Other")
    reversed_events = undo_message(session, li, message_id=1)
    assert [(event.record_type, event.action) for event in reversed_events] == [
        ("task", "created"),
        ("interaction", "created"),
    ]
    assert call.deleted_at == task.deleted_at == now
    assert account.last_interaction_at is None
    assert list_tasks(session, li) == [other]


def test_undoing_twice_changes_nothing(session: Session, li: Actor) -> None:
    create_task(session, li, title="Send quote")
    assert undo_newest(session, replace(li, message_id=2))
    events = len(session.scalars(select(AuditEvent)).all())
    assert undo_newest(session, replace(li, message_id=3)) == []
    assert undo_message(session, li, message_id=1) == []
    assert len(session.scalars(select(AuditEvent)).all()) == events


def test_undo_goes_back_message_by_message(session: Session, li: Actor) -> None:
    first = create_task(session, li, title="First")
    second = create_task(session, replace(li, message_id=2), title="Second")
    undo_newest(session, replace(li, message_id=3))
    assert (first.deleted_at, second.deleted_at is None) == (None, False)
    undo_newest(session, replace(li, message_id=4))
    assert first.deleted_at is not None


def test_changed_fields_get_their_old_values(session: Session, li: Actor, account: Account, now: datetime) -> None:
    deal = create_opportunity(session, replace(li, message_id=None), account_id=account.id, name="Shelves")
    change_stage(session, li, deal, stage="won", reason="best price")
    undo_message(session, li, message_id=1)
    assert (deal.stage, deal.closed_at, deal.outcome_reason, deal.deleted_at) == ("contacted", None, None, None)
    task = create_task(session, replace(li, message_id=None), title="Call", due_at=now)
    postpone_task(session, replace(li, message_id=2), task, due_at=now + timedelta(days=1), reason="busy")
    complete_task(session, replace(li, message_id=3), task)
    undo_message(session, li, message_id=3)
    assert (task.status, task.completed_at) == (TaskStatus.DELAYED, None)
    undo_message(session, li, message_id=2)
    assert (task.status, task.due_at, task.delay_reason) == (TaskStatus.TODO, now, None)


def test_a_field_that_was_changed_again_keeps_its_newer_value(session: Session, li: Actor, account: Account) -> None:
    update_account(session, li, account, industry="retail", region="杭州")
    update_account(session, replace(li, message_id=2), account, industry="fashion")
    undo_message(session, li, message_id=1)
    assert (account.industry, account.region) == ("fashion", None)


def test_an_undone_ticket_keeps_its_number_and_is_closed(session: Session, as_staff: ActorOf) -> None:
    zhou = replace(as_staff("zhou"), message_id=1)
    ticket = tickets.open_ticket(session, zhou, subject="x", text="x")
    undo_message(session, zhou, message_id=1)
    assert (ticket.status, ticket.number, ticket.reason) == (TicketStatus.CLOSED, "TK20260001", "withdrawn")
    assert tickets.open_ticket(session, zhou, subject="y", text="y").number == "TK20260002"


def test_the_window_closes(session: Session, li: Actor, now: datetime) -> None:
    task = create_task(session, li, title="Call")
    late = replace(li, now=now + UNDO_WINDOW + timedelta(minutes=1), message_id=2)
    assert undo_newest(session, late) == []
    assert task.deleted_at is None


def test_only_ones_own_changes_are_taken_back(session: Session, li: Actor, as_staff: ActorOf) -> None:
    task = create_task(session, li, title="Call")
    wang = as_staff("wang")
    assert undo_newest(session, wang) == []
    with pytest.raises(PermissionRefused):
        undo_message(session, wang, message_id=1)
    assert task.deleted_at is None
    assert undo_message(session, as_staff("root"), message_id=1)


def test_what_a_colleague_looks_after_by_now_is_not_taken_back(
    session: Session, li: Actor, account: Account, as_staff: ActorOf
) -> None:
    contact = create_contact(session, li, name="Ann", account_id=account.id)
    update_account(session, as_staff("sun"), account, owner_id=as_staff("wang").user_id)
    with pytest.raises(PermissionRefused) as refused:
        undo_newest(session, replace(li, message_id=2))
    assert (refused.value.record_type, refused.value.record_id) == ("contact", contact.id)
    assert contact.deleted_at is None
    assert undo_message(session, as_staff("root"), message_id=1)


def test_the_undo_is_in_the_trail_with_its_own_message(session: Session, li: Actor) -> None:
    task = create_task(session, li, title="Call")
    undo_newest(session, replace(li, message_id=2))
    event = session.scalars(select(AuditEvent).where(AuditEvent.message_id == 2)).one()
    assert (event.action, event.record_type, event.record_id) == ("undone", "task", task.id)
    assert (event.after or {})["deleted_at"] is not None


def test_undo_works_from_another_session_on_each_database(any_database: Database, now: datetime) -> None:
    with any_database.transaction() as session:
        hire_everybody(session, now)
        li = actor_in(session, "li", now, message_id=1)
        account = create_account(session, replace(li, message_id=None), name="Acme")
        deal = create_opportunity(session, replace(li, message_id=None), account_id=account.id, name="Shelves")
        update_account(session, li, account, annual_amount="1200.50", partner_since="2024-05-01")  # type: ignore[arg-type]
        change_stage(session, li, deal, stage="won", reason="best price")
        log_interaction(session, li, kind="call", occurred_at=now, summary="Called", account_id=account.id)
    with any_database.transaction() as session:
        assert len(undo_newest(session, actor_in(session, "li", now, message_id=2))) == 3
    with any_database.reading() as session:
        account = session.scalars(select(Account)).one()
        assert (account.annual_amount, account.partner_since, account.last_interaction_at) == (None, None, None)
        assert session.scalars(select(Opportunity)).one().stage == "contacted"
        assert session.scalars(select(Interaction)).one().deleted_at == now
        assert session.scalars(select(Task)).all() == []
