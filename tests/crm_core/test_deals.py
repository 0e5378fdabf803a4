from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_core import deals
from crm_core.customers import create_account
from crm_core.database import write_json
from crm_core.errors import InvalidField, PermissionRefused, RecordNotFound
from crm_core.models import Account, LeadStatus, Stage
from tests.crm_core.conftest import ActorOf


@pytest.fixture
def account(session: Session, as_staff: ActorOf) -> Account:
    return create_account(session, as_staff("li"), name="Acme")


def test_the_funnel_has_the_default_stages_in_order(session: Session) -> None:
    stages = deals.ensure_default_stages(session)
    assert [(stage.key, stage.probability_percent) for stage in stages] == [
        ("contacted", 10),
        ("qualified", 30),
        ("proposal", 50),
        ("negotiation", 75),
        ("won", 100),
        ("lost", 0),
    ]
    assert deals.ensure_default_stages(session) == stages


def test_a_configured_funnel_is_left_alone(session: Session) -> None:
    session.add(Stage(key="talk", position=0, name_zh="谈", name_en="Talk", probability_percent=5))
    session.flush()
    assert [stage.key for stage in deals.ensure_default_stages(session)] == ["talk"]


@pytest.mark.parametrize("word", ["negotiation", "Negotiation", "商务谈判", " NEGOTIATION "])
def test_a_stage_is_known_by_key_and_by_name(session: Session, word: str) -> None:
    assert deals.get_stage(session, word).key == "negotiation"


def test_an_opportunity_moves_through_the_funnel(
    session: Session, as_staff: ActorOf, account: Account, now: datetime
) -> None:
    li = as_staff("li")
    deal = deals.create_opportunity(
        session,
        li,
        account_id=account.id,
        name="Shelves",
        amount=Decimal("200000"),
        expected_close=date(2026, 12, 31),
    )
    assert (deal.stage, deal.amount, deal.currency, deal.owner_id) == (
        "contacted",
        Decimal("200000.00"),
        "CNY",
        li.user_id,
    )
    deals.change_stage(session, li, deal, stage="lost", reason="价格太高")
    assert (deal.stage, deal.closed_at, deal.outcome_reason) == ("lost", now, "价格太高")
    assert deals.list_opportunities(session, li) == []
    assert deals.list_opportunities(session, li, include_closed=True) == [deal]
    deals.change_stage(session, li, deal, stage="方案报价")
    assert (deal.stage, deal.closed_at, deal.outcome_reason) == ("proposal", None, None)
    with pytest.raises(InvalidField, match="stage"):
        deals.change_stage(session, li, deal, stage="nowhere")


def test_amounts_and_currencies_are_checked(session: Session, as_staff: ActorOf, account: Account) -> None:
    for wrong in (
        {"amount": Decimal("-1")},
        {"amount": Decimal("NaN")},
        {"amount": Decimal("1e20")},
        {"currency": "yuan"},
    ):
        with pytest.raises(InvalidField):
            deals.create_opportunity(
                session,
                as_staff("li"),
                account_id=account.id,
                name="x",
                **wrong,
            )


def test_deals_on_a_colleagues_account_are_refused(session: Session, as_staff: ActorOf, account: Account) -> None:
    wang = as_staff("wang")
    with pytest.raises(PermissionRefused):
        deals.create_opportunity(session, wang, account_id=account.id, name="x")
    deal = deals.create_opportunity(session, as_staff("li"), account_id=account.id, name="Shelves")
    with pytest.raises(PermissionRefused):
        deals.change_stage(session, wang, deal, stage="won")
    with pytest.raises(PermissionRefused):
        deals.change_stage(session, as_staff("zhou"), deal, stage="won")
    with pytest.raises(PermissionRefused):
        deals.update_opportunity(session, as_staff("li"), deal, owner_id=wang.user_id)


def test_opportunities_are_found_by_id_and_name(session: Session, as_staff: ActorOf, account: Account) -> None:
    li = as_staff("li")
    deal = deals.create_opportunity(session, li, account_id=account.id, name="Shelves for spring")
    assert deals.find_opportunities(session, li, "SPRING") == [deal]
    assert deals.find_opportunities(session, li, str(deal.id)) == [deal]
    assert deals.find_opportunities(session, li, "") == []
    with pytest.raises(RecordNotFound):
        deals.find_opportunities(session, li, "99")
    assert deals.get_account_of(session, deal) is account


def test_a_lead_becomes_account_contact_and_opportunity_in_one_step(session: Session, as_staff: ActorOf) -> None:
    li = as_staff("li")
    lead = deals.create_lead(
        session, li, name="李雷", company="新零售有限公司", mobile="13900002222", source="expo", score=80
    )
    assert lead.owner_id == li.user_id
    made = deals.convert_lead(session, li, lead)
    assert (made.account.name, made.contact.name, made.contact.account_id) == (
        "新零售有限公司",
        "李雷",
        made.account.id,
    )
    assert made.opportunity.account_id == made.account.id
    assert lead.status is LeadStatus.CONVERTED
    with pytest.raises(InvalidField, match="status"):
        deals.convert_lead(session, li, lead)


def test_leads_are_listed_by_reach_and_status(session: Session, as_staff: ActorOf) -> None:
    mine = deals.create_lead(session, as_staff("li"), name="Mine")
    deals.create_lead(session, as_staff("zhao"), name="Theirs")
    assert deals.list_leads(session, as_staff("li")) == [mine]
    assert deals.list_leads(session, as_staff("qian"), statuses=[LeadStatus.NEW]) == []
    deals.update_lead(session, as_staff("li"), mine, status=LeadStatus.DISCARDED, reason="no budget")
    assert deals.get_lead(session, as_staff("sun"), mine.id).status is LeadStatus.DISCARDED


@pytest.mark.parametrize("write", [json.dumps, write_json])
def test_a_deal_is_found_by_its_companys_short_name_as_any_version_wrote_it(
    session: Session, as_staff: ActorOf, write: Callable[[object], str]
) -> None:
    li = as_staff("li")
    account = create_account(session, li, name="杭州恒信地产集团有限公司")
    deal = deals.create_opportunity(session, li, name="礼盒", account_id=account.id, amount=Decimal(1))
    session.flush()
    session.execute(text("UPDATE account SET short_names = :names"), {"names": write(["老恒"])})
    assert deals.find_opportunities(session, li, "老恒") == [deal]
