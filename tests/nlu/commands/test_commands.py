from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.commands import (
    add_knowledge,
    answer_ticket,
    close_ticket,
    complete_task,
    create_account,
    create_contact,
    create_task,
    list_tasks,
    list_tickets,
    load_commands,
    look_up,
    recognise,
    show_ticket,
    summary,
    take_ticket,
    ticket_add,
    ticket_close,
    ticket_status,
    undo,
)
from nlu.text import normalise
from nlu.understanding import Moment, ParseContext
from tests.nlu.entities.test_times import describe

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="manager")


def said(moment: Moment | None) -> str | None:
    return None if moment is None else describe(moment)


@pytest.mark.parametrize(
    ("text", "title", "due", "mention"),
    [
        ("remind me to send the quote to Acme tomorrow 10am", "send the quote to Acme", "2026-11-24 10:00", "Acme"),
        ("remind me tomorrow 10am to send the quote to Acme", "send the quote to Acme", "2026-11-24 10:00", "Acme"),
        ("tomorrow at 9 remind me to email Tom", "email Tom", "2026-11-24 09:00", "Tom"),
        ("remind me in half an hour to call back", "call back", "2026-11-23 10:30", None),
        ("todo: prepare the demo for Huawei by Friday", "prepare the demo for Huawei", "2026-11-27", "Huawei"),
        ("add task call Li Na next Tuesday at 3", "call Li Na", "2026-12-01 15:00", "Li Na"),
        (
            "create a task to review the contract with Globex by end of month",
            "review the contract with Globex",
            "2026-11-30",
            "Globex",
        ),
        ("remind me about the invoice", "the invoice", None, None),
        ("can you remind me to call Tom at 4pm?", "call Tom", "2026-11-23 16:00", "Tom"),
        ("提醒我明天上午十点给华为发报价", "给华为发报价", "2026-11-24 10:00", "华为"),
        ("明天上午十点提醒我给华为发报价", "给华为发报价", "2026-11-24 10:00", "华为"),
        ("待办：周五前给悦购超市寄样品", "给悦购超市寄样品", "2026-11-27", "悦购超市"),
        ("新建任务：整理客户名单", "整理客户名单", None, None),
        ("记得提醒我下周一催款", "催款", "2026-11-30", None),
        ("半小时后提醒我回电话", "回电话", "2026-11-23 10:30", None),
        ("提醒我改天联系李娜", "改天联系李娜", None, "李娜"),
        ("提醒我月底前和王总确认合同", "和王总确认合同", "2026-11-30", "王总"),
    ],
)
def test_a_task_has_a_title_a_time_and_a_customer(text: str, title: str, due: str | None, mention: str | None) -> None:
    request = create_task.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.title, said(request.due), request.mention) == (title, due, mention)


@pytest.mark.parametrize(
    ("text", "title", "assignee"),
    [
        ("assign a task to sarah: prepare the Umbra proposal by Friday", "prepare the Umbra proposal", "sarah"),
        ("give sarah a task to call Globex", "call Globex", "sarah"),
        ("给李明派个任务：周三前提交申汇银行报价", "提交申汇银行报价", "李明"),
        ("安排任务给李明：整理客户名单", "整理客户名单", "李明"),
        ("create a task to review the contract", "review the contract", None),
        ("提醒我给华为派个任务", "给华为派个任务", None),
    ],
)
def test_a_task_may_be_for_a_colleague(text: str, title: str, assignee: str | None) -> None:
    request = create_task.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.title, request.assignee) == (title, assignee)


@pytest.mark.parametrize(
    ("text", "name", "account", "title"),
    [
        ("新建联系人 华为的刘强 采购经理 电话13900001234", "刘强", "华为", "采购经理"),
        ("新建联系人 贝壳设计工作室 联系人田园 电话18800001111", "田园", "贝壳设计工作室", None),
    ],
)
def test_a_contact_is_read_without_commas(text: str, name: str, account: str, title: str | None) -> None:
    request = create_contact.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.name, request.account, request.title) == (name, account, title)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("done 3", "3"),
        ("done #3", "3"),
        ("task 3 is done", "3"),
        ("finished task 12", "12"),
        ("mark 'send quote' as done", "send quote"),
        ("mark send quote as done", "send quote"),
        ("mark task 4 as done", "4"),
        ("complete task 7", "7"),
        ("done: send quote", "send quote"),
        ("任务3完成了", "3"),
        ("任务 3 完成", "3"),
        ("完成任务3", "3"),
        ("3完成了", "3"),
        ("把任务3标记为完成", "3"),
        ("“发合同”完成了", "发合同"),
        ("给张伟回电话的任务完成了", "给张伟回电话"),
        ("任務3完成了", "3"),
    ],
)
def test_a_task_is_completed_by_number_or_title(text: str, reference: str) -> None:
    request = complete_task.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.reference == reference


