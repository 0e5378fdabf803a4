"""What the person's last message wrote, while nothing was said since: what a bare value, a 'cancel' or a 'no' means.

Promise: only this conversation's message right before this one, within the time in which it can be undone.
Never: an effect.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from bot.models import InboxMessage
from bot.turn import Turn
from crm_core.undo import Written, list_written
from nlu.text import normalise


def find(turn: Turn, *, before: int | None = None) -> Written | None:
    """Return what the message right before this one, or before another, wrote and can be taken back."""
    if turn.person.user is None:
        return None
    window = timedelta(minutes=turn.services.settings.undo_minutes)
    written = next(iter(list_written(turn.session, turn.actor, within=window, limit=1)), None)
    return written if written is not None and written.message_id == message_before(turn, before) else None


def message_before(turn: Turn, before: int | None = None) -> int | None:
    """Return the number of the message right before this one, or before another, of this conversation."""
    message = turn.message
    query = select(func.max(InboxMessage.id)).where(
        InboxMessage.channel == message.channel,
        InboxMessage.conversation_key == message.conversation_key,
        InboxMessage.id < (turn.inbox_id if before is None else before),
    )
    return turn.session.scalar(query)


def words_before(turn: Turn) -> str:
    """Return what the message right before this one said."""
    before = message_before(turn)
    return words_of(turn, before) if before is not None else ""


def words_of(turn: Turn, message_id: int) -> str:
    """Return what a message of this conversation said."""
    kept = turn.session.get(InboxMessage, message_id)
    is_own = kept is not None and kept.conversation_key == turn.message.conversation_key
    return normalise(str(kept.payload.get("text", ""))) if kept is not None and is_own else ""
