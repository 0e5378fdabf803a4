"""What a handler says: every sentence in both languages, choices with their meaning.

Promise: a reply without one of the languages is a type error. Never: a channel's markup, a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channel import ReplyMedia
from nlu.understanding import Language


@dataclass(frozen=True, kw_only=True)
class Text:
    """The same words in Chinese and English."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the words of one language."""
        return self.zh if language == "zh" else self.en

    def __add__(self, other: Text) -> Text:
        return Text(zh=self.zh + other.zh, en=self.en + other.en)


def say(*, zh: str, en: str) -> Text:
    """Build a bilingual text."""
    return Text(zh=zh, en=en)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A button: its words, and the handler and arguments (plain JSON) that pressing it runs."""

    label: Text
    intent: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A reply before it is put into the person's language and the channel's limits."""

    text: Text
    choices: tuple[Choice, ...] = ()
    media: tuple[ReplyMedia, ...] = ()
    asks_for_phone: bool = False
    #: its choices are numbered before those of the other replies: a bare number answers the question that waits
    is_numbered_first: bool = False


def draft(*, zh: str, en: str, choices: tuple[Choice, ...] = (), asks_for_phone: bool = False) -> Draft:
    """Build a reply from both languages' words."""
    return Draft(text=Text(zh=zh, en=en), choices=choices, asks_for_phone=asks_for_phone)
