"""Who speaks, and whether the bot is meant.

Promise: in a group the bot hears commands, replies to it and mentions of it, and nothing else; a message without a
person behind it (bots, channels) is nobody's; an anonymous administrator is never taken for an account.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import Message, User
from telegram.constants import ChatID, ChatType, MessageEntityType

from adapters.telegram.connection import Identity

COMMAND = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>[A-Za-z0-9_]+))?(?=\s|$)")
#: stands in for the bot's name until getMe has answered: every bot's user name ends in "bot"
ANY_BOT = r"[A-Za-z0-9_]{2,29}bot"
#: what people put between a name and their question
AFTER_NAME = r"[\s,，:：、]*"


@dataclass(frozen=True)
class Sender:
    """A person, or a group's anonymous voice."""

    id: str
    name: str | None
    language: str | None
    is_anonymous: bool = False


def find_sender(message: Message) -> Sender | None:
    """Return who wrote the message, None when no person did."""
    user = message.from_user
    if message.is_automatic_forward or (user and user.id in (ChatID.SERVICE_CHAT, ChatID.FAKE_CHANNEL)):
        return None
    voice = message.sender_chat
    if voice is None and user is not None and user.id == ChatID.ANONYMOUS_ADMIN:
        voice = message.chat
    if voice is not None:
        return Sender(id=f"chat:{voice.id}", name=voice.effective_name, language=None, is_anonymous=True)
    return None if user is None or user.is_bot else person(user)


def person(user: User) -> Sender:
    """Describe a user."""
    return Sender(id=str(user.id), name=user.full_name, language=spoken_language(user.language_code))


def spoken_language(code: object) -> str | None:
    """Return zh or en for an IETF tag such as zh-hans, None for any other or none."""
    primary = code.partition("-")[0].lower() if isinstance(code, str) else ""
    return primary if primary in ("zh", "en") else None


def addressed_words(message: Message, bot: Identity) -> str | None:
    """Return the words meant for the bot, without its name; None when a group's message is not for it."""
    words = message.text or message.caption or ""
    command = COMMAND.match(words)
    if message.chat.type == ChatType.PRIVATE:
        return _without_suffix(words, command)
    if command is not None:
        is_ours = command["bot"] is None or re.fullmatch(_name(bot), command["bot"], re.IGNORECASE)
        return _without_suffix(words, command) if is_ours else None
    unmentioned = _without_mentions(message, words, bot)
    if unmentioned != words or _replies_to(message, bot):
        return unmentioned
    return None


def _without_suffix(words: str, command: re.Match[str] | None) -> str:
    return words if command is None else f"/{command['name']}{words[command.end() :]}"


def _name(bot: Identity) -> str:
    return ANY_BOT if bot.username is None else re.escape(bot.username)


def _without_mentions(message: Message, words: str, bot: Identity) -> str:
    """Drop @name anywhere, and the mentions of people without a user name, which only entities show."""
    names = [rf"(?<![A-Za-z0-9_@/.])@{_name(bot)}(?![A-Za-z0-9_@])"]  # Chinese may stand close
    wanted: list[str | None] = [MessageEntityType.TEXT_MENTION]
    entities = message.parse_entities(wanted) if message.text else message.parse_caption_entities(wanted)
    names += [re.escape(name) for entity, name in entities.items() if entity.user and entity.user.id == bot.id]
    for name in names:
        words = re.sub(rf"^\s*{name}{AFTER_NAME}", "", words, flags=re.IGNORECASE)
        words = re.sub(rf"\s*{name}", "", words, flags=re.IGNORECASE)
    return words


def _replies_to(message: Message, bot: Identity) -> bool:
    """Whether it answers the bot; the service message that opens a forum topic is no message of the bot."""
    earlier = message.reply_to_message
    if earlier is None or earlier.from_user is None or earlier.forum_topic_created is not None:
        return False
    return earlier.from_user.id == bot.id
