"""Appointments, tasks for colleagues, notes between slashes, tags of several and orders under a title, as people "
"say them."""

from __future__ import annotations

import pytest

from nlu.commands import (
    create_opportunity,
    create_requirement,
    create_task,
    log_interaction,
    plan_payments,
    recognise,
    record_payment,
    several,
    update_record,
)
from nlu.text import normalise
from tests.nlu.commands.test_known_names import CONTEXT, when, who


@pytest.mark.parametrize(
    ("text", "title", "due"),
    [
        ("我和林涛约好了，12月3日上午十点去他公司做演示，请帮我安排一个提醒。", "演示", "12-03 10"),
        ("跟高峰约好了下周二上午十点见面", "见面", "12-01 10"),
        ("我已经跟周敏仪约了后天下午两点过去签字", "签字", "11-25 14"),
        ("I've arranged to visit Harbor Foods on Thursday at 3pm", "visit Harbor Foods", "11-26 15"),
        ("Arranged with Owen Clarke to meet on Friday 2pm", "Owen Clarke", "11-27 14"),
        ("we agreed to call Nadia Rossi on Wednesday at 9am", "call Nadia Rossi", "11-25 09"),
        ("四十分钟以后喊我一声啊给韩冰回个电话对账", "给韩冰回个电话对账", "11-23 10"),
        ("note to self swing by Harbor Foods tomorrow at quarter past four", "swing by Harbor Foods", "11-24 16"),
    ],
)
def test_an_appointment_is_a_task_and_no_report(text: str, title: str, due: str) -> None:
    assert recognise(normalise(text), CONTEXT) == "create_task"
    request = create_task.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.due is not None
    assert title in request.title
    assert f"{request.due.start:%m-%d %H}" == due


@pytest.mark.parametrize(
    "text",
    ["昨天跟高峰通了电话，约好了下周二见面", "visited Harbor Foods yesterday, agreed to meet Owen Clarke on Friday"],
)
def test_a_report_that_ends_in_an_appointment_stays_a_report(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) == "log_interaction"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("请给陈晓东建一条任务：11月27日下班前提交验收报告", "提交验收报告"),
        ("帮陈晓东加个待办：周五前整理名单", "整理名单"),
        ("给陈晓东记一条任务，明天联系林涛", "联系林涛"),
        ("create a task for 陈晓东: call Owen Clarke on Friday", "call Owen Clarke"),
    ],
)
def test_a_task_is_made_for_a_colleague(text: str, title: str) -> None:
    request = create_task.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.assignee, request.title) == ("陈晓东", title)


@pytest.mark.parametrize("text", ["给悦购超市建一条任务：明天发报价", "create a task for Harbor Foods: call on Friday"])
def test_a_task_about_a_customer_is_given_to_nobody(text: str) -> None:
    request = create_task.read(normalise(text), CONTEXT)
    assert request is None or request.assignee is None


@pytest.mark.parametrize(
    ("text", "kind", "people", "at", "summary"),
    [
        (
            "Owen Clarke / phone / 8:45 today / wants it in writing",
            "call",
            ["Owen Clarke"],
            "11-23 08:45",
            "wants it in writing",
        ),
        (
            "Nadia Rossi | e-mail | yesterday 16:00 | contract received",
            "email",
            ["Nadia Rossi"],
            "11-22 16:00",
            "contract received",
        ),
        ("高峰 / 微信 / 昨天16:00 / 合同收到了", "chat", ["高峰"], "11-22 16:00", "合同收到了"),
        ("访悦购超市 林涛 谈堆头费 11/17", "visit", ["林涛@悦购超市"], "11-17", None),
        ("剛剛同林涛視訊完，他堅持要過等保三級", "online_meeting", ["林涛"], "11-23 10:00", None),
        ("刚出悦购超市的门见的林涛样品他挺满意后天中午之前我得给他个准信", "visit", ["林涛"], None, "样品他挺满意"),
        (
            "im in the car owen clarke just pinged me on wechat theyve frozen the order",
            "chat",
            ["owen clarke"],
            None,
            None,
        ),
        (
            "spent most of friday morning at harbor foods with owen clarke going over labels",
            "visit",
            ["owen clarke@harbor foods"],
            "11-20",
            None,
        ),
    ],
)
def test_reports_as_they_are_jotted_or_dictated(
    text: str, kind: str, people: list[str], at: str | None, summary: str | None
) -> None:
    request = log_interaction.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.kind, who(request)) == (kind, people)
    assert at is None or (when(request) or "").startswith(at)
    assert summary is None or request.summary == summary