@pytest.mark.parametrize(
    ("text", "period", "is_overdue"),
    [
        ("my tasks", None, False),
        ("show my tasks for tomorrow", "2026-11-24", False),
        ("what is due today", "2026-11-23", False),
        ("what's due this week?", "2026-11-23/2026-11-30", False),
        ("list my overdue tasks", None, True),
        ("what do I have to do today", "2026-11-23", False),
        ("to do list", None, False),
        ("我的任务", None, False),
        ("今天有什么待办", "2026-11-23", False),
        ("本周待办", "2026-11-23/2026-11-30", False),
        ("明天到期的任务", "2026-11-24", False),
        ("我今天要做什么", "2026-11-23", False),
        ("逾期的任务", None, True),
        ("我有哪些任务", None, False),
    ],
)
def test_tasks_are_listed_for_a_period(text: str, period: str | None, is_overdue: bool) -> None:
    request = list_tasks.read(normalise(text), CONTEXT)
    assert request is not None
    assert (said(request.period), request.is_overdue) == (period, is_overdue)


@pytest.mark.parametrize(
    ("text", "mention", "aspect"),
    [
        ("who is Zhang Wei", "Zhang Wei", "who"),
        ("who's Li Na?", "Li Na", "who"),
        ("look up Globex", "Globex", "who"),
        ("what is Li Na's email", "Li Na", "email"),
        ("Li Na's phone number", "Li Na", "phone"),
        ("phone number of Li Na", "Li Na", "phone"),
        ("last contact with Acme", "Acme", "last_contact"),
        ("when did I last talk to Acme?", "Acme", "last_contact"),
        ("history of Acme", "Acme", "timeline"),
        ("who owns Acme", "Acme", "owner"),
        ("张伟是谁", "张伟", "who"),
        ("查一下悦购超市", "悦购超市", "who"),
        ("华为的电话", "华为", "phone"),
        ("张伟电话多少", "张伟", "phone"),
        ("李娜的邮箱是什么", "李娜", "email"),
        ("上次联系华为是什么时候", "华为", "last_contact"),
        ("最近一次跟张伟沟通是什么时候", "张伟", "last_contact"),
        ("华为的负责人是谁", "华为", "owner"),
        ("谁负责华为", "华为", "owner"),
        ("王总是哪个公司的", "王总", "who"),
        ("華為的電話", "華為", "phone"),
    ],
)
def test_somebody_is_looked_up(text: str, mention: str, aspect: str) -> None:
    request = look_up.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.mention, request.aspect) == (mention, aspect)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("new contact Li Na, buyer at Acme, 13800001111", ("Li Na", "Acme", "buyer", "+8613800001111", None)),
        (
            "add contact Tom Smith at Globex, tom@Globex.com, +1 415 555 2671",
            ("Tom Smith", "Globex", None, "+14155552671", "tom@globex.com"),
        ),
        ("new contact: Anna Lee, CEO, Contoso Ltd", ("Anna Lee", "Contoso Ltd", "CEO", None, None)),
        ("add a contact named Peter", ("Peter", None, None, None, None)),
        ("新增联系人 李娜，华为采购经理，手机13800001111", ("李娜", "华为", "采购经理", "+8613800001111", None)),
        ("新建联系人：王芳，悦购超市，店长，邮箱wang@yuego.cn", ("王芳", "悦购超市", "店长", None, "wang@yuego.cn")),
        ("新增联系人王建国 华为 总监 13900002222", ("王建国", "华为", "总监", "+8613900002222", None)),
        (
            "添加联系人 姓名:陈静,公司:顺丰,职位:主管,电话:138-0000-1111",
            ("陈静", "顺丰", "主管", "+8613800001111", None),
        ),
        ("新建联系人", ("", None, None, None, None)),
    ],
)
def test_a_contact_is_read_field_by_field(text: str, expected: tuple[str | None, ...]) -> None:
    request = create_contact.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.name, request.account, request.title, request.mobile, request.email) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("new customer Acme Ltd", "Acme Ltd"),
        ("create account Globex Corporation", "Globex Corporation"),
        ("add a new customer called Blue Ocean Foods", "Blue Ocean Foods"),
        ("新建客户 悦购超市", "悦购超市"),
        ("新增客户：深圳大疆创新科技有限公司，制造业", "深圳大疆创新科技有限公司"),
        ("新建客户", ""),
        ("新建客戶 悅購超市", "悅購超市"),
    ],
)
def test_an_account_is_read_by_name(text: str, name: str) -> None:
    request = create_account.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.name == name


