"""Pressed buttons: whose they are, and what Telegram wants to hear of a press.

Promise: every press is answered at once, and only once by this process; a keyboard goes when it is taken; in a group
nobody presses another person's button. Source: core.telegram.org/bots/api#callbackquery.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from telegram.error import BadRequest, NetworkError

from adapters.telegram.connection import ApiBot
from adapters.telegram.failures import is_already_done

#: UTF-8 bytes of callback_data. Source: core.telegram.org/bots/api#inlinekeyboardbutton
CALLBACK_DATA_BYTES = 64
#: in groups anyone can press: the data names the person for whom the button was made
FOR_PERSON = re.compile(r"u(?P<user_id>\d{1,16}):(?P<value>.*)", re.DOTALL)
NOT_YOURS = {
    "zh": "这个按钮是给别人的，请直接向我提问。",
    "en": "This button is for someone else. Just ask me yourself.",
}
REMEMBERED_PRESSES = 2000
REPEAT_PAUSES_SECONDS = (0.5, 2.0)


@dataclass(frozen=True, kw_only=True)
class Press:
    """What to tell Telegram about a press; plain JSON as a mapping."""

    callback_id: str
    chat_id: int | None = None
    #: the message whose keyboard is taken; None: it stays
    message_id: int | None = None
    #: shown to the person for a moment
    notice: str = ""


def encode_choice(value: str, *, only_for: int | None) -> str | None:
    """Return a button's callback_data, None when Telegram would refuse its length."""
    data = value if only_for is None else f"u{only_for}:{value}"
    return data if value and len(data.encode()) <= CALLBACK_DATA_BYTES else None


def decode_choice(data: str, *, is_group: bool) -> tuple[str, int | None]:
    """Return the choice and, in a group, the id of the person for whom it was made."""
    match = FOR_PERSON.fullmatch(data) if is_group else None
    return (data, None) if match is None else (match["value"], int(match["user_id"]))


class PressDesk:
    """Answers presses and clears keyboards; remembers which it has seen, for the worker looks once more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, None] = OrderedDict()

    def take(self, press: Press) -> bool:
        """Claim a press; False when this process has already dealt with it."""
        with self._lock:
            if press.callback_id in self._seen:
                return False
            self._seen[press.callback_id] = None
            while len(self._seen) > REMEMBERED_PRESSES:
                self._seen.popitem(last=False)
            return True

    async def settle(self, bot: ApiBot, press: Press) -> None:
        """Stop the button's spinner, then clear the keyboard."""
        await _repeat(lambda: bot.answer_callback_query(press.callback_id, text=press.notice or None))
        if press.message_id is not None:
            await _repeat(lambda: bot.edit_message_reply_markup(press.chat_id, press.message_id, reply_markup=None))


async def _repeat(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call that may be repeated, until it is done; that it was already done is no error."""
    for pause in (*REPEAT_PAUSES_SECONDS, None):
        try:
            await call()
        except BadRequest as error:  # a NetworkError too, and hopeless to repeat
            if not is_already_done(error):
                raise
            return
        except NetworkError:
            if pause is None:
                raise
            await asyncio.sleep(pause)
        else:
            return


def read_press(record: Mapping[str, Any]) -> Press:
    """Rebuild a press from its JSON form."""
    return Press(**record)


def write_press(press: Press) -> dict[str, Any]:
    """Return a press as JSON."""
    return asdict(press)
