"""Update JSON as the Bot API writes it, and the webhook call that carries it."""

from __future__ import annotations

import json
from typing import Any

from bot.channel import InboundMessage, WebhookRequest
from tests.adapters.telegram.conftest import CUSTOMER, GROUP, SECRET

BOT = {"id": 123456, "is_bot": True, "first_name": "crmbot", "username": "crm_demo_bot"}
PERSON = {"id": CUSTOMER, "is_bot": False, "first_name": "Wei", "last_name": "Zhang", "language_code": "en-GB"}
PRIVATE = {"id": CUSTOMER, "type": "private", "first_name": "Wei"}
SUPERGROUP = {"id": GROUP, "type": "supergroup", "title": "Shop"}
SENT_AT = 1795399200
PHOTO_SIZES = [
    {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 60, "file_size": 1000},
    {"file_id": "large", "file_unique_id": "l", "width": 1280, "height": 853, "file_size": 100_000},
]


def private(text: str | None = None, **fields: Any) -> dict[str, Any]:
    """A message in a private chat."""
    return {"message_id": 5, "date": SENT_AT, "chat": PRIVATE, "from": PERSON, **_words(text), **fields}


def group(text: str | None = None, **fields: Any) -> dict[str, Any]:
    """A message in a group."""
    return {"message_id": 6, "date": SENT_AT, "chat": SUPERGROUP, "from": PERSON, **_words(text), **fields}


def press(data: str | None = "token", message: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A press of a button under the bot's message."""
    under = message or {**private("which?"), "from": BOT}
    query = {"id": "9", "from": PERSON, "chat_instance": "1", "message": under, **fields}
    return query if data is None else query | {"data": data}


def call(
    kind: str = "message", body: Any = None, *, secret: str | None = SECRET, update_id: Any = 10
) -> WebhookRequest:
    """The webhook call for an update."""
    return post(json.dumps({"update_id": update_id, kind: body}).encode(), secret=secret)


def post(content: bytes, *, secret: str | None = SECRET, path: str = "webhook", method: str = "POST") -> WebhookRequest:
    """A webhook call with any body."""
    headers = {"content-type": "application/json"}
    headers |= {} if secret is None else {"x-telegram-bot-api-secret-token": secret}
    return WebhookRequest(method=method, path=path, query={}, headers=headers, body=content)


def only(messages: tuple[InboundMessage, ...]) -> InboundMessage:
    """Return the one message."""
    (message,) = messages
    return message


def _words(text: str | None) -> dict[str, Any]:
    return {} if text is None else {"text": text}
