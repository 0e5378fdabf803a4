"""Tickets: open, answer, solve, close, reopen, hand over, find.

Promise: a customer's words are never lost (what he adds to a ticket in any state is kept and reopens it), the
clocks are due times set when the ticket opens. Never: delivering an answer, which is the conversation's work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing, record_all_created
from crm_core.errors import InvalidField, PermissionRefused, RecordNotFound
from crm_core.models import (
    Account,
    Contact,
    Ticket,
    TicketKind,
    TicketMessage,
    TicketMessageAuthor,
    TicketPriority,
    TicketStatus,
    User,
)
from crm_core.numbering import next_number
from crm_core.permissions import Actor, can, require, visible
from crm_core.records import get_record, require_assign
from crm_core.service_levels import OPEN_STATUSES, SERVICE_LEVELS, overdue_at
from crm_core.ticket_lines import add_line, build_line

TICKET_PREFIX = "TK"
TicketFilter = Literal["open", "mine", "overdue", "unassigned", "solved", "all"]

_NUMBER = re.compile(r"#?(?:TK)?(\d{4})(\d{4,})", re.IGNORECASE)


def open_ticket(
    session: Session,
    actor: Actor,
    *,
    subject: str,
    text: str,
    kind: TicketKind | str = TicketKind.QUESTION,
    priority: TicketPriority | str | None = None,
    contact_id: int | None = None,
    account_id: int | None = None,
    conversation_id: int | None = None,
    channel: str | None = None,
    language: str = "zh",
    reason: str | None = None,
    attachments: Sequence[Mapping[str, Any]] = (),
) -> Ticket:
    """Open a ticket with the customer's own words as its first line. Complaints are urgent unless told otherwise.

    A customer's ticket is his own; a contact's account is added by itself. A long subject is cut.

    Raises:
        InvalidField: neither words nor attachments, or an unknown kind or priority.
        RecordNotFound, PermissionRefused: the contact or account is not there or out of the actor's reach.
    """
    kind = TicketKind(fields.one_of(TicketKind)("kind", kind))
    due = SERVICE_LEVELS[kind]
    # First the permission, then the number: a refusal must not use one up.
    customer = _customer(session, actor, contact_id, account_id)
    ticket = Ticket(
        **customer,
        number=next_number(session, TICKET_PREFIX, actor.now.astimezone(actor.zone).year, 4),
        kind=kind,
        priority=_priority(kind, priority),
        subject=_shortened(subject) or _shortened(text) or "附件 / attachment",
        conversation_id=conversation_id if conversation_id is not None else actor.conversation_id,
        channel=channel,
        language=language,
        reason=reason,
        first_answer_due_at=actor.now + due.first_answer,
        solve_due_at=actor.now + due.solve,
        created_at=actor.now,
        updated_at=actor.now,
    )
    author = TicketMessageAuthor.STAFF if actor.kind == "staff" else TicketMessageAuthor.CUSTOMER
    first = build_line(actor, author=author, text=text, attachments=attachments)
    first.ticket = ticket
    record_all_created(session, actor, ticket, first)
    return ticket


def add_customer_message(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    *,
    text: str,
    attachments: Sequence[Mapping[str, Any]] = (),
) -> TicketMessage:
    """Add what the customer said; the ticket waits for us again, reopened if it was solved or closed.

    Raises:
        InvalidField: neither words nor attachments.
        PermissionRefused: the ticket is out of the actor's reach.
    """
    require(actor, "update", ticket)
    said = build_line(actor, author=TicketMessageAuthor.CUSTOMER, text=text, attachments=attachments)
    line = add_line(session, actor, ticket, said)
    _reopen(session, actor, ticket)
    return line


def answer_ticket(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    *,
    text: str,
    is_internal: bool = False,
    attachments: Sequence[Mapping[str, Any]] = (),
) -> TicketMessage:
    """Answer the customer, or with `is_internal` note something; who answers first takes the ticket.

    Raises:
        InvalidField: neither words nor attachments.
        PermissionRefused: the ticket is out of the actor's reach.
    """
    if is_internal:
        return add_note(session, actor, ticket, text=text)
    _require_staff(actor, ticket)
    answer = build_line(actor, author=TicketMessageAuthor.STAFF, text=text, attachments=attachments)
    line = add_line(session, actor, ticket, answer)
    with changing(session, actor, ticket, always=True):
        ticket.first_answered_at = ticket.first_answered_at or actor.now
        ticket.assignee_id = ticket.assignee_id or actor.user_id
        if ticket.status is TicketStatus.OPEN:
            ticket.status = TicketStatus.PENDING
    return line


def add_note(session: Session, actor: Actor, ticket: Ticket, *, text: str) -> TicketMessage:
    """Note something for colleagues only; the program itself may note too.

    Raises:
        InvalidField: no words.
        PermissionRefused: the ticket is out of the actor's reach, or it is a customer who asks.
    """
    require(actor, "update", ticket)
    if actor.kind == "customer":
        raise PermissionRefused("update", "ticket", ticket.id, reason="customers do not write internal notes")
    author = TicketMessageAuthor.STAFF if actor.kind == "staff" else TicketMessageAuthor.SYSTEM
    note = build_line(actor, author=author, text=text, attachments=(), is_internal=True)
    return add_line(session, actor, ticket, note)


def solve_ticket(session: Session, actor: Actor, ticket: Ticket) -> Ticket:
    """Mark a ticket as solved; the customer's next word on it reopens it.

    Raises:
        PermissionRefused: the ticket is out of the actor's reach.
    """
    require(actor, "update", ticket)
    with changing(session, actor, ticket):
        if ticket.status in OPEN_STATUSES:
            ticket.status = TicketStatus.SOLVED
            ticket.solved_at = actor.now
    return ticket


def close_ticket(session: Session, actor: Actor, ticket: Ticket) -> Ticket:
    """Close a ticket for good; a ticket that was not solved yet counts as solved now.

    Raises:
        PermissionRefused: the ticket is out of the actor's reach.
    """
    require(actor, "update", ticket)
    with changing(session, actor, ticket):
        ticket.status = TicketStatus.CLOSED
        ticket.solved_at = ticket.solved_at or actor.now
        ticket.closed_at = ticket.closed_at or actor.now
    return ticket


def reopen_ticket(session: Session, actor: Actor, ticket: Ticket) -> Ticket:
    """Open a solved or closed ticket again; the clock for solving it starts anew.

    Raises:
        PermissionRefused: the ticket is out of the actor's reach.
    """
    require(actor, "update", ticket)
    _reopen(session, actor, ticket)
    return ticket


def take_ticket(session: Session, actor: Actor, ticket: Ticket) -> Ticket:
    """Make the ticket the actor's own work.

    Raises:
        PermissionRefused: the ticket is out of the actor's reach.
    """
    _require_staff(actor, ticket)
    with changing(session, actor, ticket):
        ticket.assignee_id = actor.user_id
        ticket.team_id = actor.team_id or ticket.team_id
    return ticket


def assign_ticket(session: Session, actor: Actor, ticket: Ticket, *, user: User) -> Ticket:
    """Give the ticket to a colleague.

    Raises:
        PermissionRefused: the actor may not give tickets to this person.
    """
    require_assign(actor, ticket, to=user)
    with changing(session, actor, ticket):
        ticket.assignee_id = user.id
        ticket.team_id = user.team_id or ticket.team_id
    return ticket


def set_csat(session: Session, actor: Actor, ticket: Ticket, *, score: int) -> Ticket:
    """Note how content the customer is, 1 (not at all) to 5 (very): he says it himself, or the program for him.

    Raises:
        InvalidField: the score is not between 1 and 5.
        PermissionRefused: it is not the actor's own ticket as a customer; staff may not rate their own service.
    """
    require(actor, "rate", ticket)
    if not 1 <= score <= 5:
        raise InvalidField("csat", score, "Give a score from 1 to 5.")
    with changing(session, actor, ticket):
        ticket.csat = score
    return ticket


def get_ticket(session: Session, actor: Actor, ticket_id: int) -> Ticket:
    """Return a ticket by id.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Ticket, ticket_id)


