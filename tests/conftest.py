"""Fixtures that every room's tests share: real databases and a clock that stands still."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest

from crm_core.database import Base, Database
from tests.databases import (
    create_postgresql_database,
    drop_postgresql_database,
    import_every_table,
    postgresql_server_url,
)

#: a file system in memory, as Linux has it, and the room that the databases of a whole run need there
MEMORY = Path("/dev/shm")
LEAST_ROOM = 6 * 2**30


def pytest_configure() -> None:
    """Keep what tests write in memory where there is room for it: for thousands of commits a disk takes most of the
    time, and none of them is to outlive the machine. A TMPDIR that is given stands.

    NumPy computes in one thread, as in the program: two that wait for each other on busy cores take ten times as long.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if "TMPDIR" not in os.environ and _has_room_in_memory():
        os.environ["TMPDIR"] = str(MEMORY)  # the processes that tests start inherit it
        tempfile.tempdir = None  # asked for before: forget the answer


def _has_room_in_memory() -> bool:
    """Tell whether both the file system and the memory that it takes its room from have enough."""
    if not os.access(MEMORY, os.W_OK):
        return False
    return min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) >= LEAST_ROOM


@pytest.fixture
def now() -> datetime:
    """A Monday, 10:00 in Shanghai."""
    return datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def zone() -> ZoneInfo:
    return ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return postgresql_server_url(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> str:
    """A database with every table, to be copied: quicker than making the tables for each test."""
    import_every_table()
    name = f"template_{uuid.uuid4().hex[:12]}"
    database = Database(create_postgresql_database(postgresql_url, name))
    Base.metadata.create_all(database.engine)
    database.dispose()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table, to be copied: quicker than making the tables for each test."""
    import_every_table()
    file = tmp_path_factory.mktemp("template") / "empty.db"
    database = Database(f"sqlite:///{file}")
    Base.metadata.create_all(database.engine)
    database.dispose()  # the last to leave puts what the write-ahead log holds into the file
    return file


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """An empty SQLite database with every table of the program."""
    file = shutil.copy(sqlite_template, tmp_path / "crmbot.db")
    database = Database(f"sqlite:///{file}")
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_database(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """An empty database of each kind with every table of the program."""
    if request.param == "sqlite":
        file = shutil.copy(sqlite_template, tmp_path / "any.db")
        database = Database(f"sqlite:///{file}")
        yield database
        database.dispose()
        return
    server_url = request.getfixturevalue("postgresql_url")
    template = request.getfixturevalue("postgresql_template")
    name = f"test_{uuid.uuid4().hex[:12]}"
    database = Database(create_postgresql_database(server_url, name, template=template))
    yield database
    database.dispose()
    drop_postgresql_database(server_url, name)
