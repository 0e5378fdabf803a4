"""What follows a deal: quotes (报价), contracts (合同), planned and received payments (回款), approvals (审批)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.database import Base
from crm_core.models.columns import Moment, Money, OptionalMoment, PrimaryKey, words


class QuoteStatus(StrEnum):
    """草稿, 已发送, 已接受, 已拒绝."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Quote(Base):
    """A price offered for an opportunity. `number` is QT + year + at least four digits."""

    __tablename__ = "quote"
    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), index=True)
    amount: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    status: Mapped[QuoteStatus] = mapped_column(words(QuoteStatus), default=QuoteStatus.SENT)
    quoted_on: Mapped[date]
    valid_until: Mapped[date | None]
    notes: Mapped[str | None] = mapped_column(Text)
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class ContractStatus(StrEnum):
    """待审批, 生效, 被拒, 终止."""

    PENDING = "pending"
    SIGNED = "signed"
    REFUSED = "refused"
    TERMINATED = "terminated"


class Contract(Base):
    """A signed agreement. `number` is the company's own, or HT + year + at least four digits."""

    __tablename__ = "contract"
    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(64), unique=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), index=True)
    amount: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    signed_on: Mapped[date]
    status: Mapped[ContractStatus] = mapped_column(words(ContractStatus), default=ContractStatus.SIGNED)
    notes: Mapped[str | None] = mapped_column(Text)
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class Instalment(Base):
    """One line of a payment plan: how much is due when. What was paid of it follows from the payments."""

    __tablename__ = "instalment"
    id: Mapped[PrimaryKey]
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), index=True)
    due_on: Mapped[date] = mapped_column(index=True)
    amount: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    notes: Mapped[str | None] = mapped_column(Text)
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class Payment(Base):
    """Money that came in for an opportunity; for one instalment where that was said, else for the first open one."""

    __tablename__ = "payment"
    id: Mapped[PrimaryKey]
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), index=True)
    instalment_id: Mapped[int | None] = mapped_column(ForeignKey("instalment.id"), index=True)
    amount: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    received_on: Mapped[date] = mapped_column(index=True)
    method: Mapped[str | None] = mapped_column(String(100))
    notes: Mapped[str | None] = mapped_column(Text)
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class ApprovalStatus(StrEnum):
    """待审批, 通过, 驳回, 撤回."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Approval(Base):
    """A won deal or a contract above the company's limit, waiting for or decided by a manager."""

    __tablename__ = "approval"
    id: Mapped[PrimaryKey]
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), index=True)
    #: the contract that waits; None: the opportunity waits to be won
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    #: the stage that the opportunity enters once approved
    stage: Mapped[str | None] = mapped_column(ForeignKey("stage.key"))
    amount: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    #: why the deal was won, as its owner said
    request_reason: Mapped[str | None] = mapped_column(Text)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    status: Mapped[ApprovalStatus] = mapped_column(words(ApprovalStatus), default=ApprovalStatus.PENDING, index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[OptionalMoment]
    #: what the manager said with his decision
    comment: Mapped[str | None] = mapped_column(Text)
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
