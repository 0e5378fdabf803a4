from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from crm_core import tickets
from crm_core.access import link_identity
from crm_core.customers import create_account, create_contact, update_account
from crm_core.database import Base
from crm_core.deals import create_lead
from crm_core.errors import PermissionRefused, RecordNotFound
from crm_core.interactions import log_interaction
from crm_core.models import Contact, Interaction, Ticket
from crm_core.permissions import customer_actor
from crm_core.privacy import ERASED, erase_person, export_person
from crm_core.reports.summary import summarise
from crm_core.tasks import create_task
from tests.crm_core.conftest import actor_in, undo_newest

SECRETS = ("张晓明", "13800001111", "xiaoming@example.com", "会员卡丢了", "tg-4711")


@pytest.fixture
def person(any_session: Session, now: datetime) -> Contact:
    """A customer with a chat account, calls, a ticket, a task and an old lead."""
    session, li = any_session, actor_in(any_session, "li", now, message_id=1)
    account = create_account(session, li, name="Acme")
    contact = create_contact(
        session,
        li,
        name="张晓明",
        mobile="13800001111",
        email="xiaoming@example.com",
        account_id=account.id,
        attributes={"member": "13800001111"},
    )
    other = create_contact(session, li, name="Ann", account_id=account.id)
    create_lead(session, li, name="张晓明", mobile="13800001111")
    link_identity(session, channel="telegram", external_id="tg-4711", contact_id=contact.id, now=now)
    for contacts in ([contact.id], [contact.id, other.id]):
        log_interaction(
            session, li, kind="call", occurred_at=now, summary="张晓明 13800001111 要报价", contact_ids=contacts
        )
    customer = customer_actor(contact.id, "张晓明", now)
    tickets.open_ticket(session, customer, subject="会员卡丢了", text="会员卡丢了，我是张晓明")
    create_task(session, li, title="回电张晓明", contact_id=contact.id)
    # What others wrote where nobody looks for him: his account's notes, a colleague's task, a merged record.
    update_account(session, li, account, notes="找张晓明，138-0000-1111")
    create_task(session, li, title="打 138 0000 1111 催款")
    twin = create_contact(session, li, name="章晓明", mobile="13800002222", account_id=account.id)
    twin.merged_into_id, twin.deleted_at = contact.id, now
    return contact


def test_an_export_has_everything_about_the_person(
    any_session: Session, person: Contact, now: datetime, zone: ZoneInfo
) -> None:
    document = export_person(any_session, actor_in(any_session, "qian", now), person.id, zone=zone)
    written = json.dumps(document, ensure_ascii=False)
    assert all(secret in written for secret in SECRETS)
    assert document["tickets"][0]["messages"][0]["text"] == "会员卡丢了，我是张晓明"
    assert len(document["interactions"]) == 2


def test_after_an_erasure_no_table_knows_the_person(any_session: Session, person: Contact, now: datetime) -> None:
    erasure = erase_person(any_session, actor_in(any_session, "root", now), person.id, reason="request of 23 Nov")
    assert len(erasure.identity_ids) == 1
    any_session.flush()
    for table in Base.metadata.sorted_tables:
        rows = any_session.execute(text(f'SELECT * FROM "{table.name}"')).all()
        # Each cell by itself: a row as a whole would show its backslashes twice.
        content = "\n".join(str(cell) for row in rows for cell in row)
        hidden = ("章晓明", "13800002222", "138-0000-1111", "138 0000 1111", json.dumps("张晓明")[1:-1])
        assert not [secret for secret in (*SECRETS, *hidden) if secret in content], table.name


def test_the_figures_stay_what_they_were(any_session: Session, person: Contact, now: datetime) -> None:
    manager = actor_in(any_session, "qian", now)
    start, end = now - timedelta(days=1), now + timedelta(days=1)
    before = summarise(any_session, manager, start=start, end=end)
    erase_person(any_session, manager, person.id, reason="request")
    after = summarise(any_session, manager, start=start, end=end)
    assert (after.interactions, after.tickets_opened) == (before.interactions, before.tickets_opened)
    assert any_session.scalars(select(Ticket.number)).all() == ["TK20260001"]


def test_words_about_others_remain(any_session: Session, person: Contact, now: datetime) -> None:
    erase_person(any_session, actor_in(any_session, "root", now), person.id, reason="request")
    alone, together = any_session.scalars(select(Interaction).order_by(Interaction.id)).all()
    assert "报价" not in alone.summary
    assert "报价" in together.summary


def test_an_erasure_cannot_be_undone_and_the_person_is_not_found(
    any_session: Session, person: Contact, now: datetime, zone: ZoneInfo
) -> None:
    root = actor_in(any_session, "root", now, message_id=2)
    erase_person(any_session, root, person.id, reason="request")
    assert undo_newest(any_session, root) == []
    assert undo_newest(any_session, actor_in(any_session, "li", now))
    assert (person.name, person.mobile, person.deleted_at) == (ERASED, None, now)
    with pytest.raises(RecordNotFound):
        export_person(any_session, root, person.id, zone=zone)


def test_who_may_export_and_erase(session: Session, now: datetime, zone: ZoneInfo) -> None:
    li = actor_in(session, "li", now)
    contact = create_contact(session, li, name="Ann")
    for handle in ("li", "zhou"):
        with pytest.raises(PermissionRefused):
            export_person(session, actor_in(session, handle, now), contact.id, zone=zone)
    for handle in ("li", "zhou", "wu"):
        with pytest.raises(PermissionRefused):
            erase_person(session, actor_in(session, handle, now), contact.id, reason="x")
