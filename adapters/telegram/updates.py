"""Updates of the Bot API to our messages.

Promise: no network, no database; an update that we do not know or cannot read gives no message and never an error,
because a refused update blocks its chat for a day. Source: core.telegram.org/bots/api#update.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Chat, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from adapters.telegram.addressing import Sender, addressed_words, find_sender, person
from adapters.telegram.callbacks import NOT_YOURS, Press, decode_choice, write_press
from adapters.telegram.connection import Identity
from adapters.telegram.contents import Content, read_content
from adapters.telegram.rendering import readable
from bot.channel import InboundMessage, MessageKind

log = logging.getLogger(__name__)

CHANNEL_NAME = "telegram"
#: always sent along: the value sticks at the server for calls that omit it
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
#: the topic that is addressed without its number
GENERAL_TOPIC = 1
#: Telegram's numbers have at most 52 significant bits
LARGEST_NUMBER = 2**53
#: what the library or we meet in an update of the wrong shape
MISSHAPEN = (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError, OSError, RecursionError)


@dataclass(frozen=True, kw_only=True)
class Translation:
    """What an update means."""

    message: InboundMessage | None = None
    press: Press | None = None
    #: a group's old and new number
    migration: tuple[int, int] | None = None


NOTHING = Translation()


def translate(data: dict[str, Any], *, bot: Identity, now: datetime) -> Translation:
    """Translate an update; `now` stands in where Telegram gives no time."""
    try:
        update = Update.de_json(_completed(data))
        translation = _translate(update, bot, now)
    except MISSHAPEN as error:
        log.warning(
            "An update could not be read and was put aside: %s",
            type(error).__name__,
            extra={"action": "telegram.translate", "update_id": str(data.get("update_id"))[:32]},
        )
        return NOTHING
    if translation.message is None:
        return translation
    return replace(translation, message=_storable(translation.message))


def _completed(data: dict[str, Any]) -> dict[str, Any]:
    """Fill in what a press always has and we never use, for a local Bot API server may leave it out."""
    query = data.get("callback_query")
    if not isinstance(query, dict) or "chat_instance" in query:
        return data
    return {**data, "callback_query": {**query, "chat_instance": ""}}


def is_from_group(data: dict[str, Any]) -> bool:
    """Whether the update is a message in a group, where the bot must know its own name."""
    message = data.get("message") or data.get("edited_message")
    chat = message.get("chat") if isinstance(message, dict) else None
    return isinstance(chat, dict) and chat.get("type") != ChatType.PRIVATE


def message_reference(chat_id: int, message_id: int) -> str:
    """Name a message of either side: what `send` returns, `replaces` holds and `context["message_ref"]` repeats."""
    return f"message:{chat_id}:{message_id}"


def _translate(update: Update, bot: Identity, now: datetime) -> Translation:
    if update.callback_query is not None:
        return _press(update.update_id, update.callback_query, now)
    if update.my_chat_member is not None:
        return Translation(message=_reachability(update.update_id, update.my_chat_member))
    message = update.message or update.edited_message
    if message is None:
        return NOTHING
    if message.migrate_to_chat_id or message.migrate_from_chat_id:
        return _moved(update.update_id, message)
    return Translation(message=_message(update.update_id, message, bot, is_edit=update.edited_message is not None))


def _moved(update_id: int, message: Message) -> Translation:
    """Translate a group's becoming a supergroup, of which both chats tell: one message, ahead of all that waits."""
    here = _number(message.chat.id)
    old, new = _number(message.migrate_from_chat_id or here), _number(message.migrate_to_chat_id or here)
    sender = find_sender(message) or Sender(id=f"chat:{old}", name=None, language=None, is_anonymous=True)
    inbound = _inbound(
        update_id,
        Chat(id=old, type=ChatType.GROUP),
        sender,
        kind=MessageKind.MOVED,
        is_urgent=True,
        sent_at=message.date,
        context={"old_prefix": f"{old}:", "new_prefix": f"{new}:", "address": {"chat_id": new}},
    )
    return Translation(message=replace(inbound, external_id=f"moved:{old}:{new}"), migration=(old, new))


