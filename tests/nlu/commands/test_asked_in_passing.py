"""Look-ups and lists in everyday words, corrections of what was just written, and who looks after a customer now."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import _additions, correct, create_contact, list_deals, list_tasks, look_up, recognise, undo
from nlu.commands import incomplete as incomplete_orders
from nlu.commands.update_record import read as read_update
from nlu.understanding import KnownName, ParseContext

ZONE = ZoneInfo("Asia/Shanghai")
NAMES = {
    "海云": False, "Halden": False, "Vertex": False, "渤海": False, "浦新": False,
    "周敏": True, "Raj Patel": True, "Karen Hall": True, "wangfang": None, "王芳": None,
}  # fmt: skip


def _find(text: str) -> tuple[KnownName, ...]:
    found = [
        KnownName(start, start + len(name), is_person is not False, frozenset({1}), is_colleague=is_person is None)
        for name, is_person in NAMES.items()
        if (start := text.find(name)) >= 0
    ]
    return tuple(sorted(found, key=lambda one: one.start))


CONTEXT = ParseContext(
    now=datetime(2026, 11, 23, 10, 0, tzinfo=ZONE), timezone=ZONE, role="supervisor", find_names=_find
)


@pytest.mark.parametrize(
    ("text", "mention", "aspect"),
    [
        ("渤海那边上回聊了点啥", "渤海", "last_contact"),
        ("上次跟海云聊了些什么", "海云", "last_contact"),
        ("what did we talk about with Halden last time", "Halden", "last_contact"),
        ("what did Raj Patel say last time?", "Raj Patel", "last_contact"),
        ("浦新周敏手机号给我", "浦新周敏", "phone"),
        ("Vertex 的 Karen Hall 电话给我一下", "Vertex 的 Karen Hall", "phone"),
        ("Karen Hall's number please", "Karen Hall", "phone"),
        ("names of everybody on the Halden side please", "Halden", "contacts"),
        ("everyone we know at Vertex", "Vertex", "contacts"),
        ("海云那边我们认识哪些人", "海云", "contacts"),
        ("13733330008这个号存的是哪位", "13733330008", "who"),
        ("备注13733330008的是谁", "13733330008", "who"),
    ],
)
def test_a_fact_is_asked_in_everyday_words(text: str, mention: str, aspect: str) -> None:
    assert look_up.read(text, CONTEXT) == look_up.LookUp(mention=mention, aspect=aspect)
    assert recognise(text, CONTEXT) == "look_up"


@pytest.mark.parametrize(
    "text", ["上次跟海云聊了报价", "names of the project", "海云那边有货", "Karen Hall 电话打不通"]
)
def test_what_is_told_is_not_asked(text: str) -> None:
    assert look_up.read(text, CONTEXT) is None


@pytest.mark.parametrize("text", ["我手上正在谈的单子都有哪些", "我在跟的项目有哪些", "看看手头还没签的商机"])
def test_ones_deals_are_listed_by_what_one_does_with_them(text: str) -> None:
    assert list_deals.read(text, CONTEXT) is not None
    assert list_deals.read("我正在谈一个项目", CONTEXT) is None


@pytest.mark.parametrize("text", ["王芳手里这周到期的任务", "王芳名下有哪些待办", "王芳手头的任务"])
def test_a_colleagues_tasks_are_those_in_his_hands(text: str) -> None:
    request = list_tasks.read(text, CONTEXT)
    assert request is not None
    assert request.whose == "王芳"


@pytest.mark.parametrize(
    "text",
    [
        "oops wrong one, undo that",
        "that was the wrong task, undo",
        "not that one, undo it",
        "不是这条，撤销",
        "不是那个，撤回",
    ],
)
def test_what_was_done_to_the_wrong_one_is_taken_back(text: str) -> None:
    assert undo.read(text, CONTEXT) == undo.Undo()


@pytest.mark.parametrize(
    ("text", "right", "field"),
    [
        ("make it 11", "11", "time"),
        ("no, make it 4:30", "4:30", "time"),
        ("at 4:30pm actually", "at 4:30pm", None),
        ("下午四点半才对", "下午四点半", None),
        ("顺便预计成交改成2月10号", "2月10号", "expected_close"),
        ("also, the close date should be 10 February", "10 February", "expected_close"),
    ],
)
def test_a_value_is_put_right_in_few_words(text: str, right: str, field: str | None) -> None:
    request = correct.read(text, CONTEXT)
    assert request is not None
    assert (request.right, request.field) == (right, field)


@pytest.mark.parametrize("text", ["make it 11 boxes", "that's fine actually", "挺好才对", "海云那个单子改成95万"])
def test_no_value_alone_puts_nothing_right(text: str) -> None:
    assert correct.read(text, CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("见的是 Raj Patel", "Raj Patel"),
        ("聊的是周敏", "周敏"),
        ("it was Karen Hall I met", "Karen Hall"),
        ("the person I spoke to was Raj Patel", "Raj Patel"),
    ],
)
def test_who_it_was_is_told_after_the_contact(text: str, who: str) -> None:
    assert _additions.is_naming(text)
    assert _additions.read(text, CONTEXT) == (_additions.Addition(field="contacts", words=who),)


@pytest.mark.parametrize("text", ["见的是老朋友", "it was a good talk", "the person I met was late"])
def test_nobody_known_took_part(text: str) -> None:
    assert _additions.read(text, CONTEXT) == ()


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Halden goes to wangfang from today", "wangfang"),
        ("from now on Vertex is handled by wangfang", "wangfang"),
        ("Vertex is looked after by wangfang now", "wangfang"),
        ("海云以后归王芳管", "王芳"),
        ("渤海从今天起由王芳负责", "王芳"),
    ],
)
def test_who_looks_after_a_customer_is_told(text: str, owner: str) -> None:
    request = read_update(text, CONTEXT)
    assert request is not None
    assert [(change.field, change.words) for change in request.changes] == [("owner", owner)]


@pytest.mark.parametrize(
    "text", ["the quote goes to Halden today", "does Halden go to wangfang?", "合同由王芳送过去了"]
)
def test_what_goes_somewhere_else_changes_no_owner(text: str) -> None:
    assert read_update(text, CONTEXT) is None


@pytest.mark.parametrize("text", ["给海云加个联系人", "为渤海那边新增一位联系人", "add a new contact at Halden"])
def test_a_company_is_named_before_its_person(text: str) -> None:
    request = create_contact.read(text, CONTEXT)
    assert request is not None
    assert (request.name, bool(request.account)) == ("", True)


@pytest.mark.parametrize("text", ["Vertex rollout 的 close date 要改一下", "把 Vertex rollout 的 amount 改一下"])
def test_the_missing_value_of_a_mixed_order_is_asked_for(text: str) -> None:
    context = replace(CONTEXT, knows_deal=lambda words: "Vertex rollout" in words)
    request = incomplete_orders.read(text, context)
    assert request is not None
    assert request.asks == "value"
