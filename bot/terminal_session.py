"""`crmbot chat`: one line in, the whole path, one result out.

Promise: lines are answered in order, each with exactly one result, an empty line too; the dialogue lives in the
database under (channel, handle), so the next process goes on where this one stopped. Never: a second path for messages.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from bot import daily
from bot.channel import Channel, InboundMessage, Reply
from bot.errors import BotError
from bot.models import Conversation, InboxMessage, InboxStatus, OutboxKind, OutboxMessage, OutboxStatus
from bot.outbox import read_reply
from bot.worker import Worker
from crm_core import access
from crm_core.database import Database

#: rounds of message, due work and delivery after which a line that still waits is reported as failed
MAX_ROUNDS = 50


class HandleUnknown(BotError):
    """No member of staff of that handle and role."""


@dataclass(frozen=True, kw_only=True)
class TurnResult:
    """What one line came to, in the shape of design.md section 9."""

    text: str
    language: str
    intent: str
    probability: float
    outcome: str
    replies: list[dict[str, Any]]
    article: dict[str, Any] | None
    records: list[dict[str, Any]]
    elapsed_ms: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of `crmbot chat --json`."""
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class TerminalSession:
    """One person at a terminal."""

    worker: Worker
    terminal: Channel
    handle: str
    role: str
    _sender: str = field(init=False)

    def __post_init__(self) -> None:
        kind = "customer" if self.role == "customer" else "staff"
        object.__setattr__(self, "_sender", f"{kind}:{self.handle.casefold()}")

    def open(self) -> None:
        """Check and link a member of staff; anybody may be a customer.

        Raises:
            HandleUnknown: no active member of staff has that handle and role.
        """
        if self.role == "customer":
            return
        database, now = self.worker.database, self.worker.clock()
        with database.transaction() as session:
            user = access.find_user(session, self.handle)
            if user is None or not user.active or user.role.value != self.role:
                raise HandleUnknown(
                    f"No {self.role} with the handle {self.handle!r}: see `crmbot user list`, "
                    f"or add one with `crmbot user add NAME --role {self.role} --handle {self.handle}`."
                )
            access.link_identity(
                session, channel=self.terminal.name, external_id=self._sender, user_id=user.id, now=now
            )
            daily.ensure_mornings(session, now=now, zone=self.worker.services.settings.zone)

    def pending(self) -> list[Reply]:
        """Return what was said to this person since the last session."""
        return self._take_replies(None)

    def say(self, line: str) -> TurnResult:
        """Send one line down the whole path and return what it came to; due work of the same clock is done first."""
        started = time.perf_counter()
        self._do_due_work()
        message = self._message(line)
        self.worker.reader.inlet.store([message])
        row = self._handle(message)
        replies = self._take_replies(row.id)
        elapsed_ms = (time.perf_counter() - started) * 1000
        return _result(line, row, replies, elapsed_ms)

    def _message(self, line: str) -> InboundMessage:
        name = self.handle if self.role == "customer" else None
        return InboundMessage(
            channel=self.terminal.name,
            external_id=uuid.uuid4().hex,
            conversation_key=self._sender,
            sender_id=self._sender,
            sender_name=name,
            address={"handle": self.handle},
            text=line,
            sent_at=self.worker.clock(),
        )

    def _handle(self, message: InboundMessage) -> InboxMessage:
        for _ in range(MAX_ROUNDS):
            self.worker.run_messages()
            row = _find(self.worker.database, message)
            if row.status is not InboxStatus.WAITING:
                return row
        raise BotError("The message is still waiting: another process holds this conversation. Try again in a minute.")

    def _do_due_work(self) -> None:
        while self.worker.run_due():
            pass

    def _take_replies(self, inbox_id: int | None) -> list[Reply]:
        """Return what waits for this person, the answers to that message first; what waits for others goes on waiting.

        It is this terminal that delivers, not the worker: a reply that another process took would be seen by nobody.
        """
        own = (Conversation.channel == self.terminal.name, Conversation.key == self._sender)
        waiting = (
            select(OutboxMessage)
            .join(Conversation, Conversation.id == OutboxMessage.conversation_id)
            .where(*own, OutboxMessage.status.in_((OutboxStatus.WAITING, OutboxStatus.HELD)))
            .order_by(OutboxMessage.id)
            .with_for_update(of=OutboxMessage, skip_locked=True)
        )
        with self.worker.database.transaction() as session:
            rows = session.scalars(waiting).all()
            for row in rows:
                row.status, row.sent_at = OutboxStatus.SENT, self.worker.clock()
            said = [(row.inbox_id != inbox_id, read_reply(row.payload)) for row in rows if row.kind is OutboxKind.REPLY]
        return [reply for _, reply in sorted(said, key=itemgetter(0))]


def _find(database: Database, message: InboundMessage) -> InboxMessage:
    is_meant = (InboxMessage.channel == message.channel, InboxMessage.external_id == message.external_id)
    with database.reading() as session:
        return session.scalars(select(InboxMessage).where(*is_meant)).one()


def _result(line: str, row: InboxMessage, replies: list[Reply], elapsed_ms: float) -> TurnResult:
    result = row.result or {}
    return TurnResult(
        text=line,
        language=result["language"],
        intent=result["intent"],
        probability=result["probability"],
        outcome=result["outcome"],
        replies=[
            {
                "text": reply.text,
                "choices": [{"label": choice.label, "value": choice.value} for choice in reply.choices],
                "media": [vars(media) for media in reply.media],
            }
            for reply in replies
        ],
        article=result["article"],
        records=result["records"],
        elapsed_ms=round(elapsed_ms, 2),
    )
