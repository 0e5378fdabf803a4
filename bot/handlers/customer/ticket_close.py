"""'It's solved, close my ticket': the customer closes his own ticket."""

from __future__ import annotations

from bot import cases
from bot.say import Draft, draft
from bot.turn import CUSTOMER, Handler, Outcome, Turn
from crm_core import tickets
from crm_core.models import TicketStatus
from nlu.commands import ticket_close


def run(turn: Turn) -> Outcome:
    """Close the named ticket, or the newest open one, and give the conversation back to the bot."""
    request = ticket_close.read(turn.text, turn.context)
    number = request.number if request else None
    ticket = cases.find_own_ticket(turn, number)
    if ticket is None:
        return Outcome(kind="answered", replies=(_say_none(number),))
    if ticket.status is TicketStatus.CLOSED:
        reply = draft(zh=f"工单 {ticket.number} 已经关闭。", en=f"Ticket {ticket.number} is closed already.")
        return Outcome(kind="answered", replies=(reply,))
    tickets.close_ticket(turn.session, turn.actor, ticket)
    cases.take_back(turn)
    reply = draft(
        zh=f"工单 {ticket.number} 已关闭，感谢反馈。再有问题直接告诉我。",
        en=f"Ticket {ticket.number} is closed, thank you. Tell me any time if something else comes up.",
    )
    return Outcome(kind="done", replies=(reply,))


def _say_none(number: str | None) -> Draft:
    if number is None:
        return draft(zh="你目前没有处理中的工单。", en="You have no open ticket.")
    return draft(zh=f"没有找到你的工单“{number}”。", en=f"I can't find a ticket '{number}' of yours.")


HANDLER = Handler(intent="ticket_close", roles=CUSTOMER, run=run, min_probability=0.6)
