"""Column spellings that every table shares: keys, times, money and enums kept as their words."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, TypeVar

from sqlalchemy import Enum, Numeric, String
from sqlalchemy.orm import mapped_column

from crm_core.database import UtcDateTime

PrimaryKey = Annotated[int, mapped_column(primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
OptionalMoment = Annotated[datetime | None, mapped_column(UtcDateTime)]
Money = Annotated[Decimal, mapped_column(Numeric(18, 2))]
OptionalMoney = Annotated[Decimal | None, mapped_column(Numeric(18, 2))]
Name = Annotated[str, mapped_column(String(200))]

EnumType = TypeVar("EnumType", bound=StrEnum)


def words(enum: type[EnumType]) -> Enum:
    """Build the column type that stores a StrEnum by its value, as text on every database."""
    return Enum(enum, native_enum=False, length=32, values_callable=lambda kind: [member.value for member in kind])
