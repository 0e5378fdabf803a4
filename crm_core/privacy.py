"""A person's data: all of it in one document, and its erasure (PIPL articles 45 and 47, GDPR articles 15 and 17).

Promise: after an erasure nothing in the company's records says who the person was, the audit trail included, and
every count and amount of the company stays what it was. Never: the conversation's own tables; the erasure returns
the chat identities whose messages the conversation has to forget too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from crm_core.audit import record_change
from crm_core.describe import describe
from crm_core.interactions import list_contact_ids
from crm_core.models import (
    AuditEvent,
    ChatIdentity,
    Contact,
    ContactStatus,
    Interaction,
    InteractionContact,
    Lead,
    Task,
    Ticket,
    TicketMessage,
)
from crm_core.permissions import Actor, require
from crm_core.records import get_record

ERASED = "[已删除 / erased]"

_CONTACT_FIELDS = ("title", "mobile", "email", "birthday", "decision_role", "language", "id_number_encrypted")
_LEAD_FIELDS = ("company", "mobile", "email", "notes")


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What was erased, and what is left to the conversation's tables."""

    contact_id: int
    #: chat identities that belonged to the person; their messages are the conversation's to erase
    identity_ids: Sequence[int]
    ticket_ids: Sequence[int]
    interaction_ids: Sequence[int]


@dataclass(frozen=True)
class _Trace:
    """Every record that speaks of a person."""

    contact: Contact
    identities: Sequence[ChatIdentity]
    interactions: Sequence[Interaction]
    tickets: Sequence[Ticket]
    lines: Sequence[TicketMessage]
    tasks: Sequence[Task]
    leads: Sequence[Lead]


def export_person(session: Session, actor: Actor, contact_id: int, *, zone: tzinfo) -> dict[str, Any]:
    """Return everything that is kept about a contact as plain JSON, in the spelling of the public contract.

    Raises:
        RecordNotFound: there is no such contact.
        PermissionRefused: the actor may not export contacts, or not this one.
    """
    trace = _trace(session, get_record(session, actor, Contact, contact_id, action="export"))
    return {
        "contact": {"id": contact_id, **describe(session, trace.contact, zone)},
        "attributes": dict(trace.contact.attributes or {}),
        "chat_identities": [
            {"channel": row.channel, "external_id": row.external_id, "display_name": row.display_name}
            for row in trace.identities
        ],
        "interactions": _described(session, trace.interactions, zone),
        "tickets": [
            {**fields, "messages": [_said(line, zone) for line in trace.lines if line.ticket_id == fields["id"]]}
            for fields in _described(session, trace.tickets, zone)
        ],
        "tasks": _described(session, trace.tasks, zone),
        "leads": _described(session, trace.leads, zone),
    }


def erase_person(session: Session, actor: Actor, contact_id: int, *, reason: str) -> Erasure:
    """Erase who a contact was from every record; interactions, tickets and their figures remain, without words.

    There is no undo.

    Raises:
        RecordNotFound: there is no such contact.
        PermissionRefused: the actor may not delete contacts, or not this one.
    """
    contact = get_record(session, actor, Contact, contact_id)
    require(actor, "delete", contact)
    trace = _trace(session, contact)
    scrub = _scrubber(contact)
    for identity in trace.identities:
        identity.contact_id, identity.display_name = None, None
        identity.external_id = f"erased:{identity.id}"
    for interaction in trace.interactions:
        _erase_interaction(session, interaction, scrub)
    for ticket in trace.tickets:
        ticket.subject = ERASED
    for line in trace.lines:
        line.text, line.attachments = ERASED, []
    for task in trace.tasks:
        task.title = scrub(task.title)
        task.delay_reason = scrub(task.delay_reason) if task.delay_reason else None
    for lead in trace.leads:
        _blank(lead, _LEAD_FIELDS)
        lead.deleted_at = lead.deleted_at or actor.now
    _blank(contact, _CONTACT_FIELDS)
    contact.attributes = {}
    contact.status = ContactStatus.DEPARTED
    contact.deleted_at = actor.now
    session.flush()
    _erase_trail(session, actor, trace)
    event = record_change(session, actor, "deleted", contact, reason=f"erased: {reason}"[:500])
    event.undone_at = actor.now  # final: undo passes it by
    return Erasure(
        contact_id=contact_id,
        identity_ids=[identity.id for identity in trace.identities],
        ticket_ids=[ticket.id for ticket in trace.tickets],
        interaction_ids=[interaction.id for interaction in trace.interactions],
    )


def _trace(session: Session, contact: Contact) -> _Trace:
    took_part = select(InteractionContact.interaction_id).where(InteractionContact.contact_id == contact.id)
    tickets = _all(session, Ticket, Ticket.contact_id == contact.id)
    return _Trace(
        contact=contact,
        identities=_all(session, ChatIdentity, ChatIdentity.contact_id == contact.id),
        interactions=_all(session, Interaction, Interaction.id.in_(took_part)),
        tickets=tickets,
        lines=_all(session, TicketMessage, TicketMessage.ticket_id.in_([ticket.id for ticket in tickets])),
        tasks=_all(session, Task, Task.contact_id == contact.id),
        leads=_all(session, Lead, _same_person(contact)),
    )


def _all(session: Session, model: Any, condition: ColumnElement[bool]) -> list[Any]:
    return list(session.scalars(select(model).where(condition).order_by(model.id)))


def _same_person(contact: Contact) -> ColumnElement[bool]:
    numbers = [
        column == value for column, value in ((Lead.mobile, contact.mobile), (Lead.email, contact.email)) if value
    ]
    return or_(*numbers) if numbers else Lead.id.is_(None)


def _described(session: Session, records: Iterable[Any], zone: tzinfo) -> list[dict[str, Any]]:
    return [{"id": record.id, **describe(session, record, zone)} for record in records]


def _said(line: TicketMessage, zone: tzinfo) -> dict[str, Any]:
    at = line.created_at.astimezone(zone).isoformat()
    return {"author": line.author.value, "text": line.text, "created_at": at, "attachments": line.attachments}


def _scrubber(contact: Contact) -> Any:
    """Build the function that takes the person's name and numbers out of a text."""
    national = (contact.mobile or "").removeprefix("+86")
    words = [word for word in (contact.name, contact.mobile, national, contact.email) if word]
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.IGNORECASE)
    return lambda text: pattern.sub(ERASED, text)


def _erase_interaction(session: Session, interaction: Interaction, scrub: Any) -> None:
    is_alone = len(list_contact_ids(session, interaction.id)) == 1
    for field in ("subject", "summary", "feedback"):
        text = getattr(interaction, field)
        if text:
            setattr(interaction, field, ERASED if is_alone else scrub(text))


def _blank(record: Any, fields: Iterable[str]) -> None:
    record.name = ERASED
    for field in fields:
        setattr(record, field, None)


def _erase_trail(session: Session, actor: Actor, trace: _Trace) -> None:
    """Take the old values out of the audit trail: who changed what and when remains, and undo passes it by."""
    ids: dict[str, list[int]] = {
        "contact": [trace.contact.id],
        "interaction": [row.id for row in trace.interactions],
        "ticket": [row.id for row in trace.tickets],
        "ticket_message": [row.id for row in trace.lines],
        "task": [row.id for row in trace.tasks],
        "lead": [row.id for row in trace.leads],
    }
    for name, record_ids in ids.items():
        about = (AuditEvent.record_type == name, AuditEvent.record_id.in_(record_ids))
        values = {"before": None, "after": None, "undone_at": actor.now}
        session.execute(update(AuditEvent).where(*about).values(values))
