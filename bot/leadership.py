"""One process polls: a lock that dies with its holder, so a second process takes over and two never poll at once."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, text

from crm_core.database import Database

#: any number that nobody else uses as an advisory lock of PostgreSQL
POLLER_LOCK = 7_265_002


class Leadership:
    """A lock among all processes of one database: a file beside SQLite, an advisory lock on PostgreSQL."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._file = FileLock(folder / "poller.lock", timeout=0)
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Try to become the one that polls; True if this process is it now."""
        if self._database.is_postgresql:
            return self._acquire_postgresql()
        try:
            self._file.acquire()
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Let another process poll."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._file.is_locked:
            self._file.release()

    def _acquire_postgresql(self) -> bool:
        if self._connection is not None:
            return True
        connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": POLLER_LOCK}):
            # Not given back to the pool: the lock lives exactly as long as this connection.
            connection.detach()
            self._connection = connection
            return True
        connection.close()
        return False
