"""Changes that are told in passing: a deal's end, news of a person, and what merely sounds like one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import recognise
from nlu.commands._guards import is_denied
from nlu.commands.create_contact import read as read_contact
from nlu.commands.create_lead import read as read_lead
from nlu.commands.create_opportunity import read as read_deal
from nlu.commands.create_task import read as read_task
from nlu.commands.look_up import read as read_look_up
from nlu.commands.update_record import read
from nlu.text import normalise
from nlu.understanding import ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="rep")


@pytest.mark.parametrize(
    ("text", "mention", "stage", "reason"),
    [
        ("悦购那单签下来了", "悦购", "won", None),
        ("冷链改造这个项目黄了，预算没批", "冷链改造", "lost", "预算没批"),
        ("我们拿下了同辉电子的单子", "同辉电子", "拿下", None),
        ("北辰的商机被竞品抢走了", "北辰", "lost", None),
        ("deal with Harbor Foods fell through, no budget", "Harbor Foods", "lost", "no budget"),
        ("we lost the Quartz deal to a rival", "Quartz", "lost", "to a rival"),
        ("signed the deal with Harbor Foods", "Harbor Foods", "won", None),
        ("the Quartz deal is officially dead", "Quartz", "lost", None),
        ("Harbor那个deal进proposal了", "Harbor", "proposal", None),
        ("the Harbor deal moved to negotiation", "Harbor", "negotiation", None),
        ("商机推进到谈判阶段", "商机", "谈判", None),
    ],
)
def test_a_deals_progress_is_told_in_many_ways(text: str, mention: str, stage: str, reason: str | None) -> None:
    request = read(normalise(text), CONTEXT)
    assert request is not None
    assert request.record_type == "opportunity"
    assert (request.mention, [(one.field, one.words) for one in request.changes]) == (mention, [("stage", stage)])
    assert request.reason == reason


@pytest.mark.parametrize(
    "text", ["冷链改造签了！", "冷链改造没拿下，价格高了", "we won 冷链改造", "lost 冷链改造 on price"]
)
def test_a_deal_called_by_its_name_needs_no_word_for_it(text: str) -> None:
    knows = replace(CONTEXT, knows_deal=lambda words: words == "冷链改造")
    assert recognise(normalise(text), knows) == "update_record"
    assert recognise(normalise(text), replace(CONTEXT, knows_deal=lambda _words: False)) is None


@pytest.mark.parametrize(
    "text",
    [
        "悦购那单还没签",
        "那单签了吗",
        "如果这单签了就请大家吃饭",
        "张总说那单黄了",
        "did we win the Harbor deal",
        "the Harbor deal is not dead",
        "I hope we win the Harbor deal",
        "she said the Harbor deal is dead",
        "天都黑了",
        "我的心凉了",
        "要是悦购那单丢了，老板会骂我",
        "万一悦购那单黄了，下季度就难了",
        "等悦购那单签了，我请客",
        "suppose the Harbor deal is lost, what then",
        "once the Harbor deal is won we celebrate",
    ],
)
def test_what_only_speaks_of_a_deal_changes_nothing(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) != "update_record"


@pytest.mark.parametrize("text", ["等林涛打电话过来，我再记", "如果昨天拜访了悦购林涛，你会怎么记"])
def test_what_may_happen_is_no_report(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    ("answer", "is_called_off"),
    [
        ("don't change it yet", True),
        ("hold on a sec", True),
        ("先别改", True),
        ("不要动它", True),
        ("不录了，人家没留电话", True),
        ("那先不建了吧", True),
        ("never mind, wrong company", True),
        ("forget it - he has left already", True),
        ("人家不做了", False),
        ("不录了音的那家", False),
        ("don't need it any more", False),
        ("waiting for budget", False),
        ("别家更便宜", False),
        ("等客户预算批下来", False),
    ],
)
def test_an_answer_that_calls_the_order_off_is_told_from_a_reason(answer: str, *, is_called_off: bool) -> None:
    assert is_denied(answer) is is_called_off


@pytest.mark.parametrize(
    ("text", "mention", "field", "value"),
    [
        ("悦购林涛换号了，新号码13712345678", "悦购林涛", "mobile", "13712345678"),
        ("Owen Clarke has a new number: +44 20 7946 0958", "Owen Clarke", "mobile", "+44 20 7946 0958"),
        ("韩冰升采购总监了，职位更新一下", "韩冰", "title", "采购总监"),
        ("Nadia Rossi got promoted to VP", "Nadia Rossi", "title", "VP"),
        ("高峰生日是5月6号，帮我记一下", "高峰", "birthday", "5月6号"),
        ("update 韩冰的email：han@tonghui.cn", "韩冰", "email", "han@tonghui.cn"),
        ("张建国(同辉)手机改成13900002222", "张建国", "mobile", "13900002222"),
        ("Owen Clarke no longer works at Harbor Foods", "Owen Clarke", "status", "departed"),
        ("悦购官网是 www.yuegou.cn", "悦购", "website", "www.yuegou.cn"),
        ("悦购升S级，今年采购翻番", "悦购", "level", "S级"),
        ("冷链改造 金额 45万", "冷链改造", "amount", "45万"),
        ("冷链改造那单客户压到38万了", "冷链改造", "amount", "38万"),
    ],
)
def test_news_change_a_field(text: str, mention: str, field: str, value: str) -> None:
    request = read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.mention, [(one.field, one.words) for one in request.changes]) == (mention, [(field, value)])


def test_a_second_change_of_the_same_record_is_read_with_the_first() -> None:
    request = read("move Harbor rollout to proposal and set the amount to 230k", CONTEXT)
    assert request is not None
    assert [(one.field, one.words) for one in request.changes] == [("stage", "proposal"), ("amount", "230k")]


@pytest.mark.parametrize("text", ["把商机推进一下", "move the deal forward", "把任务推迟一下", "postpone a task"])
def test_an_order_that_names_nothing_is_an_order_still(text: str) -> None:
    assert recognise(text, CONTEXT) in {"update_record", "postpone_task"}


@pytest.mark.parametrize(
    ("text", "title", "due"),
    [
        ("明早九点记得给林涛打电话", "给林涛打电话", "2026-11-24 09:00"),
        ("I have to call Owen Clarke on Friday 10am", "call Owen Clarke", "2026-11-27 10:00"),
        ("need to send Harbor the NDA by Thursday", "send Harbor the NDA", "2026-11-26 00:00"),
        ("周五下午3点约了高峰", "约了高峰", "2026-11-27 15:00"),
    ],
)
def test_a_duty_with_its_time_is_a_task(text: str, title: str, due: str) -> None:
    request = read_task(normalise(text), CONTEXT)
    assert request is not None
    assert request.due is not None
    assert (request.title, f"{request.due.start:%Y-%m-%d %H:%M}") == (title, due)


@pytest.mark.parametrize("text", ["I have to think about it", "我得走了", "周五约了吗", "need to eat more fruit"])
def test_a_duty_without_a_time_is_talk(text: str) -> None:
    assert read_task(normalise(text), CONTEXT) is None


def test_news_of_a_person_with_a_number_is_a_contact() -> None:
    request = read_contact(normalise("悦购新来了个采购叫曾小贤 手机13612345678"), CONTEXT)
    assert request is not None
    assert (request.name, request.account, request.title, request.mobile) == (
        "曾小贤",
        "悦购",
        "采购",
        "+8613612345678",
    )
    assert read_contact("悦购新来了个采购叫曾小贤", CONTEXT) is None


def test_a_department_is_no_part_of_the_company() -> None:
    request = read_contact(normalise("加个联系人：陆一鸣，渤海化工设备部主任，手机138-1111-2222"), CONTEXT)
    assert request is not None
    assert (request.account, request.title) == ("渤海化工", "设备部主任")


def test_a_lead_may_be_told() -> None:
    request = read_lead("got a lead from the website: Maria Lopez, Sunrise Travel, maria@sunrise.es", CONTEXT)
    assert request is not None
    assert (request.name, request.company, request.email, request.source) == (
        "Maria Lopez",
        "Sunrise Travel",
        "maria@sunrise.es",
        "website",
    )


def test_a_deal_may_be_told_first_and_ordered_last() -> None:
    request = read_deal(normalise("悦购想上冷柜监控，大概30万，明年3月签，建个商机"), CONTEXT)
    assert request is not None
    assert (request.account, request.amount and request.amount.amount) == ("悦购", 300_000)


@pytest.mark.parametrize(
    ("text", "mention", "aspect"),
    [
        ("冷链改造到哪个阶段了", "冷链改造", "stage"),
        ("what stage is the Harbor deal in", "Harbor", "stage"),
        ("how much is the Harbor rollout worth", "Harbor rollout", "amount"),
        ("冷链改造什么时候能签", "冷链改造", "close"),
        ("whose number is 13544440002?", "13544440002", "who"),
        ("last time I met Owen Clarke", "Owen Clarke", "last_contact"),
        ("history with Harbor Foods", "Harbor Foods", "timeline"),
        ("悦购最近的互动记录", "悦购", "timeline"),
        ("who's our contact at Harbor Foods?", "Harbor Foods", "contacts"),
    ],
)
def test_more_can_be_looked_up(text: str, mention: str, aspect: str) -> None:
    request = read_look_up(normalise(text), CONTEXT)
    assert request is not None
    assert (request.mention, request.aspect) == (mention, aspect)
