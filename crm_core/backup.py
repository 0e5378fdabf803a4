"""A consistent copy of the database, written while it is in use, and read back after checks.

Promise: a back-up appears under its name only when it is complete and sound; a restore checks first, keeps the old
data beside the new, and changes nothing when it fails. Attachments lie outside the database and are not in it.
Never: PostgreSQL, which has pg_dump and pg_restore.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_core.database import Database
from crm_core.errors import BackupRefused

FILE_NAME = "crmbot-backup.db"  # the file's name where a folder is given
#: Tables without which a file is no database of this program.
_NEEDED_TABLES = frozenset({"user_account", "account", "contact", "ticket", "audit_event"})
_RESTORE_TIMEOUT_SECONDS = 5.0


def backup(database: Database, target: Path) -> Path:
    """Write a copy of the database to a new file, or to `crmbot-backup.db` in a folder, and return its path.

    Raises:
        BackupRefused: PostgreSQL, a file that exists, or a place that cannot be written.
    """
    source = _sqlite_path(database, "pg_dump --format=custom --file=crmbot.dump")
    path = target / FILE_NAME if target.is_dir() else target
    if path.exists():
        raise BackupRefused(f"{path} exists already. Name a new file.")
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        _copy(source, partial)
        _check(partial)
        os.replace(partial, path)
    except (OSError, sqlite3.Error) as error:
        raise BackupRefused(f"The back-up could not be written to {path}: {error}.") from error
    finally:
        partial.unlink(missing_ok=True)
    return path


def restore(database: Database, source: Path) -> Path | None:
    """Replace the database by a back-up after checking it; return where the old data lies now, if there was any.

    Stop every other process of the program first.

    Raises:
        BackupRefused: PostgreSQL, a file that is no sound back-up, or a database that is in use.
    """
    target = _sqlite_path(database, "pg_restore --clean --dbname=… crmbot.dump")
    try:
        _check(source)
        database.dispose()
        target.parent.mkdir(parents=True, exist_ok=True)
        kept = _keep(target)
        _copy(source, target)
    except (OSError, sqlite3.Error) as error:
        raise BackupRefused(
            f"{source} could not be restored: {error}. Stop every process of the program and try again."
        ) from error
    return kept


def _sqlite_path(database: Database, command: str) -> Path:
    if database.is_postgresql:
        raise BackupRefused(f"The database is PostgreSQL. Use its own tool: {command}")
    name = database.engine.url.database
    if not name or name == ":memory:":
        raise BackupRefused("A database in memory has no file to copy.")
    return Path(name)


def _keep(target: Path) -> Path | None:
    if not target.exists():
        return None
    kept = target.with_name(f"{target.name}.before-restore")
    kept.unlink(missing_ok=True)
    _copy(target, kept)
    return kept


def _copy(source: Path, target: Path) -> None:
    """Copy with SQLite's own back-up interface: one snapshot, the write-ahead log included, all or nothing."""
    if not target.exists():
        # Personal data: readable by the owner only, from the first byte on.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with _open(source) as read, _open(target) as write:
        read.backup(write)


def _check(path: Path) -> None:
    if not path.is_file():
        raise BackupRefused(f"There is no file {path}.")
    try:
        with _open(path) as connection:
            verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    except sqlite3.DatabaseError as error:
        raise BackupRefused(f"{path} is no back-up of this program: {error}.") from error
    missing = _NEEDED_TABLES - {name for (name,) in names}
    if missing:
        raise BackupRefused(f"{path} is no back-up of this program: it has no table {sorted(missing)[0]}.")
    if verdict != "ok":
        raise BackupRefused(f"{path} is damaged: {verdict}.")


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=_RESTORE_TIMEOUT_SECONDS)
    try:
        yield connection
    finally:
        connection.close()