def get_by_number(session: Session, actor: Actor, number: str) -> Ticket:
    """Return a ticket by what people type: 'TK20260001', '20260001', '#12', or '0012' of this year.

    Raises:
        RecordNotFound: there is no such ticket, or it is not the asking customer's.
        PermissionRefused: it exists, out of the asking person's reach.
    """
    typed = "".join(number.split()).lstrip("#")
    ticket = session.scalar(select(Ticket).where(Ticket.number == _full_number(typed, actor)))
    if ticket is None and typed.isascii() and typed.isdigit() and len(typed) < 10:
        ticket = session.get(Ticket, int(typed))
    if ticket is None or (actor.kind == "customer" and not can(actor, "read", ticket)):
        raise RecordNotFound("ticket", number)
    require(actor, "read", ticket)
    return ticket


def find_open_ticket(
    session: Session, actor: Actor, *, conversation_id: int | None = None, contact_id: int | None = None
) -> Ticket | None:
    """Find the newest ticket of the conversation or contact that is neither solved nor closed."""
    tickets = find_tickets_of(session, actor, conversation_id=conversation_id, contact_id=contact_id)
    return next((ticket for ticket in tickets if ticket.status in OPEN_STATUSES), None)


def find_tickets_of(
    session: Session,
    actor: Actor,
    *,
    conversation_id: int | None = None,
    contact_id: int | None = None,
    limit: int = 20,
) -> list[Ticket]:
    """Return the tickets of a conversation or contact within the actor's reach: open ones first, newest first."""
    whose: list[ColumnElement[bool]] = []
    if conversation_id is not None:
        whose.append(Ticket.conversation_id == conversation_id)
    if contact_id is not None:
        whose.append(Ticket.contact_id == contact_id)
    if not whose:
        return []
    query = select(Ticket).where(visible(actor, Ticket), or_(*whose))
    is_done = Ticket.status.not_in(OPEN_STATUSES)
    return list(session.scalars(query.order_by(is_done, Ticket.created_at.desc(), Ticket.id.desc()).limit(limit)))


