from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import inbox, moving
from bot.channel import InboundMessage
from bot.models import Conversation, InboxMessage
from crm_core.database import Database

OLD, NEW = "-1:", "-100:"


def heard(key: str, number: int, now: datetime) -> InboundMessage:
    return InboundMessage(
        channel="telegram",
        external_id=f"update:{number}",
        conversation_key=key,
        sender_id="42",
        address={"chat_id": -1, "user_id": 42},
        sent_at=now,
    )


def opened(session: Session, key: str, now: datetime, channel: str = "telegram") -> Conversation:
    conversation = Conversation(channel=channel, key=key, address={"chat_id": -1}, created_at=now)
    session.add(conversation)
    session.flush()
    return conversation


def test_conversations_and_what_waits_go_on_under_the_new_key(any_database: Database, now: datetime) -> None:
    with any_database.transaction() as session:
        ids = [opened(session, key, now).id for key in ("-1:42", "-1:43", "-12:42")]
        other = opened(session, "-1:42", now, channel="wecom_kf").id
        inbox.store(session, [heard("-1:42", 1, now), heard("-12:42", 2, now)], now=now)
    with any_database.transaction() as session:
        moved = moving.move(session, "telegram", old_prefix=OLD, new_prefix=NEW, address={"chat_id": -100})
    assert moved == 2
    with any_database.reading() as session:
        keys = {row.id: (row.key, row.address["chat_id"]) for row in session.scalars(select(Conversation))}
        waiting = [(row.conversation_key, row.payload["address"]) for row in session.scalars(select(InboxMessage))]
    assert [keys[id_] for id_ in (*ids, other)] == [("-100:42", -100), ("-100:43", -100), ("-12:42", -1), ("-1:42", -1)]
    assert sorted(waiting) == [
        ("-100:42", {"chat_id": -100, "user_id": 42}),
        ("-12:42", {"chat_id": -1, "user_id": 42}),
    ]


def test_the_old_conversation_goes_on_where_a_new_one_was_quicker(any_database: Database, now: datetime) -> None:
    with any_database.transaction() as session:
        old, quicker = opened(session, "-1:42", now).id, opened(session, "-100:42", now).id
    for _ in range(2):
        with any_database.transaction() as session:
            moving.move(session, "telegram", old_prefix=OLD, new_prefix=NEW, address={"chat_id": -100})
    with any_database.reading() as session:
        assert session.get_one(Conversation, old).key == "-100:42"
        assert session.get_one(Conversation, quicker).key != "-100:42"
