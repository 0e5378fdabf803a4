"""The part of the WeCom simulator that is 微信客服: accounts, customers, sessions, the log that sync_msg reads.

Source: documents 94661 (accounts), 94669 (states), 94670 (sync_msg), 94677 (send_msg), 95122 (events) and 95159
(customers).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.simulators.wecom_wire import Refusal, Request

if TYPE_CHECKING:
    from tests.simulators.wecom import Application, WeComSimulator

NEW, ASSISTANT, POOL, PERSON, ENDED = range(5)
STEPS = {NEW: {1, 2, 3}, ASSISTANT: {2, 3}, POOL: {3}, PERSON: {3, 4}, ENDED: set()}
BUDGET, WINDOW = 5, timedelta(hours=48)
KEPT = timedelta(days=3)
SYNC_TOKEN_LIFE = timedelta(minutes=10)
CODE_LIVES = {
    "welcome": timedelta(seconds=20),
    "ended": timedelta(seconds=20),
    "pool": timedelta(hours=48),
    "person": timedelta(hours=48),
}
TEXT_BYTES = 2048
MSGID = re.compile(r"[0-9a-zA-Z_-]{1,32}")


@dataclass
class Session:
    """One customer at one account."""

    state: int = ENDED
    servicer: str = ""
    wrote_at: datetime | None = None
    sent_since: int = 0
    welcomed_at: datetime | None = None


@dataclass
class Account:
    """A customer service account with the servicers on it (0 on duty, 1 not)."""

    name: str
    servicers: dict[str, int] = field(default_factory=dict)
    manage_privilege: bool = True
    log: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Sent:
    """A message as the customer sees it."""

    open_kfid: str
    external_userid: str
    msgid: str
    msgtype: str
    body: dict[str, Any]
    is_on_event: bool

    @property
    def text(self) -> str:
        return str(self.body.get("content") or self.body.get("head_content") or "")


@dataclass
class EventCode:
    """A code that allows one message."""

    kind: str
    open_kfid: str
    external_userid: str
    made_at: datetime
    is_used: bool = False


class KfWorld:
    """Accounts, their customers, and everything said."""

    def __init__(self, simulator: WeComSimulator) -> None:
        self._simulator = simulator
        self.accounts = {"wkAJ2GCAAA": Account("悦享客服", {"ZhangWei": 1, "LiNa": 0})}
        self.customers = {"wmAJ2GCAAAext1": "小王", "wmAJ2GCAAAext2": "Alice"}
        self.sent: list[Sent] = []
        #: most items of a page, whatever the request's limit says
        self.page_size = 1000
        #: empty pages, with has_more, before each page that holds something
        self.empty_pages = 0
        #: calls of sync_msg without a token that are answered in each minute
        self.untokened_per_minute = 10
        self.refuses_states = False
        #: what the undocumented refusal of a used msgid looks like
        self.repeat_refusal = (95099, "msgid repeated")
        self._sessions: dict[tuple[str, str], Session] = {}
        self._codes: dict[str, EventCode] = {}
        self._sync_tokens: dict[str, tuple[str, datetime]] = {}
        self._untokened: list[datetime] = []
        self._msgids: set[tuple[str, str]] = set()

    def endpoints(self) -> dict[str, Any]:
        return {
            "kf/sync_msg": self._sync,
            "kf/send_msg": self._send,
            "kf/send_msg_on_event": self._send_on_event,
            "kf/service_state/get": self._get_state,
            "kf/service_state/trans": self._trans,
            "kf/account/list": self._list_accounts,
            "kf/customer/batchget": self._customers,
            "kf/servicer/list": self._servicers,
        }

    # What happens in the world. Each returns the token of the callback that WeCom would push.

    def customer_writes(self, open_kfid: str, external_userid: str, content: str, **text: Any) -> str:
        """Let a customer write words; `menu_id` for a click on a menu."""
        return self.customer_sends(open_kfid, external_userid, "text", {"content": content, **text})

    def customer_sends(self, open_kfid: str, external_userid: str, msgtype: str, body: dict[str, Any]) -> str:
        """Let a customer send something of any type."""
        session = self.session(open_kfid, external_userid)
        if session.state == ENDED:
            session.state = NEW
        session.wrote_at, session.sent_since = self._simulator.now(), 0
        return self.add(open_kfid, {"external_userid": external_userid, "origin": 3, "msgtype": msgtype, msgtype: body})

    def customer_enters(self, open_kfid: str, external_userid: str, **details: str) -> str:
        """Let a customer open the chat; there is a welcome code unless he was here in the last 48 hours."""
        session, now = self.session(open_kfid, external_userid), self._simulator.now()
        times = [at for at in (session.wrote_at, session.welcomed_at) if at is not None]
        if not any(now - at < WINDOW for at in times):
            details = {"welcome_code": self._new_code("welcome", open_kfid, external_userid), **details}
        return self.add_event(open_kfid, external_userid, "enter_session", **details)

    def servicer_writes(self, open_kfid: str, external_userid: str, servicer: str, content: str) -> str:
        """Let a colleague write in the client, which takes the session over."""
        session = self.session(open_kfid, external_userid)
        session.state, session.servicer = PERSON, servicer
        item = {"external_userid": external_userid, "origin": 5, "servicer_userid": servicer, "msgtype": "text"}
        return self.add(open_kfid, {**item, "text": {"content": content}})

    def delivery_fails(self, sent: Sent, fail_type: int) -> str:
        """Report that an accepted message did not arrive."""
        return self.add_event(
            sent.open_kfid, sent.external_userid, "msg_send_fail", fail_msgid=sent.msgid, fail_type=fail_type
        )

    def session_changes(self, open_kfid: str, external_userid: str, change_type: int) -> str:
        """Let people change the session in the client."""
        session = self.session(open_kfid, external_userid)
        session.state = ENDED if change_type == 3 else PERSON
        details: dict[str, Any] = {"change_type": change_type, "new_servicer_userid": "LiNa"}
        if change_type in {1, 3}:
            kind = "person" if change_type == 1 else "ended"
            details["msg_code"] = self._new_code(kind, open_kfid, external_userid)
        return self.add_event(open_kfid, external_userid, "session_status_change", **details)

    def add_event(self, open_kfid: str, external_userid: str, event_type: str, **details: Any) -> str:
        """Add any event; account and customer stand inside it."""
        event = {"event_type": event_type, "open_kfid": open_kfid, "external_userid": external_userid, **details}
        item: dict[str, Any] = {"origin": 4, "msgtype": "event", "event": event}
        return self.add(open_kfid, item)

    def add(self, open_kfid: str, item: dict[str, Any]) -> str:
        """Add any item to an account's log; give `send_time` to make it old."""
        log = self.accounts[open_kfid].log
        whole = {"msgid": f"kf{len(log):06d}{open_kfid[-3:]}", "send_time": int(self._simulator.now().timestamp())}
        if item.get("msgtype") != "event":
            whole["open_kfid"] = open_kfid
        log.append({**whole, **item})
        token = secrets.token_hex(16)
        self._sync_tokens[token] = (open_kfid, self._simulator.now())
        return token

    def session(self, open_kfid: str, external_userid: str) -> Session:
        """Return a customer's session at an account."""
        return self._sessions.setdefault((open_kfid, external_userid), Session())

    # The API.

    def _sync(self, _: Application, payload: dict[str, Any], __: Request) -> dict[str, Any]:
        account = self._account(payload)
        self._check_sync(payload)
        position, empties = _read_cursor(str(payload.get("cursor", "")))
        if len(account.log) > position and empties < self.empty_pages:
            return {"next_cursor": f"p{position}e{empties + 1}", "has_more": 1, "msg_list": []}
        size = min(self.page_size, int(payload.get("limit", 1000)))
        end = min(position + size, len(account.log))
        oldest = (self._simulator.now() - KEPT).timestamp()
        items = [item for item in account.log[position:end] if item["send_time"] >= oldest]
        return {"next_cursor": f"p{end}e0", "has_more": int(end < len(account.log)), "msg_list": items}

    def _check_sync(self, payload: dict[str, Any]) -> None:
        if len(str(payload.get("cursor", "")).encode()) > 64 or not 0 < int(payload.get("limit", 1000)) <= 1000:
            raise Refusal(40058, "cursor or limit")
        token, now = payload.get("token"), self._simulator.now()
        if token:
            open_kfid, made_at = self._sync_tokens.get(token, ("", now))
            if open_kfid != payload["open_kfid"] or now - made_at > SYNC_TOKEN_LIFE:
                raise Refusal(95007, "invalid msg token")
            return
        self._untokened = [at for at in self._untokened if now - at < timedelta(minutes=1)] + [now]
        if len(self._untokened) > self.untokened_per_minute:
            raise Refusal(45009, "api freq out of limit")

    def _send(self, _: Application, payload: dict[str, Any], __: Request) -> dict[str, Any]:
        open_kfid, customer = str(payload.get("open_kfid")), str(payload.get("touser"))
        self._account(payload)
        self._check_customer(customer)
        msgid = self._msgid(open_kfid, payload)
        session = self.session(open_kfid, customer)
        if session.state not in {NEW, ASSISTANT} or self.refuses_states:
            raise Refusal(95018, "send msg session status invalid")
        if session.wrote_at is None or self._simulator.now() - session.wrote_at > WINDOW:
            raise Refusal(95002, "no message from the customer within 48 hours")
        if session.sent_since >= BUDGET:
            raise Refusal(95001, "send msg count limit")
        self._check_content(payload, {"text", "image", "voice", "video", "file", "msgmenu"})
        session.sent_since += 1
        session.state = ASSISTANT
        return self._keep(open_kfid, customer, msgid, payload, is_on_event=False)

    def _send_on_event(self, _: Application, payload: dict[str, Any], __: Request) -> dict[str, Any]:
        code = self._codes.get(str(payload.get("code")))
        if code is None:
            raise Refusal(40029, "invalid code")
        msgid = self._msgid(code.open_kfid, payload)
        if code.is_used or self._simulator.now() - code.made_at > CODE_LIVES[code.kind]:
            raise Refusal(40029, "code is used or expired")
        session = self.session(code.open_kfid, code.external_userid)
        wanted = {"pool": POOL, "person": PERSON, "ended": ENDED}.get(code.kind)
        if wanted is not None and session.state != wanted:
            raise Refusal(95018, "session status invalid")
        self._check_content(payload, {"text", "msgmenu"} if code.kind in {"welcome", "ended"} else {"text"})
        code.is_used = True
        if code.kind == "welcome":
            session.welcomed_at = self._simulator.now()
        return self._keep(code.open_kfid, code.external_userid, msgid, payload, is_on_event=True)

    def _get_state(self, _: Application, payload: dict[str, Any], __: Request) -> dict[str, Any]:
        session = self._known_session(payload)
        return {"service_state": session.state, "servicer_userid": session.servicer}

    def _trans(self, _: Application, payload: dict[str, Any], __: Request) -> dict[str, Any]:
        session, state = self._known_session(payload), payload.get("service_state")
        if session.state == ENDED:
            raise Refusal(95013, "conversation end")
        if state not in STEPS[session.state] or (state == POOL and self.refuses_states):
            raise Refusal(95016, "not allow to trans")
        if state == PERSON:
            self._check_servicer(payload)
        session.state, session.servicer = state, str(payload.get("servicer_userid", ""))
        kind = {POOL: "pool", PERSON: "person", ENDED: "ended"}.get(state)
        if kind is None:
            return {}
        return {"msg_code": self._new_code(kind, payload["open_kfid"], payload["external_userid"])}

    def _check_servicer(self, payload: dict[str, Any]) -> None:
        status = self._account(payload).servicers.get(str(payload.get("servicer_userid")))
        if status is None:
            raise Refusal(95014, "user is not a servicer")
        if status != 0:
            raise Refusal(95019, "servicer is not on duty")

    def _list_accounts(self, _: Application, payload: dict[str, Any], __: Request) -> dict[str, Any]:
        offset, limit = int(payload.get("offset", 0)), int(payload.get("limit", 100))
        if not 0 < limit <= 100:
            raise Refusal(40058, "limit")
        listed = [
            {"open_kfid": open_kfid, "name": account.name, "manage_privilege": account.manage_privilege}
            for open_kfid, account in self.accounts.items()
        ]
        return {"account_list": listed[offset : offset + limit]}

    def _customers(self, _: Application, payload: dict[str, Any], __: Request) -> dict[str, Any]:
        wanted = payload.get("external_userid_list")
        if not isinstance(wanted, list) or not 0 < len(wanted) <= 100:
            raise Refusal(40058, "external_userid_list")
        found = [{"external_userid": one, "nickname": self.customers[one]} for one in wanted if one in self.customers]
        return {"customer_list": found, "invalid_external_userid": [one for one in wanted if one not in self.customers]}

    def _servicers(self, _: Application, payload: dict[str, Any], __: Request) -> dict[str, Any]:
        servicers = self._account(payload).servicers
        return {"servicer_list": [{"userid": userid, "status": status} for userid, status in servicers.items()]}

    def _account(self, payload: dict[str, Any]) -> Account:
        open_kfid = str(payload.get("open_kfid") or "")
        if not open_kfid.startswith("wk"):
            raise Refusal(95000, "invalid open_kfid")
        if open_kfid not in self.accounts:
            raise Refusal(95004, "open_kfid not exist")
        return self.accounts[open_kfid]

    def _known_session(self, payload: dict[str, Any]) -> Session:
        self._account(payload)
        self._check_customer(str(payload.get("external_userid")))
        return self.session(payload["open_kfid"], payload["external_userid"])

    def _check_customer(self, external_userid: str) -> None:
        if not external_userid.startswith("wm"):
            raise Refusal(40096, "invalid external userid")
        if external_userid not in self.customers:
            raise Refusal(84061, "not external contact")

    def _msgid(self, open_kfid: str, payload: dict[str, Any]) -> str:
        msgid = payload.get("msgid") or f"made{len(self._simulator.calls)}"
        if not MSGID.fullmatch(msgid):
            raise Refusal(40058, "msgid")
        if (open_kfid, msgid) in self._msgids:
            raise Refusal(*self.repeat_refusal)
        return str(msgid)

    def _check_content(self, payload: dict[str, Any], types: set[str]) -> None:
        msgtype = payload.get("msgtype")
        body = payload.get(msgtype) if msgtype in types else None
        if not isinstance(body, dict):
            raise Refusal(40008, "invalid message type")
        if msgtype == "text":
            if not 0 < len(str(body.get("content") or "").encode()) <= TEXT_BYTES:
                raise Refusal(45002, "content size out of limit")
        elif msgtype == "msgmenu":
            _check_menu(body)
        else:
            self._simulator.app.medium(str(body.get("media_id", "")), msgtype)

    def _keep(
        self, open_kfid: str, customer: str, msgid: str, payload: dict[str, Any], *, is_on_event: bool
    ) -> dict[str, Any]:
        self._msgids.add((open_kfid, msgid))
        msgtype = payload["msgtype"]
        self.sent.append(Sent(open_kfid, customer, msgid, msgtype, payload[msgtype], is_on_event))
        return {"msgid": msgid}

    def _new_code(self, kind: str, open_kfid: str, external_userid: str) -> str:
        code = f"{kind}-{secrets.token_hex(12)}"
        self._codes[code] = EventCode(kind, open_kfid, external_userid, self._simulator.now())
        return code


def _check_menu(menu: dict[str, Any]) -> None:
    items = menu.get("list")
    if not isinstance(items, list) or not 1 <= len(items) <= 10:
        raise Refusal(95008, "menu message item number over limit")
    for item in items:
        if item.get("type") != "click" or not isinstance(item.get("click"), dict):
            raise Refusal(95009, "invalid menu type")
        click = item["click"]
        if not 0 < len(str(click.get("id", "")).encode()) <= 64:
            raise Refusal(40058, "click.id")
        if not 0 < len(str(click.get("content", "")).encode()) <= 128:
            raise Refusal(40058, "click.content")
    if any(len(str(menu.get(name, "")).encode()) > 1024 for name in ("head_content", "tail_content")):
        raise Refusal(45002, "head or tail out of limit")


def _read_cursor(cursor: str) -> tuple[int, int]:
    if not cursor:
        return 0, 0
    match = re.fullmatch(r"p(\d+)e(\d+)", cursor)
    if match is None:
        raise Refusal(40058, "cursor")
    return int(match[1]), int(match[2])