def _message(update_id: int, message: Message, bot: Identity, *, is_edit: bool) -> InboundMessage | None:
    sender = find_sender(message)
    words = addressed_words(message, bot) if sender is not None else None
    if sender is None or words is None or _is_forbidden_to_voices(sender, words):
        return None
    content = _edited(words) if is_edit else read_content(message, words)
    if content is None:
        return None
    reference = message_reference(_number(message.chat.id), _number(message.message_id))
    return _inbound(
        update_id,
        message.chat,
        sender,
        thread_id=message.message_thread_id if message.is_topic_message else None,
        kind=content.kind,
        text=content.text,
        phone=content.phone,
        replaces=reference if is_edit else None,
        sent_at=(message.edit_date if is_edit else None) or message.date,
        context={
            "message_id": message.message_id,
            "message_ref": reference,
            **_whose_words(message, sender),
            **content.context,
        },
    )


def _edited(words: str) -> Content | None:
    return Content(kind=MessageKind.EDIT, text=words) if words.strip() else None


def _is_forbidden_to_voices(sender: Sender, words: str) -> bool:
    """Whether an anonymous voice tries to link itself: every administrator of the group would become that colleague."""
    return sender.is_anonymous and words.startswith(("/link", "/start link-"))


def _whose_words(message: Message, sender: Sender) -> dict[str, Any]:
    """Flag words that are not the sender's own, and a sender without an account."""
    flags = {
        "forwarded": message.forward_origin is not None,
        "via_bot": message.via_bot is not None,
        "anonymous": sender.is_anonymous,
    }
    return {name: True for name, is_set in flags.items() if is_set}


def _press(update_id: int, query: CallbackQuery, now: datetime) -> Translation:
    """Translate a press; without chat or data (inline mode, games) it is answered and nothing else."""
    message = query.message
    if message is None or not query.data:
        return Translation(press=Press(callback_id=query.id))
    sender = person(query.from_user)
    value, only_for = decode_choice(query.data, is_group=message.chat.type != ChatType.PRIVATE)
    if only_for is not None and str(only_for) != sender.id:
        return Translation(press=Press(callback_id=query.id, notice=NOT_YOURS[sender.language or "en"]))
    chat_id, message_id = _number(message.chat.id), _number(message.message_id)
    # a message that is too old comes without its content, and cannot be edited
    press = Press(callback_id=query.id, chat_id=chat_id, message_id=message_id if message.is_accessible else None)
    inbound = _inbound(
        update_id,
        message.chat,
        sender,
        thread_id=message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None,
        kind=MessageKind.CHOICE,
        choice=value,
        sent_at=now,
        context={"message_ref": message_reference(chat_id, message_id), "press": write_press(press)},
    )
    return Translation(message=inbound, press=press)


def _reachability(update_id: int, change: ChatMemberUpdated) -> InboundMessage | None:
    """Translate blocking and unblocking; a group's comings and goings show when we next send."""
    status = change.new_chat_member.status
    if change.chat.type != ChatType.PRIVATE or status not in (ChatMemberStatus.BANNED, ChatMemberStatus.MEMBER):
        return None
    return _inbound(
        update_id,
        change.chat,
        person(change.from_user),
        kind=MessageKind.REACHABILITY,
        reachable=status == ChatMemberStatus.MEMBER,
        sent_at=change.date,
    )


def _inbound(
    update_id: int, chat: Chat, sender: Sender, *, thread_id: int | None = None, **fields: Any
) -> InboundMessage:
    chat_id, is_group = _number(chat.id), chat.type != ChatType.PRIVATE
    address: dict[str, Any] = {"chat_id": chat_id}
    if is_group and not sender.is_anonymous:
        address["user_id"] = int(sender.id)
    if thread_id is not None and _number(thread_id) != GENERAL_TOPIC:
        address["thread_id"] = thread_id
    return InboundMessage(
        channel=CHANNEL_NAME,
        external_id=f"update:{_number(update_id)}",
        conversation_key=f"{chat_id}:{sender.id}" if is_group else str(chat_id),
        sender_id=sender.id,
        sender_name=sender.name,
        language_hint=sender.language,
        is_group=is_group,
        address=address,
        **fields,
    )


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= LARGEST_NUMBER:
        raise TypeError("not a number of Telegram's")
    return value


def _storable(message: InboundMessage) -> InboundMessage:
    return replace(
        message,
        text=readable(message.text),
        choice=None if message.choice is None else readable(message.choice),
        sender_name=None if message.sender_name is None else readable(message.sender_name)[:200],
        context=_storable_json(message.context),
    )


def _storable_json(value: Any) -> Any:
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, dict):
        return {key: _storable_json(item) for key, item in value.items()}
    return [_storable_json(item) for item in value] if isinstance(value, list) else value
