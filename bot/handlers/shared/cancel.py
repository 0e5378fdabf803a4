"""'Cancel, never mind': closes the newest open question; right after a write, takes it back."""

from __future__ import annotations

from bot import just_written
from bot.say import draft
from bot.taken_back import take_back
from bot.turn import EVERYBODY, Handler, Outcome, Turn


def run(turn: Turn) -> Outcome:
    """Close the open question; nothing was written while it was open. Without one, the message before is meant."""
    if turn.dialogue is not None:
        return Outcome(
            kind="done",
            replies=(draft(zh="好的，已取消，什么都没有保存。", en="All right, cancelled. Nothing was saved."),),
        )
    written = just_written.find(turn)
    if written is not None:
        return take_back(turn, written.events)
    return Outcome(
        kind="smalltalk", replies=(draft(zh="现在没有进行中的操作。", en="There is nothing open to cancel."),)
    )


HANDLER = Handler(intent="cancel", roles=EVERYBODY, run=run, is_private=False)
