"""Rules that the company sets for itself, as data."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.database import Base
from crm_core.models.columns import Moment, PrimaryKey


class RuleSet(Base):
    """One set of rules under its key; a key without a row means the default that its service knows."""

    __tablename__ = "rule_set"
    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    value: Mapped[Any] = mapped_column(JSON)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
