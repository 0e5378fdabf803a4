from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.name_forms import pinyin_of
from nlu.names import NamedRecord, NameMatch, NameMatcher, SplitMention, said_with_company

ACCOUNTS = NameMatcher(
    [
        NamedRecord("huawei", "华为技术有限公司"),
        NamedRecord("yuego", "上海悦购超市有限公司"),
        NamedRecord("acme", "Acme Trading Ltd."),
        NamedRecord("bytedance", "北京字节跳动科技有限公司"),
        NamedRecord("alibaba", "阿里巴巴(中国)有限公司", ("阿里",)),
        NamedRecord("globex", "Globex Corporation"),
        NamedRecord("cmcc", "中国移动通信集团有限公司"),
        NamedRecord("jnj", "Johnson & Johnson"),
    ]
)
CONTACTS = NameMatcher(
    [
        NamedRecord("zhang-wei", "张伟"),
        NamedRecord("zhang-wei-2", "章伟"),
        NamedRecord("li-na", "李娜"),
        NamedRecord("wang", "王建国"),
        NamedRecord("tom", "Tom Smith"),
        NamedRecord("david", "David Chen"),
        NamedRecord("chen", "陈明"),
        NamedRecord("shan", "单晓红"),
        NamedRecord("lv", "吕布"),
        NamedRecord("ouyang", "欧阳娜娜"),
    ]
)


def best(matcher: NameMatcher, mention: str) -> tuple[object, str, bool] | None:
    found = matcher.match(mention)
    return (found[0].record.key, found[0].how, found[0].is_certain) if found else None


@pytest.mark.parametrize(
    ("mention", "key", "how", "certain"),
    [
        ("华为技术有限公司", "huawei", "exact", True),
        ("华为", "huawei", "short", True),
        ("华为公司", "huawei", "short", True),
        ("华为技术", "huawei", "short", True),
        ("華為", "huawei", "short", True),
        ("huawei", "huawei", "pinyin", True),
        ("HuaWei", "huawei", "pinyin", True),
        ("hw", "huawei", "initials", False),
        ("华维", "huawei", "homophone", False),
        ("悦购", "yuego", "short", True),
        ("悦购超市", "yuego", "short", True),
        ("上海悦购", "yuego", "short", True),
        ("月购超市", "yuego", "homophone", False),
        ("acme", "acme", "short", True),
        ("ACME TRADING", "acme", "short", True),
        ("Acme Ltd", "acme", "short", True),
        ("acme trading ltd", "acme", "exact", True),
        ("Acne", "acme", "fuzzy", False),
        ("字节跳动", "bytedance", "short", True),
        ("字节", "bytedance", "fuzzy", False),
        ("阿里", "alibaba", "alias", True),
        ("阿里巴巴", "alibaba", "short", True),
        ("Globx", "globex", "fuzzy", False),
        ("globex", "globex", "short", True),
        ("中国移动", "cmcc", "short", True),
        ("Johnson and Johnson", "jnj", "fuzzy", False),
    ],
)
def test_companies_are_found_by_every_usual_name(mention: str, key: str, how: str, certain: bool) -> None:
    assert best(ACCOUNTS, mention) == (key, how, certain)


@pytest.mark.parametrize(
    ("mention", "key", "how", "certain"),
    [
        ("张伟", "zhang-wei", "exact", True),
        ("張偉", "zhang-wei", "exact", True),
        ("张 伟", "zhang-wei", "exact", True),
        ("李娜", "li-na", "exact", True),
        ("li na", "li-na", "pinyin", True),
        ("Li Na", "li-na", "pinyin", True),
        ("LiNa", "li-na", "pinyin", True),
        ("Na Li", "li-na", "pinyin", True),
        ("lina", "li-na", "pinyin", True),
        ("ln", "li-na", "initials", False),
        ("李那", "li-na", "homophone", False),
        ("丽娜", "li-na", "homophone", False),
        ("李娜经理", "li-na", "exact", True),
        ("李娜女士", "li-na", "exact", True),
        ("wangjianguo", "wang", "pinyin", True),
        ("wang jianguo", "wang", "pinyin", True),
        ("jianguo wang", "wang", "pinyin", True),
        ("wjg", "wang", "initials", False),
        ("wangjg", "wang", "initials", False),
        ("建国", "wang", "short", True),
        ("王健国", "wang", "homophone", False),
        ("王建锅", "wang", "homophone", False),
        ("王建民", "wang", "fuzzy", False),
        ("王总", "wang", "surname", False),
        ("王经理", "wang", "surname", False),
        ("小王", "wang", "surname", False),
        ("老王", "wang", "surname", False),
        ("Mr. Wang", "wang", "surname", False),
        ("tom smith", "tom", "exact", True),
        ("Smith Tom", "tom", "fuzzy", False),
        ("Mr. Smith", "tom", "surname", False),
        ("Tom", "tom", "short", True),
        ("Tom Smyth", "tom", "fuzzy", False),
        ("shan xiaohong", "shan", "pinyin", True),
        ("danxiaohong", "shan", "pinyin", True),
        ("lvbu", "lv", "pinyin", True),
        ("lu bu", "lv", "pinyin", True),
        ("lyubu", "lv", "pinyin", True),
        ("欧阳总", "ouyang", "surname", False),
        ("歐陽娜娜", "ouyang", "exact", True),
    ],
)
def test_people_are_found_by_every_usual_name(mention: str, key: str, how: str, certain: bool) -> None:
    assert best(CONTACTS, mention) == (key, how, certain)


