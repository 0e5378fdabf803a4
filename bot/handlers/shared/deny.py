"""A bare 'no' while no question of ours is open."""

from __future__ import annotations

from bot import just_written
from bot.agenda import CORRECTION_INTENT, FIX_SLOT
from bot.say import Choice, Draft, draft, say
from bot.turn import EVERYBODY, Dialogue, Handler, Outcome, Turn


def run(turn: Turn) -> Outcome:
    """Take note and offer further help; right after a write, ask what is wrong with it."""
    written = just_written.find(turn)
    if written is not None:
        undo = Choice(label=say(zh="撤销", en="Undo"), intent="undo", arguments={"message_id": written.message_id})
        text = say(
            zh="哪里不对？直接说对的就行，例如“是周四”“不是张伟是章伟”；或者撤销。",
            en="What is wrong? Just say what it should be, like 'Thursday' or 'not Li Na, Li Ning'; or undo it.",
        )
        data = {"text": turn.text, "said_at": turn.now.isoformat(), "slot": FIX_SLOT}
        return Outcome(
            kind="asked",
            replies=(Draft(text=text, choices=(undo,)),),
            dialogue=Dialogue(intent=CORRECTION_INTENT, data=data),
        )
    return Outcome(
        kind="smalltalk",
        replies=(
            draft(zh="好的，没关系。还有什么可以帮你？", en="All right, no problem. What else can I do for you?"),
        ),
    )


HANDLER = Handler(intent="deny", roles=EVERYBODY, run=run, is_private=False)
