"""Changes and new records in the words of colleagues: deals by their names, owners, states, persons, leads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.commands import (
    complete_task,
    correct,
    create_account,
    create_contact,
    create_lead,
    create_requirement,
    create_task,
    log_interaction,
    look_up,
    record_payment,
    update_record,
)
from nlu.commands.several import read as read_several
from nlu.text import normalise
from tests.nlu.commands.test_known_names import COLLEAGUE, CONTEXT

DEALS = ("harbor cold chain", "悦购会员系统", "北辰医疗mes")
TASKS = ("准备北辰合同", "催同辉电子回款")


def _knows(names: tuple[str, ...], words: str) -> bool:
    said = words.casefold().strip()
    return len(said) > 2 and any(said in name for name in names)


OWNER = replace(CONTEXT, knows_deal=lambda words: _knows(DEALS, words), knows_task=lambda words: _knows(TASKS, words))


@pytest.mark.parametrize(
    ("text", "mention", "changes"),
    [
        ("悦购会员系统改为45w", "悦购会员系统", [("amount", "45w")]),
        ("悦购会员系统预算砍到一百三十万", "悦购会员系统", [("amount", "一百三十万")]),
        ("北辰医疗MES报价降到三十二万八，客户压价", "北辰医疗MES", [("amount", "三十二万八")]),
        ("悦购会员系统改成￥2,150,000", "悦购会员系统", [("amount", "¥2,150,000")]),
        ("Harbor cold chain is 95k now", "Harbor cold chain", [("amount", "95k")]),
        ("Harbor cold chain value down to 0.19m", "Harbor cold chain", [("amount", "0.19m")]),
        ("um change the Harbor cold chain to eighty thousand euros please", "Harbor cold chain", None),
        ("bump Harbor cold chain to 110k because they added seats", "Harbor cold chain", [("amount", "110k")]),
        ("Harbor cold chain -> negotiation", "Harbor cold chain", [("stage", "negotiation")]),
        ("Harbor cold chain推到proposal", "Harbor cold chain", [("stage", "proposal")]),
        (
            "悦购会员系统推进到商务谈判，预计12月底签",
            "悦购会员系统",
            [("stage", "商务谈判"), ("expected_close", "12月底")],
        ),
        (
            "put the Harbor cold chain in negotiation and set the close date to the end of january",
            "Harbor cold chain",
            [("stage", "negotiation"), ("expected_close", "the end of january")],
        ),
        ("悦购超市以后归陈晓东管", "悦购超市", [("owner", "陈晓东")]),
        (f"把悦购超市给{COLLEAGUE}", "悦购超市", [("owner", COLLEAGUE)]),
        ("give the lead Nina Petrova to Sarah Lam", "Nina Petrova", [("owner", "Sarah Lam")]),
        ("把陶然这条线索分给李明", "陶然", [("owner", "李明")]),
        ("Harbor Foods is active again, they placed two orders", "Harbor Foods", [("status", "active")]),
        ("mark Harbor Foods as silent, no reply since August", "Harbor Foods", [("status", "silent")]),
        ("Harbor Foods is level S from now on because they grew", "Harbor Foods", [("level", "S")]),
        ("给Harbor Foods加个tag：物流", "Harbor Foods", [("tags", "物流")]),
        ("顾北的线索作废，没预算", "顾北", [("status", "discarded")]),
        ("discard lead 孙悦 - wrong number", "孙悦", [("status", "discarded")]),
        ("林涛的手机号换成13512340005了", "林涛", [("mobile", "13512340005")]),
        ("林涛邮箱lintao@yg.cn", "林涛", [("email", "lintao@yg.cn")]),
        ("林涛是悦购超市的关键联系人", "林涛", [("is_key_contact", "yes")]),
        ("悦购超市地址：天津市滨海新区海河路88号", "悦购超市", [("address", "天津市滨海新区海河路88号")]),
        ("set Harbor rollout to 300k", "Harbor rollout", [("amount", "300k")]),
    ],
)
def test_a_change_is_read_however_it_is_worded(text: str, mention: str, changes: list[tuple[str, str]] | None) -> None:
    request = update_record.read(normalise(text), OWNER)
    assert request is not None
    assert request.mention == mention
    if changes is not None:
        assert [(one.field, one.words) for one in request.changes] == changes


@pytest.mark.parametrize(
    "text",
    [
        f"把合同给{COLLEAGUE}",
        "悦购超市改为45w",
        "把悦购会员系统改成什么",
        "will Harbor cold chain go to 95k?",
        "他说悦购会员系统改为45w",
        "悦购会员系统还没改到45w",
        "set the alarm to 7",
    ],
)
def test_what_only_resembles_a_change_is_none(text: str) -> None:
    assert update_record.read(normalise(text), OWNER) is None


def test_a_deals_new_amount_corrects_nothing() -> None:
    assert correct.read("悦购会员系统改为45w", OWNER) is None


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (
            "刚跟悦购超市林涛通了电话，悦购会员系统金额改成75万，周四前发新报价",
            ["log_interaction", "update_record", "create_task"],
        ),
        ("刚和Owen Clarke开完会，Harbor cold chain推到proposal", ["log_interaction", "update_record"]),
        ("悦购超市回款3万，顺便把催同辉电子回款的任务关掉", ["record_payment", "complete_task"]),
    ],
)
def test_what_a_message_tells_of_a_deal_is_done_too(text: str, labels: list[str]) -> None:
    request = read_several(normalise(text), OWNER)
    assert request is not None
    assert [part.label for part in request.parts] == labels


@pytest.mark.parametrize(
    ("text", "name", "account"),
    [
        ("新增联系人：悦购超市 苏晴 财务总监 13812340002 suqing@yg.cn", "苏晴", "悦购超市"),
        ("新增联系人 不知名公司 谭咏 13912340008", "谭咏", "不知名公司"),
        ("把悦购超市新采购主管江燕加进来，微信同手机15012340004", "江燕", "悦购超市"),
        ("New contact at Harbor Foods: Wei Jie Ong, logistics, +65 8123 4567", "Wei Jie Ong", "Harbor Foods"),
        ("create a contact for Bluewave - Lukas Braun, +49 151 23456789", "Lukas Braun", "Bluewave"),
        ("add 联系人 Tracy Lin，海云数据的PM，tracy@haiyun.cn", "Tracy Lin", "海云数据"),
    ],
)
def test_a_person_is_told_from_his_company(text: str, name: str, account: str) -> None:
    request = create_contact.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.name, request.account) == (name, account)


def test_a_foreign_mobile_is_no_chinese_one() -> None:
    request = create_contact.read("new contact at Bluewave: Lukas Braun, +49 151 23456789", CONTEXT)
    assert request is not None
    assert request.mobile == "+4915123456789"


def test_a_company_is_named_before_what_it_is() -> None:
    request = create_account.read("Please add Coral Bay Resorts as an account, website www.coralbay.com", CONTEXT)
    assert request is not None
    assert (request.name, dict(request.details)) == ("Coral Bay Resorts", {"website": "www.coralbay.com"})


def test_a_lead_needs_no_colon() -> None:
    request = create_lead.read("来了条线索 沈石溪 大漠文旅 电话18612340007", CONTEXT)
    assert request is not None
    assert (request.name, request.company, request.mobile) == ("沈石溪", "大漠文旅", "+8618612340007")


@pytest.mark.parametrize(
    ("text", "mention", "title", "priority"),
    [
        ("requirement from Harbor Foods: audit log export, high priority", "Harbor Foods", "audit log export", "high"),
        ("Harbor Foods提了个requirement：支持SSO登录，priority medium", "Harbor Foods", "支持SSO登录", "medium"),
        ("悦购超市需要双机热备，很急", "悦购超市", "双机热备", "high"),
    ],
)
def test_a_need_is_a_requirement(text: str, mention: str, title: str, priority: str) -> None:
    request = create_requirement.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.mention, request.title, request.priority) == (mention, title, priority)


def test_a_need_without_urgency_is_no_requirement() -> None:
    assert create_requirement.read("悦购超市需要双机热备", CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "title", "assignee"),
    [
        (f"让{COLLEAGUE}下周二上午十点去悦购超市验收", "悦购超市验收", COLLEAGUE),
        ("call Hans on Friday at 10 to thank him", "call Hans to thank him", None),
        ("send Priya a card before Christmas", "send Priya a card", None),
        ("明天给林涛和高峰发资料", "给林涛和高峰发资料", None),
        ("周四 10am 跟 Owen Clarke 过一遍 contract", "跟 Owen Clarke 过一遍 contract", None),
    ],
)
def test_what_is_to_be_done_by_a_time_is_a_task(text: str, title: str, assignee: str | None) -> None:
    request = create_task.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.title, request.assignee) == (title, assignee)
    assert request.due is not None


def test_a_payment_is_told_with_its_day() -> None:
    request = record_payment.read(normalise("悦购超市回款18万，昨天到的"), CONTEXT)
    assert request is not None
    assert request.day is not None
    assert f"{request.day.start:%m-%d}" == "11-22"


@pytest.mark.parametrize("text", ["北辰合同准备好了", "把催同辉电子回款的任务关掉"])
def test_an_own_task_is_done_in_other_words(text: str) -> None:
    context = replace(OWNER, knows_task=lambda words: all(char in "准备北辰合同催同辉电子回款" for char in words))
    assert complete_task.read(text, context) is not None


def test_a_number_is_looked_up() -> None:
    request = look_up.read("find +13125550111", CONTEXT)
    assert request is not None
    assert request.mention == "+13125550111"


@pytest.mark.parametrize(
    ("text", "kind", "follow_ups"),
    [
        ("悦购超市的林涛刚打过来问交货期", "call", []),
        ("tried Owen Clarke twice today, no answer", "call", []),
        ("calld Owen Clarke just now", "call", []),
        ("刚送走林涛，答应他元旦前出演示环境", "visit", ["2026-12-31"]),
        ("给林涛打了电话，会员系统下个月一号上线，到时候跟他确认一下", "call", ["2026-12-01"]),
        ("Called Owen Clarke - wants revised pricing by Thursday noon", "call", ["2026-11-26"]),
        ("帮我记一下啊昨天下午大概四点左右吧我跟悦购超市的林涛通了电话说改造要推迟到明年", "call", []),
    ],
)
def test_a_report_in_passing_words(text: str, kind: str, follow_ups: list[str]) -> None:
    request = log_interaction.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.kind == kind
    assert [f"{one.due.start:%Y-%m-%d}" for one in request.follow_ups if one.due] == follow_ups
