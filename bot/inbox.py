"""The durable inbox: a message is a row before it is acknowledged, and the row is the job.

Promise: a repeated delivery changes nothing; messages of one conversation are claimed one after another, in order;
a claim is a lease, so a dead worker's message is taken over. Never: a reply, a rule of the business.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.channel import Attachment, InboundMessage, MessageKind
from bot.errors import LeaseLost
from bot.models import InboxMessage, InboxStatus, PullCursor

#: a message that backs off is ripe by then
LAST_MOMENT = datetime(9999, 12, 31, tzinfo=UTC)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
PAYLOAD_FIELDS = (
    "text",
    "choice",
    "phone",
    "replaces",
    "reachable",
    "service_state",
    "sender_name",
    "language_hint",
    "is_group",
)
#: statements are built once, and without the mapper: every turn needs them
_TABLE = cast(Table, InboxMessage.__table__)
_CLOSE = (
    _TABLE.update()
    .where(
        _TABLE.c.id == bindparam("held_id"),
        _TABLE.c.lease_token == bindparam("held_token"),
        _TABLE.c.status == InboxStatus.WAITING,
    )
    .values(
        lease_token=None,
        leased_until=None,
        **{name: bindparam(name) for name in ("status", "handled_at", "result", "error")},
    )
)
_RECENT = (
    select(_TABLE.c.sender_id, func.count())
    .where(
        _TABLE.c.channel == bindparam("sender_channel"),
        _TABLE.c.sender_id.in_(bindparam("senders", expanding=True)),
        _TABLE.c.received_at > bindparam("since"),
    )
    .group_by(_TABLE.c.sender_id)
)
_EARLIER = _TABLE.alias("earlier")
_IS_BLOCKED = (
    select(_EARLIER.c.id)
    .where(
        _EARLIER.c.channel == _TABLE.c.channel,
        _EARLIER.c.conversation_key == _TABLE.c.conversation_key,
        _EARLIER.c.status == InboxStatus.WAITING,
        _EARLIER.c.id < _TABLE.c.id,
    )
    .exists()
)
_OPEN = (
    select(_TABLE)
    .where(
        _TABLE.c.status == InboxStatus.WAITING,
        _TABLE.c.channel.in_(bindparam("served", expanding=True)),
        or_(_TABLE.c.leased_until.is_(None), _TABLE.c.leased_until <= bindparam("moment")),
        _TABLE.c.available_at <= bindparam("ripe_until"),
        ~_IS_BLOCKED,
    )
    .order_by(_TABLE.c.is_urgent.desc(), _TABLE.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=_TABLE)
)
_LEASE = (
    _TABLE.update()
    .where(_TABLE.c.id.in_(bindparam("taken", expanding=True)))
    .values(lease_token=bindparam("token"), leased_until=bindparam("until"), attempts=_TABLE.c.attempts + 1)
)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A message under lease."""

    inbox_id: int
    lease_token: str
    #: this attempt's number, from 1
    attempt: int
    received_at: datetime
    message: InboundMessage


def store(session: Session, messages: Sequence[InboundMessage], *, now: datetime) -> int:
    """Insert messages, ignoring every (channel, external_id) already present; return how many were new."""
    if not messages:
        return 0
    dialect = session.get_bind().dialect.name
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # The table, not the mapped class: a webhook waits for this, and the mapper costs ten times the insert.
    table = cast(Table, InboxMessage.__table__)
    statement = build(table).inline().on_conflict_do_nothing(index_elements=["channel", "external_id"])
    connection = session.connection().execution_options(preserve_rowcount=True)
    return connection.execute(statement, [_row(message, now) for message in messages]).rowcount


def save_cursor(session: Session, name: str, value: str) -> None:
    """Keep a pull cursor; call it in the transaction that stores what was pulled."""
    cursor = session.get(PullCursor, name)
    if cursor is None:
        session.execute(insert(PullCursor).values(name=name, value=value))
    else:
        cursor.value = value


def find_cursor(session: Session, name: str) -> str | None:
    """Return the stored cursor of that name."""
    cursor = session.get(PullCursor, name)
    return None if cursor is None else cursor.value


def claim_next(
    session: Session,
    *,
    now: datetime,
    channels: Collection[str],
    lease_seconds: float,
    limit: int = 1,
    ignores_backoff: bool = False,
) -> list[Claim]:
    """Lease the oldest open message of each of up to `limit` conversations that nobody works on.

    Urgent messages come first. A message waits while an earlier one of its conversation is open, a failed one that
    backs off included: order matters more than speed.
    """
    connection = session.connection()
    asked = {
        "served": tuple(channels),
        "moment": now,
        "ripe_until": LAST_MOMENT if ignores_backoff else now,
        "most": limit,
    }
    rows = connection.execute(_OPEN, asked).all()
    if not rows:
        return []
    token = secrets.token_hex(8)
    held = {"taken": [row.id for row in rows], "token": token, "until": now + timedelta(seconds=lease_seconds)}
    connection.execute(_LEASE, held)
    return [
        Claim(
            inbox_id=row.id,
            lease_token=token,
            attempt=row.attempts + 1,
            received_at=row.received_at,
            message=_message(row),
        )
        for row in rows
    ]


