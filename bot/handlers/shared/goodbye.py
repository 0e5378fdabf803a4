"""A goodbye, answered in kind."""

from __future__ import annotations

from bot.say import draft
from bot.turn import EVERYBODY, Handler, Outcome, Turn


def run(_turn: Turn) -> Outcome:
    """Answer in kind."""
    return Outcome(kind="smalltalk", replies=(draft(zh="再见，祝你生活愉快！", en="Goodbye, have a good day!"),))


HANDLER = Handler(intent="goodbye", roles=EVERYBODY, run=run, is_private=False)
