"""'I want a person' (转人工): ticket, notice, state and hand-over in one commit; then the bot is silent."""

from __future__ import annotations

from bot import cases
from bot.channel import ServiceAction
from bot.handlers.shared import deny
from bot.models import Owner
from bot.say import Choice, Draft, draft, say
from bot.turn import EVERYBODY, Handler, Outcome, OutcomeKind, Turn
from bot.words import BOT_IS_BACK
from crm_core.models import Ticket, TicketKind

LABEL = say(zh="转人工", en="Talk to a person")


def run(turn: Turn) -> Outcome:
    """Hand the conversation to a person; a second request repeats nothing but the number."""
    if turn.person.user is not None:
        reply = draft(zh="你就是同事呀，回复“帮助”看例子。", en="You are a colleague. Reply 'help' for examples.")
        return Outcome(kind="smalltalk", replies=(reply,))
    if turn.conversation.owner is Owner.PERSON:
        return Outcome(kind="done", replies=(_say_waiting(turn),))
    ticket = cases.find_open_ticket(turn)
    # Some platforms send a pressed button without its words.
    words = turn.message.text.strip() or LABEL.in_(turn.language)
    if ticket is None:
        ticket = cases.open_ticket(turn, words, kind=TicketKind.REQUEST, reason="customer_request")
        kind: OutcomeKind = "ticket"
    else:
        cases.add_to_ticket(turn, ticket, words)
        kind = "done"
    cases.hand_over(turn, ticket)
    cases.notify_staff(
        turn,
        ticket,
        say(
            zh=f"有客户请求人工，工单 {ticket.number}：{ticket.subject}\n回复“回复{ticket.number}：内容”即可答复。",
            en=f"A customer asks for a person, ticket {ticket.number}: {ticket.subject}\n"
            f"Answer with 'reply {ticket.number}: your words'.",
        ),
    )
    return Outcome(kind=kind, replies=(_say_handed_over(ticket),), service=ServiceAction.TO_PERSON)


def resume(turn: Turn) -> Outcome:
    """Take a bare yes to the offer of a person, or that it is dropped."""
    return run(turn) if turn.understanding.intent == "affirm" else deny.run(turn)


def press(turn: Turn) -> Outcome:
    """Take the buttons: talk to a person, or go back to the bot."""
    if not turn.arguments.get("back"):
        return run(turn)
    cases.take_back(turn)
    return Outcome(kind="done", replies=(BOT_IS_BACK,))


def _say_handed_over(ticket: Ticket) -> Draft:
    return draft(
        zh=f"已为你转接人工，工单号 {ticket.number}。同事会在这里回复你，期间我不会打扰；你可以继续补充情况。",
        en=f"I've handed you over to a person: ticket {ticket.number}. A colleague will answer here and I'll stay "
        "out of the way; please add anything that helps.",
        choices=(_BACK,),
    )


def _say_waiting(turn: Turn) -> Draft:
    number = turn.session.get_one(Ticket, turn.conversation.ticket_id).number if turn.conversation.ticket_id else ""
    return draft(
        zh=f"同事已经接手（工单 {number}），会尽快在这里回复你。",
        en=f"A colleague already has your case (ticket {number}) and will answer here as soon as possible.",
        choices=(_BACK,),
    )


_BACK = Choice(
    label=say(zh="返回智能助手", en="Back to the assistant"), intent="talk_to_person", arguments={"back": True}
)

HANDLER = Handler(intent="talk_to_person", roles=EVERYBODY, run=run, resume=resume, press=press, min_probability=0.6)
