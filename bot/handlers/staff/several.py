"""Several commands in one message: each is done by its own handler; what one of them asks holds up no other."""

from __future__ import annotations

from bot import orders
from bot.handlers import load_handlers
from bot.say import Draft, say
from bot.turn import STAFF, Example, Handler, Outcome, Turn
from nlu.commands import several


def run(turn: Turn) -> Outcome:
    """Run every part, in order, each in a savepoint of its own."""
    request = several.read(turn.text, turn.context)
    if request is None:  # one order once the names in it are known
        one = orders.hand_on(turn, turn.text, load_handlers())
        return one or Outcome(
            kind="smalltalk", replies=(Draft(text=say(zh="请分开说。", en="Please say it in parts.")),)
        )
    return orders.run_all(turn, request.parts, load_handlers())


HANDLER = Handler(
    intent="several",
    roles=STAFF,
    run=run,
    examples=(
        Example(
            zh="新建客户 悦购超市，联系人李明 13912345678，提醒我明天下午联系",
            en="new customer Acme Ltd; remind me to call them tomorrow; tag Acme as VIP",
        ),
    ),
    min_probability=0.97,
)
