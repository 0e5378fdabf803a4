"""What a ticket is about, put right by a colleague: a complaint that came in as a question, and the other way round.

Promise: the clocks follow the new kind, counted from when the ticket was opened. Never: the customer's words.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from crm_core.audit import changing
from crm_core.errors import PermissionRefused
from crm_core.models import Ticket, TicketKind, TicketPriority
from crm_core.permissions import Actor, require
from crm_core.service_levels import SERVICE_LEVELS


def reclassify(session: Session, actor: Actor, ticket: Ticket, *, kind: TicketKind) -> Ticket:
    """Give a ticket another kind; a complaint becomes urgent.

    Raises:
        PermissionRefused: the ticket is out of the actor's reach, or it is not a colleague who asks.
    """
    require(actor, "update", ticket)
    if actor.kind != "staff":
        raise PermissionRefused("update", "ticket", ticket.id, reason="only staff change what a ticket is about")
    with changing(session, actor, ticket):
        ticket.kind = kind
        ticket.first_answer_due_at = ticket.created_at + SERVICE_LEVELS[kind].first_answer
        ticket.solve_due_at = ticket.created_at + SERVICE_LEVELS[kind].solve
        if kind is TicketKind.COMPLAINT:
            ticket.priority = TicketPriority.HIGH
    return ticket
