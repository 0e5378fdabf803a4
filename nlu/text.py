"""One spelling for every text before it is understood: widths, invisible characters, whitespace.

Promise: never fails, whatever the string; normalising twice changes nothing more. Never: words, case or language.
"""

from __future__ import annotations

import re
import unicodedata

#: Controls (C), apart from the line breaks and tabs that count as whitespace; and the variation selectors of emoji.
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf"})
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u034f\u115f\u1160\u3164\uffa0]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_WHITESPACE = re.compile(r"\s+")
#: Text that is normal already, the usual case: printable ASCII and plain CJK with single spaces.
_PLAIN = re.compile("[!-~\u4e00-\u9fff。、《》“”‘’…—]+(?: [!-~\u4e00-\u9fff。、《》“”‘’…—]+)*")


def normalise(text: str) -> str:
    """Bring a text into the one form that everything else reads; the offsets of entities refer to it.

    NFKC (full-width letters, digits and punctuation become half-width), no zero-width, control or formatting
    characters, every run of whitespace one space, none at the ends. Half a surrogate pair becomes U+FFFD.
    """
    if _PLAIN.fullmatch(text):
        return text
    visible = _drop_invisible(_SURROGATES.sub("\ufffd", text))
    visible = _drop_invisible(unicodedata.normalize("NFKC", visible))
    return _WHITESPACE.sub(" ", visible).strip()


def _drop_invisible(text: str) -> str:
    kept = (c for c in text if c.isspace() or unicodedata.category(c) not in _INVISIBLE_CATEGORIES)
    return _VARIATION_SELECTORS.sub("", "".join(kept))
