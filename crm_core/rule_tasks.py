"""Tasks that a rule makes for somebody: each once for its cause, however often the rule runs.

Promise: a task that its owner completed or deleted is not made again. Never: a permission of the one who set the rule
off, who may have no right to give tasks to that owner.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.audit import record_created
from crm_core.models import Task, User
from crm_core.permissions import Actor

MAX_TITLE_CHARS = 300


def create_rule_task(
    session: Session,
    actor: Actor,
    *,
    origin: str,
    owner_id: int | None,
    zh: str,
    en: str,
    due_at: datetime,
    account_id: int | None = None,
    contact_id: int | None = None,
    notes: str | None = None,
) -> Task | None:
    """Create a task in its owner's language; None where nobody would own it or `origin` had its task already."""
    owner = session.get(User, owner_id) if owner_id is not None else None
    if owner is None or not owner.active:
        return None
    if session.scalar(select(Task.id).where(Task.origin == origin)) is not None:
        return None
    task = Task(
        title=(en if owner.language == "en" else zh)[:MAX_TITLE_CHARS],
        owner_id=owner.id,
        due_at=due_at,
        account_id=account_id,
        contact_id=contact_id,
        notes=notes,
        origin=origin,
        created_at=actor.now,
        updated_at=actor.now,
    )
    return record_created(session, actor, task)


def due_on(day: date, hour: int, zone: tzinfo) -> datetime:
    """Return that hour of the day, in UTC."""
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)
