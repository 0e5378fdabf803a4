"""Requirements (需求): what a customer asks the company to do, and by when he must have an answer."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.database import Base
from crm_core.models.columns import Moment, OptionalMoment, PrimaryKey, words


class RequirementKind(StrEnum):
    """现有, 潜在."""

    EXISTING = "existing"
    POTENTIAL = "potential"


class RequirementPriority(StrEnum):
    """高, 中, 低."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class RequirementStatus(StrEnum):
    """待开始, 进行中, 延期, 已完成 (the customer has not confirmed yet), 已关闭 (he has)."""

    TODO = "todo"
    DOING = "doing"
    DELAYED = "delayed"
    DONE = "done"
    CLOSED = "closed"


class Requirement(Base):
    """What a customer needs. `code` is DE + year + at least four digits (DE20260001)."""

    __tablename__ = "requirement"
    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[RequirementKind] = mapped_column(words(RequirementKind), default=RequirementKind.EXISTING)
    priority: Mapped[RequirementPriority] = mapped_column(
        words(RequirementPriority), default=RequirementPriority.MEDIUM
    )
    status: Mapped[RequirementStatus] = mapped_column(
        words(RequirementStatus), default=RequirementStatus.TODO, index=True
    )
    delay_reason: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: by when the customer must have an answer, and when he had it
    answer_due_at: Mapped[Moment] = mapped_column(index=True)
    answered_at: Mapped[OptionalMoment]
    completed_at: Mapped[OptionalMoment]
    closed_at: Mapped[OptionalMoment]
    #: the customer's confirmation: his words, files, or both
    confirmation: Mapped[str | None] = mapped_column(Text)
    confirmation_files: Mapped[list[str]] = mapped_column(JSON, default=list)
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
