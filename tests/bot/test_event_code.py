"""The platform's code for one more message belongs to the conversation: whichever process sends next has it."""

from __future__ import annotations

from datetime import datetime

from bot import outbox
from bot.channel import Reply, ServiceAction
from bot.models import Conversation
from bot.outbox import Dispatch
from crm_core.database import Database


def claim(database: Database, now: datetime) -> Dispatch:
    with database.transaction() as session:
        (dispatch,) = outbox.claim_next(session, now=now, channels=["wecom_kf"], lease_seconds=20)
    return dispatch


def test_the_code_that_a_hand_over_gave_goes_along_with_the_next_reply(any_database: Database, now: datetime) -> None:
    with any_database.transaction() as session:
        conversation = Conversation(channel="wecom_kf", key="wk:wm", address={}, created_at=now)
        session.add(conversation)
        session.flush()
        outbox.queue_service(session, conversation, ServiceAction.TO_PERSON, now=now)
        outbox.queue(session, conversation, [Reply(text="两位在前")], language="zh", now=now, context={"scene": "site"})
    hand_over = claim(any_database, now)
    assert hand_over.message.context == {}
    with any_database.transaction() as session:
        outbox.mark_sent(session, hand_over, platform_id="", now=now, event_code="code-1")
    assert claim(any_database, now).message.context == {"scene": "site", "event_code": "code-1"}