def mark_handled(session: Session, claim: Claim, *, now: datetime, result: dict[str, Any]) -> None:
    """Close the message in the transaction of its effect.

    Raises:
        LeaseLost: another worker holds the message now; the transaction must roll back.
    """
    _close(session, claim, status=InboxStatus.HANDLED, handled_at=now, result=result, error=None)


def mark_given_up(session: Session, claim: Claim, *, now: datetime, error: str, result: dict[str, Any]) -> None:
    """Close the message after its last attempt, in the transaction that opened its ticket.

    Raises:
        LeaseLost: another worker holds the message now.
    """
    _close(session, claim, status=InboxStatus.GIVEN_UP, handled_at=now, result=result, error=error)


def mark_failed(session: Session, claim: Claim, *, available_at: datetime, error: str) -> None:
    """Give the message back for another attempt at `available_at`; a lost lease is no error here."""
    session.execute(
        update(InboxMessage)
        .where(InboxMessage.id == claim.inbox_id, InboxMessage.lease_token == claim.lease_token)
        .values(lease_token=None, leased_until=None, available_at=available_at, error=error[:2000])
    )


def keep_attachments(session: Session, claim: Claim) -> None:
    """Note on the row the files that were fetched for it."""
    row = session.get_one(InboxMessage, claim.inbox_id)
    row.payload = {**row.payload, "attachments": [vars(attachment) for attachment in claim.message.attachments]}


def release(session: Session, claim: Claim) -> None:
    """Give an untouched message back at once; the attempt does not count."""
    session.execute(
        update(InboxMessage)
        .where(InboxMessage.id == claim.inbox_id, InboxMessage.lease_token == claim.lease_token)
        .values(lease_token=None, leased_until=None, attempts=InboxMessage.attempts - 1)
    )


def count_recent(
    session: Session, senders: Mapping[str, Collection[str]], *, since: datetime
) -> dict[tuple[str, str], int]:
    """Count the messages received after `since` by (channel, sender id); `senders` are the ids of each channel."""
    return {
        (channel, sender): count
        for channel, ids in senders.items()
        for sender, count in session.connection().execute(
            _RECENT, {"sender_channel": channel, "senders": tuple(ids), "since": since}
        )
    }


def _close(session: Session, claim: Claim, **values: Any) -> None:
    session.flush()  # the effect first, then its mark
    held = {"held_id": claim.inbox_id, "held_token": claim.lease_token}
    if session.connection().execute(_CLOSE, held | values).rowcount != 1:
        raise LeaseLost(f"inbox {claim.inbox_id} is held by another worker")


def storable(text: str) -> str:
    """Replace what no database takes in a text: NUL and halves of surrogate pairs."""
    return _UNSTORABLE.sub("\ufffd", text)


def _row(message: InboundMessage, now: datetime) -> dict[str, Any]:
    payload = {name: getattr(message, name) for name in PAYLOAD_FIELDS}
    payload = {name: storable(value) if isinstance(value, str) else value for name, value in payload.items()}
    payload |= {
        "kind": message.kind.value,
        "address": dict(message.address),
        "context": dict(message.context),
        "sent_at": message.sent_at.isoformat(),
        "attachments": [vars(attachment) for attachment in message.attachments],
    }
    return {
        "channel": message.channel,
        "external_id": storable(message.external_id),
        "conversation_key": message.conversation_key,
        "sender_id": message.sender_id,
        "is_urgent": message.is_urgent,
        "payload": payload,
        "status": InboxStatus.WAITING,
        "attempts": 0,
        "available_at": now,
        "received_at": now,
    }


def _message(row: Row[Any]) -> InboundMessage:
    payload = row.payload
    message = InboundMessage(
        channel=row.channel,
        external_id=row.external_id,
        conversation_key=row.conversation_key,
        sender_id=row.sender_id,
        address=payload["address"],
        kind=MessageKind(payload["kind"]),
        sent_at=datetime.fromisoformat(payload["sent_at"]),
        is_urgent=row.is_urgent,
        context=payload["context"],
        attachments=tuple(Attachment(**attachment) for attachment in payload["attachments"]),
    )
    return replace(message, **{name: payload[name] for name in PAYLOAD_FIELDS})
