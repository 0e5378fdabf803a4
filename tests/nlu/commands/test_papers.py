"""Quotes, contracts and the state of a requirement, told in one sentence; and what tells of none."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import create_contract, create_quote, list_papers, recognise, update_quote, update_requirement
from nlu.understanding import ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="rep")


@pytest.mark.parametrize(
    ("text", "mention", "amount", "currency", "until"),
    [
        ("给华为ERP升级报价75万，有效期到12月31日", "华为ERP升级", 750000, "CNY", date(2026, 12, 31)),
        ("quoted Acme $120k, valid until Dec 31", "Acme", 120000, "USD", date(2026, 12, 31)),
        ("我们刚给永丰食品发了报价单 ¥88,000", "永丰食品", 88000, "CNY", None),
        ("登记报价 星澜CRM项目 26万", "星澜CRM项目", 260000, "CNY", None),
        ("log a quote for Northwind TMS: 90k USD", "Northwind TMS", 90000, "USD", None),
    ],
)
def test_a_quote(text: str, mention: str, amount: int, currency: str, until: date | None) -> None:
    paper = create_quote.read(text, CONTEXT)
    assert paper is not None
    assert paper.amount is not None
    assert (paper.mention, paper.amount.amount, paper.amount.currency) == (mention, Decimal(amount), currency)
    assert (paper.until.start.date() if paper.until else None) == until
    assert recognise(text, CONTEXT) == "create_quote"


@pytest.mark.parametrize(
    ("text", "mention", "number", "day"),
    [
        ("登记合同 科硕WMS 60万 合同号HT-88", "科硕WMS", "HT-88", None),
        ("signed the contract with Acme for $120k on Nov 20", "Acme", None, date(2026, 11, 20)),
        ("华为ERP升级合同签了，80万", "华为ERP升级", None, None),
        ("record contract for Globex rollout: $210k, number GC-77", "Globex rollout", "GC-77", None),
        ("合同备案：科硕WMS，合同额41.8万元，2026年11月19日签署", "科硕WMS", None, date(2026, 11, 19)),
        ("合同登记：华为ERP升级，80万", "华为ERP升级", None, None),
        ("昨天跟永丰食品签了合同 18万", "永丰食品", None, date(2026, 11, 22)),
    ],
)
def test_a_contract(text: str, mention: str, number: str | None, day: date | None) -> None:
    paper = create_contract.read(text, CONTEXT)
    assert paper is not None
    assert (paper.mention, paper.number, paper.day.start.date() if paper.day else None) == (mention, number, day)
    assert recognise(text, CONTEXT) == "create_contract"


@pytest.mark.parametrize(
    ("text", "mention", "status", "words"),
    [
        ("需求DE20260001客户已确认：邮件回复可以上线", "DE20260001", "closed", "邮件回复可以上线"),
        ("requirement DE20260001 confirmed: they tested it, works", "DE20260001", "closed", "they tested it, works"),
        (
            "close requirement DE20260001: customer confirmed by email",
            "DE20260001",
            "closed",
            "customer confirmed by email",
        ),
        ("需求批次追溯报表客户已经确认，关闭", "批次追溯报表", "closed", "客户已经确认"),
        ("需求DE20260001延期：等法务", "DE20260001", "delayed", "等法务"),
        ("requirement DE20260001 is delayed: waiting for legal", "DE20260001", "delayed", "waiting for legal"),
        ("DE20260001 进行中", "DE20260001", "doing", None),
        ("start requirement DE20260001", "DE20260001", "doing", None),
        ("requirement Multi-currency invoices is done", "Multi-currency invoices", "done", None),
        ("重新打开需求DE20260001：客户又提了", "DE20260001", "todo", "客户又提了"),
    ],
)
def test_the_state_of_a_requirement(text: str, mention: str, status: str, words: str | None) -> None:
    found = update_requirement.read(text, CONTEXT)
    assert found == update_requirement.UpdateRequirement(mention=mention, status=status, words=words)
    assert recognise(text, CONTEXT) == "update_requirement"


@pytest.mark.parametrize(
    ("text", "number", "status"),
    [
        ("报价QT20260001客户接受了", "QT20260001", "accepted"),
        ("quote qt20260001 was rejected: too dear", "QT20260001", "rejected"),
    ],
)
def test_the_answer_to_a_quote(text: str, number: str, status: str) -> None:
    assert update_quote.read(text, CONTEXT) == update_quote.UpdateQuote(number=number, status=status)


@pytest.mark.parametrize(
    ("text", "which", "mention"),
    [
        ("华为的报价", "quotes", "华为"),
        ("contracts of Acme", "contracts", "Acme"),
        ("我的合同列表", "contracts", None),
        ("my quotes", "quotes", None),
    ],
)
def test_asking_for_papers(text: str, which: str, mention: str | None) -> None:
    found = list_papers.read(text, CONTEXT)
    assert (found.which, found.mention) == (which, mention) if found else pytest.fail("not read")
    assert recognise(text, CONTEXT) == "list_papers"


@pytest.mark.parametrize(
    "text",
    [
        "需求DE20260001还没完成",
        "需求DE20260001完成了吗",
        "is requirement DE20260001 done?",
        "requirement DE20260001 is not done",
        "别关闭需求DE20260001",
        "明天给华为报价75万",
        "还没给华为报价75万",
        "should we quote Acme 120k?",
        "we have not signed the contract with Acme for 120k",
        "给华为发报价",
        "提醒我给永丰发合同 18万",
        "报价QT20260001客户接受了吗",
    ],
)
def test_what_asks_denies_or_plans_is_none_of_them(text: str) -> None:
    for command in (create_quote, create_contract, update_quote, update_requirement):
        assert command.read(text, CONTEXT) is None
