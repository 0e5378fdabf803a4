"""Traditional Chinese characters as simplified ones, character by character.

Promise: the result has the length of the input, so offsets stay valid. Never: a phrase rewritten (軟體 stays
two characters), a file of ours: the table comes from OpenCC.
"""

from __future__ import annotations

from functools import lru_cache

#: CJK Unified Ideographs with extension A: where every traditional character in use stands.
_FIRST, _LAST = 0x3400, 0x9FFF


def simplified(text: str) -> str:
    """Give the text with every traditional character replaced by its simplified form; same length."""
    if text.isascii():
        return text
    return text.translate(_table())


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    from opencc import OpenCC

    originals = [chr(code) for code in range(_FIRST, _LAST + 1)]
    # One line for a character: OpenCC's longest-match rules then never see two characters together.
    converted = OpenCC("t2s").convert("\n".join(originals)).split("\n")
    pairs = zip(originals, converted, strict=True)
    return {ord(old): new for old, new in pairs if old != new and len(new) == 1}
