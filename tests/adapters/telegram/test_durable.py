"""With the real inbox behind it: what was received survives in the database as it was."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

import pytest

from adapters.telegram.channel import TelegramChannel
from bot import inbox
from bot.attachments import AttachmentStore
from bot.channel import InboundMessage, MessageKind
from bot.inlet import DurableInlet
from crm_core.database import Database
from tests.adapters.telegram.conftest import CUSTOMER, GROUP
from tests.simulators.telegram import TelegramSimulator


class WakeCounter:
    """Counts how often new messages woke the workers."""

    def __init__(self) -> None:
        self._woken = threading.Semaphore(0)

    def __call__(self) -> None:
        self._woken.release()

    def wait(self) -> None:
        assert self._woken.acquire(timeout=10)


@pytest.fixture
def woken() -> WakeCounter:
    return WakeCounter()


@pytest.fixture
def durable_inlet(database: Database, tmp_path: Path, now: datetime, woken: WakeCounter) -> DurableInlet:
    store = AttachmentStore(tmp_path / "attachments", max_bytes=1_000_000)
    return DurableInlet(database, store, clock=lambda: now, wake=woken)


def test_messages_of_every_kind_come_back_as_they_were(
    channel: TelegramChannel,
    durable_inlet: DurableInlet,
    database: Database,
    telegram: TelegramSimulator,
    now: datetime,
    woken: WakeCounter,
) -> None:
    channel.start(durable_inlet)
    file = telegram.world.add_file("报价.pdf", b"%PDF-1.7 content")
    telegram.write(CUSTOMER, document={**file, "file_name": "报价.pdf"})
    woken.wait()
    asked = telegram.compose(CUSTOMER, "@crm_demo_bot 怎么退货\x00？\ud800", chat_id=GROUP)
    update_id = telegram.push("message", asked)
    woken.wait()
    telegram.press(CUSTOMER, telegram.compose(CUSTOMER, "x"), "token")
    woken.wait()

    document, question, choice = claim_all(database, now)
    (attachment,) = channel.fetch(document, durable_inlet).attachments
    assert (attachment.media_type, attachment.filename) == ("application/pdf", "报价.pdf")
    assert (question.kind, question.text) == (MessageKind.TEXT, "怎么退货？\ufffd")
    assert question.external_id == f"update:{update_id}"
    assert (choice.kind, choice.choice) == (MessageKind.CHOICE, "token")


def claim_all(database: Database, now: datetime) -> list[InboundMessage]:
    """Take everything that waits, as a worker does."""
    messages = []
    with database.transaction() as session:
        while claims := inbox.claim_next(session, now=now, channels=["telegram"], lease_seconds=20, limit=9):
            for claim in claims:
                inbox.mark_handled(session, claim, now=now, result={})
                messages.append(claim.message)
    return messages
