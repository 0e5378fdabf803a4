"""Storing what concurrent requests received, many requests in one transaction.

Promise: a caller returns only after its own messages are committed; the failure of one caller's messages is nobody
else's. While one transaction is written the next group gathers, so the wait for the disk is shared and no timer is
needed: a lone message is written at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from sqlalchemy.exc import OperationalError

from bot.channel import InboundMessage, Inlet


class _Waiting(NamedTuple):
    messages: tuple[InboundMessage, ...]
    committed: asyncio.Future[None]


class GroupCommit:
    """One writer over an inlet; every method is for the event loop's thread."""

    def __init__(self, inlet: Inlet, wake: Callable[[], None]) -> None:
        self._inlet = inlet
        self._wake = wake
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        # A thread of its own: storing never queues behind the readers' threads.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="web-store")

    async def store(self, messages: Sequence[InboundMessage]) -> None:
        """Return when the messages are durable; raises what `Inlet.store` raises for them."""
        if not messages:
            return
        committed = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(tuple(messages), committed))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await committed

    def close(self) -> None:
        """Finish what is being written and end the thread."""
        self._thread.shutdown(wait=True)

    async def _write(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                await self._commit(group)
        finally:
            self._writing = None

    async def _commit(self, group: list[_Waiting]) -> None:
        failure = await self._find_failure([message for waiting in group for message in waiting.messages])
        # A message that cannot be stored must not fail its neighbours; a database that is away fails them all alike.
        if failure is not None and len(group) > 1 and not isinstance(failure, OperationalError):
            for waiting in group:
                await self._commit([waiting])
            return
        for waiting in group:
            _settle(waiting.committed, failure)
        if failure is None:
            self._wake()

    async def _find_failure(self, messages: list[InboundMessage]) -> BaseException | None:
        stored = asyncio.get_running_loop().run_in_executor(self._thread, self._inlet.store, messages)
        (outcome,) = await asyncio.gather(stored, return_exceptions=True)
        return outcome if isinstance(outcome, BaseException) else None


def _settle(committed: asyncio.Future[None], failure: BaseException | None) -> None:
    if committed.done():  # its request was cancelled meanwhile
        return
    if failure is None:
        committed.set_result(None)
    else:
        committed.set_exception(failure)
