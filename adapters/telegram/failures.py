"""What Telegram's refusals mean for a reply: one table, read in one place.

Promise: every error of the library becomes a `DeliveryError` that says whether to repeat.
Source for the texts: tdlib/telegram-bot-api, Client.cpp; for the classes: python-telegram-bot 22.8, telegram/error.py.
"""

from __future__ import annotations

from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import DeliveryError, DeliveryFailure

#: the connection was never made, or none was free: certainly not sent
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
#: refusals of a chat that come as 400 instead of 403; lower case
CLOSED_CHAT = (
    "have no rights to send",
    "not enough rights to send",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "user_is_blocked",
    "group chat was deleted",
    "group chat was deactivated",
    "user is deactivated",
)
#: refusals that say that what we wanted is already so; lower case
ALREADY_DONE = (
    "message is not modified",
    "query is too old",
    "query id is invalid",
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
)
#: a gateway's page instead of Telegram's JSON, from before the request was passed on
NOT_PASSED_ON = ("bad gateway (502)", "service unavailable (503)")
LOGIN_REFUSED = "Telegram refuses CRMBOT_TELEGRAM_TOKEN: take the bot's current token from @BotFather and restart"


def delivery_error(error: TelegramError) -> DeliveryError:
    """Translate an error of the library; BadRequest and TimedOut first, for they are NetworkErrors too."""
    if isinstance(error, RetryAfter):
        return DeliveryError("retry", str(error), retry_after_seconds=retry_after_seconds(error))
    if isinstance(error, InvalidToken | EndPointNotFound):
        return DeliveryError("permanent", LOGIN_REFUSED)
    return DeliveryError(_failure(error), str(error))


def is_already_done(error: BadRequest) -> bool:
    """Whether an idempotent call (an edit, an answer to a button) failed only because there is nothing to do."""
    return _says(error, ALREADY_DONE)


def retry_after_seconds(error: RetryAfter) -> float:
    """Return the pause that Telegram asks for; the library gives a number or a timedelta, by its environment."""
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)


def _failure(error: TelegramError) -> DeliveryFailure:
    if isinstance(error, Forbidden):
        return "unreachable"
    if isinstance(error, BadRequest):
        return "unreachable" if _says(error, CLOSED_CHAT) else "permanent"
    if isinstance(error, Conflict):
        return "retry"
    if isinstance(error, NetworkError):
        return _network_failure(error)
    return "uncertain"


def _network_failure(error: NetworkError) -> DeliveryFailure:
    if isinstance(error.__cause__, NOT_SENT):
        return "retry"
    if isinstance(error, TimedOut) or isinstance(error.__cause__, httpx.HTTPError):
        return "uncertain"
    if _says(error, ("too large",)):
        return "permanent"
    # What is left are answers of status 5xx: in Telegram's own JSON the call failed; a gateway's page is a guess.
    is_gateway_page = isinstance(error.__cause__, TelegramError)
    return "uncertain" if is_gateway_page and not _says(error, NOT_PASSED_ON) else "retry"


def _says(error: TelegramError, signs: tuple[str, ...]) -> bool:
    words = str(error).lower()
    return any(sign in words for sign in signs)
