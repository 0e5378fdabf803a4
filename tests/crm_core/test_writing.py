"""Writers of one SQLite file take turns, so that nobody waits for long behind a busy one."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_core.database import Database

ENOUGH_TURNS = 20
#: SQLite's number for a commit that waits for the disk
SQLITE_FULL = 2
#: turns of the busy one in the meantime: fair would be as many
HOPELESS = 2 * ENOUGH_TURNS
#: some milliseconds of work
LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT max(i) FROM n"


def test_a_busy_writer_lets_another_one_in(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'crmbot.db'}"
    busy, seldom = Database(url), Database(url)  # as two processes have them
    with busy.transaction() as session:
        session.execute(text("CREATE TABLE turns (who TEXT)"))
    done: list[str] = []

    def write(database: Database, who: str) -> None:
        while done.count("seldom") < ENOUGH_TURNS and done.count("busy") < HOPELESS:
            with database.transaction() as session:
                session.execute(text("INSERT INTO turns VALUES (:who)"), {"who": who})
                session.execute(text(LONG if who == "busy" else "SELECT 1"))
                done.append(who)

    threads = [Thread(target=write, args=(busy, "busy")) for _ in range(3)]
    threads.append(Thread(target=write, args=(seldom, "seldom")))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done.count("seldom") >= ENOUGH_TURNS
    busy.dispose()
    seldom.dispose()


def test_a_failed_transaction_lets_the_next_one_write(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'crmbot.db'}")
    with pytest.raises(ZeroDivisionError), database.transaction():
        raise ZeroDivisionError
    other = Database(database.url)
    with other.transaction() as session:
        session.execute(text("CREATE TABLE turns (who TEXT)"))
    database.dispose()
    other.dispose()


@pytest.mark.parametrize("of_another_process", [True, False])
def test_who_writes_is_told_that_another_waits(tmp_path: Path, of_another_process: bool) -> None:
    database = Database(f"sqlite:///{tmp_path / 'crmbot.db'}")
    waiting = Database(database.url) if of_another_process else database

    def write() -> None:
        with waiting.transaction():
            pass

    other = Thread(target=write)
    with database.transaction():
        assert not database.is_awaited()
        other.start()
        while not database.is_awaited():
            pass
    other.join()
    with database.transaction():
        assert not database.is_awaited()
    database.dispose()
    waiting.dispose()


def test_who_waits_patiently_hurries_nobody(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'crmbot.db'}")
    asking = Event()

    def write(is_patient: bool) -> None:
        asking.set()
        with database.transaction(is_patient=is_patient):
            pass

    patient, hurried = (Thread(target=write, args=(is_patient,)) for is_patient in (True, False))
    with database.transaction():
        patient.start()
        asking.wait()
        assert not database.is_awaited()
        hurried.start()
        while not database.is_awaited():
            pass
    patient.join()
    hurried.join()
    database.dispose()


def _waits_for_the_disk(database: Database, session: Session) -> bool:
    if database.is_postgresql:
        return session.scalar(text("SHOW synchronous_commit")) == "on"
    return session.scalar(text("PRAGMA synchronous")) == SQLITE_FULL


def test_a_commit_waits_for_the_disk_unless_told_otherwise(any_database: Database) -> None:
    for is_synced in (True, False, True):  # the pooled connection is the same one
        with any_database.transaction(is_synced=is_synced) as session:
            assert _waits_for_the_disk(any_database, session) is is_synced
    with any_database.transaction() as session:
        assert _waits_for_the_disk(any_database, session)
