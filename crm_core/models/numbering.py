"""The counters behind human-readable numbers."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.database import Base


class Sequence(Base):
    """The last number given out for a prefix and year; incremented in the transaction that uses it, so gap-free."""

    __tablename__ = "sequence"
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    last_value: Mapped[int] = mapped_column(default=0)
