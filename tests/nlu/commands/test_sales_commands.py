"""How sales work is told in one sentence: what is read of it, and what is no order at all."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.commands import (
    convert_lead,
    correct,
    create_account,
    create_lead,
    create_opportunity,
    create_requirement,
    list_deals,
    merge_records,
    postpone_task,
    recognise,
    record_payment,
    several,
    undo,
    update_record,
)
from nlu.commands._fields import field_of, read_value
from nlu.entities.money import Money
from nlu.text import normalise
from nlu.understanding import Moment, ParseContext
from tests.nlu.entities.test_times import describe

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="rep")
READERS = (
    convert_lead, correct, create_account, create_lead, create_opportunity, create_requirement, list_deals,
    merge_records, postpone_task, record_payment, several, undo, update_record,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "mention", "changes", "reason"),
    [
        ("把华为的级别改成A，因为采购量上升", "华为", [("level", "A")], "采购量上升"),
        ("因为采购量上升，把华为的级别改成A", "华为", [("level", "A")], "采购量上升"),
        ("请把恒信地产升为S级，年采购额超过50万", "恒信地产", [("level", "S级")], "年采购额超过50万"),
        ("Set the level of Acme to B since orders dropped", "Acme", [("level", "B")], "orders dropped"),
        ("set Acme's phone to 138 0000 1111", "Acme", [("mobile", "138 0000 1111")], None),
        (
            "set Li Na's phone to 13800001111 and title to CMO",
            "Li Na",
            [("mobile", "13800001111"), ("title", "CMO")],
            None,
        ),
        (
            "把李娜的电话改成13800001111，职位改成采购总监",
            "李娜",
            [("mobile", "13800001111"), ("title", "采购总监")],
            None,
        ),
        ("李娜换手机号了，新号码13800002222", "李娜", [("mobile", "13800002222")], None),
        ("move the Acme deal to negotiation", "Acme", [("stage", "negotiation")], None),
        ("恒信的单子成交了", "恒信", [("stage", "成交")], None),
        (
            "mark the Blue Harbor deal as lost because the price was too high",
            "Blue Harbor",
            [("stage", "lost")],
            "the price was too high",
        ),
        ("把明远年货礼盒的预计成交日期改到12月31日", "明远年货礼盒", [("expected_close", "12月31日")], None),
        ("change the amount of the Acme deal to 300k", "Acme", [("amount", "300k")], None),
        ("给华为打上VIP标签", "华为", [("tags", "VIP")], None),
        ("remove the VIP tag from Acme", "Acme", [("tags", "VIP")], None),
        ("把华为转给赵雪负责", "华为", [("owner", "赵雪")], None),
        ("assign lead Steve Harmon to rep2", "Steve Harmon", [("owner", "rep2")], None),
        ("James Miller has left Acme", "James Miller", [("status", "departed")], None),
        ("把任务216改到周五下午3点", "216", [("due_at", "周五下午3点")], None),
        ("start task 216", "216", [("status", "doing")], None),
        (
            "close the requirement DE20260001, customer confirmed by email",
            "DE20260001",
            [("status", "closed")],
            "customer confirmed by email",
        ),
    ],
)
def test_a_change_names_its_record_its_fields_and_its_reason(
    text: str, mention: str, changes: list[tuple[str, str]], reason: str | None
) -> None:
    request = update_record.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.mention == mention
    assert [(change.field, change.words) for change in request.changes] == changes
    assert request.reason == reason


@pytest.mark.parametrize(
    ("field", "words", "value"),
    [
        ("level", "S级", "S"),
        ("level", "level B", "B"),
        ("stage", "商务谈判", "negotiation"),
        ("stage", "输", "lost"),
        ("status", "流失", "lost"),
        ("status", "合作中", "active"),
        ("status", "in progress", "doing"),
        ("priority", "紧急", "high"),
        ("mobile", "138 0000 1111", "+8613800001111"),
        ("email", "是 lina@acme.com", "lina@acme.com"),
        ("amount", "三十五万", Money(Decimal(350_000))),
        ("amount", "USD 1.5m", Money(Decimal(1_500_000), "USD")),
        ("level", "很高", None),
        ("status", "什么", None),
    ],
)
def test_a_value_is_read_in_its_everyday_words(field: str, words: str, value: object) -> None:
    assert read_value(field, words, CONTEXT) == value


def test_a_field_has_many_names() -> None:
    assert {field_of(word) for word in ("手机号", "电话", "phone number", "cell")} == {"mobile"}
    assert {field_of(word) for word in ("級別", "等级", "Level", "tier")} == {"level"}
    assert field_of("天气") is None


@pytest.mark.parametrize(
    ("text", "title", "account", "amount", "close", "stage"),
    [
        ("给华为建个商机：年会礼品，金额30万，预计12月底成交", "年会礼品", "华为", 300_000, "2026-12-31", None),
        (
            "新建商机：春节礼盒，客户恒信地产，20万，下个月底成交，阶段需求确认",
            "春节礼盒",
            "恒信地产",
            200_000,
            "2026-12-31",
            "qualified",
        ),
        ("华为有个新商机：云存储项目，三十五万", "云存储项目", "华为", 350_000, None, None),
        (
            "new deal with Acme: 200 gift boxes, ¥88,000, closing end of December",
            "200 gift boxes",
            "Acme",
            88_000,
            "2026-12-31",
            None,
        ),
        (
            "create opportunity 'Christmas hampers' for Acme worth 50k closing by Dec 20",
            "Christmas hampers",
            "Acme",
            50_000,
            "2026-12-20",
            None,
        ),
        (
            "new opportunity for Blue Harbor: room supplies, 1.5m, proposal stage",
            "room supplies",
            "Blue Harbor",
            1_500_000,
            None,
            "proposal",
        ),
    ],
)
def test_a_deal_is_read_with_its_account_amount_and_close(
    text: str, title: str, account: str, amount: int, close: str | None, stage: str | None
) -> None:
    request = create_opportunity.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.title, request.account, request.stage) == (title, account, stage)
    assert request.amount is not None
    assert request.amount.amount == amount
    assert (describe(request.expected_close) if request.expected_close else None) == close


def test_a_lead_is_read_with_what_is_wished() -> None:
    lead = create_lead.read(
        normalise("新线索：李四，优选超市采购经理，电话 139 1234 5678，来源展会，想要年货礼盒报价"), CONTEXT
    )
    assert lead == create_lead.CreateLead(
        name="李四", company="优选超市", mobile="+8613912345678", source="展会", notes="采购经理; 想要年货礼盒报价"
    )
    english = create_lead.read("new lead Jane Smith from Initech, 13912345678, source: trade fair", CONTEXT)
    assert english is not None
    assert (english.name, english.company, english.source) == ("Jane Smith", "Initech", "trade fair")


def test_an_account_is_read_with_its_details() -> None:
    request = create_account.read(normalise("新建客户 悦购超市，零售行业，A级，来源展会，在上海"), CONTEXT)
    assert request is not None
    assert request.name == "悦购超市"
    assert dict(request.details) == {"industry": "零售", "level": "A", "source": "展会", "region": "上海"}


@pytest.mark.parametrize(
    ("text", "mention", "amount", "is_planned", "deal"),
    [
        ("收到华为20万回款", "华为", 200_000, False, None),
        ("华为昨天付了尾款88,000元", "华为", 88_000, False, None),
        ("记录回款：华为 20万", "华为", 200_000, False, None),
        ("华为计划12月15日回款20万", "华为", 200_000, True, None),
        ("Acme paid ¥88,000 yesterday", "Acme", 88_000, False, None),
        ("record payment of 20k from Acme for the gift box deal", "Acme", 20_000, False, "gift box"),
    ],
)
def test_a_payment_is_read_as_come_in_or_planned(
    text: str, mention: str, amount: int, is_planned: bool, deal: str | None
) -> None:
    request = record_payment.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.amount is not None
    assert (request.mention, request.amount.amount) == (mention, amount)
    assert (request.is_planned, request.deal) == (is_planned, deal)


@pytest.mark.parametrize(
    ("text", "title", "mention", "priority"),
    [
        ("新增需求 华为：支持OCR识别，优先级高", "支持OCR识别", "华为", "high"),
        ("给恒信地产新建需求：礼盒定制，不急", "礼盒定制", "恒信地产", "low"),
        ("new requirement from Acme: API export, high priority", "API export", "Acme", "high"),
        ("log a requirement for Globex: SSO with Okta, low", "SSO with Okta", "Globex", "low"),
    ],
)
def test_a_requirement_is_read_with_its_priority(text: str, title: str, mention: str, priority: str) -> None:
    request = create_requirement.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.title, request.mention, request.priority) == (title, mention, priority)


@pytest.mark.parametrize(
    ("text", "reference", "until", "reason"),
    [
        ("把任务3推迟到周五，因为客户出差", "3", "2026-11-27", "客户出差"),
        ("任务3推迟两天，客户出差", "3", None, "客户出差"),
        ("postpone 'send quote' to next Monday because they travel", "send quote", "2026-11-30", "they travel"),
    ],
)
def test_a_task_is_put_off_with_its_reason(text: str, reference: str, until: str | None, reason: str) -> None:
    request = postpone_task.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.reference, request.reason) == (reference, reason)
    assert (describe(request.until) if isinstance(request.until, Moment) else None) == until
    assert (request.by is None) == (until is not None)


@pytest.mark.parametrize(
    ("text", "right", "wrong", "field"),
    [
        ("no, I meant Thursday", "Thursday", None, None),
        ("不是张伟是章伟", "章伟", "张伟", None),
        ("金额是30万不是20万", "30万", "20万", "amount"),
        ("it was a visit, not a call", "a visit", "a call", None),
        ("不对，是下周四", "下周四", None, None),
        ("sorry, 4pm", "4pm", None, None),
    ],
)
def test_a_correction_says_what_is_right(text: str, right: str, wrong: str | None, field: str | None) -> None:
    assert correct.read(normalise(text), CONTEXT) == correct.Correct(right=right, wrong=wrong, field=field)


@pytest.mark.parametrize(
    "text",
    [
        "no thanks",
        "no, it's fine",
        "no problem",
        "不用了",
        "不，谢谢",
        "不是我，是他",
        "不好意思我在开会",
        "应该是明天下雨",
        "Spoke w/ Li Na - not interested until next quarter",
        "I'm not going to postpone task 213",
        "no, call him tomorrow",
    ],
)
def test_small_talk_that_begins_with_no_corrects_nothing(text: str) -> None:
    assert correct.read(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (
            "新建客户ABC公司，联系人张三 13800001111，提醒我明天下午3点联系",
            ["create_account", "create_contact", "create_task"],
        ),
        ("set Acme's level to B because fewer orders; tag Acme as VIP", ["update_record", "update_record"]),
        ("昨天拜访了王总，谈了陈列费，周五前发报价；把礼品卡商机推进到商务谈判", ["log_interaction", "update_record"]),
        ("remind me to call Tom and set Acme's level to A because good", ["create_task", "update_record"]),
        ("1. 新建客户ABC公司 2. 新建客户DEF公司", ["create_account", "create_account"]),
    ],
)
def test_several_commands_of_one_message_are_told_apart(text: str, labels: list[str]) -> None:
    request = several.read(normalise(text), CONTEXT)
    assert request is not None
    assert [part.label for part in request.parts] == labels


@pytest.mark.parametrize(
    "text",
    [
        "log call with Li Na: met Bob from IT, they paid 20k; will decide Friday",
        "拜访了王总，他说张伟离职了，下周二再去",
        "log call with 李娜: wants a quote, and remind me Friday to send it",
        "把李娜的电话改成13800001111，职位改成采购总监",
        "new contact Li Na, buyer at Acme, 13800001111",
    ],
)
def test_a_report_keeps_its_story_and_its_follow_ups(text: str) -> None:
    assert several.read(normalise(text), CONTEXT) is None


def test_an_undo_may_name_what_is_meant() -> None:
    called = undo.read("undo the call with Li Na", CONTEXT)
    assert called == undo.Undo(record_type="interaction", mention="Li Na", is_named=True)
    named = undo.read(normalise("撤销刚才给恒信地产建的商机"), CONTEXT)
    assert named == undo.Undo(record_type="opportunity", mention="恒信地产", is_named=True)
    assert undo.read("undo", CONTEXT) == undo.Undo()


def test_deals_are_listed_by_stage_and_period() -> None:
    for words in ("我的管道", "看看我的销售漏斗", "my sales pipeline"):
        assert list_deals.read(normalise(words), CONTEXT) == list_deals.ListDeals()
    found = list_deals.read(normalise("谈判阶段的商机"), CONTEXT)
    assert found == list_deals.ListDeals(stage="negotiation")
    dated = list_deals.read("deals closing this month", CONTEXT)
    assert dated is not None
    assert dated.period is not None
    assert (dated.period.grain, dated.period.start.month) == ("month", 11)


def test_merging_says_which_stays_only_when_it_was_said() -> None:
    directed = merge_records.read("merge Acme Ltd into Acme", CONTEXT)
    assert directed == merge_records.MergeRecords(drop="Acme Ltd", keep="Acme", is_directed=True)
    equal = merge_records.read(normalise("把悦购和悦购超市合并"), CONTEXT)
    assert equal == merge_records.MergeRecords(drop="悦购", keep="悦购超市")


@pytest.mark.parametrize(
    "text",
    [
        "要不要把恒信地产的级别改成B",
        "我是不是该把Acme的级别改成B？",
        "did I set Acme's level to A?",
        "张伟的生日是哪天",
        "别把华为的级别改成A",
        "don't set Acme's level to A",
        "老板说把华为的级别改成A",
        "my boss said set Acme's level to A",
        "客户说要把金额改成30万",
        "“把恒信地产的级别改成B”是什么意思",
        "如果把华为的级别改成A会怎样",
        "把灯关了",
        "把话说清楚",
        "华信达还没付20万",
        "Acme hasn't paid 20k",
        "客户可能会付20万",
        "if Acme pays 20k I will be happy",
        "不要合并恒信地产和恒信物业",
        "合并客户有什么风险",
        "怎么新建商机？",
        "不要新建商机",
        "不要撤销",
        "move on",
        "let's move to the next topic",
        "the deal is lost in my mind",
        "张伟离职了吗？",
        "听说张伟离职了",
        "没有完成任务213",
    ],
)
def test_questions_denials_and_other_peoples_words_are_no_orders(text: str) -> None:
    reading = {"list_deals", "look_up", "list_tasks", "summary"}
    assert recognise(normalise(text), CONTEXT) in {None, *reading}


@settings(deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_read_alike_each_time(text: str) -> None:
    for module in READERS:
        assert module.read(normalise(text), CONTEXT) == module.read(normalise(text), CONTEXT)


@pytest.mark.parametrize("part", ["把A的级别改成B，", "not X but Y, ", "合并A和B，", "A paid 20k, ", "推迟到周五，"])
def test_long_repetition_is_read_in_a_moment(part: str) -> None:
    text = normalise(part * 300)
    # Nobody gives three hundred orders in a breath: only one that takes the rest for its own words may be read.
    read = {module.COMMAND.label for module in READERS if module.read(text, CONTEXT) is not None}
    assert len(read) <= 2
    assert recognise(text, CONTEXT) in {None, *read}
