"""A bare 'no' while no question of ours is open."""

from __future__ import annotations

from bot.say import draft
from bot.turn import EVERYBODY, Handler, Outcome, Turn


def run(_turn: Turn) -> Outcome:
    """Take note and offer further help."""
    return Outcome(
        kind="smalltalk",
        replies=(
            draft(zh="好的，没关系。还有什么可以帮你？", en="All right, no problem. What else can I do for you?"),
        ),
    )


HANDLER = Handler(intent="deny", roles=EVERYBODY, run=run, is_private=False)
