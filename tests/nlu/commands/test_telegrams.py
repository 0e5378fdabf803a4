"""Telegrams: deals, people and tasks in a few words, several values side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot import open_deals
from nlu.commands import postpone_task, recognise, update_record
from nlu.text import normalise
from nlu.understanding import KnownDeal
from tests.nlu.commands.test_known_names import CONTEXT, find_names


@dataclass(frozen=True)
class Deal:
    """A deal by its name and its customer."""

    name: str
    account_id: int


DEALS = [
    Deal("悦购超市货架改造", 0),
    Deal("北辰医疗影像归档", 1),
    Deal("同辉电子MES", 2),
    Deal("Harbor Foods cold chain sensors", 3),
    Deal("Quartz yard cameras", 4),
]


def find_deals(text: str) -> tuple[KnownDeal, ...]:
    return open_deals.find_in(text, DEALS, find_names(text))


def knows_deal(words: str) -> bool:
    found = [words[one.start : one.end] for one in find_names(words)]
    return open_deals.is_deal_name(words, [deal.name for deal in DEALS], found)


def knows_task(words: str) -> bool:
    return words.lower().removeprefix("the ") in {"催悦购款", "给高峰寄样机", "催悦购超市回款", "harbor foods demo"}


WITH_DEALS = replace(CONTEXT, find_deals=find_deals, knows_deal=knows_deal, knows_task=knows_task)


def told(text: str) -> dict[str, str]:
    request = update_record.read(normalise(text), WITH_DEALS)
    return {} if request is None else {one.field: one.words for one in request.changes}


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("同辉MES 60→57万", {"amount": "57万"}),
        ("同辉电子MES 45w，2月底签", {"amount": "45w", "expected_close": "2月底"}),
        ("货架改造 转商务谈判", {"stage": "商务谈判"}),
        ("影像归档 38万 预计3月20日签", {"expected_close": "3月20日", "amount": "38万"}),
        ("货架改造那单没了 预算砍了", {"stage": "lost"}),
        ("Quartz yard cameras 95k, close 31 March", {"expected_close": "31 March", "amount": "95k"}),
        ("yard cameras 210k->195", {"amount": "195k"}),
        ("Harbor Foods cold chain sensors → negotiation", {"stage": "negotiation"}),
        ("Quartz deal is dead, no budget", {"stage": "lost"}),
        (
            "cold chain sensors 80k, signing 15 Jan, negotiation",
            {"expected_close": "15 Jan", "amount": "80k", "stage": "negotiation"},
        ),
    ],
)
def test_values_of_a_deal_stand_side_by_side(text: str, changes: dict[str, str]) -> None:
    assert recognise(normalise(text), WITH_DEALS) == "update_record"
    assert told(text) == changes


@pytest.mark.parametrize(
    "text",
    [
        "影像归档 38万 还没定",
        "货架改造 明天去看看",
        "如果货架改造 57万就签",
        "货架坏了 他们没了备件",
        "Quartz yard cameras 95k? close 31 March?",
        "yard cameras broke, 95k repair",
        "Harbor Foods cold chain sensors 80k, close 15 Jan, call Owen Clarke",
    ],
)
def test_what_only_looks_like_a_telegram_of_a_deal(text: str) -> None:
    assert told(text) == {}


def test_the_end_of_a_deals_name_names_it_where_it_is_long_or_called_a_deal() -> None:
    assert [one.name for one in find_deals("归档那单怎么样")] == ["北辰医疗影像归档"]
    assert [one.name for one in find_deals("影像归档转报价")] == ["北辰医疗影像归档"]
    assert find_deals("归档一下这些文件") == ()
    assert find_deals("他们的旧影像归档在机房") == ()


@pytest.mark.parametrize(
    ("text", "reference", "day", "reason"),
    [
        ("催悦购款 顺延周三 会计请假", "催悦购款", "11-25", "会计请假"),
        ("给高峰寄样机 推迟下周一", "给高峰寄样机", "11-30", None),
        ("催悦购超市回款 改12月4日 他们月底关账", "催悦购超市回款", "12-04", "他们月底关账"),
        ("push the Harbor Foods demo to Thursday, Owen is ill", "Harbor Foods demo", "11-26", "Owen is ill"),
    ],
)
def test_a_task_is_put_off_in_a_telegram(text: str, reference: str, day: str, reason: str | None) -> None:
    request = postpone_task.read(normalise(text), WITH_DEALS)
    assert request is not None
    assert request.until is not None
    assert (request.reference.lower(), f"{request.until.start:%m-%d}", request.reason) == (
        reference.lower(),
        day,
        reason,
    )


@pytest.mark.parametrize("text", ["催悦购款 别顺延周三", "催悦购款 周三 会计请假"])
def test_a_task_that_is_not_put_off(text: str) -> None:
    assert postpone_task.read(normalise(text), WITH_DEALS) is None


@pytest.mark.parametrize(
    ("text", "mention", "changes"),
    [
        (
            "联系人变更：悦购超市林涛，职务由采购调整为采购总监，邮箱lintao@yg.com",
            "林涛",
            {"title": "采购总监", "email": "lintao@yg.com"},
        ),
        (
            "客户信息更新：北辰医疗，行业填医疗器械，规模200-500人",
            "北辰医疗",
            {"industry": "医疗器械", "size_band": "200-500人"},
        ),
        ("悦购超市等级由B调整为A，理由：采购额26万", "悦购超市", {"level": "A"}),
        (
            "Contact update: Owen Clarke, Harbor Foods. New number +44 20 7946 0055, e-mail oc@harbor.co.uk",
            "Owen Clarke",
            {"mobile": "+44 20 7946 0055", "email": "oc@harbor.co.uk"},
        ),
        (
            "Quartz profile: industry freight, headcount 200-500.",
            "Quartz",
            {"industry": "freight", "size_band": "200-500"},
        ),
        ("Nadia Rossi title from CFO to CEO", "Nadia Rossi", {"title": "CEO"}),
        ("高峰上个月就离开北辰医疗了", "高峰", {"status": "departed"}),
        ("Owen Clarke has left Harbor Foods", "Owen Clarke", {"status": "departed"}),
        ("韩冰从同辉电子离职了", "韩冰", {"status": "departed"}),
        ("Nadia Rossi quit Harbor Foods last week", "Nadia Rossi", {"status": "departed"}),
    ],
)
def test_what_changed_of_a_customer_under_a_title_or_in_a_few_words(
    text: str, mention: str, changes: dict[str, str]
) -> None:
    request = update_record.read(normalise(text), WITH_DEALS)
    assert request is not None
    assert (request.mention, told(text)) == (mention, changes)


@pytest.mark.parametrize(
    "text", ["高峰离开北辰医疗去机场了", "听说高峰离开北辰医疗了", "did Owen Clarke leave Harbor Foods?"]
)
def test_nobody_left(text: str) -> None:
    assert told(text) == {}
