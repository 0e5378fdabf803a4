"""A conversation as its person sees it: what he wrote and what we said, in order, from the queues themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channel import Attachment, MessageKind, ReplyMedia
from bot.models import Conversation, InboxMessage, OutboxKind, OutboxMessage, OutboxStatus
from bot.outbox import read_reply
from crm_core.database import Database

_SHOWN_KINDS = frozenset({MessageKind.TEXT.value, MessageKind.CHOICE.value, MessageKind.MEDIA.value})


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a transcript."""

    #: where to go on reading: everything up to and including this line
    cursor: str
    author: Literal["person", "bot", "staff"]
    text: str
    #: (label, value) of each choice
    choices: tuple[tuple[str, str], ...] = ()
    media: tuple[ReplyMedia, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    at: datetime
    #: the channel's id of the person's message, our own id of a reply
    message_id: str


def read_lines(
    database: Database, *, channel: str, conversation_key: str, after: str | None = None, limit: int = 100
) -> list[Line]:
    """Return the first `limit` lines after a cursor, or the newest ones without a cursor; oldest first.

    Raises:
        ValueError: `after` is not a cursor.
    """
    seen = _positions(after)
    with database.reading() as session:
        heard = _read_inbox(session, channel, conversation_key, seen, limit if after is None else None)
        said = _read_outbox(session, channel, conversation_key, seen, limit if after is None else None)
        lines = _merge(heard, said, seen)
    return lines[-limit:] if after is None else lines[:limit]


def _read_inbox(
    session: Session, channel: str, key: str, seen: tuple[int, int], newest: int | None
) -> list[InboxMessage]:
    statement = select(InboxMessage).where(
        InboxMessage.channel == channel, InboxMessage.conversation_key == key, InboxMessage.id > seen[0]
    )
    return list(session.scalars(statement.order_by(InboxMessage.id.desc()).limit(newest)).all())


def _read_outbox(
    session: Session, channel: str, key: str, seen: tuple[int, int], newest: int | None
) -> list[OutboxMessage]:
    conversation_id = select(Conversation.id).where(Conversation.channel == channel, Conversation.key == key)
    statement = select(OutboxMessage).where(
        OutboxMessage.conversation_id == conversation_id.scalar_subquery(),
        OutboxMessage.kind == OutboxKind.REPLY,
        OutboxMessage.status != OutboxStatus.CANCELLED,
        OutboxMessage.id > seen[1],
    )
    return list(session.scalars(statement.order_by(OutboxMessage.id.desc()).limit(newest)).all())


def _positions(cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    heard, _, said = cursor.partition(".")
    return int(heard), int(said)


def _merge(heard: list[InboxMessage], said: list[OutboxMessage], seen: tuple[int, int]) -> list[Line]:
    """Order both queues by time, a message before its replies; each line's cursor covers all lines before it."""
    rows: list[tuple[datetime, int, int, InboxMessage | OutboxMessage]] = [
        *((row.received_at, 0, row.id, row) for row in heard if row.payload["kind"] in _SHOWN_KINDS),
        *((row.created_at, 1, row.id, row) for row in said),
    ]
    positions = list(seen)
    lines = []
    for _at, queue, row_id, row in sorted(rows, key=lambda entry: entry[:3]):
        positions[queue] = max(positions[queue], row_id)
        cursor = f"{positions[0]}.{positions[1]}"
        lines.append(_heard_line(row, cursor) if isinstance(row, InboxMessage) else _said_line(row, cursor))
    return lines


def _heard_line(row: InboxMessage, cursor: str) -> Line:
    payload = row.payload
    return Line(
        cursor=cursor,
        author="person",
        text=payload["text"] or payload["context"].get("label", ""),
        attachments=tuple(Attachment(**kept) for kept in payload["attachments"]),
        at=row.received_at,
        message_id=row.external_id,
    )


def _said_line(row: OutboxMessage, cursor: str) -> Line:
    reply = read_reply(row.payload)
    return Line(
        cursor=cursor,
        author="staff" if row.author == "staff" else "bot",
        text=reply.text,
        choices=tuple((choice.label, choice.value) for choice in reply.choices),
        media=reply.media,
        at=row.created_at,
        message_id=str(row.id),
    )
