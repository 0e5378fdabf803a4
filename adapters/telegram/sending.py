"""One reply to one call of the Bot API, and what to try when Telegram refuses its form.

Promise: markup never costs the message: a refused form is repeated once in a plainer one. A call whose outcome is
unknown is never repeated here. Source for the refusals: tdlib/telegram-bot-api, Client.cpp.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from telegram import InputFile, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated

from adapters.telegram.connection import ApiBot
from adapters.telegram.keyboards import Markup, build_markup
from adapters.telegram.rendering import readable, render_html
from adapters.telegram.splitting import trim
from bot.channel import OutboundMessage, ReplyChoice, ReplyMedia
from bot.errors import DeliveryError

log = logging.getLogger(__name__)

PHOTO_SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})
#: bytes. Source: core.telegram.org/bots/api#sending-files
PHOTO_LIMIT_BYTES = 10_000_000
UPLOAD_LIMIT_BYTES = 50_000_000
#: plainer forms of one message before giving up
MOST_FORMS = 6


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One call, in the form in which it is tried."""

    chat_id: int
    thread_id: int | None
    #: the message that this answers, quoted in groups so that everybody sees to whom the bot talks
    quoted_id: int | None
    text: str
    choices: tuple[ReplyChoice, ...]
    markup: Markup | None
    media: ReplyMedia | None
    is_plain: bool = False
    is_document: bool = False

    @property
    def form(self) -> dict[str, Any]:
        """The arguments that every kind of message shares."""
        quote = self.quoted_id and ReplyParameters(self.quoted_id, allow_sending_without_reply=True)
        return {
            "chat_id": self.chat_id,
            "message_thread_id": self.thread_id,
            "reply_parameters": quote or None,
            "reply_markup": self.markup,
            "parse_mode": None if self.is_plain else ParseMode.HTML,
        }

    @property
    def words(self) -> str:
        """The text in this form."""
        return readable(self.text) if self.is_plain else render_html(self.text)


def build_delivery(message: OutboundMessage) -> Delivery:
    """Put a reply into its first form."""
    chat_id, reply = int(message.address["chat_id"]), message.reply
    return Delivery(
        chat_id=chat_id,
        thread_id=message.address.get("thread_id"),
        quoted_id=message.context.get("message_id") if chat_id < 0 else None,
        text=reply.text,
        choices=reply.choices,
        markup=build_markup(message),
        media=reply.media[0] if reply.media else None,
    )


async def deliver(bot: ApiBot, delivery: Delivery) -> Message:
    """Send, in plainer and plainer forms while Telegram refuses the form.

    Raises:
        TelegramError: refused for another reason, or not reached.
        DeliveryError: the file to send is missing or too large.
    """
    for _ in range(MOST_FORMS):
        try:
            return await _call(bot, delivery)
        except (BadRequest, ChatMigrated) as error:
            plainer = find_plainer_form(delivery, error)
            if plainer is None:
                raise
            log.warning("Telegram refused a form and gets a plainer one", extra={"action": "telegram.send"})
            delivery = plainer
    return await _call(bot, delivery)


def find_plainer_form(delivery: Delivery, error: BadRequest | ChatMigrated) -> Delivery | None:
    """Return the form to try after this refusal, None when another form would not help."""
    if isinstance(error, ChatMigrated):
        return _changed(delivery, chat_id=error.new_chat_id)
    words = str(error).lower()
    for signs, simplify in PLAINER_FORMS:
        if any(sign in words for sign in signs):
            return simplify(delivery)
    return None


def _changed(delivery: Delivery, **changes: Any) -> Delivery | None:
    changed = replace(delivery, **changes)
    return None if changed == delivery else changed


def _without_buttons(delivery: Delivery) -> Delivery | None:
    """List the choices under the text: a number typed is as good as a press."""
    lines = [f"{number}. {choice.label}" for number, choice in enumerate(delivery.choices, start=1)]
    text = "\n".join([delivery.text, "", *lines]) if lines else delivery.text
    return None if delivery.markup is None else replace(delivery, markup=None, choices=(), text=text)


#: what Telegram says (lower case), and the form that it will take instead
PLAINER_FORMS: tuple[tuple[tuple[str, ...], Callable[[Delivery], Delivery | None]], ...] = (
    (("can't parse entities", "can't parse"), lambda delivery: _changed(delivery, is_plain=True)),
    (("thread not found", "topic_closed", "topic_deleted"), lambda delivery: _changed(delivery, thread_id=None)),
    (("replied not found", "reply message not found"), lambda delivery: _changed(delivery, quoted_id=None)),
    (("button", "reply markup", "keyboard"), _without_buttons),
    (("photo", "image"), lambda delivery: _changed(delivery, is_document=delivery.media is not None)),
)


async def _call(bot: ApiBot, delivery: Delivery) -> Message:
    if delivery.media is None:
        preview = LinkPreviewOptions(is_disabled=True)
        return await bot.send_message(text=delivery.words, link_preview_options=preview, **delivery.form)
    content = await asyncio.to_thread(_read_media, delivery.media)
    file = InputFile(content, filename=Path(delivery.media.path).name)
    caption = delivery.words if delivery.text.strip() else None
    if _is_photo(delivery, len(content)):
        return await bot.send_photo(photo=file, caption=caption, **delivery.form)
    return await bot.send_document(document=file, caption=caption, **delivery.form)


def _is_photo(delivery: Delivery, size_bytes: int) -> bool:
    media = delivery.media
    return (
        media is not None
        and not delivery.is_document
        and media.type != "file"
        and Path(media.path).suffix.lower() in PHOTO_SUFFIXES
        and size_bytes <= PHOTO_LIMIT_BYTES
    )


def _read_media(media: ReplyMedia) -> bytes:
    path = Path(media.path)
    name = trim(path.name, 80)
    try:
        if path.stat().st_size > UPLOAD_LIMIT_BYTES:
            raise DeliveryError("permanent", f"{name} is larger than the 50 MB that a bot may upload")
        return path.read_bytes()
    except OSError as error:
        raise DeliveryError("permanent", f"{name} cannot be read: {error.strerror}") from error
