"""'Cancel, never mind': closes whatever question of ours is open."""

from __future__ import annotations

from bot.say import draft
from bot.turn import EVERYBODY, Handler, Outcome, Turn


def run(turn: Turn) -> Outcome:
    """Close the open question; nothing was written while it was open."""
    if turn.dialogue is None:
        return Outcome(
            kind="smalltalk", replies=(draft(zh="现在没有进行中的操作。", en="There is nothing open to cancel."),)
        )
    return Outcome(
        kind="done",
        replies=(draft(zh="好的，已取消，什么都没有保存。", en="All right, cancelled. Nothing was saved."),),
    )


HANDLER = Handler(intent="cancel", roles=EVERYBODY, run=run, is_private=False)
