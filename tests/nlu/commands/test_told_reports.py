"""Reports whose way of contact, time or people are told in passing, around known names; and what is only a plan."""

from __future__ import annotations

import pytest

from nlu.commands import recognise
from nlu.commands.several import read as read_several
from nlu.text import normalise
from tests.nlu.commands.test_known_names import CONTEXT, read, when, who


@pytest.mark.parametrize(
    ("text", "kind", "people", "time"),
    [
        ("上周四下午跟林涛聊了二十分钟电话", "call", ["林涛"], "11-19"),
        ("今天9点给林涛远程演示了入库流程", "online_meeting", ["林涛"], "11-23 09:00"),
        ("📞林涛，聊了下微服务改造的事", "call", ["林涛"], None),
        ("上午9点20我呼了林涛，备份已经跑通", "call", ["林涛"], "11-23 09:20"),
        ("昨天快递了一束花给林涛，祝她生日快乐", "care", ["林涛"], "11-22"),
        ("昨儿下午到悦购超市找林总坐了会儿", "visit", ["悦购超市", "林总"], "11-22"),
        ("spent an hour on the phone with Owen Clarke, he wants a demo", "call", ["Owen Clarke"], None),
        ("spent 20 minutes on a video call with Owen Clarke", "online_meeting", ["Owen Clarke"], None),
        ("jumped on a call with Owen Clarke", "call", ["Owen Clarke"], None),
        ("had Owen Clarke on the line for an hour, he's pushing for more", "call", ["Owen Clarke"], None),
        ("had a beer with Owen Clarke last night", "visit", ["Owen Clarke"], "11-22"),
        ("shot Owen Clarke an email last night with the new terms", "email", ["Owen Clarke"], "11-22"),
        (
            "video conf with Owen Clarke yesterday 3:30pm, scoped phase one",
            "online_meeting",
            ["Owen Clarke"],
            "11-22 15:30",
        ),
        ("got a mail from Owen Clarke at 7:52 today asking for a certificate", "email", ["Owen Clarke"], "11-23 07:52"),
        ("replied to Owen Clarke's mail regarding the NDA", "email", ["Owen Clarke"], None),
        (
            "did a product demo for Owen Clarke over Zoom this morning at 9",
            "online_meeting",
            ["Owen Clarke"],
            "11-23 09:00",
        ),
    ],
)
def test_a_report_may_tell_its_kind_in_passing(text: str, kind: str, people: list[str], time: str | None) -> None:
    request = read(text)
    assert request is not None
    assert (request.kind, who(request), when(request)) == (kind, people, time)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("phone call with Owen Clarke on Nov 17 at 4pm re partner programme", "11-17 16:00"),
        ("chatted with Owen Clarke on WhatsApp on Sunday about Chinese New Year stock", "11-22"),
        ("took Owen Clarke out for dinner on Thursday night", "11-19"),
        ("dropped off New Year hampers for Owen Clarke yesterday", "11-22"),
        ("took Owen Clarke out for dinner Saturday, hotpot, he wants the fee table simpler", "11-21"),
        ("刚跟林涛通了个电话，接口这边得拖到月底", None),
        ("called Owen Clarke, they need until Friday", None),
        ("met Owen Clarke, discussed delivery on Friday", None),
        ("met Owen Clarke in room 3-12 10:00", "11-23 10:00"),
    ],
)
def test_a_time_within_the_first_clause_is_that_of_the_contact(text: str, time: str | None) -> None:
    request = read(text)
    assert request is not None
    assert when(request) == time


@pytest.mark.parametrize(
    "text",
    [
        "周五拜访林涛",
        "周五给林涛打电话",
        "星期三和林涛见面",
        "visit Harbor Foods Monday",
        "meet Owen Clarke Tuesday 3pm",
        "约了林涛后天下午两点来公司",
        "周三上午十点提醒我去悦购超市送样",
        "等会儿给林涛打电话",
        "有空的话给林涛打电话",
        "跟林涛约个演示",
    ],
)
def test_a_weekday_without_a_word_of_the_past_is_a_plan(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("text", ["周五拜访了林涛", "周三拜访林涛，他说要报价", "met Owen Clarke Friday"])
def test_a_weekday_with_a_word_of_the_past_or_a_story_is_the_last_one(text: str) -> None:
    request = read(text)
    assert request is not None
    assert request.occurred_at is not None
    assert request.occurred_at.start < CONTEXT.now


@pytest.mark.parametrize(
    "text", ["跟悦购超市罗闻通电话聊了进度", "The dispatcher at Harbor Foods phoned 20 minutes ago, they want to delay"]
)
def test_somebody_of_a_company_whom_nobody_knows_is_not_left_out_silently(text: str) -> None:
    assert read(text) is None


def test_a_second_name_behind_a_space_is_met_as_well() -> None:
    request = read("20号 10点 visit 了 Harbor Foods，见到 Nadia Rossi 和 Owen Clarke")
    assert request is not None
    assert [one.text for one in request.mentions][-2:] == ["Nadia Rossi", "Owen Clarke"]


@pytest.mark.parametrize(
    ("text", "clocks"),
    [
        (
            "two calls this morning: Owen Clarke at 8:30 about cabling, 林涛 at 9:15 about pallets",
            ["11-23 08:30", "11-23 09:15"],
        ),
        ("上午打了俩电话，林涛说验收单签了，高峰说等月底", ["11-23", "11-23"]),
    ],
)
def test_so_many_contacts_of_one_kind_are_as_many_reports(text: str, clocks: list[str]) -> None:
    request = read_several(normalise(text), CONTEXT)
    assert request is not None
    reports = [read(part.text) for part in request.parts]
    assert [one and (one.kind, when(one)) for one in reports] == [("call", clock) for clock in clocks]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("电话里跟林涛约好了，12月8号上午十点他来我们展厅", "12-08 10:00"),
        ("林涛微信问报价，我答应他今晚八点前回复", "11-23 20:00"),
        (
            "call with Owen Clarke just now, samples approved, I owe him the contract draft by Wednesday noon",
            "11-25 12:00",
        ),
        ("phoned Owen Clarke, he'll be back thursday, remind me to ring him then", "11-26"),
        ("今天上午去找林涛过了一遍图纸，后天下班前出修订版", "11-25"),
    ],
)
def test_what_was_agreed_or_is_owed_is_a_follow_up(text: str, due: str) -> None:
    request = read(text)
    assert request is not None
    assert len(request.follow_ups) == 1
    moment = request.follow_ups[0].due
    assert moment is not None
    assert f"{moment.start:%m-%d %H:%M}".startswith(due)


@pytest.mark.parametrize(
    "text",
    [
        "等林涛确认了再发合同",
        "等林涛签了字，把悦购推进到赢单",
        "林涛要是同意了就把悦购推进到商务谈判",
        "收到预付款之后再把发货单发给林涛",
        "once Owen Clarke confirms, send the contract",
        "if Owen agrees, move Harbor to negotiation",
        "move Harbor to negotiation if Owen agrees",
    ],
)
def test_an_order_with_a_condition_is_done_by_nobody_yet(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) == "conditional_order"


@pytest.mark.parametrize(
    "text",
    [
        "called Owen Clarke, he signs once the board approves",
        "拜访了林涛，他说等预算批了再签",
        "等下周一再给林涛打电话",
        "remind me to send the contract once Owen Clarke confirms",
        "if a customer wants a refund, what do we do?",
        "when I met Owen Clarke he asked for a quote",
        "等一下再说",
    ],
)
def test_stories_dates_reminders_and_questions_are_no_conditional_orders(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) != "conditional_order"
