"""Replies to a member of the company: message/send, and the card that was pressed is closed.

Source: documents 90236 and 94888.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from adapters.wecom import choices as shown
from adapters.wecom.client import WeComApi
from adapters.wecom.errcodes import SHAPE_CODES, TASK_ID_REPEATED, delivery_error, is_temporary
from adapters.wecom.errors import ApiRefused, WeComError
from adapters.wecom.files import Uploads, is_media_gone
from adapters.wecom.identifiers import fingerprint
from adapters.wecom.limits import DUPLICATE_SECONDS, MemberLimits, RecentMessages
from adapters.wecom.remembered import Remembered
from adapters.wecom.texts import TEXT_BYTES, byte_length, plain
from bot.channel import OutboundMessage, Reply
from bot.errors import DeliveryError

logger = logging.getLogger(__name__)

_PRESSED = {"zh": "已选择", "en": "Chosen"}


class AppSender:
    """Sends through one internal app."""

    def __init__(self, api: WeComApi, *, agent_id: int, monotonic: Callable[[], float]) -> None:
        self._api = api
        self._agent_id = agent_id
        self._uploads = Uploads(api, monotonic=monotonic)
        self._limits = MemberLimits(monotonic)
        self._recent = RecentMessages(monotonic)
        self._used_codes = Remembered()

    def send(self, message: OutboundMessage) -> str:
        """Deliver one message and return WeCom's id of it.

        Raises:
            DeliveryError: with what to do about it.
        """
        userid = _receiver(message)
        wait_seconds = self._limits.take(userid.casefold())
        if wait_seconds > 0:
            raise DeliveryError(
                "retry", "this member's messages of a minute are used up", retry_after_seconds=wait_seconds
            )
        self._close_card(message, userid)
        if message.reply.media:
            return self._send_media(message, userid)
        if shown.fits_card(message.reply):
            return self._send_card(message, userid)
        return self._send_text(message, userid)

    def _send_text(self, message: OutboundMessage, userid: str) -> str:
        text = plain(shown.numbered_text(message.reply, language=message.language))
        if not text or byte_length(text) > TEXT_BYTES:
            raise DeliveryError("permanent", f"a text has 1 to {TEXT_BYTES} bytes, not {byte_length(text)}")
        return self._deliver(message, userid, {"msgtype": "text", "text": {"content": text}})

    def _send_card(self, message: OutboundMessage, userid: str) -> str:
        """Send a card. Its task_id is unique in the app, so a repeat is refused: then it has arrived before."""
        card = shown.card(message.reply, task_id=task_id(message), language=message.language)
        try:
            return self._post(userid, {"msgtype": "template_card", "template_card": card})
        except ApiRefused as refusal:
            if refusal.errcode == TASK_ID_REPEATED:
                return task_id(message)
            if refusal.errcode not in SHAPE_CODES:
                raise delivery_error(refusal, is_repeat_safe=True) from refusal
            logger.warning("WeCom refused a card, text goes instead: %s", refusal, extra={"action": "wecom_card"})
        except WeComError as error:
            raise delivery_error(error, is_repeat_safe=True) from error
        return self._send_text(message, userid)

    def _send_media(self, message: OutboundMessage, userid: str, *, is_renewed: bool = False) -> str:
        try:
            kind, media_id = self._uploads.media_id(message.reply.media[0], is_renewed=is_renewed)
        except WeComError as error:
            raise delivery_error(error, is_repeat_safe=True) from error
        try:
            return self._deliver(message, userid, {"msgtype": kind, kind: {"media_id": media_id}})
        except DeliveryError as failure:
            refusal = failure.__cause__
            if is_renewed or not isinstance(refusal, ApiRefused) or not is_media_gone(refusal):
                raise
        return self._send_media(message, userid, is_renewed=True)

    def _deliver(self, message: OutboundMessage, userid: str, body: dict[str, Any]) -> str:
        """Send a body without an id of its own; WeCom's duplicate check is what makes its repeat safe."""
        content = fingerprint(userid, json.dumps(body, sort_keys=True), length=32)
        is_checked = self._recent.may_check_duplicates(content, message.outbox_id)
        if is_checked:
            body = {**body, "enable_duplicate_check": 1, "duplicate_check_interval": DUPLICATE_SECONDS}
        try:
            return self._post(userid, body)
        except WeComError as error:
            raise delivery_error(error, is_repeat_safe=is_checked) from error

    def _post(self, userid: str, body: dict[str, Any]) -> str:
        answer = self._api.call(lambda client: client.message.send(self._agent_id, userid, msg=body))
        _refuse_invalid(answer, userid)
        return str(answer.get("msgid") or "sent")

    def _close_card(self, message: OutboundMessage, userid: str) -> None:
        """Turn the pressed button grey. The code works once, and a card that stays as it was does no harm."""
        code = str(message.context.get("response_code") or "")
        if not code or not self._used_codes.add(code):
            return
        pressed = _PRESSED["en" if message.language == "en" else "zh"]
        payload = {
            "userids": [userid],
            "agentid": self._agent_id,
            "response_code": code,
            "button": {"replace_name": pressed},
        }
        try:
            self._api.post("message/update_template_card", payload)
        except WeComError as error:
            if is_temporary(error):
                self._used_codes.discard(code)
            logger.info("A pressed card stays as it was: %s", error, extra={"action": "wecom_card_update"})


def task_id(message: OutboundMessage) -> str:
    """Return the id of a message's card: the same at every attempt, another in every database."""
    return f"crmbot-{message.outbox_id}-{_digest(message)}"


def _digest(message: OutboundMessage) -> str:
    reply: Reply = message.reply
    return fingerprint(message.conversation_key, reply.text, *(choice.value for choice in reply.choices))


def _receiver(message: OutboundMessage) -> str:
    userid = str(message.address.get("userid") or message.conversation_key)
    if not userid or "|" in userid or userid.casefold() == "@all":
        raise DeliveryError("permanent", "the address names no single member")
    return userid


def _refuse_invalid(answer: dict[str, Any], userid: str) -> None:
    """An errcode of 0 with our only receiver among the invalid ones is a failure; WeCom returns ids in lower case."""
    for field in ("invaliduser", "unlicenseduser"):
        named = str(answer.get(field) or "").casefold().split("|")
        if userid.casefold() in named:
            raise DeliveryError("unreachable", f"WeCom cannot reach this member ({field})")
