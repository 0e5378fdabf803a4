from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import customers
from crm_core.cards import account_card, contact_card
from crm_core.database import Database
from crm_core.deals import create_opportunity
from crm_core.errors import InvalidField, PermissionRefused, RecordNotFound
from crm_core.interactions import log_interaction
from crm_core.matching import find_duplicates
from crm_core.models import Account, AccountLevel, AccountStatus, AuditEvent, Contact, ContactStatus
from crm_core.permissions import Actor, customer_actor, system_actor
from crm_core.tasks import create_task
from crm_core.tickets import open_ticket
from tests.crm_core.conftest import ActorOf


def test_an_account_gets_a_code_and_its_maker_as_owner(session: Session, as_staff: ActorOf) -> None:
    account = customers.create_account(
        session, as_staff("li"), name="  华为技术有限公司 ", short_names=["华为", "华为"]
    )
    assert (account.code, account.name, account.short_names) == ("CRM2026001", "华为技术有限公司", ["华为"])
    assert account.owner_id == as_staff("li").user_id


def test_the_year_of_a_code_is_the_makers(session: Session, zone: object) -> None:
    new_year_in_shanghai = datetime(2026, 12, 31, 17, tzinfo=UTC)
    actor = system_actor(new_year_in_shanghai, zone=zone)  # type: ignore[arg-type]
    assert customers.create_account(session, actor, name="Acme").code == "CRM2027001"


def test_concurrent_accounts_get_codes_without_gap(any_database: Database, now: datetime) -> None:
    def create(turn: int) -> str:
        with any_database.transaction() as session:
            return customers.create_account(session, system_actor(now), name=f"Account {turn}").code

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(create, range(30)))
    assert sorted(codes) == [f"CRM2026{number:03d}" for number in range(1, 31)]


def test_an_imported_code_is_kept_and_the_series_goes_on_after_it(session: Session, system: Actor) -> None:
    assert customers.create_account(session, system, name="Old", code="crm2026040").code == "CRM2026040"
    assert customers.create_account(session, system, name="New").code == "CRM2026041"
    with pytest.raises(InvalidField, match="Another account"):
        customers.create_account(session, system, name="Double", code="CRM2026040")


@pytest.mark.parametrize(
    "typed", ["138-0000-1111", "13800001111", "+86 138 0000 1111", "１３８００００１１１１", "0086 138 0000 1111"]
)
def test_a_mobile_is_one_number_in_every_spelling(session: Session, system: Actor, typed: str) -> None:
    contact = customers.create_contact(session, system, name="张伟", mobile=typed)
    assert contact.mobile == "+8613800001111"
    assert customers.find_contact_by_phone(session, system, "1380000 1111") is contact


@pytest.mark.parametrize("typed", ["12345", "1380000111", "138000011112", "hello", "23800001111"])
def test_impossible_numbers_are_refused(session: Session, system: Actor, typed: str) -> None:
    with pytest.raises(InvalidField, match="mobile"):
        customers.create_contact(session, system, name="张伟", mobile=typed)


def test_values_are_checked_and_spelled(session: Session, system: Actor) -> None:
    contact = customers.create_contact(session, system, name="Ann", email=" Ann.Lee@Example.COM ")
    assert contact.email == "ann.lee@example.com"
    for wrong in ({"email": "ann@"}, {"language": "fr"}, {"birthday": "soon"}):
        with pytest.raises(InvalidField):
            customers.update_contact(session, system, contact, **wrong)  # type: ignore[arg-type]
    account = customers.create_account(session, system, name="Acme", size_band="50人以下")
    assert account.size_band == "<50"
    with pytest.raises(InvalidField):
        customers.update_account(session, system, account, annual_amount=-1)  # type: ignore[arg-type]


