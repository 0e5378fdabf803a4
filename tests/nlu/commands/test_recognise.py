from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlu.commands
from nlu.commands import LONGEST_COMMAND, load_commands, recognise
from nlu.text import normalise
from nlu.understanding import ParseContext
from tests.nlu.commands import reports_en, reports_zh
from tests.nlu.commands.test_log_interaction import NO_REPORT

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
STAFF_ROLES = ("rep", "supervisor", "support", "manager", "analyst", "admin")


def label_of(text: str, role: str = "rep") -> str | None:
    return recognise(normalise(text), ParseContext(now=NOW, timezone=SHANGHAI, role=role))


STAFF_COMMANDS = [
    ("remind me to send the quote to Acme tomorrow 10am", "create_task"),
    ("提醒我明天上午十点给华为发报价", "create_task"),
    ("todo: prepare the demo", "create_task"),
    ("done 3", "complete_task"),
    ("任务3完成了", "complete_task"),
    ("my tasks", "list_tasks"),
    ("我的任务", "list_tasks"),
    ("今天有什么待办", "list_tasks"),
    ("who is Zhang Wei", "look_up"),
    ("张伟是谁", "look_up"),
    ("华为的电话", "look_up"),
    ("last contact with Acme", "look_up"),
    ("new contact Li Na, buyer at Acme, 13800001111", "create_contact"),
    ("新增联系人 李娜，华为采购经理，手机13800001111", "create_contact"),
    ("new customer Acme Ltd", "create_account"),
    ("新建客户 悦购超市", "create_account"),
    ("undo", "undo"),
    ("撤销", "undo"),
    ("撤回刚才那条", "undo"),
    ("open tickets", "list_tickets"),
    ("待处理工单", "list_tickets"),
    ("my tickets", "list_tickets"),
    ("ticket 12", "show_ticket"),
    ("看工单TK20260001", "show_ticket"),
    ("reply 12: your parcel is on its way", "answer_ticket"),
    ("回复TK20260001：您好", "answer_ticket"),
    ("close 12", "close_ticket"),
    ("关闭工单12", "close_ticket"),
    ("take 12", "take_ticket"),
    ("我来处理12", "take_ticket"),
    ("add faq: Q: when? A: now", "add_knowledge"),
    ("添加知识 问：几点 答：十点", "add_knowledge"),
    ("summary of this week", "summary"),
    ("本周汇总", "summary"),
    ("how did we do last month?", "summary"),
    ("华东团队本周汇总", "summary"),
]
CUSTOMER_COMMANDS = [
    ("转人工", "talk_to_person"),
    ("人工", "talk_to_person"),
    ("轉人工", "talk_to_person"),
    ("agent please", "talk_to_person"),
    ("I want to talk to a person", "talk_to_person"),
    ("can I speak to a human?", "talk_to_person"),
    ("我要找客服", "talk_to_person"),
    ("where is my ticket", "ticket_status"),
    ("我的工单到哪了", "ticket_status"),
    ("TK20260001 进度", "ticket_status"),
    ("add to my ticket: it is broken", "ticket_add"),
    ("补充工单：坏了", "ticket_add"),
    ("close my ticket", "ticket_close"),
    ("关闭我的工单", "ticket_close"),
]

NOTHING = """
hello
hi there
你好
早上好
谢谢
thanks a lot
ok
好的
yes
no
不是
哈哈
done
完成了
what can you do?
你能做什么
帮助
help
who are you
你是谁
how are you
how was your weekend
今天天气怎么样
讲个笑话
tell me a joke
how do I create a task?
怎么建任务
how do I add a customer?
怎么新建客户
how to close a ticket
怎么关闭工单
如何添加知识
how do I undo something
怎么撤销
don't remind me
别提醒我
don't undo
别撤销
不要关闭工单12
don't close ticket 12
任务3完成了吗
任务3还没完成
is task 3 done?
提醒我什么了吗
did you remind Tom?
回复12了吗
情况怎么样
refund policy
退货政策是什么
发票怎么开
how long does delivery take
what is the minimum order quantity
最低起订量是多少
客户等级怎么划分
where is my parcel
""".strip().splitlines()


@pytest.mark.parametrize(("text", "label"), STAFF_COMMANDS)
def test_staff_commands_are_recognised_for_staff_and_for_nobody_else(text: str, label: str) -> None:
    assert {label_of(text, role) for role in STAFF_ROLES} == {label}
    assert label_of(text, "customer") in {None, "ticket_status", "ticket_close"}


@pytest.mark.parametrize(("text", "label"), CUSTOMER_COMMANDS)
def test_customer_commands_are_recognised_for_customers(text: str, label: str) -> None:
    assert label_of(text, "customer") == label
    assert label_of(text, "rep") != label


@pytest.mark.parametrize("row", [*reports_en.REPORTS, *reports_zh.REPORTS])
def test_every_report_is_recognised(row: tuple[str, ...]) -> None:
    assert label_of(row[0]) == "log_interaction"
    assert label_of(row[0], "customer") is None


@pytest.mark.parametrize("text", NO_REPORT)
def test_what_is_no_report_never_writes_one(text: str) -> None:
    assert label_of(text) != "log_interaction"


@pytest.mark.parametrize("role", ["rep", "customer"])
@pytest.mark.parametrize("text", NOTHING)
def test_questions_denials_and_small_talk_recognise_nothing(text: str, role: str) -> None:
    assert label_of(text, role) is None


@pytest.mark.parametrize(
    "text",
    [
        "不要转人工",
        "don't close my ticket",
        "人工智能是什么",
        "你是人工吗",
        "is this a real person",
        "undo",
        "my tasks",
        "本周汇总",
        "log call with Acme: wants a quote",
    ],
)
def test_a_customer_has_none_of_the_staff_commands(text: str) -> None:
    assert label_of(text, "customer") is None


def test_every_file_of_the_folder_is_a_command() -> None:
    files = {path.stem for path in Path(next(iter(nlu.commands.__path__))).glob("*.py")}
    assert {command.label for command in load_commands()} == {name for name in files if not name.startswith("_")}


def test_a_story_is_no_command() -> None:
    assert label_of("log call with Acme: " + "wants a quote, " * LONGEST_COMMAND) is None


@settings(deadline=None)
@given(st.text(max_size=150), st.sampled_from(["rep", "customer"]))
def test_any_text_has_a_known_label_or_none(text: str, role: str) -> None:
    assert label_of(text, role) in {None, *(command.label for command in load_commands())}
