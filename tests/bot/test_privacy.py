"""A person's data over all rooms: what he may have, and what is left when he is erased."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.attachments import AttachmentStore
from bot.errors import PersonalDataRefused
from bot.models import Conversation, InboxMessage, InboxStatus, OfferedChoice, OutboxMessage, OutboxStatus
from bot.privacy import erase_person_everywhere, write_person
from crm_core import tickets
from crm_core.access import link_identity
from crm_core.customers import create_account, create_contact
from crm_core.database import Base, Database
from crm_core.deals import create_opportunity
from crm_core.errors import PermissionRefused
from crm_core.interactions import log_interaction
from crm_core.models import Account, AuditEvent, Interaction, Opportunity, Ticket
from crm_core.permissions import customer_actor
from crm_core.tasks import create_task
from knowledge_base.feedback import record_question
from tests.crm_core.conftest import actor_in, hire_everybody

NAME, MOBILE, MAIL, CHAT = "张晓明", "13800001111", "xiaoming@example.com", "tg-4711"
SECRETS = (NAME, MOBILE, "138 0000 1111", MAIL, CHAT, "会员卡", "photo.jpg", json.dumps(NAME)[1:-1])
"""What must be gone; the last one is the name as JSON is kept."""


@pytest.fixture
def store(tmp_path: Path) -> AttachmentStore:
    return AttachmentStore(tmp_path / "attachments", max_bytes=1_000_000)


@pytest.fixture
def person(any_database: Database, store: AttachmentStore, now: datetime) -> SimpleNamespace:
    """A customer who wrote in a chat of his own and in a group, and whom colleagues wrote about."""
    with any_database.transaction() as session:
        hire_everybody(session, now)
        return _customer(session, store, now)


def _customer(session: Session, store: AttachmentStore, now: datetime) -> SimpleNamespace:
    li = actor_in(session, "li", now, message_id=900)
    account = create_account(session, li, name="Acme", notes=f"{NAME} 的手机是 138 0000 1111")
    contact = create_contact(session, li, name=NAME, mobile=MOBILE, email=MAIL, account_id=account.id)
    other = create_contact(session, li, name="Ann", account_id=account.id)
    create_opportunity(session, li, account_id=account.id, name="Shelves", amount=350000)
    identity = link_identity(session, channel="telegram", external_id=CHAT, contact_id=contact.id, now=now)
    photo = store.keep(b"\x89PNG a photo", kind="photo", filename="photo.jpg")
    shared = store.keep(b"a price list", kind="file", filename="prices.txt")
    own = Conversation(channel="telegram", key=CHAT, address={"chat_id": CHAT}, identity_id=identity.id, created_at=now)
    colleague = link_identity(session, channel="wecom_app", external_id="li", user_id=li.user_id, now=now)
    staff = Conversation(
        channel="wecom_app", key="li", address={"user": "li"}, identity_id=colleague.id, created_at=now
    )  # fmt: skip
    session.add_all([own, staff])
    session.flush()
    own.dialogue = {"slot": MOBILE}
    heard = _message("telegram", CHAT, CHAT, "我的会员卡丢了", now, [vars(photo), vars(shared)], NAME)
    grouped = _message("telegram", "group-1", CHAT, "会员卡有人捡到吗", now, [], NAME)
    bystander = _message("telegram", "group-1", "tg-9", "不知道", now, [vars(shared)], "Bob")
    noted = _message("wecom_app", "li", "li", f"记一下跟{NAME}的电话，他的会员要续", now, [], None)
    noted.id = 900
    waiting = _message("telegram", CHAT, CHAT, "会员卡呢？", now, [], NAME)
    waiting.status = InboxStatus.WAITING
    session.add_all([noted, heard, grouped, bystander, waiting])
    session.flush()
    session.add_all(
        [
            _reply(own, f"{NAME}，您的会员卡已挂失", now, heard.id),
            _reply(staff, f"已记录：{NAME} {MOBILE}", now, noted.id),
            _reply(staff, "Nothing about anybody", now, None),
            OfferedChoice(
                token="t1", conversation_id=own.id, inbox_id=heard.id, position=1, label=NAME, intent="x",
                arguments={}, created_at=now,
            ),
        ]
    )  # fmt: skip
    record_question(
        session,
        text="会员卡丢了怎么办",
        language="zh",
        outcome="ticket",
        article_id=None,
        probability=None,
        message_id=heard.id,
        conversation_id=own.id,
        at=now,
    )  # fmt: skip
    for who in ([contact.id], [contact.id, other.id]):
        log_interaction(session, li, kind="call", occurred_at=now, summary=f"{NAME}要续会员卡", contact_ids=who)
    customer = customer_actor(contact.id, NAME, now, conversation_id=own.id)
    tickets.open_ticket(session, customer, subject="会员卡", text="会员卡丢了", attachments=[vars(photo)])
    tickets.open_ticket(session, li, subject="x", text="y", contact_id=contact.id, conversation_id=staff.id)
    create_task(session, li, title=f"回电{NAME}", contact_id=contact.id)
    return SimpleNamespace(id=contact.id, photo=photo.sha256, shared=shared.sha256)


def _message(
    channel: str,
    key: str,
    sender: str,
    said: str,
    now: datetime,
    attachments: list[dict[str, object]],
    name: str | None,
) -> InboxMessage:
    payload = {
        "kind": "text", "text": said, "choice": None, "phone": None, "attachments": attachments, "replaces": None,
        "sender_name": name, "address": {"chat_id": key}, "context": {}, "sent_at": now.isoformat(),
    }  # fmt: skip
    return InboxMessage(
        channel=channel, external_id=f"{key}:{len(said)}", conversation_key=key, sender_id=sender, payload=payload,
        status=InboxStatus.HANDLED, available_at=now, received_at=now,
        result={"outcome": "ticket", "intent": "question", "records": [{"fields": {"contacts": [name]}}]},
    )  # fmt: skip


def _reply(conversation: Conversation, said: str, now: datetime, inbox_id: int | None) -> OutboxMessage:
    return OutboxMessage(
        conversation_id=conversation.id, channel=conversation.channel, inbox_id=inbox_id, payload={"text": said},
        context={}, language="zh", status=OutboxStatus.WAITING, available_at=now, created_at=now,
    )  # fmt: skip


def _counts(session: Session) -> list[object]:
    tables = (Account, Opportunity, Interaction, Ticket, InboxMessage, OutboxMessage, AuditEvent)
    counts: list[object] = [session.scalar(select(func.count()).select_from(table)) for table in tables[:-1]]
    return [*counts, session.scalar(select(func.sum(Opportunity.amount)))]


def test_a_person_gets_his_records_conversations_and_files(
    any_database: Database,
    person: SimpleNamespace,
    store: AttachmentStore,
    now: datetime,
    zone: ZoneInfo,
    tmp_path: Path,
) -> None:
    target = tmp_path / "out" / "person.zip"
    with any_database.transaction() as session:
        manager = actor_in(session, "qian", now)
        write_person(session, manager, person.id, target=target, attachments=store, zone=zone)
        with pytest.raises(PersonalDataRefused):
            write_person(session, manager, person.id, target=target, attachments=store, zone=zone)
        with pytest.raises(PermissionRefused):
            write_person(
                session, actor_in(session, "li", now), person.id, target=tmp_path / "b", attachments=store, zone=zone
            )
    assert target.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(target) as archive:
        document = json.loads(archive.read("person.json"))
        files = [name for name in archive.namelist() if name.startswith("files/")]
    said = [message["text"] for message in document["messages"]]
    assert sorted(said) == sorted(["我的会员卡丢了", "会员卡有人捡到吗", "会员卡呢？", f"{NAME}，您的会员卡已挂失"])
    assert document["tickets"][0]["messages"][0]["text"] == "会员卡丢了"
    assert document["questions"] == ["会员卡丢了怎么办"]
    assert sorted(name.rsplit("-", 1)[-1] for name in files) == ["photo.jpg", "prices.txt"]


def test_after_an_erasure_no_table_and_no_file_knows_the_person(
    any_database: Database, person: SimpleNamespace, store: AttachmentStore, now: datetime
) -> None:
    with any_database.reading() as session:
        before = _counts(session)
        root = actor_in(session, "root", now + timedelta(minutes=1))
    erased = erase_person_everywhere(any_database, root, person.id, reason=f"{NAME} asked on 23 Nov", attachments=store)
    assert (erased.messages, erased.files, erased.tickets, erased.interactions) == (4, 1, 2, 2)
    with any_database.reading() as session:
        assert _counts(session) == before
        for table in Base.metadata.sorted_tables:
            rows = session.execute(text(f'SELECT * FROM "{table.name}"')).all()
            # Each cell by itself: a row as a whole would show its backslashes twice.
            content = "\n".join(str(cell) for row in rows for cell in row)
            # What a colleague said of something else, and the group's other people, remain.
            assert not [secret for secret in SECRETS if secret in content and secret != "会员卡"], table.name
        assert "asked on 23 Nov" in str(session.scalars(select(AuditEvent.reason)).all())
        kept = {row.sender_id: row for row in session.scalars(select(InboxMessage))}
        assert kept["tg-9"].payload["text"] == "不知道"
        assert {row.status for row in kept.values()} == {InboxStatus.HANDLED}
        assert kept["erased"].result == {"outcome": "ticket", "intent": "question"}
        assert session.scalar(select(Conversation.key).where(Conversation.channel == "wecom_app")) == "li"
        texts = [row.payload["text"] for row in session.scalars(select(OutboxMessage))]
        assert "Nothing about anybody" in texts
    assert not store.path(person.photo).exists()
    assert store.path(person.shared).exists(), "somebody else sent the same file"


def test_only_managers_and_administrators_erase(
    any_database: Database, person: SimpleNamespace, store: AttachmentStore, now: datetime
) -> None:
    for handle in ("li", "sun", "zhou", "wu"):
        with any_database.reading() as session:
            actor = actor_in(session, handle, now)
        with pytest.raises(PermissionRefused):
            erase_person_everywhere(any_database, actor, person.id, reason="x", attachments=store)
    assert store.path(person.photo).exists()
