"""A colleague's deals: under his name, and never one's own where it is not certain who he is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.handlers.staff import list_deals, list_tasks
from crm_core.access import create_user
from crm_core.customers import create_account
from crm_core.database import Database
from crm_core.deals import create_opportunity
from crm_core.models import Role
from crm_core.permissions import staff_actor, system_actor
from tests.bot.test_spoken_of import rep_says


def manager_is_told(
    database: Database, now: datetime, zone: ZoneInfo, folder: Path, text: str, colleagues: dict[str, str]
) -> str:
    """Give the answer to a manager with a deal of his own, among colleagues of these handles and names."""
    with database.transaction() as session:
        turn = rep_says(session, text, now, zone, folder)
        user = turn.person.user
        assert user is not None
        user.role = Role.MANAGER
        turn = replace(turn, actor=staff_actor(user, now=now), person=replace(turn.person, user=user))
        account = create_account(session, turn.actor, name="恒信地产")
        create_opportunity(session, turn.actor, account_id=account.id, name="Own deal")
        for handle, name in colleagues.items():
            rep = create_user(session, system_actor(now), handle=handle, name=name, role=Role.REP, team="East")
            his = create_account(session, staff_actor(rep, now=now), name=f"{handle} customer")
            create_opportunity(session, staff_actor(rep, now=now), account_id=his.id, name=f"{handle} deal")
        lists = list_tasks if list_tasks.list_tasks.read(turn.text, turn.context) else list_deals
        (reply,) = lists.run(turn).replies
        return reply.text.zh + reply.text.en


NAMESAKES = {"wangfang": "王芳", "fang2": "王芳", "sarah": "Sarah Lee", "slee": "Sarah Lee"}


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("王芳的商机有哪些", "wangfang, fang2"),
        ("show me Sarah Lee's pipeline", "sarah, slee"),
        ("王芳今天有什么任务", "wangfang, fang2"),
        ("Sarah Lee's tasks", "sarah, slee"),
    ],
)
def test_of_two_of_a_name_it_is_asked_who_is_meant(
    database: Database, now: datetime, zone: ZoneInfo, tmp_path: Path, text: str, handles: str
) -> None:
    told = manager_is_told(database, now, zone, tmp_path, text, NAMESAKES)
    assert all(handle in told for handle in handles.split(", "))
    assert "deal ·" not in told
    assert "Own deal" not in told


@pytest.mark.parametrize(
    ("text", "name", "handle"),
    [("王芳的商机有哪些", "王芳", "wangfang"), ("show me Sarah Lee's pipeline", "Sarah Lee", "sarah")],
)
def test_a_colleagues_deals_stand_under_his_name(
    database: Database, now: datetime, zone: ZoneInfo, tmp_path: Path, text: str, name: str, handle: str
) -> None:
    told = manager_is_told(database, now, zone, tmp_path, text, {"wangfang": "王芳", "sarah": "Sarah Lee"})
    assert told.startswith(f"{name}：")
    assert f"{handle} deal" in told
    assert "Own deal" not in told
