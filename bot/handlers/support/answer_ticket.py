"""'Reply 12: …' / '回复TK…：…': a colleague's answer, word for word, to the customer on the customer's channel."""

from __future__ import annotations

from bot.handlers.support import _tickets
from bot.say import Choice, Draft, Text, say
from bot.turn import SUPPORTERS, Example, Handler, Outcome, Turn
from crm_core import tickets
from nlu.commands import answer_ticket


def run(turn: Turn) -> Outcome:
    """Keep the answer in the ticket and send it to the customer, in one commit."""
    request = answer_ticket.read(turn.message.text.strip(), turn.context) or answer_ticket.read(turn.text, turn.context)
    if request is None or not request.text:
        return _tickets.ask_number(
            zh="请写明工单和答复，例如：回复12：您好，包裹今天送达。",
            en="Please give ticket and answer, for example: reply 12: your parcel arrives today.",
        )
    ticket = _tickets.find_ticket(turn, request.number)
    if isinstance(ticket, Outcome):
        return ticket
    tickets.answer_ticket(turn.session, turn.actor, ticket, text=request.text)
    words = Text(
        zh=f"【工单 {ticket.number} 回复】{request.text}", en=f"[Answer to ticket {ticket.number}] {request.text}"
    )
    reached = _tickets.tell_customer(turn, ticket, Draft(text=words), author="staff")
    text = say(zh=f"已回复客户，工单 {ticket.number}。", en=f"Sent to the customer, ticket {ticket.number}.")
    if not reached:
        text = say(
            zh=f"已记入工单 {ticket.number}，但客户没有可用的聊天渠道，请电话联系。",
            en=f"Kept in ticket {ticket.number}, but the customer has no chat to reach. Please call.",
        )
    close = Choice(
        label=say(zh="关闭工单", en="Close the ticket"), intent="close_ticket", arguments={"number": ticket.number}
    )
    return Outcome(kind="done", replies=(Draft(text=text, choices=(close,)),))


HANDLER = Handler(
    intent="answer_ticket",
    roles=SUPPORTERS,
    run=run,
    examples=(Example(zh="回复12：您好，包裹今天送达", en="reply 12: your parcel arrives today"),),
    min_probability=0.6,
)
