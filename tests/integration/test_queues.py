"""The durable queues on both databases: once, in order, under lease."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot import inbox, outbox, schedule
from bot.channel import InboundMessage, Reply, ReplyChoice
from bot.errors import LeaseLost
from bot.models import Conversation, DueStatus, DueWork, InboxMessage, InboxStatus, OutboxMessage, OutboxStatus
from crm_core.database import Database

CHANNELS = ("web",)
RESULT = {"outcome": "done"}


def message(
    external_id: str, *, key: str = "a", now: datetime, urgent: bool = False, text: str = "hi"
) -> InboundMessage:
    return InboundMessage(
        channel="web",
        external_id=external_id,
        conversation_key=key,
        sender_id=key,
        address={},
        text=text,
        sent_at=now,
        is_urgent=urgent,
    )


def store(database: Database, now: datetime, *messages: InboundMessage) -> int:
    with database.transaction() as session:
        return inbox.store(session, messages, now=now)


def claim(database: Database, now: datetime, *, limit: int = 10, lease: float = 20) -> list[inbox.Claim]:
    with database.transaction() as session:
        return inbox.claim_next(session, now=now, channels=CHANNELS, lease_seconds=lease, limit=limit)


def handle(database: Database, now: datetime, claimed: inbox.Claim) -> None:
    with database.transaction() as session:
        inbox.mark_handled(session, claimed, now=now, result=RESULT)


def test_a_second_delivery_of_a_message_is_ignored(any_database: Database, now: datetime) -> None:
    assert store(any_database, now, message("1", now=now), message("2", now=now)) == 2
    assert store(any_database, now, message("2", now=now), message("3", now=now)) == 1
    with any_database.reading() as session:
        assert session.scalars(select(InboxMessage.external_id).order_by(InboxMessage.id)).all() == ["1", "2", "3"]


def test_messages_of_one_conversation_are_claimed_one_after_another(any_database: Database, now: datetime) -> None:
    store(any_database, now, *(message(f"{key}{n}", key=key, now=now) for n in range(2) for key in "ab"))
    first = claim(any_database, now)
    assert [claimed.message.external_id for claimed in first] == ["a0", "b0"]
    assert claim(any_database, now) == []
    handle(any_database, now, first[0])
    assert [claimed.message.external_id for claimed in claim(any_database, now)] == ["a1"]


def test_a_dead_workers_message_is_taken_over_and_its_late_result_refused(
    any_database: Database, now: datetime
) -> None:
    store(any_database, now, message("1", now=now))
    (dead,) = claim(any_database, now, lease=20)
    later = now + timedelta(seconds=21)
    (alive,) = claim(any_database, later)
    assert alive.attempt == 2
    handle(any_database, later, alive)
    with pytest.raises(LeaseLost), any_database.transaction() as session:
        inbox.mark_handled(session, dead, now=later, result=RESULT)


def test_a_result_with_a_lost_lease_leaves_nothing_behind(any_database: Database, now: datetime) -> None:
    store(any_database, now, message("1", now=now))
    (dead,) = claim(any_database, now)
    claim(any_database, now + timedelta(seconds=60))
    with pytest.raises(LeaseLost), any_database.transaction() as session:
        session.add(Conversation(channel="web", key="a", created_at=now, misses=0))
        session.flush()
        inbox.mark_handled(session, dead, now=now, result=RESULT)
    with any_database.reading() as session:
        assert session.scalars(select(Conversation)).all() == []


def test_a_failed_message_waits_for_its_time_and_holds_back_the_later_ones(
    any_database: Database, now: datetime
) -> None:
    store(any_database, now, message("1", now=now), message("2", now=now), message("b", key="b", now=now))
    failed = claim(any_database, now, limit=1)[0]
    retry_at = now + timedelta(seconds=5)
    with any_database.transaction() as session:
        inbox.mark_failed(session, failed, available_at=retry_at, error="boom")
    assert [claimed.message.external_id for claimed in claim(any_database, now)] == ["b"]
    assert [claimed.message.external_id for claimed in claim(any_database, retry_at)] == ["1"]


def test_an_urgent_message_overtakes_other_conversations(any_database: Database, now: datetime) -> None:
    store(any_database, now, message("1", now=now), message("2", key="b", now=now, urgent=True))
    assert claim(any_database, now, limit=1)[0].message.external_id == "2"


def test_a_cursor_is_kept_with_its_messages_or_not_at_all(any_database: Database, now: datetime) -> None:
    with pytest.raises(RuntimeError), any_database.transaction() as session:
        inbox.store(session, [message("1", now=now)], now=now)
        inbox.save_cursor(session, "kf", "c1")
        raise RuntimeError("the process dies here")
    with any_database.reading() as session:
        assert inbox.find_cursor(session, "kf") is None
        assert session.scalars(select(InboxMessage)).all() == []


@pytest.mark.parametrize("text", ["\x00", "\ud800 half", "😀" * 2000, "'; DROP TABLE inbox; --", ""])
def test_any_text_can_be_stored(any_database: Database, now: datetime, text: str) -> None:
    store(any_database, now, message("1", now=now, text=text))
    kept = claim(any_database, now)[0].message.text
    assert kept == text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")


def conversation(database: Database, now: datetime, key: str = "a") -> Conversation:
    with database.transaction() as session:
        row = Conversation(channel="web", key=key, created_at=now, misses=0, address={"to": key})
        session.add(row)
    return row


def queue(database: Database, now: datetime, row: Conversation, *texts: str, author: str = "bot") -> None:
    replies = [Reply(text=text, choices=(ReplyChoice(label="yes", value="t1"),)) for text in texts]
    with database.transaction() as session:
        outbox.queue(session, row, replies, language="en", now=now, author=author)


def dispatch(database: Database, now: datetime) -> list[outbox.Dispatch]:
    with database.transaction() as session:
        return outbox.claim_next(session, now=now, channels=CHANNELS, lease_seconds=20, limit=10)


def test_replies_of_one_conversation_go_out_in_order(any_database: Database, now: datetime) -> None:
    first, second = conversation(any_database, now, "a"), conversation(any_database, now, "b")
    queue(any_database, now, first, "one", "two")
    queue(any_database, now, second, "uno")
    sending = dispatch(any_database, now)
    assert [row.message.reply.text for row in sending] == ["one", "uno"]
    assert sending[0].message.address == {"to": "a"}
    assert dispatch(any_database, now) == []
    with any_database.transaction() as session:
        outbox.mark_sent(session, sending[0], platform_id="p1", now=now)
    assert [row.message.reply.text for row in dispatch(any_database, now)] == ["two"]


def test_an_unsent_reply_is_sent_again_under_the_same_id(any_database: Database, now: datetime) -> None:
    queue(any_database, now, conversation(any_database, now), "one")
    (lost,) = dispatch(any_database, now)
    (again,) = dispatch(any_database, now + timedelta(seconds=21))
    assert again.outbox_id == lost.outbox_id
    assert again.attempt == 2


def test_the_budget_counts_replies_since_the_customers_last_message(any_database: Database, now: datetime) -> None:
    row = conversation(any_database, now)
    row.last_inbound_at = now
    queue(any_database, now, row, "1", "2")
    with any_database.reading() as session:
        assert outbox.budget(session, row, (5, 48.0), now=now).messages_left == 3
        late = now + timedelta(hours=48)
        assert outbox.budget(session, row, (5, 48.0), now=late).messages_left == 0
        assert outbox.budget(session, row, None, now=now).messages_left is None


def test_a_person_taking_over_cancels_only_the_bots_drafts(any_database: Database, now: datetime) -> None:
    row = conversation(any_database, now)
    queue(any_database, now, row, "bot words")
    queue(any_database, now, row, "staff words", author="staff")
    with any_database.transaction() as session:
        assert outbox.cancel_waiting(session, row.id, reason="a person took over") == 1
    assert [row.message.reply.text for row in dispatch(any_database, now)] == ["staff words"]


def test_held_replies_go_out_when_the_customer_writes_again(any_database: Database, now: datetime) -> None:
    row = conversation(any_database, now)
    queue(any_database, now, row, "later")
    (sending,) = dispatch(any_database, now)
    with any_database.transaction() as session:
        outbox.mark_closed(session, sending, OutboxStatus.HELD, error="48 h")
    assert dispatch(any_database, now) == []
    with any_database.transaction() as session:
        assert outbox.reopen_held(session, row.id, now=now) == 1
    assert len(dispatch(any_database, now)) == 1
    with any_database.reading() as session:
        assert session.scalars(select(OutboxMessage.attempts)).one() == 2


def test_due_work_is_claimed_at_its_time_and_done_once(any_database: Database, now: datetime) -> None:
    at = now + timedelta(hours=1)
    with any_database.transaction() as session:
        schedule.schedule(session, kind="reminder", key="1", due_at=at, payload={"task_id": 1})
        schedule.schedule(session, kind="reminder", key="1", due_at=at, payload={"task_id": 1})
    with any_database.transaction() as session:
        assert schedule.claim_due(session, now=now, lease_seconds=20) == []
    with any_database.transaction() as session:
        (due,) = schedule.claim_due(session, now=at, lease_seconds=20)
    with any_database.transaction() as session:
        assert schedule.claim_due(session, now=at, lease_seconds=20) == []
        schedule.mark_done(session, due, now=at)
    with pytest.raises(LeaseLost), any_database.transaction() as session:
        schedule.mark_done(session, due, now=at)
    with any_database.reading() as session:
        assert session.scalars(select(DueWork.status)).all() == [DueStatus.DONE]


def test_a_message_given_up_is_closed_with_its_error(any_database: Database, now: datetime) -> None:
    store(any_database, now, message("1", now=now))
    (claimed,) = claim(any_database, now)
    with any_database.transaction() as session:
        inbox.mark_given_up(session, claimed, now=now, error="boom", result=RESULT)
    with any_database.reading() as session:
        row = session.scalars(select(InboxMessage)).one()
        assert (row.status, row.error, row.result) == (InboxStatus.GIVEN_UP, "boom", RESULT)
