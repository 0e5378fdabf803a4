"""Interactions (互动): every contact that the company had with a customer, to the minute."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.database import Base
from crm_core.models.columns import Moment, OptionalMoment, PrimaryKey, words


class InteractionKind(StrEnum):
    """电话, 上门拜访, 线上会议, 邮件, 聊天, 客户活动, 客户关怀."""

    CALL = "call"
    VISIT = "visit"
    ONLINE_MEETING = "online_meeting"
    EMAIL = "email"
    CHAT = "chat"
    EVENT = "event"
    CARE = "care"


class Interaction(Base):
    """What happened, when, with whom, and what the customer said. Never empty: a summary is required."""

    __tablename__ = "interaction"
    id: Mapped[PrimaryKey]
    kind: Mapped[InteractionKind] = mapped_column(words(InteractionKind))
    occurred_at: Mapped[Moment] = mapped_column(index=True)
    subject: Mapped[str | None] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    feedback: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id"), index=True)
    requirement_id: Mapped[int | None] = mapped_column(ForeignKey("requirement.id"), index=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class InteractionContact(Base):
    """A customer's contact who took part in an interaction."""

    __tablename__ = "interaction_contact"
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interaction.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True, index=True)
    #: the place in the order in which they were named
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class InteractionStaff(Base):
    """A member of staff who took part in an interaction, beside the one whose it is."""

    __tablename__ = "interaction_staff"
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interaction.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
