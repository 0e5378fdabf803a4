"""Choices as WeCom shows them: a card with buttons, a menu to click, or numbered lines that fit everywhere. Pure.

Source: documents 90236 (button_interaction) and 94677 (msgmenu).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from adapters.wecom.texts import byte_length, clean
from bot.channel import Reply, ReplyChoice

CARD_BUTTONS = 6
CARD_BUTTON_WIDTH = 10  # Chinese characters; two Latin letters are as wide as one
CARD_TITLE_WIDTH = 36
CARD_TEXT_CHARS = 160
CARD_KEY_BYTES = 1024
MENU_ITEMS = 10
MENU_ITEM_BYTES = 128
MENU_ID_BYTES = 64
MENU_HEAD_BYTES = 1024
_TITLES = {"zh": "请选择", "en": "Please choose"}
_HINTS = {"zh": "回复数字即可选择", "en": "Reply with a number to choose"}
#: room for the longest hint and the line breaks around it
HINT_BYTES = max(byte_length(hint) for hint in _HINTS.values()) + 2


def fits_card(reply: Reply) -> bool:
    """Return whether the reply can be a card with a button for each choice, with nothing cut off."""
    if not 1 <= len(reply.choices) <= CARD_BUTTONS or len(reply.text) > CARD_TEXT_CHARS:
        return False
    return _has_distinct_values(reply.choices, CARD_KEY_BYTES) and all(
        0 < display_width(choice.label) <= CARD_BUTTON_WIDTH for choice in reply.choices
    )


def card(reply: Reply, *, task_id: str, language: str) -> dict[str, Any]:
    """Build a button_interaction card; the button's key comes back as `EventKey`."""
    is_title = 0 < display_width(reply.text) <= CARD_TITLE_WIDTH and "\n" not in reply.text
    built: dict[str, Any] = {
        "card_type": "button_interaction",
        "main_title": {"title": reply.text if is_title else _in(_TITLES, language)},
        "task_id": task_id,
        "button_list": [{"type": 0, "text": choice.label, "style": 1, "key": choice.value} for choice in reply.choices],
    }
    if reply.text and not is_title:
        built["sub_title_text"] = reply.text
    return built


def menu_fits(choices: Sequence[ReplyChoice]) -> bool:
    """Return whether the choices can be clickable items of one menu."""
    return (
        1 <= len(choices) <= MENU_ITEMS
        and _has_distinct_values(choices, MENU_ID_BYTES)
        and all(0 < byte_length(choice.label) <= MENU_ITEM_BYTES for choice in choices)
    )


def fits_menu(reply: Reply) -> bool:
    """Return whether the reply, words and choices, is one menu message."""
    return menu_fits(reply.choices) and byte_length(reply.text) <= MENU_HEAD_BYTES


def menu(reply: Reply, *, language: str) -> dict[str, Any]:
    """Build the body of a msgmenu; a click comes back as a text with the item's id."""
    items = [{"type": "click", "click": {"id": choice.value, "content": choice.label}} for choice in reply.choices]
    return {"head_content": reply.text or _in(_TITLES, language), "list": items}


def number(replies: Sequence[Reply]) -> list[list[ReplyChoice]]:
    """Number the choices of a turn's replies, one count for all of them, keeping numbers that are there already."""
    count = 0
    numbered = []
    for reply in replies:
        group = []
        for choice in reply.choices:
            count += 1
            group.append(_with_number(choice, choice.number or count))
        numbered.append(group)
    return numbered


def numbered_lines(choices: Sequence[ReplyChoice]) -> str:
    """Write the choices as lines, each with the number that chooses it."""
    return "\n".join(f"{choice.number or place}. {choice.label}" for place, choice in enumerate(choices, start=1))


def numbered_text(reply: Reply, *, language: str) -> str:
    """Write words and choices as plain text."""
    if not reply.choices:
        return reply.text
    return f"{reply.text}\n{numbered_lines(reply.choices)}\n{_in(_HINTS, language)}".strip()


def numbering_bytes(choices: Sequence[ReplyChoice]) -> int:
    """Return how many bytes `numbered_text` adds to the words, in whichever language is longer."""
    return byte_length(numbered_lines(choices)) + HINT_BYTES if choices else 0


def display_width(text: str) -> float:
    """Return the width in Chinese characters."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.5 for character in text)


def _has_distinct_values(choices: Sequence[ReplyChoice], limit: int) -> bool:
    values = {choice.value for choice in choices}
    return len(values) == len(choices) and all(0 < byte_length(value) <= limit for value in values)


def _with_number(choice: ReplyChoice, number: int) -> ReplyChoice:
    return ReplyChoice(label=" ".join(clean(choice.label).split()), value=choice.value, number=number)


def _in(words: dict[str, str], language: str) -> str:
    return words["en" if language == "en" else "zh"]
