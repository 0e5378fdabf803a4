"""New people, leads, companies, deals, needs and payments, told in any order of words, run together or dictated."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

import pytest

from nlu.commands import (
    create_account,
    create_contact,
    create_lead,
    create_opportunity,
    create_quote,
    create_requirement,
    plan_payments,
    recognise,
    record_payment,
    several,
    update_record,
)
from nlu.entities.money import Money
from nlu.text import normalise
from tests.nlu.commands.test_known_names import CONTEXT


def label(text: str) -> str | None:
    return recognise(normalise(text), CONTEXT)


@pytest.mark.parametrize(
    ("text", "person"),
    [
        (
            "悦购超市又来了个对接人，叫钱多，做验收的，电话一三九零零零零一二三四",
            {"name": "钱多", "account": "悦购超市", "title": "验收", "mobile": "+8613900001234"},
        ),
        (
            "新增聯絡人：蘇曉，同輝電子 品保課長，手機 13912340000",
            {"name": "蘇曉", "account": "同辉电子", "title": "品保课长", "mobile": "+8613912340000"},
        ),
        (
            "北辰医疗采购换成了姜文静，tel 13800009876，把她存进联系人",
            {"name": "姜文静", "account": "北辰医疗", "title": "采购", "mobile": "+8613800009876"},
        ),
        (
            "Please put Laura King in as a contact at Harbor Foods, quality lead, l.king@harborfoods.com",
            {
                "name": "Laura King",
                "account": "Harbor Foods",
                "title": "quality lead",
                "email": "l.king@harborfoods.com",
            },
        ),
        (
            "got a business card from Omar Said, he runs purchasing for Quartz, mobile +65 8222 1199, add him",
            {"name": "Omar Said", "account": "Quartz", "title": "purchasing", "mobile": "+6582221199"},
        ),
        (
            "save contact Ute Brandt / Quartz / Head of Partner Sales / 0049 30 1234 5699",
            {"name": "Ute Brandt", "account": "Quartz", "title": "Head of Partner Sales", "mobile": "+493012345699"},
        ),
        (
            "the successor of Owen Clarke at Harbor Foods is Maya Lind, please create her as Buyer, m.lind@harbor.com",
            {"name": "Maya Lind", "account": "Harbor Foods", "title": "Buyer", "email": "m.lind@harbor.com"},
        ),
    ],
)
def test_a_new_person_of_a_known_company_is_read_in_any_order(text: str, person: dict[str, str]) -> None:
    assert label(text) == "create_contact"
    request = create_contact.read(normalise(text), CONTEXT)
    assert request is not None
    assert {field: value for field, value in asdict(request).items() if value} == person


@pytest.mark.parametrize(
    "text",
    [
        "悦购超市财务换成了谁",
        "别把姜文静存进联系人",
        "the successor of Owen Clarke at Harbor Foods is not known yet",
        "I got a business card from Harbor Foods",
    ],
)
def test_without_a_name_or_with_a_no_nobody_is_created(text: str) -> None:
    request = create_contact.read(normalise(text), CONTEXT)
    assert request is None or not request.name


@pytest.mark.parametrize(
    ("text", "name", "company", "mobile"),
    [
        ("线索 邱岚 快马物流 电话13122223333 同学介绍的", "邱岚", "快马物流", "+8613122223333"),
        ("lead from the trade fair: Rita Gomez, Andes Copper, rita@andescopper.cl", "Rita Gomez", "Andes Copper", None),
        (
            "Someone called Ken Abe of Sakura Tools left his card at our booth, +81 3 5550 1234, log as a lead",
            "Ken Abe",
            "Sakura Tools",
            "+81355501234",
        ),
        (
            "a lady named Eva Stone of Lakeside Hotels gave us her number, +44 20 7946 0000, save her as a lead",
            "Eva Stone",
            "Lakeside Hotels",
            "+442079460000",
        ),
    ],
)
def test_a_lead_is_read_around_how_it_was_met(text: str, name: str, company: str, mobile: str | None) -> None:
    assert label(text) == "create_lead"
    request = create_lead.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.name, request.company, request.mobile) == (name, company, mobile)


@pytest.mark.parametrize(
    "text",
    [
        "邱岚那条线索没下文了，人家找了别家，作废",
        "顾北的线索电话打不通，直接关掉",
        "the Rita Gomez lead never answers, drop it",
        "lead Ken Abe went with a competitor - discard him",
    ],
)
def test_a_lead_is_thrown_away_behind_its_story(text: str) -> None:
    request = update_record.read(normalise(text), CONTEXT)
    assert request is not None
    assert [(one.field, one.words) for one in request.changes] == [("status", "discarded")]
    assert request.record_type == "lead"


@pytest.mark.parametrize("text", ["顾北的线索先别作废", "the Rita Gomez lead is slow, but don't drop it"])
def test_a_lead_that_is_to_be_kept_is_kept(text: str) -> None:
    assert update_record.read(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "name", "details"),
    [
        (
            "帮我给青禾图文（宁波）有限公司建个档，行业印刷，来源展会",
            "青禾图文(宁波)有限公司",
            {"industry": "印刷", "source": "展会"},
        ),
        ("客户建档：青禾图文有限公司，50人以下", "青禾图文有限公司", {"size_band": "50人以下"}),
        ("開一個新客戶檔案：巨工模具有限公司，員工五百人以上", "巨工模具有限公司", {"size_band": "500人以上"}),
        ("create 一个客户叫 碧海Cloud，行业 SaaS", "碧海Cloud", {"industry": "SaaS"}),
        ("add Kite Freight as a customer, industry logistics", "Kite Freight", {"industry": "logistics"}),
    ],
)
def test_a_company_is_named_before_or_after_the_order(text: str, name: str, details: dict[str, str]) -> None:
    assert label(text) == "create_account"
    request = create_account.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.name, dict(request.details)) == (name, details)


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("tag Quartz and Harbor Foods as export", ["tag Quartz as export", "tag Harbor Foods as export"]),
        ("给悦购超市和北辰医疗都打上连锁标签", ["给悦购超市打上连锁标签", "给北辰医疗打上连锁标签"]),
        ("把悦购超市、北辰医疗都转给陈晓东", ["把悦购超市转给陈晓东", "把北辰医疗转给陈晓东"]),
        ("assign Quartz and Harbor Foods to rep2", ["assign Quartz to rep2", "assign Harbor Foods to rep2"]),
    ],
)
def test_a_change_of_several_companies_is_one_of_each(text: str, orders: list[str]) -> None:
    request = several.read(normalise(text), CONTEXT)
    assert request is not None
    assert [(part.label, part.text) for part in request.parts] == [("update_record", order) for order in orders]


@pytest.mark.parametrize("text", ["don't tag Quartz and Harbor Foods as export", "悦购超市和北辰医疗打上标签了吗"])
def test_several_companies_are_not_changed_by_a_no_or_a_question(text: str) -> None:
    assert several.read(normalise(text), CONTEXT) is None


def test_the_contact_of_a_company_that_was_named_first_belongs_to_it() -> None:
    text = "add Kite Freight as a customer, contact person is Ann Gale, operations manager, ann@kite.com"
    request = several.read(normalise(text), CONTEXT)
    assert request is not None
    company, person = request.parts
    assert (company.label, person.label) == ("create_account", "create_contact")
    assert person.text.endswith("公司:Kite Freight")


@pytest.mark.parametrize(
    ("text", "title", "account", "amount", "stage"),
    [
        ("悦购超市新开一个商机自助收银，金额三十六万五千", "自助收银", "悦购超市", 365_000, None),
        ("put a new deal in for Quartz: route planner, one point two million yuan, stage qualified", "route planner",
         "Quartz", 1_200_000, "qualified"),
        ("Open a deal with Harbor Foods - training package, about 45 grand RMB", "training package", "Harbor Foods",
         45_000, None),
        ("北辰医疗那边建个商机叫标本追溯，20万", "标本追溯", "北辰医疗", 200_000, None),
    ],
)  # fmt: skip
def test_a_deal_is_opened_with_money_in_words(
    text: str, title: str, account: str, amount: int, stage: str | None
) -> None:
    request = create_opportunity.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.title, request.account, request.stage) == (title, account, stage)
    assert request.amount == Money(Decimal(amount))


@pytest.mark.parametrize("text", ["悦购超市新开了个项目，让我们报价", "北辰医疗立了个项目，20万"])
def test_news_of_a_customers_project_opens_no_deal(text: str) -> None:
    assert create_opportunity.read(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "title", "priority"),
    [
        ("requirement from Harbor Foods - health papers, not urgent", "health papers", "low"),
        ("requirement from Harbor Foods: pallet labels, it's not that urgent", "pallet labels", "low"),
        ("new requirement from Harbor Foods: cold chain report, urgent", "cold chain report", "high"),
        ("悦购超市那边要求小票能发短信，挺急的，登一下需求", "小票能发短信", "high"),
        ("Quartz requires SSO login, note it down as a high-priority requirement", "SSO login", "high"),
        ("Quartz needs an offline mode, log it as a low-priority requirement", "an offline mode", "low"),
    ],
)  # fmt: skip
def test_a_need_has_the_urgency_that_was_said(text: str, title: str, priority: str) -> None:
    request = create_requirement.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.title, request.priority) == (title, priority)


@pytest.mark.parametrize(
    ("text", "mention", "amount"),
    [
        ("悦购超市今早到了一笔五万四，记回款", "悦购超市", 54_000),
        ("北辰医疗首款七万八昨天进账了", "北辰医疗", 78_000),
        ("同辉电子刚打来了3万尾款", "同辉电子", 30_000),
        ("partial payment from quartz two hundred thousand rmb received saturday", "quartz", 200_000),
        ("deposit from Harbor Foods of 30k came in, log it", "Harbor Foods", 30_000),
    ],
)
def test_money_that_came_in_is_a_payment(text: str, mention: str, amount: int) -> None:
    request = record_payment.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.mention == mention
    assert request.amount is not None
    assert request.amount.amount == amount
    assert not request.is_planned


@pytest.mark.parametrize(
    "text",
    ["悦购超市那笔五万四还没到", "北辰医疗可能到了一笔七万八", "has the partial payment from quartz 200k arrived?"],
)
def test_money_that_may_not_have_come_is_no_payment(text: str) -> None:
    assert record_payment.read(normalise(text), CONTEXT) is None


def test_a_plan_is_kept_by_the_order_behind_its_lines() -> None:
    request = plan_payments.read(
        normalise("悦购会员系统分两期收：12月20日三十万、明年2月28日三十万，录下回款计划"), CONTEXT
    )
    assert request is not None
    assert [line.amount.amount for line in request.lines] == [300_000, 300_000]


def test_a_quote_is_noted_for_what_it_is_made() -> None:
    request = create_quote.read(normalise("给悦购会员系统登记一份报价单，39万8，有效期到12月31日"), CONTEXT)
    assert request is not None
    assert (request.mention, request.amount) == ("悦购会员系统", Money(Decimal(398_000)))


@pytest.mark.parametrize(
    ("text", "mention", "changes"),
    [
        ("给悦购超市挂个标签 连锁", "悦购超市", [("tags", "连锁")]),
        ("林涛 resign 了，mark 一下离职", "林涛", [("status", "departed")]),
        ("周敏仪的職稱改成副總經理", "周敏仪", [("title", "副总经理")]),
        ("Set annual amount for Quartz at $450k", "Quartz", [("annual_amount", "$450k")]),
        ("SAP对接那条需求，优先级降成低", "SAP对接", [("priority", "低")]),
    ],
)
def test_fields_are_changed_in_everyday_words(text: str, mention: str, changes: list[tuple[str, str]]) -> None:
    request = update_record.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.mention == mention
    assert list(dict.fromkeys((one.field, one.words) for one in request.changes)) == changes
