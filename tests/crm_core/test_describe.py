from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crm_core.access import get_user
from crm_core.customers import create_account, create_contact
from crm_core.deals import create_lead, create_opportunity
from crm_core.describe import describe
from crm_core.interactions import log_interaction
from crm_core.tasks import create_task
from crm_core.tickets import open_ticket
from tests.crm_core.conftest import ActorOf


def test_an_interaction_and_its_follow_up(session: Session, as_staff: ActorOf, now: datetime, zone: ZoneInfo) -> None:
    li = as_staff("li")
    account = create_account(session, li, name="华为技术有限公司")
    contact = create_contact(session, li, name="张伟", account_id=account.id)
    call = log_interaction(session, li, kind="call", occurred_at=now, summary="要报价", contact_ids=[contact.id])
    fields = describe(session, call, zone)
    assert fields["kind"] == "call"
    assert fields["occurred_at"] == "2026-11-23T10:00:00+08:00"
    assert (fields["account"], fields["account_id"]) == ("华为技术有限公司", account.id)
    assert (fields["contacts"], fields["contact_ids"]) == (["张伟"], [contact.id])
    assert fields["owner"] == "li"
    task = create_task(session, li, title="发报价", due_at=now + timedelta(days=8, hours=5), contact_id=contact.id)
    described = describe(session, task, zone)
    assert (described["due_at"], described["status"], described["contacts"]) == (
        "2026-12-01T15:00:00+08:00",
        "todo",
        ["张伟"],
    )


def test_amounts_are_decimal_strings_beside_their_currency(session: Session, as_staff: ActorOf, zone: ZoneInfo) -> None:
    li = as_staff("li")
    account = create_account(session, li, name="Acme")
    deal = create_opportunity(
        session,
        li,
        account_id=account.id,
        name="Shelves",
        stage="proposal",
        amount=Decimal("1200000"),
        currency="usd",
        expected_close=date(2026, 12, 31),
    )
    fields = describe(session, deal, zone)
    assert (fields["amount"], fields["currency"], fields["stage"], fields["probability"]) == (
        "1200000.00",
        "USD",
        "proposal",
        50,
    )
    assert fields["expected_close"] == "2026-12-31"


def test_every_record_is_plain_json_without_secrets(session: Session, as_staff: ActorOf, zone: ZoneInfo) -> None:
    root = as_staff("root")
    account = create_account(session, root, name="Acme", tags=["vip"])
    contact = create_contact(session, root, name="Ann", mobile="13800001111", birthday=date(1990, 1, 2))
    lead = create_lead(session, root, name="Lead")
    ticket = open_ticket(session, root, subject="x", text="x", contact_id=contact.id)
    user = get_user(session, "li")
    described = [describe(session, record, zone) for record in (account, contact, lead, ticket, user)]
    assert "password" not in json.dumps(described)
    assert described[3]["number"] == "TK20260001"
    assert (described[4]["role"], described[4]["team"]) == ("rep", "East")
