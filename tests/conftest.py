"""Fixtures that every room's tests share: real databases and a clock that stands still."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crm_core.database import Base, Database
from tests.databases import (
    create_postgresql_database,
    drop_postgresql_database,
    import_every_table,
    postgresql_server_url,
)


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


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database with every table of the program."""
    import_every_table()
    database = Database(f"sqlite:///{tmp_path / 'crmbot.db'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind with every table of the program."""
    import_every_table()
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'any.db'}")
        Base.metadata.create_all(database.engine)
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
