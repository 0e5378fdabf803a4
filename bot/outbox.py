"""The durable outbox: a reply is a row in the transaction of its effect, delivered in order, repeated until taken.

Promise: replies of one conversation go out in order; a lost process repeats a reply rather than lose it; what cannot be
delivered is parked where a person sees it. Never: a rule of the business, a vendor's word.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.channel import OutboundMessage, Reply, ReplyBudget, ReplyChoice, ReplyMedia, ServiceAction
from bot.models import Conversation, OutboxKind, OutboxMessage, OutboxStatus

#: built once: every turn needs them
_QUEUE = insert(cast(Table, OutboxMessage.__table__))
_EARLIER = aliased(OutboxMessage)
_IS_BLOCKED = (
    select(_EARLIER.id)
    .where(
        _EARLIER.conversation_id == OutboxMessage.conversation_id,
        _EARLIER.status == OutboxStatus.WAITING,
        _EARLIER.id < OutboxMessage.id,
    )
    .exists()
)
_OPEN = (
    select(OutboxMessage)
    .where(
        OutboxMessage.status == OutboxStatus.WAITING,
        OutboxMessage.channel.in_(bindparam("served", expanding=True)),
        OutboxMessage.available_at <= bindparam("moment"),
        or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= bindparam("moment")),
        ~_IS_BLOCKED,
    )
    .order_by(OutboxMessage.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """A row of the outbox under lease."""

    outbox_id: int
    lease_token: str
    attempt: int
    channel: str
    kind: OutboxKind
    author: str
    conversation_id: int
    message: OutboundMessage
    #: set for `kind` service
    action: ServiceAction | None


def queue(
    session: Session,
    conversation: Conversation,
    replies: Sequence[Reply],
    *,
    language: str,
    now: datetime,
    inbox_id: int | None = None,
    author: str = "bot",
    context: dict[str, Any] | None = None,
    is_delivered: bool = False,
) -> None:
    """Add replies, each already small enough for its channel, in order.

    `is_delivered`: the channel's people read the outbox themselves, so nothing is left to send.
    """
    if not replies:
        return
    row = {
        "conversation_id": conversation.id,
        "channel": conversation.channel,
        "kind": OutboxKind.REPLY,
        "inbox_id": inbox_id,
        "author": author,
        "context": context or {},
        "language": language,
        "status": OutboxStatus.SENT if is_delivered else OutboxStatus.WAITING,
        "attempts": 0,
        "available_at": now,
        "created_at": now,
        "sent_at": now if is_delivered else None,
    }
    session.connection().execute(_QUEUE, [row | {"payload": _payload(reply)} for reply in replies])


def queue_service(
    session: Session, conversation: Conversation, action: ServiceAction, *, now: datetime, inbox_id: int | None = None
) -> OutboxMessage:
    """Ask the platform, after the replies before it, to hand the conversation over or to end it."""
    row = OutboxMessage(
        conversation_id=conversation.id,
        channel=conversation.channel,
        kind=OutboxKind.SERVICE,
        inbox_id=inbox_id,
        payload={"action": action.value},
        language=conversation.language or "zh",
        status=OutboxStatus.WAITING,
        available_at=now,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def budget(
    session: Session, conversation: Conversation, limits: tuple[int, float] | None, *, now: datetime
) -> ReplyBudget:
    """Compute what the channel still allows: `limits` are (messages, hours) after the customer's last message."""
    if limits is None:
        return ReplyBudget(messages_left=None)
    messages, hours = limits
    since = conversation.last_inbound_at or now
    counted = (OutboxStatus.SENT, OutboxStatus.UNCERTAIN, OutboxStatus.WAITING)
    used = session.scalar(
        select(func.count()).where(
            OutboxMessage.conversation_id == conversation.id,
            OutboxMessage.kind == OutboxKind.REPLY,
            OutboxMessage.status.in_(counted),
            OutboxMessage.created_at >= since,
        )
    )
    ends_at = since + timedelta(hours=hours)
    left = 0 if now >= ends_at else max(0, messages - (used or 0))
    return ReplyBudget(messages_left=left, window_ends_at=ends_at)


