"""Segments (分群), campaigns (市场活动) with whom they reached, and targets (目标)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.database import Base
from crm_core.models.columns import Moment, Money, OptionalMoment, OptionalMoney, PrimaryKey, words


class SegmentKind(StrEnum):
    """What a segment is made of."""

    ACCOUNT = "account"
    CONTACT = "contact"


class Segment(Base):
    """A saved filter over accounts or contacts; who is in it follows from the records of the moment."""

    __tablename__ = "segment"
    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[SegmentKind] = mapped_column(words(SegmentKind), default=SegmentKind.ACCOUNT)
    #: the filter language of `crm_core.segment_filters`
    filter: Mapped[dict[str, Any]] = mapped_column(JSON)
    description: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class CampaignChannel(StrEnum):
    """How a campaign speaks to people: 短信, 邮件, 群聊, 电话, 线下活动, 其他."""

    SMS = "sms"
    EMAIL = "email"
    CHAT = "chat"
    CALL = "call"
    EVENT = "event"
    OTHER = "other"


class Campaign(Base):
    """A planned effort towards a segment, judged by reach, response, sales and return."""

    __tablename__ = "campaign"
    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(200), index=True)
    aim: Mapped[str | None] = mapped_column(Text)
    content: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[CampaignChannel] = mapped_column(words(CampaignChannel), default=CampaignChannel.OTHER)
    status: Mapped[CampaignStatus] = mapped_column(words(CampaignStatus), default=CampaignStatus.PLANNED)
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segment.id"), index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    budget: Mapped[OptionalMoney]
    cost: Mapped[OptionalMoney]
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class CampaignMember(Base):
    """One customer whom a campaign is meant for, and what came of it."""

    __tablename__ = "campaign_member"
    __table_args__ = (UniqueConstraint("campaign_id", "account_id", "contact_id"),)
    id: Mapped[PrimaryKey]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    reached_at: Mapped[OptionalMoment]
    responded_at: Mapped[OptionalMoment]
    response: Mapped[str | None] = mapped_column(Text)
    #: the deal that came of it; its amount counts as the campaign's when it is won
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id"), index=True)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class TargetMetric(StrEnum):
    """What a target counts: money of won deals, won deals, new accounts, logged interactions."""

    WON_AMOUNT = "won_amount"
    WON_DEALS = "won_deals"
    NEW_ACCOUNTS = "new_accounts"
    INTERACTIONS = "interactions"


class Target(Base):
    """What a person, a team or (both empty) the company wants to reach between two days, both included."""

    __tablename__ = "target"
    id: Mapped[PrimaryKey]
    metric: Mapped[TargetMetric] = mapped_column(words(TargetMetric), default=TargetMetric.WON_AMOUNT)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    amount: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