def test_two_of_one_name_are_never_certain() -> None:
    matcher = NameMatcher([NamedRecord(1, "张伟", recency=1), NamedRecord(2, "张伟", recency=9)])
    found = matcher.match("张伟")
    assert [(one.record.key, one.score, one.is_certain) for one in found] == [(2, 1.0, False), (1, 1.0, False)]


def test_pinyin_that_fits_two_is_never_certain() -> None:
    assert [one.is_certain for one in CONTACTS.match("zhangwei")] == [False, False]


def test_a_surname_offers_everybody_who_bears_it() -> None:
    assert {one.record.key for one in CONTACTS.match("Mr. Chen")} == {"david", "chen"}
    assert {one.record.key for one in CONTACTS.match("陈总") if one.how == "surname"} == {"chen"}


def test_the_exact_name_comes_before_what_begins_with_it() -> None:
    matcher = NameMatcher([NamedRecord(1, "Acme Trading Ltd."), NamedRecord(2, "Acme")])
    assert best(matcher, "acme") == (2, "exact", True)


def test_a_short_name_of_two_companies_is_not_certain() -> None:
    matcher = NameMatcher([NamedRecord(1, "华为技术有限公司"), NamedRecord(2, "华为软件有限公司")])
    assert [one.is_certain for one in matcher.match("华为")] == [False, False]
    assert best(matcher, "华为软件") == (2, "short", True)


@pytest.mark.parametrize("mention", ["", "  ", "完全无关的名字", "Zebra", "上海", "科技", "!!!", "的"])
def test_what_names_nobody_finds_nobody(mention: str) -> None:
    assert ACCOUNTS.match(mention) == []


def test_known_names_are_found_in_a_text() -> None:
    text = "昨天拜访了華為和Acme, 还有上海悦购超市有限公司, 不是acmeology"
    found = ACCOUNTS.find_in(text)
    assert [(match.record.key, text[start:end]) for match, start, end in found] == [
        ("huawei", "華為"),
        ("acme", "Acme"),
        ("yuego", "上海悦购超市有限公司"),
    ]


def test_people_are_found_in_a_text_by_pinyin_too() -> None:
    text = "call li na and 王建国, Tom Smith tomorrow; wang jianguo agrees"
    found = CONTACTS.find_in(text)
    assert [(match.record.key, match.how, text[start:end]) for match, start, end in found] == [
        ("li-na", "pinyin", "li na"),
        ("wang", "exact", "王建国"),
        ("tom", "exact", "Tom Smith"),
        ("wang", "pinyin", "wang jianguo"),
    ]


def test_both_of_one_name_are_found_in_a_text() -> None:
    matcher = NameMatcher([NamedRecord(1, "张伟"), NamedRecord(2, "张伟", recency=3)])
    assert [(match.record.key, match.is_certain) for match, _, _ in matcher.find_in("跟张伟通话")] == [
        (2, False),
        (1, False),
    ]


@pytest.mark.parametrize(
    ("mention", "organisation", "person"),
    [
        ("华为的张伟", "华为", "张伟"),
        ("悦购超市的王总", "悦购超市", "王总"),
        ("Mr. Chen from Acme", "Acme", "Mr. Chen"),
        ("Tom at Globex", "Globex", "Tom"),
        ("张伟", None, "张伟"),
        ("王总", None, "王总"),
    ],
)
def test_a_mention_is_parted_into_company_and_person_by_its_words(
    mention: str, organisation: str | None, person: str
) -> None:
    assert said_with_company(mention) == SplitMention(organisation, person)


SURNAMES, GIVEN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉红玲建国志宏春梅文武",
)


@pytest.fixture(scope="module")
def many() -> NameMatcher:
    names = ["".join(name) for name in product(SURNAMES, GIVEN, GIVEN)][::5]
    return NameMatcher(NamedRecord(name, name) for name in names[:5000])


def test_the_right_person_of_thousands_comes_first_for_typed_variants(many: NameMatcher) -> None:
    """Floor of the issue: right first in 98% of 300 variants over 5,000 contacts (pinyin may fit several)."""
    generator = random.Random(7)
    names = [record.name for record in many._records]
    right = 0
    for index in range(300):
        name = generator.choice(names)
        variant = [name, "".join(pinyin_of(name)), f"{name}经理", f"{name[0]} {name[1:]}", f"{name}先生"][index % 5]
        found = many.match(variant)
        top = [one.record.key for one in found if one.score == found[0].score]
        right += name in top or any(pinyin_of(str(key)) == pinyin_of(name) for key in top)
    assert right >= 294


@given(st.text(max_size=40))
def test_no_mention_fails(mention: str) -> None:
    for matcher in (ACCOUNTS, CONTACTS):
        found: list[NameMatch] = matcher.match(mention)
        assert all(0 <= one.score <= 1 for one in found)
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
        assert all(0 <= start < end <= len(mention) for _, start, end in matcher.find_in(mention))


def test_a_long_text_is_searched_at_once(many: NameMatcher) -> None:
    name = many._records[0].name
    mentioned = f"王伟跟李娜和{name} "
    found = many.find_in(mentioned * 5000)
    starts = [6 + turn * len(mentioned) for turn in range(5000)]
    assert [(one.record.name, start, end) for one, start, end in found] == [(name, at, at + len(name)) for at in starts]
