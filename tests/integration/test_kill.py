"""Workers are killed with SIGKILL at random moments: every message still has exactly one effect, in order."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import inbox
from bot.channel import InboundMessage
from bot.models import InboxMessage, InboxStatus, OutboxMessage, OutboxStatus
from crm_core import access, customers
from crm_core.database import Database
from crm_core.models import AuditEvent, Interaction, Role
from crm_core.permissions import staff_actor, system_actor
from tests.integration.killing import utc_now, work_until_killed

MESSAGES = 500
CONVERSATIONS = 20
KILLS = 200
WORKERS = 2
LONGEST_LIFE_SECONDS = 0.25
GIVE_UP_AFTER = timedelta(minutes=12)


def conversation_of(number: int) -> int:
    return number % CONVERSATIONS


def message(number: int) -> InboundMessage:
    key = f"user:{conversation_of(number)}"
    return InboundMessage(
        channel="web",
        external_id=f"m{number}",
        conversation_key=key,
        sender_id=key,
        address={},
        text=f"log call with Acme: said number {number}",
        sent_at=utc_now(),
    )


@pytest.fixture
def reps(any_database: Database) -> Database:
    """Twenty reps, linked to their chats, and one account that nobody owns."""
    with any_database.transaction() as session:
        system = system_actor(utc_now())
        for number in range(CONVERSATIONS):
            user = access.create_user(session, system, handle=f"rep{number}", name=f"Rep {number}", role=Role.REP)
            access.link_identity(session, channel="web", external_id=f"user:{number}", user_id=user.id, now=system.now)
        owner = access.get_user(session, "rep0")
        account = customers.create_account(session, staff_actor(owner, now=system.now), name="Acme")
        account.owner_id = None
    return any_database


def start(context: ForkServerContext, database: Database, folder: Path) -> ForkServerProcess:
    process = context.Process(target=work_until_killed, args=(database.url, str(folder)), daemon=True)
    process.start()
    return process


def kill(process: ForkServerProcess) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def deliver(database: Database, numbers: Sequence[int]) -> None:
    with database.transaction() as session:
        inbox.store(session, [message(number) for number in numbers], now=utc_now())


def open_messages(database: Database) -> int:
    with database.reading() as session:
        statement = select(func.count()).where(InboxMessage.status == InboxStatus.WAITING)
        return session.scalar(statement) or 0


@pytest.mark.kill
@pytest.mark.timeout(900)
def test_every_message_has_one_effect_in_order_whenever_workers_die(reps: Database, tmp_path: Path) -> None:
    chance = random.Random(20261122)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.integration.killing"])
    undelivered = list(range(MESSAGES))
    workers = [start(context, reps, tmp_path) for _ in range(WORKERS)]
    kills, deadline = 0, utc_now() + GIVE_UP_AFTER
    while undelivered or open_messages(reps) or kills < KILLS:
        assert utc_now() < deadline, f"{open_messages(reps)} messages still wait after {kills} kills"
        batch, undelivered = undelivered[:5], undelivered[5:]
        repeats = [chance.randrange((batch or [MESSAGES])[0] + 1) for _ in range(2)]
        deliver(reps, [*batch, *(number for number in repeats if number < MESSAGES)])
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))  # the random moment of the kill
        if kills < KILLS or open_messages(reps):
            doomed = chance.randrange(WORKERS)
            if kills < KILLS:
                kill(workers[doomed])
                kills += 1
                workers[doomed] = start(context, reps, tmp_path)
    for worker in workers:
        kill(worker)
    assert kills >= KILLS
    check_effects(reps)
    check_replies(reps)


def check_effects(database: Database) -> None:
    with database.reading() as session:
        rows = session.scalars(select(InboxMessage).order_by(InboxMessage.id)).all()
        assert len(rows) == MESSAGES
        assert {row.status for row in rows} == {InboxStatus.HANDLED}
        effects = session.execute(
            select(AuditEvent.message_id, Interaction.id, Interaction.summary)
            .join(Interaction, Interaction.id == AuditEvent.record_id)
            .where(AuditEvent.record_type == "interaction", AuditEvent.action == "created")
            .order_by(AuditEvent.id)
        ).all()
    assert sorted(effect.message_id for effect in effects) == [row.id for row in rows]
    order: dict[str, list[int]] = defaultdict(list)
    keys = {row.id: row.conversation_key for row in rows}
    for effect in effects:
        order[keys[effect.message_id]].append(int(effect.summary.rpartition(" ")[2]))
    assert len(order) == CONVERSATIONS
    assert all(numbers == sorted(numbers) for numbers in order.values())


def check_replies(database: Database) -> None:
    """Each message has its one reply; it may have been sent twice around a kill, never lost."""
    with database.reading() as session:
        replies = session.scalars(select(OutboxMessage)).all()
    assert sorted(reply.inbox_id or 0 for reply in replies) == sorted({reply.inbox_id or 0 for reply in replies})
    assert len(replies) == MESSAGES
    assert {reply.status for reply in replies} <= {OutboxStatus.SENT, OutboxStatus.WAITING}
