"""What is put right or taken back after a write, in everyday words; and whom 'him' means after a company was shown."""

from __future__ import annotations

import pytest

from bot.terminal_session import TurnResult
from tests.proof.world import World

pytestmark = pytest.mark.model


def play(world: World, *lines: str, **who: str) -> list[TurnResult]:
    session = world.opens(**who)
    return [session.say(line) for line in lines]


def words(result: TurnResult) -> str:
    return "\n".join(reply["text"] for reply in result.replies)


@pytest.mark.parametrize(
    ("task", "correction", "due"),
    [
        ("明天上午十点提醒我给康健发清单", "改十点半吧，他要开早会", "2026-11-24T10:30"),
        ("周三下午两点提醒我给白雪打电话", "还是三点吧，两点我有会", "2026-11-25T15:00"),
        ("周四下午三点提醒我回访谢霆", "挪到周五吧，他周四出差", "2026-11-27T15:00"),
        ("remind me to call Jonas Weber tomorrow at 2pm", "make it 4 instead, he's on a train", "2026-11-24T16:00"),
        (
            "remind me to email Grace Liu on Wednesday at 11am",
            "actually, Friday would be better, she's away",
            "2026-11-27T11:00",
        ),
        ("remind me to call Carlos Ruiz on Tuesday at 9am", "hmm, let's do Thursday instead", "2026-11-26T09:00"),
    ],
)
def test_a_time_is_put_right_with_the_reason_beside_it(world: World, task: str, correction: str, due: str) -> None:
    made, corrected = play(world, task, correction)
    assert [(one["type"], one["action"]) for one in made.records] == [("task", "created")]
    assert [(one["action"], one["fields"]["due_at"][:16]) for one in corrected.records] == [("updated", due)]


@pytest.mark.parametrize(
    ("report", "correction", "field", "value"),
    [
        ("给吕静打了电话，谈样品", "说反了，是给彭博文打的", "contacts", ["彭博文"]),
        ("刚给蒋婷打了电话", "哎呀，其实是跟冯涛聊的", "contacts", ["冯涛"]),
        ("拜访了廖凯，聊年会", "忘了说，是上周四去的", "occurred_at", "2026-11-19"),
        ("called Sophie Martin about the audit", "my bad, I spoke to James Lee", "contacts", ["James Lee"]),
        ("visited Lisa Wong, dock plan", "oops, that was with Michael Brown", "contacts", ["Michael Brown"]),
        ("visited Laura Bennett, racks", "i got the day wrong, it was Thursday", "occurred_at", "2026-11-19"),
    ],
)
def test_a_report_is_put_right_in_any_wording(
    world: World, report: str, correction: str, field: str, value: object
) -> None:
    last = play(world, report, correction)[-1]
    assert [one["action"] for one in last.records] == ["updated"]
    got = last.records[0]["fields"][field]
    assert got == value or str(got).startswith(str(value))


@pytest.mark.parametrize("said", ["就这样吧", "那就好，辛苦了", "sounds better", "改天吧，最近太忙", "我们周五见"])
def test_what_puts_nothing_right_changes_nothing(world: World, said: str) -> None:
    assert play(world, "明天上午十点提醒我给康健发清单", said)[-1].records == []


@pytest.mark.parametrize(
    ("done", "back"),
    [
        ("科硕WMS改成62万", "刚才改的不算，恢复原来的"),
        ("韩雪现在是信息部总监", "哦不，撤回刚才那步"),
        ("把青鸟教育标记为流失，客户倒闭了", "搞错公司了，撤回"),
        ("今天拜访了彭博文", "这条不要了，记重了"),
        ("move Globex rollout to proposal", "no wait, put it back"),
        ("Mei Lin is Category Manager now", "hang on, roll that back"),
        ("visited Laura Bennett today, checked the racks", "delete that, wrong person"),
        ("Renew Globex NDA is done", "oh, it's not done yet, undo it please"),
    ],
)
def test_a_write_is_taken_back_at_once_whatever_is_said_beside_it(world: World, done: str, back: str) -> None:
    first, last = play(world, done, back)
    assert len(first.records) == 1
    assert [one["id"] for one in last.records] == [first.records[0]["id"]]
    assert last.outcome == "done"


