"""A chat that goes on under another id: its conversations keep their state, tickets and open questions.

Promise: durable, in the turn of the message that tells of it; what waits for the old id is handled under the new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from bot.models import Conversation, InboxMessage, InboxStatus


def move(session: Session, channel: str, *, old_prefix: str, new_prefix: str, address: Mapping[str, Any]) -> int:
    """Give every conversation whose key begins with `old_prefix` the same key under `new_prefix`; return how many.

    `address` is what changes in their addresses. A conversation that was opened under the new key meanwhile makes room:
    the old one goes on.
    """
    statement = select(Conversation).where(
        Conversation.channel == channel, Conversation.key.startswith(old_prefix, autoescape=True)
    )
    moved = session.scalars(statement).all()
    keys = {one.key: f"{new_prefix}{one.key.removeprefix(old_prefix)}" for one in moved}
    _set_aside(session, channel, set(keys.values()))
    for one in moved:
        one.key, one.address = keys[one.key], {**one.address, **address}
    session.flush()
    _move_received(session, channel, old_prefix, new_prefix, address)
    return len(moved)


def _set_aside(session: Session, channel: str, keys: set[str]) -> None:
    statement = select(Conversation).where(Conversation.channel == channel, Conversation.key.in_(keys))
    for quicker in session.scalars(statement).all():
        quicker.key = f"{quicker.key}~{quicker.id}"
    session.flush()


def _move_received(
    session: Session, channel: str, old_prefix: str, new_prefix: str, address: Mapping[str, Any]
) -> None:
    is_of_chat = (
        InboxMessage.channel == channel,
        InboxMessage.conversation_key.startswith(old_prefix, autoescape=True),
    )
    waiting = select(InboxMessage).where(*is_of_chat, InboxMessage.status == InboxStatus.WAITING)
    for row in session.scalars(waiting).all():
        row.payload = {**row.payload, "address": {**row.payload["address"], **address}}
    session.flush()
    rest = func.substr(InboxMessage.conversation_key, len(old_prefix) + 1)
    session.execute(
        update(InboxMessage)
        .where(*is_of_chat)
        .values(conversation_key=literal(new_prefix) + rest)
        .execution_options(synchronize_session=False)
    )
