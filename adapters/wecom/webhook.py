"""What both callback URLs have in common: how a request is answered, and the event that asks for a pull."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from adapters.wecom.app_messages import text_of
from adapters.wecom.callback import CallbackReader, Fields
from adapters.wecom.configuration import Access
from bot.channel import Parsed, WebhookRequest
from bot.errors import WebhookRejected

#: says only that something is new at 微信客服
KF_EVENT = "kf_msg_or_event"


def utc_now() -> datetime:
    """Return the present."""
    return datetime.now(UTC)


def build_reader(access: Access) -> CallbackReader:
    """Build the reader of one callback URL."""
    return CallbackReader(
        corp_id=access.corp_id, token=access.token, aes_key=access.aes_key, max_body_bytes=access.max_body_bytes
    )


def parse_callback(reader: CallbackReader, request: WebhookRequest, translate: Callable[[Fields], Parsed]) -> Parsed:
    """Answer a callback: the plain echostr to GET, an empty body to POST (then WeCom does not push it again).

    Raises:
        WebhookRejected: another path or method, forged, of another corporation, too large or unreadable.
    """
    if request.path:
        raise WebhookRejected(404, "No callback lives at this path.")
    if request.method.upper() == "GET":
        return Parsed(body=reader.verify_url(request.query))
    if request.method.upper() != "POST":
        raise WebhookRejected(405, "Callbacks come by GET and POST.")
    return translate(reader.open(request))


def kf_hint(fields: Fields) -> dict[str, str] | None:
    """Return what the puller needs from a 微信客服 event, None for anything else."""
    if text_of(fields, "Event").lower() != KF_EVENT:
        return None
    return {
        "token": text_of(fields, "Token").strip(),
        "open_kfid": text_of(fields, "OpenKfId").strip(),
    }
