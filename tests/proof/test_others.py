"""A rep who asks after colleagues' customers, in every wording, learns nothing that he did not say himself."""

from __future__ import annotations

import json
from typing import Any

import pytest

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
    return json.dumps([result.replies, result.records], ensure_ascii=False, default=str)


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
