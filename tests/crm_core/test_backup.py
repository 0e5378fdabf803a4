from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from crm_core import backup as backups
from crm_core.customers import create_account
from crm_core.database import Base, Database
from crm_core.errors import BackupRefused
from crm_core.models import Account
from crm_core.permissions import system_actor


def _add(database: Database, name: str, now: datetime) -> None:
    with database.transaction() as session:
        create_account(session, system_actor(now), name=name)


def _names(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Account.name).order_by(Account.id)))


def test_a_backup_brings_back_what_was_there(database: Database, tmp_path: Path, now: datetime) -> None:
    _add(database, "First", now)
    copy = backups.backup(database, tmp_path / "copies" / "monday.db")
    _add(database, "Second", now)
    kept = backups.restore(database, copy)
    assert _names(database) == ["First"]
    assert kept is not None
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM account").fetchone() == (2,)


def test_a_backup_is_for_the_owners_eyes_only(database: Database, tmp_path: Path) -> None:
    copy = backups.backup(database, tmp_path)
    assert copy.name == backups.FILE_NAME
    assert os.stat(copy).st_mode & 0o077 == 0


def test_a_backup_is_consistent_while_others_write(database: Database, tmp_path: Path, now: datetime) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            _add(database, "Busy", now)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copy = backups.backup(database, tmp_path / "busy.db")
    finally:
        stop.set()
        writer.join()
    other = Database(f"sqlite:///{copy}")
    with other.reading() as session:
        codes = list(session.scalars(select(Account.code).order_by(Account.id)))
    other.dispose()
    assert codes == [f"CRM2026{number:03d}" for number in range(1, len(codes) + 1)]


def test_an_existing_file_is_not_overwritten(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    path.write_text("precious")
    with pytest.raises(BackupRefused, match="exists"):
        backups.backup(database, path)
    assert path.read_text() == "precious"


def test_what_is_no_backup_is_refused_and_changes_nothing(database: Database, tmp_path: Path, now: datetime) -> None:
    _add(database, "First", now)
    text = tmp_path / "notes.txt"
    text.write_text("not a database " * 100)
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE song (id)")
    damaged = backups.backup(database, tmp_path / "damaged.db")
    content = bytearray(damaged.read_bytes())
    content[4096 : 4096 * 12] = b"\xff" * (4096 * 11)
    damaged.write_bytes(content)
    for path in (text, foreign, damaged, tmp_path / "missing.db"):
        with pytest.raises(BackupRefused):
            backups.restore(database, path)
    assert _names(database) == ["First"]


def test_a_fresh_place_is_restored_into(database: Database, tmp_path: Path, now: datetime) -> None:
    _add(database, "First", now)
    copy = backups.backup(database, tmp_path / "copy.db")
    fresh = Database(f"sqlite:///{tmp_path / 'new' / 'crmbot.db'}")
    assert backups.restore(fresh, copy) is None
    assert _names(fresh) == ["First"]
    fresh.dispose()


@pytest.mark.postgresql
def test_postgresql_is_told_its_own_tool(postgresql_url: str, tmp_path: Path) -> None:
    database = Database(postgresql_url)
    with pytest.raises(BackupRefused, match="pg_dump"):
        backups.backup(database, tmp_path / "x.db")
    with pytest.raises(BackupRefused, match="pg_restore"):
        backups.restore(database, tmp_path / "x.db")
    database.dispose()


def test_the_metadata_has_the_tables_that_a_backup_must_have() -> None:
    assert set(Base.metadata.tables) >= backups._NEEDED_TABLES
