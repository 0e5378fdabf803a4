"""One's own customers, asked for in a word; a sentence about one of them asks for no list."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import recognise
from nlu.commands.list_accounts import read
from nlu.text import normalise
from nlu.understanding import ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="rep")


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("我的客户", None),
        ("看看我名下的客户", None),
        ("我有哪些A级客户？", "A"),
        ("列出我的S类客户", "S"),
        ("客户列表", None),
        ("my accounts", None),
        ("show me all my customers", None),
        ("my level B customers", "B"),
        ("which customers do I look after?", None),
    ],
)
def test_ones_own_customers_are_listed(text: str, level: str | None) -> None:
    request = read(normalise(text), CONTEXT)
    assert request is not None
    assert request.level == level
    assert recognise(normalise(text), CONTEXT) == "list_accounts"


@pytest.mark.parametrize(
    "text",
    ["我的客户张伟说要报价", "my customer Acme wants a quote", "我的客户丢了", "Sarah的客户", "sarah's customers"],
)
def test_a_sentence_about_a_customer_is_no_such_list(text: str) -> None:
    assert read(normalise(text), CONTEXT) is None
