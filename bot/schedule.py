"""Work that is due later, as rows with a due time: no timer in memory carries a promise to a person.

Promise: scheduling the same key twice keeps one row; due work is claimed under lease and done once. Never: the work
itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.errors import LeaseLost
from bot.models import DueStatus, DueWork


@dataclass(frozen=True, kw_only=True)
class DueClaim:
    """Due work under lease."""

    due_id: int
    lease_token: str
    attempt: int
    kind: str
    key: str
    payload: dict[str, Any]
    due_at: datetime


#: a promise that nobody works on yet
_OPENED: dict[str, Any] = {"status": DueStatus.WAITING, "attempts": 0, "lease_token": None, "leased_until": None}


class Promise(NamedTuple):
    """Work to be done at a time; `key` is unique among its kind."""

    kind: str
    key: str
    due_at: datetime
    payload: dict[str, Any]


def schedule(session: Session, *, kind: str, key: str, due_at: datetime, payload: dict[str, Any]) -> None:
    """Promise work for a time; a row of the same kind and key is moved to the new time and opened again."""
    schedule_all(session, [Promise(kind=kind, key=key, due_at=due_at, payload=payload)])


def schedule_all(session: Session, promises: Sequence[Promise]) -> None:
    """Promise several pieces of work, each as `schedule` does, in one statement."""
    if not promises:
        return
    # by the connection: a promise names its record in plain words, so nothing needs to be flushed before it
    connection = session.connection()
    connection.execute(_upsert(connection.dialect.name), [promise._asdict() | _OPENED for promise in promises])


@cache
def _upsert(dialect: str) -> Any:
    dialects: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    insert = dialects[dialect](DueWork.__table__)
    new = {name: insert.excluded[name] for name in ("payload", "due_at", *_OPENED)}
    return insert.on_conflict_do_update(index_elements=["kind", "key"], set_=new)


def unschedule(session: Session, *, kind: str, key_prefix: str) -> None:
    """Take back every open promise of that kind whose key starts with `key_prefix`."""
    session.execute(
        delete(DueWork).where(
            DueWork.kind == kind,
            DueWork.key.startswith(key_prefix, autoescape=True),
            DueWork.status == DueStatus.WAITING,
        )
    )


def claim_due(session: Session, *, now: datetime, lease_seconds: float, limit: int = 10) -> list[DueClaim]:
    """Lease what is due, the longest overdue first."""
    statement = (
        select(DueWork)
        .where(
            DueWork.status == DueStatus.WAITING,
            DueWork.due_at <= now,
            or_(DueWork.leased_until.is_(None), DueWork.leased_until <= now),
        )
        .order_by(DueWork.due_at, DueWork.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_lease(row, now, lease_seconds) for row in session.scalars(statement).all()]


def mark_done(session: Session, claim: DueClaim, *, now: datetime) -> None:
    """Close the work in the transaction of its effect.

    Raises:
        LeaseLost: another worker holds it now; the transaction must roll back.
    """
    if _update(session, claim, status=DueStatus.DONE, done_at=now, error=None) != 1:
        raise LeaseLost(f"due work {claim.due_id} is held by another worker")


def mark_failed(session: Session, claim: DueClaim, *, due_at: datetime | None, error: str) -> None:
    """Set the next attempt, or give up when there is none."""
    if due_at is None:
        _update(session, claim, status=DueStatus.GIVEN_UP, error=error[:2000])
    else:
        _update(session, claim, due_at=due_at, error=error[:2000])


def _lease(row: DueWork, now: datetime, lease_seconds: float) -> DueClaim:
    row.lease_token = secrets.token_hex(8)
    row.leased_until = now + timedelta(seconds=lease_seconds)
    row.attempts += 1
    return DueClaim(
        due_id=row.id,
        lease_token=row.lease_token,
        attempt=row.attempts,
        kind=row.kind,
        key=row.key,
        payload=row.payload,
        due_at=row.due_at,
    )


def _update(session: Session, claim: DueClaim, **values: Any) -> int:
    statement = (
        update(DueWork)
        .where(
            DueWork.id == claim.due_id, DueWork.lease_token == claim.lease_token, DueWork.status == DueStatus.WAITING
        )
        .values(lease_token=None, leased_until=None, **values)
    )
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
