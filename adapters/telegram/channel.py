"""The Telegram channel: the contract of bot.channel over python-telegram-bot.

Promise: what arrives is stored before Telegram is told so; every refusal comes up as a `DeliveryError`; flood limits
hold for the whole bot. Never: a rule of the business, a token in a log or an error.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from telegram import Message
from telegram.constants import ChatAction
from telegram.error import RetryAfter, TelegramError

from adapters.telegram.callbacks import Press, PressDesk, read_press, write_press
from adapters.telegram.connection import ApiBot, Connection
from adapters.telegram.diagnosis import diagnose
from adapters.telegram.failures import delivery_error, retry_after_seconds
from adapters.telegram.files import fetch_files
from adapters.telegram.menu import publish_menu
from adapters.telegram.pace import Pace
from adapters.telegram.receiving import Poller, ReceiverHealth, WebhookKeeper, describe_failure, supervise
from adapters.telegram.sending import Delivery, build_delivery, deliver
from adapters.telegram.splitting import plan_replies
from adapters.telegram.updates import CHANNEL_NAME, Translation, is_from_group, message_reference, translate
from adapters.telegram.webhook import read_update
from bot.channel import (
    Diagnosis,
    InboundMessage,
    Inlet,
    OutboundMessage,
    Parsed,
    Reply,
    ReplyBudget,
    ServiceAction,
    WebhookRequest,
)
from bot.errors import DeliveryError
from bot.settings import Settings

T = TypeVar("T")

#: a short flood is waited out here, a longer one in the outbox
LONGEST_WAIT_SECONDS = 2.0
#: share of a row's lease that one call may take: after the lease another worker would do it again
SHARE_OF_LEASE = 0.9
TYPING_TIMEOUT_SECONDS = 3.0
DIAGNOSIS_TIMEOUT_SECONDS = 60.0
REMEMBERED_MIGRATIONS = 1000
NAME_RETRY_SECONDS = 60.0


def utc_now() -> datetime:
    """Return the time of receipt."""
    return datetime.now(UTC)


class TelegramChannel:
    """One bot. Receiving begins with `start`; everything else works without it."""

    name = CHANNEL_NAME
    reads_outbox = False

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._connection = Connection(settings)
        self._desk = PressDesk()
        self._pace = Pace(monotonic)
        self._migrations: dict[int, int] = {}
        self._ask_name_at = 0.0
        self._monotonic = monotonic
        self.health = ReceiverHealth()

    def parse(self, request: WebhookRequest) -> Parsed:
        """Authenticate and translate a webhook call; a press asks to be answered by `pull` right after it is stored.

        Raises:
            WebhookRejected: forged, too large or unreadable.
        """
        translation = self._digest(read_update(request, self._settings))
        self._remember_migration(translation)
        self.health.last_update_at = self._clock()
        return Parsed(
            messages=() if translation.message is None else (translation.message,),
            pull=None if translation.press is None else {"press": write_press(translation.press)},
        )

    def fetch(self, message: InboundMessage, inlet: Inlet) -> InboundMessage:
        """Download the message's files; answer a press that nobody in this process has answered.

        Raises:
            DeliveryError: Telegram cannot be reached; try again later.
        """
        if press := message.context.get("press"):
            self._settle(read_press(press))
        if not message.context.get("files"):
            return message
        return fetch_files(
            self._connection,
            message,
            inlet,
            max_bytes=self._settings.max_attachment_bytes,
            timeout_seconds=self._settings.lease_seconds * SHARE_OF_LEASE,
        )

    def plan(self, replies: Sequence[Reply], budget: ReplyBudget) -> list[Reply]:  # noqa: ARG002 - no limit here
        """Cut replies so that each is one call; Telegram sets no budget."""
        return plan_replies(replies)

    def send(self, message: OutboundMessage) -> str:
        """Deliver one message and return its reference.

        Raises:
            DeliveryError: with what to do about it.
        """
        delivery = build_delivery(message)
        try:
            sent = self._connection.run(
                lambda bot: self._send(bot, delivery),
                timeout_seconds=self._settings.lease_seconds * SHARE_OF_LEASE,
            )
        except TelegramError as error:
            raise self._translated(error) from error
        except TimeoutError as error:
            raise DeliveryError("uncertain", "Telegram did not answer in time") from error
        return message_reference(sent.chat.id, sent.message_id)

    def budget_limits(self) -> tuple[int, float] | None:
        """Return None: a bot may answer as often as it likes."""
        return None

    def announce_typing(self, address: Mapping[str, Any]) -> None:
        """Show 'typing' for five seconds, or until a message comes; does not wait."""
        chat_id = int(address["chat_id"])
        chat_id = self._migrations.get(chat_id, chat_id)

        async def call(bot: ApiBot) -> None:
            if not self._pace.pause_left():
                await bot.send_chat_action(
                    chat_id,
                    ChatAction.TYPING,
                    message_thread_id=address.get("thread_id"),
                    read_timeout=TYPING_TIMEOUT_SECONDS,
                    connect_timeout=TYPING_TIMEOUT_SECONDS,
                )

        self._spawn(call, action="telegram.typing")

    def set_service(self, address: Mapping[str, Any], action: ServiceAction) -> str | None:  # noqa: ARG002
        """Do nothing: Telegram does not track who serves a chat."""
        return None

    def start(self, inlet: Inlet) -> None:
        """Begin polling, or register the webhook; then publish the commands menu. Returns at once."""
        self._connection.spawn(functools.partial(self._receive, inlet), action="telegram.receive")
        self._connection.spawn(self._publish_menu, action="telegram.menu")

    def stop(self) -> None:
        """End receiving and close all connections; what was not confirmed comes again at the next start."""
        self._connection.close()

    def pull(self, hint: Mapping[str, Any], inlet: Inlet) -> None:  # noqa: ARG002 - nothing is stored
        """Answer the press of a webhook call, now that it is stored."""
        self._settle(read_press(hint["press"]))

    def diagnose(self) -> list[Diagnosis]:
        """Check token, reachability and webhook at Telegram."""
        was_open = self._connection.is_open
        try:
            return self._connection.run(
                lambda bot: diagnose(bot, self._connection, self._settings, now=self._clock()),
                timeout_seconds=DIAGNOSIS_TIMEOUT_SECONDS,
            )
        finally:
            if not was_open:
                self._connection.close()

    async def _receive(self, inlet: Inlet, bot: ApiBot) -> None:
        keeper: Poller | WebhookKeeper
        if self._settings.telegram_mode == "webhook":
            keeper = WebhookKeeper(self._connection, self._settings, clock=self._clock, health=self.health)
        else:
            keeper = Poller(
                self._connection,
                inlet,
                digest=self._digest,
                after_store=self._after_store,
                clock=self._clock,
                health=self.health,
            )
        await self._supervise(lambda: keeper.step(bot), self.health)

    async def _publish_menu(self, bot: ApiBot) -> None:
        step = functools.partial(publish_menu, bot, default_language=self._settings.language)
        await self._supervise(step, ReceiverHealth())

    async def _supervise(self, step: Callable[[], Awaitable[float | None]], health: ReceiverHealth) -> None:
        await supervise(
            step,
            describe=lambda error: describe_failure(error, self._connection),
            health=health,
            base_pause_seconds=self._settings.retry_base_seconds,
            stopping=self._connection.stopping,
        )

    async def _send(self, bot: ApiBot, delivery: Delivery) -> Message:
        """Send at the bot's pace; Telegram's 429 stops every chat."""
        delivery = self._moved(delivery)
        wait = self._pace.reserve(delivery.chat_id, longest_seconds=LONGEST_WAIT_SECONDS)
        if wait > LONGEST_WAIT_SECONDS:
            raise DeliveryError("retry", "Telegram's flood limit", retry_after_seconds=wait)
        await asyncio.sleep(wait)
        sent = await self._obeying(lambda bot: deliver(bot, delivery), bot)
        if sent.chat.id != delivery.chat_id:
            self._remember_migration(Translation(migration=(delivery.chat_id, sent.chat.id)))
        return sent

    async def _obeying(self, call: Callable[[ApiBot], Awaitable[T]], bot: ApiBot) -> T:
        try:
            return await call(bot)
        except RetryAfter as error:
            self._pace.pause(retry_after_seconds(error))
            raise

    def _spawn(self, call: Callable[[ApiBot], Awaitable[object]], *, action: str) -> None:
        self._connection.spawn(functools.partial(self._obeying, call), action=action)

    def _digest(self, update: dict[str, Any]) -> Translation:
        self._learn_name(update)
        return translate(update, bot=self._connection.identity, now=self._clock())

    def _learn_name(self, update: dict[str, Any]) -> None:
        """Ask for the bot's name in the background when a group speaks before `start`, as in a web process."""
        now = self._monotonic()
        if self._connection.identity.username is None and is_from_group(update) and now >= self._ask_name_at:
            self._ask_name_at = now + NAME_RETRY_SECONDS
            self._connection.spawn(self._connection.identify, action="telegram.identify")

    def _after_store(self, translation: Translation) -> None:
        self._remember_migration(translation)
        if translation.press is not None:
            self._settle(translation.press)

    def _settle(self, press: Press) -> None:
        if self._desk.take(press):
            self._spawn(lambda bot: self._desk.settle(bot, press), action="telegram.press")

    def _remember_migration(self, translation: Translation) -> None:
        if translation.migration is not None:
            old, new = translation.migration
            self._migrations[old] = new
            while len(self._migrations) > REMEMBERED_MIGRATIONS:
                self._migrations.pop(next(iter(self._migrations)))

    def _moved(self, delivery: Delivery) -> Delivery:
        return replace(delivery, chat_id=self._migrations.get(delivery.chat_id, delivery.chat_id))

    def _translated(self, error: TelegramError) -> DeliveryError:
        failure = delivery_error(error)
        return DeliveryError(
            failure.failure,
            self._connection.mask(failure.reason),
            retry_after_seconds=failure.retry_after_seconds,
        )
