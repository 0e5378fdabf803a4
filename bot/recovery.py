"""What becomes of a message that failed every time, and of a reply that cannot be delivered: never silence.

Promise: the original words end in a ticket and the customer is told its number. Never: another attempt.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot import inbox, notices, outbox, people, speech
from bot.channel import ServiceAction
from bot.inbox import Claim
from bot.models import Conversation, Owner
from bot.outbox import Dispatch
from bot.say import Text, draft, say
from bot.turn import Services
from crm_core import tickets
from crm_core.models import Ticket, TicketKind, TicketPriority
from crm_core.permissions import system_actor

SUBJECT_CHARS = 80


def give_up(session: Session, services: Services, claim: Claim, *, error: str, now: datetime) -> None:
    """Open a ticket with the original text, tell the sender, and close the message, in the caller's transaction.

    Raises:
        LeaseLost: another worker holds the message now.
    """
    message = claim.message
    conversation, person = people.open_conversation(session, message, now=now)
    language = people.choose_language(
        message.text, conversation.language, message.language_hint, services.settings.language
    )
    text = message.text or f"[{message.kind.value}]"
    ticket = tickets.open_ticket(
        session,
        system_actor(now, claim.inbox_id, zone=services.settings.zone),
        subject=" ".join(text.split())[:SUBJECT_CHARS],
        text=text,
        kind=TicketKind.REQUEST,
        priority=TicketPriority.HIGH,
        contact_id=person.identity.contact_id,
        conversation_id=conversation.id,
        channel=message.channel,
        language=language,
        reason="processing_failed",
        attachments=[vars(attachment) for attachment in message.attachments],
    )
    apology = draft(
        zh=f"抱歉，我没能处理这条消息，已转给同事跟进，工单号 {ticket.number}。",
        en=f"Sorry, I couldn't process this message. A colleague will look at it: ticket {ticket.number}.",
    )
    speech.tell(
        session, services.channels, conversation, [apology], language=language, now=now, inbox_id=claim.inbox_id
    )
    result = {"language": language, "intent": "failed", "probability": 0.0, "outcome": "ticket", "article": None}
    inbox.mark_given_up(session, claim, now=now, error=error, result={**result, "records": [], "text": message.text})


def report_parked(session: Session, services: Services, dispatch: Dispatch, *, reason: str, now: datetime) -> None:
    """Note on the conversation's ticket what could not be delivered or done, and tell the assignee."""
    conversation = session.get_one(Conversation, dispatch.conversation_id)
    system = system_actor(now, zone=services.settings.zone)
    ticket = tickets.find_open_ticket(session, system, conversation_id=conversation.id)
    if dispatch.action is ServiceAction.END:
        _stay_with_people(session, services, conversation, ticket, now=now)
    if ticket is None:
        return
    words = _say_undone(dispatch.action, ticket, reason)
    tickets.answer_ticket(session, system, ticket, text=words.in_(services.settings.language), is_internal=True)
    notices.tell_ticket_staff(session, services, ticket, words, now=now, about=conversation)


def report_held(session: Session, services: Services, dispatch: Dispatch, *, now: datetime) -> None:
    """Tell the colleague whose answer waits that the customer does not have it yet: he may want to call instead."""
    conversation = session.get_one(Conversation, dispatch.conversation_id)
    ticket = tickets.find_open_ticket(
        session, system_actor(now, zone=services.settings.zone), conversation_id=conversation.id
    )
    if ticket is None:
        return
    words = say(
        zh=f"工单 {ticket.number}：平台要等客户再次发言才放行你的答复，届时会自动送达；着急的话请换个方式联系。",
        en=f"Ticket {ticket.number}: the platform lets your answer through when the customer writes again; it goes out "
        "by itself then. If it is urgent, please use another way.",
    )
    notices.tell_ticket_staff(session, services, ticket, words, now=now, about=conversation)


def _stay_with_people(
    session: Session, services: Services, conversation: Conversation, ticket: Ticket | None, *, now: datetime
) -> None:
    """Leave the conversation to people, as the platform does, and tell the customer instead of falling silent."""
    conversation.owner = Owner.PERSON
    conversation.ticket_id = ticket.id if ticket is not None else None
    outbox.cancel_waiting(session, conversation.id, reason="the platform leaves the session to people")
    apology = draft(
        zh="你仍在人工排队中，平台暂时不让智能助手回答。你的话我都会记下，同事会尽快在这里回复你。",
        en="You are still in the queue for a person, and until then the platform does not let the assistant answer. "
        "I note down what you write, and a colleague will answer here as soon as possible.",
    )
    language = speech.language_of(conversation, services.settings.language)
    speech.tell(session, services.channels, conversation, [apology], language=language, now=now)


def _say_undone(action: ServiceAction | None, ticket: Ticket, reason: str) -> Text:
    number = ticket.number
    if action is ServiceAction.END:
        return say(
            zh=f"工单 {number}：客户想回到智能助手，但平台仍把会话留在人工排队中，请在客户端接入。",
            en=f"Ticket {number}: the customer wants the assistant back, but the platform keeps the session in the "
            "queue for a person. Please take it in the client.",
        )
    if action is ServiceAction.TO_PERSON:
        return say(
            zh=f"工单 {number}：客户在等人工，但平台没有接受转接（{reason}）。请在这里用“回复{number}：内容”答复客户。",
            en=f"Ticket {number}: the customer waits for a person, but the platform took no hand-over ({reason}). "
            f"Please answer here with 'reply {number}: your words'.",
        )
    return say(
        zh=f"工单 {number}：回复没有送达客户（{reason}）。",
        en=f"Ticket {number}: the reply did not reach the customer ({reason}).",
    )
