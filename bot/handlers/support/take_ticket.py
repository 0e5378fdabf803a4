"""'Take 12' / '我来处理12': the colleague becomes the ticket's assignee."""

from __future__ import annotations

from bot.handlers.support import _tickets
from bot.say import draft
from bot.turn import SUPPORTERS, Example, Handler, Outcome, Turn
from crm_core import tickets
from nlu.commands import take_ticket


def run(turn: Turn) -> Outcome:
    """Take the ticket of the number that was said."""
    request = take_ticket.read(turn.text, turn.context)
    if request is None:
        return _tickets.ask_number(zh="处理哪个工单？例如：我来处理 12", en="Which ticket? For example: take 12")
    return _take(turn, request.number)


def press(turn: Turn) -> Outcome:
    """Take the ticket of the button."""
    return _take(turn, str(turn.arguments["number"]))


def _take(turn: Turn, number: str) -> Outcome:
    ticket = _tickets.find_ticket(turn, number)
    if isinstance(ticket, Outcome):
        return ticket
    tickets.take_ticket(turn.session, turn.actor, ticket)
    reply = draft(zh=f"工单 {ticket.number} 现在由你处理。", en=f"Ticket {ticket.number} is yours.")
    return Outcome(kind="done", replies=(reply,))


HANDLER = Handler(
    intent="take_ticket",
    roles=SUPPORTERS,
    run=run,
    press=press,
    examples=(Example(zh="我来处理 12", en="take 12"),),
    min_probability=0.6,
)
