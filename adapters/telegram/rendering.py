"""Plain text to Telegram's HTML: everything escaped, web addresses made into links.

Promise: the result parses, and shows exactly the text. Never: a tag that came from outside.
Source: core.telegram.org/bots/api#html-style.
"""

from __future__ import annotations

import html
import re

#: RFC 3986 characters; a Chinese comma or full stop ends the address
URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
#: belongs to the sentence, not to the address, when it stands at the end
SENTENCE_MARKS = ".,;:!?'*"


def render_html(text: str) -> str:
    """Return the text as HTML for parse_mode=HTML."""
    pieces, position = [], 0
    for match in URL.finditer(text):
        address = _without_sentence_marks(match.group())
        if _goes_on(text, match.end()) or not address.partition("://")[2]:
            continue
        pieces += [_escape(text[position : match.start()]), _link(address)]
        position = match.start() + len(address)
    return "".join([*pieces, _escape(text[position:])])


def readable(text: str) -> str:
    """Return the text without what neither UTF-8 nor a database can hold: lone surrogates and NUL."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "")


def _escape(text: str) -> str:
    return html.escape(readable(text), quote=False)


def _link(address: str) -> str:
    return f'<a href="{html.escape(address)}">{_escape(address)}</a>'


def _goes_on(text: str, end: int) -> bool:
    """Whether letters follow at once: then only Telegram's own link detection may guess where the address ends."""
    return end < len(text) and text[end].isalnum()


def _without_sentence_marks(address: str) -> str:
    while address and (
        address[-1] in SENTENCE_MARKS
        or (address[-1] == ")" and address.count("(") < address.count(")"))
        or (address[-1] == "]" and address.count("[") < address.count("]"))
    ):
        address = address[:-1]
    return address
