from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm_core.customers import create_account, create_contact, mark_departed
from crm_core.deals import create_opportunity, ensure_default_stages
from crm_core.errors import InvalidField, PermissionRefused
from crm_core.interactions import log_interaction
from crm_core.models import Account, AccountLevel, AccountStatus, Contact, Influence, Opportunity, SegmentKind
from crm_core.permissions import system_actor
from crm_core.segment_filters import describe_filter
from crm_core.segments import create_segment, delete_segment, find_segment, members, preview, update_segment
from crm_core.tags import (
    add_tags,
    computed_tags,
    find_computed_tag,
    list_tags,
    refresh_computed_tags,
    remove_tags,
)
from crm_core.tickets import open_ticket
from tests.crm_core.conftest import ActorOf, actor_in


def one(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


def buy(session: Session, account: Account, amount: int, at: datetime, currency: str = "CNY") -> Opportunity:
    """Let an account have bought something, straight into the table."""
    deal = Opportunity(
        name="Order",
        account_id=account.id,
        stage="won",
        amount=amount,
        currency=currency,
        closed_at=at,
        created_at=at,
        updated_at=at,
    )
    session.add(deal)
    session.flush()
    return deal


@pytest.fixture
def market(any_session: Session, now: datetime) -> dict[str, Account]:
    """Four accounts that differ in everything that a filter can ask."""
    session, system = any_session, system_actor(now)
    ensure_default_stages(session)
    li, zhao = (actor_in(session, handle, now) for handle in ("li", "zhao"))
    big = create_account(
        session,
        li,
        name="华为技术",
        industry="ICT",
        region="广东省深圳市",
        level=AccountLevel.S,
        status=AccountStatus.ACTIVE,
        tags=["重点", "5G"],
        annual_amount=600000,  # type: ignore[arg-type]
        influence=Influence.TOP,
        partner_since=date(2020, 1, 1),
    )
    small = create_account(session, li, name="Acme 100%", industry="Retail", level=AccountLevel.B)
    quiet = create_account(session, zhao, name="Quiet Ltd", status=AccountStatus.SILENT)
    pool = create_account(session, system, name="Nobody's")
    buy(session, big, 300000, now - timedelta(days=5))
    buy(session, big, 200000, now - timedelta(days=20))
    buy(session, small, 1000, now - timedelta(days=200))
    ann = create_contact(session, li, name="Ann", account_id=small.id)
    log_interaction(
        session, li, kind="call", occurred_at=now - timedelta(days=100), summary="Called", contact_ids=[ann.id]
    )
    open_ticket(session, system, subject="Broken", text="Broken", kind="complaint", contact_id=ann.id)
    return {"big": big, "small": small, "quiet": quiet, "pool": pool}


EVERYBODY = {"big", "small", "quiet", "pool"}
FOUND: list[tuple[dict[str, Any], set[str]]] = [
    (one("level", "in", ["S", "B"]), {"big", "small"}),
    (one("level", "!=", "S"), {"small", "quiet", "pool"}),
    (one("industry", "not_in", ["ICT"]), {"small", "quiet", "pool"}),
    (one("industry", "empty"), {"quiet", "pool"}),
    (one("name", "contains", "100%"), {"small"}),
    (one("region", "contains", "深圳"), {"big"}),
    (one("owner", "==", "@LI"), {"big", "small"}),
    (one("owner", "empty"), {"pool"}),
    (one("tags", "has", "重点"), {"big"}),
    (one("tags", "has_not", "5G"), {"small", "quiet", "pool"}),
    (one("annual_amount", ">=", 500000), {"big"}),
    (one("influence", "==", "top"), {"big"}),
    (one("partner_since", "<", "2021-01-01"), {"big"}),
    (one("days_since_interaction", ">=", 90), {"small"}),
    (one("days_since_interaction", "empty"), {"big", "quiet", "pool"}),
    (one("days_since_purchase", ">", 90), {"small"}),
    (one("days_since_first_purchase", "<=", 30), {"big"}),
    (one("purchases_30_days", ">=", 2), {"big"}),
    (one("purchases_365_days", "==", 0), {"quiet", "pool"}),
    (one("spend_365_days", ">", 500), {"big", "small"}),
    (one("spend_top_percent", "<=", 50), {"big"}),
    (one("open_tickets", ">=", 1), {"small"}),
    (one("complaints_90_days", ">=", 1), {"small"}),
    (one("interactions_30_days", "==", 0), EVERYBODY),
    (one("open_deals", "==", 0), EVERYBODY),
    ({"all": [one("level", "==", "S"), one("status", "==", "active")]}, {"big"}),
    ({"any": [one("status", "==", "silent"), one("tags", "has", "5G")]}, {"big", "quiet"}),
    ({"not": {"any": [one("level", "==", "S"), one("level", "==", "B")]}}, {"quiet", "pool"}),
]


def test_every_field_of_an_account_can_be_asked_for(
    any_session: Session, market: dict[str, Account], now: datetime
) -> None:
    manager = actor_in(any_session, "qian", now)
    for filter_, expected in FOUND:
        found = preview(any_session, manager, filter=filter_, limit=10)
        names = {market[key].name for key in expected}
        assert (set(found.names), found.count) == (names, len(names)), filter_


def test_contacts_are_found_by_their_own_and_their_accounts_fields(
    any_session: Session, market: dict[str, Account], now: datetime
) -> None:
    session, li = any_session, actor_in(any_session, "li", now)
    create_contact(
        session,
        li,
        name="张伟",
        account_id=market["big"].id,
        mobile="13800001111",
        birthday=date(1990, 11, 26),
        tags=["golf"],
    )
    gone = create_contact(session, li, name="Gone", account_id=market["big"].id)
    mark_departed(session, li, gone)
    for filter_, names in (
        (one("account.level", "==", "S"), {"张伟"}),
        (one("account.spend_top_percent", "<=", 50), {"张伟"}),
        (one("birthday_month", "==", 11), {"张伟"}),
        (one("tags", "has", "golf"), {"张伟"}),
        (one("has_mobile", "==", value=False) | {"value": False}, {"Ann"}),
        (one("complaints_90_days", ">=", 1), {"Ann"}),
        (one("is_key_contact", "==", value=True), {"张伟", "Ann"}),
    ):
        assert set(preview(session, li, kind="contact", filter=filter_).names) == names, filter_


@pytest.mark.parametrize(
    ("filter_", "where"),
    [
        ({}, "filter.field"),
        ([], "filter"),
        (one("shoe_size", "==", 1), "filter.field"),
        (one("level", "<", "S"), "filter.op"),
        (one("level", "==", "X"), "filter.value"),
        (one("level", "in", []), "filter.value"),
        (one("annual_amount", ">", "much"), "filter.value"),
        (one("partner_since", ">", "soon"), "filter.value"),
        (one("level", "==", "S") | {"sql": "1=1"}, "filter"),
        ({"all": []}, "filter.all"),
        ({"all": [one("level", "==", "S")], "any": []}, "filter"),
        ({"any": [{"not": one("x", "==", 1)}]}, r"filter\.any\[0\]\.not\.field"),
        ({"not": {"not": {"not": {"not": {"not": one("level", "==", "S")}}}}}, "filter"),
    ],
)
def test_a_wrong_filter_is_refused_with_the_place(
    session: Session, as_staff: ActorOf, filter_: Any, where: str
) -> None:
    with pytest.raises(InvalidField, match=where):
        create_segment(session, as_staff("qian"), name="Wrong", filter=filter_)


def test_a_segment_shows_each_reader_his_own_customers(
    any_session: Session, market: dict[str, Account], now: datetime
) -> None:
    session = any_session
    li, zhao, manager = (actor_in(session, handle, now) for handle in ("li", "zhao", "qian"))
    segment = create_segment(session, manager, name="Not lost", filter=one("status", "!=", "lost"))
    assert [row.name for row in members(session, manager, segment)] == [
        "Acme 100%",
        "Nobody's",
        "Quiet Ltd",
        "华为技术",
    ]
    assert {row.id for row in members(session, zhao, segment)} == {market["quiet"].id, market["pool"].id}
    assert find_segment(session, li, "not LOST") is segment
    assert describe_filter({"not": {"all": [segment.filter, one("level", "in", ["S", "A"])]}}) == (
        "not ((status != lost) and (level in S, A))"
    )
    with pytest.raises(InvalidField, match="name"):
        create_segment(session, li, name="NOT LOST", filter=one("level", "==", "S"))
    with pytest.raises(PermissionRefused):
        update_segment(session, li, segment, name="Mine")
    with pytest.raises(PermissionRefused):
        create_segment(session, actor_in(session, "wu", now), name="Mine", filter=one("level", "==", "S"))
    update_segment(session, manager, segment, filter=one("level", "==", "S"))
    assert list(members(session, manager, segment)) == [market["big"]]
    delete_segment(session, manager, segment)
    assert find_segment(session, li, "Not lost") is None


def test_computed_tags_follow_the_figures(any_session: Session, market: dict[str, Account], now: datetime) -> None:
    session = any_session
    assert refresh_computed_tags(session, system_actor(now)) == 4 - 2 + 1  # two accounts and one contact
    session.expire_all()
    assert market["big"].computed_tags == ["new_buyer", "frequent_buyer", "rfm_best", "high_value", "key_account"]
    assert market["small"].computed_tags == ["dormant_buyer", "complaining", "unattended"]
    assert market["pool"].computed_tags == []
    assert refresh_computed_tags(session, system_actor(now)) == 0
    refresh_computed_tags(session, system_actor(now + timedelta(days=100)))
    session.expire_all()
    assert "dormant_buyer" in market["big"].computed_tags
    found = preview(session, system_actor(now), filter=one("computed_tags", "has", "key_account"))
    assert found.names == ["华为技术"]
    with pytest.raises(PermissionRefused):
        refresh_computed_tags(session, actor_in(session, "li", now))


def test_computed_tags_have_names_in_both_languages(session: Session) -> None:
    for word in ("dormant_buyer", "沉睡客", "Dormant buyer"):
        tag = find_computed_tag(session, word, SegmentKind.ACCOUNT)
        assert tag is not None
        assert tag.key == "dormant_buyer"
    assert {tag.family for tag in computed_tags(session)} == {"rfm", "behaviour", "value"}


def test_free_tags_are_added_counted_and_taken_off(session: Session, as_staff: ActorOf) -> None:
    li = as_staff("li")
    acme = create_account(session, li, name="Acme", tags=["VIP"])
    ann: Contact = create_contact(session, li, name="Ann", account_id=acme.id)
    add_tags(session, li, acme, ["#vip", "price-sensitive", "price-sensitive"])
    assert acme.tags == ["VIP", "price-sensitive"]
    add_tags(session, li, ann, ["golf"])
    create_account(session, li, name="Beta", tags=["VIP"])
    assert list_tags(session, li, "account") == [("VIP", 2), ("price-sensitive", 1)]
    assert list_tags(session, as_staff("zhao"), "account") == []
    remove_tags(session, li, acme, ["Price-Sensitive", "unknown"])
    assert (acme.tags, ann.tags) == (["VIP"], ["golf"])
    with pytest.raises(InvalidField):
        add_tags(session, li, acme, ["x" * 51])
    with pytest.raises(PermissionRefused):
        add_tags(session, as_staff("zhao"), acme, ["mine"])


def test_a_deal_in_the_making_is_no_purchase(session: Session, as_staff: ActorOf) -> None:
    ensure_default_stages(session)
    acme = create_account(session, as_staff("li"), name="Acme")
    create_opportunity(session, as_staff("li"), account_id=acme.id, name="Shelves")
    assert preview(session, as_staff("li"), filter=one("purchases_365_days", ">", 0)).count == 0
    assert preview(session, as_staff("li"), filter=one("open_deals", ">", 0)).names == ["Acme"]
