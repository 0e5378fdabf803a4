"""Commands by grammar: deterministic, zh and en equals. One file for each; the folder is the register.

A command's file has the label's name, a frozen request class, `read(text, context)` and `COMMAND`; files that begin
with an underscore are shared parts. Promise: a question, a denial or small talk is no command. Never: a record, a
reply.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

from nlu.commands._command import Command
from nlu.commands._guards import is_question
from nlu.commands._labelled import read_form
from nlu.understanding import ParseContext

__all__ = ["LONGEST_COMMAND", "is_question", "load_commands", "recognise"]

#: Longer texts are stories, not commands.
LONGEST_COMMAND = 4000


def recognise(text: str, context: ParseContext) -> str | None:
    """Give the label of the command that a normalised text is for certain, among those that the role has; else None."""
    if len(text) > LONGEST_COMMAND:
        return None
    form = None if context.role == "customer" else read_form(text)
    for command in _first(form.command) if form else load_commands():
        if context.role in command.roles and command.read(text, context) is not None:
            return command.label
    return None


def _first(label: str) -> list[Command]:
    """Give the commands with that of a form before all others."""
    return sorted(load_commands(), key=lambda command: command.label != label)


@lru_cache(maxsize=1)
def load_commands() -> tuple[Command, ...]:
    """Import every command, in the order in which they are asked.

    Raises:
        ValueError: a file exposes no COMMAND, or one of another name.
    """
    found = []
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        command: Command | None = getattr(importlib.import_module(f"{__name__}.{module.name}"), "COMMAND", None)
        if command is None or command.label != module.name:
            raise ValueError(f"nlu/commands/{module.name}.py exposes no COMMAND of that label")
        found.append(command)
    return tuple(sorted(found, key=lambda command: (command.rank, command.label)))
