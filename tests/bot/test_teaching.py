"""What staff teach is kept once, refused where it means nothing, and learned while the program runs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import ExampleRefused
from bot.live_parser import LiveParser
from bot.models import ExampleStatus, TaughtExample
from bot.teaching import drop, find_audience, find_revision, list_taught, merge_examples, teach
from crm_core.database import Database
from crm_core.errors import PermissionRefused
from crm_core.models import AuditEvent, Role, User
from crm_core.permissions import Actor, staff_actor
from nlu.classifier import build_classifier
from nlu.examples import Example
from nlu.parser import Parser
from nlu.testing import HashEncoder
from nlu.understanding import ParseContext


def supporter(database: Database, now: datetime) -> Actor:
    with database.transaction() as session:
        user = User(handle="xiaoli", name="小李", role=Role.SUPPORT, created_at=now)
        session.add(user)
        session.flush()
        return staff_actor(user, now=now)


@pytest.fixture
def support(database: Database, now: datetime) -> Actor:
    return supporter(database, now)


def test_a_taught_text_is_kept_once_with_its_newest_intent(any_database: Database, now: datetime) -> None:
    support = supporter(any_database, now)
    with any_database.transaction() as session:
        teach(session, support, text="我的快递呢", label="complaint")
        first = find_revision(session)
        again = teach(session, support, text=" 我的快递呢 ", label="ticket_status")
        assert find_revision(session) != first
        assert [(one.text, one.label, one.audience) for one in list_taught(session)] == [
            ("我的快递呢", "ticket_status", "customer")
        ]
        assert session.query(AuditEvent).filter_by(record_type="taught_example", record_id=again.id).count() == 2


def test_what_is_dropped_is_no_longer_learned(database: Database, support: Actor) -> None:
    with database.transaction() as session:
        kept = teach(session, support, text="this is a scandal", label="complaint")
        before = find_revision(session)
        drop(session, support, kept.id)
        assert find_revision(session) != before
        assert list_taught(session) == []
        assert [one.text for one in list_taught(session, ExampleStatus.DROPPED)] == ["this is a scandal"]
        assert drop(session, support, 999) is None


@pytest.mark.parametrize(("text", "label"), [("", "complaint"), ("x" * 501, "complaint"), ("hello", "no_such_intent")])
def test_what_means_nothing_is_refused(database: Database, support: Actor, text: str, label: str) -> None:
    with database.transaction() as session, pytest.raises(ExampleRefused):
        teach(session, support, text=text, label=label)


def test_only_who_curates_may_teach(database: Database, now: datetime) -> None:
    rep = staff_actor(User(id=2, handle="amy", name="Amy", role=Role.REP, created_at=now), now=now)
    with database.transaction() as session, pytest.raises(PermissionRefused):
        teach(session, rep, text="hello", label="greeting")


def test_a_taught_intent_overrules_a_shipped_one() -> None:
    shipped = [Example("Where is it?", "question", "customer"), Example("hi", "greeting")]
    taught = [TaughtExample(text="where is it?", label="ticket_status", audience="customer")]
    assert merge_examples(shipped, taught) == (
        Example("hi", "greeting"),
        Example("where is it?", "ticket_status", "customer"),
    )


def test_an_intent_of_customers_is_theirs_first() -> None:
    assert find_audience("complaint") == "customer"
    assert find_audience("greeting") == "shared"
    assert find_audience("list_tickets") == "support"


@pytest.fixture
def live(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> LiveParser:
    examples = (Example("hello there", "greeting"), Example("this is terrible", "complaint", "customer"))
    monkeypatch.setattr("bot.live_parser.load_examples", lambda: examples)
    encoder = HashEncoder()
    parser = Parser(encoder, build_classifier(examples, encoder), lambda *_: (), lambda *_: None)
    return LiveParser(parser, database, follow_seconds=0)


def understood(live: LiveParser, now: datetime, zone: ZoneInfo) -> str:
    (understanding,) = live.parse_many([("hello terrible bot", ParseContext(now=now, timezone=zone))])
    return understanding.intent


def test_a_running_process_learns_what_is_taught(
    database: Database, live: LiveParser, support: Actor, now: datetime, zone: ZoneInfo
) -> None:
    understood(live, now, zone)
    for label in ("complaint", "greeting"):
        with database.transaction() as session:
            teach(session, support, text="hello terrible bot", label=label, audience="customer")
        understood(live, now, zone)
        live.wait()
        assert understood(live, now, zone) == label
    assert not live.train()


def test_a_database_that_is_not_there_yet_taught_nothing(
    live: LiveParser, database: Database, now: datetime, zone: ZoneInfo
) -> None:
    TaughtExample.__table__.drop(database.engine)  # type: ignore[attr-defined]
    assert understood(live, now, zone) in {"greeting", "complaint"}
