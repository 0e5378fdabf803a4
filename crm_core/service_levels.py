"""The clocks of tickets and requirements: how long each may wait, and when one has run out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import ColumnElement, and_, or_

from crm_core.calendar import add_working_days
from crm_core.models import Requirement, RequirementPriority, RequirementStatus, Ticket, TicketKind, TicketStatus

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

#: Within what time a requirement is answered. Source: design page, section 4.
ANSWER_WITHIN = {RequirementPriority.HIGH: timedelta(hours=24), RequirementPriority.LOW: timedelta(weeks=1)}
ANSWER_WITHIN_WORKING_DAYS = {RequirementPriority.MEDIUM: 3}
UNFINISHED = (RequirementStatus.TODO, RequirementStatus.DOING, RequirementStatus.DELAYED)


def answer_due_at(priority: RequirementPriority, since: datetime, zone: tzinfo) -> datetime:
    """Return by when a requirement that came in at `since` must be answered; working days are those of the zone."""
    if priority in ANSWER_WITHIN:
        return since + ANSWER_WITHIN[priority]
    return add_working_days(since, ANSWER_WITHIN_WORKING_DAYS[priority], zone)


def is_answer_overdue(requirement: Requirement, now: datetime) -> bool:
    """Tell whether a requirement waits for its answer longer than it may."""
    waits = requirement.answered_at is None and requirement.status in UNFINISHED
    return waits and requirement.answer_due_at < now


def answer_overdue_at(now: datetime) -> ColumnElement[bool]:
    """Build the filter that `is_answer_overdue` is for a list."""
    waits = and_(Requirement.answered_at.is_(None), Requirement.status.in_(UNFINISHED))
    return and_(waits, Requirement.answer_due_at < now)


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
