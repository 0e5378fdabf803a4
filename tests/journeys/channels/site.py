"""The whole program in this process, composed as `crmbot serve` does: real loops, real web edge, on loopback."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from adapters.web import WebEdge, build_app
from adapters.web.server import ChatServer, open_listener
from bot.migrate import upgrade
from bot.models import Conversation, InboxMessage, InboxStatus, OutboxMessage, OutboxStatus
from bot.running import Running
from bot.settings import Settings
from bot.transcript import read_lines
from bot.wiring import Program
from crm_core import access, customers
from crm_core.database import Base
from crm_core.models import Role, User
from crm_core.permissions import staff_actor, system_actor
from knowledge_base.importing.importer import import_file
from knowledge_base.models import Calibration, KnowledgeState
from knowledge_base.probability import EVIDENCE_INPUTS, RANK_INPUTS
from tests.integration.killing import GrammarParser

T = TypeVar("T")
Row = TypeVar("Row", bound=Base)

DATABASE = "crmbot.db"
PASSWORD = "Passw0rd!"
DEADLINE_SECONDS = 15.0
STAFF = (("rep", "Rita Rep", Role.REP), ("support", "Sam Support", Role.SUPPORT))
ARTICLES = (
    ("zh", "order-cancel", "怎么取消订单？", "在“我的订单”里点“取消订单”。"),
    ("en", "order-cancel", "How do I cancel an order?", "Open 'My orders' and tap 'Cancel'."),
    ("zh", "store-hours", "门店几点开门？", "每天早上十点开门。"),
    ("en", "store-hours", "When do your stores open?", "Every day at ten."),
    ("zh", "invoice", "在哪里开发票？", "在订单详情里申请发票。"),
    ("en", "invoice", "Where can I get an invoice?", "Ask for it on the order's page."),
)
#: only an article's own words count: these tests are about channels, and the test encoder knows no meaning
WEIGHTS: dict[str, dict[str, float]] = {
    "rank": {**dict.fromkeys(RANK_INPUTS, 0.0), "exact": 1.0},
    "evidence": {**dict.fromkeys(EVIDENCE_INPUTS, 0.0), "constant": -5.0, "exact": 12.0},
    "rank_spread": {},
    "evidence_spread": {},
}
KNOWN_ZH, ANSWER_ZH = ARTICLES[0][2:]
KNOWN_EN, ANSWER_EN = ARTICLES[1][2:]
UNKNOWN_ZH = "你们的无人机能飞多高，可以带上飞机吗"
UNKNOWN_EN = "does the drone film by night"


def wait_for(find: Callable[[], T], what: str = "it") -> T:
    """Look again and again until `find` gives something true, and return that."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (found := find()):
        assert time.monotonic() < deadline, f"{what} did not happen in {DEADLINE_SECONDS} s"
        time.sleep(0.01)
    return found


def stock(folder: Path) -> None:
    """Fill a database with staff, a customer's contact and a few articles."""
    folder.mkdir(parents=True, exist_ok=True)
    program = Program(build_settings(folder))
    upgrade(program.database)
    lines = [
        {"language": language, "id": key, "question": question, "answer": answer}
        for language, key, question, answer in ARTICLES
    ]
    file = folder / "articles.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    with program.database.transaction() as session:
        system = system_actor(program.clock())
        for handle, name, role in STAFF:
            access.create_user(
                session, system, handle=handle, name=name, role=role, password=PASSWORD, must_change_password=False
            )
        rep = staff_actor(access.get_user(session, "rep"), now=program.clock())
        customers.create_contact(session, rep, name="Li Na", mobile="+8613800001111")
        report = import_file(session, file, now=program.clock(), author=None)
        _calibrate(session, now=program.clock())
    assert (report.created, report.errors) == (len(ARTICLES), [])
    program.database.dispose()


def _calibrate(session: Session, *, now: datetime) -> None:
    calibration = Calibration(weights=WEIGHTS, answer_at=0.9, suggest_at=0.25, promise=0.98, report={}, created_at=now)
    session.add(calibration)
    session.flush()
    session.execute(update(KnowledgeState).values(calibration_id=calibration.id))


