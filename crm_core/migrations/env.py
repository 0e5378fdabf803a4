"""Runs the migrations on the database that the caller put into the configuration's attributes."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import text

from crm_core.database import Base, Database, UtcDateTime

#: any number that nobody else uses: PostgreSQL's lock while one process migrates
MIGRATION_LOCK = 7_265_001


def _render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen_context.imports.add("from crm_core.database import UtcDateTime")
        return "UtcDateTime()"
    return False


def _run() -> None:
    database: Database = context.config.attributes["database"]
    with database.engine.execution_options(crmbot_write=True).connect() as connection, connection.begin():
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
