"""Replies to a customer of 微信客服, and who serves the conversation.

Promise: our own msgid goes with every message, so a repeat is refused by WeCom instead of shown twice.
Source: documents 94677, 95122 and 94669.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from adapters.wecom import choices as shown
from adapters.wecom.client import WeComApi
from adapters.wecom.errcodes import (
    CONFIGURATION_REMEDIES,
    FREQUENCY_CODES,
    SHAPE_CODES,
    STATE_CODES,
    TOKEN_CODES,
    delivery_error,
    is_known,
    is_repeated_msgid,
    is_temporary,
)
from adapters.wecom.errors import ApiRefused, WeComError
from adapters.wecom.files import Uploads, is_media_gone
from adapters.wecom.identifiers import fingerprint
from adapters.wecom.kf_service import ASSISTANT, ENDED, NEW, KfService
from adapters.wecom.remembered import Remembered
from adapters.wecom.texts import TEXT_BYTES, byte_length, clean
from bot.channel import OutboundMessage
from bot.errors import DeliveryError

logger = logging.getLogger(__name__)

MSGID_BYTES = 32
_Body = dict[str, Any]


class KfSender:
    """Sends through 微信客服 accounts."""

    def __init__(self, api: WeComApi, service: KfService, *, monotonic: Callable[[], float]) -> None:
        self._api = api
        self._service = service
        self._uploads = Uploads(api, monotonic=monotonic)
        self._spent = Remembered()
        #: messages whose answer was lost: an unexplained refusal of their repeat means that they had arrived
        self._unanswered = Remembered()

    def send(self, message: OutboundMessage) -> str:
        """Deliver one message and return its msgid.

        Raises:
            DeliveryError: with what to do about it.
        """
        try:
            if self._greet(message):
                return msgid_of(message)
            return self._send(message, self._body(message))
        except WeComError as error:
            raise delivery_error(error, is_repeat_safe=True) from error

    def _greet(self, message: OutboundMessage) -> bool:
        """Use a welcome code while it lives: it works once, within 20 s, outside the limits of replies."""
        code = str(message.context.get("welcome_code") or "")
        if not code or message.reply.media or code in self._spent:
            return False
        return self._send_on_event(message, code, self._body(message))

    def _send_on_event(self, message: OutboundMessage, code: str, body: _Body) -> bool:
        """Send with an event's code; return False when the code is of no use any more."""
        try:
            self._call_on_event(message, code, body)
        except ApiRefused as refusal:
            if refusal.errcode in TOKEN_CODES | FREQUENCY_CODES | CONFIGURATION_REMEDIES.keys() or is_temporary(
                refusal
            ):
                raise
            self._spent.add(code)
            logger.info("An event code is of no use any more: %s", refusal, extra={"action": "wecom_kf_code"})
            return False
        self._spent.add(code)
        return True

    def _call_on_event(self, message: OutboundMessage, code: str, body: _Body) -> None:
        content = {name: value for name, value in body.items() if name != "msgtype"}
        self._call(
            message,
            lambda client: client.kf.send_msg_on_event(code, body["msgtype"], content, msgid_of(message)),
        )

    def _send(self, message: OutboundMessage, body: _Body, *, is_second_try: bool = False) -> str:
        account, customer = receiver_of(message)
        try:
            self._call(message, lambda client: client.kf_message.send(customer, account, msgid_of(message), msg=body))
        except ApiRefused as refusal:
            mended = None if is_second_try else self._mend(refusal, message, body)
            if mended is None:
                raise
            return self._send(message, mended, is_second_try=True) if mended else msgid_of(message)
        return msgid_of(message)

    def _mend(self, refusal: ApiRefused, message: OutboundMessage, body: _Body) -> _Body | None:
        """Return a body to try once more, an empty one when the message went out another way, None to give up."""
        if refusal.errcode in STATE_CODES:
            return self._mend_state(message, body)
        if refusal.errcode in SHAPE_CODES and body["msgtype"] == "msgmenu":
            logger.warning("WeCom refused a menu, text goes instead: %s", refusal, extra={"action": "wecom_kf_menu"})
            return self._text_body(message)
        if message.reply.media and is_media_gone(refusal):
            return self._media_body(message, is_renewed=True)
        return None

    def _mend_state(self, message: OutboundMessage, body: _Body) -> _Body | None:
        """Take a new session over from nobody; with a person in it, only an event's code still lets us speak."""
        account, customer = receiver_of(message)
        state = self._service.state(account, customer)
        if state == NEW:
            self._service.move(account, customer, ASSISTANT)
        if state in {NEW, ASSISTANT}:
            return body
        code = str(message.context.get("event_code") or "")
        if code and code not in self._spent and not message.reply.media:
            # the farewell of an ended session may have buttons, the words in between may not
            last_word = body if state == ENDED else self._text_body(message)
            if self._send_on_event(message, code, last_word):
                return {}
        if state == ENDED:
            raise DeliveryError("window", "the session has ended; the customer's next message opens it again")
        return None

    def _call(self, message: OutboundMessage, action: Callable[[Any], Any]) -> None:
        """Call WeCom; a refusal because it has this msgid already is the yes that got lost."""
        msgid = msgid_of(message)
        try:
            self._api.call(action)
        except ApiRefused as refusal:
            had_arrived = is_repeated_msgid(refusal) or (msgid in self._unanswered and not is_known(refusal.errcode))
            if not had_arrived:
                raise
        except WeComError:
            self._unanswered.add(msgid)
            raise

    def _body(self, message: OutboundMessage) -> _Body:
        if message.reply.media:
            return self._media_body(message)
        if shown.fits_menu(message.reply):
            return {"msgtype": "msgmenu", "msgmenu": shown.menu(message.reply, language=message.language)}
        return self._text_body(message)

    def _text_body(self, message: OutboundMessage) -> _Body:
        text = clean(shown.numbered_text(message.reply, language=message.language))
        if not text or byte_length(text) > TEXT_BYTES:
            raise DeliveryError("permanent", f"a text has 1 to {TEXT_BYTES} bytes, not {byte_length(text)}")
        return {"msgtype": "text", "text": {"content": text}}

    def _media_body(self, message: OutboundMessage, *, is_renewed: bool = False) -> _Body:
        kind, media_id = self._uploads.media_id(message.reply.media[0], is_renewed=is_renewed)
        return {"msgtype": kind, kind: {"media_id": media_id}}


def msgid_of(message: OutboundMessage) -> str:
    """Return our msgid, `[0-9a-zA-Z_-]` and at most 32 bytes: the same at every attempt, another in every database."""
    reply = message.reply
    values = (choice.value for choice in reply.choices)
    media = (medium.path for medium in reply.media)
    digest = fingerprint(message.conversation_key, reply.text, *values, *media)
    return f"crmbot{message.outbox_id}_{digest}"[:MSGID_BYTES]


def receiver_of(message: OutboundMessage) -> tuple[str, str]:
    """Return (open_kfid, external_userid).

    Raises:
        DeliveryError: the address names nobody.
    """
    if message.address.get("open_kfid"):
        return receiver(message.address)
    account, _, customer = message.conversation_key.partition(":")
    return receiver({"open_kfid": account, "external_userid": customer})


def receiver(address: Mapping[str, Any]) -> tuple[str, str]:
    """Return (open_kfid, external_userid).

    Raises:
        DeliveryError: the address names nobody.
    """
    account, customer = (str(address.get(name) or "") for name in ("open_kfid", "external_userid"))
    if not account or not customer:
        raise DeliveryError("permanent", "the address names no customer of 微信客服")
    return account, customer