def test_a_new_status_or_level_needs_a_reason(session: Session, as_staff: ActorOf) -> None:
    li = as_staff("li")
    account = customers.create_account(session, li, name="Acme")
    with pytest.raises(InvalidField, match="reason"):
        customers.update_account(session, li, account, status=AccountStatus.ACTIVE)
    customers.update_account(
        session, li, account, status=AccountStatus.ACTIVE, level=AccountLevel.A, reason="first order"
    )
    assert account.status_reason == "first order"
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert event.before == {"level": "C", "status": "new", "status_reason": None}
    assert event.after == {"level": "A", "status": "active", "status_reason": "first order"}


def test_a_rep_reads_and_changes_no_colleagues_account(session: Session, as_staff: ActorOf) -> None:
    account = customers.create_account(session, as_staff("wang"), name="Acme")
    contact = customers.create_contact(session, as_staff("wang"), name="Ann", account_id=account.id)
    li = as_staff("li")
    with pytest.raises(PermissionRefused):
        customers.get_account(session, li, account.id)
    with pytest.raises(PermissionRefused):
        customers.update_contact(session, li, contact, title="CEO")
    with pytest.raises(PermissionRefused):
        customers.create_contact(session, li, name="Bob", account_id=account.id)
    with pytest.raises(PermissionRefused):
        contact_card(session, li, contact.id)


def test_a_rep_may_take_what_nobody_owns_but_not_give_it_away(
    session: Session, as_staff: ActorOf, system: Actor
) -> None:
    account = customers.create_account(session, system, name="Acme")
    li, wang = as_staff("li"), as_staff("wang")
    with pytest.raises(PermissionRefused):
        customers.update_account(session, li, account, owner_id=wang.user_id)
    customers.update_account(session, li, account, owner_id=li.user_id)
    assert account.owner_id == li.user_id


def test_a_supervisor_hands_over_within_the_team_only(session: Session, as_staff: ActorOf) -> None:
    account = customers.create_account(session, as_staff("li"), name="Acme")
    sun = as_staff("sun")
    with pytest.raises(PermissionRefused):
        customers.update_account(session, sun, account, owner_id=as_staff("zhao").user_id)
    customers.update_account(session, sun, account, owner_id=as_staff("wang").user_id)
    assert account.owner_id == as_staff("wang").user_id


def test_a_customer_does_not_learn_that_another_contact_exists(session: Session, system: Actor, now: datetime) -> None:
    other = customers.create_contact(session, system, name="Other")
    me = customer_actor(None, "visitor", now)
    with pytest.raises(RecordNotFound):
        customers.get_contact(session, me, other.id)


def test_names_of_colleagues_customers_are_listed_as_not_visible(session: Session, as_staff: ActorOf) -> None:
    mine = customers.create_account(session, as_staff("li"), name="Mine", short_names=["M"])
    theirs = customers.create_account(session, as_staff("wang"), name="Theirs")
    ann = customers.create_contact(
        session, as_staff("wang"), name="Ann", account_id=theirs.id, attributes={"aliases": ["Annie"]}
    )
    gone = customers.create_contact(session, as_staff("li"), name="Gone", account_id=mine.id)
    customers.update_contact(session, as_staff("li"), gone, status=ContactStatus.DEPARTED)
    names = {(name.record_type, name.id): name for name in customers.list_names(session, as_staff("li"))}
    assert set(names) == {("account", mine.id), ("account", theirs.id), ("contact", ann.id)}
    assert names["account", mine.id].is_visible
    assert names["account", mine.id].aliases == ("M",)
    assert not names["account", theirs.id].is_visible
    contact = names["contact", ann.id]
    assert (contact.aliases, contact.account_name, contact.owner_id, contact.is_visible) == (
        ("Annie",),
        "Theirs",
        as_staff("wang").user_id,
        False,
    )


