"""Waking idle loops: of this process at once, of other processes through PostgreSQL's LISTEN and NOTIFY.

Promise: a wake-up is a hint; a loop that misses one looks by itself after the poll time. Never: the only way that work
is found.
"""

from __future__ import annotations

import logging
from threading import Condition, Event

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_core.database import Database

logger = logging.getLogger(__name__)

NOTIFICATION = "crmbot_work"
LISTEN_SECONDS = 1.0  # how long one look for notifications lasts, so that a stop is noticed
RECONNECT_SECONDS = 5.0


class Wakeup:
    """Counts wake-ups, so that every loop notices each of them, however many loops there are."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._count = 0

    def set(self) -> None:
        """Wake every loop of this process."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, seen: int, timeout_seconds: float) -> int:
        """Wait until there were more wake-ups than `seen`, at most for the time given; return how many there were."""
        with self._condition:
            self._condition.wait_for(lambda: self._count != seen, timeout_seconds)
            return self._count


def notify_others(session: Session) -> None:
    """Wake the loops of other processes when this transaction commits; SQLite's processes look by themselves."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {NOTIFICATION}"))


def listen(database: Database, wakeup: Wakeup, stopping: Event) -> None:
    """Pass other processes' notifications on until `stopping` is set; does nothing on SQLite."""
    while database.is_postgresql and not stopping.is_set():
        try:
            _listen_once(database, wakeup, stopping)
        except psycopg.OperationalError:
            logger.warning("The database's notifications are away; loops poll.", extra={"action": "listen_failed"})
            stopping.wait(RECONNECT_SECONDS)


def _listen_once(database: Database, wakeup: Wakeup, stopping: Event) -> None:
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"LISTEN {NOTIFICATION}")
        while not stopping.is_set():
            for _notification in connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
                wakeup.set()
