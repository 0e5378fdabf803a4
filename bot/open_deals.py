"""Deals within a person's reach by their names, for the grammars: '科硕WMS签了' names one without the word for it.

Promise: only a deal's own name, or most of it; a customer's name alone names none. Never: a change of one.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_OUTSIDE = re.compile(r"[\s\W_]+")
#: words of fewer characters name no deal
LEAST_CHARS = 3


def is_deal_name(words: str, deals: Collection[str], customers: Collection[str]) -> bool:
    """Tell whether words are the name of one of the deals, or a part of it that is more than a customer's name."""
    wanted = _plain(words)
    if len(wanted) < LEAST_CHARS or wanted in {_plain(name) for name in customers}:
        return False
    names = {_plain(name) for name in deals}
    return wanted in names or any(wanted in name and 2 * len(wanted) >= len(name) for name in names)


def _plain(text: str) -> str:
    return _OUTSIDE.sub("", text).casefold()