@pytest.mark.parametrize(
    "text",
    [
        "undo",
        "undo that",
        "Undo the last one",
        "revert that",
        "撤销",
        "撤回刚才那条",
        "撤销刚才的记录",
        "把刚才那条撤回",
        "记错了，撤销一下",
        "撤銷",
    ],
)
def test_the_last_thing_is_undone(text: str) -> None:
    assert undo.read(normalise(text), CONTEXT) is not None


@pytest.mark.parametrize(
    ("text", "period", "team"),
    [
        ("summary of this week", "2026-11-23/2026-11-30", None),
        ("how did we do last month?", "2026-10-01/2026-11-01", None),
        ("team North summary this week", "2026-11-23/2026-11-30", "North"),
        ("how is team North doing this month", "2026-11-01/2026-12-01", "North"),
        ("weekly report", "2026-11-23/2026-11-30", None),
        ("Q3 sales report", "2026-07-01/2026-10-01", None),
        ("summary", None, None),
        ("show me the summary for last 7 days", "2026-11-17/2026-11-24", None),
        ("yesterday's numbers", "2026-11-22", None),
        ("本周汇总", "2026-11-23/2026-11-30", None),
        ("上个月情况怎么样", "2026-10-01/2026-11-01", None),
        ("华东团队本周汇总", "2026-11-23/2026-11-30", "华东"),
        ("华东区上个月业绩", "2026-10-01/2026-11-01", "华东"),
        ("周报", "2026-11-23/2026-11-30", None),
        ("第三季度汇总", "2026-07-01/2026-10-01", None),
        ("最近30天汇总", "2026-10-25/2026-11-24", None),
        ("今天的数据", "2026-11-23", None),
        ("上週業績", "2026-11-16/2026-11-23", None),
    ],
)
def test_a_summary_has_a_period_and_a_team(text: str, period: str | None, team: str | None) -> None:
    request = summary.read(normalise(text), CONTEXT)
    assert request is not None
    assert (said(request.period), request.team) == (period, team)


READS = (
    add_knowledge.read,
    answer_ticket.read,
    close_ticket.read,
    complete_task.read,
    create_account.read,
    create_contact.read,
    create_task.read,
    list_tasks.read,
    list_tickets.read,
    look_up.read,
    show_ticket.read,
    summary.read,
    take_ticket.read,
    ticket_add.read,
    ticket_close.read,
    ticket_status.read,
    undo.read,
)


@given(st.text(max_size=120))
@settings(deadline=None)  # the first holiday that is named loads the calendars
def test_any_characters_are_read_alike_each_time(text: str) -> None:
    for read in READS:
        assert read(text, CONTEXT) == read(text, CONTEXT)


@pytest.mark.parametrize(
    "piece",
    [
        "的",
        "工单",
        "ticket ",
        "问：",
        "Q: ",
        "a",
        "我",
        "查",
        "是谁",
        "任务",
        "12 ",
        "remind me ",
        "新建联系人 ",
        "=>",
        "团队",
        "my ",
        "有什么",
    ],
)
def test_long_repetition_is_read_at_once(piece: str) -> None:
    """Patterns that backtrack without bound would never come back from this."""
    text = piece * 300
    # A run of one piece orders nothing by itself, but what follows a head word is kept as it stands.
    labels = {label for label in (recognise(text, CONTEXT), recognise(f"{text}?", CONTEXT)) if label is not None}
    assert labels <= {command.label for command in load_commands()}
    for read in READS:
        assert read(text, CONTEXT) == read(text, CONTEXT)
