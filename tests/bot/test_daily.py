"""The morning's work through the real worker, at a terminal, without any model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import due
from bot.chat_history import ChatHistory
from bot.directory import Directory
from bot.migrate import upgrade
from bot.models import Conversation, DueStatus, DueWork, InboxMessage, InboxStatus
from bot.settings import Settings
from bot.terminal_session import TerminalSession
from bot.turn import Services
from bot.wiring import Program
from bot.worker import Worker
from crm_core.access import create_user, find_or_create_identity, get_user, link_identity, set_active
from crm_core.customers import create_account, create_contact
from crm_core.handover import hand_over
from crm_core.models import AccountProposal, Role, Task
from crm_core.permissions import staff_actor, system_actor
from crm_core.tasks import create_task
from crm_core.timeline import timeline

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@dataclass
class Office:
    """A small company, its clock, and a worker that neither reads nor searches: the morning needs no model."""

    program: Program
    times: list[datetime]

    @cached_property
    def worker(self) -> Worker:
        channels = {"terminal": self.program.terminal}
        nothing: Any = None
        return Worker(
            database=self.program.database,
            services=Services(
                settings=self.program.settings, channels=channels, searcher=nothing, directory=Directory()
            ),
            handlers={},
            reader=nothing,
            channels=channels,
            clock=self.program.clock,
            ignores_backoff=True,
        )

    def opens_chat(self, handle: str) -> TerminalSession:
        """Let a member of staff open the terminal, and have written there once."""
        with self.program.database.transaction() as session:
            role = get_user(session, handle).role.value
            _have_written(session, handle)
        terminal: Any = self.program.terminal
        chat = TerminalSession(worker=self.worker, terminal=terminal, handle=handle, role=role)
        chat.open()
        return chat

    def works(self, at: datetime) -> None:
        self.times[0] = at
        while self.worker.run_due():
            pass

    def waiting(self) -> list[tuple[str, str]]:
        with self.program.database.reading() as session:
            query = select(DueWork.kind, DueWork.key).where(DueWork.status == DueStatus.WAITING)
            return [(kind, key) for kind, key in session.execute(query.order_by(DueWork.due_at))]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    times = [START]
    settings = Settings(_env_file=None, data_dir=tmp_path, database_url="")  # type: ignore[call-arg]
    program = Program(settings, lambda: times[0])
    upgrade(program.database)
    with program.database.transaction() as session:
        system = system_actor(START)
        for handle, role, language in (
            ("li", Role.REP, "zh"),
            ("wang", Role.REP, "en"),
            ("sun", Role.SUPERVISOR, "zh"),
        ):
            create_user(session, system, handle=handle, name=handle.title(), role=role, team="East", language=language)
    return Office(program, times)


def test_a_morning_cares_for_customers_and_promises_the_next(office: Office) -> None:
    li_chat, sun_chat = office.opens_chat("li"), office.opens_chat("sun")
    assert office.waiting() == [("morning", "2026-11-21")]
    with office.program.database.transaction() as session:
        li = staff_actor(get_user(session, "li"), now=START)
        account = create_account(session, li, name="Acme", annual_amount=Decimal(600000))
        create_contact(session, li, name="张伟", account_id=account.id, birthday=date(1990, 11, 26))
    office.works(datetime(2026, 11, 23, 0, 30, tzinfo=UTC))  # Monday, 08:30 in Shanghai; two mornings were missed
    with office.program.database.reading() as session:
        titles = set(session.scalars(select(Task.title)))
        proposals = session.scalars(select(AccountProposal.proposed)).all()
    assert titles == {"生日关怀：张伟（11-26 生日）", "核对客户资料：1 个客户待更新（2026-11）"}
    assert proposals == ["S"]
    assert "2 项新的客户任务" in li_chat.pending()[-1].text
    assert "1 条等级或状态建议" in sun_chat.pending()[-1].text
    kinds = [kind for kind, _ in office.waiting()]
    assert kinds.count("morning") == 1
    assert kinds.count("task_reminder") == 4
    before = office.waiting()
    office.works(datetime(2026, 11, 23, 0, 40, tzinfo=UTC))
    assert office.waiting() == before
    office.works(datetime(2026, 11, 24, 0, 30, tzinfo=UTC))
    assert [key for kind, key in office.waiting() if kind == "morning"] == ["2026-11-25"]
    with office.program.database.reading() as session:
        assert set(session.scalars(select(Task.title))) == titles


def test_a_successor_is_told_what_is_his(office: Office) -> None:
    with office.program.database.transaction() as session:
        li = staff_actor(get_user(session, "li"), now=START)
        create_account(session, li, name="Acme")
        given = hand_over(
            session,
            system_actor(START),
            leaver=get_user(session, "li"),
            successor=get_user(session, "wang"),
            reason="left",
        )
        due.schedule_hand_over_notice(session, given, now=START)
    office.works(START)  # he has not written yet: there is no place to tell him
    chat = office.opens_chat("wang")
    office.works(START + timedelta(days=1))
    told = [message.text for message in chat.pending()]
    assert "1 customer of Li (and 0 related records) now belong to you: Acme" in told


def test_tasks_that_came_without_a_chat_are_reminded_of(office: Office) -> None:
    chat = office.opens_chat("li")
    with office.program.database.transaction() as session:
        li = staff_actor(get_user(session, "li"), now=START)
        create_task(session, li, title="Send offer", due_at=START + timedelta(days=2))
    office.works(START + timedelta(days=1))  # the next morning
    office.works(START + timedelta(days=2))
    assert [message.text.split("（")[0] for message in chat.pending()] == ["提醒：Send offer"]


def test_who_has_left_is_told_nothing_more(office: Office) -> None:
    chat, at_desk = office.opens_chat("li"), office.opens_chat("wang")
    with office.program.database.transaction() as session:
        for handle in ("li", "wang"):
            owner = staff_actor(get_user(session, handle), now=START)
            create_task(session, owner, title="Send offer", due_at=START + timedelta(days=2))
        set_active(session, system_actor(START), get_user(session, "li"), active=False)
    office.works(START + timedelta(days=1))
    office.works(START + timedelta(days=2))
    assert at_desk.pending()
    assert chat.pending() == []


def test_chats_are_in_the_timeline_a_line_for_each_day(office: Office) -> None:
    with office.program.database.transaction() as session:
        system = system_actor(START)
        account = create_account(session, system, name="Acme")
        ann = create_contact(session, system, name="Ann", account_id=account.id)
        link_identity(session, channel="web", external_id="ann", contact_id=ann.id, now=START)
        _heard(session, "ann", ["Where is my parcel?", "It is late."], START)
        _heard(session, "ann", ["It came, thanks."], START + timedelta(days=1))
        _heard(session, "bob", ["A secret."], START)
        system = system_actor(START + timedelta(days=2))
        history = timeline(session, system, account_id=account.id, chats=ChatHistory(office.program.settings.zone))
    assert [(entry.record_type, entry.title, entry.text) for entry in history] == [
        ("chat", "web", "It came, thanks."),
        ("chat", "web", "Where is my parcel? / It is late."),
    ]


def _have_written(session: Session, handle: str) -> None:
    user, sender = get_user(session, handle), f"staff:{handle}"
    identity = link_identity(session, channel="terminal", external_id=sender, user_id=user.id, now=START)
    session.add(
        Conversation(
            channel="terminal",
            key=sender,
            address={"handle": handle},
            identity_id=identity.id,
            last_inbound_at=START,
            language=user.language,
            created_at=START,
        )
    )


def _heard(session: Session, person: str, texts: list[str], at: datetime) -> None:
    identity = find_or_create_identity(session, channel="web", external_id=person, now=at)
    if session.scalar(select(Conversation).where(Conversation.key == person)) is None:
        session.add(Conversation(channel="web", key=person, identity_id=identity.id, created_at=at))
    for number, text in enumerate(texts):
        session.add(
            InboxMessage(
                channel="web",
                external_id=f"{person}-{at.isoformat()}-{number}",
                conversation_key=person,
                sender_id=person,
                payload={"kind": "text", "text": text},
                status=InboxStatus.HANDLED,
                available_at=at,
                received_at=at + timedelta(minutes=number),
            )
        )
    session.flush()
