"""The one database of the program: engine, declarative base, column types and transactions.

Promise: `transaction()` is the only place that commits, and what it covers is all or nothing. SQLite (WAL)
and PostgreSQL behave alike to callers. Never: a rule of a record, a query of a record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from crm_core.writing import WriterQueue

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLITE_BUSY_TIMEOUT_MS = 30_000  # a writer waits this long for another writer before it fails


#: a time or an object in a JSON column is a mistake, which the standard library refuses
_AS_STRICT = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def write_json(value: Any) -> str:
    """Write a JSON column's value; every turn writes long ones, and the standard library takes ten times as long."""
    try:
        return orjson.dumps(value, option=_AS_STRICT).decode()
    except orjson.JSONEncodeError:
        # Half of a surrogate pair, a number of more than 64 bits, a key that is no text.
        return json.dumps(value)


def spell_in_json(words: str) -> tuple[str, ...]:
    """Return how words may stand in a JSON column: as they are, or with escapes, as older versions wrote all."""
    return tuple(sorted({write_json(words)[1:-1], json.dumps(words)[1:-1]}))


class Base(DeclarativeBase):
    """Declarative base of every table of the program, the queues' tables included."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC on every database. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite has no time zones, so it stores the UTC wall time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: every time in the database is aware")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back an aware UTC datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """An engine and its transactions. `url` is an SQLAlchemy URL; `postgresql://` means psycopg 3."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = normalise_url(url)
        self.engine = _build_engine(self.url, pool_size)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, autoflush=True)
        self._writers = {
            is_synced: sessionmaker(
                self.engine.execution_options(crmbot_write=True, crmbot_synced=is_synced),
                expire_on_commit=False,
                autoflush=True,
            )
            for is_synced in (True, False)
        }
        file = _file_of(self.url)
        self._queue = None if file is None else WriterQueue(file.with_name(f"{file.name}-writers"))

    @property
    def is_postgresql(self) -> bool:
        """Whether the server is PostgreSQL (else SQLite)."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def transaction(self, *, is_synced: bool = True, is_patient: bool = False) -> Iterator[Session]:
        """Run the block in one read-write transaction: commit at its end, roll back on any exception.

        On SQLite the write lock is taken at the start, so a transaction never fails half-way with 'locked'.
        `is_synced`: the commit waits for the disk. One that does not survives the death of the process; a power cut
        may take it back, whole and with all that came after it, until the next one that waits.
        `is_patient`: who waits for the write lock asks nobody to hurry, see `is_awaited`.
        """
        writers = self._writers[is_synced]
        turn = self._queue.turn(is_patient=is_patient) if self._queue else nullcontext()
        with turn, writers() as session, session.begin():
            yield session

    def is_awaited(self) -> bool:
        """Tell the transaction that runs whether it should end soon: others wait to write.

        On PostgreSQL always: they need not wait for all, but for what it has written, such as the last ticket's number.
        """
        return self._queue is None or self._queue.is_awaited()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Run the block in a read-only snapshot; nothing done in it is kept."""
        # Closing rolls back too, but leaves what was read readable.
        with self._sessions() as session:
            yield session

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        if self._queue is not None:
            self._queue.close()


def normalise_url(url: str) -> str:
    """Spell the URL with the drivers that the program ships: psycopg 3 for PostgreSQL, pysqlite for SQLite."""
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def _file_of(url: str) -> Path | None:
    """Return the file of an SQLite database; None for one in memory, and for a server."""
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:"
    return Path(str(parsed.database)) if is_file else None


def _build_engine(url: str, pool_size: int) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(url, pool_size=pool_size, pool_pre_ping=True, json_serializer=write_json)
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    file = _file_of(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=pool_size,
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        json_serializer=write_json,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    """Put the file in WAL mode and take transaction control away from the driver (SQLAlchemy's recipe)."""
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("crmbot_write", False):
        _set_sync(connection, "FULL" if options.get("crmbot_synced", True) else "NORMAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")


def _set_sync(connection: Connection, level: str) -> None:
    """Choose whether a commit waits for the disk (FULL: up to a millisecond); the connection remembers it."""
    if connection.info.get("synchronous") != level:
        connection.exec_driver_sql(f"PRAGMA synchronous = {level}")
        connection.info["synchronous"] = level


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get("crmbot_synced", True):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")
