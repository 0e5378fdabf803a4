"""What the Bot API server checks of texts and keyboards, with its own words for what is wrong.

Source: core.telegram.org/bots/api (limits, HTML style); tdlib/telegram-bot-api, Client.cpp (the words).
"""

from __future__ import annotations

import html
import re
from typing import Any

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}
TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-z-]*)(?P<attributes>[^>]*)(?P<end>>?)", re.IGNORECASE)
KNOWN_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
BUTTON_ACTIONS = ("callback_data", "url", "copy_text", "web_app", "login_url", "switch_inline_query", "pay")


class ApiError(Exception):
    """A refusal, as the server words it."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters or {}


def utf16_length(text: str) -> int:
    """Count UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text and its entities, as the server reads parse_mode=HTML.

    Raises:
        ApiError: can't parse entities.
    """
    text, entities = "", []
    open_tags: list[tuple[str, int, str | None]] = []
    position = 0
    while (start := source.find("<", position)) >= 0:
        text += _unescape(source[position:start])
        match = TAG.match(source, start)
        assert match is not None
        position = match.end()
        if not match["end"]:
            raise _unparsable(f"Unclosed start tag at byte offset {_offset(source, start)}")
        if match["close"]:
            entities.append(_closed(open_tags, match["name"].lower(), text, _offset(source, start)))
        else:
            name = match["name"].lower()
            if name not in TAGS:
                raise _unparsable(f'Unsupported start tag "{name}" at byte offset {_offset(source, start)}')
            open_tags.append((name, utf16_length(text), _href(match["attributes"])))
    text += _unescape(source[position:])
    if open_tags:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return text, entities


def check_keyboard(markup: Any, *, is_private: bool) -> None:
    """Refuse what the server refuses of a reply_markup.

    Raises:
        ApiError: a button without or with wrong data, a phone button in a group.
    """
    if not markup:
        return
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    if len(buttons) > 100:
        raise ApiError(400, "Bad Request: reply markup is too long")
    for button in buttons:
        _check_inline_button(button)
    for row in markup.get("keyboard", []):
        for button in row:
            if isinstance(button, dict) and button.get("request_contact") and not is_private:
                raise ApiError(400, "Bad Request: phone number can be requested in private chats only")


def _check_inline_button(button: dict[str, Any]) -> None:
    if not button.get("text", "").strip():
        raise ApiError(400, "Bad Request: inline keyboard button text is empty")
    if sum(action in button for action in BUTTON_ACTIONS) != 1:
        raise ApiError(400, "Bad Request: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= 64:
        raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")


def _closed(open_tags: list[tuple[str, int, str | None]], name: str, text: str, offset: int) -> dict[str, Any]:
    if not open_tags:
        raise _unparsable(f"Unexpected end tag at byte offset {offset}")
    opened, start, href = open_tags.pop()
    if name and name != opened:
        raise _unparsable(f'Unmatched end tag at byte offset {offset}, expected "</{opened}>", found "</{name}>"')
    entity = {"type": TAGS[opened], "offset": start, "length": utf16_length(text) - start}
    return entity | ({"url": href} if href else {})


def _href(attributes: str) -> str | None:
    match = re.search(r'href\s*=\s*"([^"]*)"', attributes)
    return html.unescape(match[1]) if match else None


def _unescape(text: str) -> str:
    return KNOWN_ENTITY.sub(lambda match: html.unescape(match.group()), text)


def _offset(source: str, index: int) -> int:
    return len(source[:index].encode())


def _unparsable(problem: str) -> ApiError:
    return ApiError(400, f"Bad Request: can't parse entities: {problem}")
