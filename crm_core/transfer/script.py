"""Traditional characters as simplified ones, in which headings, words and colleagues' names are compared.

Promise: pure; a text without any is returned as it is, and the dictionaries are read with the first that may have one.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """Return 進行中 as 进行中."""
    return text if text.isascii() else str(_converter().convert(text))


@cache
def _converter() -> Any:
    # Read late: a plain file needs no dictionary.
    from opencc import OpenCC

    return OpenCC("t2s")