def claim_next(
    session: Session, *, now: datetime, channels: Collection[str], lease_seconds: float, limit: int = 1
) -> list[Dispatch]:
    """Lease the oldest open row of each of up to `limit` conversations; later rows of a conversation wait for it."""
    asked = {"served": tuple(channels), "moment": now, "most": limit}
    return [_lease(session, row, now, lease_seconds) for row in session.scalars(_OPEN, asked).all()]


def mark_sent(
    session: Session, dispatch: Dispatch, *, platform_id: str, now: datetime, event_code: str | None = None
) -> None:
    """Close the row, and keep the code that the platform gave; a lost lease is no error, the message is out."""
    if event_code:
        session.get_one(Conversation, dispatch.conversation_id).event_code = event_code
    _update(session, dispatch, status=OutboxStatus.SENT, platform_id=platform_id[:190], sent_at=now, error=None)


def mark_failed(session: Session, dispatch: Dispatch, *, available_at: datetime, error: str) -> None:
    """Set the next attempt."""
    _update(session, dispatch, available_at=available_at, error=error[:2000])


def mark_closed(session: Session, dispatch: Dispatch, status: OutboxStatus, *, error: str) -> None:
    """Close the row without delivery: uncertain, held, parked or cancelled."""
    _update(session, dispatch, status=status, error=error[:2000])


def cancel_waiting(session: Session, conversation_id: int, *, reason: str) -> int:
    """Cancel the bot's replies that have not gone out, because a person took over; return how many."""
    statement = (
        update(OutboxMessage)
        .where(
            OutboxMessage.conversation_id == conversation_id,
            OutboxMessage.status.in_((OutboxStatus.WAITING, OutboxStatus.HELD)),
            OutboxMessage.author == "bot",
            OutboxMessage.kind == OutboxKind.REPLY,
        )
        .values(status=OutboxStatus.CANCELLED, error=reason)
    )
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def reopen_held(session: Session, conversation_id: int, *, now: datetime) -> int:
    """Send what waited for the customer to write again; return how many rows."""
    statement = (
        update(OutboxMessage)
        .where(OutboxMessage.conversation_id == conversation_id, OutboxMessage.status == OutboxStatus.HELD)
        .values(status=OutboxStatus.WAITING, available_at=now, lease_token=None, leased_until=None)
    )
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def find_by_platform_id(session: Session, channel: str, platform_id: str) -> OutboxMessage | None:
    """Return the row that the platform knows by that id."""
    return session.scalars(
        select(OutboxMessage).where(OutboxMessage.channel == channel, OutboxMessage.platform_id == platform_id)
    ).first()


def read_reply(payload: dict[str, Any]) -> Reply:
    """Rebuild a reply from its stored form."""
    return Reply(
        text=payload["text"],
        choices=tuple(ReplyChoice(**choice) for choice in payload.get("choices", ())),
        media=tuple(ReplyMedia(**media) for media in payload.get("media", ())),
        asks_for_phone=payload.get("asks_for_phone", False),
    )


def _payload(reply: Reply) -> dict[str, Any]:
    return {
        "text": reply.text,
        "choices": [vars(choice) for choice in reply.choices],
        "media": [vars(media) for media in reply.media],
        "asks_for_phone": reply.asks_for_phone,
    }


def _lease(session: Session, row: OutboxMessage, now: datetime, lease_seconds: float) -> Dispatch:
    row.lease_token = secrets.token_hex(8)
    row.leased_until = now + timedelta(seconds=lease_seconds)
    row.attempts += 1
    conversation = session.get_one(Conversation, row.conversation_id)
    is_reply = row.kind == OutboxKind.REPLY
    return Dispatch(
        outbox_id=row.id,
        lease_token=row.lease_token,
        attempt=row.attempts,
        channel=row.channel,
        kind=row.kind,
        author=row.author,
        conversation_id=row.conversation_id,
        action=None if is_reply else ServiceAction(row.payload["action"]),
        message=OutboundMessage(
            outbox_id=row.id,
            conversation_key=conversation.key,
            address=conversation.address,
            reply=read_reply(row.payload) if is_reply else Reply(text=""),
            language=row.language,
            context=row.context | {"event_code": conversation.event_code} if conversation.event_code else row.context,
        ),
    )


def _update(session: Session, dispatch: Dispatch, **values: Any) -> None:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == dispatch.outbox_id, OutboxMessage.lease_token == dispatch.lease_token)
        .values(lease_token=None, leased_until=None, **values)
    )
