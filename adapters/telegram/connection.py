"""The bot's line to the Bot API: one event loop in a background thread, and one client on it.

Promise: the rest of the program calls it synchronously from any thread; closing ends every task and connection that
it opened; the token appears in no log line and no error. Never: a decision about a message.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.settings import Settings

T = TypeVar("T")
log = logging.getLogger(__name__)

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
#: seconds; python-telegram-bot's 5 s for reading is short for an upload that Telegram re-encodes
READ_TIMEOUT_SECONDS = 15.0
#: how long closing waits for calls in flight
FINISH_SECONDS = 3.0
#: simultaneous calls besides the long poll
POOL_SIZE = 64


@dataclass(frozen=True)
class Identity:
    """Who the bot is; `username` is None until getMe has answered."""

    id: int | None
    username: str | None = None


class ApiBot(Bot):
    """python-telegram-bot's client, with getUpdates before it is parsed.

    `Bot.get_updates` raises for the whole batch when one update in it cannot be read, so one poisonous update would
    stop the bot for 24 hours. Ours are parsed one by one.
    """

    async def get_raw_updates(
        self, *, offset: int | None, timeout_seconds: int, allowed_updates: tuple[str, ...]
    ) -> list[dict[str, Any]]:
        """Return waiting updates as JSON, oldest first; `offset` confirms everything below it."""
        data = {"offset": offset, "timeout": timeout_seconds, "limit": 100, "allowed_updates": allowed_updates}
        result: list[dict[str, Any]] = await self._post("getUpdates", data, read_timeout=timeout_seconds + 10)
        return result


class Connection:
    """Opens at the first call, closes by `close`, and can be opened again."""

    def __init__(self, settings: Settings) -> None:
        silence_vendor_logs()
        # Opts in to python-telegram-bot's coming behaviour; without it RetryAfter warns at every flood limit.
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        self._settings = settings
        self._token = settings.telegram_token.get_secret_value()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop_thread: int | None = None
        #: calls in flight that closing waits for
        self._calls: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop
        #: set when closing began; for use on the loop
        self.stopping: asyncio.Event
        self._bot: ApiBot
        prefix = self._token.partition(":")[0]
        self.identity = Identity(id=int(prefix) if prefix.isdecimal() else None)

    @property
    def is_open(self) -> bool:
        """Whether the background thread runs."""
        return self._thread is not None

    @property
    def trusts_environment(self) -> bool:
        """Whether HTTP(S)_PROXY applies: never for a Bot API server on this machine."""
        return urlsplit(self._settings.telegram_base_url).hostname not in LOOPBACK_HOSTS

    def run(self, call: Callable[[ApiBot], Awaitable[T]], *, timeout_seconds: float | None = None) -> T:
        """Run the call on the loop and wait for its result.

        Raises:
            TimeoutError: not done in time, or closed meanwhile; the call is cancelled.
        """

        async def limited() -> T:
            with self._finishing():
                return await asyncio.wait_for(call(self._bot), timeout_seconds)

        try:
            return self._submit(limited).result()
        except CancelledError as error:
            raise TimeoutError("the connection was closed meanwhile") from error

    def spawn(self, call: Callable[[ApiBot], Awaitable[object]], *, action: str) -> None:
        """Run the call in the background; a failure is logged under the action's name.

        A call without end must watch `stopping`.
        """

        async def watched() -> None:
            task = asyncio.ensure_future(call(self._bot))
            with self._finishing():
                await asyncio.wait({task})
            error = None if task.cancelled() else task.exception()
            if error is not None:
                log.warning("A Telegram call failed: %s", self.mask(repr(error)), extra={"action": action})

        self._submit(watched)

    async def identify(self, bot: ApiBot) -> Identity:
        """Ask Telegram who the bot is, and remember it."""
        user = await bot.get_me()
        self.identity = Identity(id=user.id, username=user.username)
        return self.identity

    def mask(self, text: str) -> str:
        """Return the text without the token."""
        return text.replace(self._token, "***")

    def close(self) -> None:
        """Let calls in flight finish for a moment, end all tasks and connections, and wait for the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._loop.call_soon_threadsafe(self.stopping.set)
        if thread is not None:
            thread.join()

    def _submit(self, call: Callable[[], Awaitable[T]]) -> Future[T]:
        async def bound() -> T:
            return await call()

        if threading.get_ident() == self._loop_thread:  # from a call of ours: no lock, for closing may wait for it
            return asyncio.run_coroutine_threadsafe(bound(), self._loop)
        with self._lock:
            if self._thread is None:
                self._open()
            return asyncio.run_coroutine_threadsafe(bound(), self._loop)

    def _open(self) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live(ready)), name="telegram", daemon=True)
        self._thread.start()
        ready.wait()

    async def _live(self, ready: threading.Event) -> None:
        requests = [self._request(1), self._request(POOL_SIZE)]
        self._bot = ApiBot(
            self._token,
            base_url=self._settings.telegram_base_url,
            base_file_url=self._settings.telegram_base_file_url,
            get_updates_request=requests[0],
            request=requests[1],
        )
        self._loop, self.stopping = asyncio.get_running_loop(), asyncio.Event()
        self._loop_thread = threading.get_ident()
        ready.set()
        await self.stopping.wait()
        await self._finish_calls()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for request in requests:
            await request.shutdown()

    @contextlib.contextmanager
    def _finishing(self) -> Iterator[None]:
        """Mark the current task as one to be finished before closing."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - only called from coroutines
        self._calls.add(task)
        try:
            yield
        finally:
            self._calls.discard(task)

    async def _finish_calls(self) -> None:
        deadline = self._loop.time() + FINISH_SECONDS
        while self._calls and (left := deadline - self._loop.time()) > 0:
            await asyncio.wait(set(self._calls), timeout=left)

    def _request(self, pool_size: int) -> HTTPXRequest:
        options: Mapping[str, Any] = {"trust_env": self.trusts_environment, "verify": tls_context()}
        return HTTPXRequest(
            connection_pool_size=pool_size, read_timeout=READ_TIMEOUT_SECONDS, httpx_kwargs=dict(options)
        )


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Return the trusted certificates, read once in the process: reading them takes longer than most calls."""
    return httpx.create_ssl_context()


def silence_vendor_logs() -> None:
    """Keep the token and people's words out of the log: both libraries write URLs and parameters below WARNING."""
    for name in ("httpx", "httpcore", "telegram"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