def test_names_are_listed_alike_on_each_database(any_session: Session, now: datetime) -> None:
    system = system_actor(now)
    account = customers.create_account(any_session, system, name="华为", short_names=["HW"])
    customers.create_contact(any_session, system, name="张伟", account_id=account.id)
    customers.create_contact(any_session, system, name="Ann", attributes={"aliases": ["Annie"]})
    names = customers.list_names(any_session, system)
    assert [(name.name, name.aliases, name.is_visible) for name in names] == [
        ("华为", ("HW",), True),
        ("张伟", (), True),
        ("Ann", ("Annie",), True),
    ]


def test_duplicates_are_found_by_mobile_email_and_company_name(session: Session, as_staff: ActorOf) -> None:
    wang, li = as_staff("wang"), as_staff("li")
    account = customers.create_account(session, wang, name="华为技术有限公司")
    contact = customers.create_contact(session, wang, name="张伟", mobile="13800001111", email="z@example.com")
    found = find_duplicates(session, li, record_type="account", name="华为技术股份有限公司")
    assert [(row.id, row.reason, row.is_visible) for row in found] == [(account.id, "name", False)]
    assert find_duplicates(session, li, record_type="account", name="小米科技") == []
    account.short_names = ["华为"]
    session.flush()
    (short,) = find_duplicates(session, li, record_type="account", name="华为公司")
    assert (short.id, short.reason, short.similarity) == (account.id, "name", 0.97)
    for given in ({"mobile": "138 0000 1111"}, {"email": "Z@example.com"}, {"name": "张伟"}):
        found = find_duplicates(session, wang, record_type="contact", **given)  # type: ignore[arg-type]
        assert [(row.id, row.is_visible) for row in found] == [(contact.id, True)]
    assert find_duplicates(session, li, record_type="contact", name="张玮", mobile="nonsense") == []


def test_of_two_contacts_with_one_number_the_actors_own_is_found(session: Session, as_staff: ActorOf) -> None:
    customers.create_contact(session, as_staff("wang"), name="Theirs", mobile="13800001111")
    mine = customers.create_contact(session, as_staff("li"), name="Mine", mobile="13800001111")
    assert customers.find_contact_by_phone(session, as_staff("li"), "13800001111") is mine
    with pytest.raises(PermissionRefused):
        customers.find_contact_by_phone(session, as_staff("zhao"), "13800001111")


def test_cards_show_what_is_open(session: Session, as_staff: ActorOf, now: datetime) -> None:
    li = as_staff("li")
    account = customers.create_account(session, li, name="Acme")
    contact = customers.create_contact(session, li, name="Ann", account_id=account.id)
    call = log_interaction(session, li, kind="call", occurred_at=now, summary="Quote", contact_ids=[contact.id])
    deal = create_opportunity(session, li, account_id=account.id, name="Shelves")
    ticket = open_ticket(session, as_staff("zhou"), subject="Late", text="Late", contact_id=contact.id)
    task = create_task(session, li, title="Send quote", due_at=now, contact_id=contact.id)
    card = contact_card(session, li, contact.id)
    assert card.account is account
    assert card.owner == "li"
    assert card.last_interaction is call
    assert (list(card.open_deals), list(card.open_tickets), card.next_task) == ([deal], [ticket], task)
    whole = account_card(session, li, account.id)
    assert list(whole.contacts) == [contact]
    assert (list(whole.open_deals), list(whole.open_tickets), whole.next_task) == ([deal], [ticket], task)


def test_deleted_records_are_not_found(session: Session, as_staff: ActorOf) -> None:
    root = as_staff("root")
    account = customers.create_account(session, root, name="Acme")
    contact = customers.create_contact(session, root, name="Ann", mobile="13800001111")
    with pytest.raises(PermissionRefused):
        customers.delete_account(session, as_staff("zhou"), account)
    customers.delete_account(session, root, account)
    customers.delete_contact(session, root, contact)
    with pytest.raises(RecordNotFound):
        customers.get_account(session, root, account.id)
    assert customers.find_contact_by_phone(session, root, "13800001111") is None
    assert session.scalars(select(Account)).all() == [account]
    assert session.scalars(select(Contact)).all() == [contact]
