"""Forms of labelled values, with a title or without: each becomes the order that its labels speak of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.commands import (
    create_account,
    create_contact,
    create_contract,
    create_lead,
    create_opportunity,
    create_requirement,
    create_task,
    log_interaction,
    open_ticket,
    plan_payments,
    recognise,
    record_payment,
    several,
    update_record,
)
from nlu.commands._labelled import read_form
from nlu.text import normalise
from tests.nlu.commands.test_known_names import CONTEXT, when, who


@pytest.mark.parametrize(
    ("text", "kind", "people", "at", "summary", "next_steps"),
    [
        (
            "【客户拜访记录】客户：悦购超市；受访人：林涛、沈佳怡；日期：11月19日；内容：堆头费谈到八折；"
            "下一步：周五前发协议",
            "visit",
            ["林涛@悦购超市", "沈佳怡@悦购超市"],
            "11-19",
            "堆头费谈到八折",
            ["发协议"],
        ),
        (
            "公司：北辰医疗\n联系人：高峰（采购）\n方式：微信\n时间：昨天16:20\n反馈：样机可以",
            "chat",
            ["高峰@北辰医疗"],
            "11-22 16:20",
            "样机可以",
            [],
        ),
        (
            "通话记录 | 对接人：周敏仪 | 日期：11月20日 | 时间：9:30 | 主题：返修 | 结论：下周补货 | 后续：无",
            "call",
            ["周敏仪"],
            "11-20 09:30",
            "返修；下周补货",
            [],
        ),
        (
            "Call report - Customer: Harbor Foods - With: Owen Clarke - When: 19 Nov 3pm - Outcome: pilot approved"
            " - Next steps: send the order form by Friday",
            "call",
            ["Owen Clarke@Harbor Foods"],
            "11-19 15:00",
            "pilot approved",
            ["send the order form"],
        ),
        (
            "Meeting minutes\nAccount: Quartz Logistics\nPresent: Jörg Weiß\nLocation: Teams\nDate: 20 "
            "Nov\nDiscussed: SLA",
            "online_meeting",
            ["Jörg Weiß@Quartz Logistics"],
            "11-20",
            "SLA; Place: Teams",
            [],
        ),
        (
            "Client: Harbor Foods; Attendees: Nadia Rossi and Owen Clarke; Type: site visit; Date: 18 Nov; Notes: "
            "toured",
            "visit",
            ["Nadia Rossi@Harbor Foods", "Owen Clarke@Harbor Foods"],
            "11-18",
            "toured",
            [],
        ),
    ],
)
def test_a_form_of_a_contact_is_a_report(
    text: str, kind: str, people: list[str], at: str, summary: str, next_steps: list[str]
) -> None:
    request = log_interaction.read(normalise(text), CONTEXT)
    assert request is not None
    assert recognise(normalise(text), CONTEXT) == "log_interaction"
    assert (request.kind, who(request), when(request)) == (kind, people, at)
    assert request.summary == summary
    assert [one.title for one in request.follow_ups] == next_steps


def test_what_has_no_place_of_its_own_stays_in_the_summary_with_its_label() -> None:
    text = "拜访纪要：客户：悦购超市；对方：林涛；内容：看样；竞品：三家在谈；我方：陈晓东"
    request = log_interaction.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.summary == "看样；竞品：三家在谈；我方：陈晓东"
    assert who(request) == ["林涛@悦购超市"]


def test_the_next_contact_is_a_follow_up() -> None:
    request = log_interaction.read(
        normalise("跟进记录 客户：悦购超市；方式：电话；内容：要样品；下次联系时间：12月3日"), CONTEXT
    )
    assert request is not None
    ((due,),) = ([one.due for one in request.follow_ups],)
    assert due is not None
    assert f"{due.start:%m-%d}" == "12-03"


def test_a_form_of_a_visit_to_come_is_no_report() -> None:
    planned = log_interaction.read(
        normalise("客户：悦购超市；对方：林涛；方式：拜访；时间：11月26日14:00；目的：签约"), CONTEXT
    )
    assert planned is not None
    assert planned.occurred_at is None
    assert planned.planned_for is not None
    text = normalise("拜访计划：客户：悦购超市；对方：林涛；时间：11月26日14:00；目的：签约")
    assert recognise(text, CONTEXT) == "create_task"
    task = create_task.read(text, CONTEXT)
    assert task is not None
    assert task.due is not None
    assert task.mention == "林涛"


@pytest.mark.parametrize(
    ("text", "title", "account", "amount", "close", "stage"),
    [
        (
            "商机登记——客户：悦购超市；项目：货架改造；预计金额：¥268,000；预计签约：2027年4月15日；阶段：初步接触",
            "货架改造",
            "悦购超市",
            "268000 CNY",
            "2027-04-15",
            "contacted",
        ),
        (
            "新商机 | 公司：北辰医疗 | 商机名称：影像归档 | 预算：45万 | 预计成交日期：明年3月底",
            "影像归档",
            "北辰医疗",
            "450000 CNY",
            "2027-03-31",
            None,
        ),
        (
            "项目：冷链监测；客户：悦购超市；金额：12万；成交日期：2027-02-01",
            "冷链监测",
            "悦购超市",
            "120000 CNY",
            "2027-02-01",
            None,
        ),
        (
            "New deal - Client: Harbor Foods - Opportunity: freezer sensors - Value: 64,000 - Currency: GBP - "
            "Close date: 31 March 2027",
            "freezer sensors",
            "Harbor Foods",
            "64000 GBP",
            "2027-03-31",
            None,
        ),
        (
            "Opportunity registration: Account: Quartz; Project: dock sensors; Budget: $80k; Stage: qualified",
            "dock sensors",
            "Quartz",
            "80000 USD",
            None,
            "qualified",
        ),
        (
            "Deal: yard cameras\nCustomer: Quartz\nAmount: 30k USD\nExpected close: 15 Jan",
            "yard cameras",
            "Quartz",
            "30000 USD",
            "2027-01-15",
            None,
        ),
    ],
)
def test_a_form_of_a_deal(
    text: str, title: str, account: str, amount: str, close: str | None, stage: str | None
) -> None:
    request = create_opportunity.read(normalise(text), CONTEXT)
    assert request is not None
    assert recognise(normalise(text), CONTEXT) == "create_opportunity"
    assert request.amount is not None
    assert (request.title, request.account, request.stage) == (title, account, stage)
    assert f"{request.amount.amount:.0f} {request.amount.currency}" == amount
    closes = request.expected_close
    day = closes and (closes.end if closes.end and closes.grain != "day" else closes.start)
    assert day is None or (close or "")[:7] in {f"{closes.start:%Y-%m}" if closes else "", f"{day:%Y-%m}"}


@pytest.mark.parametrize(
    ("text", "mention", "kind", "changes", "reason"),
    [
        (
            "联系人变更：姓名：林涛；公司：悦购超市；原电话：13622220007；新电话：15899997777",
            "林涛",
            "contact",
            {"mobile": "15899997777"},
            None,
        ),
        (
            "客户等级调整 客户：北辰医疗；等级：由B调整为A；理由：采购额过26万",
            "北辰医疗",
            "account",
            {"level": "A"},
            "采购额过26万",
        ),
        (
            "商机更新：项目：货架改造；金额：60万→57万；预计成交：12月20日",
            "货架改造",
            "opportunity",
            {"amount": "57万", "expected_close": "12月20日"},
            None,
        ),
        (
            "Contact update - Name: Owen Clarke; Company: Harbor Foods; New phone: +44 20 7946 0055; Title: CFO",
            "Owen Clarke",
            "contact",
            {"mobile": "+44 20 7946 0055", "title": "CFO"},
            None,
        ),
        (
            "Account update\nAccount: Quartz\nIndustry: robotics\nHeadcount: 200-500",
            "Quartz",
            "account",
            {"industry": "robotics", "size_band": "200-500"},
            None,
        ),
        (
            "Deal change | Deal: yard cameras | Amount: 95k | Close: 15 March | Reason: scope grew",
            "yard cameras",
            "opportunity",
            {"amount": "95k", "expected_close": "15 March"},
            "scope grew",
        ),
    ],
)
def test_a_form_that_changes_a_record(
    text: str, mention: str, kind: str, changes: dict[str, str], reason: str | None
) -> None:
    request = update_record.read(normalise(text), CONTEXT)
    assert request is not None
    assert recognise(normalise(text), CONTEXT) == "update_record"
    assert (request.mention, request.record_type, request.reason) == (mention, kind, reason)
    assert {one.field: one.words for one in request.changes} == changes


def test_forms_of_new_people_companies_and_needs() -> None:
    lead = create_lead.read(
        normalise("New lead\nName: Ida Holm\nCompany: Fjell AS\nEmail: ida@fjell.no\nSource: expo"), CONTEXT
    )
    assert lead is not None
    assert (lead.name, lead.company, lead.email, lead.source) == ("Ida Holm", "Fjell AS", "ida@fjell.no", "expo")
    person = create_contact.read(
        normalise("新增联系人 姓名：卓远 公司：悦购超市 部门：采购部 职务：主管 手机：138 1717 2626 微信：zy88"),
        CONTEXT,
    )
    assert person is not None
    assert (person.name, person.account, person.title, person.mobile) == (
        "卓远",
        "悦购超市",
        "采购部主管",
        "+8613817172626",
    )
    assert person.details == (("微信", "zy88"),)
    company = create_account.read(normalise("客户建档：名称：远帆船配有限公司；地区：南通；规模：50人以下"), CONTEXT)
    assert company is not None
    assert (company.name, dict(company.details)["region"]) == ("远帆船配有限公司", "南通")
    need = create_requirement.read(normalise("需求登记：客户：北辰医疗；需求：效期预警；优先级：高"), CONTEXT)
    assert need is not None
    assert (need.title, need.mention, need.priority) == ("效期预警", "北辰医疗", "high")


def test_forms_of_tasks_tickets_and_money() -> None:
    task = create_task.read(normalise("Task: send the quote to Owen Clarke\nDue: Friday 3pm"), CONTEXT)
    assert task is not None
    assert task.due is not None
    assert (task.title, f"{task.due.start:%m-%d %H}") == ("send the quote to Owen Clarke", "11-27 15")
    ticket = open_ticket.read(normalise("投诉登记：客户：悦购超市；联系人：林涛；问题：到货少两箱"), CONTEXT)
    assert ticket is not None
    assert (ticket.kind, ticket.text) == ("complaint", "到货少两箱")
    paid = record_payment.read(normalise("回款登记：客户：悦购超市；金额：17.5万；到账日期：11月20日"), CONTEXT)
    assert paid is not None
    assert paid.amount is not None
    assert (paid.mention, paid.amount.amount, paid.is_planned) == ("悦购超市", 175000, False)
    plan = plan_payments.read(
        normalise("回款计划 客户：悦购超市；首期：10万，2027年2月10日；二期：20万，2027年5月31日"), CONTEXT
    )
    assert plan is not None
    assert [line.amount.amount for line in plan.lines] == [100000, 200000]
    contract = create_contract.read(
        normalise("合同登记 客户：悦购超市；合同金额：41.8万；签订日期：11月19日；合同编号：TQ-88"), CONTEXT
    )
    assert contract is not None
    assert (contract.mention, contract.number) == ("悦购超市", "TQ-88")


@pytest.mark.parametrize(
    "text",
    [
        "客户：\n联系人：\n时间：\n内容：",
        "提醒我：明天给林涛打电话",
        "记录和林涛的电话：客户要报价，周二跟进",
        "log call with Harbor Foods: wants a quote",
        "拜访记录怎么填？要写客户：和时间：吗",
        "Account: Harbor Foods",
        "note: the price: 20k is not final",
    ],
)
def test_what_is_no_form(text: str) -> None:
    assert read_form(normalise(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "【拜访记录（作废）】客户：悦购超市；对方：林涛；内容：测试",
        "Visit report: Account: Harbor Foods; With: Owen Clarke; Status: cancelled; Notes: he was ill",
        "拜访记录模板：客户：悦购超市；对方：林涛；内容：填这里",
        "【拜访纪要】客户：悦购超市；对接人：林涛；执行情况：客户临时取消；下一步：周五再约",
        "Visit report: Account: Harbor Foods; With: Owen Clarke; Visit status: called off; Notes: he was ill",
    ],
)
def test_a_form_that_does_not_count_is_nothing(text: str) -> None:
    assert log_interaction.read(normalise(text), CONTEXT) is None
    assert log_interaction.read_likely(normalise(text), CONTEXT) is None
    assert several.read(normalise(text), CONTEXT) is None
    assert recognise(normalise(text), CONTEXT) is None


def test_a_long_form_is_read_at_once() -> None:
    assert read_form("客户：a；内容：b；" * 150) is not None
    assert read_form("label " * 300 + ":") is None


@pytest.mark.parametrize(
    ("text", "mention", "kind", "changes"),
    [
        ("客户：悦购超市；级别：S；原因：采购额超50万", "悦购超市", "account", {"level": "S"}),
        (
            "公司：Quartz；行业：物流；规模：200-500人",
            "Quartz",
            "account",
            {"industry": "物流", "size_band": "200-500人"},
        ),
        (
            "Account: Harbor Foods; Industry: retail; Website: www.hf.com",
            "Harbor Foods",
            "account",
            {"industry": "retail", "website": "www.hf.com"},
        ),
        (
            "项目：货架改造；金额：57万；预计成交：12月20日",
            "货架改造",
            "opportunity",
            {"amount": "57万", "expected_close": "12月20日"},
        ),
        (
            "Deal: yard cameras; Amount: 95k; Stage: proposal",
            "yard cameras",
            "opportunity",
            {"amount": "95k", "stage": "proposal"},
        ),
    ],
)
def test_a_form_for_what_is_known_already_changes_it(
    text: str, mention: str, kind: str, changes: dict[str, str]
) -> None:
    context = replace(CONTEXT, knows_deal=lambda words: words in {"货架改造", "yard cameras"})
    assert recognise(normalise(text), context) == "update_record"
    request = update_record.read(normalise(text), context)
    assert request is not None
    assert (request.mention, request.record_type) == (mention, kind)
    assert {one.field: one.words for one in request.changes} == changes


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("客户：新星贸易；行业：外贸；规模：50人以下", "create_account"),
        ("客户登记：客户：悦购超市二店；行业：零售", "create_account"),
        ("项目：新冷柜；客户：悦购超市；金额：12万", "create_opportunity"),
        ("New deal - Deal: yard cameras; Account: Quartz; Amount: 30k", "create_opportunity"),
    ],
)
def test_a_form_for_what_is_new_creates_it(text: str, label: str) -> None:
    context = replace(CONTEXT, knows_deal=lambda words: words in {"货架改造", "yard cameras"})
    assert recognise(normalise(text), context) == label


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("拜访日期：2026/11/18；拜访客户：悦购超市；拜访对象：林涛；拜访内容：对账", "visit"),
        ("通话时间：昨天9:30；联系人：高峰；通话内容：返修", "call"),
        ("Type: Email | To: Owen Clarke | Sent: Friday 17:05 | Re: revised terms", "email"),
        ("Subject: site visit; With: Nadia Rossi; Date: yesterday 3pm; Summary: recall is closed", "visit"),
    ],
)
def test_the_kind_of_a_contact_stands_in_its_labels_or_its_subject(text: str, kind: str) -> None:
    request = log_interaction.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.kind == kind


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("报价：悦购超市 42万 有效期到12月31日", "create_quote"),
        ("Quote: Quartz, 88.5k USD, valid until 15 Jan", "create_quote"),
        ("合同：悦购超市 57万 11月20日签 合同号HT-99", "create_contract"),
        ("Payment: Quartz, 40k USD, 20 Nov, wire", "record_payment"),
        ("需求：悦购超市 数控看板 优先级高", "create_requirement"),
        ("todo: call Owen Clarke / due: Friday 10am", "create_task"),
    ],
)
def test_a_word_and_a_colon_name_the_record(text: str, label: str) -> None:
    assert recognise(normalise(text), CONTEXT) == label


@pytest.mark.parametrize("text", ["合同：还没签，57万也没定", "报价：他们嫌42万贵"])
def test_a_word_and_a_colon_before_a_story_name_none(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) not in {"create_contract", "create_quote"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("【拜访纪要】客户：悦购超市；对接人：林涛；竞品：别家便宜5%；下一步：周五发报价", "竞品：别家便宜5%"),
        ("【拜访纪要】客户：悦购超市；对接人：林涛；库存：不用的样机三台；下一步：周五发报价", "库存：不用的样机三台"),
        (
            "Visit report: Account: Harbor Foods; With: Owen Clarke; Order history: cancelled one in May;"
            " Next: send a quote by Friday",
            "Order history: cancelled one in May",
        ),
        (
            "Visit report: Account: Harbor Foods; With: Owen Clarke; Contracts seen: draft only; Notes: he liked it",
            "Contracts seen: draft only",
        ),
    ],
)
def test_what_an_unknown_label_tells_of_others_voids_no_form(text: str, kept: str) -> None:
    report = log_interaction.read(normalise(text), CONTEXT)
    assert report is not None
    assert normalise(kept) in normalise(report.summary)
    assert recognise(normalise(text), CONTEXT) == "log_interaction"
