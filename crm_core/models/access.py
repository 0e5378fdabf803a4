"""People of the company, how they prove who they are, and what was done or refused."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.database import Base
from crm_core.models.columns import Moment, Name, OptionalMoment, PrimaryKey, words


class Role(StrEnum):
    """What a member of staff may see and do (crm_core/permissions.py holds the table)."""

    REP = "rep"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    SUPPORT = "support"
    ANALYST = "analyst"
    ADMIN = "admin"


class Team(Base):
    """A group of staff with a supervisor's view over its members' records."""

    __tablename__ = "team"
    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(100), unique=True)
    created_at: Mapped[Moment]


class User(Base):
    """A member of staff. `handle` is unique, lower case, and the name by which records show an owner."""

    __tablename__ = "user_account"
    id: Mapped[PrimaryKey]
    handle: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    role: Mapped[Role] = mapped_column(words(Role))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(8))
    timezone: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[OptionalMoment]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]


class ChatIdentity(Base):
    """One person's account on one channel: a member of staff, a customer's contact, or (both empty) a visitor."""

    __tablename__ = "chat_identity"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)
    id: Mapped[PrimaryKey]
    channel: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str] = mapped_column(String(190))
    display_name: Mapped[str | None] = mapped_column(String(200))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    created_at: Mapped[Moment]


class LinkCode(Base):
    """A one-time code that links a chat account to a member of staff; only its hash is kept."""

    __tablename__ = "link_code"
    id: Mapped[PrimaryKey]
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    expires_at: Mapped[Moment]
    used_at: Mapped[OptionalMoment]


class AuditEvent(Base):
    """One change of a record, or one refused attempt: who, what, before, after, and from which message."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "record_type", "record_id"), Index(None, "actor_id", "id"))
    id: Mapped[PrimaryKey]
    at: Mapped[Moment]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(32))
    record_type: Mapped[str] = mapped_column(String(32))
    record_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    message_id: Mapped[int | None] = mapped_column(index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    undone_at: Mapped[OptionalMoment]
