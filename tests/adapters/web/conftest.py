"""One running site for the suite: every test is a visitor, or a member of staff, of its own."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest
from argon2 import PasswordHasher

from adapters.web.edge import WebEdge
from bot.channel import InboundMessage
from crm_core.database import Base, Database
from crm_core.models import Role, User
from tests.adapters.web.fakes import FakeChats, Site, build_edge, run_site
from tests.databases import import_every_table

PASSWORD = "Passw0rd!"
#: as strong as a test needs: the real cost is argon2's default
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
PROOF = {"X-Crmbot-Request": "1"}
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def staff_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    import_every_table()
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('web') / 'staff.db'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def site(staff_database: Database) -> Iterator[Site]:
    """The application over conversations in memory, on a real port."""
    with run_site(staff_database, FakeChats()) as running:
        yield running


@pytest.fixture
def edge(staff_database: Database) -> WebEdge:
    """An edge of its own, for parts that are tested without a server."""
    return build_edge(staff_database, FakeChats())


@dataclass(frozen=True)
class Person:
    """Somebody with a browser of his own."""

    http: httpx.Client
    site: Site
    key: str

    def says(self, text: str, client_id: str | None = None) -> httpx.Response:
        return self.http.post("/chat/messages", json={"client_id": client_id or str(uuid.uuid4()), "text": text})

    def presses(self, value: str, label: str = "") -> httpx.Response:
        body = {"client_id": str(uuid.uuid4()), "choice": value, "label": label}
        return self.http.post("/chat/messages", json=body)

    def sends(self, filename: str, content: bytes, text: str = "") -> httpx.Response:
        data = {"client_id": str(uuid.uuid4()), "text": text}
        return self.http.post("/chat/attachments", data=data, files={"file": (filename, content)})

    def hears(self, text: str, **given: object) -> None:
        self.site.chats.say(self.key, text, **given)  # type: ignore[arg-type]

    def stored(self) -> list[InboundMessage]:
        return [message for message in self.site.chats.stored if message.conversation_key == self.key]

    def history(self) -> list[dict[str, object]]:
        lines: list[dict[str, object]] = self.http.get("/chat/history").json()["lines"]
        return lines


@pytest.fixture
def browser_client(site: Site) -> Iterator[httpx.Client]:
    """A browser that has not been here yet."""
    with httpx.Client(base_url=site.url, headers=PROOF) as client:
        yield client


@pytest.fixture
def visitor(site: Site, browser_client: httpx.Client) -> Person:
    """A visitor with an open session."""
    browser_client.post("/chat/session", json={}).raise_for_status()
    key = site.app.state.services.identities.find_visitor(browser_client.cookies["crmbot_visitor"]).conversation_key
    return Person(browser_client, site, key)


@pytest.fixture
def make_user(staff_database: Database) -> Callable[..., User]:
    def make(role: Role = Role.REP, *, must_change_password: bool = False, active: bool = True) -> User:
        number = next(_numbers)
        with staff_database.transaction() as session:
            user = User(
                handle=f"staff{number}",
                name=f"员工{number}",
                role=role,
                active=active,
                password_hash=PASSWORD_HASH,
                must_change_password=must_change_password,
                created_at=datetime.now(UTC),
            )
            session.add(user)
        return user

    return make
