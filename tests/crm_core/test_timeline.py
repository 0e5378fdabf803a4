"""Who took part, what a task is about, and one history over all records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from crm_core import deals
from crm_core.audit import snapshot
from crm_core.customers import create_account, create_contact, get_account, status_history, update_account
from crm_core.deals import leads, payments, progress
from crm_core.describe import describe
from crm_core.errors import InvalidField, PermissionRefused, RecordNotFound
from crm_core.interactions import list_follow_ups, list_parties, log_interaction, update_interaction
from crm_core.models import AccountStatus, Influence, TaskStatus
from crm_core.permissions import Actor
from crm_core.requirements import create_requirement
from crm_core.tasks import complete_task, create_task, list_tasks, start_task, update_task
from crm_core.tickets import open_ticket
from crm_core.timeline import TimelineEntry, timeline
from tests.crm_core.conftest import ActorOf, actor_in, undo_message


def test_an_interaction_knows_its_colleagues_and_what_it_was_about(any_session: Session, now: datetime) -> None:
    session, li, wang = any_session, actor_in(any_session, "li", now), actor_in(any_session, "wang", now)
    deals.ensure_default_stages(session)
    account = create_account(session, li, name="Acme")
    ann, bob = (create_contact(session, li, name=name, account_id=account.id) for name in ("Ann", "Bob"))
    deal = deals.create_opportunity(session, li, account_id=account.id, name="Shelves")
    need = create_requirement(session, li, account_id=account.id, title="Wider shelves")
    lead = leads.create_lead(session, li, name="Hot lead")
    visit = log_interaction(
        session,
        li,
        kind="visit",
        occurred_at=now,
        summary="Showed the racks",
        contact_ids=[ann.id, bob.id],
        staff_ids=[wang.user_id, li.user_id, wang.user_id],  # type: ignore[list-item]
        opportunity_id=deal.id,
        requirement_id=need.id,
    )
    assert list_parties(session, visit.id) == ([ann.id, bob.id], [wang.user_id])
    task = create_task(session, li, title="Send offer", interaction_id=visit.id, opportunity_id=deal.id)
    assert list_follow_ups(session, li, visit.id) == [task]
    shown = describe(session, visit, li.zone)
    assert (shown["contacts"], shown["staff"], shown["requirement_id"]) == (["Ann", "Bob"], ["wang"], need.id)
    alone = log_interaction(session, li, kind="call", occurred_at=now, summary="Called", lead_id=lead.id)
    assert (alone.account_id, alone.lead_id) == (None, lead.id)
    with pytest.raises(RecordNotFound):
        log_interaction(session, li, kind="call", occurred_at=now, summary="x", contact_ids=[ann.id], staff_ids=[999])


def test_a_correction_of_who_it_was_moves_the_interaction_and_comes_back(any_session: Session, now: datetime) -> None:
    session, li = any_session, actor_in(any_session, "li", now)
    one, two = (create_account(session, li, name=name) for name in ("One", "Two"))
    ann = create_contact(session, li, name="Ann", account_id=one.id)
    bob = create_contact(session, li, name="Bob", account_id=two.id)
    call = log_interaction(session, li, kind="call", occurred_at=now, summary="Called", contact_ids=[ann.id])
    correcting = actor_in(session, "li", now, message_id=9)
    update_interaction(session, correcting, call, contact_ids=[bob.id], kind="visit", staff_ids=[])
    assert (call.account_id, call.kind, list_parties(session, call.id)[0]) == (two.id, "visit", [bob.id])
    assert [record.last_interaction_at for record in (one, ann, two, bob)] == [None, None, now, now]
    undo_message(session, correcting, message_id=9)
    assert (call.account_id, call.kind, list_parties(session, call.id)[0]) == (one.id, "call", [ann.id])
    assert [record.last_interaction_at for record in (one, ann, two, bob)] == [now, now, None, None]
    with pytest.raises(InvalidField, match="account"):
        update_interaction(session, li, call, contact_ids=[], account_id=None)
    theirs = create_account(session, actor_in(session, "wang", now), name="Theirs")
    with pytest.raises(PermissionRefused):
        update_interaction(session, li, call, account_id=theirs.id)


def test_a_task_is_about_any_record_and_delayed_with_a_reason(
    session: Session, as_staff: ActorOf, now: datetime
) -> None:
    li = as_staff("li")
    deals.ensure_default_stages(session)
    account = create_account(session, li, name="Acme")
    deal = deals.create_opportunity(session, li, account_id=account.id, name="Shelves")
    task = create_task(session, li, title="Call", due_at=now, account_id=account.id, notes="ask for Ann")
    other = create_task(session, li, title="Other")
    assert list_tasks(session, li, account_id=account.id) == [task]
    update_task(session, li, other, opportunity_id=deal.id)
    assert list_tasks(session, li, opportunity_id=deal.id) == [other]
    start_task(session, li, task)
    assert list_tasks(session, li, statuses=[TaskStatus.DOING]) == [task]
    with pytest.raises(InvalidField, match="delay_reason"):
        update_task(session, li, task, status="delayed")
    update_task(session, li, task, status="delayed", delay_reason="customer is away")
    update_task(session, li, task, status="done")
    assert task.completed_at == now
    update_task(session, li, task, status="todo")
    assert task.completed_at is None
    theirs = create_account(session, as_staff("wang"), name="Theirs")
    with pytest.raises(PermissionRefused):
        update_task(session, li, task, account_id=theirs.id)
    assert describe(session, task, li.zone)["notes"] == "ask for Ann"


class SaidInChat:
    """A conversation's side of the history."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self.asked: list[int] = []

    def entries(self, session: Session, *, contact_ids: Sequence[int], limit: int) -> list[TimelineEntry]:
        self.asked = list(contact_ids)
        return [TimelineEntry(at=self._at, record_type="chat", record_id=1, title="web", text="Hello?")]


