"""'Add to my ticket: …': the customer's further words join his open ticket."""

from __future__ import annotations

from bot import cases
from bot.say import draft
from bot.turn import CUSTOMER, Handler, Outcome, Turn
from nlu.commands import ticket_add


def run(turn: Turn) -> Outcome:
    """Add the words to the named ticket or the newest open one; without one, ask what the matter is."""
    request = ticket_add.read(turn.text, turn.context)
    ticket = cases.find_own_ticket(turn, request.number if request else None)
    if ticket is None:
        reply = draft(
            zh="你目前没有处理中的工单。请直接说遇到了什么问题。",
            en="You have no open ticket. Please tell me what the problem is.",
        )
        return Outcome(kind="asked", replies=(reply,))
    cases.add_to_ticket(turn, ticket, turn.message.text)
    reply = draft(zh=f"已补充到工单 {ticket.number}。", en=f"I've added that to ticket {ticket.number}.")
    return Outcome(kind="done", replies=(reply,))


HANDLER = Handler(intent="ticket_add", roles=CUSTOMER, run=run, min_probability=0.6)
