"""'My number is …' typed instead of shared by a button: kept on the customer's contact, and on his open ticket."""

from __future__ import annotations

from bot import cases
from bot.handlers.shared import question
from bot.say import draft
from bot.turn import CUSTOMER, Handler, Outcome, Turn
from nlu.commands import give_phone


def run(turn: Turn) -> Outcome:
    """Keep the number, and tell whoever works on the customer's ticket."""
    request = give_phone.read(turn.text, turn.context)
    sent = turn.message.context
    if request is None or sent.get("contact") == "other" or any(sent.get(flag) for flag in cases.NOT_HIS_WORDS):
        return question.run(turn)
    ticket = cases.find_open_ticket(turn)
    contact = cases.note_phone(turn, request.phone, name=request.name)
    if ticket is None:
        reply = draft(
            zh=f"谢谢，已登记你的手机号 {contact.mobile}。有什么可以帮你？",
            en=f"Thank you, I've noted your number {contact.mobile}. How can I help?",
        )
        return Outcome(kind="done", replies=(reply,))
    cases.add_to_ticket(turn, ticket, turn.message.text)
    reply = draft(
        zh=f"谢谢，已登记你的手机号 {contact.mobile}，并补充到工单 {ticket.number}。",
        en=f"Thank you, I've noted your number {contact.mobile} and added it to ticket {ticket.number}.",
    )
    return Outcome(kind="done", replies=(reply,))


HANDLER = Handler(intent="give_phone", roles=CUSTOMER, run=run, min_probability=0.9)
