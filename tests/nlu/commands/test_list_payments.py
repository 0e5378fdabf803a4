from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import recognise
from nlu.commands.list_payments import read
from nlu.understanding import ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="rep")


@pytest.mark.parametrize(
    "text",
    [
        "overdue payments",
        "show me the overdue payments",
        "which payments are overdue?",
        "who owes us money?",
        "who hasn't paid",
        "逾期回款",
        "看看逾期的回款",
        "哪些回款逾期了？",
        "有哪些逾期的款",
        "回款逾期情况",
        "谁还没付款？",
        "哪些客户欠款",
    ],
)
def test_what_is_late_is_asked_for(text: str) -> None:
    request = read(text, CONTEXT)
    assert request is not None
    assert request.is_overdue
    assert recognise(text, CONTEXT) == "list_payments"


@pytest.mark.parametrize(
    ("text", "has_period"),
    [
        ("payments due this month", True),
        ("receivables", False),
        ("payments next week", True),
        ("待回款", False),
        ("回款计划", False),
        ("本月回款", True),
        ("下个月有多少回款？", True),
        ("应收账款有哪些", False),
    ],
)
def test_what_is_due_is_asked_for(text: str, has_period: bool) -> None:
    request = read(text, CONTEXT)
    assert request is not None
    assert (request.is_overdue, request.period is not None) == (False, has_period)
    assert recognise(text, CONTEXT) == "list_payments"


@pytest.mark.parametrize(
    "text",
    [
        "收到恒信地产20万回款",
        "Acme paid 20k yesterday",
        "下周三收恒信地产20万",
        "payment terms?",
        "怎么付款",
        "回款",
        "逾期的任务",
        "",
    ],
)
def test_a_payment_that_is_told_is_no_question_for_the_list(text: str) -> None:
    assert read(text, CONTEXT) is None
