"""Leads (线索), opportunities (商机) and the stages of the funnel."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.database import Base
from crm_core.models.columns import Moment, OptionalMoment, OptionalMoney, PrimaryKey, words
from crm_core.models.customers import AccountLevel


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
    #: what the customer may be worth; decides with region and load who gets the lead
    level: Mapped[AccountLevel | None] = mapped_column(words(AccountLevel))
    score: Mapped[int] = mapped_column(default=0)
    #: a person gave the score: the rule leaves it alone
    is_score_given: Mapped[bool] = mapped_column(default=False, server_default=false())
    status: Mapped[LeadStatus] = mapped_column(words(LeadStatus), default=LeadStatus.NEW, index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    assigned_at: Mapped[OptionalMoment]
    #: what the lead became
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id"), index=True)
    converted_at: Mapped[OptionalMoment]
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
    #: fields of the opportunity that must be known on entering
    required_fields: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    #: what the work of this stage should lead to
    expected_result_zh: Mapped[str | None] = mapped_column(String(300))
    expected_result_en: Mapped[str | None] = mapped_column(String(300))
    #: whether the result must be told before the deal moves on
    is_result_required: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: the task that entering creates for the deal's owner; none where empty
    task_zh: Mapped[str | None] = mapped_column(String(300))
    task_en: Mapped[str | None] = mapped_column(String(300))
    task_working_days: Mapped[int | None]
    #: whether that task must be done before the deal moves on
    is_task_required: Mapped[bool] = mapped_column(default=False, server_default=false())


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
    #: stage key -> what came of it
    stage_results: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default=text("'{}'"))
    stage_entered_at: Mapped[OptionalMoment]
    #: the stage that a manager has to let it into
    awaits_stage: Mapped[str | None] = mapped_column(String(32))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    closed_at: Mapped[OptionalMoment]
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
