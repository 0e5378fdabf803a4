"""Sentences of colleagues that were misread once, each cause in several wordings: dates, names, bare verbs, plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from nlu.commands import create_task, log_interaction, postpone_task, recognise
from nlu.commands.log_interaction import LogInteraction
from nlu.commands.several import read as read_several
from nlu.self_correction import settle
from nlu.text import normalise
from tests.nlu.commands.test_known_names import CONTEXT, SHANGHAI

TASKS = ("Prepare Harbor demo", "给悦购超市发报价", "准备北辰合同")
OWNER = replace(CONTEXT, knows_task=lambda words: any(words.casefold() in title.casefold() for title in TASKS))


def read(text: str) -> LogInteraction | None:
    return log_interaction.read(normalise(text), CONTEXT)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("记录：11/20 15:30 拜访悦购超市林涛，谈陈列", "11-20 15:30"),
        ("11-19 10:00 拜访悦购超市林涛，谈发票", "11-19 10:00"),
        ("11.19 下午 悦购超市林涛 电话，他要发票", "11-19 14:00"),
        ("11-19 拜访悦购超市林涛，谈发票", "11-19 00:00"),
        ("Log: 11/19 3pm visit Harbor Foods Owen Clarke, pricing", "11-19 15:00"),
    ],
)
def test_a_date_in_figures_is_the_day_it_happened(text: str, day: str) -> None:
    request = read(text)
    assert request is not None
    assert request.occurred_at is not None
    assert f"{request.occurred_at.start:%m-%d %H:%M}" == day


@pytest.mark.parametrize("text", ["10-12个人参加了会，见了林涛", "room 3-12, met Owen Clarke today"])
def test_a_range_or_a_room_is_no_date(text: str) -> None:
    request = read(text)
    assert request is not None
    assert request.occurred_at is None or request.occurred_at.start.date() == CONTEXT.now.date()


def test_a_date_in_figures_that_nobody_reads_is_asked_for() -> None:
    assert read("电话：11.20 林涛 谈回款") is None


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("见了同辉电子的周敏仪还有韩冰", ["周敏仪", "韩冰"]),
        ("今天见了同辉电子周敏仪，还有韩冰，谈了价格", ["周敏仪", "韩冰"]),
        ("今天跟周敏仪以及韩冰开了会", ["周敏仪", "韩冰"]),
        ("Met Nadia Rossi at Harbor Foods as well as Owen Clarke today, all fine", ["Nadia Rossi", "Owen Clarke"]),
        ("Video call yesterday at 2 with Nadia Rossi and Owen Clarke. Pricing is ok", ["Nadia Rossi", "Owen Clarke"]),
        ("见了同辉电子周敏仪，还有韩冰要的报价没发", ["周敏仪"]),
    ],
)
def test_everybody_who_took_part_is_named(text: str, people: list[str]) -> None:
    request = read(text)
    assert request is not None
    assert [one.text for one in request.mentions] == people


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("高峰峰今天打电话来了", "高峰峰"),
        ("林涛明刚打电话来了，问报价", "林涛明"),
        ("昨天拜访了林涛斌", "林涛斌"),
    ],
)
def test_a_longer_name_than_the_known_one_is_kept_to_be_asked_for(text: str, name: str) -> None:
    request = read(text)
    assert request is not None
    assert [one.text for one in request.mentions] == [name]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("跟林涛微信聊了，他月底前要发票，提醒我27号办", ["办发票"]),
        ("昨天跟林涛喝茶，他想看案例，三天内发", ["发案例"]),
        ("和林涛通了电话，设备坏了，周三前处理", ["处理：设备坏了"]),
        ("和林涛通了电话，他催合同，明天寄", ["寄合同"]),
        ("called Owen Clarke, he wants a quote, send it by Friday", ["send it quote"]),
        ("called Owen Clarke, the scanner is broken, handle it by Friday", ["handle it: the scanner is broken"]),
        ("spoke with Owen Clarke, he wants us to come by next tuesday at ten", ["come by"]),
        ("和林涛聊了，周三前回复", ["回复"]),
        ("Met Owen Clarke as well as Nadia Rossi today, demo went fine", []),
    ],
)
def test_a_bare_verb_takes_its_object_from_what_was_said_before(text: str, titles: list[str]) -> None:
    request = read(text)
    assert request is not None
    assert [one.title for one in request.follow_ups] == titles


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("和林涛聊过售后系统了（电话）", "call"),
        ("和林涛聊过了【微信】，他同意", "chat"),
        ("caught up with Owen Clarke (phone), all good", "call"),
        ("和林涛沟通了，视频会议，他同意", "online_meeting"),
    ],
)
def test_a_way_of_contact_in_brackets_names_the_kind(text: str, kind: str) -> None:
    request = read(text)
    assert request is not None
    assert request.kind == kind


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("圣诞节前给林涛寄贺卡", "2026-12-24"),
        ("春节前一周给悦购超市林涛送礼", "2027-01-30"),
        ("元旦前拜访一次北辰医疗高峰", "2026-12-31"),
        ("3点拜访北辰医疗高峰", "2026-11-23"),
        ("下午2点给林涛打电话", "2026-11-23"),
    ],
)
def test_what_is_to_come_is_a_task_and_no_report(text: str, due: str) -> None:
    assert recognise(normalise(text), CONTEXT) == "create_task"
    request = create_task.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.due is not None
    assert f"{request.due.start:%Y-%m-%d}" == due


@pytest.mark.parametrize("text", ["下午3点给林涛打电话，谈合同", "Call at 2pm with Owen Clarke. Bring the deck"])
def test_a_clock_time_that_may_be_to_come_is_no_report(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("text", ["三天前拜访了北辰医疗高峰", "昨天3点拜访北辰医疗高峰", "下午3点见了高峰，谈了合同"])
def test_what_has_happened_stays_a_report(text: str) -> None:
    assert read(text) is not None


@pytest.mark.parametrize(
    ("text", "reference", "day"),
    [
        ("push the Harbor demo to next Monday 2pm because they travel", "Harbor demo", "11-30 14:00"),
        ("move Harbor demo to Dec 11, their lawyer is on leave", "Harbor demo", "12-11 00:00"),
        ("给悦购超市发报价改到明天上午十点，价格没批下来", "给悦购超市发报价", "11-24 10:00"),
        ("把北辰合同挪到周五，法务没空", "北辰合同", "11-27 00:00"),
        ("the Harbor demo is delayed to Friday, the room is taken", "Harbor demo", "11-27 00:00"),
    ],
)
def test_an_own_task_is_put_off_without_the_word_for_it(text: str, reference: str, day: str) -> None:
    request = postpone_task.read(normalise(text), OWNER)
    assert request is not None
    assert (request.reference, f"{request.until.start:%m-%d %H:%M}" if request.until else None) == (reference, day)
    assert request.reason


@pytest.mark.parametrize(
    "text", ["push the roadmap review to Monday", "把发布会挪到周五", "move Owen Clarke to Friday"]
)
def test_what_is_no_task_of_the_speaker_is_not_put_off(text: str) -> None:
    assert postpone_task.read(normalise(text), OWNER) is None


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("刚跟高峰，哦不是，是跟林涛通的电话", "刚跟林涛通的电话"),
        ("昨天拜访了周敏仪，不对，韩冰，谈了合同", "昨天拜访了韩冰,谈了合同"),
        ("Called Owen Clarke, sorry, I mean Nadia Rossi, about the recall", "Called Nadia Rossi, about the recall"),
        ("met nadia rossi no wait sorry it was owen clarke today", "met owen clarke today"),
        ("见了高峰，他说不对，林涛没来", "见了高峰,他说不对,林涛没来"),
    ],
)
def test_a_known_name_that_is_taken_back_gives_way_to_the_right_one(text: str, settled: str) -> None:
    assert settle(normalise(text), CONTEXT) == settled


@pytest.mark.parametrize(
    "text",
    [
        "Met Nadia Rossi at Harbor Foods and emailed Owen Clarke afterwards",
        "拜访了同辉电子的周敏仪；给韩冰发了邮件",
        "Called Nadia Rossi and then visited Owen Clarke at Harbor Foods",
    ],
)
def test_two_people_met_in_two_ways_are_two_reports(text: str) -> None:
    request = read_several(normalise(text), CONTEXT)
    assert request is not None
    assert [part.label for part in request.parts] == ["log_interaction", "log_interaction"]


def test_an_evening_of_the_same_day_is_over() -> None:
    evening = replace(CONTEXT, now=datetime(2026, 11, 23, 21, tzinfo=SHANGHAI))
    assert log_interaction.read("下午3点拜访北辰医疗高峰", evening) is not None
