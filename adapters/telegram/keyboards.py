"""Buttons under a reply.

Promise: what Telegram would refuse is left out, never sent. One choice in a row: labels are whole questions, and a
phone shows about 30 characters. Source: core.telegram.org/bots/api#inlinekeyboardmarkup.
"""

from __future__ import annotations

import logging

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from adapters.telegram.callbacks import encode_choice
from adapters.telegram.splitting import trim
from bot.channel import OutboundMessage, ReplyChoice

log = logging.getLogger(__name__)

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

#: UTF-16 units; more is cut off on every client's screen
LABEL_LIMIT = 64
#: more than this is refused. Source: telegram.constants.InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER
MOST_BUTTONS = 100
SHARE_PHONE = {"zh": "📱 分享我的手机号", "en": "📱 Share my phone number"}


def build_markup(message: OutboundMessage) -> Markup | None:
    """Return the buttons of a message, None when it has none.

    A message has one keyboard only: beside the phone button, which exists in private chats alone, the choices are keys
    that type their label. After a phone was shared, the phone button goes.
    """
    is_private = int(message.address["chat_id"]) > 0
    choices = message.reply.choices[:MOST_BUTTONS]
    if message.reply.asks_for_phone and is_private:
        return _phone_keyboard(choices, message.language)
    if choices:
        return _inline_keyboard(choices, only_for=None if is_private else message.address.get("user_id"))
    return ReplyKeyboardRemove() if is_private and message.context.get("contact") == "own" else None


def _phone_keyboard(choices: tuple[ReplyChoice, ...], language: str) -> ReplyKeyboardMarkup:
    share = KeyboardButton(SHARE_PHONE[language], request_contact=True)
    rows = [[share], *([KeyboardButton(_label(choice))] for choice in choices)]
    return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)


def _inline_keyboard(choices: tuple[ReplyChoice, ...], *, only_for: int | None) -> InlineKeyboardMarkup | None:
    rows = []
    for choice in choices:
        data = encode_choice(choice.value, only_for=only_for)
        if data is None:
            log.error("A choice's value is empty or too long for a button", extra={"action": "telegram.keyboard"})
            continue
        rows.append([InlineKeyboardButton(_label(choice), callback_data=data)])
    return InlineKeyboardMarkup(rows) if rows else None


def _label(choice: ReplyChoice) -> str:
    return trim(" ".join(choice.label.split()), LABEL_LIMIT) or "…"
