"""Whom a pronoun means: looked up for sentences of that shape only, and nobody else than the sentence itself names."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot import inbox
from bot.channel import InboundMessage
from bot.directory import Directory
from bot.settings import Settings
from bot.spoken_of import with_names
from bot.turn import Person, Services, Situation, Turn
from crm_core.customers import create_contact
from crm_core.database import Database
from crm_core.models import Role, User
from crm_core.permissions import staff_actor
from knowledge_base.bands import Decision
from nlu.understanding import Understanding


def message_of(text: str, now: datetime, number: int = 2) -> InboundMessage:
    return InboundMessage(
        channel="terminal",
        external_id=str(number),
        conversation_key="li",
        sender_id="li",
        address={},
        text=text,
        sent_at=now,
    )


def rep_says(session: Session, text: str, now: datetime, zone: ZoneInfo, folder: Path) -> Turn:
    unused: Any = SimpleNamespace()
    user = User(handle="li", name="Li", role=Role.REP, created_at=now)
    session.add(user)
    session.flush()
    understanding = Understanding(
        text=text,
        language="en",
        intent="out_of_scope",
        probability=0.0,
        alternatives=(),
        entities=(),
        vector=np.zeros(1, np.float32),
    )
    return Turn(
        session=session,
        services=Services(settings=Settings(data_dir=folder), channels={}, searcher=unused, directory=Directory()),
        now=now,
        zone=zone,
        language="en",
        actor=staff_actor(user, now=now),
        person=Person(identity=unused, user=user, contact=None),
        conversation=unused,
        message=message_of(text, now),
        inbox_id=2,
        understanding=understanding,
        decision=Decision("ticket", ()),
        situation=Situation(),
    )


def count_queries(database: Database, text: str, now: datetime, zone: ZoneInfo, folder: Path) -> int:
    asked: list[str] = []
    with database.transaction() as session:
        turn = rep_says(session, text, now, zone, folder)
        event.listen(database.engine, "before_cursor_execute", lambda _c, _cur, sql, *_rest: asked.append(sql))
        with_names(turn)
    return len([sql for sql in asked if sql.startswith("SELECT")])


@pytest.mark.parametrize(
    "plain",
    [
        "Call Acme tomorrow at 10",
        "Had a call with Li Na about prices",
        "follow up with Globex next Friday",
        "拜访了恒信地产，聊礼盒",
        "提醒我周五联系罗文",
        "恒信地产的联系人",
        "anything overdue?",
    ],
)
def test_a_sentence_that_names_its_people_itself_costs_no_query(
    database: Database, now: datetime, zone: ZoneInfo, tmp_path: Path, plain: str
) -> None:
    assert count_queries(database, plain, now, zone, tmp_path) == 0


@pytest.mark.parametrize(
    "shaped",
    [
        "remind me to call him tomorrow",
        "他手机换成13900009999了",
        "周五再跟进一下",
        "follow up Friday",
        "给这家加个联系人 柯南",
    ],
)
def test_a_pronoun_and_a_follow_up_of_nobody_are_looked_up(
    database: Database, now: datetime, zone: ZoneInfo, tmp_path: Path, shaped: str
) -> None:
    assert count_queries(database, shaped, now, zone, tmp_path) > 0


def after_a_call_with_luo_wen(database: Database, text: str, now: datetime, zone: ZoneInfo, folder: Path) -> str:
    with database.transaction() as session:
        turn = rep_says(session, text, now, zone, folder)
        for name in ("罗文", "周敏", "Tom Wilson"):
            create_contact(session, turn.actor, name=name)
        inbox.store(session, [message_of("刚给罗文打了电话", now, 1)], now=now)
        return with_names(turn).text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("remind me to call him tomorrow", "remind me to call 罗文 tomorrow"),
        ("提醒我明天把他要的报价单发给周敏", "提醒我明天把罗文要的报价单发给周敏"),
    ],
)
def test_a_pronoun_before_any_name_means_the_one_who_was_spoken_of(
    database: Database, now: datetime, zone: ZoneInfo, tmp_path: Path, said: str, meant: str
) -> None:
    assert after_a_call_with_luo_wen(database, said, now, zone, tmp_path) == meant


@pytest.mark.parametrize(
    "said",
    [
        "刚和周敏通话，她同意涨价",
        "刚和赵新明通话，她同意涨价",
        "提醒我明天给周敏打电话，问她要报价单",
        "Called Tom Wilson just now, he wants a quote",
        "Called Bob Newman at Newco, she wants a quote",
        "remind me to call Tom Wilson tomorrow about his quote",
    ],
)
def test_a_pronoun_behind_a_name_means_that_one(
    database: Database, now: datetime, zone: ZoneInfo, tmp_path: Path, said: str
) -> None:
    assert after_a_call_with_luo_wen(database, said, now, zone, tmp_path) == said


def after_messages(
    database: Database, said: list[str], text: str, now: datetime, zone: ZoneInfo, folder: Path, age: timedelta
) -> str:
    with database.transaction() as session:
        turn = rep_says(session, text, now, zone, folder)
        for name in ("李娜", "Tom Wilson", "Emily Chen"):
            create_contact(session, turn.actor, name=name)
        for number, words in enumerate(said, 1):
            inbox.store(session, [message_of(words, now - age, number)], now=now - age)
        turn = replace(turn, inbox_id=len(said) + 1)
        return with_names(turn).text


LATELY = timedelta(minutes=2)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (["李娜手机多少", "周海是谁，他在哪家公司"], "提醒我明天打给他"),
        (["李娜手机多少", "周海说他要走"], "提醒我明天打给他"),
        (
            ["who is 李娜?", "are Tom Wilson and Emily Chen in, do they decide?"],
            "remind me to call him tomorrow",
        ),
        (["who is Tom Wilson?", "did Bob Newman say when he signs"], "remind me to call him tomorrow"),
    ],
)
def test_a_message_that_brings_up_others_leads_to_nobody_before_it(
    database: Database, now: datetime, zone: ZoneInfo, tmp_path: Path, said: list[str], text: str
) -> None:
    assert after_messages(database, said, text, now, zone, tmp_path, LATELY) == text


@pytest.mark.parametrize(
    ("said", "text", "meant"),
    [
        (["李娜手机多少", "她微信呢"], "提醒我明天给她打电话", "提醒我明天给李娜打电话"),
        (
            ["who is Tom Wilson?", "how old is he?"],
            "remind me to call him tomorrow",
            "remind me to call Tom Wilson tomorrow",
        ),
    ],
)
def test_a_message_of_him_alone_leads_to_the_one_before_it_for_half_an_hour(
    database: Database, now: datetime, zone: ZoneInfo, tmp_path: Path, said: list[str], text: str, meant: str
) -> None:
    assert after_messages(database, said, text, now, zone, tmp_path, LATELY) == meant


def test_whom_an_old_message_spoke_of_is_forgotten(
    database: Database, now: datetime, zone: ZoneInfo, tmp_path: Path
) -> None:
    said, text = ["who is Tom Wilson?"], "remind me to call him tomorrow"
    assert after_messages(database, said, text, now, zone, tmp_path, timedelta(minutes=31)) == text
