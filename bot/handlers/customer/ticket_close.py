"""'It's solved, close my ticket': the customer closes his own ticket."""

from __future__ import annotations

from bot import cases
from bot.say import draft
from bot.turn import CUSTOMER, Handler, Outcome, Turn
from crm_core import tickets


def run(turn: Turn) -> Outcome:
    """Close the newest open ticket and give the conversation back to the bot."""
    ticket = cases.find_open_ticket(turn)
    if ticket is None:
        reply = draft(zh="你目前没有处理中的工单。", en="You have no open ticket.")
        return Outcome(kind="answered", replies=(reply,))
    tickets.close_ticket(turn.session, turn.actor, ticket)
    cases.give_back(turn)
    reply = draft(
        zh=f"工单 {ticket.number} 已关闭，感谢反馈。再有问题直接告诉我。",
        en=f"Ticket {ticket.number} is closed, thank you. Tell me any time if something else comes up.",
    )
    return Outcome(kind="done", replies=(reply,))


HANDLER = Handler(intent="ticket_close", roles=CUSTOMER, run=run, min_probability=0.6)