@pytest.mark.parametrize("said", ["别撤销", "don't put it back", "客户要撤回订单", "the customer said delete that"])
def test_what_denies_or_tells_of_others_takes_nothing_back(world: World, said: str) -> None:
    assert play(world, "科硕WMS改成62万", said)[-1].records == []


def test_a_late_yes_takes_nothing_back(world: World) -> None:
    last = play(world, "remove the Acme samples task, they collected them themselves", "yes, remove it")[-1]
    assert last.records == []


def test_a_task_that_was_only_moved_is_deleted_where_that_is_ordered(world: World) -> None:
    last = play(world, "后天下午两点去海云见欧阳雪，帮我排上", "改三点半吧，她两点有会", "这事黄了，那条任务删了吧")[-1]
    assert [(one["type"], one["action"]) for one in last.records] == [("task", "deleted")]


@pytest.mark.parametrize("said", ["把刚才任务的修改删掉", "delete that task change"])
def test_to_take_back_the_change_of_a_task_deletes_no_task(world: World, said: str) -> None:
    _, moved, last = play(world, "remind me to call Jonas Weber tomorrow at 2pm", "no, I meant Friday 3pm", said)
    assert [one["action"] for one in moved.records] == ["updated"]
    assert "deleted" not in [one["action"] for one in last.records]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("新建商机 恒信地产 恒信礼盒5000份 50万", "不是5000，是6000"), ("新建客户 蓝海文具", "不对，是518000"),
        ("add customer Zebra Foods", "no, it's 518000"), ("科硕WMS改成62万", "不是5000，是6000"),
    ],
)  # fmt: skip
def test_a_number_that_was_no_amount_changes_no_amount(world: World, made: str, said: str) -> None:
    first, last = play(world, made, said)
    for field in ("amount", "annual_amount"):
        was = first.records[0]["fields"].get(field)
        assert [one["fields"].get(field) for one in last.records] in ([], [was])


@pytest.mark.parametrize("said", ["不是620000，是640000", "不是62万，是640000", "no, it was 640000"])
def test_a_bare_number_corrects_the_amount_that_was_told(world: World, said: str) -> None:
    (deal,) = play(world, "科硕WMS改成62万", said)[-1].records
    assert deal["fields"]["amount"] == "640000.00"


@pytest.mark.parametrize(
    ("asked", "told", "contact"),
    [
        ("谁是天启的CTO？", "刚给他打了个电话，样机下周到", "潘越"),
        ("海云的产品经理是谁", "早上九点跟他通了电话，他要改原型", "贾明"),
        ("永丰的采购叫什么", "昨天给她打过电话，账期没问题", "郑凯"),
        ("who's the IT Director at Globex?", "I rang him at 9:40, he approved the plan", "Tom Wilson"),
        ("who is the CFO of Acme", "I emailed her this morning about the invoice", "Emily Chen"),
        ("what's the name of the buyer at Orion?", "I called him at 9, he wants samples", "James Lee"),
    ],
)
def test_a_person_asked_for_by_his_post_is_the_one_who_is_meant(
    world: World, asked: str, told: str, contact: str
) -> None:
    last = play(world, asked, told)[-1]
    assert [(one["type"], one["fields"]["contacts"]) for one in last.records] == [("interaction", [contact])]


@pytest.mark.parametrize(
    ("shown", "told", "person"),
    [
        ("查一下渤海化工", "刚给他打了电话，报价没问题", "何静"),
        ("科硕的资料", "她的手机换成13512341234了", "吕静"),
        ("show me Northwind", "called her just now, she wants a demo", "Lisa Wong"),
        ("tell me about Globex", "remind me to call him tomorrow at 10", "Raj Patel"),
    ],
)
def test_a_company_is_never_him_so_it_is_asked_which_person_is_meant(
    world: World, shown: str, told: str, person: str
) -> None:
    _, asked, answered = play(world, shown, told, person)
    assert (asked.outcome, asked.records) == ("asked", [])
    (record,) = answered.records
    assert person in (record["fields"].get("contacts") or [record["fields"].get("name")])


