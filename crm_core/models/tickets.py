"""Tickets (工单): a customer's question or complaint that a person has to solve."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm_core.database import Base
from crm_core.models.columns import Moment, OptionalMoment, PrimaryKey, words


class TicketKind(StrEnum):
    """咨询, 投诉, 售后, 请求."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    AFTER_SALES = "after_sales"
    REQUEST = "request"


class TicketPriority(StrEnum):
    """How soon it has to be looked at."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class TicketStatus(StrEnum):
    """Where a ticket stands: waiting for us, waiting for the customer, solved (can reopen), closed."""

    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    CLOSED = "closed"


class Ticket(Base):
    """`number` is TK + year + at least four digits. The clocks are due times in UTC."""

    __tablename__ = "ticket"
    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[TicketKind] = mapped_column(words(TicketKind), default=TicketKind.QUESTION)
    priority: Mapped[TicketPriority] = mapped_column(words(TicketPriority), default=TicketPriority.MEDIUM)
    status: Mapped[TicketStatus] = mapped_column(words(TicketStatus), default=TicketStatus.OPEN, index=True)
    subject: Mapped[str] = mapped_column(String(200))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    # The conversation's table belongs to the room `bot`; here it is a number without a foreign key.
    conversation_id: Mapped[int | None] = mapped_column(index=True)
    channel: Mapped[str | None] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8), default="zh")
    reason: Mapped[str | None] = mapped_column(String(64))
    first_answer_due_at: Mapped[OptionalMoment]
    first_answered_at: Mapped[OptionalMoment]
    solve_due_at: Mapped[OptionalMoment] = mapped_column(index=True)
    solved_at: Mapped[OptionalMoment]
    closed_at: Mapped[OptionalMoment]
    csat: Mapped[int | None]
    created_at: Mapped[Moment] = mapped_column(index=True)
    updated_at: Mapped[Moment]


class TicketMessageAuthor(StrEnum):
    """Who wrote a line of a ticket's thread."""

    CUSTOMER = "customer"
    STAFF = "staff"
    SYSTEM = "system"


class TicketMessage(Base):
    """One line of a ticket's thread, in the writer's own words."""

    __tablename__ = "ticket_message"
    id: Mapped[PrimaryKey]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), index=True)
    author: Mapped[TicketMessageAuthor] = mapped_column(words(TicketMessageAuthor))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    text: Mapped[str] = mapped_column(Text)
    is_internal: Mapped[bool] = mapped_column(default=False)
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[Moment]
    #: only to write a new ticket and its first line together; nobody reads it
    ticket: Mapped[Ticket] = relationship(lazy="raise")
