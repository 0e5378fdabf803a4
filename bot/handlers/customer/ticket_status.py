"""'Where is my ticket?': the customer's own tickets, how they stand and what was said last."""

from __future__ import annotations

from bot.say import Text, draft, say
from bot.turn import CUSTOMER, Example, Handler, Outcome, Turn
from bot.words import say_moment
from crm_core import tickets
from crm_core.models import Ticket, TicketMessageAuthor, TicketStatus
from nlu.commands import ticket_status

SHOWN_TICKETS = 3
STATUS_WORDS = {
    TicketStatus.OPEN: say(zh="处理中", en="being worked on"),
    TicketStatus.PENDING: say(zh="已回复，等你确认", en="answered, waiting for you"),
    TicketStatus.SOLVED: say(zh="已解决", en="solved"),
    TicketStatus.CLOSED: say(zh="已关闭", en="closed"),
}


def run(turn: Turn) -> Outcome:
    """Show the named ticket, or the newest ones."""
    request = ticket_status.read(turn.text, turn.context)
    found = _find(turn, request.number if request else None)
    if not found:
        reply = draft(
            zh="没有找到你的工单。可以直接告诉我遇到的问题，我来帮你登记。",
            en="I can't find a ticket of yours. Tell me what is wrong and I'll open one.",
        )
        return Outcome(kind="answered", replies=(reply,))
    words = [_describe(turn, ticket) for ticket in found[:SHOWN_TICKETS]]
    reply = draft(zh="\n\n".join(word.zh for word in words), en="\n\n".join(word.en for word in words))
    return Outcome(kind="answered", replies=(reply,))


def _find(turn: Turn, number: str | None) -> list[Ticket]:
    own = tickets.find_tickets_of(
        turn.session, turn.actor, conversation_id=turn.conversation.id, contact_id=turn.person.identity.contact_id
    )
    if number is None:
        return own
    return [ticket for ticket in own if ticket.number.casefold().endswith(number.casefold().removeprefix("tk"))]


def _describe(turn: Turn, ticket: Ticket) -> Text:
    status, opened = STATUS_WORDS[ticket.status], say_moment(ticket.created_at, turn.zone)
    answers = [
        message
        for message in tickets.thread(turn.session, turn.actor, ticket)
        if message.author is TicketMessageAuthor.STAFF
    ]
    last = answers[-1] if answers else None
    words = say(
        zh=f"工单 {ticket.number}：{ticket.subject}\n状态：{status.zh}，提交于 {opened.zh}",
        en=f"Ticket {ticket.number}: {ticket.subject}\nStatus: {status.en}, opened {opened.en}",
    )
    return words if last is None else words + say(zh=f"\n最新回复：{last.text}", en=f"\nLatest answer: {last.text}")


HANDLER = Handler(
    intent="ticket_status",
    roles=CUSTOMER,
    run=run,
    press=run,
    examples=(Example(zh="我的工单到哪了", en="where is my ticket"),),
)
