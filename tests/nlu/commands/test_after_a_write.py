"""What is said right after something was written: undo, what else belongs to it, and what is wrong with it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import _additions, correct, undo
from nlu.commands.undo import Undo
from nlu.text import normalise
from nlu.understanding import KnownName, ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAMES = {"华为": False, "Bluewave": False, "罗文": True, "Owen Park": True}


def find_names(text: str) -> tuple[KnownName, ...]:
    found = [(text.find(name), name) for name in NAMES if name in text]
    return tuple(KnownName(at, at + len(name), NAMES[name], frozenset()) for at, name in found)


CONTEXT = ParseContext(
    now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="rep", find_names=find_names
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("撤销倒数第二个", Undo(back=2)), ("撤销上上个", Undo(back=2)), ("undo the one before", Undo(back=2)),
        ("undo the second last", Undo(back=2)), ("撤销第2个", Undo(place=2)), ("undo number 2", Undo(place=2)),
        ("撤销前两个", Undo(count=2)), ("undo the last 3 changes", Undo(count=3)), ("全部撤销", Undo(count=None)),
        ("undo everything", Undo(count=None)), ("撤销任务", Undo(record_type="task", is_named=True)),
        ("刚才的电话删掉", Undo(record_type="interaction", is_named=True)), ("oops, undo that", Undo()),
        ("哎改错人了，撤回", Undo()), ("I take it back", Undo()), ("delete that entry", Undo()),
    ],
)  # fmt: skip
def test_undo_is_told_by_order_number_kind_or_simply(text: str, meant: Undo) -> None:
    assert undo.read(normalise(text), CONTEXT) == meant


@pytest.mark.parametrize(
    "text", ["取消第二个任务", "取消订单", "delete task 3", "don't undo", "别撤销", "能撤销吗？", "cancel the call"]
)
def test_what_is_no_undo_takes_nothing_back(text: str) -> None:
    assert undo.read(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    "text",
    [
        "张总的合同过期了，作废", "华为的旧报价不能用了，去掉", "老板说折扣太高，撤销", "作废",
        "My boss says the discount is too high, take it back",
        "The old price list at Globex is out of date, get rid of it", "the sample was damaged, remove it",
    ],
)  # fmt: skip
def test_what_is_said_of_business_takes_no_write_back(text: str) -> None:
    assert undo.read(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    "text",
    [
        "手滑，录重了，删掉", "误操作了，恢复", "客户改主意了，撤销", "项目黄了，那条作废",
        "logged it twice, delete that", "wrong company, take it back", "he isn't coming, undo that",
        "I put it under the wrong customer, get rid of it", "the plan changed, scrap that entry",
    ],
)  # fmt: skip
def test_a_mistake_or_the_write_by_its_name_takes_it_back(text: str) -> None:
    assert undo.read(normalise(text), CONTEXT) == Undo()


@pytest.mark.parametrize(
    "text", ["把刚才任务的修改删掉", "把那个任务的改动去掉", "delete that task change", "remove the last task update"]
)
def test_a_change_that_is_taken_back_is_no_deletion_of_its_task(text: str) -> None:
    assert undo.read(normalise(text), CONTEXT) == Undo(record_type="task", is_named=True)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("华为", ["account"]), ("she works at Bluewave", ["account"]), ("Lakeside Foods", ["company"]),
        ("18万", ["amount"]), ("18万，月底成交", ["amount", "time"]), ("Friday 3pm", ["time"]),
        ("华为，采购经理，13800138000", ["account", "title", "mobile"]), ("他手机13800138000", ["mobile"]),
        ("her email is dora@bluewave.de", ["email"]), ("行业是制造业", ["industry"]), ("优先级高", ["priority"]),
        ("对，是和罗文一起", ["contacts"]), ("and Owen Park was there too", ["contacts"]),
    ],
)  # fmt: skip
def test_values_alone_are_read_with_what_they_belong_to(text: str, fields: list[str]) -> None:
    assert [one.field for one in _additions.read(normalise(text), CONTEXT)] == fields


@pytest.mark.parametrize(
    "text",
    [
        "好的",
        "谢谢",
        "今天天气不错",
        "我下午去拜访罗文",
        "罗文",
        "18万是不是太贵了？",
        "他说手机是13800138000",
        "没有电话",
    ],
)
def test_a_sentence_is_no_value(text: str) -> None:
    assert _additions.read(normalise(text), CONTEXT) == ()


@pytest.mark.parametrize(
    ("text", "right", "field"),
    [
        ("时间错了，是四点", "四点", "time"), ("人错了，是罗文", "罗文", "party"),
        ("搞错人了，是罗文", "罗文", "party"),
        ("wrong time, it was 4", "4", "time"), ("the amount is wrong, should be 235k", "235k", "amount"),
        ("no, proposal", "proposal", None), ("等等，还是改回报价吧", "报价", None), ("sorry, C", "C", None),
        ("actually前天", "前天", None), ("make it Priya instead", "Priya", None),
    ],
)  # fmt: skip
def test_what_is_right_is_read_with_the_field_that_was_called_wrong(text: str, right: str, field: str | None) -> None:
    said = correct.read(normalise(text), CONTEXT)
    assert said is not None
    assert (said.right, said.field) == (right, field)


@pytest.mark.parametrize(
    "text",
    [
        "Oh, I met Owen Park",
        "wait, we visited Bluewave",
        "hmm, I called Owen Park",
        "哦，罗文发的邮件",
        "啊，跟罗文聊的",
    ],
)
def test_an_interjection_alone_corrects_nobody(text: str) -> None:
    assert correct.read(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("no, I met Owen Park", "Owen Park"), ("oh wait, my mistake, we visited Bluewave", "Bluewave"),
        ("说反了，罗文发的邮件", "罗文"), ("哎呀，其实是跟罗文聊的", "罗文"), ("哦不对，跟罗文聊的", "罗文"),
    ],
)  # fmt: skip
def test_a_denial_corrects_whom_it_was_with(text: str, right: str) -> None:
    said = correct.read(normalise(text), CONTEXT)
    assert said is not None
    assert said.right == right
