"""Receiving without end: polling, or keeping the webhook registered.

Promise: an update is confirmed to Telegram only after it is stored; no failure ends the receiving, each makes a pause
that grows; what happened last is on `ReceiverHealth`. Source: core.telegram.org/bots/api#getupdates, #setwebhook.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from adapters.telegram.connection import ApiBot, Connection
from adapters.telegram.failures import LOGIN_REFUSED, retry_after_seconds
from adapters.telegram.updates import ALLOWED_UPDATES, Translation
from bot.channel import Inlet
from bot.settings import Settings

T = TypeVar("T")
log = logging.getLogger(__name__)

#: the long poll's wait; the server allows 50
POLL_SECONDS = 30
#: a server that answers an empty long poll sooner than this does not wait by itself
EARLIEST_EMPTY_ANSWER_SECONDS = 0.3
LONGEST_PAUSE_SECONDS = 60.0
#: after a week without updates Telegram numbers the next one at random, perhaps below what we confirmed
OFFSET_IS_KEPT = timedelta(days=6)
#: a connection that is just being opened gets so long before it is cancelled: anyio complains in its first step
OPENING_SECONDS = 0.05
#: between two looks whether the webhook is still ours
WEBHOOK_CHECK_SECONDS = 300.0
WEBHOOK_PATH = "/telegram/webhook"


@dataclass
class ReceiverHealth:
    """What the receiving last did; times are aware."""

    #: Telegram answered, with updates or without
    last_answer_at: datetime | None = None
    last_update_at: datetime | None = None
    #: of the current run of failures; None: all is well
    last_error: str | None = None


async def supervise(
    step: Callable[[], Awaitable[float | None]],
    *,
    describe: Callable[[BaseException], str],
    health: ReceiverHealth,
    base_pause_seconds: float,
    stopping: asyncio.Event,
) -> None:
    """Repeat the step, after the pause in seconds that it returns, until it returns None; failures make a pause too."""
    failures = 0
    while not stopping.is_set():
        task = asyncio.ensure_future(step())
        await asyncio.wait({task})
        if task.cancelled():
            return
        error = task.exception()
        failures = 0 if error is None else failures + 1
        health.last_error = None if error is None else describe(error)
        pause = task.result() if error is None else pause_after(error, failures, base_pause_seconds)
        if pause is None:
            return
        if error is not None:
            log.warning(
                "Receiving from Telegram failed: %s; next try in %.1f s",
                health.last_error,
                pause,
                extra={"action": "telegram.receive", "failures": failures},
            )
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)


async def until_stopped(call: Awaitable[T], stopping: asyncio.Event) -> T:
    """Return the call's result, unless stopping comes first: then the call is cancelled, and so is the caller."""
    task, stop = asyncio.ensure_future(call), asyncio.ensure_future(stopping.wait())
    await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not task.done():
        await asyncio.wait({task}, timeout=OPENING_SECONDS)
        task.cancel()
        await asyncio.wait({task})
    return task.result()


def pause_after(error: BaseException, failures: int, base_seconds: float) -> float:
    """Return the seconds to wait after so many failures in a row: what Telegram says, else doubling with jitter."""
    if isinstance(error, RetryAfter):
        return retry_after_seconds(error)
    if isinstance(error, InvalidToken):
        return LONGEST_PAUSE_SECONDS
    longest = min(LONGEST_PAUSE_SECONDS, base_seconds * 2.0 ** min(failures - 1, 20))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing


def describe_failure(error: BaseException, connection: Connection) -> str:
    """Say what failed without the token and without people's words, which a database error repeats."""
    if isinstance(error, InvalidToken):
        return LOGIN_REFUSED
    if isinstance(error, TelegramError):
        return connection.mask(f"{type(error).__name__}: {error}")
    return type(error).__name__


def webhook_url(settings: Settings) -> str:
    """Return the address that Telegram posts to."""
    return settings.public_url.rstrip("/") + WEBHOOK_PATH


class Poller:
    """Asks for updates and stores them, one batch after another."""

    def __init__(
        self,
        connection: Connection,
        inlet: Inlet,
        *,
        digest: Callable[[dict[str, Any]], Translation],
        after_store: Callable[[Translation], None],
        clock: Callable[[], datetime],
        health: ReceiverHealth,
    ) -> None:
        self._connection = connection
        self._inlet = inlet
        self._digest = digest
        self._after_store = after_store
        self._clock = clock
        self._health = health
        self._is_prepared = False
        #: confirms what is stored; None at first: the server repeats what was not confirmed, and the inlet ignores it
        self._offset: int | None = None
        self._confirmed_at: datetime | None = None
        self._batch: list[dict[str, Any]] = []

    async def step(self, bot: ApiBot) -> float:
        """Receive and store one batch; a batch that could not be stored is kept for the next step."""
        if not self._is_prepared:
            await self._prepare(bot)
        if not self._batch and (pause := await self._receive(bot)):
            return pause
        translations = [self._digest(update) for update in self._batch]
        messages = [translation.message for translation in translations if translation.message is not None]
        if messages:
            await asyncio.to_thread(self._inlet.store, messages)
        if self._batch:
            self._offset = max(_update_id(update) for update in self._batch) + 1
            self._confirmed_at = self._clock()
        self._batch = []
        for translation in translations:
            self._after_store(translation)
        return 0.0

    async def _prepare(self, bot: ApiBot) -> None:
        await self._connection.identify(bot)
        await bot.delete_webhook(drop_pending_updates=False)
        self._is_prepared = True

    async def _receive(self, bot: ApiBot) -> float:
        """Fetch the next batch; return the pause to make when there is none and the server did not wait."""
        asked_at = asyncio.get_running_loop().time()
        if self._confirmed_at is not None and self._clock() - self._confirmed_at > OFFSET_IS_KEPT:
            self._offset = None
        try:
            poll = bot.get_raw_updates(
                offset=self._offset, timeout_seconds=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES
            )
            self._batch = await until_stopped(poll, self._connection.stopping)
        except Conflict:
            self._is_prepared = False  # a webhook was set meanwhile, or another program polls with our token
            raise
        self._health.last_answer_at = self._clock()
        if self._batch:
            self._health.last_update_at = self._health.last_answer_at
            return 0.0
        waited = asyncio.get_running_loop().time() - asked_at
        return max(0.0, EARLIEST_EMPTY_ANSWER_SECONDS - waited)


class WebhookKeeper:
    """Registers the webhook once for this start, and again when somebody has removed it."""

    def __init__(
        self, connection: Connection, settings: Settings, *, clock: Callable[[], datetime], health: ReceiverHealth
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._clock = clock
        self._health = health
        self._is_registered = False

    async def step(self, bot: ApiBot) -> float:
        """Make sure that the webhook is ours; return the pause until the next look."""
        if not self._is_registered:
            await self._register(bot)
            return WEBHOOK_CHECK_SECONDS
        info = await bot.get_webhook_info()
        self._health.last_answer_at = self._clock()
        self._is_registered = info.url == webhook_url(self._settings)
        return WEBHOOK_CHECK_SECONDS if self._is_registered else 0.0

    async def _register(self, bot: ApiBot) -> None:
        """Set it without asking whether it differs: the server does not tell the secret that it has."""
        await self._connection.identify(bot)
        await bot.set_webhook(
            webhook_url(self._settings),
            secret_token=self._settings.telegram_webhook_secret.get_secret_value(),
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
        )
        self._is_registered = True
        self._health.last_answer_at = self._clock()


def _update_id(update: dict[str, Any]) -> int:
    number = update.get("update_id")
    return number if isinstance(number, int) else 0
