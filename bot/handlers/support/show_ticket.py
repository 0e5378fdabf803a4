"""'Ticket 12' / '看工单TK…': a ticket with its thread, and buttons to take or close it."""

from __future__ import annotations

from bot.handlers.support import _tickets
from bot.say import Choice, Draft, Text, say
from bot.turn import SUPPORTERS, Example, Handler, Outcome, Turn
from bot.words import say_moment
from crm_core import tickets
from crm_core.models import Contact, Ticket, TicketMessage, TicketMessageAuthor
from nlu.commands import show_ticket

SHOWN_MESSAGES = 8
AUTHORS = {
    TicketMessageAuthor.CUSTOMER: say(zh="客户", en="Customer"),
    TicketMessageAuthor.STAFF: say(zh="同事", en="Staff"),
    TicketMessageAuthor.SYSTEM: say(zh="系统", en="System"),
}


def run(turn: Turn) -> Outcome:
    """Show the ticket of the number that was said."""
    request = show_ticket.read(turn.text, turn.context)
    if request is None:
        return _tickets.ask_number(zh="看哪个工单？例如：看工单 12", en="Which ticket? For example: ticket 12")
    return _show(turn, request.number)


def press(turn: Turn) -> Outcome:
    """Show the chosen ticket."""
    return _show(turn, str(turn.arguments["number"]))


def _show(turn: Turn, number: str) -> Outcome:
    ticket = _tickets.find_ticket(turn, number)
    if isinstance(ticket, Outcome):
        return ticket
    text = _tickets.say_line(turn, ticket) + _say_customer(turn, ticket)
    for message in tickets.thread(turn.session, turn.actor, ticket)[-SHOWN_MESSAGES:]:
        text += _say_message(turn, message)
    text += say(zh=f"\n答复：回复{ticket.number}：内容", en=f"\nAnswer: reply {ticket.number}: your words")
    number = ticket.number
    buttons = (
        Choice(label=say(zh="我来处理", en="Take it"), intent="take_ticket", arguments={"number": number}),
        Choice(label=say(zh="关闭", en="Close"), intent="close_ticket", arguments={"number": number}),
    )
    return Outcome(kind="answered", replies=(Draft(text=text, choices=buttons),))


def _say_customer(turn: Turn, ticket: Ticket) -> Text:
    contact = turn.session.get(Contact, ticket.contact_id) if ticket.contact_id else None
    if contact is None:
        return Text(zh="", en="")
    reach = " · ".join(fact for fact in (contact.name, contact.mobile, ticket.channel) if fact)
    return say(zh=f"\n客户：{reach}", en=f"\nCustomer: {reach}")


def _say_message(turn: Turn, message: TicketMessage) -> Text:
    who, when = AUTHORS[message.author], say_moment(message.created_at, turn.zone)
    files = "".join(f" [{kept['filename']}]" for kept in message.attachments)
    return say(zh=f"\n{when.zh} {who.zh}：{message.text}{files}", en=f"\n{when.en} {who.en}: {message.text}{files}")


HANDLER = Handler(
    intent="show_ticket",
    roles=SUPPORTERS,
    run=run,
    press=press,
    examples=(Example(zh="看工单 12", en="ticket 12"),),
    min_probability=0.6,
)
