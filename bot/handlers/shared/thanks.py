"""Thanks, answered in kind."""

from __future__ import annotations

from bot.say import draft
from bot.turn import EVERYBODY, Handler, Outcome, Turn


def run(_turn: Turn) -> Outcome:
    """Answer in kind."""
    return Outcome(
        kind="smalltalk", replies=(draft(zh="不客气，很高兴能帮到你！", en="You're welcome! Glad I could help."),)
    )


HANDLER = Handler(intent="thanks", roles=EVERYBODY, run=run, is_private=False)
