"""A small company for the services: two teams, a rep in each, and everybody who looks on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from crm_core.access import create_user
from crm_core.database import Database
from crm_core.models import AuditEvent, Role, User
from crm_core.permissions import Actor, staff_actor, system_actor
from crm_core.undo import get_written, list_written, undo_events

STAFF = {
    "li": (Role.REP, "East"),
    "wang": (Role.REP, "East"),
    "zhao": (Role.REP, "West"),
    "sun": (Role.SUPERVISOR, "East"),
    "qian": (Role.MANAGER, None),
    "zhou": (Role.SUPPORT, "Service"),
    "wu": (Role.ANALYST, None),
    "root": (Role.ADMIN, None),
}

ActorOf = Callable[[str], Actor]
UNDO_WINDOW = timedelta(minutes=30)


def hire_everybody(session: Session, now: datetime) -> None:
    for handle, (role, team) in STAFF.items():
        create_user(session, system_actor(now), handle=handle, name=handle.title(), role=role, team=team)


@pytest.fixture
def session(database: Database, now: datetime) -> Iterator[Session]:
    """An open transaction in which everybody is hired."""
    with database.transaction() as session:
        hire_everybody(session, now)
        yield session


@pytest.fixture
def any_session(any_database: Database, now: datetime) -> Iterator[Session]:
    """The same on each kind of database."""
    with any_database.transaction() as session:
        hire_everybody(session, now)
        yield session


def actor_in(session: Session, handle: str, now: datetime, message_id: int | None = None) -> Actor:
    user = session.query(User).filter_by(handle=handle).one()
    return staff_actor(user, now=now, message_id=message_id)


def undo_message(session: Session, actor: Actor, *, message_id: int) -> list[AuditEvent]:
    """Take back everything that one message wrote, as its button does; return the events, last first."""
    written = get_written(session, message_id)
    return undo_events(session, actor, written.events) if written is not None else []


def undo_newest(session: Session, actor: Actor) -> list[AuditEvent]:
    """Take back what the actor's last writing message wrote, as 'undo' does; return the events, last first."""
    newest = list_written(session, actor, within=UNDO_WINDOW, limit=1)
    return undo_events(session, actor, newest[0].events) if newest else []


@pytest.fixture
def as_staff(session: Session, now: datetime) -> ActorOf:
    """Return the actor of a member of staff by handle."""
    return lambda handle: actor_in(session, handle, now)


@pytest.fixture
def system(now: datetime) -> Actor:
    return system_actor(now)
