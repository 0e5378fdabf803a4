"""Writers of one SQLite file take turns, so that nobody waits for long behind a busy one."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from crm_core.database import Database

ENOUGH_TURNS = 20
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
