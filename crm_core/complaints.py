"""Whether a customer has a complaint that is still open: asked with every question that has no answer.

Promise: one statement, built once, and nothing out of the actor's reach. Never: a change.
"""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from crm_core.models import Ticket, TicketKind
from crm_core.permissions import Actor, can
from crm_core.service_levels import OPEN_STATUSES

_OPEN_COMPLAINT = (
    select(Ticket)
    .where(
        Ticket.kind == TicketKind.COMPLAINT,
        Ticket.status.in_(OPEN_STATUSES),
        or_(Ticket.conversation_id == bindparam("conversation"), Ticket.contact_id == bindparam("contact")),
    )
    .order_by(Ticket.created_at.desc(), Ticket.id.desc())
    .limit(1)
)


def find_open_complaint(
    session: Session, actor: Actor, *, conversation_id: int, contact_id: int | None
) -> Ticket | None:
    """Return the newest complaint of a conversation or contact that is not solved, if the actor may read it."""
    arguments = {"conversation": conversation_id, "contact": contact_id}
    complaint = session.scalars(_OPEN_COMPLAINT, arguments).first()
    return complaint if complaint is not None and can(actor, "read", complaint, on=complaint) else None
