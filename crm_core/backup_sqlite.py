"""SQLite in and out of a back-up, by its own back-up interface: one snapshot, while others read and write.

Promise: a copy is checked before it counts; what was there is kept beside it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from crm_core.database import Database
from crm_core.errors import BackupRefused

MEMBER = "database.db"
#: Tables without which a file is no database of this program.
NEEDED_TABLES = frozenset({"user_account", "account", "contact", "ticket", "audit_event"})
_TIMEOUT_SECONDS = 30.0


def write(database: Database, archive: zipfile.ZipFile, *, scratch: Path) -> dict[str, int]:
    """Put a copy of the database into an archive and return the number of rows of each table.

    Raises:
        BackupRefused: a database in memory, or a copy that is not sound.
    """
    scratch.unlink(missing_ok=True)
    try:
        _copy(_path(database), scratch)
        tables = _check(scratch)
        archive.write(scratch, MEMBER)
    except sqlite3.Error as error:
        raise BackupRefused(f"The database could not be copied: {error}.") from error
    finally:
        scratch.unlink(missing_ok=True)
    return tables


def restore(database: Database, archive: zipfile.ZipFile, tables: Mapping[str, int]) -> Path | None:
    """Replace the database by the copy in an archive; return where the old one lies now.

    Raises:
        BackupRefused: no sound copy, one with other rows than the manifest says, or a database in use.
    """
    target = _path(database)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="restore-") as folder:
        path = Path(folder) / MEMBER
        with archive.open(MEMBER) as member, path.open("wb") as file:
            shutil.copyfileobj(member, file)
        found = _check(path)
        if found != dict(tables):
            raise BackupRefused("The back-up is damaged: its tables have other rows than its manifest says.")
        return restore_copy(database, path)


def restore_copy(database: Database, source: Path) -> Path | None:
    """Replace the database by a copy of it, in one transaction of SQLite; return where the old one lies now.

    Raises:
        BackupRefused: PostgreSQL, a file that is no sound copy, or a database in use.
    """
    if database.is_postgresql:
        raise BackupRefused(f"{source} is no back-up of PostgreSQL.")
    target = _path(database)
    try:
        rows = _check(source)
        database.dispose()
        target.parent.mkdir(parents=True, exist_ok=True)
        kept = _keep(target, source)
        _copy(source, target)
        if _check(target) != rows:
            raise BackupRefused(f"{target} was changed by another process during the restore. Stop it, and try again.")
    except (OSError, sqlite3.Error) as error:
        raise BackupRefused(
            f"{source} could not be restored: {error}. Stop every process of the program and try again."
        ) from error
    return kept


def _path(database: Database) -> Path:
    name = database.engine.url.database
    if not name or name == ":memory:":
        raise BackupRefused("A database in memory has no file to copy.")
    return Path(name)


def _keep(target: Path, source: Path) -> Path | None:
    if not target.exists():
        return None
    kept = target.with_name(f"{target.name}.before-restore")
    if kept.exists() and kept.samefile(source):
        # What is brought back now must not be overwritten first.
        kept = target.with_name(f"{target.name}.before-second-restore")
    kept.unlink(missing_ok=True)
    _copy(target, kept)
    return kept


def _copy(source: Path, target: Path) -> None:
    """Copy one snapshot, the write-ahead log included, all or nothing."""
    if not target.exists():
        # Personal data: readable by the owner only, from the first byte on.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with _open(source) as read, _open(target) as write:
        read.backup(write)


def _check(path: Path) -> dict[str, int]:
    """Return the number of rows of each table of a sound database of this program."""
    if not path.is_file():
        raise BackupRefused(f"There is no file {path}.")
    try:
        with _open(path) as connection:
            verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            missing = NEEDED_TABLES - set(names)
            if missing:
                raise BackupRefused(f"{path} is no back-up of this program: it has no table {sorted(missing)[0]}.")
            # The names come from the database itself and are quoted.
            counts = {
                name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
                for name in names
                if not name.startswith("sqlite_")
            }
    except sqlite3.DatabaseError as error:
        raise BackupRefused(f"{path} is no back-up of this program, or damaged: {error}.") from error
    if verdict != "ok":
        raise BackupRefused(f"{path} is damaged: {verdict}.")
    return counts


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=_TIMEOUT_SECONDS)
    try:
        yield connection
    finally:
        connection.close()
