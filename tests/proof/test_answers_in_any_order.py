"""Answers to our questions in any order and wording: what belongs to the question is taken, nothing else written."""

from __future__ import annotations

from typing import Any

import pytest

from bot.terminal_session import TurnResult
from tests.proof.world import World

pytestmark = pytest.mark.model


def play(world: World, *lines: str, **who: str) -> list[TurnResult]:
    session = world.opens(**who)
    return [session.say(line) for line in lines]


def written(results: list[TurnResult]) -> list[tuple[str, str]]:
    return [(one["type"], one["action"]) for result in results for one in result.records]


def last_of(results: list[TurnResult]) -> dict[str, Any]:
    return [one for result in results for one in result.records][-1]["fields"]


@pytest.mark.parametrize(
    ("lines", "name", "account", "amount"),
    [
        (("新建商机", "给青鸟教育", "叫智能排课，15万"), "智能排课", "青鸟教育科技有限公司", "150000.00"),
        (("新建商机", "叫冷库温控，8万", "丰茂农业的"), "冷库温控", "丰茂农业发展有限公司", "80000.00"),
        (("建个商机", "是瑞轩的：客房平板，12万"), "客房平板", "瑞轩酒店管理有限公司", "120000.00"),
        (
            ("create a deal", "with Stellar", "called cold chain sensors, 18k"),
            "cold chain sensors",
            "Stellar",
            "18000.00",
        ),
        (("create a deal", "called dock sensors, 21k", "for Northwind"), "dock sensors", "Northwind", "21000.00"),
        (("new opportunity", "Globex: badge printers, 9k"), "badge printers", "Globex", "9000.00"),
    ],
)
def test_a_deal_is_told_in_any_order(
    world: World, lines: tuple[str, ...], name: str, account: str, amount: str
) -> None:
    results = play(world, *lines)
    assert written(results) == [("opportunity", "created")]
    deal = last_of(results)
    assert (deal["name"], deal["amount"]) == (name, amount)
    assert account in deal["account"]


@pytest.mark.parametrize(
    ("lines", "account"),
    [
        (("新增联系人", "大龙汽配的", "郝建"), "大龙汽车零部件有限公司"),
        (("新建联系人", "在科硕", "唐岚"), "科硕新材料有限公司"),
        (("add a new contact", "from Orion", "Ella Brandt"), "Orion Medical Devices Co., Ltd."),
    ],
)
def test_a_company_is_nobodys_name(world: World, lines: tuple[str, ...], account: str) -> None:
    results = play(world, *lines)
    assert written(results) == [("contact", "created")]
    assert (last_of(results)["name"], last_of(results)["account"]) == (lines[-1], account)


def test_a_surname_told_first_is_no_lead_of_its_own(world: World) -> None:
    lead = last_of(play(world, "录条线索", "姓陆，陆一鸣，安舟科技的"))
    assert (lead["name"], lead["company"]) == ("陆一鸣", "安舟科技")


@pytest.mark.parametrize(
    ("lines", "amount"),
    [
        (("记一笔回款", "渤海化工", "3万2"), "32000.00"),
        (("记一笔回款", "8万", "渤海的"), "80000.00"),
        (("登记一笔回款", "永丰 5万"), "50000.00"),
        (("log a payment", "12k", "from Northwind"), "12000.00"),
        (("record a payment", "Acme", "15k"), "15000.00"),
        (("record a payment", "Globex 20k"), "20000.00"),
    ],
)
def test_a_payment_is_told_by_halves(world: World, lines: tuple[str, ...], amount: str) -> None:
    results = play(world, *lines)
    assert written(results) == [("payment", "created")]
    assert last_of(results)["amount"] == amount


@pytest.mark.parametrize("answer", ["万里纺织", "取消", "等财务确认吧"])
def test_half_a_payment_is_no_report(world: World, answer: str) -> None:
    assert written(play(world, "记一笔回款", answer)) == []


@pytest.mark.parametrize(
    ("told", "value", "field", "now"),
    [
        ("渤海的王总换手机号了", "新号18866665555", "mobile", "+8618866665555"),
        ("尤佳换邮箱了", "youjia@ktd.com", "email", "youjia@ktd.com"),
        ("齐琪换电话了", "13700001111", "mobile", "+8613700001111"),
        ("James Lee's number has changed", "+33 1 40 00 00 77", "mobile", "+33140000077"),
        ("Priya Nair has a new e-mail address", "it's priya@stellar.sg", "email", "priya@stellar.sg"),
        ("Tom Wilson changed his phone number", "new one is +1 312 555 0199", "mobile", "+13125550199"),
    ],
)
@pytest.mark.parametrize("aside", [None, "等下，我今天有啥任务？", "hold on, what's Kevin Tan's number?"])
def test_what_is_only_told_to_be_new_is_asked_for(
    world: World, told: str, value: str, field: str, now: str, aside: str | None
) -> None:
    lines = [told, *([aside] if aside else []), value]
    results = play(world, *lines)
    assert written(results) == [("contact", "updated")]
    assert last_of(results)[field] == now


@pytest.mark.parametrize(
    "said", ["张伟换手机号了吗", "渤海换供应商了", "齐琪没换电话", "has James Lee's number changed?"]
)
def test_what_changes_nothing_of_a_person_writes_nothing(world: World, said: str) -> None:
    assert written(play(world, said)) == []


@pytest.mark.parametrize("answer", ["create", "yes, create it", "新建", "好的，建一个", "yes"])
def test_somebody_new_of_a_known_company_is_created_by_a_word(world: World, answer: str) -> None:
    results = play(world, "Noor Haddad from Orion phoned about the CE mark", answer)
    assert written(results) == [("contact", "created"), ("interaction", "created")]


@pytest.mark.parametrize("answer", ["yes", "好的"])
def test_a_yes_is_nobodys_name(world: World, answer: str) -> None:
    asked = play(world, "Mia Sorensen phoned about prices", answer)
    assert written(asked) == []
    assert "Mia Sorensen" in " ".join(choice["label"] for reply in asked[-1].replies for choice in reply["choices"])
