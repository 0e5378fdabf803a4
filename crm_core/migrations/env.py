"""Runs the migrations on the database that the caller put into the configuration's attributes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, text

from crm_core.database import Base, Database, UtcDateTime

#: any number that nobody else uses: PostgreSQL's lock while one process migrates
MIGRATION_LOCK = 7_265_001


def _render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen_context.imports.add("from crm_core.database import UtcDateTime")
        return "UtcDateTime()"
    return False


@contextmanager
def _connection(database: Database) -> Iterator[Connection]:
    """Open the migrating connection; on SQLite without foreign keys, which a table that is rebuilt would break.

    Switching them takes effect outside a transaction only. Source: https://www.sqlite.org/lang_altertable.html#otheralter
    """
    with database.engine.execution_options(crmbot_write=True).connect() as connection:
        raw: Any = connection.connection.driver_connection
        if not database.is_postgresql:
            raw.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                if not database.is_postgresql and raw.execute("PRAGMA foreign_key_check").fetchone() is not None:
                    raise RuntimeError("The migration would leave rows that point to nothing; it was rolled back.")
        finally:
            if not database.is_postgresql:
                raw.execute("PRAGMA foreign_keys = ON")


def _run() -> None:
    database: Database = context.config.attributes["database"]
    with _connection(database) as connection:
        if database.is_postgresql:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=_render_item,
        )
        with context.begin_transaction():
            context.run_migrations()


_run()
