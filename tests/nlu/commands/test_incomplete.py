"""Orders of which one piece is missing, and how the answer makes a sentence of them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import incomplete, recognise
from nlu.text import normalise
from nlu.understanding import KnownName, ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAMES = ("华为", "罗文", "Acme", "恒信地产", "恒信物业", "Hans Berg")
DEALS = ("华为冷链", "Acme rollout")
TASKS = ("Renew Acme NDA", "准备标书")


def find_names(text: str) -> tuple[KnownName, ...]:
    found = [(text.find(name), name) for name in NAMES if name in text]
    return tuple(KnownName(at, at + len(name), name in {"罗文", "Hans Berg"}, frozenset()) for at, name in found)


CONTEXT = ParseContext(
    now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI),
    timezone=SHANGHAI,
    role="rep",
    find_names=find_names,
    knows_deal=lambda words: any(deal in words for deal in DEALS),
    knows_task=lambda words: any(task in words for task in TASKS),
)


@pytest.mark.parametrize(
    ("order", "answer", "sentence", "label"),
    [
        ("改一下华为冷链的金额", "改成90万", "把华为冷链的金额改成90万", "update_record"),
        ("华为冷链改金额", "九十万", "把华为冷链的金额改成九十万", "update_record"),
        ("change the amount of Acme rollout", "it's 225k", "set the amount of Acme rollout to 225k", "update_record"),
        ("change Hans Berg's title", "Head of Sales", "set the title of Hans Berg to Head of Sales", "update_record"),
        ("给华为打标签", "战略客户", "给华为打上标签：战略客户", "update_record"),
        ("tag Acme", "VIP", "tag Acme as VIP", "update_record"),
        ("assign Acme", "to wangfang", "assign Acme to wangfang", "update_record"),
        ("转给王芳", "华为", "把华为转给王芳", "update_record"),
        ("推进到商务谈判", "华为冷链", "把华为冷链推进到商务谈判", "update_record"),
        ("明天上午十点提醒我", "给罗文打电话", "明天上午十点提醒我给罗文打电话", "create_task"),
        ("remind me tomorrow", "to call Hans Berg", "remind me tomorrow to call Hans Berg", "create_task"),
        ("Acme paid", "20k", "Acme paid 20k", "record_payment"),
        ("payment from Acme", "20k", "Acme paid 20k", "record_payment"),
        ("华为的款到了", "5万", "华为到账5万", "record_payment"),
        ("把任务3推迟", "到周五，客户出差", "把任务3推迟到周五，客户出差", "postpone_task"),
        ("postpone Renew Acme NDA", "to December 9", "postpone Renew Acme NDA to December 9", "postpone_task"),
        ("合并客户", "恒信地产和恒信物业", "合并客户恒信地产和恒信物业", "merge_records"),
        ("新需求", "华为：报表导出", "新增需求 华为：报表导出", "create_requirement"),
    ],
)
def test_the_answer_makes_the_order_whole(order: str, answer: str, sentence: str, label: str) -> None:
    request = incomplete.read(normalise(order), CONTEXT)
    assert request is not None
    assert request.complete(answer)[0] == sentence
    assert recognise(normalise(sentence), CONTEXT) == label


@pytest.mark.parametrize(
    "text",
    [
        "改主意了", "change my mind", "update me on Acme", "he paid", "tag along", "Acme paid 20k", "华为什么时候到账",
        "set the level of Acme to A because they doubled", "提醒我明天给罗文打电话", "别改华为的级别", "did Acme pay?",
        "他说改一下华为的级别",
    ],
)  # fmt: skip
def test_what_is_whole_or_no_order_lacks_nothing(text: str) -> None:
    assert incomplete.read(normalise(text), CONTEXT) is None
