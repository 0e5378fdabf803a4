"""'Ticket 12 is a complaint' / '工单12改为投诉': the kind and clocks are put right; the bot may learn from it."""

from __future__ import annotations

from bot.handlers.support import _tickets
from bot.say import Choice, draft, say
from bot.turn import SUPPORTERS, Example, Handler, Outcome, Turn
from crm_core.models import TicketKind
from crm_core.ticket_kinds import reclassify
from nlu.commands import reclassify_ticket

KIND_WORDS = {
    TicketKind.QUESTION: say(zh="咨询", en="a question"),
    TicketKind.COMPLAINT: say(zh="投诉", en="a complaint"),
    TicketKind.AFTER_SALES: say(zh="售后", en="after-sales"),
    TicketKind.REQUEST: say(zh="请求", en="a request"),
}


def run(turn: Turn) -> Outcome:
    """Give the ticket the kind that was said."""
    request = reclassify_ticket.read(turn.text, turn.context)
    if request is None:
        return _tickets.ask_number(
            zh="哪个工单，改成什么？例如：工单 12 改为投诉",
            en="Which ticket is what? For example: ticket 12 is a complaint",
        )
    ticket = _tickets.find_ticket(turn, request.number)
    if isinstance(ticket, Outcome):
        return ticket
    kind = TicketKind(request.kind)
    word = KIND_WORDS[kind]
    if ticket.kind is kind:
        reply = draft(zh=f"工单 {ticket.number} 已经是{word.zh}。", en=f"Ticket {ticket.number} is {word.en} already.")
        return Outcome(kind="answered", replies=(reply,))
    reclassify(turn.session, turn.actor, ticket, kind=kind)
    review = Choice(label=say(zh="审核建议", en="Review suggestions"), intent="review_examples")
    reply = draft(
        zh=f"工单 {ticket.number} 现在是{word.zh}，期限已更新。",
        en=f"Ticket {ticket.number} is {word.en} now; its due times follow.",
        choices=(review,),
    )
    return Outcome(kind="done", replies=(reply,))


HANDLER = Handler(
    intent="reclassify_ticket",
    roles=SUPPORTERS,
    run=run,
    examples=(Example(zh="工单 12 改为投诉", en="ticket 12 is a complaint"),),
    min_probability=0.6,
)
