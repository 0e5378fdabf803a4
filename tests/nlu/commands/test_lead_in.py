from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import recognise
from nlu.text import normalise
from nlu.understanding import ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="customer")


@pytest.mark.parametrize(
    "text",
    [
        "I wanted to ask",
        "i want to ask something",
        "Hi, I'd like to ask a question.",
        "can I ask you something?",
        "quick question",
        "I have a question",
        "one more question please",
        "请问",
        "请问一下",
        "想问一下",
        "我想咨询一下",
        "你好，我想问个问题",
        "我有个问题想请教一下",
        "有几个问题",
        "打扰一下",
        "我想了解一下…",
    ],
)
def test_an_announced_question_is_none_yet(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) == "lead_in"


@pytest.mark.parametrize(
    "text",
    [
        "I wanted to ask how to return shoes",
        "I have a question about my order",
        "what is the question",
        "请问怎么退货",
        "我想问一下运费",
        "想了解会员积分",
        "有问题的商品怎么退",
        "我有个快递",
        "hi",
        "",
    ],
)
def test_a_question_that_is_asked_is_no_announcement(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) != "lead_in"
