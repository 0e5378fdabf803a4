"""'I wanted to ask …', 请问一下: the question is still being typed, so only show that we listen."""

from __future__ import annotations

from bot.say import draft
from bot.turn import CUSTOMER, Handler, Outcome, Turn


def run(_turn: Turn) -> Outcome:
    """Invite the question."""
    return Outcome(kind="smalltalk", replies=(draft(zh="请说，我在听。", en="Sure, go ahead."),))


HANDLER = Handler(intent="lead_in", roles=CUSTOMER, run=run, is_private=False, min_probability=0.9)
