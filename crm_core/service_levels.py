"""The clocks of a ticket: how long each kind may wait, and when one has run out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_

from crm_core.models import Ticket, TicketKind, TicketStatus

OPEN_STATUSES = (TicketStatus.OPEN, TicketStatus.PENDING)


@dataclass(frozen=True)
class Clocks:
    """How long a kind of ticket may wait."""

    first_answer: timedelta
    solve: timedelta


_USUAL = Clocks(first_answer=timedelta(hours=8), solve=timedelta(hours=72))

#: Service levels by kind. Source: design page, section 4 (complaint), and the usual ones for the rest.
SERVICE_LEVELS: dict[TicketKind, Clocks] = {
    TicketKind.COMPLAINT: Clocks(first_answer=timedelta(hours=1), solve=timedelta(hours=24)),
    TicketKind.QUESTION: _USUAL,
    TicketKind.AFTER_SALES: _USUAL,
    TicketKind.REQUEST: _USUAL,
}


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    """Tell whether a clock of a ticket that is still open has run out."""
    if ticket.status not in OPEN_STATUSES:
        return False
    late_answer = ticket.first_answered_at is None and _has_passed(ticket.first_answer_due_at, now)
    return late_answer or _has_passed(ticket.solve_due_at, now)


def overdue_at(now: datetime) -> ColumnElement[bool]:
    """Build the filter that `is_overdue` is for a list."""
    late_answer = and_(Ticket.first_answered_at.is_(None), Ticket.first_answer_due_at < now)
    return and_(Ticket.status.in_(OPEN_STATUSES), or_(late_answer, Ticket.solve_due_at < now))


def _has_passed(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at < now
