"""The terminal: each person's own process shows what was said to him, whichever process it was said in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adapters.terminal import TerminalChannel
from bot import outbox, speech
from bot.channel import ServiceAction
from bot.models import Conversation
from bot.say import draft
from bot.settings import Settings
from bot.terminal_session import TerminalSession
from bot.turn import Services
from bot.worker import Worker
from crm_core.database import Database

NOTHING: Any = None


def terminal_of(database: Database, handle: str, now: datetime) -> TerminalSession:
    """A person's terminal, with a worker and a channel of its own, as each process has."""
    channel = TerminalChannel()
    services = Services(
        settings=Settings(_env_file=None),  # type: ignore[call-arg]
        channels={"terminal": channel},
        searcher=NOTHING,
        directory=NOTHING,
    )
    worker = Worker(
        database=database,
        services=services,
        handlers={},
        reader=NOTHING,
        channels=services.channels,
        clock=lambda: now,
        ignores_backoff=True,
    )
    return TerminalSession(worker=worker, terminal=channel, handle=handle, role="customer")


def tell(database: Database, handle: str, words: str, now: datetime) -> None:
    """Say something to a person, in a process that may have no terminal at all."""
    key = f"customer:{handle}"
    with database.transaction() as session:
        conversation = session.query(Conversation).filter_by(channel="terminal", key=key).one_or_none()
        if conversation is None:
            conversation = Conversation(channel="terminal", key=key, created_at=now, is_group=False, misses=0)
            session.add(conversation)
            session.flush()
        speech.tell(session, {}, conversation, [draft(zh=words, en=words)], language="zh", now=now)
        outbox.queue_service(session, conversation, ServiceAction.END, now=now)


def test_what_is_said_to_a_person_waits_for_his_own_terminal(any_database: Database, now: datetime) -> None:
    for handle in ("mei", "bob"):
        tell(any_database, handle, f"first for {handle}", now)
    tell(any_database, "mei", "second for mei", now)
    bob, mei = terminal_of(any_database, "bob", now), terminal_of(any_database, "mei", now)
    assert [reply.text for reply in bob.pending()] == ["first for bob"]
    assert [reply.text for reply in mei.pending()] == ["first for mei", "second for mei"]
    assert (bob.pending(), mei.pending()) == ([], [])


def test_no_worker_takes_away_what_only_a_terminal_can_show(any_database: Database, now: datetime) -> None:
    tell(any_database, "mei", "for mei", now)
    mei = terminal_of(any_database, "mei", now)
    while mei.worker.run_replies():
        pass
    assert [reply.text for reply in mei.pending()] == ["for mei"]
