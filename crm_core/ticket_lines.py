"""The lines of a ticket's thread, as they are written.

Promise: what is kept can be stored by every database, and a line says something. Never: who may write one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from crm_core.audit import record_created
from crm_core.errors import InvalidField
from crm_core.models import Ticket, TicketMessage, TicketMessageAuthor
from crm_core.permissions import Actor

MAX_TEXT_CHARS = 50_000


def add_line(session: Session, actor: Actor, ticket: Ticket, line: TicketMessage) -> TicketMessage:
    """Add a built line to a ticket's thread; whether the actor may is asked before."""
    line.ticket_id = ticket.id
    return record_created(session, actor, line)


def build_line(
    actor: Actor,
    *,
    author: TicketMessageAuthor,
    text: str,
    attachments: Sequence[Mapping[str, Any]],
    is_internal: bool = False,
) -> TicketMessage:
    """Make a line that belongs to no ticket yet.

    Raises:
        InvalidField: neither words nor attachments.
    """
    words = text.encode(errors="ignore").decode().replace("\0", "").strip()[:MAX_TEXT_CHARS]
    # A photo without words is a message; a line without anything is not.
    if not words and not attachments:
        raise InvalidField("text", text, "It must not be blank.")
    return TicketMessage(
        author=author,
        user_id=actor.user_id,
        text=words,
        is_internal=is_internal,
        attachments=[dict(attachment) for attachment in attachments],
        created_at=actor.now,
    )