def test_a_duty_told_without_a_stop_is_a_follow_up() -> None:
    request = log_interaction.read("刚出悦购超市的门见的林涛样品他挺满意后天中午之前我得给他个准信", CONTEXT)
    assert request is not None
    assert [one.title for one in request.follow_ups] == ["给他个准信"]


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("悦购超市、北辰医疗两家统一加“高耗能”标签", ["悦购超市加“高耗能”标签", "北辰医疗加“高耗能”标签"]),
        ("给悦购超市和同辉电子都打上VIP标签", ["给悦购超市打上VIP标签", "给同辉电子打上VIP标签"]),
        (
            "Label Harbor Foods and Quartz 'partner channel'",
            ["Label Harbor Foods 'partner channel'", "Label Quartz 'partner channel'"],
        ),
        ("tag Harbor Foods and Quartz export", ["tag Harbor Foods export", "tag Quartz export"]),
    ],
)
def test_several_companies_are_tagged_in_one_order(text: str, orders: list[str]) -> None:
    request = several.read(normalise(text), CONTEXT)
    assert request is not None
    assert [part.text for part in request.parts] == orders
    for part in request.parts:
        change = update_record.read(part.text, CONTEXT)
        assert change is not None
        assert [(one.field, one.verb) for one in change.changes] == [("tags", "add")]


@pytest.mark.parametrize("text", ["label Harbor Foods and Quartz for shipping", "tag Harbor Foods and Quartz please"])
def test_nothing_is_tagged_without_a_tag(text: str) -> None:
    assert several.read(text, CONTEXT) is None


def test_orders_under_a_title() -> None:
    need = create_requirement.read(
        normalise("需求登记：北辰医疗，效期预警要能推送到企业微信，优先级中，提出人高峰"), CONTEXT
    )
    assert need is not None
    assert (need.mention, need.title, need.priority) == ("北辰医疗", "效期预警要能推送到企业微信", "medium")
    english = create_requirement.read("Requirement, low priority: Quartz want the portal in Polish.", CONTEXT)
    assert english is not None
    assert english.priority == "low"
    deal = create_opportunity.read(
        "One more for the pipeline: Quartz, backup appliance, worth 48k euros, signature expected 30 April 2027.",
        CONTEXT,
    )
    assert deal is not None
    assert deal.amount is not None
    assert (deal.account, deal.title, deal.amount.currency) == ("Quartz", "backup appliance", "EUR")
    chinese = create_opportunity.read(normalise("商机里再加一个：悦购超市，冷柜改造，20万，明年3月签"), CONTEXT)
    assert chinese is not None
    assert (chinese.account, chinese.title) == ("悦购超市", "冷柜改造")
    plan = plan_payments.read("Instalments for Quartz: USD 84,000 due 1 Feb 2027, USD 126,000 due 1 May 2027.", CONTEXT)
    assert plan is not None
    assert [line.amount.amount for line in plan.lines] == [84000, 126000]


@pytest.mark.parametrize(
    ("text", "mention", "amount"),
    [
        ("悦购那笔到了五万 帮我登一下", "悦购", 50000),
        ("财务刚甩给我截图悦购超市那笔进来了十七万五你给登一下", "悦购超市", 175000),
        ("网银短信：北辰医疗的尾款到了8万", "北辰医疗", 80000),
        ("Quartz 的 deposit 到了，31.5k USD，Nov 19 入的账", "Quartz", 31500),
        ("Harbor Foods's 12,500 dollars cleared this morning", "Harbor Foods", 12500),
        ("Quartz's $40k came in yesterday", "Quartz", 40000),
        ("bank advice: Quartz's deposit of 20k USD came in", "Quartz", 20000),
    ],
)
def test_money_that_is_here_is_a_payment(text: str, mention: str, amount: int) -> None:
    request = record_payment.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.amount is not None
    assert (request.mention, request.amount.amount, request.is_planned) == (mention, amount, False)


@pytest.mark.parametrize(
    "text", ["悦购那笔还没到", "财务说悦购那笔下周到十七万", "Quartz's 120k budget cleared committee", "悦购那笔到了吗"]
)
def test_money_that_is_not_here_is_none(text: str) -> None:
    assert record_payment.read(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "mention", "name"),
    [
        ("Owen Clarke's surname is spelled Clark", "Owen Clarke", "Owen Clark"),
        ("Nadia Rossi's first name is Nadja", "Nadia Rossi", "Nadja Rossi"),
        ("Owen Clarke is actually spelt Owen Clerke", "Owen Clarke", "Owen Clerke"),
        ("林涛的名字写错了，应该是林滔", "林涛", "林滔"),
        ("高峰的姓名应该是高枫", "高峰", "高枫"),
        ("韩冰的名字改成韩斌", "韩冰", "韩斌"),
    ],
)
def test_a_persons_name_is_spelled_anew(text: str, mention: str, name: str) -> None:
    request = update_record.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.mention, [(one.field, one.words) for one in request.changes]) == (mention, [("name", name)])


@pytest.mark.parametrize(
    "text", ["Owen Clarke is Harbor Foods", "Peter Pan's surname is spelled Pann", "林涛的名字是谁起的"]
)
def test_nobodys_name_changes(text: str) -> None:
    request = update_record.read(normalise(text), CONTEXT)
    assert request is None or all(one.field != "name" for one in request.changes)
