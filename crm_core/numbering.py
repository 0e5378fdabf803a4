"""Human-readable numbers: prefix, year, running number (CRM2026001, TK20260001).

Promise: no gap and no double, with any number of writers: the counter is raised in the transaction that uses the
number, and a roll-back takes it back. The price: writers who take a number of one series wait for each other.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import bindparam, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from crm_core.models import Sequence


def next_number(session: Session, prefix: str, year: int, digits: int) -> str:
    """Take the next number of a series; `digits` is the least number of digits of its running part."""
    # by the connection: a series stands for itself, so nothing needs to be flushed before it
    connection = session.connection()
    value = int(connection.execute(_next(connection.dialect.name), {"key": f"{prefix}{year}"}).scalar_one())
    return f"{prefix}{year}{value:0{digits}d}"


def next_numbers(session: Session, prefix: str, year: int, digits: int, *, count: int) -> list[str]:
    """Take the next `count` numbers of a series at once; see `next_number`."""
    last = _raise_to(session, f"{prefix}{year}", first=count, raised=Sequence.last_value + count)
    return [f"{prefix}{year}{value:0{digits}d}" for value in range(last - count + 1, last + 1)]


def reserve_number(session: Session, prefix: str, year: int, value: int) -> None:
    """Note that a number came from outside (an import), so that the series goes on after it."""
    raised: Any = func.max if session.get_bind().dialect.name == "sqlite" else func.greatest
    _raise_to(session, f"{prefix}{year}", first=value, raised=raised(Sequence.last_value, value))


def _raise_to(session: Session, key: str, *, first: int, raised: Any) -> int:
    statement = _raising(session.get_bind().dialect.name, key, first=first, raised=raised)
    return int(session.execute(statement).scalar_one())


@cache
def _next(dialect: str) -> Any:
    return _raising(dialect, bindparam("key"), first=1, raised=Sequence.last_value + 1)


def _raising(dialect: str, key: Any, *, first: int, raised: Any) -> Any:
    dialects: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    insert = dialects[dialect](Sequence.__table__).values(key=key, last_value=first)
    return insert.on_conflict_do_update(index_elements=["key"], set_={"last_value": raised}).returning(
        Sequence.last_value
    )
