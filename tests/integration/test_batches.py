"""The turns of a batch share what a commit costs, as long as nobody else waits to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot import dialogue, inbox
from bot.dialogue import Prepared
from bot.models import InboxMessage, InboxStatus
from bot.policy import Route
from bot.turn import Handler, Outcome, Turn
from bot.worker import Worker
from crm_core.database import Base, Database
from crm_core.errors import PermissionRefused
from crm_core.models import AuditEvent
from tests.integration.killing import build_settings, build_worker, utc_now
from tests.integration.test_queues import message

MESSAGES = 3
#: (turns, whether it waited for the disk) of a commit
Commit = tuple[int, bool]


@pytest.fixture
def worker(any_database: Database, tmp_path: Path) -> Worker:
    return build_worker(any_database, build_settings(tmp_path))


def store(database: Database, *texts: str) -> None:
    now = utc_now()
    messages = [message(str(n), key=str(n), now=now, text=text) for n, text in enumerate(texts)]
    with database.transaction() as session:
        inbox.store(session, messages, now=now)


@contextmanager
def commits_of_turns(database: Database, after_turn: Callable[[], None] = lambda: None) -> Iterator[list[Commit]]:
    """Note the commits in which turns are closed."""
    commits: list[Commit] = []
    closed: list[bool] = []

    def note_turn(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("UPDATE inbox SET status"):
            closed.append(connection.get_execution_options()["crmbot_synced"])
            after_turn()

    def note_commit(connection: Any) -> None:
        if closed:
            assert set(closed) == {connection.get_execution_options()["crmbot_synced"]}
            commits.append((len(closed), closed[0]))
            closed.clear()

    event.listen(database.engine, "before_cursor_execute", note_turn)
    event.listen(database.engine, "commit", note_commit)
    event.listen(database.engine, "rollback", lambda _connection: closed.clear())
    yield commits


def test_a_batch_is_one_transaction_where_nobody_else_can_write_meanwhile(
    any_database: Database, worker: Worker
) -> None:
    store(any_database, *["hello"] * MESSAGES)
    with commits_of_turns(any_database) as commits:
        assert worker.run_messages() == MESSAGES
    one_by_one = [(1, False)] * (MESSAGES - 1) + [(1, True)]
    assert commits == (one_by_one if any_database.is_postgresql else [(MESSAGES, True)])


def test_who_waits_to_write_waits_for_one_turn_only(tmp_path: Path) -> None:
    sqlite_database = Database(f"sqlite:///{tmp_path / 'crmbot.db'}")
    Base.metadata.create_all(sqlite_database.engine)
    worker = build_worker(sqlite_database, build_settings(tmp_path))
    store(sqlite_database, *["hello"] * MESSAGES)
    other = Database(sqlite_database.url)  # as another process has it
    writers: list[Thread] = []

    def write() -> None:
        with other.transaction():
            pass

    def let_another_wait() -> None:
        if not writers:
            writers.append(Thread(target=write))
            writers[0].start()
            while not sqlite_database.is_awaited():
                pass

    with commits_of_turns(sqlite_database, let_another_wait) as commits:
        assert worker.run_messages() == MESSAGES
    writers[0].join()
    other.dispose()
    assert sum(turns for turns, _ in commits) == MESSAGES
    assert commits[0][0] == 1
    assert commits[-1][1]
    sqlite_database.dispose()


@pytest.mark.parametrize("failing", range(MESSAGES))
def test_a_turn_that_fails_takes_no_other_with_it(
    any_database: Database, worker: Worker, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    texts = ["hello"] * MESSAGES
    texts[failing] = "broken"
    store(any_database, *texts)
    run_turn = dialogue.run_turn

    def run_or_fail(session: Any, services: Any, handlers: Any, prepared: Prepared, **rest: Any) -> None:
        run_turn(session, services, handlers, prepared, **rest)
        if prepared.claim.message.text == "broken":
            raise ZeroDivisionError

    monkeypatch.setattr(dialogue, "run_turn", run_or_fail)
    assert worker.run_messages() == MESSAGES
    with any_database.reading() as session:
        rows = session.scalars(select(InboxMessage).order_by(InboxMessage.id)).all()
        expected = [InboxStatus.HANDLED] * MESSAGES
        expected[failing] = InboxStatus.WAITING
        assert [row.status for row in rows] == expected
        assert "ZeroDivisionError" in (rows[failing].error or "")


def test_a_refused_turn_is_audited_once_among_others(
    any_database: Database, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(any_database, "hello", "forbidden", "hello")
    run = dialogue._run

    def run_or_refuse(turn: Turn, handler: Handler, route: Route) -> Outcome:
        if turn.text == "forbidden":
            raise PermissionRefused("read", "account", 1, reason="not his")
        return run(turn, handler, route)

    monkeypatch.setattr(dialogue, "_run", run_or_refuse)
    assert worker.run_messages() == MESSAGES
    with any_database.reading() as session:
        refusals = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("refused_%"))).all()
        assert refusals == ["refused_read"]
        assert set(session.scalars(select(InboxMessage.status))) == {InboxStatus.HANDLED}


def test_what_was_begun_before_takes_no_other_with_it(any_database: Database, worker: Worker) -> None:
    store(any_database, *["hello"] * MESSAGES)
    with any_database.transaction() as session:
        session.execute(update(InboxMessage).values(attempts=1))  # its process ended without a word
    with commits_of_turns(any_database) as commits:
        assert worker.run_messages() == MESSAGES
    assert [turns for turns, _ in commits] == [1] * MESSAGES
