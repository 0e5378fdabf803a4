"""A batch of messages waits once for the disk, with the commit of its last turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot import inbox
from crm_core.database import Database
from tests.integration.killing import build_settings, build_worker, utc_now
from tests.integration.test_queues import message

MESSAGES = 3


def test_only_the_last_turn_of_a_batch_waits_for_the_disk(any_database: Database, tmp_path: Path) -> None:
    worker = build_worker(any_database, build_settings(tmp_path))
    now = utc_now()
    with any_database.transaction() as session:
        inbox.store(session, [message(str(n), key=str(n), now=now, text="hello") for n in range(MESSAGES)], now=now)
    waited: list[bool] = []
    closing: list[bool] = []

    @event.listens_for(any_database.engine, "before_cursor_execute")
    def note_closing(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("UPDATE inbox SET status"):
            closing.append(connection.get_execution_options()["crmbot_synced"])

    @event.listens_for(any_database.engine, "commit")
    def note_commit(connection: Any) -> None:
        if closing:
            waited.append(closing.pop())
            assert waited[-1] is connection.get_execution_options()["crmbot_synced"]

    assert worker.run_messages() == MESSAGES
    assert waited == [False] * (MESSAGES - 1) + [True]