def list_tickets(session: Session, actor: Actor, *, which: TicketFilter = "open", limit: int = 50) -> list[Ticket]:
    """Return tickets within the actor's reach, the next to be solved first."""
    conditions: dict[str, ColumnElement[bool]] = {
        "open": Ticket.status.in_(OPEN_STATUSES),
        "mine": and_(Ticket.status.in_(OPEN_STATUSES), Ticket.assignee_id == actor.user_id),
        "overdue": overdue_at(actor.now),
        "unassigned": and_(Ticket.status.in_(OPEN_STATUSES), Ticket.assignee_id.is_(None)),
        "solved": Ticket.status == TicketStatus.SOLVED,
    }
    query = select(Ticket).where(visible(actor, Ticket))
    if which != "all":
        query = query.where(conditions[which])
    return list(session.scalars(query.order_by(Ticket.solve_due_at, Ticket.id).limit(limit)))


def thread(session: Session, actor: Actor, ticket: Ticket) -> list[TicketMessage]:
    """Return the lines of a ticket, oldest first; a customer does not see what is internal.

    Raises:
        PermissionRefused: the ticket is out of the actor's reach.
    """
    require(actor, "read", ticket)
    query = select(TicketMessage).where(TicketMessage.ticket_id == ticket.id)
    if actor.kind == "customer":
        query = query.where(TicketMessage.is_internal.is_(False))
    return list(session.scalars(query.order_by(TicketMessage.id)))


def last_staff_message(session: Session, ticket: Ticket) -> TicketMessage | None:
    """Find the last answer that the customer was given; of a ticket that the actor has been shown already."""
    query = select(TicketMessage).where(
        TicketMessage.ticket_id == ticket.id,
        TicketMessage.author == TicketMessageAuthor.STAFF,
        TicketMessage.is_internal.is_(False),
    )
    return session.scalars(query.order_by(TicketMessage.id.desc()).limit(1)).first()


def _customer(session: Session, actor: Actor, contact_id: int | None, account_id: int | None) -> dict[str, int | None]:
    contact_id = contact_id if contact_id is not None else actor.contact_id
    contact = get_record(session, actor, Contact, contact_id) if contact_id is not None else None
    account = get_record(session, actor, Account, account_id) if account_id is not None else None
    require(actor, "create", Ticket, on=contact or account)
    of_contact = contact.account_id if contact else None
    return {"contact_id": contact_id, "account_id": account.id if account else of_contact}


def _priority(kind: TicketKind, priority: TicketPriority | str | None) -> TicketPriority:
    if priority is None:
        return TicketPriority.HIGH if kind is TicketKind.COMPLAINT else TicketPriority.MEDIUM
    return TicketPriority(fields.one_of(TicketPriority)("priority", priority))


def _shortened(subject: str) -> str:
    line = " ".join(fields.clean_text(subject).split())
    return line if len(line) <= 200 else f"{line[:199]}…"


def _full_number(typed: str, actor: Actor) -> str:
    match = _NUMBER.fullmatch(typed)
    if match is not None:
        return f"{TICKET_PREFIX}{match[1]}{match[2]}"
    # '0012' is the running part of this year's number; a bare '12' is an id.
    is_running = typed.startswith("0") and typed.isascii() and typed.isdigit()
    return f"{TICKET_PREFIX}{actor.now.astimezone(actor.zone).year}{typed}" if is_running else typed.upper()


def _require_staff(actor: Actor, ticket: Ticket) -> None:
    require(actor, "update", ticket)
    if actor.kind != "staff":
        raise PermissionRefused("update", "ticket", ticket.id, reason="only staff answer or take a ticket")


def _reopen(session: Session, actor: Actor, ticket: Ticket) -> None:
    with changing(session, actor, ticket, always=True):
        if ticket.status not in OPEN_STATUSES:
            ticket.solve_due_at = actor.now + SERVICE_LEVELS[ticket.kind].solve
        ticket.status = TicketStatus.OPEN
        ticket.solved_at = None
        ticket.closed_at = None
