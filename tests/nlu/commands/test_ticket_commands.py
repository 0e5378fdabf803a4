from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import (
    add_knowledge,
    answer_ticket,
    close_ticket,
    list_tickets,
    show_ticket,
    take_ticket,
    ticket_add,
    ticket_close,
    ticket_status,
)
from nlu.text import normalise
from nlu.understanding import ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="support")


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("open tickets", "open"),
        ("tickets", "open"),
        ("overdue tickets", "overdue"),
        ("my tickets", "mine"),
        ("show all tickets", "all"),
        ("unassigned tickets", "unassigned"),
        ("list solved tickets", "solved"),
        ("which tickets are overdue?", "overdue"),
        ("待处理工单", "open"),
        ("工单列表", "open"),
        ("逾期工单有哪些", "overdue"),
        ("我的工单", "mine"),
        ("所有工单", "all"),
        ("没人接的工单", "unassigned"),
        ("已解决工单", "solved"),
        ("待處理工單", "open"),
    ],
)
def test_tickets_are_listed(text: str, which: str) -> None:
    request = list_tickets.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.which == which


@pytest.mark.parametrize(
    ("command", "text", "number"),
    [
        (show_ticket, "ticket 12", "12"),
        (show_ticket, "show ticket TK20260001", "TK20260001"),
        (show_ticket, "tk20260001", "TK20260001"),
        (show_ticket, "看工单TK20260001", "TK20260001"),
        (show_ticket, "查看工单12", "12"),
        (show_ticket, "工单12的进度", "12"),
        (show_ticket, "#20260001", "TK20260001"),
        (take_ticket, "take 12", "12"),
        (take_ticket, "take ticket 12", "12"),
        (take_ticket, "assign ticket 12 to me", "12"),
        (take_ticket, "I'll take 12", "12"),
        (take_ticket, "我来处理12", "12"),
        (take_ticket, "我来处理工单TK20260001", "TK20260001"),
        (take_ticket, "工单12我来", "12"),
        (take_ticket, "认领工单12", "12"),
        (take_ticket, "接单12", "12"),
        (close_ticket, "close 12", "12"),
        (close_ticket, "close ticket 12", "12"),
        (close_ticket, "ticket 12 is solved", "12"),
        (close_ticket, "mark ticket 12 as resolved", "12"),
        (close_ticket, "关闭工单TK20260001", "TK20260001"),
        (close_ticket, "工单12已解决", "12"),
        (close_ticket, "把工单12关了", "12"),
        (close_ticket, "結案12", "12"),
    ],
)
def test_a_ticket_is_named(command: object, text: str, number: str) -> None:
    request = command.read(normalise(text), CONTEXT)  # type: ignore[attr-defined]
    assert request is not None
    assert request.number == number


@pytest.mark.parametrize(
    ("text", "number", "answer"),
    [
        ("reply 12: your parcel arrives Today, OK?", "12", "your parcel arrives Today, OK?"),
        ("answer ticket 12 with we will refund you", "12", "we will refund you"),
        ("reply to ticket 12 - Thanks!", "12", "Thanks!"),
        ("reply #20260001: Line one\nLine two, thanks", "TK20260001", "Line one\nLine two, thanks"),
        ("回复TK20260001：您好，包裹今天送达。", "TK20260001", "您好，包裹今天送达。"),
        ("回复12 您好，请问订单号是多少？", "12", "您好，请问订单号是多少？"),
        ("回复工单12说已经补发", "12", "已经补发"),
        ("給工單12回復：已補發，謝謝", "12", "已補發，謝謝"),
        ("reply 12", "12", ""),
    ],
)
def test_an_answer_goes_out_word_for_word(text: str, number: str, answer: str) -> None:
    request = answer_ticket.read(text, CONTEXT)
    assert request is not None
    assert (request.number, request.text) == (number, answer)


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("add faq: Q: When do you close? A: At 10 pm.", "When do you close?", "At 10 pm."),
        ("添加知识 问：几点关门？ 答：晚上十点。", "几点关门？", "晚上十点。"),
        ("kb add Do you ship abroad? => Yes, to Asia.", "Do you ship abroad?", "Yes, to Asia."),
        ("新增问答：会员日是哪天？每月8号", "会员日是哪天？", "每月8号"),
        ("add knowledge\nQ: Is there parking?\nA: Yes.\nFloor B1.", "Is there parking?", "Yes.\nFloor B1."),
        ("添加知识\n能开专票吗\n可以，请提供税号。", "能开专票吗", "可以，请提供税号。"),
        ("Q：有没有停车位 A：门店地下一层有", "有没有停车位", "门店地下一层有"),
        ("add knowledge", "", ""),
    ],
)
def test_a_pair_is_added_as_it_was_typed(text: str, question: str, answer: str) -> None:
    request = add_knowledge.read(text, CONTEXT)
    assert request is not None
    assert (request.question, request.answer) == (question, answer)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("where is my ticket", None),
        ("where is my ticket?", None),
        ("any update on my ticket?", None),
        ("status of ticket TK20260001", "TK20260001"),
        ("我的工单到哪了", None),
        ("我的工单处理得怎么样了", None),
        ("TK20260001 进度", "TK20260001"),
        ("查一下工单TK20260001", "TK20260001"),
        ("我的工單到哪了", None),
    ],
)
def test_a_customer_asks_after_his_ticket(text: str, number: str | None) -> None:
    request = ticket_status.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.number == number


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("add to my ticket: the box is also broken", None, "the box is also broken"),
        ("补充工单：盒子也坏了", None, "盒子也坏了"),
        ("TK20260001 补充：盒子也坏了", "TK20260001", "盒子也坏了"),
    ],
)
def test_a_customer_adds_to_his_ticket(text: str, number: str | None, words: str) -> None:
    request = ticket_add.read(text, CONTEXT)
    assert request is not None
    assert (request.number, request.text) == (number, words)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("close my ticket", None),
        ("关闭我的工单", None),
        ("close ticket TK20260001", "TK20260001"),
        ("問題解決了，關閉工單", None),
    ],
)
def test_a_customer_closes_his_ticket(text: str, number: str | None) -> None:
    request = ticket_close.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.number == number
