"""What a conversation may do at any point: pick, cancel, come back, correct, add, take back; a specification."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.terminal_session import TerminalSession, TurnResult
from tests.proof.world import World

pytestmark = pytest.mark.model


def written(result: TurnResult) -> list[tuple[str, str]]:
    return [(record["type"], record["action"]) for record in result.records]


def words(result: TurnResult) -> str:
    return "\n".join(reply["text"] for reply in result.replies)


def say_all(session: TerminalSession, *lines: str) -> TurnResult:
    results = [session.say(line) for line in lines]
    return results[-1]


@pytest.mark.parametrize(
    "pick",
    ["第二个", "选2", "2", "#2", "the second one", "the last one", "星澜的", "技术经理那个", "星澜那个，他要报价"],
)
def test_one_of_several_is_picked_by_number_order_company_or_post(world: World, pick: str) -> None:
    picked = say_all(world.opens(), "刚跟张伟打了电话", pick)
    assert written(picked) == [("interaction", "created")]
    assert picked.records[0]["fields"]["account"] == "星澜科技（上海）有限公司"


@pytest.mark.parametrize("none", ["都不是", "none of them", "两个都是"])
def test_the_question_stays_open_where_none_of_the_offered_ones_is_meant(world: World, none: str) -> None:
    session = world.opens()
    assert say_all(session, "刚跟张伟打了电话", none).outcome == "asked"
    assert say_all(session, "章伟").records[0]["fields"]["contacts"] == ["章伟"]


@pytest.mark.parametrize(
    ("order", "aside"), [("Northwind TMS is lost", "who is Raj Patel?"), ("刚跟张伟打了电话", "王建国的手机号")]
)
def test_a_question_survives_a_change_of_subject_and_is_put_again(world: World, order: str, aside: str) -> None:
    assert "cancel" in words(say_all(world.opens(), order, aside)) or "取消" in words(
        say_all(world.opens(), order, aside)
    )


def test_a_number_answers_the_question_that_waits_and_not_the_buttons_beside_it(world: World) -> None:
    answered = say_all(world.opens(), "刚跟张伟打了电话", "今天有什么任务", "2")
    assert written(answered) == [("interaction", "created")]


def test_words_that_can_only_pick_answer_the_older_question(world: World) -> None:
    session = world.opens()
    assert written(say_all(session, "刚跟张伟打了电话", "Northwind TMS is lost", "the second one")) == [
        ("interaction", "created")
    ]
    assert say_all(session, "they froze the budget").records[0]["fields"]["outcome_reason"] == "they froze the budget"


def test_cancel_closes_the_newest_question_and_all_of_them_when_that_is_said(world: World) -> None:
    session = world.opens()
    assert "张伟" in words(say_all(session, "刚跟张伟打了电话", "把蓝象传媒改成沉默", "算了"))
    assert "还在等" not in words(say_all(session, "把蓝象传媒改成沉默", "全部取消"))


def test_an_answer_and_an_order_in_one_breath_are_both_heard(world: World) -> None:
    both = say_all(
        world.opens(), "Northwind TMS is lost", "they froze the budget, and remind me to call Lisa Wong in March"
    )
    assert written(both) == [("opportunity", "updated"), ("task", "created")]
    assert both.records[0]["fields"]["outcome_reason"] == "they froze the budget"


@pytest.mark.parametrize("cancel", ["算了", "先别建了", "cancel that", "forget it", "取消"])
def test_cancel_right_after_a_write_takes_it_back(world: World, cancel: str) -> None:
    assert written(say_all(world.opens(), "新增联系人 贺兰", cancel)) == [("contact", "deleted")]


def test_cancel_after_something_else_takes_nothing_back(world: World) -> None:
    assert written(say_all(world.opens(), "新增联系人 贺兰", "我的任务", "算了")) == []


def test_a_no_right_after_a_write_asks_what_is_wrong(world: World) -> None:
    session = world.opens()
    assert "撤销" in words(say_all(session, "昨天下午三点拜访了马超", "不对"))
    assert say_all(session, "是四点").records[0]["fields"]["occurred_at"] == "2026-11-22T16:00:00+08:00"


@pytest.mark.parametrize(
    ("order", "value", "field", "kept"),
    [
        ("新增联系人 贺兰", "渤海化工", "account", "渤海化工股份有限公司"),
        ("new contact Dora Klein", "she works at Bluewave", "account", "Bluewave Software GmbH"),
        ("new contact Dora Klein", "her email is dora@bluewave.de", "email", "dora@bluewave.de"),
        ("新增联系人 贺兰", "渤海化工，采购经理，13800138000", "mobile", "+8613800138000"),
        ("给丰茂农业建个商机，大棚监控", "18万，月底成交", "expected_close", "2026-11-30"),
        ("todo: send samples to Acme", "Friday 3pm", "due_at", "2026-11-27T15:00:00+08:00"),
        ("visited Northwind yesterday with Lisa Wong", "and Michael Brown was there too", "contacts", None),
    ],
)
def test_a_bare_value_right_after_a_write_completes_it(
    world: World, order: str, value: str, field: str, kept: str | None
) -> None:
    completed = say_all(world.opens(), order, value)
    assert [action for _, action in written(completed)] == ["updated"]
    assert completed.records[0]["fields"][field] == (kept or ["Lisa Wong", "Michael Brown"])


def test_a_value_that_stands_there_already_is_replaced_only_after_a_yes(world: World) -> None:
    session = world.opens()
    assert written(say_all(session, "给丰茂农业建个商机，大棚监控，20万", "18万")) == []
    assert say_all(session, "是").records[0]["fields"]["amount"] == "180000.00"


@pytest.mark.parametrize(
    ("order", "correction", "field", "right"),
    [
        ("昨天下午三点拜访了马超", "时间错了，是四点", "occurred_at", "2026-11-22T16:00:00+08:00"),
        ("昨天下午三点拜访了马超", "人错了，是徐强", "contacts", ["徐强"]),
        ("昨天下午三点拜访了马超", "不对，是徐强", "summary", "与徐强的拜访"),
        ("visited 马超 yesterday at 3pm", "it was a call, not a visit", "summary", "Call with 马超"),
        ("Called Tom Wilson at Globex just now", "it was yesterday", "occurred_at", "2026-11-22T10:00:00+08:00"),
        ("visited 马超 yesterday at 3pm", "wrong time, it was 4", "occurred_at", "2026-11-22T16:00:00+08:00"),
        ("Move Globex rollout to negotiation", "no, proposal", "stage", "proposal"),
        ("把华为ERP升级推进到商务谈判", "等等，还是改回报价吧", "stage", "proposal"),
        ("set Acme's level to B because they buy less", "sorry, C", "level", "C"),
        ("把蓝象传媒改成沉默，半年没联系上", "不对，是流失", "status", "lost"),
        ("remind me Friday to send Tom Wilson the quote", "it's for Raj, not Tom", "title", "send Raj Patel the quote"),
        ("新增联系人 贺兰，渤海化工，13800138999", "名字是贺岚", "name", "贺岚"),
    ],
)
def test_what_was_just_written_is_corrected(world: World, order: str, correction: str, field: str, right: str) -> None:
    assert say_all(world.opens(), order, correction).records[0]["fields"][field] == right


def test_undo_names_what_it_takes_back_and_goes_further_back_each_time(world: World) -> None:
    session = world.opens()
    assert "给魏来打电话" in words(say_all(session, "刚给罗文打了电话", "提醒我明天下午三点给魏来打电话", "撤销"))
    assert "罗文" in words(say_all(session, "撤销"))
    assert written(say_all(session, "撤销")) == []


@pytest.mark.parametrize(
    ("order", "types"),
    [
        ("undo the one before", ["task"]), ("撤销刚才的电话", ["interaction"]), ("撤销任务", ["task"]),
        ("undo the last two", ["opportunity", "task"]),
    ],
)  # fmt: skip
def test_undo_may_name_a_kind_a_place_or_a_number(world: World, order: str, types: list[str]) -> None:
    session = world.opens()
    say_all(session, "刚给罗文打了电话", "提醒我明天下午三点给魏来打电话", "星澜CRM项目金额调到28万")
    assert [record for record, _ in written(say_all(session, order))] == types


def test_a_follow_up_is_taken_back_without_its_report(world: World) -> None:
    assert written(say_all(world.opens(), "刚给罗文打了电话，周五跟进", "撤销任务")) == [("task", "deleted")]


@pytest.mark.parametrize("order", ["undo the meeting with Raj", "撤销第2个"])
def test_undo_offers_what_can_be_undone_where_nothing_fits(world: World, order: str) -> None:
    session = world.opens()
    assert say_all(session, "刚给罗文打了电话", "Northwind TMS is now qualified", order).outcome == "asked"
    assert written(say_all(session, "第二个")) == [("interaction", "deleted")]


def test_everything_is_taken_back_only_after_a_yes(world: World) -> None:
    session = world.opens()
    assert written(say_all(session, "刚给罗文打了电话", "Northwind TMS is now qualified", "全部撤销")) == []
    assert len(written(say_all(session, "是"))) == 2


@pytest.mark.parametrize("order", ["撤销", "撤销刚才的电话", "算了"])
def test_outside_its_window_nothing_is_undone_and_the_last_thing_is_named(world: World, order: str) -> None:
    session = world.opens()
    say_all(session, "刚给罗文打了电话")
    world.times[0] += timedelta(minutes=31)
    late = say_all(session, order)
    assert written(late) == []
    assert order == "算了" or "罗文" in words(late)


def test_an_unknown_person_is_created_with_the_new_company(world: World) -> None:
    session = world.opens()
    asked = session.say("刚跟博纳科技的贺晓打了电话")
    assert "博纳科技" in asked.replies[0]["choices"][0]["label"]
    assert [record for record, _ in written(say_all(session, "1"))] == ["account", "contact", "interaction"]


@pytest.mark.parametrize(
    ("order", "correction", "field", "right"),
    [
        ("提醒我下周二上午十点拜访徐强", "不对，是下周三", "due_at", "2026-12-02T10:00:00+08:00"),
        ("刚给林晓打了电话，聊价格", "不是林晓，是章伟", "contacts", ["章伟"]),
        ("永丰食品到账5万", "说错了，是4万", "amount", "40000.00"),
    ],
)
def test_a_correction_after_an_undo_says_it_anew(
    world: World, order: str, correction: str, field: str, right: str
) -> None:
    anew = say_all(world.opens(), "刚给罗文打了电话", order, "撤销", correction)
    assert [action for _, action in written(anew)] == ["created"]
    assert anew.records[0]["fields"][field] == right


@pytest.mark.parametrize(
    ("told", "order", "field", "kept"),
    [
        ("刚拜访了科硕尹航", "他手机换成13900009999了", "mobile", "+8613900009999"),
        ("Called Tom Wilson at Globex just now", "remind me to send him a quote Friday", "contacts", ["Tom Wilson"]),
        ("who is Raj Patel?", "remind me to call him tomorrow 10am", "contacts", ["Raj Patel"]),
        ("Called Tom Wilson at Globex just now", "they paid 20k today", "currency", "USD"),
        ("刚给罗文打了电话", "周五再跟进一下", "contacts", ["罗文"]),
        ("给丰茂农业建个商机，大棚监控，20万", "把它推进到方案报价", "stage", "proposal"),
        ("新建客户 晨星制药有限公司", "给它加个联系人 柯南 采购经理 13700001111", "account", "晨星制药有限公司"),
        ("新建客户 晨星制药有限公司", "再建个商机 ERP 50万", "account", "晨星制药有限公司"),
        ("刚和周敏通话，她同意涨价", "金额改成28万", "name", "星澜CRM项目"),
    ],
)
def test_a_pronoun_means_the_one_customer_of_whom_the_message_before_spoke(
    world: World, told: str, order: str, field: str, kept: str | list[str]
) -> None:
    assert say_all(world.opens(), told, order).records[0]["fields"][field] == kept


@pytest.mark.parametrize("order", ["remind me to call him tomorrow", "他手机换成13900009999了"])
def test_a_pronoun_after_two_people_means_neither(world: World, order: str) -> None:
    ordered = say_all(world.opens(), "拜访了渤海化工的罗文和何静", order)
    assert all(not record["fields"].get("contacts") for record in ordered.records if record["type"] == "task")
    assert ("contact", "updated") not in written(ordered)


def test_a_task_is_completed_by_its_place_in_the_list(world: World) -> None:
    done = say_all(world.opens(), "今天有什么任务", "完成第二个")
    assert done.records[0]["fields"]["title"] == "给华为张伟发报价"


@pytest.mark.parametrize(
    ("handle", "role", "lines", "action"),
    [
        ("zhaolei", "supervisor", ("浦新制药的级别改一下", "S", "采购翻倍"), ("account", "updated")),
        ("linsupport", "support", ("提醒我", "明天上午十点回访罗文"), ("task", "created")),
        ("liming", "rep", ("明天提醒我", "今天有什么任务", "给罗文打电话"), ("task", "created")),
        (
            "liming",
            "rep",
            ("change the amount of Globex rollout", "who is Raj Patel?", "225k"),
            ("opportunity", "updated"),
        ),
        ("liming", "rep", ("永丰食品到账了", "5万"), ("payment", "created")),
        ("liming", "rep", ("postpone Renew Globex NDA", "to December 9", "their lawyer is away"), ("task", "updated")),
        ("liming", "rep", ("新建商机", "渤海化工", "备件采购 20万"), ("opportunity", "created")),
        ("liming", "rep", ("新建线索", "孙丽，远洋贸易，13812340000"), ("lead", "created")),
    ],
)
def test_a_missing_piece_is_asked_for_and_completes_the_order(
    world: World, handle: str, role: str, lines: tuple[str, ...], action: tuple[str, str]
) -> None:
    session = world.opens(**{"as": handle, "role": role})
    *before, last = [session.say(line) for line in lines]
    assert all(not written(result) for result in before)
    assert written(last) == [action]


@pytest.mark.parametrize(
    "correction", ["不是星澜的，是华为的", "应该是华为的", "sorry, the Huawei one", "不对，是华为的张伟"]
)
def test_the_namesake_of_the_right_company_takes_the_wrong_ones_place(world: World, correction: str) -> None:
    corrected = say_all(world.opens(), "刚跟张伟打了电话", "星澜的", correction)
    fields = corrected.records[0]["fields"]
    assert (fields["account"], fields["contacts"]) == ("华为技术有限公司", ["张伟"])


def test_a_company_without_a_person_of_that_name_is_no_answer_to_which_of_them(world: World) -> None:
    session = world.opens()
    assert written(say_all(session, "met Zhang Wei this morning", "Acme")) == []
    assert say_all(session, "the Huawei one").records[0]["fields"]["account"] == "华为技术有限公司"


def test_a_number_is_no_reason(world: World) -> None:
    session = world.opens()
    assert written(say_all(session, "Northwind TMS is lost", "2")) == []
    assert say_all(session, "they froze the budget").records[0]["fields"]["stage"] == "lost"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("星澜合同那个任务删掉吧，不做了", "准备星澜合同"),
        ("delete the task Prepare Northwind demo", "Prepare Northwind demo"),
    ],
)
def test_a_task_is_deleted_by_its_words_and_comes_back_by_undo(world: World, line: str, title: str) -> None:
    session = world.opens()
    assert written(session.say(line)) == [("task", "deleted")]
    assert title not in words(session.say("我的任务"))
    assert written(session.say("undo")) == [("task", "updated")]
    assert title in words(session.say("我的任务"))


@pytest.mark.parametrize("line", ["明天去中海远航的行程取消了", "Lisa Wong cancelled our call"])
def test_what_did_not_take_place_writes_nothing_and_says_so(world: World, line: str) -> None:
    result = world.opens().say(line)
    assert (written(result), result.outcome) == ([], "answered")


def test_a_task_is_cancelled_only_by_a_yes_where_its_occasion_is_told_to_be_off(world: World) -> None:
    session = world.opens()
    asked = session.say("the Northwind demo is off, they have no budget")
    assert (asked.outcome, written(asked)) == ("asked", [])
    assert written(session.say("yes")) == [("task", "deleted")]
    assert written(say_all(world.opens(), "the Northwind demo is off", "no")) == []
