"""Accounts (客户), the contacts (联系人) who work for them, and proposals to judge an account anew."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.database import Base
from crm_core.models.columns import Moment, OptionalMoment, OptionalMoney, PrimaryKey, words


class AccountLevel(StrEnum):
    """客户等级."""

    S = "S"
    A = "A"
    B = "B"
    C = "C"


class AccountStatus(StrEnum):
    """客户状态: 新客户, 合作中/活跃, 沉默, 流失."""

    NEW = "new"
    ACTIVE = "active"
    SILENT = "silent"
    LOST = "lost"


class Influence(StrEnum):
    """影响力: `top` is the industry's top ten."""

    TOP = "top"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Account(Base):
    """A customer organisation. `code` is CRM + year + at least three digits (CRM2026001)."""

    __tablename__ = "account"
    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    short_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    industry: Mapped[str | None] = mapped_column(String(100))
    size_band: Mapped[str | None] = mapped_column(String(16))
    region: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(300))
    website: Mapped[str | None] = mapped_column(String(300))
    level: Mapped[AccountLevel] = mapped_column(words(AccountLevel), default=AccountLevel.C)
    status: Mapped[AccountStatus] = mapped_column(words(AccountStatus), default=AccountStatus.NEW)
    status_reason: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(String(100))
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    annual_amount: Mapped[OptionalMoney]
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    partner_since: Mapped[date | None]
    influence: Mapped[Influence | None] = mapped_column(words(Influence))
    #: share of contracts that the account renewed, 0 to 100
    renewal_percent: Mapped[int | None]
    #: keys of rules in `tags.json` that the account meets, set by the nightly run only
    computed_tags: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    #: the account that this one was merged into; it is deleted then
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    notes: Mapped[str | None] = mapped_column(Text)
    last_interaction_at: Mapped[OptionalMoment]
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class ContactStatus(StrEnum):
    """在职 or 离职."""

    ACTIVE = "active"
    DEPARTED = "departed"


class Contact(Base):
    """A person: one who works for an account, or a customer by himself (no account)."""

    __tablename__ = "contact"
    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(200), index=True)
    title: Mapped[str | None] = mapped_column(String(100))
    mobile: Mapped[str | None] = mapped_column(String(32), index=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    birthday: Mapped[date | None]
    decision_role: Mapped[str | None] = mapped_column(String(64))
    is_key_contact: Mapped[bool] = mapped_column(default=False)
    status: Mapped[ContactStatus] = mapped_column(words(ContactStatus), default=ContactStatus.ACTIVE)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(8))
    id_number_encrypted: Mapped[str | None] = mapped_column(Text)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    #: keys of rules in `tags.json` that the contact meets, set by the nightly run only
    computed_tags: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    departed_at: Mapped[OptionalMoment]
    #: the contact that this one was merged into; it is deleted then
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    last_interaction_at: Mapped[OptionalMoment]
    deleted_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class ProposalStatus(StrEnum):
    """Waiting for a person, taken, refused, or overtaken by a later change or month."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


class AccountProposal(Base):
    """What the rules say that an account's level or status should be; a person decides."""

    __tablename__ = "account_proposal"
    __table_args__ = (UniqueConstraint("account_id", "field", "period"),)
    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    #: level or status
    field: Mapped[str] = mapped_column(String(16))
    #: the month of the review, such as 2026-11
    period: Mapped[str] = mapped_column(String(7))
    current: Mapped[str] = mapped_column(String(16))
    proposed: Mapped[str] = mapped_column(String(16))
    reason_zh: Mapped[str] = mapped_column(Text)
    reason_en: Mapped[str] = mapped_column(Text)
    status: Mapped[ProposalStatus] = mapped_column(words(ProposalStatus), default=ProposalStatus.OPEN, index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
