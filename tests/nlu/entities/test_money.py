from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.entities.money import Money, find, parse_chinese_amount, parse_money
from nlu.understanding import ParseContext

CONTEXT = ParseContext(now=datetime(2026, 11, 23, tzinfo=UTC), timezone=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("20万", "200000", "CNY"),
        ("八万欧", "80000", "EUR"),
        ("12万镑", "120000", "GBP"),
        ("5万美", "50000", "USD"),
        ("45 grand", "45000", "CNY"),
        ("five grand", "5000", "CNY"),
        ("45 grand RMB", "45000", "CNY"),
        ("1.2 mil", "1200000", "CNY"),
        ("one point two million yuan", "1200000", "CNY"),
        ("3 point 25 million euros", "3250000", "EUR"),
        ("one point two five million", "1250000", "CNY"),
        ("三十五万", "350000", "CNY"),
        ("2.5亿", "250000000", "CNY"),
        ("12万元", "120000", "CNY"),
        ("1万2", "12000", "CNY"),
        ("12万3千", "123000", "CNY"),
        ("两万五", "25000", "CNY"),
        ("两千五百块", "2500", "CNY"),
        ("三千五块", "3500", "CNY"),
        ("一千零五元", "1005", "CNY"),
        ("一百二十万", "1200000", "CNY"),
        ("一个亿", "100000000", "CNY"),
        ("五百万", "5000000", "CNY"),
        ("3百万", "3000000", "CNY"),
        ("两百万美元", "2000000", "USD"),
        ("100块钱", "100", "CNY"),
        ("人民币20万", "200000", "CNY"),
        ("RMB 20万", "200000", "CNY"),
        ("12.5元", "12.5", "CNY"),
        ("88,000元", "88000", "CNY"),
        ("20w", "200000", "CNY"),
        ("20萬", "200000", "CNY"),
        ("¥88,000", "88000", "CNY"),
        ("¥1.2m", "1200000", "CNY"),
        ("1.5m", "1500000", "CNY"),
        ("5k", "5000", "CNY"),
        ("$3,000", "3000", "USD"),
        ("$1.5M", "1500000", "USD"),
        ("USD 300k", "300000", "USD"),
        ("300k USD", "300000", "USD"),
        ("300k usd", "300000", "USD"),
        ("€20", "20", "EUR"),
        ("£4.5k", "4500", "GBP"),
        ("HK$500", "500", "HKD"),
        ("2 million dollars", "2000000", "USD"),
        ("half a million", "500000", "CNY"),
        ("15 thousand", "15000", "CNY"),
        ("3bn", "3000000000", "CNY"),
        ("50 euros", "50", "EUR"),
    ],
)
def test_amounts_are_read_to_the_cent(text: str, amount: str, currency: str) -> None:
    found = find(text, CONTEXT)
    assert [(one.text, one.value) for one in found] == [(text, Money(Decimal(amount), currency))]


@pytest.mark.parametrize(
    "text",
    [
        "20万台",
        "500个",
        "5k units",
        "500 units",
        "5km",
        "1.5m tall",
        "20W充电器",
        "3万人",
        "20万用户",
        "500万像素",
        "12/25",
        "3点",
        "2026年",
        "15号",
        "v1.5m",
        "TK20260001",
        "十几",
        "10%",
        "a meeting",
        "one of them",
        "5 boxes",
        "2 grand pianos",
        "two point five",
        "an m",
        "3 days",
    ],
)
def test_what_is_counted_is_no_money(text: str) -> None:
    assert find(text, CONTEXT) == []


def test_amounts_in_a_sentence_keep_their_places() -> None:
    text = "预算20万,首付$3,000"
    assert [(text[one.start : one.end], one.value) for one in find(text, CONTEXT)] == [
        ("20万", Money(Decimal(200000))),
        ("$3,000", Money(Decimal(3000), "USD")),
    ]


@pytest.mark.parametrize(("text", "amount"), [("88000", "88000"), ("大概20万吧", "200000"), ("about 5k", "5000")])
def test_an_answer_may_be_a_bare_number(text: str, amount: str) -> None:
    assert parse_money(text) == Money(Decimal(amount))


def test_an_answer_without_a_number_is_no_amount() -> None:
    assert parse_money("不知道") is None


@given(st.text(alphabet="零一二两三五十百千万亿个0123456789.,¥$kmwKM 元块a美", max_size=40))
def test_no_text_fails_and_every_offset_is_valid(text: str) -> None:
    for one in find(text, CONTEXT):
        assert text[one.start : one.end] == one.text
        assert isinstance(one.value, Money)
        assert one.value.amount.is_finite()


@given(st.integers(min_value=1, max_value=9999))
def test_digits_before_ten_thousand_multiply(count: int) -> None:
    assert parse_chinese_amount(f"{count}万") == count * 10_000
