"""What colleagues asked, were told and taught about a person goes with him; and what the file remembers of it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot import teaching
from bot.attachments import AttachmentStore
from bot.models import Conversation, InboxMessage, InboxStatus
from bot.privacy import erase_person_everywhere
from crm_core import requirements
from crm_core.access import link_identity
from crm_core.customers import create_account, create_contact
from crm_core.database import Base, Database
from crm_core.permissions import system_actor
from knowledge_base.feedback import record_question
from tests.crm_core.conftest import actor_in, hire_everybody

NAME, MOBILE, MAIL = "欧阳娜娜", "13799998888", "nana@example.com"
SECRETS = (NAME, json.dumps(NAME)[1:-1], MOBILE, MAIL)


def _heard(said: str, now: datetime) -> InboxMessage:
    payload = {"kind": "text", "text": said, "attachments": [], "sender_name": None, "address": {}, "context": {}}
    return InboxMessage(
        channel="wecom_app", external_id=f"m{len(said)}", conversation_key="wang", sender_id="wang", payload=payload,
        status=InboxStatus.HANDLED, available_at=now, received_at=now, result={"text": said, "outcome": "refused"},
    )  # fmt: skip


def _fill(session: Session, now: datetime, *, namesake: bool) -> int:
    hire_everybody(session, now)
    li, zhou = actor_in(session, "li", now), actor_in(session, "zhou", now)
    account = create_account(session, li, name="海云数据")
    kept = create_contact(session, li, name=NAME, mobile=MOBILE, email=MAIL, account_id=account.id)
    # He wrote to us himself: another contact until somebody merges them, with a chat of its own.
    himself = create_contact(session, system_actor(now), name=NAME, mobile=MOBILE)
    identity = link_identity(session, channel="telegram", external_id="tg-77", contact_id=himself.id, now=now)
    session.add(Conversation(channel="telegram", key="tg-77", address={}, identity_id=identity.id, created_at=now))
    requirements.create_requirement(session, li, account_id=account.id, title=f"{NAME}要导出")
    session.add_all([_heard(f"{NAME}是谁", now), _heard(f"刚给{NAME}打了电话", now)])
    record_question(
        session, text=f"怎么给{NAME}退货，电话{MOBILE}", language="zh", outcome="ticket", article_id=None,
        probability=None, message_id=None, conversation_id=None, at=now,
    )  # fmt: skip
    teaching.teach(session, zhou, text=f"{NAME}的快递呢", label="ticket_status")
    if namesake:
        create_contact(session, li, name=NAME, mobile="13900000001", account_id=account.id)
    return kept.id


def _tables_with(session: Session, secret: str) -> list[str]:
    found = []
    for table in Base.metadata.sorted_tables:
        rows = session.execute(text(f'SELECT * FROM "{table.name}"')).all()
        # Each cell by itself: a row as a whole would show its backslashes twice.
        if any(secret in str(cell) for row in rows for cell in row):
            found.append(table.name)
    return found


def test_no_table_has_his_name_or_number_and_no_page_of_the_file(
    any_database: Database, tmp_path: Path, now: datetime
) -> None:
    with any_database.transaction() as session:
        contact_id = _fill(session, now, namesake=False)
    store = AttachmentStore(tmp_path / "attachments", max_bytes=1000)
    erased = erase_person_everywhere(any_database, system_actor(now), contact_id, reason=NAME, attachments=store)
    assert erased.identities == 1
    with any_database.reading() as session:
        assert {secret: _tables_with(session, secret) for secret in SECRETS if _tables_with(session, secret)} == {}
        assert teaching.list_taught(session) == []
    file = any_database.engine.url.database
    if any_database.engine.dialect.name == "sqlite" and file:
        pages = b"".join(path.read_bytes() for path in Path(file).parent.glob(f"{Path(file).name}*"))
        assert [secret for secret in SECRETS if secret.encode() in pages] == []


@pytest.mark.parametrize("secret", [MOBILE, MAIL])
def test_a_name_that_somebody_else_has_stays_in_what_colleagues_said(
    database: Database, tmp_path: Path, now: datetime, secret: str
) -> None:
    with database.transaction() as session:
        contact_id = _fill(session, now, namesake=True)
    store = AttachmentStore(tmp_path / "attachments", max_bytes=1000)
    erase_person_everywhere(database, system_actor(now), contact_id, reason="asked", attachments=store)
    with database.reading() as session:
        assert _tables_with(session, secret) == []
        assert "inbox" in _tables_with(session, NAME)
