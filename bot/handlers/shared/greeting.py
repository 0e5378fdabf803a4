"""A greeting, answered in kind, with what the person can ask for."""

from __future__ import annotations

from bot.turn import EVERYBODY, Handler, Outcome, Turn
from bot.words import say_welcome


def run(turn: Turn) -> Outcome:
    """Greet back."""
    return Outcome(kind="smalltalk", replies=say_welcome(turn))


HANDLER = Handler(intent="greeting", roles=EVERYBODY, run=run, is_private=False)
