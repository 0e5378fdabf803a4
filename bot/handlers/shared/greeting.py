"""A greeting, answered in kind, with what the person can ask for."""

from __future__ import annotations

from bot.handlers._words import say_welcome
from bot.turn import EVERYBODY, Handler, Outcome, Turn


def run(turn: Turn) -> Outcome:
    """Greet back."""
    return Outcome(kind="smalltalk", replies=say_welcome(turn))


HANDLER = Handler(intent="greeting", roles=EVERYBODY, run=run, is_private=False)
