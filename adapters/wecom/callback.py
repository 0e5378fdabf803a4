"""Callbacks of WeCom: authenticated, decrypted and read into plain fields; nothing in them is believed before that.

Source: documents 90930 and 90968. Promise: every input gives fields or `WebhookRejected`.
Never: network, a message of ours.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from wechatpy.work.crypto import WeChatCrypto
from wechatpy.work.exceptions import InvalidCorpIdException

from bot.channel import WebhookRequest
from bot.errors import WebhookRejected

AES_KEY_CHARS = 43
TOKEN_CHARS = 32
#: a callback nests five deep at most (SelectedItems, SelectedItem, OptionIds, OptionId)
DEEPEST = 10

#: a tag's text, its children, or the list of both where the tag is repeated
Fields = dict[str, Any]


class CallbackReader:
    """Opens the callbacks of one URL with the token and key that were entered for it."""

    def __init__(self, *, corp_id: str, token: str, aes_key: str, max_body_bytes: int) -> None:
        self._corp_id = corp_id
        self._token = token
        self._max_body_bytes = max_body_bytes
        self._crypto = WeChatCrypto(token, aes_key, corp_id) if is_aes_key(aes_key) else None

    def verify_url(self, query: Mapping[str, str]) -> bytes:
        """Return the plain text with which the URL is confirmed.

        Raises:
            WebhookRejected: forged, of another corporation, or unreadable.
        """
        # An echostr whose "+" was not escaped arrives with blanks; Base64 knows none.
        return self._decrypt(query, query.get("echostr", "").replace(" ", "+")).encode("utf-8")

    def open(self, request: WebhookRequest) -> Fields:
        """Return the fields of an encrypted callback.

        Raises:
            WebhookRejected: too large, forged, of another corporation, or unreadable.
        """
        if len(request.body) > self._max_body_bytes:
            raise WebhookRejected(413, "The body is too large.")
        encrypted = read_xml(request.body).get("Encrypt")
        if not isinstance(encrypted, str) or not encrypted.strip():
            raise WebhookRejected(400, "The body has no Encrypt.")
        return read_xml(self._decrypt(request.query, encrypted.strip()).encode("utf-8"))

    def _decrypt(self, query: Mapping[str, str], encrypted: str) -> str:
        if self._crypto is None:
            raise WebhookRejected(503, "The EncodingAESKey of this callback is malformed; see crmbot doctor.")
        signature, timestamp, nonce = (query.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
        if not encrypted or not signature:
            raise WebhookRejected(400, "This address is for callbacks of WeCom.")
        if not self._is_signed(signature, timestamp, nonce, encrypted):
            raise WebhookRejected(403, "The signature is wrong.")
        try:
            return str(self._crypto.decrypt_message({"Encrypt": encrypted}, signature, timestamp, nonce))
        except InvalidCorpIdException as error:
            raise WebhookRejected(403, "The callback is of another corporation.") from error
        except (IndexError, ValueError, struct.error) as error:
            raise WebhookRejected(400, "The callback cannot be decrypted.") from error

    def _is_signed(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> bool:
        """Compare in constant time, which wechatpy does not."""
        joined = "".join(sorted([self._token, timestamp, nonce, encrypted]))
        expected = hashlib.sha1(joined.encode("utf-8", "replace")).hexdigest()  # noqa: S324  # the protocol's choice
        return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def is_aes_key(aes_key: str) -> bool:
    """Return whether it is an EncodingAESKey: 43 characters that stand for 32 bytes."""
    try:
        return len(aes_key) == AES_KEY_CHARS and len(base64.b64decode(f"{aes_key}=", validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def is_token(token: str) -> bool:
    """Return whether it is a callback token: up to 32 letters and digits."""
    return token.isascii() and token.isalnum() and len(token) <= TOKEN_CHARS


def read_xml(content: bytes) -> Fields:
    """Read XML into fields.

    Raises:
        WebhookRejected: not XML, with a document type (entities), or nested absurdly.
    """
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise WebhookRejected(400, "The XML cannot be read.") from error
    fields = _value(root, DEEPEST)
    return fields if isinstance(fields, dict) else {}


def _value(element: Element, levels: int) -> str | Fields:
    if len(element) == 0:
        return element.text or ""
    if levels == 0:
        raise WebhookRejected(400, "The XML is nested too deep.")
    fields: Fields = {}
    for child in element:
        fields.setdefault(child.tag, []).append(_value(child, levels - 1))
    return {tag: values[0] if len(values) == 1 else values for tag, values in fields.items()}
