"""Tasks that are taken off the list, and what is told to be off: an order, or a question; never a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import recognise
from nlu.commands.cancel_task import read
from nlu.text import normalise
from nlu.understanding import ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="rep")
KNOWS_TASK = replace(CONTEXT, knows_task=lambda words: "样品" in words or "sampl" in words.casefold())


@pytest.mark.parametrize(
    ("text", "reference", "reason"),
    [
        ("删掉任务3", "3", None),
        ("把任务 12 取消掉吧", "12", None),
        ("寄样品那个任务删了吧，客户不做了", "寄样品", "客户不做了"),
        ("取消寄样品的待办，因为客户换了供应商", "寄样品", "客户换了供应商"),
        ("删除任务：寄样品", "寄样品", None),
        ("删除任务", "", None),
        ("delete task 3", "3", None),
        ("cancel the task Send the deck because they left", "Send the deck", "they left"),
        ("please drop the reminder to send samples", "send samples", None),
        ("remove the samples task - wrong customer", "samples", "wrong customer"),
        ("take the samples off my list", "samples", None),
    ],
)
def test_a_task_is_dropped_by_number_or_words_with_its_reason(text: str, reference: str, reason: str | None) -> None:
    request = read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.reference, request.reason, request.is_order) == (reference, reason, True)
    assert recognise(normalise(text), CONTEXT) == "cancel_task"


@pytest.mark.parametrize(
    "text", ["不用寄样品了", "寄样品的事不做了", "cancel the samples", "no longer need to send samples"]
)
def test_ones_own_task_may_be_named_without_the_word_and_is_asked_about(text: str) -> None:
    request = read(normalise(text), KNOWS_TASK)
    assert request is not None
    assert not request.is_order
    assert read(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    "text",
    [
        "和王磊的会取消了",
        "明天跟李娜的演示不做了",
        "明天去中海远航的行程取消了",
        "周五拜访何静的事黄了",
        "何静临时取消了周五的会议，改天再说",
        "王磊放了我鸽子",
        "the demo with Hans is off",
        "tomorrow's visit to Acme is off",
        "the meeting with Globex got cancelled, they're too busy",
        "Lisa Wong cancelled our call",
        "Hans didn't show up",
        "lunch with Tom didn't happen",
    ],
)
def test_what_is_called_off_is_no_report_and_no_plan(text: str) -> None:
    request = read(normalise(text), CONTEXT)
    assert request is not None
    assert not request.is_order
    assert recognise(normalise(text), CONTEXT) == "cancel_task"


@pytest.mark.parametrize(
    "text",
    [
        "don't delete task 3",
        "别删任务3",
        "did the demo get cancelled?",
        "演示取消了吗",
        "delete that task",
        "把刚才那个任务删掉",
        "永丰食品的订单取消了",
        "the Acme deal is off",
        "Lisa Wong called to cancel the demo",
        "王磊打电话来说周五的会取消了",
    ],
)
def test_denials_questions_undo_deals_and_reports_are_none(text: str) -> None:
    assert read(normalise(text), CONTEXT) is None
