"""'Close 12' / '关闭工单12': closes a ticket, tells its customer, and gives the conversation back to the bot."""

from __future__ import annotations

from bot.handlers.support import _tickets
from bot.say import draft
from bot.turn import SUPPORTERS, Example, Handler, Outcome, Turn
from crm_core import tickets
from crm_core.models import TicketStatus
from nlu.commands import close_ticket


def run(turn: Turn) -> Outcome:
    """Close the ticket of the number that was said."""
    request = close_ticket.read(turn.text, turn.context)
    if request is None:
        return _tickets.ask_number(zh="关闭哪个工单？例如：关闭工单 12", en="Which ticket? For example: close 12")
    return _close(turn, request.number)


def press(turn: Turn) -> Outcome:
    """Close the ticket of the button."""
    return _close(turn, str(turn.arguments["number"]))


def _close(turn: Turn, number: str) -> Outcome:
    ticket = _tickets.find_ticket(turn, number)
    if isinstance(ticket, Outcome):
        return ticket
    if ticket.status is TicketStatus.CLOSED:
        reply = draft(zh=f"工单 {ticket.number} 已经关闭。", en=f"Ticket {ticket.number} is closed already.")
        return Outcome(kind="answered", replies=(reply,))
    tickets.close_ticket(turn.session, turn.actor, ticket)
    _tickets.give_back_to_bot(turn, ticket)
    notice = draft(
        zh=f"你的工单 {ticket.number} 已处理完成。还有问题直接在这里说就行。",
        en=f"Your ticket {ticket.number} has been resolved. If anything is left, just write here.",
    )
    _tickets.tell_customer(turn, ticket, notice, author="bot")
    reply = draft(zh=f"已关闭工单 {ticket.number}。", en=f"Closed ticket {ticket.number}.")
    return Outcome(kind="done", replies=(reply,))


HANDLER = Handler(
    intent="close_ticket",
    roles=SUPPORTERS,
    run=run,
    press=press,
    examples=(Example(zh="关闭工单 12", en="close 12"),),
    min_probability=0.6,
)
