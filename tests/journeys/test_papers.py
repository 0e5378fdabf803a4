"""Quotes, contracts, requirements and a surplus, kept in chat in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm_core import deals, requirements
from crm_core.access import get_user
from crm_core.customers import create_account
from crm_core.permissions import staff_actor
from tests.journeys.conftest import Company

pytestmark = pytest.mark.model


def _own_deal(company: Company, account: str, name: str, *, handle: str = "rep", amount: int = 1000) -> str:
    """A deal of a rep and a requirement of its account; returns the requirement's code."""
    with company.program.database.transaction() as session:
        actor = staff_actor(get_user(session, handle), now=company.now)
        made = create_account(session, actor, name=account)
        deals.create_opportunity(session, actor, account_id=made.id, name=name, amount=Decimal(amount))
        return requirements.create_requirement(session, actor, account_id=made.id, title=f"{name} logo").code


def test_a_quote_is_noted_answered_listed_and_taken_back(company: Company) -> None:
    _own_deal(company, "松竹礼品有限公司", "松竹礼盒")
    rep = company.person("rep", "rep")
    assert "松竹礼盒" in rep.says("给松竹礼品报价¥900，有效期到12月31日")
    (quote,) = rep.records("quote")
    fields = quote["fields"]
    assert isinstance(fields, dict)
    assert (fields["amount"], fields["valid_until"], fields["status"]) == ("900.00", "2026-12-31", "sent")
    rep.says(f"quote {fields['number']} was accepted")
    assert [one["fields"]["status"] for one in rep.records("quote")] == ["accepted"]  # type: ignore[index]
    assert str(fields["number"]) in rep.says("松竹礼品的报价")
    assert rep.records("quote") == []
    rep.says("undo")
    assert [one["fields"]["status"] for one in rep.records("quote")] == ["sent"]  # type: ignore[index]


def test_a_contract_is_noted_and_a_colleagues_is_refused(company: Company) -> None:
    _own_deal(company, "Birch Tableware Ltd", "Birch cups")
    _own_deal(company, "Cedar Lamps Ltd", "Cedar lamps", handle="rep2")
    rep = company.person("rep", "rep")
    assert "B-77" in rep.says("signed the contract with Birch Tableware for ¥950, number B-77")
    assert [one["fields"]["status"] for one in rep.records("contract")] == ["signed"]  # type: ignore[index]
    lines = ("signed the contract with Cedar Lamps for ¥950", "quoted Cedar Lamps ¥900", "contracts of Cedar Lamps")
    for line in lines:
        said = rep.says(line)
        assert rep.outcome == "refused", line
        assert "rep2" not in said
        assert "950" not in said


def test_a_requirement_is_closed_with_the_customers_words(company: Company) -> None:
    code = _own_deal(company, "梅兰包装有限公司", "梅兰纸盒")
    rep = company.person("rep", "rep")
    rep.says(f"需求{code}延期：等打样")
    (late,) = rep.records("requirement")
    assert (late["fields"]["status"], late["fields"]["delay_reason"]) == ("delayed", "等打样")  # type: ignore[index]
    rep.says(f"close requirement {code}")
    assert rep.outcome == "asked"
    rep.says("they wrote: all good")
    (closed,) = rep.records("requirement")
    assert (closed["fields"]["status"], closed["fields"]["confirmation"]) == ("closed", "they wrote: all good")  # type: ignore[index]


def test_what_was_taught_last_is_taken_back_in_words(company: Company) -> None:
    support = company.person("support", "support")
    assert "记住了" in support.says("教你：我的包裹飞哪去了 = 查工单")
    assert "我的包裹飞哪去了" in support.says("撤销")
    (dropped,) = support.records("taught_example")
    assert dropped["fields"]["status"] == "dropped"  # type: ignore[index]
    support.says("undo")
    assert support.records("taught_example") == []


def test_more_than_a_deal_comes_to_is_asked_about(company: Company) -> None:
    _own_deal(company, "Alder Paper Ltd", "Alder paper", amount=1000)
    rep = company.person("rep", "rep")
    rep.says("Alder Paper paid ¥900 today")
    assert "200.00" in rep.says("Alder Paper paid ¥300 today")
    assert (rep.outcome, rep.records("payment")) == ("asked", [])
    rep.says("取消")
    rep.says("Alder Paper paid ¥300 today")
    rep.says("1")
    assert [one["fields"]["amount"] for one in rep.records("payment")] == ["300.00"]  # type: ignore[index]
