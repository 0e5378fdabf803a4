"""What 微信客服 reports by sync_msg, translated: items of msg_list to our messages. Pure.

Source: document 94670. An item that nobody understands gives no message or an
"unsupported" one, never an error: a page must always be storable.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from adapters.wecom.app_messages import MEDIA_NAMES, moment
from adapters.wecom.identifiers import EXTERNAL_ID_CHARS, KEY_CHARS, bounded, fingerprint
from adapters.wecom.texts import clean
from bot.channel import InboundMessage, MessageKind

logger = logging.getLogger(__name__)

CHANNEL = "wecom_kf"
FROM_CUSTOMER, FROM_SYSTEM, FROM_SERVICER = 3, 4, 5
#: at the first start, WeCom gives up to three days of messages; older ones than this get no answer
BACKLOG_AGE = timedelta(hours=1)
#: a welcome code dies after 20 s, so an older entry is no emergency. Source: document 95122
WELCOME_AGE = timedelta(seconds=20)
#: change_type of session_status_change: accepted from the pool, transferred, ended, resumed by a servicer
_SERVICE_STATES = {1: "human", 2: "human", 3: "ended", 4: "human"}
_NAMES = {
    "location": "位置",
    "link": "链接",
    "business_card": "名片",
    "miniprogram": "小程序",
    "channels": "视频号",
    "channels_shop_product": "商品",
    "channels_shop_order": "订单",
    "merged_msg": "聊天记录",
    "note": "笔记",
    "meeting": "会议",
    "schedule": "日程",
    "msgmenu": "菜单",
}

Item = Mapping[str, Any]
_Parts = dict[str, Any]


def translate(item: Any, *, open_kfid: str, received_at: datetime, is_first_run: bool) -> InboundMessage | None:
    """Return the message that an item stands for, or None."""
    if not isinstance(item, dict):
        return None
    event = _part(item, "event") if item.get("msgtype") == "event" else {}
    external_userid = _text(item, "external_userid") or _text(event, "external_userid")
    account = _text(item, "open_kfid") or _text(event, "open_kfid") or open_kfid
    parts = _read(item, event) if external_userid else None
    if parts is None:
        _log_ignored(item, event)
        return None
    customer = bounded(external_userid, KEY_CHARS)
    sent_at = moment(item.get("send_time"), received_at)
    message = InboundMessage(
        channel=CHANNEL,
        external_id=bounded(_text(item, "msgid") or _made_id(item), EXTERNAL_ID_CHARS),
        conversation_key=bounded(f"{account}:{external_userid}", KEY_CHARS),
        sender_id=customer,
        address={"open_kfid": account, "external_userid": external_userid},
        sent_at=sent_at,
        **parts,
    )
    return _aged(message, received_at - sent_at, is_first_run=is_first_run)


def _aged(message: InboundMessage, age: timedelta, *, is_first_run: bool) -> InboundMessage:
    if is_first_run and age > BACKLOG_AGE:
        return replace(message, is_urgent=False, context={**message.context, "backlog": True})
    if message.is_urgent and age > WELCOME_AGE:
        return replace(message, is_urgent=False)
    return message


def _read(item: Item, event: Item) -> _Parts | None:
    origin = item.get("origin")
    if item.get("msgtype") == "event":
        reader = _EVENTS.get(_text(event, "event_type"))
        return None if reader is None else reader(event)
    if origin == FROM_CUSTOMER:
        return _content(item)
    if origin == FROM_SERVICER:
        return _staff_spoke(item)
    return None


def _content(item: Item) -> _Parts:
    """Read what a customer sent: words, a clicked menu item, a file, or something else in words."""
    msgtype = _text(item, "msgtype")
    body = _part(item, msgtype)
    if msgtype == "text":
        return _words(body)
    if msgtype in MEDIA_NAMES and _text(body, "media_id"):
        name = _text(body, "filename") or MEDIA_NAMES[msgtype]
        file = {"kind": msgtype, "media_id": _text(body, "media_id"), "filename": name}
        return {"kind": MessageKind.MEDIA, "context": {"files": [file]}}
    if msgtype in {"location", "link"}:
        return {"text": _described(msgtype, body), "context": {"type": msgtype}}
    return {"kind": MessageKind.MEDIA, "text": _described(msgtype, body), "context": {"unsupported": msgtype}}


def _words(body: Item) -> _Parts:
    """A click on a menu comes as the item's words with its id; the words are kept."""
    menu_id = _text(body, "menu_id")
    content = clean(str(body.get("content") or ""))
    return {"text": content, "kind": MessageKind.CHOICE, "choice": menu_id} if menu_id else {"text": content}


def _described(msgtype: str, body: Item) -> str:
    names = ("title", "name", "address", "desc", "url", "userid", "product_id", "order_id", "sub_type", "nickname")
    words = [_text(body, name) for name in names]
    return " ".join([f"[{_NAMES.get(msgtype, msgtype)}]", *(word for word in words if word)])


def _staff_spoke(item: Item) -> _Parts:
    parts = _content(item)
    context = {**parts.get("context", {}), "servicer_userid": _text(item, "servicer_userid")}
    return {"kind": MessageKind.STAFF_SPOKE, "text": parts.get("text", ""), "context": context}


def _entered(event: Item) -> _Parts | None:
    """Someone opened the chat. Without a welcome code he was here in the last 48 hours: nobody greets him again."""
    if not _text(event, "welcome_code"):
        return None
    context = {
        "welcome_code": _text(event, "welcome_code"),
        "scene": _text(event, "scene"),
        "scene_param": clean(unquote(_text(event, "scene_param"))),
    }
    return {
        "kind": MessageKind.ENTER,
        "is_urgent": True,
        "context": {name: value for name, value in context.items() if value},
    }


def _send_failed(event: Item) -> _Parts:
    return {
        "kind": MessageKind.DELIVERY_FAILED,
        "replaces": _text(event, "fail_msgid"),
        "context": {"fail_type": _text(event, "fail_type")},
    }


def _service_changed(event: Item) -> _Parts | None:
    change = event.get("change_type")
    state = _SERVICE_STATES.get(change) if isinstance(change, int) else None
    if state is None:
        return None
    names = {"event_code": "msg_code"} | {name: name for name in ("old_servicer_userid", "new_servicer_userid")}
    context = {ours: _text(event, theirs) for ours, theirs in names.items() if _text(event, theirs)}
    return {
        "kind": MessageKind.SERVICE_STATE,
        "service_state": state,
        "context": {"change_type": change, **context},
    }


def _recalled(event: Item) -> _Parts:
    by = "servicer" if _text(event, "event_type").startswith("servicer") else "customer"
    return {"kind": MessageKind.RECALL, "replaces": _text(event, "recall_msgid"), "context": {"by": by}}


_EVENTS: dict[str, Callable[[Item], _Parts | None]] = {
    "enter_session": _entered,
    "msg_send_fail": _send_failed,
    "session_status_change": _service_changed,
    "user_recall_msg": _recalled,
    "servicer_recall_msg": _recalled,
}


def _log_ignored(item: Item, event: Item) -> None:
    kind = _text(event, "event_type") or _text(item, "msgtype")
    logger.info(
        "WeCom customer service: nothing to do for this item",
        extra={"action": "wecom_kf_ignored", "type": kind, "origin": item.get("origin")},
    )


def _part(item: Item, name: str) -> Item:
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def _text(item: Item, name: str) -> str:
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean(str(value)).strip()


def _made_id(item: Item) -> str:
    return f"made:{fingerprint(json.dumps(item, sort_keys=True), length=40)}"
