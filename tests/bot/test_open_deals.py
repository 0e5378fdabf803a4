"""Deals as people call them: by their own names, shortened, or by the customer and a part of it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.open_deals import find_in
from nlu.names import NamedRecord, NameMatcher
from nlu.understanding import KnownName


@dataclass(frozen=True)
class Deal:
    name: str
    account_id: int


DEALS = (
    Deal("同辉电子质检设备", 1),
    Deal("悦购超市会员系统", 2),
    Deal("Harbor cold store", 3),
    Deal("Quartz routing", 4),
    Deal("Quartz tablets", 4),
)
MATCHER = NameMatcher(
    [
        NamedRecord(1, "同辉电子科技有限公司", ("同辉",)),
        NamedRecord(2, "悦购超市有限公司", ("悦购",)),
        NamedRecord(3, "Harbor Foods Ltd", ("Harbor",)),
        NamedRecord(4, "Quartz Logistics Inc.", ("Quartz",)),
    ]
)


def find(text: str) -> list[tuple[str, str]]:
    customers = tuple(
        KnownName(start, end, is_person=False, accounts=frozenset({int(str(match.record.key))}))
        for match, start, end in MATCHER.find_in(text)
    )
    return [(text[one.start : one.end], one.name) for one in find_in(text, DEALS, customers)]


@pytest.mark.parametrize(
    ("text", "said", "name"),
    [
        ("同辉电子质检设备签了", "同辉电子质检设备", "同辉电子质检设备"),
        ("同辉质检那单改成谈判", "同辉质检那单", "同辉电子质检设备"),
        ("悦购那个会员系统的项目先放着", "悦购那个会员系统的项目", "悦购超市会员系统"),
        ("悦购那单到报价了", "悦购那单", "悦购超市会员系统"),
        ("the harbor cold store deal is at proposal", "harbor cold store deal", "Harbor cold store"),
        ("move Harbor Foods cold store to May", "Harbor Foods cold store", "Harbor cold store"),
        ("Quartz tablets slipped", "Quartz tablets", "Quartz tablets"),
        ("Tonghui inspection deal is won", "Tonghui inspection deal", "同辉电子质检设备"),
        ("the Quartz deal is worth 20k", "Quartz deal", "Quartz"),
    ],
)
def test_a_deal_is_found_by_its_name_or_a_part_beside_its_customer(text: str, said: str, name: str) -> None:
    assert find(text) == [(said, name)]


@pytest.mark.parametrize(
    "text",
    [
        "悦购超市来电话了",
        "Harbor asked for samples",
        "Quartz freight deal is big",  # another deal than those that are known
        "质检报告发了",
        "the deal is off",
        "quartzite tablets",
    ],
)
def test_a_customer_alone_or_other_words_name_no_deal(text: str) -> None:
    assert find(text) == []
