"""A command of a chat's menu: '/help', '/person', '/ticket'. The word after the slash says what is wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import CUSTOMER, STAFF, Command
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class Slash:
    """The command's name in lower case, and what follows it."""

    name: str
    rest: str


_COMMAND = re.compile(r"/(?P<name>[A-Za-z][A-Za-z0-9_]{0,31})(?:\s+(?P<rest>.*))?", re.DOTALL)


def read(text: str, context: ParseContext) -> Slash | None:  # noqa: ARG001 - the contract of a command
    """Read the command and the rest of the line."""
    match = _COMMAND.fullmatch(text.strip())
    return None if match is None else Slash(name=match["name"].lower(), rest=(match["rest"] or "").strip())


COMMAND = Command(label="slash", roles=CUSTOMER | STAFF, read=read, rank=1)
