"""A webhook call of Telegram's: is it genuine, and what does it say.

Promise: nothing is read before the secret is right; a genuine update is never refused for what it says.
Source: core.telegram.org/bots/api#setwebhook.
"""

from __future__ import annotations

import hmac
import json
from typing import Any

from bot.channel import WebhookRequest
from bot.errors import WebhookRejected
from bot.settings import Settings

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name


def read_update(request: WebhookRequest, settings: Settings) -> dict[str, Any]:
    """Return the update of an authentic call.

    Raises:
        WebhookRejected: 404 or 405 for another resource, 413 too large, 403 forged, 400 unreadable.
    """
    if request.path.strip("/") != "webhook":
        raise WebhookRejected(404, "Telegram posts to /telegram/webhook")
    if request.method.upper() != "POST":
        raise WebhookRejected(405, "Telegram posts")
    if len(request.body) > settings.max_body_bytes:
        raise WebhookRejected(413, "larger than CRMBOT_MAX_BODY_BYTES")
    if not _is_authentic(request, settings.telegram_webhook_secret.get_secret_value()):
        raise WebhookRejected(403, "the secret token is not CRMBOT_TELEGRAM_WEBHOOK_SECRET")
    return _read_json(request.body)


def _is_authentic(request: WebhookRequest, secret: str) -> bool:
    """Compare in constant time; without a secret of ours nothing is authentic."""
    given = request.headers.get(SECRET_HEADER, "")
    return bool(secret) and hmac.compare_digest(given.encode(errors="replace"), secret.encode())


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WebhookRejected(400, "not JSON") from error
    number = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise WebhookRejected(400, "not an update: update_id is missing")
    return dict(update)
