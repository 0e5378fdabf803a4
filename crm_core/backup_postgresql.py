"""PostgreSQL in and out of a back-up, by COPY over the program's own connection: no tool of the server is needed.

Promise: all tables as of one moment, while others read and write; a restore is one transaction and needs a database of
the same schema. Source: postgresql.org/docs, COPY and 13.2.2 (repeatable read).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import MetaData, inspect

from crm_core.database import Database
from crm_core.errors import BackupRefused

FOLDER = "tables/"
_CHUNK_BYTES = 1 << 20


def write(database: Database, archive: zipfile.ZipFile) -> dict[str, Any]:
    """Put every table into an archive; return for each its columns and its number of rows."""
    tables: dict[str, Any] = {}
    columns = {name: [each["name"] for each in inspect(database.engine).get_columns(name)] for name in _names(database)}
    with _connection(database) as connection, connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, listed in columns.items():
            with (
                archive.open(f"{FOLDER}{name}.copy", "w", force_zip64=True) as member,
                cursor.copy(f"COPY {_table(name, listed)} TO STDOUT") as copy,
            ):
                for chunk in copy:
                    member.write(chunk)
            tables[name] = {"columns": listed, "rows": cursor.rowcount}
    return tables


def restore(database: Database, archive: zipfile.ZipFile, tables: Mapping[str, Any]) -> None:
    """Replace all rows by those of an archive, in one transaction.

    Raises:
        BackupRefused: the database has other tables or columns; nothing was changed.
    """
    order = _names(database)
    _require_same_schema(database, order, tables)
    database.dispose()
    with _connection(database) as connection, connection.transaction(), connection.cursor() as cursor:
        if order:
            cursor.execute(f"TRUNCATE {', '.join(map(_quoted, order))}")
        for name in order:
            with (
                archive.open(f"{FOLDER}{name}.copy") as member,
                cursor.copy(f"COPY {_table(name, tables[name]['columns'])} FROM STDIN") as copy,
            ):
                while chunk := member.read(_CHUNK_BYTES):
                    copy.write(chunk)
            if cursor.rowcount != tables[name]["rows"]:
                raise BackupRefused(
                    f"The back-up is damaged: {name} has {cursor.rowcount} rows, not {tables[name]['rows']}."
                )
            if "id" in tables[name]["columns"]:
                cursor.execute(_next_id(name))


def _require_same_schema(database: Database, order: list[str], tables: Mapping[str, Any]) -> None:
    inspector = inspect(database.engine)
    remedy = "Bring the database to the back-up's version with `crmbot db upgrade` first."
    if set(order) != set(tables):
        raise BackupRefused(f"The back-up has other tables than the database ({len(tables)}, {len(order)}). {remedy}")
    for name in order:
        if {each["name"] for each in inspector.get_columns(name)} != set(tables[name]["columns"]):
            raise BackupRefused(f"The back-up's table {name} has other columns than the database's. {remedy}")


def _names(database: Database) -> list[str]:
    """Return the tables, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(database.engine)
    return [table.name for table in metadata.sorted_tables]


def _table(name: str, columns: list[str]) -> str:
    return f"{_quoted(name)} ({', '.join(map(_quoted, columns))})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _next_id(name: str) -> str:
    # A table whose ids are not numbered by the database has no sequence, and setval of nothing does nothing.
    highest = f"(SELECT coalesce(max(id), 0) + 1 FROM {_quoted(name)})"  # noqa: S608 - names of the database itself, quoted
    return f"SELECT setval(pg_get_serial_sequence('{_quoted(name)}', 'id'), {highest}, false)"


@contextmanager
def _connection(database: Database) -> Iterator[Any]:
    raw = database.engine.raw_connection()
    try:
        yield raw.driver_connection
    finally:
        raw.close()
