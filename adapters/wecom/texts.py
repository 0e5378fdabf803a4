"""Text as WeCom takes it: clean, measured in UTF-8 bytes, split where a reader would pause. Pure."""

from __future__ import annotations

import re
import unicodedata

#: message/send and kf/send_msg cut or refuse longer text. Source: documents 90236 and 94677
TEXT_BYTES = 2048
#: a piece shorter than this share of the limit is not worth a nicer place to split
SHORTEST_SHARE = 0.4
_BREAKS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[。！？；…]+[”’」』）】》]*|[.!?][\"'”’)\]]*\s+"),
    re.compile(r"[，、：]|[,;:]\s+|\s+"),
)
_ANCHOR = re.compile(r"<(?=/?a[\s>])", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")
_JOINERS = "\u200d\ufe0e\ufe0f"


def byte_length(text: str) -> int:
    """Return the length in UTF-8 bytes, which is how WeCom counts."""
    return len(text.encode("utf-8"))


def clean(text: str) -> str:
    """Remove what a database or WeCom does not take; line ends become `\\n`.

    Halves of surrogate pairs cannot be stored, NUL neither; other control characters would travel as `\\u` escapes,
    which WeCom refuses with 40033.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROLS.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))


def plain(text: str) -> str:
    """Keep words from being read as markup: the one tag that WeCom renders in text is `<a>`."""
    return _ANCHOR.sub("＜", clean(text))


def split_text(text: str, limit: int = TEXT_BYTES, *, last_limit: int | None = None) -> list[str]:
    """Split into pieces of at most `limit` bytes, the last of at most `last_limit`, losing nothing but white space.

    The last piece is empty when not even a word fits beside what comes with it.
    """
    pieces = _pieces(text.strip(), limit)
    if last_limit is None or not pieces or byte_length(pieces[-1]) <= last_limit:
        return pieces
    last = pieces.pop()
    if last_limit < limit // 8:
        return [*pieces, last, ""]
    tail = _pieces(last, last_limit)[-1]
    return [*pieces, last[: len(last) - len(tail)].rstrip(), tail]


def _pieces(text: str, limit: int) -> list[str]:
    pieces = []
    while byte_length(text) > limit:
        cut = _cut(text, limit)
        piece, text = text[:cut].rstrip(), text[cut:].lstrip()
        if piece:
            pieces.append(piece)
    return [*pieces, text] if text else pieces


def _cut(text: str, limit: int) -> int:
    """Return the index of the best place to split the first `limit` bytes."""
    fitting = text.encode("utf-8")[:limit].decode("utf-8", "ignore")
    shortest = int(len(fitting) * SHORTEST_SHARE)
    for pattern in _BREAKS:
        ends = [match.end() for match in pattern.finditer(fitting) if match.end() >= shortest]
        if ends:
            return ends[-1]
    return _between_characters(text, len(fitting))


def _between_characters(text: str, index: int) -> int:
    """Move back out of a visible character that consists of several code points."""
    start = index
    while index > 1 and start - index < 16 and _continues(text, index):
        index -= 1
    return start if _continues(text, index) else index


def _continues(text: str, index: int) -> bool:
    following = text[index] if index < len(text) else ""
    joined = bool(following) and (following in _JOINERS or unicodedata.combining(following) != 0)
    return joined or text[index - 1] == "\u200d"
