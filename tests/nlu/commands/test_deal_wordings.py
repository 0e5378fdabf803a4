"""Deals, leads, payments, requirements and tickets in everyday words: what each asks for, and what asks nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import recognise
from nlu.commands.convert_lead import read as read_conversion
from nlu.commands.create_lead import read as read_lead
from nlu.commands.create_opportunity import read as read_deal
from nlu.commands.create_requirement import read as read_need
from nlu.commands.list_deals import read as read_list
from nlu.commands.list_requirements import read as read_needs
from nlu.commands.open_ticket import read as read_ticket
from nlu.commands.plan_payments import read as read_plan
from nlu.commands.record_payment import read as read_payment
from nlu.commands.update_record import read
from nlu.commands.update_requirement import read as read_status
from nlu.text import normalise
from nlu.understanding import ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
DEALS = {"冷链改造", "Harbor TMS", "Quartz rollout"}
PLAIN = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="rep")
CONTEXT = replace(PLAIN, knows_deal=lambda words: words in DEALS)


@pytest.mark.parametrize(
    ("text", "mention", "field", "value"),
    [
        ("冷链改造往前推一个阶段", "冷链改造", "stage", "next"),
        ("冷链改造方案做完了，往前推一步", "冷链改造", "stage", "next"),
        ("把冷链改造推到下一阶段", "冷链改造", "stage", "next"),
        ("冷链改造退回一个阶段", "冷链改造", "stage", "previous"),
        ("move Harbor TMS to the next stage", "Harbor TMS", "stage", "next"),
        ("move Harbor TMS forward one stage", "Harbor TMS", "stage", "next"),
        ("Harbor TMS 移到 qualified", "Harbor TMS", "stage", "qualified"),
        ("Harbor TMS qualified", "Harbor TMS", "stage", "qualified"),
        ("Harbor TMS is in negotiation now", "Harbor TMS", "stage", "in negotiation"),
        ("Harbor deal back to proposal", "Harbor", "stage", "proposal"),
        ("冷链改造打回报价阶段", "冷链改造", "stage", "报价"),
        ("冷链改造赢了！客户认可我们", "冷链改造", "stage", "won"),
        ("We won Quartz rollout!! they loved it", "Quartz rollout", "stage", "won"),
        ("we lost Harbor TMS! they chose a rival", "Harbor TMS", "stage", "lost"),
        ("冷链改造黄了。预算没批", "冷链改造", "stage", "lost"),
        ("冷链改造预计成交时间往后推到明年1月20号", "冷链改造", "expected_close", "明年1月20号"),
        ("冷链改造月底签不了，改成12月15", "冷链改造", "expected_close", "12月15"),
        ("冷链改造 close date 改到 Jan 31", "冷链改造", "expected_close", "Jan 31"),
        ("Harbor TMS expected to close on 15 January", "Harbor TMS", "expected_close", "15 January"),
        ("Harbor TMS close date slipped to Jan 20", "Harbor TMS", "expected_close", "Jan 20"),
        ("push the Harbor deal close date to Dec 28", "Harbor", "expected_close", "Dec 28"),
        ("Quartz rollout won't close this month, make it Feb 10", "Quartz rollout", "expected_close", "Feb 10"),
        ("Harbor TMS amount should be $118,500", "Harbor TMS", "amount", "$118,500"),
        ("Harbor TMS is $118,500", "Harbor TMS", "amount", "$118,500"),
    ],
)
def test_a_deal_is_changed_in_everyday_words(text: str, mention: str, field: str, value: str) -> None:
    assert recognise(normalise(text), CONTEXT) == "update_record"
    request = read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.mention, [(one.field, one.words) for one in request.changes]) == (mention, [(field, value)])


@pytest.mark.parametrize(
    ("text", "verb", "words"),
    [
        ("悦购那个项目金额上调10%", "add", "10%"),
        ("冷链改造追加5万", "add", "5万"),
        ("冷链改造降价5个点", "remove", "5个点"),
        ("raise Quartz rollout by 10k", "add", "10k"),
        ("Harbor TMS value went up 15%", "add", "15%"),
        ("cut the Harbor deal amount by 10%", "remove", "10%"),
    ],
)
def test_an_amount_is_told_by_what_is_added_or_taken_off(text: str, verb: str, words: str) -> None:
    request = read(normalise(text), CONTEXT)
    assert request is not None
    assert [(one.field, one.verb, one.words) for one in request.changes] == [("amount", verb, words)]


def test_two_changes_of_a_deal_without_a_comma_are_both_read() -> None:
    request = read(normalise("冷链改造降到24万 预计1月15号签"), CONTEXT)
    assert request is not None
    assert [(one.field, one.words) for one in request.changes] == [("amount", "24万"), ("expected_close", "1月15号")]


@pytest.mark.parametrize(
    "text",
    [
        "Is Harbor TMS qualified?",
        "冷链改造还没签",
        "冷链改造往前推一个阶段了吗",
        "if Harbor TMS closes on 15 January we celebrate",
        "don't raise Quartz rollout by 10k",
        "不要把冷链改造推到下一阶段",
    ],
)
def test_what_asks_or_denies_changes_no_deal(text: str) -> None:
    assert read(normalise(text), CONTEXT) is None


def test_words_about_no_deal_are_no_change_of_one() -> None:
    assert read(normalise("天气往前推一个阶段"), CONTEXT) is None
    assert read(normalise("Lisa qualified"), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "name", "company", "source", "notes"),
    [
        ("新线索 白杨 启明星幼儿园 13311114444 来自官网", "白杨", "启明星幼儿园", "官网", None),
        ("new lead: 程潇, 绿野科技, 13512121212, from 官网", "程潇", "绿野科技", "官网", None),
        (
            "new lead Greta Holm, Fjord Timber, greta@fjord.no, from the website",
            "Greta Holm",
            "Fjord Timber",
            "website",
            None,
        ),
        ("展会上拿到一张名片 聂远 飞驰轮胎 18600001111 记为线索", "聂远", "飞驰轮胎", "展会", None),
        ("新线索：李晓东 蓝天物流 13900001234 老客户推荐", "李晓东", "蓝天物流", "老客户推荐", None),
        ("录个线索 王小虎 极光电子 采购经理 13988887777 抖音来的", "王小虎", "极光电子", "抖音", "采购经理"),
        (
            "new lead Omar Haddad, Cedar Foods, omar@cedar.ae, referred by Tom Wilson",
            "Omar Haddad",
            "Cedar Foods",
            "referred by Tom Wilson",
            None,
        ),
        (
            "new lead Bob Stone, Granite Co, bob@granite.com, VP Sales, budget 50k, from LinkedIn",
            "Bob Stone",
            "Granite Co",
            "LinkedIn",
            "VP Sales; budget 50k",
        ),
        (
            "met Ana Lopez from Rio Foods at the expo, +34 612 345 678, add her as a lead",
            "Ana Lopez",
            "Rio Foods",
            "expo",
            None,
        ),
        ("new lead Tara Singh from Coral Travel", "Tara Singh", "Coral Travel", None, None),
    ],
)
def test_nothing_that_is_said_of_a_lead_is_dropped(
    text: str, name: str, company: str, source: str | None, notes: str | None
) -> None:
    assert recognise(normalise(text), CONTEXT) == "create_lead"
    request = read_lead(normalise(text), CONTEXT)
    assert request is not None
    assert (request.name, request.company, request.source, request.notes) == (name, company, source, notes)


@pytest.mark.parametrize(
    ("text", "mention", "field", "value"),
    [
        ("顾北不靠谱，线索作废吧，根本没预算", "顾北", "status", "discarded"),
        ("顾北这条线索没戏了，关掉吧", "顾北", "status", "discarded"),
        ("discard the Carlos Mendez lead, no budget until 2028", "Carlos Mendez", "status", "discarded"),
        ("the Carlos Mendez lead is dead, no reply for months", "Carlos Mendez", "status", "discarded"),
        ("陶然这条线索给李明跟", "陶然", "owner", "李明"),
        ("把陶然的线索分给王芳", "陶然", "owner", "王芳"),
        ("give the Nina Petrova lead to Sarah", "Nina Petrova", "owner", "Sarah"),
        ("assign the Nina Petrova lead to wangfang", "Nina Petrova", "owner", "wangfang"),
        ("DE20250002 priority to high", "DE20250002", "priority", "high"),
        ("DE20250003优先级调高", "DE20250003", "priority", "高"),
        ("批次报表的需求优先级提到高", "批次报表", "priority", "高"),
        ("raise the priority of the invoices requirement to high", "invoices", "priority", "high"),
        ("set DE20250002 to low priority", "DE20250002", "priority", "low"),
    ],
)
def test_leads_and_requirements_are_changed_in_everyday_words(text: str, mention: str, field: str, value: str) -> None:
    assert recognise(normalise(text), CONTEXT) == "update_record"
    request = read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.mention, [(one.field, one.words) for one in request.changes]) == (mention, [(field, value)])


@pytest.mark.parametrize("text", ["don't discard the Carlos Mendez lead", "顾北的线索先别作废", "顾北的线索作废了吗"])
def test_a_lead_that_is_to_be_kept_is_kept(text: str) -> None:
    assert read(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("convert the Carlos Mendez lead", "Carlos Mendez"),
        ("Carlos Mendez lead is qualified, convert it", "Carlos Mendez"),
        ("顾北的线索转成客户吧", "顾北"),
        ("把孙悦这条线索转化了", "孙悦"),
    ],
)
def test_a_lead_is_converted_in_any_order_of_words(text: str, mention: str) -> None:
    request = read_conversion(normalise(text), CONTEXT)
    assert request is not None
    assert request.mention == mention


@pytest.mark.parametrize(
    ("text", "account", "title", "amount", "currency"),
    [
        ("给Globex开一个new opportunity，Phase 2，80k USD", "Globex", "Phase 2", 80000, "USD"),
        ("open a new opp for Acme - forklift tracking - 45k GBP", "Acme", "forklift tracking", 45000, "GBP"),
        (
            "Harbor wants a mobile app, maybe half a million dollars, add it to my pipeline",
            "Harbor",
            "mobile app",
            500000,
            "USD",
        ),
        ("Orion is looking for a new LIMS, about 60k, create a deal", "Orion", "new LIMS", 60000, "CNY"),
        ("星澜想换BI系统，预算30万，加到商机里", "星澜", "BI系统", 300000, "CNY"),
        ("new deal for Globex: chat bot, 20k", "Globex", "chat bot", 20000, "CNY"),
    ],
)
def test_a_new_deal_keeps_the_whole_of_its_words(
    text: str, account: str, title: str, amount: int, currency: str
) -> None:
    request = read_deal(normalise(text), CONTEXT)
    assert request is not None
    assert request.amount is not None
    assert (request.account, request.title) == (account, title)
    assert (request.amount.amount, request.amount.currency) == (amount, currency)


@pytest.mark.parametrize(
    ("text", "mention", "amount", "day", "method"),
    [
        ("收到星澜首付款七万八 昨天到的", "星澜", 78000, "2026-11-22", None),
        ("渤海MES 回款 ¥105,000 11月20日 银行转账", "渤海MES", 105000, "2026-11-20", "银行转账"),
        ("科硕打了30%的预付款过来，18万", "科硕", 180000, None, None),
        ("科硕回款18万，昨天到的", "科硕", 180000, "2026-11-22", None),
        ("申汇首付款60万已到账，电汇", "申汇", 600000, None, "电汇"),
        ("天启的预付款12.6万今天到了", "天启", 126000, "2026-11-23", None),
        ("Globex's first instalment of $70,000 came in on Friday", "Globex", 70000, "2026-11-20", None),
        ("$12,000 came in from Acme yesterday", "Acme", 12000, "2026-11-22", None),
        ("we received 15k from Globex by wire", "Globex", 15000, None, "wire"),
        ("Northwind sent $5,000 on Nov 18", "Northwind", 5000, "2026-11-18", None),
    ],
)
def test_a_payment_is_told_in_everyday_words(
    text: str, mention: str, amount: int, day: str | None, method: str | None
) -> None:
    assert recognise(normalise(text), CONTEXT) == "record_payment"
    request = read_payment(normalise(text), CONTEXT)
    assert request is not None
    assert request.amount is not None
    said = request.day.start.date().isoformat() if request.day else None
    assert (request.mention, request.amount.amount, said, request.method) == (mention, amount, day, method)


@pytest.mark.parametrize(
    "text", ["Acme hasn't paid the 30k", "华为还没付20万", "科硕说下周付18万", "Has Acme paid 30k?"]
)
def test_what_was_not_paid_is_no_payment(text: str) -> None:
    assert read_payment(normalise(text), CONTEXT) is None
    assert read_plan(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "mention", "lines"),
    [
        (
            "永丰食品进销存回款计划：12月15日10万，1月15日8万",
            "永丰食品进销存",
            [("2026-12-15", 100000), ("2027-01-15", 80000)],
        ),
        ("华为分两期付款：12月1日40万，1月31日40万", "华为", [("2026-12-01", 400000), ("2027-01-31", 400000)]),
        (
            "payment plan for Harbor TMS: 40k on Dec 15 and 35k on Jan 31",
            "Harbor TMS",
            [("2026-12-15", 40000), ("2027-01-31", 35000)],
        ),
        (
            "Acme will pay in two instalments: 60k on Dec 1 and 60k on Jan 15",
            "Acme",
            [("2026-12-01", 60000), ("2027-01-15", 60000)],
        ),
    ],
)
def test_a_payment_plan_has_every_line_that_was_said(text: str, mention: str, lines: list[tuple[str, int]]) -> None:
    assert recognise(normalise(text), CONTEXT) == "plan_payments"
    request = read_plan(normalise(text), CONTEXT)
    assert request is not None
    assert request.mention == mention
    read_lines = [(one.day.start.date().isoformat(), one.amount.amount) for one in request.lines]
    assert read_lines == [(day, Decimal(amount)) for day, amount in lines]


def test_a_plan_with_a_line_that_lacks_its_day_is_not_half_read() -> None:
    assert read_plan(normalise("payment plan for Acme: 40k on Dec 15 and 35k"), CONTEXT) is None
    assert read_plan(normalise("华为回款计划：12月15日10万，剩下的以后再说"), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "mention", "title", "priority"),
    [
        ("Stellar有个requirement，要支持GST报表，urgent", "Stellar", "要支持GST报表", "high"),
        (
            "Acme needs dark mode in the portal, low priority, log it as a requirement",
            "Acme",
            "dark mode in the portal",
            "low",
        ),
        ("Acme wants dark mode, log it as a requirement", "Acme", "dark mode", None),
        ("华为要离线导出，记成需求", "华为", "离线导出", None),
        ("requirement from Globex: audit log export, high priority", "Globex", "audit log export", "high"),
    ],
)
def test_a_need_is_told_first_and_kept_as_a_requirement(
    text: str, mention: str, title: str, priority: str | None
) -> None:
    request = read_need(normalise(text), CONTEXT)
    assert request is not None
    assert (request.mention, request.title, request.priority) == (mention, title, priority)


@pytest.mark.parametrize(
    ("text", "mention", "status"),
    [
        ("批次追溯报表这个需求开始做了", "批次追溯报表", "doing"),
        ("SAP接口那个需求做完了", "SAP接口", "done"),
        ("the multi-currency invoices requirement is done", "multi-currency invoices", "done"),
        ("Audit log requirement is in progress", "Audit log", "doing"),
    ],
)
def test_a_requirement_stands_before_the_word_for_it(text: str, mention: str, status: str) -> None:
    request = read_status(normalise(text), CONTEXT)
    assert request is not None
    assert (request.mention, request.status) == (mention, status)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("我手上有哪些商机在谈判阶段", "negotiation"),
        ("哪些单子在报价阶段", "proposal"),
        ("which deals are in negotiation?", "negotiation"),
        ("which of my deals are stuck in proposal", "proposal"),
    ],
)
def test_deals_are_asked_for_by_stage(text: str, stage: str) -> None:
    assert recognise(normalise(text), CONTEXT) == "list_deals"
    request = read_list(normalise(text), CONTEXT)
    assert request is not None
    assert request.stage == stage


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("我的需求列表", None),
        ("渤海的需求", "渤海"),
        ("requirements of Acme", "Acme"),
        ("what requirements are still open?", None),
    ],
)
def test_requirements_are_listed_for_a_customer_or_for_oneself(text: str, mention: str | None) -> None:
    request = read_needs(normalise(text), CONTEXT)
    assert request is not None
    assert request.mention == mention


@pytest.mark.parametrize(
    ("text", "mention", "words", "kind"),
    [
        ("渤海罗文投诉，登录不上两个小时了，开个投诉工单", None, "渤海罗文投诉,登录不上两个小时了", "complaint"),
        ("华为李娜问发票抬头怎么改，建一个咨询工单", None, "华为李娜问发票抬头怎么改", "question"),
        ("金诺康健要换货 开售后单", None, "金诺康健要换货", "after_sales"),
        ("开个工单 华为李娜：系统登录不上", None, "华为李娜:系统登录不上", "question"),
        ("给华为开个工单：发票抬头错了", "华为", "发票抬头错了", "question"),
        (
            "open a complaint ticket for Acme, Ann says the scanners arrived broken",
            "Acme",
            "Ann says the scanners arrived broken",
            "complaint",
        ),
        (
            "create a question ticket for Orion's James Lee: how do I export logs",
            "Orion's James Lee",
            "how do I export logs",
            "question",
        ),
        ("open a ticket for Northwind", "Northwind", "", "question"),
        (
            "Carlos can't log in since this morning, please open a ticket",
            None,
            "Carlos can't log in since this morning",
            "question",
        ),
        (
            "raise a support ticket for Kevin Tan at Stellar - password reset fails",
            "Kevin Tan at Stellar",
            "password reset fails",
            "question",
        ),
    ],
)
def test_a_ticket_is_opened_for_a_customer(text: str, mention: str | None, words: str, kind: str) -> None:
    assert recognise(normalise(text), CONTEXT) == "open_ticket"
    request = read_ticket(normalise(text), CONTEXT)
    assert request is not None
    assert (request.mention, request.text, request.kind) == (mention, words, kind)


@pytest.mark.parametrize(
    "text",
    [
        "不要开工单",
        "要不要开工单？",
        "提交工单要多久处理",
        "下一个工单给我",
        "open tickets",
        "open ticket 12",
        "open ticket T-20260012",
        "how do I open a ticket",
        "don't open a ticket for Acme",
    ],
)
def test_what_asks_for_tickets_opens_none(text: str) -> None:
    assert read_ticket(normalise(text), CONTEXT) is None
