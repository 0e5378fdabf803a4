"""Tasks (任务): what a member of staff promised to do, and by when."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.database import Base
from crm_core.models.columns import Moment, OptionalMoment, PrimaryKey, words


class TaskStatus(StrEnum):
    """待开始, 进行中, 已完成, 延期."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"
    DELAYED = "delayed"


class Task(Base):
    """One thing to do, owned by one person."""

    __tablename__ = "task"
    id: Mapped[PrimaryKey]
    title: Mapped[str] = mapped_column(String(300))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    due_at: Mapped[OptionalMoment] = mapped_column(index=True)
    status: Mapped[TaskStatus] = mapped_column(words(TaskStatus), default=TaskStatus.TODO)
    delay_reason: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id"), index=True)
    #: the stage of the opportunity whose task it is
    stage: Mapped[str | None] = mapped_column(String(32))
    requirement_id: Mapped[int | None] = mapped_column(ForeignKey("requirement.id"), index=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), index=True)
    #: what to look at, such as the records of a data check
    notes: Mapped[str | None] = mapped_column(Text)
    #: what a rule made this task for, such as 'birthday:7:2026'; made once, even if the task was deleted since
    origin: Mapped[str | None] = mapped_column(String(190), unique=True)
    completed_at: Mapped[OptionalMoment]
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
