from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import zipfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from crm_core import backup as backups
from crm_core.backup_sqlite import NEEDED_TABLES
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
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    backups.restore(other, copy)
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
    content[2000:4000] = b"\xff" * 2000
    damaged.write_bytes(content)
    strange = tmp_path / "strange.zip"
    with zipfile.ZipFile(strange, "w") as archive:
        archive.writestr("holiday.jpg", b"x")
    for path in (text, foreign, damaged, strange, tmp_path / "missing.db"):
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


def test_attachments_come_back_and_each_database_goes_on_where_it_was(
    any_database: Database, tmp_path: Path, now: datetime
) -> None:
    folder = tmp_path / "attachments"
    digest = hashlib.sha256(b"a photo").hexdigest()
    path = folder / digest[:2] / digest[2:4] / digest
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a photo")
    (path.parent / "stray.tmp").write_bytes(b"half a file")
    _add(any_database, "First", now)
    copy = backups.backup(any_database, tmp_path / "all.zip", attachments=folder)
    _add(any_database, "Second", now)
    path.unlink()
    kept = backups.restore(any_database, copy, attachments=folder)
    assert path.read_bytes() == b"a photo"
    assert not (path.parent / "stray.tmp.partial").exists()
    assert _names(any_database) == ["First"]
    _add(any_database, "Third", now)
    with any_database.reading() as session:
        assert [tuple(row) for row in session.execute(select(Account.id, Account.code).order_by(Account.id))] == [
            (1, "CRM2026001"),
            (2, "CRM2026002"),
        ]
    assert kept is not None
    backups.restore(any_database, kept)
    assert _names(any_database) == ["First", "Second"]


def test_a_restore_waits_for_a_running_writer_and_is_all_or_nothing(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    _add(database, "First", now)
    copy = backups.backup(database, tmp_path / "live.zip")
    server = Database(database.url)  # another process's pool
    _add(server, "Second", now)
    with server.reading() as session:
        session.execute(select(Account)).all()  # a reader in the middle of its transaction
        backups.restore(database, copy)
    assert _names(server) == ["First"]
    _add(server, "Third", now)
    assert _names(database) == ["First", "Third"]
    server.dispose()


@pytest.mark.postgresql
def test_a_backup_of_one_kind_of_database_is_not_for_the_other(
    database: Database, postgresql_url: str, tmp_path: Path
) -> None:
    copy = backups.backup(database, tmp_path / "x.zip")
    other = Database(postgresql_url)
    with pytest.raises(BackupRefused, match="sqlite"):
        backups.restore(other, copy)
    other.dispose()


def test_copies_from_before_an_import_do_not_pile_up(database: Database, tmp_path: Path, now: datetime) -> None:
    for _ in range(backups.KEPT_COPIES + 2):
        backups.backup_before(database, tmp_path / "copies", "import", now)
    assert len(list((tmp_path / "copies").iterdir())) == backups.KEPT_COPIES


def test_a_name_in_a_backup_leads_out_of_no_folder(database: Database, tmp_path: Path) -> None:
    copy = backups.backup(database, tmp_path / "x.zip")
    with zipfile.ZipFile(copy, "a") as archive:
        archive.writestr("attachments/../../evil", b"x")
    with pytest.raises(BackupRefused, match="evil"):
        backups.restore(database, copy, attachments=tmp_path / "files")


def test_the_metadata_has_the_tables_that_a_backup_must_have() -> None:
    assert set(Base.metadata.tables) >= NEEDED_TABLES
