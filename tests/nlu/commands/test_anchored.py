"""Changes told in any order of words around a deal or a customer that is known, with the reason before or after."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.open_deals import find_in
from nlu.commands import recognise, update_record
from nlu.commands._anchored import read_anchored
from nlu.commands._utterance import hear
from nlu.text import normalise
from nlu.understanding import KnownDeal
from tests.nlu.commands.test_known_names import CONTEXT, find_names


@dataclass(frozen=True)
class Deal:
    name: str
    account_id: int


DEALS = (Deal("悦购会员系统", 0), Deal("北辰医疗追溯", 1), Deal("Harbor cold store", 3), Deal("Quartz routing", 4))


def find_deals(text: str) -> tuple[KnownDeal, ...]:
    return find_in(text, DEALS, find_names(text))


KNOWING = replace(CONTEXT, find_deals=find_deals)


def told(text: str) -> tuple[str, dict[str, str], str | None]:
    request = update_record.read(normalise(text), KNOWING)
    assert request is not None, text
    return request.mention, {change.field: change.words for change in request.changes}, request.reason


@pytest.mark.parametrize(
    ("text", "mention", "changes"),
    [
        # a stage
        ("悦购会员系统合同条款在磨了，阶段改商务谈判", "悦购会员系统", {"stage": "商务谈判"}),
        ("北辰医疗那个追溯项目需求都对完了，转到需求确认吧", "北辰医疗追溯", {"stage": "需求确认"}),
        ("方案昨天交了，把悦购会员系统标成方案报价", "悦购会员系统", {"stage": "方案报价"}),
        ("Harbor cold store has entered negotiation", "Harbor cold store", {"stage": "negotiation"}),
        ("they liked the demo, so put the Quartz routing deal at proposal", "Quartz routing", {"stage": "proposal"}),
        ("quartz routing is lost they went with a cheaper vendor", "Quartz routing", {"stage": "lost"}),
        ("悦购会员系统 stage 换成 proposal", "悦购会员系统", {"stage": "proposal"}),
        # an amount
        ("悦购会员系统少了两个门店，总价压到二十八万五", "悦购会员系统", {"amount": "二十八万五"}),
        ("北辰医疗那单追加到45w", "北辰医疗追溯", {"amount": "45w"}),
        ("北辰医疗追溯从120万谈到一百一", "北辰医疗追溯", {"amount": "一百一十万"}),
        ("悦购会员系统 amount 改成 30 万", "悦购会员系统", {"amount": "30万"}),
        ("Harbor cold store got talked down to 88.5k", "Harbor cold store", {"amount": "88.5k"}),
        ("they dropped a module, Quartz routing is now at 45 grand", "Quartz routing", {"amount": "45 grand"}),
        ("Harbor knocked it down to 90k, update the deal", "Harbor", {"amount": "90k"}),
        # a date
        ("悦购会员系统赶不上年底，成交日期先写1月15号", "悦购会员系统", {"expected_close": "1月15号"}),
        ("北辰医疗追溯拖到明年3月20日", "北辰医疗追溯", {"expected_close": "明年3月20日"}),
        ("the close date of the Harbor cold store deal should be March 3", "Harbor cold store", None),
        ("Quartz routing slipped to the 15th of January", "Quartz routing", None),
        # two at once
        (
            "悦购会员系统金额改成30万，成交日期12月28日",
            "悦购会员系统",
            {"amount": "30万", "expected_close": "12月28日"},
        ),
        (
            "Harbor cold store moved to December 18 and the value dropped to 560,000",
            "Harbor cold store",
            {"expected_close": "December 18", "amount": "560,000"},
        ),
        ("悦购会员系统降到24万 预计1月15号签", "悦购会员系统", {"amount": "24万", "expected_close": "1月15号"}),
        (
            "Quartz routing is in negotiation now, closing in March",
            "Quartz routing",
            {"stage": "negotiation", "expected_close": "March"},
        ),
        # a customer's level and status
        ("悦购超市升到A级吧，今年多开了八家店", "悦购超市", {"level": "A"}),
        ("北辰医疗降一级", "北辰医疗", {"level": "previous"}),
        ("Harbor Foods deserves an S rating: they doubled their volume", "Harbor Foods", {"level": "S"}),
        ("raise Quartz to B, two good years", "Quartz", {"level": "B"}),
        ("bump Harbor Foods up a level", "Harbor Foods", {"level": "next"}),
        ("同辉电子半年没下单了，状态改沉默", "同辉电子", {"status": "沉默"}),
        ("Mark Quartz dormant, nothing from them since June", "Quartz", {"status": "dormant"}),
    ],
)
def test_a_value_that_one_field_has_is_its_change(text: str, mention: str, changes: dict[str, str] | None) -> None:
    assert recognise(normalise(text), KNOWING) == "update_record"
    who, what, _reason = told(text)
    assert who == mention
    if changes is None:
        assert list(what) == ["expected_close"]
    else:
        assert what == changes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("move the Quartz routing close date out by three weeks", "three weeks"),
        ("push Harbor cold store's close date back by a month", "a month"),
        ("悦购会员系统成交日期往后推两周", "两周"),
    ],
)
def test_a_closing_date_is_put_off_by_a_length(text: str, value: str) -> None:
    request = update_record.read(normalise(text), KNOWING)
    assert request is not None
    assert [(one.field, one.words, one.verb) for one in request.changes] == [("expected_close", value, "add")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("悦购会员系统合同条款在磨了，改成商务谈判", "合同条款在磨了"),
        ("北辰医疗追溯改成商务谈判，预算批下来了", "预算批下来了"),
        ("Quartz routing is lost they built it in house", "they built it in house"),
        ("Harbor Foods deserves an S rating: they doubled their volume", "they doubled their volume"),
    ],
)
def test_what_stands_beside_a_change_is_why(text: str, reason: str) -> None:
    assert told(text)[2] == reason


@pytest.mark.parametrize(
    "text",
    [
        "听说悦购会员系统改成商务谈判了",
        "悦购会员系统可能要改成谈判",
        "悦购会员系统先别改成谈判",
        "要是北辰医疗追溯能到商务谈判就好了",
        "悦购会员系统到谈判了吗？",
        "北辰医疗追溯客户想降到30万",
        "悦购会员系统原来是45万",
        "等合同回来再把悦购会员系统改成赢单",
        "maybe Quartz routing is in negotiation now",
        "Harbor cold store might slip to March 3",
        "don't move Quartz routing to proposal",
        "if they sign, Harbor cold store is won",
        "apparently Harbor cold store is down to 90k",
        "is Quartz routing in negotiation now?",
        "Harbor Foods could be an S customer one day",
        "悦购超市可能要降到C级",
    ],
)
def test_doubts_hearsay_wishes_and_questions_change_nothing(text: str) -> None:
    assert update_record.read(normalise(text), KNOWING) is None


@pytest.mark.parametrize(
    "text",
    [
        "悦购会员系统改成谈判，周五提醒我发合同",  # a task beside it
        "跟高峰聊了北辰医疗追溯，改成谈判",  # a report
        "Harbor cold store is at proposal, remind me on Friday",
        "Harbor cold store moved to negotiation and Quartz routing to proposal",  # two deals
    ],
)
def test_an_order_of_its_own_beside_a_change_is_not_swallowed_as_its_reason(text: str) -> None:
    assert read_anchored(hear(normalise(text)), KNOWING) is None
