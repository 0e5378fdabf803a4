from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from crm_core.campaigns import (
    add_members,
    add_segment,
    campaign_result,
    create_campaign,
    delete_campaign,
    find_campaign,
    list_campaigns,
    list_members,
    mark_reached,
    record_response,
    update_campaign,
)
from crm_core.customers import create_account, create_contact
from crm_core.deals import ensure_default_stages
from crm_core.describe import describe
from crm_core.errors import InvalidField, PermissionRefused
from crm_core.interactions import log_interaction
from crm_core.models import CampaignMember, Opportunity
from crm_core.permissions import system_actor
from crm_core.segments import create_segment
from crm_core.targets import (
    breakdown_gap,
    delete_target,
    list_progress,
    list_targets,
    progress,
    set_target,
    update_target,
)
from tests.crm_core.conftest import ActorOf, actor_in, undo_message
from tests.crm_core.test_segments import buy, one


def deal_of(session: Session, account_id: int, amount: int, now: datetime, **fields: object) -> Opportunity:
    values = {"stage": "won", "closed_at": now, "currency": "CNY", **fields}
    deal = Opportunity(name="Deal", account_id=account_id, amount=amount, created_at=now, updated_at=now, **values)
    session.add(deal)
    session.flush()
    return deal


def test_a_campaign_is_judged_by_reach_response_and_return(any_session: Session, now: datetime) -> None:
    session, system = any_session, system_actor(now)
    ensure_default_stages(session)
    manager, li = actor_in(session, "qian", now), actor_in(session, "li", now)
    accounts = [create_account(session, li, name=f"Shop {turn}", industry="Retail") for turn in range(4)]
    theirs = create_account(session, actor_in(session, "zhao", now), name="Shop 5", industry="Retail")
    segment = create_segment(session, manager, name="Retail", filter=one("industry", "==", "Retail"))
    campaign = create_campaign(
        session,
        manager,
        name="双十一",
        channel="sms",
        segment_id=segment.id,
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 11),
        budget=Decimal(9000),
    )
    members = add_segment(session, manager, campaign, segment)
    assert len(members) == 5
    assert add_segment(session, manager, campaign, segment) == []
    empty = campaign_result(session, manager, campaign)
    assert (empty.audience, empty.reach_rate, empty.response_rate, empty.roi) == (5, 0.0, None, -1.0)
    assert mark_reached(session, manager, members[:4]) == 4
    assert mark_reached(session, manager, members[:4]) == 0
    won = deal_of(session, accounts[0].id, 30000, now)
    abroad = deal_of(session, accounts[1].id, 5000, now, currency="USD")
    open_one = deal_of(session, accounts[2].id, 70000, now, stage="contacted", closed_at=None)
    for member, deal in zip(members[:3], (won, abroad, open_one), strict=True):
        record_response(session, manager, member, response="wants it", opportunity_id=deal.id)
    record_response(session, manager, members[4], response="no, thanks")
    update_campaign(session, manager, campaign, cost=Decimal(10000), status="done")
    result = campaign_result(session, manager, campaign)
    assert (result.audience, result.reached, result.responded, result.deals, result.won) == (5, 5, 4, 3, 2)
    assert (result.revenue, result.cost, result.roi) == (Decimal(30000), Decimal(10000), 2.0)
    assert (result.reach_rate, result.response_rate) == (1.0, 0.8)
    # A rep sees the campaign and his own customers in it.
    assert campaign_result(session, li, campaign).audience == 4
    assert {row.account_id for row in list_members(session, actor_in(session, "zhao", now), campaign)} == {theirs.id}
    assert describe(session, members[0], system.zone)["campaign"] == "双十一"


def test_who_runs_campaigns(session: Session, as_staff: ActorOf) -> None:
    for handle in ("li", "zhou", "wu"):
        with pytest.raises(PermissionRefused):
            create_campaign(session, as_staff(handle), name="Mine")
    campaign = create_campaign(session, as_staff("sun"), name="Fair", status="running")
    with pytest.raises(PermissionRefused):
        update_campaign(session, as_staff("li"), campaign, cost=Decimal(1))
    for wrong in ({"ends_on": date(2026, 1, 1), "starts_on": date(2026, 2, 1)}, {"channel": "pigeon"}, {"cost": -1}):
        with pytest.raises(InvalidField):
            update_campaign(session, as_staff("sun"), campaign, **wrong)
    assert find_campaign(session, as_staff("li"), "fair") is campaign
    assert list_campaigns(session, as_staff("li")) == [campaign]
    delete_campaign(session, as_staff("sun"), campaign)
    assert list_campaigns(session, as_staff("li")) == []


