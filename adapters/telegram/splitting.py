"""Cutting what we say into messages that Telegram takes.

Promise: every part fits; nothing is lost but white space at the cuts; no cut inside a character that people see as one.
Length is counted in UTF-16 units, the strictest of Telegram's counts. Source: core.telegram.org/bots/api#messageentity.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from adapters.telegram.rendering import URL
from bot.channel import Reply

#: UTF-16 units. Source: core.telegram.org/bots/api#sendmessage, #sendphoto
TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
#: the words of a message that has only buttons: Telegram refuses an empty text
BUTTONS_BELOW = "👇"

#: where a cut hurts least, best first; the cut is at the end of the match
PARAGRAPH = re.compile(r"\n\s*\n")
LINE = re.compile(r"\n")
SENTENCE = re.compile(r"[。！？；…]+[”’」』）》]*|[.!?;]+[\"')\]]*(?=\s)")
CLAUSE = re.compile(r"[，、：]|\s")
BOUNDARIES = (PARAGRAPH, LINE, SENTENCE, CLAUSE)
#: a part is at least this share of the limit, so that an early line break does not make a stub
SMALLEST_SHARE = 0.25

ZERO_WIDTH_JOINER = "\u200d"
SKIN_TONES = ("\U0001f3fb", "\U0001f3ff")
REGIONAL_INDICATORS = ("\U0001f1e6", "\U0001f1ff")
#: no visible character is longer than this many code points in practice; a longer one is cut
LONGEST_CHARACTER = 32


def plan_replies(replies: Sequence[Reply]) -> list[Reply]:
    """Cut replies so that each is one call: one text, or one file with its caption; buttons go under the last part."""
    return [part for reply in replies for part in _parts(reply)]


def _parts(reply: Reply) -> list[Reply]:
    has_buttons = bool(reply.choices) or reply.asks_for_phone
    bare = replace(reply, text="", choices=(), media=(), asks_for_phone=False)
    parts = [replace(bare, media=(media,)) for media in reply.media]
    if parts and utf16_length(reply.text) <= CAPTION_LIMIT:
        parts[-1] = replace(parts[-1], text=reply.text)
    else:
        parts += [replace(bare, text=text) for text in split_text(reply.text, TEXT_LIMIT)]
    if not parts and has_buttons:
        parts = [replace(bare, text=BUTTONS_BELOW)]
    if parts:
        parts[-1] = replace(parts[-1], choices=reply.choices, asks_for_phone=reply.asks_for_phone)
    return parts


def utf16_length(text: str) -> int:
    """Count the text in UTF-16 units: characters outside the basic plane, such as most emoji, count two."""
    return len(text) + sum(character > "\uffff" for character in text)


def split_text(text: str, limit: int) -> list[str]:
    """Cut the text into parts of at most `limit` UTF-16 units, at a paragraph, line, sentence or word."""
    return [part for part in _cut(text, limit) if part.strip()]


def trim(text: str, limit: int) -> str:
    """Shorten a label to at most `limit` UTF-16 units, with an ellipsis where it was cut."""
    if utf16_length(text) <= limit:
        return text
    return text[: _whole_characters(text, 0, _furthest(text, 0, limit - 1))].rstrip() + "…"


def _cut(text: str, limit: int) -> Iterator[str]:
    start = 0
    while True:
        end = _furthest(text, start, limit)
        if end == len(text):
            yield text[start:]
            return
        cut = _best_cut(text, start, end)
        yield text[start:cut].rstrip()
        start = _skip_space(text, cut)


def _furthest(text: str, start: int, limit: int) -> int:
    """Return the furthest index such that text[start:index] has at most `limit` UTF-16 units."""
    units = 0
    for index in range(start, min(len(text), start + limit)):
        units += 2 if text[index] > "\uffff" else 1
        if units > limit:
            return index
    return min(len(text), start + limit)


def _best_cut(text: str, start: int, end: int) -> int:
    earliest = start + max(1, int((end - start) * SMALLEST_SHARE))
    for boundary in BOUNDARIES:
        cuts = [match.end() for match in boundary.finditer(text, earliest - 1, end)]
        if cuts and not text[start : cuts[-1]].isspace():
            return cuts[-1]
    return _outside_url(text, start, _whole_characters(text, start, end), earliest)


def _outside_url(text: str, start: int, cut: int, earliest: int) -> int:
    for match in URL.finditer(text, start):
        if match.start() >= cut:
            break
        if match.end() > cut and match.start() >= earliest:
            return match.start()
    return cut


def _whole_characters(text: str, start: int, cut: int) -> int:
    """Move the cut back so that it does not separate an accent, a joined emoji or a flag."""
    for back in range(min(LONGEST_CHARACTER, cut - start - 1)):
        if not _joins(text, cut - back):
            return cut - back
    return cut


def _joins(text: str, index: int) -> bool:
    if index >= len(text):
        return False
    before, after = text[index - 1], text[index]
    return (
        ZERO_WIDTH_JOINER in (before, after)
        or unicodedata.category(after).startswith("M")
        or SKIN_TONES[0] <= after <= SKIN_TONES[1]
        or (_is_regional(before) and _is_regional(after))
    )


def _is_regional(character: str) -> bool:
    return REGIONAL_INDICATORS[0] <= character <= REGIONAL_INDICATORS[1]


def _skip_space(text: str, index: int) -> int:
    while index < len(text) and text[index].isspace():
        index += 1
    return index