def test_who_is_chosen_is_of_the_company_that_was_shown(world: World) -> None:
    last = play(world, "查一下华为", "刚给他打了电话，报价没问题", "张伟")[-1]
    (report,) = last.records
    assert (report["fields"]["contacts"], report["fields"]["account"]) == (["张伟"], "华为技术有限公司")


@pytest.mark.parametrize("said", ["取消", "never mind"])
def test_the_question_which_person_is_meant_can_be_left(world: World, said: str) -> None:
    assert play(world, "查一下渤海化工", "刚给他打了电话，报价没问题", said)[-1].records == []


def test_they_are_the_company(world: World) -> None:
    last = play(world, "查一下永丰食品", "提醒我明天给他们发对账单")[-1]
    assert [(one["type"], one["fields"]["account"]) for one in last.records] == [("task", "永丰食品有限公司")]


def test_a_namesake_is_told_apart_by_the_company_that_was_spoken_of(world: World) -> None:
    last = play(world, "华为的采购总监是谁", "明天上午十点提醒我给他发报价")[-1]
    (task,) = last.records
    assert (task["fields"]["contacts"], task["fields"]["account"]) == (["张伟"], "华为技术有限公司")


@pytest.mark.parametrize(
    ("asked", "again", "said"),
    [
        ("范伟是哪家的", "他手机多少来着", "13366660007"),
        ("who is Priya Nair", "what's her number again?", "6562220001"),
    ],
)
def test_a_question_goes_on_with_a_pronoun(world: World, asked: str, again: str, said: str) -> None:
    assert said in words(play(world, asked, again)[-1])


def test_a_pronoun_goes_back_over_messages_that_say_only_him(world: World) -> None:
    last = play(world, "范伟是哪家的", "他手机多少来着", "再把他邮箱记成fanwei@xintai-energy.cn")[-1]
    assert [(one["fields"]["name"], one["fields"]["email"]) for one in last.records] == [
        ("范伟", "fanwei@xintai-energy.cn")
    ]


@pytest.mark.parametrize("asked", ["I need a mobile number for Globex's CTO", "天启的CTO是谁"])
def test_a_post_at_a_colleagues_customer_is_refused(world: World, asked: str) -> None:
    last = play(world, asked, **{"as": "sarah"})[-1]
    assert last.outcome == "refused"


def test_several_fields_go_to_the_deal_that_was_asked_about(world: World) -> None:
    last = play(world, "渤海化工MES多少钱", "金额改成38万，预计2月15号签")[-1]
    (deal,) = last.records
    assert (deal["fields"]["amount"], deal["fields"]["expected_close"]) == ("380000.00", "2027-02-15")


@pytest.mark.parametrize(
    ("said", "company"),
    [
        ("金鑫调去了渤海化工", "渤海化工股份有限公司"),
        ("卢俊去了永丰食品上班", "永丰食品有限公司"),
        ("尹航上个月入职海云数据", "海云数据技术有限公司"),
    ],
)
def test_where_somebody_works_now_is_no_visit(world: World, said: str, company: str) -> None:
    (record,) = play(world, said)[-1].records
    assert (record["type"], record["fields"]["account"]) == ("contact", company)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Mei Lin is Category Manager now", "Category Manager"),
        ("Sophie Martin's the site operations lead these days", "site operations lead"),
        ("James Lee has moved into a senior buyer role", "senior buyer"),
    ],
)
def test_a_new_post_is_told_in_any_order_of_words(world: World, said: str, title: str) -> None:
    (record,) = play(world, said)[-1].records
    assert record["fields"]["title"] == title


@pytest.mark.parametrize("said", ["孟飞调到财务部", "Mei Lin is not a buyer now", "is Mei Lin the buyer now?"])
def test_what_is_no_company_and_no_post_changes_nobody(world: World, said: str) -> None:
    assert play(world, said)[-1].records == []


def test_why_a_time_is_put_right_is_no_task(world: World) -> None:
    last = play(world, "明天上午十点提醒我给吕静寄样品", "还是十一点吧，上午要开会")[-1]
    assert [(one["type"], one["action"]) for one in last.records] == [("task", "updated")]
