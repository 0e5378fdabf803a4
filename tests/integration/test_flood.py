"""Who sends more than a person can type is asked once to wait, then met with silence, and heard a minute later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot import inbox
from bot.models import Conversation, InboxMessage, OutboxMessage
from bot.worker import Worker
from crm_core.database import Database
from tests.integration.killing import build_settings, build_worker
from tests.integration.test_queues import message

LIMIT = 2
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NOTICE = "That's a lot of messages at once. Please wait a minute and send your question again."


def test_a_flood_is_answered_with_one_notice(any_database: Database, tmp_path: Path) -> None:
    worker = build_worker(any_database, build_settings(tmp_path, sender_messages_per_minute=LIMIT))
    for number in range(LIMIT + 2):
        say(worker, "flood", f"f{number}", "hello", seconds=number)
    say(worker, "calm", "c0", "hello", seconds=LIMIT + 2)
    assert outcomes(any_database, "flood") == ["ticket"] * LIMIT + ["refused"] * 2
    assert replies(any_database, "flood").count(NOTICE) == 1
    assert outcomes(any_database, "calm") == ["ticket"]
    say(worker, "flood", "later", "hello", seconds=70)
    assert outcomes(any_database, "flood")[-1] == "ticket"


def say(worker: Worker, key: str, external_id: str, text: str, *, seconds: float) -> None:
    at = START + timedelta(seconds=seconds)
    with worker.database.transaction() as session:
        inbox.store(session, [message(external_id, key=key, now=at, text=text)], now=at)
    assert replace(worker, clock=lambda: at).run_messages() == 1


def outcomes(database: Database, key: str) -> list[str]:
    with database.reading() as session:
        rows = session.scalars(
            select(InboxMessage).where(InboxMessage.conversation_key == key).order_by(InboxMessage.id)
        )
        return [(row.result or {})["outcome"] for row in rows]


def replies(database: Database, key: str) -> list[str]:
    with database.reading() as session:
        rows = session.scalars(
            select(OutboxMessage)
            .join(Conversation, Conversation.id == OutboxMessage.conversation_id)
            .where(Conversation.key == key)
        )
        return [row.payload["text"] for row in rows]
