"""A rep who asks after colleagues' customers, in every wording, learns nothing that he did not say himself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.models import Account, AuditEvent, Contact, Lead
from tests.proof.world import WORLD, World

ASKED = """
云帆网络的电话
云帆的联系人有哪些
云帆网络是谁在负责
who looks after Initech?
what's the phone of Bill at Initech
谁的电话是13988880002
+15125550121
CRM2025034
搜索 续约
search toner
上次谁跟云帆联系过
timeline of Initech
浦新制药LIMS现在什么阶段
amount of the Initech printers deal
云帆广告投放
contracts of Initech
浦新制药的报价
merge Initech into Globex
合并 梁栋 和 张伟
assign Initech to me
undo the call with Initech
完成任务 9
把任务11改到周五
move deal 14 to won
梁冻的电话
Initec contacts
浦心制药 是谁负责
粤海电气的商机
全部商机
what is Sarah working on
王芳的商机
逾期回款 云帆
Initech paid 1000 USD
云帆网络的需求
is Initech an A customer?
提醒我给梁栋打电话 明天10点
""".strip().splitlines()


def _secrets() -> set[str]:
    own = {row["key"] for row in WORLD["accounts"] if row.get("owner") in {"liming", None}}
    of_others = [row for kind in ("contacts", "opportunities", "tasks", "interactions") for row in WORLD[kind]]
    rows = [row for row in of_others if row["account"] not in own]
    said = {row[field] for row in rows for field in ("mobile", "summary", "title") if field in row}
    names = {
        row["name"]
        for row in (*rows, *WORLD["accounts"])
        if row.get("account", row.get("key")) not in own and "name" in row
    }
    colleagues = {
        row[field] for row in WORLD["users"] if row["handle"] in {"sarah", "wangfang"} for field in ("handle", "name")
    }
    # 李娜 is also the name of one of his own.
    return (said | names | colleagues) - {"李娜", "Buyer", "CTO", "总经理", "采购经理"}


def _shown(result: Any) -> str:
    return json.dumps([_replies(result), result.records], ensure_ascii=False, default=str)


def _replies(result: Any) -> list[str]:
    """Return the texts and labels of a turn's replies; the buttons' random values say nothing."""
    labels = [choice["label"] for reply in result.replies for choice in reply.get("choices", ())]
    return [*(reply["text"] for reply in result.replies), *labels]


@pytest.mark.model
def test_a_rep_learns_nothing_of_colleagues_customers(world: World) -> None:
    secrets = _secrets()
    leaks = {}
    for line in ASKED:
        result = world.says({"text": line, "as": "liming", "role": "rep", "now": "2026-11-23T10:00:00+08:00"})
        told = {secret for secret in secrets if secret.casefold() in _shown(result).casefold() and secret not in line}
        if told or result.records:
            leaks[line] = (told, [record["type"] for record in result.records])
    assert leaks == {}


@pytest.mark.model
@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("云帆网络的电话",), "云帆网络科技有限公司"),
        (("雲帆網絡的電話",), "云帆网络科技有限公司"),
        (("Initech contacts",), "Initech LLC"),
        (("who handles Initech",), "Initech LLC"),
        (("is Initech a customer of ours?",), "Initech LLC"),
        (("浦新制药LIMS现在什么阶段",), "浦新制药有限公司"),
        (("梁栋的电话",), "梁栋"),
        (("email of Bill Lumbergh",), "Bill Lumbergh"),
        (("13988880002",), "梁栋"),
        (("CRM2025034",), "Initech LLC"),
        (("新建客户 云帆网络科技股份有限公司",), "云帆网络科技有限公司"),
        (("new customer Initech Inc",), "Initech LLC"),
        (("add contact Joe at Initech",), "Initech LLC"),
        (("记录和梁栋的电话：要报价",), "梁栋"),
        (("met Victoria Stone yesterday",), "Victoria Stone"),
        (("log call with Joe Doe of Initech: hi",), "Initech LLC"),
        (("刚跟云帆网络的小明聊了，要报价",), "云帆网络科技有限公司"),
        (("remind me to call Initech tomorrow at 3",), "Initech LLC"),
        (("assign Bill Lumbergh to me",), "Bill Lumbergh"),
        (("云帆网络回款5万",), "云帆网络科技有限公司"),
        (("merge Initech with Acme",), "Initech LLC"),
        (("给云帆广告投放报价50万",), "云帆网络科技有限公司"),
        (("新建商机", "云帆网络"), "云帆网络科技有限公司"),
        (("log a call", "Bill Lumbergh"), "Bill Lumbergh"),
    ],
)
def test_a_refusal_says_no_more_than_that_and_is_in_the_trail(world: World, lines: tuple[str, ...], name: str) -> None:
    session = world.opens()
    *_, last = [session.say(line) for line in lines]
    assert (last.outcome, last.records) == ("refused", [])
    [(record_type, record_id)] = _refusals(world)
    with world.program.database.reading() as reading:
        assert reading.get_one({"account": Account, "contact": Contact}[record_type], record_id).name == name


@pytest.mark.model
def test_a_colleagues_lead_and_his_list_of_tasks_are_refused_in_the_trail_too(world: World) -> None:
    session = world.opens()
    with world.program.database.transaction() as writing:
        lead = writing.scalars(select(Lead).where(Lead.name == "孙悦")).one()
        lead.owner_id = writing.scalars(select(Account.owner_id).where(Account.name == "Initech LLC")).one()
        lead_id = lead.id
    assert session.say("转化线索 孙悦").outcome == "refused"
    assert session.say("Sarah's tasks").outcome == "refused"
    assert _refusals(world) == [("lead", lead_id), ("task", None)]


@pytest.mark.model
@pytest.mark.parametrize(
    "line",
    [
        "梁冻的电话",
        "who is Bil Lumberg",
        "运帆网络的联系人",
        "initek contacts",
        "新建客户 云翻网络科技有限公司",
        "刚和梁冻打了电话，要报价",
        "刚跟云翻网络的梁冻聊了，要报价",
        "log call with Bil Lumberg from Initek: wants a quote",
        "完成任务 准备云帆网络方案",
    ],
)
def test_what_only_resembles_a_colleagues_is_as_unknown_as_anything(world: World, line: str) -> None:
    result = world.opens().say(line)
    assert result.outcome != "refused"
    said = "\n".join(_replies(result)).casefold()
    assert not {secret for secret in _secrets() if secret.casefold() in said and secret not in line}
    assert _refusals(world) == []


@pytest.mark.model
@pytest.mark.parametrize(("line", "told"), [("陈志强的电话", "+8613800138004"), ("欧阳总的电话", "+8613366660001")])
def test_ones_own_customer_is_found_among_many_namesakes_of_colleagues(world: World, line: str, told: str) -> None:
    session = world.opens()
    with world.program.database.transaction() as writing:
        others = writing.scalars(select(Account).where(Account.name == "Initech LLC")).one()
        now = others.created_at
        writing.add_all(
            Contact(name=name, account_id=others.id, last_interaction_at=now, created_at=now, updated_at=now)
            for name in ("陈志强", "欧阳雪") * 40
        )
    result = session.say(line)
    assert result.outcome == "answered"
    assert told in result.replies[0]["text"]


@pytest.mark.model
@pytest.mark.parametrize(
    ("written", "line", "kind"),
    [
        ("新建联系人 田野 Acme 13700000077", "撤销 张三", "联系人"),
        ("new contact Al Wood, buyer at Acme", "undo Jane", "contact"),
        ("log call with John Smith: wants a quote", "undo Jane", "interaction"),
    ],
)
def test_undo_does_not_name_what_a_colleague_looks_after_by_now(
    world: World, written: str, line: str, kind: str
) -> None:
    session = world.opens()
    assert session.say(written).records
    with world.program.database.transaction() as writing:
        theirs = writing.scalars(select(Account).where(Account.name == "Initech LLC")).one()
        given = writing.scalars(select(Account).where(Account.name == "Acme Trading Ltd")).one()
        given.owner_id = theirs.owner_id
        for contact in writing.scalars(select(Contact).where(Contact.account_id == given.id)):
            contact.name = "Secret"
    offered = session.say(line)
    assert offered.replies[0]["choices"][0]["label"].startswith(kind)
    assert "Secret" not in _shown(offered)
    assert session.say("撤销").outcome == "refused"
    assert [record_type for record_type, _ in _refusals(world)] == [
        "interaction" if kind == "interaction" else "contact"
    ]


def _refusals(world: World) -> list[tuple[str, int | None]]:
    query = select(AuditEvent).where(AuditEvent.action.startswith("refused"), AuditEvent.actor == "liming")
    with world.program.database.reading() as reading:
        return [(event.record_type, event.record_id) for event in reading.scalars(query.order_by(AuditEvent.id))]
