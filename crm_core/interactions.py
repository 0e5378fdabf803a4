"""Interactions: log what happened with a customer, and read a customer's history.

Promise: never an empty record; a rep logs only on customers of his own or of nobody. Never: a follow-up, which is
a task of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import record_change, record_deleted, snapshot
from crm_core.database import Base
from crm_core.errors import InvalidField
from crm_core.models import (
    Account,
    Contact,
    Interaction,
    InteractionContact,
    InteractionKind,
    Opportunity,
    Ticket,
)
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, default_owner_id, get_record

#: What is said of today may be later today; what is later is no interaction yet, but a task.
MAX_AHEAD = timedelta(hours=24)

INTERACTION_RULES: dict[str, fields.Rule] = {
    "kind": fields.one_of(InteractionKind),
    "occurred_at": fields.moment,
    "summary": fields.required_text(20_000),
    "subject": fields.optional_text(200),
    "feedback": fields.optional_text(20_000),
}


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """One line of a customer's history."""

    at: datetime
    #: interaction or ticket
    record_type: str
    record_id: int
    #: the interaction's kind, the ticket's number
    title: str
    text: str


def log_interaction(
    session: Session,
    actor: Actor,
    *,
    kind: InteractionKind | str,
    occurred_at: datetime,
    summary: str,
    account_id: int | None = None,
    contact_ids: Sequence[int] = (),
    subject: str | None = None,
    feedback: str | None = None,
    ticket_id: int | None = None,
    opportunity_id: int | None = None,
    owner_id: int | None = None,
) -> Interaction:
    """Log an interaction; without `account_id` it belongs to the account that its contacts share.

    It is the actor's own unless `owner_id` names the colleague who had it.

    Raises:
        InvalidField: no summary, a time more than a day ahead, or no customer at all.
        RecordNotFound: there is no such account, contact, ticket or opportunity.
        PermissionRefused: one of them is out of the actor's reach.
    """
    values = fields.normalise(
        INTERACTION_RULES,
        {"kind": kind, "occurred_at": occurred_at, "summary": summary, "subject": subject, "feedback": feedback},
    )
    _check_time(occurred_at, actor.now)
    contacts = [get_record(session, actor, Contact, contact_id) for contact_id in dict.fromkeys(contact_ids)]
    account = _account_of(session, actor, account_id, contacts)
    _require_customers(actor, account, contacts)
    for model, record_id in ((Ticket, ticket_id), (Opportunity, opportunity_id)):
        if record_id is not None:
            get_record(session, actor, model, record_id)
    interaction = Interaction(
        **values,
        account_id=account.id if account else None,
        owner_id=_owner_id(session, actor, owner_id),
        ticket_id=ticket_id,
        opportunity_id=opportunity_id,
        created_at=actor.now,
        updated_at=actor.now,
    )
    return _store(session, actor, interaction, contacts, account)


def update_interaction(session: Session, actor: Actor, interaction: Interaction, **changes: Any) -> Interaction:
    """Change kind, time, summary, subject or feedback of an interaction.

    Raises:
        InvalidField: a value breaks its rule.
        PermissionRefused: the actor may not change this interaction.
    """
    values = fields.normalise(INTERACTION_RULES, changes)
    if "occurred_at" in values:
        _check_time(values["occurred_at"], actor.now)
    change_fields(session, actor, interaction, values)
    refresh_last_interaction(session, interaction)
    return interaction


def get_interaction(session: Session, actor: Actor, interaction_id: int) -> Interaction:
    """Return an interaction.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Interaction, interaction_id)


def delete_interaction(session: Session, actor: Actor, interaction: Interaction) -> None:
    """Mark an interaction as deleted.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", interaction)
    record_deleted(session, actor, interaction)
    refresh_last_interaction(session, interaction)


def list_contact_ids(session: Session, interaction_id: int) -> list[int]:
    """Return the ids of the contacts who took part."""
    query = select(InteractionContact.contact_id).where(InteractionContact.interaction_id == interaction_id)
    return list(session.scalars(query.order_by(InteractionContact.contact_id)))


