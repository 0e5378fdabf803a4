from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import recognise
from nlu.commands.decide_approval import DecideApproval, read
from nlu.understanding import ParseContext

CONTEXT = ParseContext(
    now=datetime(2026, 11, 23, 2, 0, tzinfo=UTC), timezone=ZoneInfo("Asia/Shanghai"), role="manager", language_hint="zh"
)


@pytest.mark.parametrize(
    "text",
    [
        "待审批",
        "待审批的合同",
        "有哪些待审批的？",
        "要我审批的有哪些",
        "审批列表",
        "pending approvals",
        "show my approvals",
        "what's waiting for my approval?",
        "what do I need to approve",
    ],
)
def test_a_manager_asks_what_waits(text: str) -> None:
    assert read(text, CONTEXT) == DecideApproval(decision="list")
    assert recognise(text, CONTEXT) == "decide_approval"


@pytest.mark.parametrize(
    "text", ["同意 3", "批准3号审批", "通过审批#3", "approve 3", "Approve request #3.", "请批准 3"]
)
def test_a_yes_names_its_number(text: str) -> None:
    assert read(text, CONTEXT) == DecideApproval(decision="approve", approval_id=3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("驳回 3", None),
        ("驳回 3：毛利太低", "毛利太低"),
        ("不同意3号审批，因为毛利太低", "毛利太低"),
        ("refuse 3", None),
        ("reject #3: the margin is too thin", "the margin is too thin"),
        ("decline request 3 because they pay late", "they pay late"),
    ],
)
def test_a_no_may_bring_its_reason(text: str, reason: str | None) -> None:
    assert read(text, CONTEXT) == DecideApproval(decision="refuse", approval_id=3, reason=reason)


@pytest.mark.parametrize(
    "text",
    [
        "不要批准 3",
        "don't approve 3",
        "should I approve 3?",
        "要不要同意 3？",
        "同意",
        "approve",
        "他们同意了",
        "通过了 3 个客户",
        "have you approved 3",
        "拒绝回答",
        "",
    ],
)
def test_what_decides_nothing_is_no_decision(text: str) -> None:
    assert read(text, CONTEXT) is None


def test_a_rep_has_no_such_command() -> None:
    rep = ParseContext(now=CONTEXT.now, timezone=CONTEXT.timezone, role="rep", language_hint="zh")
    assert recognise("批准3号审批", rep) is None