def test_a_rep_adds_and_answers_for_his_own_customers(session: Session, as_staff: ActorOf, now: datetime) -> None:
    campaign = create_campaign(session, as_staff("qian"), name="Fair")
    mine = create_account(session, as_staff("li"), name="Mine")
    theirs = create_account(session, as_staff("wang"), name="Theirs")
    alone = create_contact(session, as_staff("li"), name="Shopper")
    li = actor_in(session, "li", now, message_id=4)
    members = add_members(session, li, campaign, account_ids=[mine.id, mine.id], contact_ids=[alone.id])
    assert [(row.account_id, row.contact_id) for row in members] == [(mine.id, None), (None, alone.id)]
    with pytest.raises(PermissionRefused):
        add_members(session, li, campaign, account_ids=[theirs.id])
    with pytest.raises(PermissionRefused):
        record_response(session, as_staff("wang"), members[1])
    undo_message(session, li, message_id=4)
    assert session.query(CampaignMember).count() == 0


YEAR = (date(2026, 1, 1), date(2026, 12, 31))
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def test_targets_stand_against_what_was_reached(any_session: Session, now: datetime) -> None:
    session = any_session
    ensure_default_stages(session)
    manager, li = actor_in(session, "qian", now), actor_in(session, "li", now)
    east = li.team_id
    mine = create_account(session, li, name="Mine")
    other = create_account(session, actor_in(session, "zhao", now), name="Other")
    for account, amount, at in (
        (mine, 60000, now),
        (mine, 30000, now - timedelta(days=20)),
        (mine, 10000, datetime.fromisoformat("2026-10-31T16:30:00+00:00")),
        (other, 500000, now),
    ):
        buy(session, account, amount, at).owner_id = account.owner_id
    buy(session, mine, 7000, now, "USD").owner_id = li.user_id
    log_interaction(session, li, kind="call", occurred_at=now, summary="Called", account_id=mine.id)
    session.flush()

    whole = set_target(session, manager, starts_on=NOVEMBER[0], ends_on=NOVEMBER[1], amount=1000000)
    team = set_target(session, manager, starts_on=NOVEMBER[0], ends_on=NOVEMBER[1], amount=400000, team_id=east)
    own = set_target(session, manager, starts_on=NOVEMBER[0], ends_on=NOVEMBER[1], amount=120000, owner_id=li.user_id)
    calls = set_target(
        session,
        manager,
        metric="interactions",
        starts_on=NOVEMBER[0],
        ends_on=NOVEMBER[1],
        amount=2,
        owner_id=li.user_id,
    )
    got = {row.target.id: row for row in list_progress(session, manager)}
    assert [got[target.id].actual for target in (whole, team, own, calls)] == [590000, 90000, 90000, 1]
    assert (got[own.id].share, got[own.id].gap, got[own.id].whose) == (0.75, Decimal(30000), "Li")
    assert round(got[own.id].elapsed, 3) == round(23 / 30, 3)
    # What was won on the last evening of October in London was won in November in Shanghai.
    shanghai = system_actor(now, zone=ZoneInfo("Asia/Shanghai"))
    assert progress(session, shanghai, own).actual == 100000
    assert breakdown_gap(session, manager, whole) == 600000
    assert breakdown_gap(session, manager, team) == 280000
    assert {row.target.id for row in list_progress(session, li)} == {own.id, calls.id}
    again = set_target(session, manager, starts_on=NOVEMBER[0], ends_on=NOVEMBER[1], amount=1, owner_id=li.user_id)
    assert again is own
    assert progress(session, li, own).share == 90000.0


def test_who_sets_targets_and_for_whom(session: Session, as_staff: ActorOf) -> None:
    li, sun, zhao = as_staff("li"), as_staff("sun"), as_staff("zhao")
    for handle in ("li", "zhou", "wu"):
        with pytest.raises(PermissionRefused):
            set_target(session, as_staff(handle), starts_on=YEAR[0], ends_on=YEAR[1], amount=1, owner_id=li.user_id)
    target = set_target(session, sun, starts_on=YEAR[0], ends_on=YEAR[1], amount=10, owner_id=li.user_id)
    set_target(session, sun, starts_on=YEAR[0], ends_on=YEAR[1], amount=10, team_id=sun.team_id)
    for whose in ({"owner_id": zhao.user_id}, {"team_id": zhao.team_id}, {}):
        with pytest.raises(PermissionRefused):
            set_target(session, sun, starts_on=YEAR[0], ends_on=YEAR[1], amount=10, **whose)
    for wrong in ({"amount": 0}, {"ends_on": date(2025, 1, 1)}, {"metric": "luck"}):
        with pytest.raises(InvalidField):
            update_target(session, sun, target, **wrong)
    with pytest.raises(PermissionRefused):
        update_target(session, li, target, amount=1)
    assert list_targets(session, zhao) == []
    assert list_targets(session, li, on=date(2027, 1, 1)) == []
    delete_target(session, sun, target)
    assert list_targets(session, li) == []
