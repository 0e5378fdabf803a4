from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.customers import create_account, create_contact
from crm_core.errors import InvalidField, PermissionRefused, RecordNotFound
from crm_core.interactions import (
    delete_interaction,
    list_contact_ids,
    log_interaction,
    update_interaction,
)
from crm_core.models import Account, AuditEvent, Contact, Interaction, InteractionKind
from crm_core.permissions import Actor
from crm_core.tickets import open_ticket
from crm_core.timeline import timeline
from tests.crm_core.conftest import ActorOf


@pytest.fixture
def account(session: Session, as_staff: ActorOf) -> Account:
    return create_account(session, as_staff("li"), name="Acme")


@pytest.fixture
def ann(session: Session, as_staff: ActorOf, account: Account) -> Contact:
    return create_contact(session, as_staff("li"), name="Ann", account_id=account.id)


def test_an_interaction_belongs_to_the_account_of_its_contacts(
    session: Session, as_staff: ActorOf, account: Account, ann: Contact, now: datetime
) -> None:
    bob = create_contact(session, as_staff("li"), name="Bob", account_id=account.id)
    at = now - timedelta(hours=2)
    call = log_interaction(
        session,
        as_staff("li"),
        kind="call",
        occurred_at=at,
        summary="Wants a quote",
        contact_ids=[bob.id, ann.id, bob.id],
    )
    assert (call.kind, call.account_id, call.owner_id) == (
        InteractionKind.CALL,
        account.id,
        as_staff("li").user_id,
    )
    assert list_contact_ids(session, call.id) == [bob.id, ann.id]  # as they were named
    assert account.last_interaction_at == at
    assert ann.last_interaction_at == at


def test_the_audit_trail_of_an_interaction_names_its_contacts(
    session: Session, as_staff: ActorOf, ann: Contact, now: datetime
) -> None:
    log_interaction(
        session, as_staff("li"), kind="visit", occurred_at=now, summary="Saw the store", contact_ids=[ann.id]
    )
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert event.record_type == "interaction"
    assert (event.after or {})["contact_ids"] == [ann.id]


def test_an_older_interaction_does_not_turn_the_last_one_back(
    session: Session, as_staff: ActorOf, account: Account, now: datetime
) -> None:
    for days in (1, 5):
        log_interaction(
            session,
            as_staff("li"),
            kind="email",
            occurred_at=now - timedelta(days=days),
            summary="Wrote",
            account_id=account.id,
        )
    assert account.last_interaction_at == now - timedelta(days=1)


@pytest.mark.parametrize("summary", ["", "  \n "])
def test_an_empty_record_is_refused(
    session: Session, as_staff: ActorOf, account: Account, now: datetime, summary: str
) -> None:
    with pytest.raises(InvalidField, match="summary"):
        log_interaction(session, as_staff("li"), kind="call", occurred_at=now, summary=summary, account_id=account.id)


def test_what_has_not_happened_is_refused(session: Session, as_staff: ActorOf, account: Account, now: datetime) -> None:
    with pytest.raises(InvalidField, match="occurred_at"):
        log_interaction(
            session,
            as_staff("li"),
            kind="call",
            occurred_at=now + timedelta(days=2),
            summary="Will call",
            account_id=account.id,
        )


def test_a_customer_and_a_known_kind_are_needed(session: Session, as_staff: ActorOf, now: datetime) -> None:
    with pytest.raises(InvalidField, match="account"):
        log_interaction(session, as_staff("li"), kind="call", occurred_at=now, summary="Called nobody")
    with pytest.raises(InvalidField, match="kind"):
        log_interaction(session, as_staff("li"), kind="fax", occurred_at=now, summary="Faxed")


@pytest.mark.parametrize(("handle", "may"), [("li", True), ("wang", False), ("sun", True), ("wu", False)])
def test_who_may_log_on_a_reps_account(
    session: Session, as_staff: ActorOf, account: Account, now: datetime, handle: str, may: bool
) -> None:
    def log() -> Interaction:
        return log_interaction(
            session, as_staff(handle), kind="call", occurred_at=now, summary="Called", account_id=account.id
        )

    if may:
        assert log().account_id == account.id
        return
    with pytest.raises(PermissionRefused):
        log()
    assert session.scalars(select(Interaction)).all() == []


def test_anybody_may_log_on_a_customer_of_nobody(
    session: Session, as_staff: ActorOf, system: Actor, now: datetime
) -> None:
    contact = create_contact(session, system, name="Walk-in")
    for handle in ("li", "zhao"):
        log_interaction(
            session,
            as_staff(handle),
            kind="chat",
            occurred_at=now,
            summary="Chatted",
            contact_ids=[contact.id],
        )
    logged = session.scalars(select(Interaction.owner_id).order_by(Interaction.id)).all()
    assert logged == [as_staff("li").user_id, as_staff("zhao").user_id]


def test_a_missing_contact_is_named(session: Session, as_staff: ActorOf, now: datetime) -> None:
    with pytest.raises(RecordNotFound, match="contact 99"):
        log_interaction(session, as_staff("li"), kind="call", occurred_at=now, summary="x", contact_ids=[99])


def test_correcting_and_deleting_set_the_last_interaction_anew(
    session: Session, as_staff: ActorOf, account: Account, now: datetime
) -> None:
    li = as_staff("li")
    call = log_interaction(session, li, kind="call", occurred_at=now, summary="Called", account_id=account.id)
    update_interaction(session, li, call, occurred_at=now - timedelta(days=1), summary="Called on Sunday")
    assert account.last_interaction_at == now - timedelta(days=1)
    delete_interaction(session, li, call)
    assert account.last_interaction_at is None


def test_the_timeline_joins_interactions_and_tickets_newest_first(
    session: Session, as_staff: ActorOf, account: Account, ann: Contact, now: datetime
) -> None:
    li = as_staff("li")
    log_interaction(
        session,
        li,
        kind="call",
        occurred_at=now - timedelta(hours=3),
        summary="Called",
        contact_ids=[ann.id],
    )
    ticket = open_ticket(session, li, subject="Late parcel", text="Late", contact_id=ann.id)
    for history in (
        timeline(session, li, account_id=account.id),
        timeline(session, li, contact_id=ann.id),
    ):
        assert [(entry.record_type, entry.title) for entry in history] == [
            ("ticket", ticket.number),
            ("interaction", "call"),
        ]
    with pytest.raises(PermissionRefused):
        timeline(session, as_staff("wang"), contact_id=ann.id)
