from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import DataError, OperationalError

from adapters.web.group_commit import GroupCommit
from bot.channel import InboundMessage
from tests.adapters.web.fakes import FakeChats


def message(text: str, number: int = 0) -> InboundMessage:
    return InboundMessage(
        channel="web",
        external_id=f"{text}-{number}",
        conversation_key=text,
        sender_id=text,
        address={},
        text=text,
        sent_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


class GatedChats(FakeChats):
    """The first store waits for the gate, so that others gather behind it; 'bad' words cannot be stored."""

    def __init__(self, refusal: Exception | None = None) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.gate = threading.Event()
        self.refusal = refusal

    def store(self, messages: Sequence[InboundMessage], *, cursor: tuple[str, str] | None = None) -> int:
        self.entered.set()
        assert self.gate.wait(10)
        if self.refusal is not None and any(message.text == "bad" for message in messages):
            self.calls.append(len(messages))
            raise self.refusal
        return super().store(messages, cursor=cursor)


def run(scenario: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(scenario)


async def store_together(
    chats: GatedChats, texts: list[str], wake: list[bool]
) -> tuple[GroupCommit, list[BaseException | None]]:
    group_commit = GroupCommit(chats, lambda: wake.append(True))
    first, *later = [group_commit.store([message(text, n)]) for n, text in enumerate(texts)]
    tasks = [asyncio.create_task(first)]
    await asyncio.to_thread(chats.entered.wait, 10)
    tasks += [asyncio.create_task(storing) for storing in later]
    await asyncio.sleep(0)  # each of them puts its message in line
    chats.gate.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    group_commit.close()
    return group_commit, outcomes


def test_messages_that_arrive_during_a_transaction_share_the_next_one() -> None:
    chats = GatedChats()
    _, outcomes = run(store_together(chats, ["first", *["later"] * 19], []))
    assert outcomes == [None] * 20
    assert chats.calls == [1, 19]


def test_a_caller_returns_only_after_its_own_message_is_stored() -> None:
    chats = FakeChats()

    async def scenario() -> None:
        group_commit = GroupCommit(chats, lambda: None)

        async def store_and_look(text: str) -> bool:
            await group_commit.store([message(text)])
            return text in chats.texts()

        assert all(await asyncio.gather(*(store_and_look(f"words {n}") for n in range(50))))
        group_commit.close()

    run(scenario())


def test_order_of_arrival_is_kept() -> None:
    chats = GatedChats()
    texts = [f"words {n}" for n in range(30)]
    run(store_together(chats, texts, []))
    assert chats.texts() == texts


def test_a_message_that_cannot_be_stored_fails_alone() -> None:
    chats = GatedChats(refusal=DataError("insert", {}, ValueError("NUL")))
    wake: list[bool] = []
    _, outcomes = run(store_together(chats, ["first", "good", "bad", "good"], wake))
    assert [type(outcome) for outcome in outcomes] == [type(None), type(None), DataError, type(None)]
    assert chats.texts() == ["first", "good", "good"]
    assert len(wake) == 3


def test_a_database_that_is_away_fails_the_whole_group_at_once() -> None:
    chats = GatedChats(refusal=OperationalError("insert", {}, ValueError("gone")))
    _, outcomes = run(store_together(chats, ["first", "good", "bad"], []))
    assert [type(outcome) for outcome in outcomes] == [type(None), OperationalError, OperationalError]
    assert chats.calls == [1, 2]


def test_workers_are_woken_after_the_commit_and_not_after_a_failure() -> None:
    chats = GatedChats(refusal=OperationalError("insert", {}, ValueError("gone")))
    wake: list[bool] = []
    run(store_together(chats, ["bad"], wake))
    assert wake == []


def test_the_next_message_after_a_failure_is_stored() -> None:
    chats = GatedChats(refusal=OperationalError("insert", {}, ValueError("gone")))
    chats.gate.set()

    async def scenario() -> None:
        group_commit = GroupCommit(chats, lambda: None)
        with pytest.raises(OperationalError):
            await group_commit.store([message("bad")])
        await group_commit.store([message("good")])
        group_commit.close()

    run(scenario())
    assert chats.texts() == ["good"]


def test_a_cancelled_request_does_not_disturb_its_group() -> None:
    chats = GatedChats()

    async def scenario() -> None:
        group_commit = GroupCommit(chats, lambda: None)
        impatient = asyncio.create_task(group_commit.store([message("impatient")]))
        await asyncio.to_thread(chats.entered.wait, 10)
        impatient.cancel()
        patient = asyncio.create_task(group_commit.store([message("patient")]))
        await asyncio.sleep(0)
        chats.gate.set()
        await patient
        group_commit.close()

    run(scenario())
    assert chats.texts() == ["impatient", "patient"]
