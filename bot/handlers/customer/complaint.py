"""A complaint (投诉): a ticket of its own kind with the short clocks, told to support at once."""

from __future__ import annotations

from bot import cases
from bot.say import Choice, draft, say
from bot.turn import CUSTOMER, Handler, Outcome, Turn
from crm_core.models import TicketKind, TicketPriority


def run(turn: Turn) -> Outcome:
    """Open a complaint in the customer's words, or add to the one that is open."""
    open_one = cases.find_open_complaint(turn)
    if open_one is not None:
        return cases.add_to_complaint(turn, open_one, turn.message.text)
    ticket = cases.open_ticket(
        turn, turn.message.text, kind=TicketKind.COMPLAINT, priority=TicketPriority.HIGH, reason="complaint"
    )
    cases.notify_staff(
        turn,
        ticket,
        say(
            zh=f"新投诉 {ticket.number}：{ticket.subject}（1 小时内首次答复）",
            en=f"New complaint {ticket.number}: {ticket.subject} (first answer within 1 hour)",
        ),
    )
    reply = draft(
        zh=f"非常抱歉给你带来不好的体验。投诉已登记，工单号 {ticket.number}，"
        "1 小时内会有同事联系你，24 小时内给出处理结果。",
        en=f"I'm very sorry about this. Your complaint is registered as ticket {ticket.number}. "
        "A colleague will get back to you within 1 hour, with a solution within 24 hours.",
        choices=(Choice(label=say(zh="转人工", en="Talk to a person"), intent="talk_to_person"),),
    )
    return Outcome(kind="ticket", replies=(reply,))


HANDLER = Handler(intent="complaint", roles=CUSTOMER, run=run, min_probability=0.6)