def build_settings(folder: Path, **given: Any) -> Settings:
    """Settings of a test: nothing of the machine's environment but what the test says."""
    values = {"data_dir": folder, "poll_seconds": 0.02, "retry_base_seconds": 0.01, "language": "en", **given}
    return Settings(_env_file=None, **values)  # type: ignore[call-arg]


@dataclass(frozen=True)
class Site:
    """A running program; `url` is its web edge."""

    program: Program
    url: str

    def rows(self, model: type[Row], **where: Any) -> list[Row]:
        """Return the rows of a table, oldest first."""
        with self.program.database.reading() as session:
            return list(session.scalars(select(model).filter_by(**where).order_by(*model.__table__.primary_key)).all())

    def row(self, model: type[Row], **where: Any) -> Row:
        """Return the only row."""
        (row,) = self.rows(model, **where)
        return row

    def settle(self, messages: int) -> None:
        """Wait until so many messages were received, all are handled and no reply waits any more."""
        wait_for(lambda: self._received() >= messages and self._is_idle(), f"handling {messages} messages")
        assert self._received() == messages

    def outcomes(self) -> list[str]:
        """Return what each message came to, oldest first."""
        return [str((row.result or {}).get("outcome")) for row in self.rows(InboxMessage)]

    def said(self, **where: Any) -> list[str]:
        """Return the texts of all replies."""
        return [row.payload["text"] for row in self.rows(OutboxMessage, kind="reply", **where)]

    def conversation(self, channel: str) -> Conversation:
        """Return the only conversation of a channel."""
        return self.row(Conversation, channel=channel)

    def link_code(self, handle: str) -> str:
        """Make the code by which a colleague links a chat account."""
        now = self.program.clock()
        with self.program.database.transaction() as session:
            user = access.get_user(session, handle)
            return access.make_link_code(session, system_actor(now), user=user, now=now)

    def link(self, handle: str, channel: str, account: str) -> None:
        """Link a chat account to a colleague, as the administrator does."""
        with self.program.database.transaction() as session:
            user: User = access.get_user(session, handle)
            access.link_identity(
                session, channel=channel, external_id=account, user_id=user.id, now=self.program.clock()
            )

    def _received(self) -> int:
        with self.program.database.reading() as session:
            return session.scalar(select(func.count()).select_from(InboxMessage)) or 0

    def _is_idle(self) -> bool:
        """Whether nothing waits; the inbox is looked at first, because handling it fills the outbox."""
        with self.program.database.reading() as session:
            waiting = select(func.count()).where(InboxMessage.status == InboxStatus.WAITING)
            if session.scalar(waiting):
                return False
            return not session.scalar(select(func.count()).where(OutboxMessage.status == OutboxStatus.WAITING))


@contextmanager
def open_site(stocked: Path, folder: Path, *, parser: Any = None, **given: Any) -> Iterator[Site]:
    """Run the program over a copy of the stocked database until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(stocked / DATABASE, folder / DATABASE)
    listener = open_listener("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    program = Program(build_settings(folder, **{"public_url": url, **given}))
    vars(program)["parser"] = parser or GrammarParser()  # the place where cached_property keeps what it built
    ready, started = threading.Event(), threading.Event()
    running = Running(program, on_ready=ready.set)
    server = ChatServer(build_app(_edge(program, ready)), listener, started.set)
    thread = threading.Thread(target=server.run_until_stopped, name="site")
    thread.start()
    running.start()
    try:
        assert started.wait(DEADLINE_SECONDS)
        assert ready.wait(DEADLINE_SECONDS)
        yield Site(program, url)
    finally:
        server.stop()
        thread.join(DEADLINE_SECONDS)
        running.stop()
        program.database.dispose()
    assert not thread.is_alive()


def _edge(program: Program, ready: threading.Event) -> WebEdge:
    return WebEdge(
        settings=program.settings,
        database=program.database,
        inlet=program.inlet,
        channels=program.channels,
        clock=program.clock,
        transcript=partial(read_lines, program.database),
        wake=program.wakeup.set,
        is_ready=ready.is_set,
        secret_key=program.secret_key(),
        attachment_path=program.attachments.path,
    )


def labels(markup: Mapping[str, Any]) -> list[str]:
    """Return the labels of an inline keyboard of Telegram."""
    rows = markup.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
