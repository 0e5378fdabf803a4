"""Leads (线索) and opportunities (商机)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.database import Base
from crm_core.models.columns import Moment, OptionalMoment, OptionalMoney, PrimaryKey, words


class LeadStatus(StrEnum):
    """Where a lead stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    CONVERTED = "converted"
    DISCARDED = "discarded"


class Lead(Base):
    """A possible customer who has not been qualified yet."""

    __tablename__ = "lead"
    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(200), index=True)
    company: Mapped[str | None] = mapped_column(String(200))
    mobile: Mapped[str | None] = mapped_column(String(32), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    source: Mapped[str | None] = mapped_column(String(100))
    region: Mapped[str | None] = mapped_column(String(200))
    score: Mapped[int] = mapped_column(default=0)
    status: Mapped[LeadStatus] = mapped_column(words(LeadStatus), default=LeadStatus.NEW)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    notes: Mapped[str | None] = mapped_column(Text)
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class Stage(Base):
    """One step of the sales funnel; the rows are the configuration, in `position` order."""

    __tablename__ = "stage"
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int] = mapped_column(unique=True)
    name_zh: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64))
    probability_percent: Mapped[int]
    is_closed: Mapped[bool] = mapped_column(default=False)


class Opportunity(Base):
    """A deal in the making with an account."""

    __tablename__ = "opportunity"
    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    stage: Mapped[str] = mapped_column(ForeignKey("stage.key"), index=True)
    amount: Mapped[OptionalMoney]
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    expected_close: Mapped[date | None]
    outcome_reason: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    closed_at: Mapped[OptionalMoment]
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
