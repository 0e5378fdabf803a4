"""What a message holds: words, files, a phone number, or something that we cannot read.

Promise: a phone number counts as the sender's own only when Telegram says that the card is his. Never: a download.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import phonenumbers
from telegram import Contact, Message

from bot.channel import MessageKind

START = re.compile(r"/start(?:\s+(?P<payload>\S+))?\s*")
#: a deep link t.me/BOT?start=link-CODE stands for the command /link CODE
LINK_PAYLOAD = "link-"
#: content without words or file: answered, not ignored
UNREADABLE_CONTENTS = ("location", "venue", "poll", "dice", "game", "story", "sticker", "paid_media", "checklist")


class _PlatformFile(Protocol):
    """What every file of the Bot API has."""

    file_id: str
    file_size: int | None


@dataclass(frozen=True, kw_only=True)
class Content:
    """A message's meaning as far as Telegram tells it; the fields are those of `InboundMessage`."""

    kind: MessageKind
    text: str = ""
    phone: str | None = None
    context: dict[str, Any] = field(default_factory=dict)


def read_content(message: Message, words: str) -> Content | None:
    """Return the content, None for a service message (a member joined, a title changed)."""
    if message.contact is not None:
        return _contact(message, message.contact)
    files = list(_files(message))
    context: dict[str, Any] = {"files": files} if files else {}
    if words.strip():
        return _words(words, context)
    if files:
        return Content(kind=MessageKind.MEDIA, context=context)
    if message.text is not None:  # the bot's name and nothing else: the person calls it
        return Content(kind=MessageKind.ENTER)
    return _without_words(message)


def _words(words: str, context: dict[str, Any]) -> Content:
    start = START.fullmatch(words)
    if start is None:
        return Content(kind=MessageKind.TEXT, text=words, context=context)
    payload = start["payload"] or ""
    if payload.startswith(LINK_PAYLOAD):
        return Content(kind=MessageKind.TEXT, text=f"/link {payload.removeprefix(LINK_PAYLOAD)}")
    return Content(kind=MessageKind.ENTER, text=payload, context={"payload": payload} if payload else {})


def _contact(message: Message, contact: Contact) -> Content:
    """Take a card for the sender's own only by its user id: anybody can send anybody's card."""
    phone = normalise_phone(contact.phone_number)
    sender = message.from_user
    if phone and sender is not None and contact.user_id == sender.id and message.forward_origin is None:
        return Content(kind=MessageKind.CONTACT, phone=phone, context={"contact": "own"})
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    words = f"{name} {phone or contact.phone_number}".strip()
    return Content(kind=MessageKind.TEXT, text=words, context={"contact": "other"})


def normalise_phone(number: str) -> str | None:
    """Return the number in E.164, None when it is none; Telegram gives it with or without the plus."""
    digits = re.sub(r"\D", "", number)
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _without_words(message: Message) -> Content | None:
    if message.sticker is not None and message.sticker.emoji:
        return Content(kind=MessageKind.TEXT, text=message.sticker.emoji)
    for name in UNREADABLE_CONTENTS:
        if getattr(message, name, None):
            return Content(kind=MessageKind.MEDIA, context={"content": name})
    return None


def _files(message: Message) -> Iterator[dict[str, Any]]:
    """List the message's files; names are the sender's claims, for display only."""
    number = message.message_id
    if message.photo:
        yield _file(message.photo[-1], "image", f"photo-{number}.jpg")  # sizes ascend
    if message.voice:
        yield _file(message.voice, "voice", f"voice-{number}.ogg")
    if message.audio:
        yield _file(message.audio, "file", message.audio.file_name or f"audio-{number}.mp3")
    video = message.video or message.animation
    if video:
        yield _file(video, "video", video.file_name or f"video-{number}.mp4")
    if message.video_note:
        yield _file(message.video_note, "video", f"video-{number}.mp4")
    if message.document and not message.animation:  # an animation comes as a document too
        yield _file(message.document, "file", message.document.file_name or f"file-{number}")


def _file(file: _PlatformFile, kind: str, filename: str) -> dict[str, Any]:
    return {"file_id": file.file_id, "kind": kind, "filename": filename, "size_bytes": file.file_size}