def test_one_history_over_all_records_newest_first(any_session: Session, now: datetime) -> None:
    session = any_session
    deals.ensure_default_stages(session)

    def li(hours: int) -> Actor:
        return actor_in(session, "li", now + timedelta(hours=hours))

    account = create_account(session, li(0), name="Acme")
    ann = create_contact(session, li(0), name="Ann", account_id=account.id)
    at = now + timedelta(hours=1)
    log_interaction(session, li(1), kind="call", occurred_at=at, summary="Called", contact_ids=[ann.id])
    open_ticket(session, li(2), subject="Late", text="Late", contact_id=ann.id)
    create_requirement(session, li(3), account_id=account.id, title="Wider shelves", contact_id=ann.id)
    complete_task(session, li(4), create_task(session, li(4), title="Sent offer", contact_id=ann.id))
    update_account(session, li(5), account, status=AccountStatus.ACTIVE, reason="first order")
    deal = deals.create_opportunity(session, li(6), account_id=account.id, name="Shelves", amount=Decimal(900))
    progress.change_stage(session, li(7), deal, stage="lost", reason="too dear")
    payment = payments.record_payment(session, li(8), deal, amount=Decimal(5))
    chats = SaidInChat(now + timedelta(hours=9))
    history = timeline(session, li(10), account_id=account.id, chats=chats)
    shown = [(entry.record_type, entry.text) for entry in history if entry.record_type != "payment"]
    assert shown == [
        ("chat", "Hello?"),
        ("opportunity", "Shelves: too dear"),
        ("opportunity", "Shelves"),
        ("account", "new → active: first order"),
        ("task", "Sent offer"),
        ("requirement", "Wider shelves"),
        ("ticket", "Late"),
        ("interaction", "Called"),
    ]
    assert [entry.record_id for entry in history if entry.record_type == "payment"] == [payment.id]
    assert chats.asked == [ann.id]
    of_contact = timeline(session, li(10), contact_id=ann.id)
    assert [entry.record_type for entry in of_contact] == ["task", "requirement", "ticket", "interaction"]
    assert len(timeline(session, li(10), account_id=account.id, limit=3)) == 3


def test_status_and_level_keep_their_history(session: Session, as_staff: ActorOf, now: datetime) -> None:
    li = as_staff("li")
    account = create_account(session, li, name="Acme")
    update_account(session, li, account, influence="top", renewal_percent="85%")  # type: ignore[arg-type]
    assert (account.influence, account.renewal_percent) == (Influence.TOP, 85)
    with pytest.raises(InvalidField):
        update_account(session, li, account, renewal_percent=101)
    undone = actor_in(session, "li", now, message_id=2)
    update_account(session, li, account, status=AccountStatus.ACTIVE, reason="first order")
    update_account(session, undone, account, status=AccountStatus.LOST, reason="by mistake")
    before = snapshot(account)
    undo_message(session, undone, message_id=2)
    assert before != snapshot(account)
    assert [(row.after, row.reason) for row in status_history(session, li, account.id)] == [("active", "first order")]
    with pytest.raises(PermissionRefused):
        status_history(session, as_staff("wang"), account.id)
    assert get_account(session, li, account.id).status is AccountStatus.ACTIVE
