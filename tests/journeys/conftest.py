"""The whole program over the demo company, on both databases, with the real encoder: journeys read like chat."""

from __future__ import annotations

import itertools
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from bot import demo
from bot.calibration import calibrate
from bot.migrate import upgrade
from bot.settings import Settings
from bot.terminal_session import TerminalSession, TurnResult
from bot.wiring import Program
from knowledge_base.queries import load_queries
from tests.databases import create_postgresql_database, shared_folder

#: a Monday, 10:00 in Shanghai
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass
class Company:
    """The demo company in a database, and a clock that the tests move."""

    program: Program
    now: datetime = START
    people: Iterator[int] = field(default_factory=itertools.count)

    def clock(self) -> datetime:
        return self.now

    def later(self, **units: float) -> None:
        self.now += timedelta(**units)

    def person(self, handle: str, role: str) -> Person:
        worker = self.program.worker({"terminal": self.program.terminal}, ignores_backoff=True)
        session = TerminalSession(worker=worker, terminal=self.program.terminal, handle=handle, role=role)
        session.open()
        return Person(session)

    def customer(self, name: str | None = None) -> Person:
        """A customer whom nobody knows yet."""
        return self.person(name or f"guest{next(self.people)}-{uuid.uuid4().hex[:6]}", "customer")


@dataclass
class Person:
    """Somebody at a terminal; keeps what came back last."""

    session: TerminalSession
    last: TurnResult | None = None

    def says(self, line: str) -> str:
        """Say a line and return the words that come back."""
        self.last = self.session.say(line)
        return "\n".join(reply["text"] for reply in self.last.replies)

    @property
    def outcome(self) -> str:
        assert self.last is not None
        return self.last.outcome

    @property
    def labels(self) -> list[str]:
        assert self.last is not None
        return [choice["label"] for reply in self.last.replies for choice in reply["choices"]]

    def records(self, record_type: str) -> list[dict[str, object]]:
        assert self.last is not None
        return [record for record in self.last.records if record["type"] == record_type]


def build_program(database_url: str, folder: Path, models: Path, clock: Callable[[], datetime]) -> Program:
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "models").exists():
        (folder / "models").symlink_to(models)
    settings = Settings(  # type: ignore[call-arg]
        _env_file=None, data_dir=folder, database_url=database_url, sender_messages_per_minute=10_000
    )
    return Program(settings, clock)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the encoder is unpacked once for the whole test run."""
    given = os.environ.get("CRMBOT_TEST_MODEL_DIR")
    folder = Path(given) if given else shared_folder(tmp_path_factory.getbasetemp()) / "models"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def calibrated_folder(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """The demo company in an SQLite database, calibrated once for the whole test run; everybody works on a copy."""
    shared = shared_folder(tmp_path_factory.getbasetemp())
    folder = shared / "company"
    with FileLock(shared / "company.lock"):
        if not (shared / "company.ready").exists():
            program = build_program("", folder, models, lambda: START)
            upgrade(program.database)
            assert demo.load_if_empty(program) is not None
            with program.database.reading() as session:
                queries = load_queries(session)
            calibrate(program, queries)
            program.database.dispose()
            (shared / "company.ready").touch()
    return folder


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def loaded_company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, models: Path, calibrated_folder: Path
) -> Iterator[Company]:
    """The demo company in a database of its own; on PostgreSQL it answers by the default bands."""
    folder = tmp_path_factory.mktemp(f"company-{request.param}")
    url = ""
    if request.param == "postgresql":
        server_url = request.getfixturevalue("postgresql_url")
        url = create_postgresql_database(server_url, f"company_{uuid.uuid4().hex[:8]}")
        shutil.copytree(calibrated_folder / "index", folder / "index")  # what is encoded already
    else:
        shutil.copytree(calibrated_folder, folder, symlinks=True, dirs_exist_ok=True)
    times: list[Company] = []
    program = build_program(url, folder, models, lambda: times[0].now if times else START)
    upgrade(program.database)
    demo.load_if_empty(program)
    company = Company(program)
    times.append(company)
    yield company
    program.database.dispose()


@pytest.fixture
def company(loaded_company: Company) -> Company:
    """The company at the start of its Monday; what other tests wrote is there, so tests use people of their own."""
    loaded_company.now = max(loaded_company.now, START)
    return loaded_company