def timeline(
    session: Session,
    actor: Actor,
    *,
    account_id: int | None = None,
    contact_id: int | None = None,
    limit: int = 20,
) -> list[TimelineEntry]:
    """Return the history of an account or contact within the actor's reach, newest first.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    if account_id is not None:
        get_record(session, actor, Account, account_id)
    if contact_id is not None:
        get_record(session, actor, Contact, contact_id)
    found = list_interactions(session, actor, account_id=account_id, contact_id=contact_id, limit=limit)
    entries = [_of_interaction(row) for row in found]
    entries += [_of_ticket(row) for row in _tickets(session, actor, account_id, contact_id, limit)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def list_interactions(
    session: Session,
    actor: Actor,
    *,
    account_id: int | None = None,
    contact_id: int | None = None,
    limit: int = 20,
) -> list[Interaction]:
    """Return interactions within the actor's reach, newest first."""
    query = select(Interaction).where(visible(actor, Interaction))
    if account_id is not None:
        query = query.where(Interaction.account_id == account_id)
    if contact_id is not None:
        query = query.where(_took_part(contact_id))
    newest = query.order_by(Interaction.occurred_at.desc(), Interaction.id.desc())
    return list(session.scalars(newest.limit(limit)))


def refresh_last_interaction(session: Session, interaction: Interaction) -> None:
    """Set `last_interaction_at` of the interaction's account and contacts from what is there now."""
    session.flush()
    if interaction.account_id is not None:
        account = session.get(Account, interaction.account_id)
        _refresh(session, account, Interaction.account_id == interaction.account_id)
    for contact_id in list_contact_ids(session, interaction.id):
        _refresh(session, session.get(Contact, contact_id), _took_part(contact_id))


def _check_time(occurred_at: datetime, now: datetime) -> None:
    if occurred_at > now + MAX_AHEAD:
        raise InvalidField("occurred_at", occurred_at.isoformat(), "It has not happened yet: make it a task.")


def _owner_id(session: Session, actor: Actor, owner_id: int | None) -> int | None:
    if owner_id is None:
        return actor.user_id
    return default_owner_id(session, actor, Interaction, owner_id)


def _account_of(session: Session, actor: Actor, account_id: int | None, contacts: Sequence[Contact]) -> Account | None:
    if account_id is None:
        accounts = {contact.account_id for contact in contacts}
        account_id = accounts.pop() if len(accounts) == 1 else None
    return get_record(session, actor, Account, account_id) if account_id is not None else None


def _require_customers(actor: Actor, account: Account | None, contacts: Sequence[Contact]) -> None:
    customers: list[Base] = [*([account] if account else []), *contacts]
    if not customers:
        raise InvalidField("account", None, "Say with which account or contact it was.")
    for customer in customers:
        require(actor, "create", Interaction, on=customer)


def _store(
    session: Session, actor: Actor, interaction: Interaction, contacts: Sequence[Contact], account: Account | None
) -> Interaction:
    session.add(interaction)
    session.flush()
    links = [InteractionContact(interaction_id=interaction.id, contact_id=contact.id) for contact in contacts]
    session.add_all(links)
    session.flush()
    after = {**snapshot(interaction), "contact_ids": [contact.id for contact in contacts]}
    record_change(session, actor, "created", interaction, after=after)
    # Not read back from the table: this is the hot path, and a new interaction can only move the time forward.
    customers: list[Account | Contact] = [*contacts, *([account] if account else [])]
    for customer in customers:
        latest = max(customer.last_interaction_at or interaction.occurred_at, interaction.occurred_at)
        customer.last_interaction_at = latest
    session.flush()
    return interaction


def _took_part(contact_id: int) -> ColumnElement[bool]:
    took_part = select(InteractionContact.interaction_id).where(InteractionContact.contact_id == contact_id)
    return Interaction.id.in_(took_part)


def _refresh(session: Session, customer: Account | Contact | None, condition: ColumnElement[bool]) -> None:
    if customer is not None:
        newest = select(func.max(Interaction.occurred_at)).where(condition, Interaction.deleted_at.is_(None))
        customer.last_interaction_at = session.scalar(newest)
        session.flush()


def _tickets(
    session: Session, actor: Actor, account_id: int | None, contact_id: int | None, limit: int
) -> list[Ticket]:
    whose: list[ColumnElement[bool]] = []
    if account_id is not None:
        members = select(Contact.id).where(Contact.account_id == account_id)
        whose += [Ticket.account_id == account_id, Ticket.contact_id.in_(members)]
    if contact_id is not None:
        whose = [Ticket.contact_id == contact_id]
    query = select(Ticket).where(visible(actor, Ticket), or_(*whose)) if whose else None
    if query is None:
        return []
    return list(session.scalars(query.order_by(Ticket.created_at.desc()).limit(limit)))


def _of_interaction(row: Interaction) -> TimelineEntry:
    return TimelineEntry(
        at=row.occurred_at, record_type="interaction", record_id=row.id, title=row.kind.value, text=row.summary
    )


def _of_ticket(row: Ticket) -> TimelineEntry:
    return TimelineEntry(at=row.created_at, record_type="ticket", record_id=row.id, title=row.number, text=row.subject)
