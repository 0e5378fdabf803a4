"""The tables of the conversation: who talks, what waits, what goes out, what is due, what was offered.

They sit on `crm_core.database.Base`, so an effect on a record, its reply and its 'handled' share one transaction.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.database import Base
from crm_core.models.columns import Moment, OptionalMoment, PrimaryKey, words


class Owner(StrEnum):
    """Who answers a conversation: the bot, or a person while the bot is silent."""

    BOT = "bot"
    PERSON = "person"


class Conversation(Base):
    """One person's thread on one channel, with the state that the next turn starts from."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("channel", "key"),)
    id: Mapped[PrimaryKey]
    channel: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(190))
    address: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("chat_identity.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(8))
    owner: Mapped[Owner] = mapped_column(words(Owner), default=Owner.BOT)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    service_state: Mapped[str | None] = mapped_column(String(16))
    #: a code of the platform's for one more message while it otherwise lets only a person speak
    event_code: Mapped[str | None] = mapped_column(String(255))
    is_reachable: Mapped[bool] = mapped_column(default=True)
    is_group: Mapped[bool] = mapped_column(default=False)
    misses: Mapped[int] = mapped_column(default=0)
    dialogue: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    last_inbound_at: Mapped[OptionalMoment]
    slowed_at: Mapped[OptionalMoment]
    greeted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]


class InboxStatus(StrEnum):
    """waiting: to be handled; handled: its effect is committed; given_up: became a ticket after the last attempt."""

    WAITING = "waiting"
    HANDLED = "handled"
    GIVEN_UP = "given_up"


class InboxMessage(Base):
    """A received message: stored before it is acknowledged, handled exactly once, in order in its conversation."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inbox_open", "status", "is_urgent", "id"),
        Index("ix_inbox_conversation", "channel", "conversation_key", "status", "id"),
        Index("ix_inbox_sender", "channel", "sender_id", "received_at"),
    )
    id: Mapped[PrimaryKey]
    channel: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str] = mapped_column(String(255))
    conversation_key: Mapped[str] = mapped_column(String(190))
    sender_id: Mapped[str] = mapped_column(String(190))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    status: Mapped[InboxStatus] = mapped_column(words(InboxStatus), default=InboxStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[Moment]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[OptionalMoment]
    received_at: Mapped[Moment]
    handled_at: Mapped[OptionalMoment]
    error: Mapped[str | None] = mapped_column(Text)
    #: what the turn came to: language, intent, probability, outcome, article, records, why
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class OutboxStatus(StrEnum):
    """Where a reply stands.

    waiting: to be sent; sent: the platform took it; uncertain: the answer was lost, it may have arrived;
    held: the platform's window is used up, it goes out when the customer writes again; parked: cannot be delivered, a
    person has to look; cancelled: overtaken, such as a bot's draft when a person took over.
    """

    WAITING = "waiting"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    HELD = "held"
    PARKED = "parked"
    CANCELLED = "cancelled"


class OutboxKind(StrEnum):
    """reply: words for the person; service: asks the platform to hand the session over or to end it."""

    REPLY = "reply"
    SERVICE = "service"


class OutboxMessage(Base):
    """One platform message to deliver, in order within its conversation."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "status", "id"),
        Index("ix_outbox_conversation", "conversation_id", "status", "id"),
        Index("ix_outbox_inbox", "inbox_id"),
        Index("ix_outbox_platform", "channel", "platform_id"),
    )
    id: Mapped[PrimaryKey]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    channel: Mapped[str] = mapped_column(String(32))
    kind: Mapped[OutboxKind] = mapped_column(words(OutboxKind), default=OutboxKind.REPLY)
    inbox_id: Mapped[int | None]
    author: Mapped[str] = mapped_column(String(16), default="bot")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    context: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[OutboxStatus] = mapped_column(words(OutboxStatus), default=OutboxStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[Moment]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    sent_at: Mapped[OptionalMoment]
    platform_id: Mapped[str | None] = mapped_column(String(190))
    error: Mapped[str | None] = mapped_column(Text)


class DueStatus(StrEnum):
    """waiting for its time; done; given up after the last attempt."""

    WAITING = "waiting"
    DONE = "done"
    GIVEN_UP = "given_up"


class DueWork(Base):
    """Work that is promised for a time: a reminder, a service clock. `key` makes scheduling it twice harmless."""

    __tablename__ = "due_work"
    __table_args__ = (UniqueConstraint("kind", "key"), Index("ix_due_work_open", "status", "due_at"))
    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(190))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[Moment]
    status: Mapped[DueStatus] = mapped_column(words(DueStatus), default=DueStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[OptionalMoment]
    done_at: Mapped[OptionalMoment]
    error: Mapped[str | None] = mapped_column(Text)


class PullCursor(Base):
    """How far a channel has read at its platform, kept with the messages that it read."""

    __tablename__ = "pull_cursor"
    name: Mapped[str] = mapped_column(String(190), primary_key=True)
    value: Mapped[str] = mapped_column(String(255))


class OfferedChoice(Base):
    """What a button means: the handler to run and its arguments, behind an opaque token."""

    __tablename__ = "offered_choice"
    __table_args__ = (Index("ix_offered_choice_turn", "conversation_id", "inbox_id"),)
    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    inbox_id: Mapped[int | None]
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(255))
    intent: Mapped[str] = mapped_column(String(64))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[Moment]
    used_at: Mapped[OptionalMoment]


class ExampleStatus(StrEnum):
    """proposed: a person has to look; active: workers learn from it; dropped: taken back."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    DROPPED = "dropped"


class TaughtExample(Base):
    """A sentence with its intent, as staff taught it or a correction proposed it; the newest word on a text counts."""

    __tablename__ = "taught_example"
    __table_args__ = (UniqueConstraint("audience", "text"),)
    id: Mapped[PrimaryKey]
    text: Mapped[str] = mapped_column(String(500))
    label: Mapped[str] = mapped_column(String(64))
    #: whose intents it belongs to, as the folders of nlu/intents
    audience: Mapped[str] = mapped_column(String(32))
    status: Mapped[ExampleStatus] = mapped_column(words(ExampleStatus), default=ExampleStatus.ACTIVE)
    #: handle of who taught it
    author: Mapped[str] = mapped_column(String(200))
    #: goes up with every change: workers follow the sum
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    deleted_at: Mapped[OptionalMoment]
