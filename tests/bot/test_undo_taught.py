"""What was taught last can be taken back in words, once, and by who taught it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import teaching
from bot.models import ExampleStatus
from crm_core.database import Database
from crm_core.models import Role, User
from crm_core.permissions import Actor, staff_actor

HOUR = timedelta(hours=1)


def _hire(database: Database, now: datetime, handle: str) -> Actor:
    with database.transaction() as session:
        user = User(handle=handle, name=handle, role=Role.SUPPORT, created_at=now)
        session.add(user)
        session.flush()
        return staff_actor(user, now=now)


def test_a_new_example_is_dropped_and_a_changed_one_means_what_it_meant(database: Database, now: datetime) -> None:
    support = _hire(database, now, "xiaoli")
    with database.transaction() as session:
        teaching.teach(session, support, text="我的快递呢", label="ticket_status")
        teaching.teach(session, support, text="我的快递呢", label="complaint")
        changed = teaching.find_last_taught(session, support, within=HOUR)
        assert changed is not None
        kept = teaching.take_back(session, support, changed)
        assert (kept.label, kept.status) == ("ticket_status", ExampleStatus.ACTIVE)
        made = teaching.find_last_taught(session, support, within=HOUR)
        assert made is not None
        assert made.id < changed.id
        assert teaching.take_back(session, support, made).status is ExampleStatus.DROPPED
        assert teaching.find_last_taught(session, support, within=HOUR) is None
        assert teaching.list_taught(session) == []


def test_what_a_button_took_back_stays_so(database: Database, now: datetime) -> None:
    support = _hire(database, now, "xiaoli")
    with database.transaction() as session:
        kept = teaching.teach(session, support, text="我的快递呢", label="ticket_status")
        teaching.drop(session, support, kept.id)
        assert teaching.find_last_taught(session, support, within=HOUR) is None


def test_a_colleague_and_a_later_day_find_nothing(database: Database, now: datetime) -> None:
    support, other = _hire(database, now, "xiaoli"), _hire(database, now, "other")
    with database.transaction() as session:
        teaching.teach(session, support, text="我的快递呢", label="ticket_status")
        assert teaching.find_last_taught(session, other, within=HOUR) is None
        later = staff_actor(session.get_one(User, support.user_id), now=now + timedelta(days=1))
        assert teaching.find_last_taught(session, later, within=HOUR) is None
