"""The history of a customer over all channels: interactions, tickets, tasks, deals, payments, judgements, chats.

Promise: every line is within the actor's reach, newest first. What was said in chats is the conversation's to know:
whoever has it passes a `ChatHistory`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Protocol

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from crm_core.customers import status_history
from crm_core.interactions import list_interactions
from crm_core.models import (
    Account,
    Contact,
    Interaction,
    Opportunity,
    Payment,
    Requirement,
    Task,
    Ticket,
)
from crm_core.permissions import Actor, visible
from crm_core.records import get_record


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """One line of a customer's history."""

    at: datetime
    #: interaction, ticket, task, opportunity, payment, requirement, account (a judgement) or chat
    record_type: str
    record_id: int
    #: what kind of thing: an interaction's kind, a number, a task's status, a stage, status or level, a channel
    title: str
    text: str


class ChatHistory(Protocol):
    """Whoever keeps the conversations."""

    def entries(self, session: Session, *, contact_ids: Sequence[int], limit: int) -> Sequence[TimelineEntry]:
        """Return what was said in the chats of these contacts, newest first, `record_type` 'chat'."""


def timeline(
    session: Session,
    actor: Actor,
    *,
    account_id: int | None = None,
    contact_id: int | None = None,
    limit: int = 20,
    chats: ChatHistory | None = None,
) -> list[TimelineEntry]:
    """Return the history of an account or contact within the actor's reach, newest first.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    account = get_record(session, actor, Account, account_id) if account_id is not None else None
    contact = get_record(session, actor, Contact, contact_id) if contact_id is not None else None
    found = list_interactions(
        session,
        actor,
        account_id=account.id if account else None,
        contact_id=contact.id if contact else None,
        limit=limit,
    )
    entries = [_of_interaction(row) for row in found]
    for model, newest, whose, build in _sources(account, contact):
        query = select(model).where(visible(actor, model), whose, newest.is_not(None))
        entries += [build(row) for row in session.scalars(query.order_by(newest.desc()).limit(limit))]
    if account is not None:
        entries += _judgements(session, actor, account)
    if chats is not None:
        contact_ids = [contact.id] if contact else _people(session, actor, account)
        entries += chats.entries(session, contact_ids=contact_ids, limit=limit)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def _sources(account: Account | None, contact: Contact | None) -> list[tuple[Any, ...]]:
    """Return model, time, whose and line for each kind of record beside interactions."""
    sources: list[tuple[Any, ...]] = [
        (Ticket, Ticket.created_at, _about(Ticket, account, contact), _of_ticket),
        (Requirement, Requirement.created_at, _about(Requirement, account, contact), _of_requirement),
        (Task, Task.completed_at, _about(Task, account, contact), _of_task),
    ]
    if account is not None and contact is None:
        deals = select(Opportunity.id).where(Opportunity.account_id == account.id)
        sources += [
            (Opportunity, Opportunity.created_at, Opportunity.account_id == account.id, _of_deal),
            (Opportunity, Opportunity.closed_at, Opportunity.account_id == account.id, _of_closed_deal),
            (Payment, Payment.received_on, Payment.opportunity_id.in_(deals), _of_payment),
        ]
    return sources


def _about(model: Any, account: Account | None, contact: Contact | None) -> ColumnElement[bool]:
    of: list[ColumnElement[bool]] = []
    if contact is not None:
        of = [model.contact_id == contact.id]
    elif account is not None:
        people = select(Contact.id).where(Contact.account_id == account.id)
        of = [model.account_id == account.id, model.contact_id.in_(people)]
    return or_(false(), *of)


def _people(session: Session, actor: Actor, account: Account | None) -> list[int]:
    if account is None:
        return []
    return list(session.scalars(select(Contact.id).where(visible(actor, Contact), Contact.account_id == account.id)))


def _judgements(session: Session, actor: Actor, account: Account) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            at=change.at,
            record_type="account",
            record_id=account.id,
            title=change.field,
            text=f"{change.before} → {change.after}" + (f": {change.reason}" if change.reason else ""),
        )
        for change in status_history(session, actor, account.id)
    ]


def _of_interaction(row: Interaction) -> TimelineEntry:
    return TimelineEntry(
        at=row.occurred_at, record_type="interaction", record_id=row.id, title=row.kind.value, text=row.summary
    )


def _of_ticket(row: Ticket) -> TimelineEntry:
    return TimelineEntry(at=row.created_at, record_type="ticket", record_id=row.id, title=row.number, text=row.subject)


def _of_requirement(row: Requirement) -> TimelineEntry:
    return TimelineEntry(at=row.created_at, record_type="requirement", record_id=row.id, title=row.code, text=row.title)


def _of_task(row: Task) -> TimelineEntry:
    return TimelineEntry(
        at=row.completed_at or row.updated_at, record_type="task", record_id=row.id, title="done", text=row.title
    )


def _of_deal(row: Opportunity) -> TimelineEntry:
    return TimelineEntry(at=row.created_at, record_type="opportunity", record_id=row.id, title="created", text=row.name)


def _of_closed_deal(row: Opportunity) -> TimelineEntry:
    text = row.name + (f": {row.outcome_reason}" if row.outcome_reason else "")
    return TimelineEntry(
        at=row.closed_at or row.updated_at, record_type="opportunity", record_id=row.id, title=row.stage, text=text
    )


def _of_payment(row: Payment) -> TimelineEntry:
    at = datetime.combine(row.received_on, time(), tzinfo=UTC)
    text = f"{row.amount:.2f} {row.currency}"
    return TimelineEntry(at=at, record_type="payment", record_id=row.id, title="payment", text=text)
