"""The part of the WeCom simulator that serves an internal app: messages, cards, files, members."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.simulators.wecom_wire import Answer, Refusal, Request

if TYPE_CHECKING:
    from tests.simulators.wecom import Application, WeComSimulator

TEXT_BYTES = 2048
MEMBER_MESSAGES_PER_MINUTE = 30
MEDIA_LIFE = timedelta(days=3)
CARD_LIFE = timedelta(hours=72)
MEDIA_LIMITS = {"image": 10 * 2**20, "voice": 2 * 2**20, "video": 10 * 2**20, "file": 20 * 2**20}
TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")


@dataclass(frozen=True)
class Delivered:
    """A message as the member sees it."""

    userid: str
    msgtype: str
    body: dict[str, Any]
    at: datetime

    @property
    def text(self) -> str:
        return str(self.body.get("content", ""))


@dataclass
class Card:
    """A template card and the codes that may still change it."""

    task_id: str
    userid: str
    codes: dict[str, datetime] = field(default_factory=dict)
    replaced_by: str | None = None


class AppWorld:
    """Members of the corporation, and what the apps sent them."""

    def __init__(self, simulator: WeComSimulator) -> None:
        self._simulator = simulator
        #: userid -> name; every one of them sees the app
        self.members = {"ZhangWei": "张伟", "LiNa": "李娜"}
        self.unlicensed: set[str] = set()
        self.delivered: list[Delivered] = []
        self.cards: dict[str, Card] = {}
        self.agent_is_closed = False
        self._recent: dict[str, datetime] = {}
        self._used_codes: set[str] = set()

    def endpoints(self) -> dict[str, Any]:
        return {
            "message/send": self._send,
            "message/update_template_card": self._update_card,
            "media/upload": self._upload,
            "media/get": self._download,
            "user/get": self._user,
            "agent/get": self._agent,
        }

    def press(self, task_id: str) -> dict[str, str]:
        """Return the TaskId and a new ResponseCode, as the event of a pressed button carries them."""
        return {"TaskId": task_id, "ResponseCode": self._new_code(self.cards[task_id])}

    def _send(self, application: Application, payload: dict[str, Any], _: Request) -> dict[str, Any]:
        if payload.get("agentid") != application.agent_id:
            raise Refusal(40056 if not isinstance(payload.get("agentid"), int) else 301002, "agentid")
        msgtype = payload.get("msgtype")
        if msgtype not in {"text", "template_card", "image", "voice", "video", "file", "markdown"}:
            raise Refusal(40008, "invalid message type")
        body = payload.get(msgtype)
        if not isinstance(body, dict):
            raise Refusal(40035, "missing body")
        receivers, invalid = self._receivers(payload)
        if not receivers:
            raise Refusal(81013, "all receivers invalid")
        shown = self._checked(msgtype, body)
        answer = {"msgid": f"app-{len(self._simulator.calls)}", "invaliduser": "|".join(invalid).lower()}
        answer["unlicenseduser"] = "|".join(self.unlicensed & set(receivers)).lower()
        if self._is_duplicate(payload, msgtype, body):
            return answer
        if msgtype == "template_card":
            answer["response_code"] = self._new_card(shown, receivers[0])
        for userid in receivers:
            self._deliver(userid, msgtype, shown)
        return answer

    def _receivers(self, payload: dict[str, Any]) -> tuple[list[str], list[str]]:
        named = [name for name in str(payload.get("touser", "")).split("|") if name]
        if not named:
            raise Refusal(40003, "touser, toparty and totag are empty")
        known = {userid.casefold(): userid for userid in self.members}
        valid = [known[name.casefold()] for name in named if name.casefold() in known]
        return valid, [name for name in named if name.casefold() not in known]

    def _checked(self, msgtype: str, body: dict[str, Any]) -> dict[str, Any]:
        if msgtype in {"text", "markdown"}:
            content = body.get("content")
            if not isinstance(content, str) or not content:
                raise Refusal(44004, "text content is empty")
            cut = content.encode()[:TEXT_BYTES].decode("utf-8", "ignore")
            return {**body, "content": cut}
        if msgtype == "template_card":
            self._check_card(body)
            return body
        self.medium(str(body.get("media_id", "")), msgtype)
        return body

    def _check_card(self, card: dict[str, Any]) -> None:
        if card.get("card_type") != "button_interaction":
            raise Refusal(40058, "card_type")
        if not TASK_ID.fullmatch(str(card.get("task_id", ""))):
            raise Refusal(40058, "task_id")
        if card["task_id"] in self.cards:
            raise Refusal(42014, "task_id has been used")
        if not (card.get("main_title") or {}).get("title"):
            raise Refusal(40058, "main_title")
        buttons = card.get("button_list")
        if not isinstance(buttons, list) or not 1 <= len(buttons) <= 6:
            raise Refusal(40058, "button_list")
        keys = [button.get("key") for button in buttons if button.get("text")]
        has_bad_key = any(not isinstance(key, str) or not 0 < len(key.encode()) <= 1024 for key in keys)
        if has_bad_key or len(set(keys)) != len(buttons):
            raise Refusal(40058, "button key")

    def _is_duplicate(self, payload: dict[str, Any], msgtype: str, body: dict[str, Any]) -> bool:
        key = json.dumps([payload.get("touser"), msgtype, body], sort_keys=True)
        now, before = self._simulator.now(), self._recent.get(key)
        self._recent[key] = now
        if not payload.get("enable_duplicate_check"):
            return False
        interval = int(payload.get("duplicate_check_interval", 1800))
        if not 0 < interval <= 4 * 3600:
            raise Refusal(40058, "duplicate_check_interval")
        return before is not None and now - before < timedelta(seconds=interval)

    def _deliver(self, userid: str, msgtype: str, body: dict[str, Any]) -> None:
        """Show a message to a member, unless the minute's share is used up: then nobody hears of it."""
        now = self._simulator.now()
        recent = [one for one in self.delivered if one.userid == userid and now - one.at < timedelta(minutes=1)]
        if len(recent) < MEMBER_MESSAGES_PER_MINUTE:
            self.delivered.append(Delivered(userid, msgtype, body, now))

    def _new_card(self, card: dict[str, Any], userid: str) -> str:
        self.cards[card["task_id"]] = Card(card["task_id"], userid)
        return self._new_code(self.cards[card["task_id"]])

    def _new_code(self, card: Card) -> str:
        code = hashlib.sha1(f"{card.task_id}{len(card.codes)}".encode()).hexdigest()
        card.codes[code] = self._simulator.now()
        return code

    def _update_card(self, application: Application, payload: dict[str, Any], _: Request) -> dict[str, Any]:
        if payload.get("agentid") != application.agent_id:
            raise Refusal(40056, "agentid")
        code = str(payload.get("response_code", ""))
        card = next((card for card in self.cards.values() if code in card.codes), None)
        if code in self._used_codes:
            raise Refusal(42022, "response_code has been used")
        if card is None or self._simulator.now() - card.codes[code] > CARD_LIFE:
            raise Refusal(60140, "invalid response_code")
        replace_name = (payload.get("button") or {}).get("replace_name")
        if not replace_name or not isinstance(payload.get("userids"), list):
            raise Refusal(40058, "button or userids")
        self._used_codes.add(code)
        card.replaced_by = replace_name
        return {"invaliduser": []}

    def _upload(self, _: Application, payload: dict[str, Any], request: Request) -> dict[str, Any]:
        kind = payload.get("type", "")
        if kind not in MEDIA_LIMITS:
            raise Refusal(40004, "invalid media type")
        filename, content, content_type = self._read_upload(request)
        if len(content) <= 5:
            raise Refusal(40006, "invalid media size")
        if len(content) > MEDIA_LIMITS[kind]:
            raise Refusal(45001, "media size out of limit")
        media_id = self._simulator.add_medium(kind, filename, content, content_type)
        return {"type": kind, "media_id": media_id, "created_at": str(int(self._simulator.now().timestamp()))}

    def _read_upload(self, request: Request) -> tuple[str, bytes, str]:
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        part = next(iter(BytesParser().parsebytes(head + request.body).get_payload()), None)
        raw = request.body.split(b"\r\n\r\n", 1)[0].decode("utf-8", "strict")
        named = re.search(r'name="media"; filename="([^"]+)"; filelength=(\d+)', raw)
        if part is None or named is None:
            raise Refusal(44001, "empty media data")
        content = part.get_payload(decode=True)
        if len(content) != int(named[2]):
            raise Refusal(44001, "filelength does not match")
        return named[1], content, part.get_content_type()

    def medium(self, media_id: str, kind: str | None = None) -> Any:
        """Return a temporary file, or refuse as WeCom does."""
        medium = self._simulator.media.get(media_id)
        if medium is None or self._simulator.now() - medium.stored_at > MEDIA_LIFE:
            raise Refusal(40007, "invalid media_id")
        if kind is not None and medium.kind != kind:
            raise Refusal(40004, "media type does not match")
        return medium

    def _download(self, _: Application, payload: dict[str, Any], __: Request) -> Answer:
        medium = self.medium(payload.get("media_id", ""))
        disposition = f'attachment; filename="{quote(medium.filename)}"'
        return Answer(
            medium.content,
            content_type=medium.content_type,
            headers=(("Content-disposition", disposition),),
        )

    def _user(self, _: Application, payload: dict[str, Any], __: Request) -> dict[str, Any]:
        known = {userid.casefold(): userid for userid in self.members}
        userid = known.get(str(payload.get("userid", "")).casefold())
        if userid is None:
            raise Refusal(60111, "userid not found")
        return {"userid": userid, "name": self.members[userid], "department": [1]}

    def _agent(self, application: Application, payload: dict[str, Any], __: Request) -> dict[str, Any]:
        if str(payload.get("agentid")) != str(application.agent_id):
            raise Refusal(301002, "agentid does not belong to this secret")
        users = [{"userid": userid} for userid in self.members]
        return {
            "agentid": application.agent_id,
            "name": "CRM",
            "close": int(self.agent_is_closed),
            "allow_userinfos": {"user": users},
            "allow_partys": {"partyid": []},
            "allow_tags": {"tagid": []},
        }
