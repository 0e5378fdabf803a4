"""Deals within a person's reach by their names, for the grammars: '科硕WMS签了' names one without the word for it.

Promise: only a deal's own name, or most of it; a customer's name alone names none. Never: a change of one.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_OUTSIDE = re.compile(r"[\s\W_]+")
#: words of fewer characters name no deal
LEAST_CHARS = 3
#: fewer characters beside a customer's name tell nothing
LEAST_REST = 2


def is_deal_name(words: str, deals: Collection[str], customers: Collection[str]) -> bool:
    """Tell whether words are the name of one of the deals, or a part of it that is more than a customer's name."""
    wanted = _plain(words)
    if len(wanted) < LEAST_CHARS or wanted in {_plain(name) for name in customers}:
        return False
    names = {_plain(name) for name in deals}
    if wanted in names or any(wanted in name and 2 * len(wanted) >= len(name) for name in names):
        return True
    return any(_is_of(wanted, _plain(customer), name) for customer in customers for name in names)


def _is_of(wanted: str, customer: str, name: str) -> bool:
    """Tell whether words are a customer and the rest of his deal's name: 渤海MES for 渤海化工MES."""
    rest = wanted.removeprefix(customer)
    return rest != wanted and len(rest) >= LEAST_REST and rest in name and name.startswith(customer[:LEAST_REST])


def _plain(text: str) -> str:
    return _OUTSIDE.sub("", text).casefold()
