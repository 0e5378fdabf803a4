"""WeCom's side of a callback: signs and encrypts what it pushes, with nothing but `cryptography`.

Written from documents 90968 and 90930, apart from wechatpy, so that each checks the other.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

import requests
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

BLOCK_BITS = 256  # 32 bytes, twice the block of AES


@dataclass(frozen=True)
class CallbackPusher:
    """Pushes to one callback URL."""

    corp_id: str
    token: str
    aes_key: str

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        joined = "".join(sorted((self.token, timestamp, nonce, encrypted)))
        return hashlib.sha1(joined.encode()).hexdigest()

    def encrypt(self, message: str, *, receive_id: str | None = None, salt: bytes | None = None) -> str:
        content = message.encode()
        plain = (salt or secrets.token_bytes(16)) + len(content).to_bytes(4, "big") + content
        plain += (self.corp_id if receive_id is None else receive_id).encode()
        padder = PKCS7(BLOCK_BITS).padder()
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted: str) -> tuple[str, str]:
        """Return (message, receiveid)."""
        decryptor = self._cipher().decryptor()
        padded = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
        unpadder = PKCS7(BLOCK_BITS).unpadder()
        plain = unpadder.update(padded) + unpadder.finalize()
        end = 20 + int.from_bytes(plain[16:20], "big")
        return plain[20:end].decode(), plain[end:].decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(f"{self.aes_key}=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def query(self, encrypted: str, *, timestamp: str = "1790000000", nonce: str | None = None) -> dict[str, str]:
        nonce = nonce or secrets.token_hex(5)
        return {
            "msg_signature": self.sign(timestamp, nonce, encrypted),
            "timestamp": timestamp,
            "nonce": nonce,
        }

    def url_check(self, echo: str) -> dict[str, str]:
        """Return the query of the GET by which WeCom checks a URL."""
        encrypted = self.encrypt(echo)
        return {**self.query(encrypted), "echostr": encrypted}

    def push(self, xml: str, *, receive_id: str | None = None) -> tuple[dict[str, str], bytes]:
        """Return query and body of a pushed callback."""
        encrypted = self.encrypt(xml, receive_id=receive_id)
        return self.query(encrypted), self.envelope(encrypted)

    def envelope(self, encrypted: str) -> bytes:
        return (
            f"<xml><ToUserName><![CDATA[{self.corp_id}]]></ToUserName>"
            f"<Encrypt><![CDATA[{encrypted}]]></Encrypt><AgentID><![CDATA[1000002]]></AgentID></xml>"
        ).encode()

    def post(self, url: str, xml: str) -> requests.Response:
        """Push to a running server, as WeCom does: 5 seconds for the answer."""
        query, body = self.push(xml)
        return requests.post(f"{url}?{urlencode(query)}", data=body, headers={"Content-Type": "text/xml"}, timeout=5)

    def check(self, url: str, echo: str) -> requests.Response:
        """Check the URL of a running server."""
        return requests.get(f"{url}?{urlencode(self.url_check(echo))}", timeout=5)


def app_xml(userid: str, msgtype: str, fields: str, *, msgid: str | None = None, create_time: int = 1790000000) -> str:
    """Write the XML of something that a member sent; `fields` are its own elements."""
    identity = "" if msgid is None else f"<MsgId>{msgid}</MsgId>"
    return (
        f"<xml><ToUserName><![CDATA[ww5823bf96d3bd56c7]]></ToUserName><FromUserName><![CDATA[{userid}]]></FromUserName>"
        f"<CreateTime>{create_time}</CreateTime><MsgType><![CDATA[{msgtype}]]></MsgType>{fields}{identity}"
        "<AgentID>1000002</AgentID></xml>"
    )


def text_xml(userid: str, content: str, *, msgid: str, create_time: int = 1790000000) -> str:
    """Write a member's text message; `content` must not hold a CDATA end."""
    return app_xml(userid, "text", f"<Content><![CDATA[{content}]]></Content>", msgid=msgid, create_time=create_time)


def event_xml(userid: str, event: str, fields: str = "", *, create_time: int = 1790000000) -> str:
    """Write an event."""
    return app_xml(userid, "event", f"<Event><![CDATA[{event}]]></Event>{fields}", create_time=create_time)


def kf_event_xml(token: str, open_kfid: str, *, create_time: int = 1790000000) -> str:
    """Write the event that says only that something is new at 微信客服."""
    return (
        f"<xml><ToUserName><![CDATA[ww5823bf96d3bd56c7]]></ToUserName><CreateTime>{create_time}</CreateTime>"
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event>"
        f"<Token><![CDATA[{token}]]></Token><OpenKfId><![CDATA[{open_kfid}]]></OpenKfId></xml>"
    )
