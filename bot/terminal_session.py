"""`crmbot chat`: one line in, the whole path, one result out.

Promise: lines are answered in order, each with exactly one result, an empty line too; the dialogue lives in the
database under (channel, handle), so the next process goes on where this one stopped. Never: a second path for messages.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import select

from bot import daily
from bot.channel import InboundMessage, OutboundMessage
from bot.errors import BotError
from bot.models import InboxMessage, InboxStatus, OutboxMessage
from bot.worker import Worker
from crm_core import access
from crm_core.database import Database

CHANNEL = "terminal"
#: rounds of message, due work and delivery after which a line that still waits is reported as failed
MAX_ROUNDS = 50


class HandleUnknown(BotError):
    """No member of staff of that handle and role."""


class Collects(Protocol):
    """The terminal channel's side of the session."""

    def take(self, conversation_key: str) -> list[OutboundMessage]:
        """Return and forget what was said in a conversation since the last call."""


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
    terminal: Collects
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
            access.link_identity(session, channel=CHANNEL, external_id=self._sender, user_id=user.id, now=now)
            daily.ensure_mornings(session, now=now, zone=self.worker.services.settings.zone)

    def pending(self) -> list[OutboundMessage]:
        """Return what was said to this person since the last session."""
        self._deliver()
        return self.terminal.take(self._sender)

    def say(self, line: str) -> TurnResult:
        """Send one line down the whole path and return what it came to; due work of the same clock is done first."""
        started = time.perf_counter()
        self._do_due_work()
        message = self._message(line)
        self.worker.reader.inlet.store([message])
        row = self._handle(message.external_id)
        self._deliver()
        replies = self._replies(row.id)
        elapsed_ms = (time.perf_counter() - started) * 1000
        return _result(line, row, replies, elapsed_ms)

    def _message(self, line: str) -> InboundMessage:
        name = self.handle if self.role == "customer" else None
        return InboundMessage(
            channel=CHANNEL,
            external_id=uuid.uuid4().hex,
            conversation_key=self._sender,
            sender_id=self._sender,
            sender_name=name,
            address={"handle": self.handle},
            text=line,
            sent_at=self.worker.clock(),
        )

    def _handle(self, external_id: str) -> InboxMessage:
        for _ in range(MAX_ROUNDS):
            self.worker.run_messages()
            row = _find(self.worker.database, external_id)
            if row.status is not InboxStatus.WAITING:
                return row
        raise BotError("The message is still waiting: another process holds this conversation. Try again in a minute.")

    def _do_due_work(self) -> None:
        while self.worker.run_due():
            pass

    def _deliver(self) -> None:
        while self.worker.run_replies():
            pass

    def _replies(self, inbox_id: int) -> list[OutboundMessage]:
        """Return what was said: the answers to this line first, then what else came for this person."""
        said = self.terminal.take(self._sender)
        with self.worker.database.reading() as session:
            own = set(session.scalars(select(OutboxMessage.id).where(OutboxMessage.inbox_id == inbox_id)).all())
        return sorted(said, key=lambda message: message.outbox_id not in own)


def _find(database: Database, external_id: str) -> InboxMessage:
    with database.reading() as session:
        return session.scalars(
            select(InboxMessage).where(InboxMessage.channel == CHANNEL, InboxMessage.external_id == external_id)
        ).one()


def _result(line: str, row: InboxMessage, replies: list[OutboundMessage], elapsed_ms: float) -> TurnResult:
    result = row.result or {}
    return TurnResult(
        text=line,
        language=result["language"],
        intent=result["intent"],
        probability=result["probability"],
        outcome=result["outcome"],
        replies=[
            {
                "text": message.reply.text,
                "choices": [{"label": choice.label, "value": choice.value} for choice in message.reply.choices],
                "media": [vars(media) for media in message.reply.media],
            }
            for message in replies
        ],
        article=result["article"],
        records=result["records"],
        elapsed_ms=round(elapsed_ms, 2),
    )
