"""What members send to the internal app, translated: fields of a decrypted callback to our messages. Pure.

Source: documents 90239 (messages) and 90240 (events). Unknown kinds give no message and a line in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from adapters.wecom.callback import Fields
from adapters.wecom.identifiers import EXTERNAL_ID_CHARS, KEY_CHARS, bounded
from adapters.wecom.texts import clean
from bot.channel import InboundMessage, MessageKind

logger = logging.getLogger(__name__)

CHANNEL = "wecom_app"
#: keys that the administrator gives to buttons of the app's menu: commands of no language; other keys are choices
MENU_COMMANDS = frozenset({"help", "tasks", "tickets", "summary"})
#: the type of an attachment, by MsgType, with the name that a file without one gets
MEDIA_NAMES = {"image": "image.jpg", "voice": "voice.amr", "video": "video.mp4", "file": "file"}

_Parts = dict[str, Any]


def translate(fields: Fields, *, received_at: datetime) -> tuple[InboundMessage, ...]:
    """Return the message that the fields stand for, or nothing."""
    userid = text_of(fields, "FromUserName").strip()
    is_event = text_of(fields, "MsgType").lower() == "event"
    kind = text_of(fields, "Event" if is_event else "MsgType").lower()
    reader = (_EVENTS if is_event else _MESSAGES).get(kind)
    parts = reader(fields) if reader is not None and userid else None
    if parts is None:
        logger.info("WeCom app: nothing to do for this callback", extra={"action": "wecom_ignored", "type": kind})
        return ()
    member = bounded(userid.casefold(), KEY_CHARS)
    message = InboundMessage(
        channel=CHANNEL,
        external_id=bounded(_external_id(fields, is_event=is_event), EXTERNAL_ID_CHARS),
        conversation_key=member,
        sender_id=member,
        address={"userid": clean(userid)},
        sent_at=moment(fields.get("CreateTime"), received_at),
        **parts,
    )
    return (message,)


def text_of(fields: Fields, name: str) -> str:
    """Return the text of a field, "" where it is missing or holds more than text."""
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def moment(seconds: Any, otherwise: datetime) -> datetime:
    """Return the time that WeCom gives in seconds, or `otherwise`."""
    try:
        return datetime.fromtimestamp(int(seconds), tz=UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return otherwise


def _external_id(fields: Fields, *, is_event: bool) -> str:
    """Messages have an id; events are told apart by everything that can differ within one second."""
    message_id = text_of(fields, "MsgId").strip()
    if message_id and not is_event:
        return f"msg:{message_id}"
    names = ("CreateTime", "Event", "EventKey", "TaskId", "ResponseCode")
    details = [text_of(fields, name).strip() for name in names]
    return ":".join(["event", text_of(fields, "FromUserName").strip().casefold(), *details])


def _text(fields: Fields) -> _Parts:
    return {"text": clean(text_of(fields, "Content"))}


def _media(fields: Fields) -> _Parts | None:
    kind = text_of(fields, "MsgType").lower()
    media_id = text_of(fields, "MediaId").strip()
    if not media_id:
        return None
    name = clean(text_of(fields, "FileName")) or MEDIA_NAMES[kind]
    return {
        "kind": MessageKind.MEDIA,
        "context": {"files": [{"kind": kind, "media_id": media_id, "filename": name}]},
    }


def _location(fields: Fields) -> _Parts:
    latitude, longitude = (text_of(fields, name) for name in ("Location_X", "Location_Y"))
    return {
        "text": clean(text_of(fields, "Label")) or f"{latitude}, {longitude}",
        "context": {"location": {"latitude": latitude, "longitude": longitude}},
    }


def _link(fields: Fields) -> _Parts:
    words = [text_of(fields, name).strip() for name in ("Title", "Description", "Url")]
    return {"text": clean("\n".join(word for word in words if word))}


def _enter(_: Fields) -> _Parts:
    return {"kind": MessageKind.ENTER}


def _reachable(_: Fields) -> _Parts:
    return {"kind": MessageKind.REACHABILITY, "reachable": True}


def _unreachable(_: Fields) -> _Parts:
    return {"kind": MessageKind.REACHABILITY, "reachable": False}


def _menu_click(fields: Fields) -> _Parts | None:
    """A menu button gives a command, says the words that are its key, or chooses by its key."""
    key = clean(text_of(fields, "EventKey")).strip()
    if not key:
        return None
    if key.lower() in MENU_COMMANDS:
        return {"text": f"/{key.lower()}"}
    words = "" if key.isascii() and " " not in key else key
    return {"text": words} if words else {"kind": MessageKind.CHOICE, "choice": key}


def _card_click(fields: Fields) -> _Parts | None:
    choice = clean(text_of(fields, "EventKey")).strip()
    if not choice:
        return None
    context = {
        "task_id": text_of(fields, "TaskId"),
        "response_code": text_of(fields, "ResponseCode"),
        "card_type": text_of(fields, "CardType"),
        "selected": _selected(fields),
    }
    return {
        "kind": MessageKind.CHOICE,
        "choice": choice,
        "context": {name: value for name, value in context.items() if value},
    }


def _selected(fields: Fields) -> dict[str, list[str]]:
    """Return the picked options of each question; WeCom wraps each level, and one entry is not a list."""
    items = _inside(fields.get("SelectedItems"), "SelectedItem")
    return {
        text_of(item, "QuestionKey"): [str(option) for option in _inside(item.get("OptionIds"), "OptionId")]
        for item in items
        if isinstance(item, dict)
    }


def _inside(wrapper: Any, name: str) -> list[Any]:
    value = wrapper.get(name, []) if isinstance(wrapper, dict) else []
    return value if isinstance(value, list) else [value]


_MESSAGES: dict[str, Callable[[Fields], _Parts | None]] = {
    "text": _text,
    **dict.fromkeys(MEDIA_NAMES, _media),
    "location": _location,
    "link": _link,
}
_EVENTS: dict[str, Callable[[Fields], _Parts | None]] = {
    "enter_agent": _enter,
    "subscribe": _reachable,
    "unsubscribe": _unreachable,
    "click": _menu_click,
    "template_card_event": _card_click,
    "template_card_menu_event": _card_click,
}
