"""The contract of a command: who has it, and how it is read.

Promise: a plain value. Never: an effect; the handler of the same name in bot/handlers has that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nlu.understanding import ParseContext

CUSTOMER = frozenset({"customer"})
STAFF = frozenset({"rep", "supervisor", "support", "manager", "analyst", "admin"})


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command of the grammar."""

    #: the intent's label, the same as the handler's
    label: str
    #: roles that have it
    roles: frozenset[str]
    #: gives the request, or None where the text is not this command
    read: Callable[[str, ParseContext], object | None]
    #: where two commands read one text, the lower rank wins
    rank: int = 50
