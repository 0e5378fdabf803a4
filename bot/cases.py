"""A customer's trouble becomes a ticket, and the people who solve it hear of it.

Promise: opening, adding to and handing over a ticket are each one piece of the turn's transaction: record, state and
notices together. Never: the choice whether a ticket is due (that is the handlers').
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot import due, notices, outbox
from bot.channel import Attachment, MessageKind, ServiceAction
from bot.models import InboxMessage, Owner
from bot.say import Text, say
from bot.turn import Turn
from crm_core import customers, tickets
from crm_core.models import Contact, Ticket, TicketKind, TicketPriority
from crm_core.permissions import system_actor

#: files sent shortly before a ticket is opened belong to it
ATTACHMENT_WINDOW = timedelta(minutes=30)
SUBJECT_CHARS = 80


def open_ticket(
    turn: Turn,
    text: str,
    *,
    kind: TicketKind = TicketKind.QUESTION,
    priority: TicketPriority | None = None,
    reason: str,
) -> Ticket:
    """Open a ticket with the customer's own words; a visitor becomes a contact so that it has an owner."""
    contact = ensure_contact(turn)
    ticket = tickets.open_ticket(
        turn.session,
        replace(turn.actor, contact_id=contact.id),
        subject=shorten(text, SUBJECT_CHARS),
        text=text,
        kind=kind,
        priority=priority,
        contact_id=contact.id,
        account_id=contact.account_id,
        conversation_id=turn.conversation.id,
        channel=turn.conversation.channel,
        language=turn.language,
        reason=reason,
        attachments=[vars(attachment) for attachment in _recent_attachments(turn)],
    )
    due.schedule_ticket_clocks(turn.session, ticket)
    return ticket


def ensure_contact(turn: Turn, *, mobile: str | None = None) -> Contact:
    """Return the customer's contact, made from what the channel says of him if there is none."""
    identity, contact = turn.person.identity, turn.person.contact
    system = system_actor(turn.now, turn.inbox_id, zone=turn.zone)
    if contact is None and mobile:
        contact = customers.find_contact_by_phone(turn.session, system, mobile)
    if contact is None and identity.contact_id:
        contact = turn.session.get(Contact, identity.contact_id)
    if contact is None:
        name = identity.display_name or f"{say(zh='访客', en='Visitor').in_(turn.language)} {identity.id}"
        contact = customers.create_contact(turn.session, system, name=name, mobile=mobile, language=turn.language)
    elif mobile and not contact.mobile:
        customers.update_contact(turn.session, system, contact, mobile=mobile)
    identity.contact_id = contact.id
    turn.session.flush()
    return contact


def add_to_ticket(turn: Turn, ticket: Ticket, text: str) -> None:
    """Add the customer's words and this message's files to his ticket, and tell whoever works on it."""
    tickets.add_customer_message(
        turn.session,
        turn.actor,
        ticket,
        text=text,
        attachments=[vars(attachment) for attachment in turn.message.attachments],
    )
    told = say(
        zh=f"工单 {ticket.number} 客户补充：{shorten(text, 300)}",
        en=f"Ticket {ticket.number}, the customer adds: {shorten(text, 300)}",
    )
    notify_staff(turn, ticket, told)


def hand_over(turn: Turn, ticket: Ticket) -> None:
    """Give the conversation to a person: the bot falls silent, its waiting drafts are dropped, the platform is told."""
    turn.conversation.owner = Owner.PERSON
    turn.conversation.ticket_id = ticket.id
    outbox.cancel_waiting(turn.session, turn.conversation.id, reason="a person took over")


def take_back(turn: Turn) -> None:
    """Give the conversation back to the bot and, before its next words, end the session that a person has."""
    if turn.conversation.owner is Owner.PERSON:
        outbox.queue_service(turn.session, turn.conversation, ServiceAction.END, now=turn.now, inbox_id=turn.inbox_id)
    give_back(turn)


def give_back(turn: Turn) -> None:
    """Give the conversation back to the bot."""
    turn.conversation.owner = Owner.BOT
    turn.conversation.ticket_id = None
    turn.conversation.misses = 0


def find_open_ticket(turn: Turn) -> Ticket | None:
    """Return the customer's newest ticket that is not closed."""
    return tickets.find_open_ticket(
        turn.session,
        turn.actor,
        conversation_id=turn.conversation.id,
        contact_id=turn.person.identity.contact_id,
    )


def find_own_ticket(turn: Turn, number: str | None) -> Ticket | None:
    """Return the customer's ticket of a number as said ('TK20260012', '12'), the newest open one without a number."""
    if number is None:
        return find_open_ticket(turn)
    own = tickets.find_tickets_of(
        turn.session, turn.actor, conversation_id=turn.conversation.id, contact_id=turn.person.identity.contact_id
    )
    wanted = number.casefold().removeprefix("tk")
    return next((ticket for ticket in own if ticket.number.casefold().endswith(wanted)), None)


def notify_staff(turn: Turn, ticket: Ticket, words: Text) -> None:
    """Tell the ticket's assignee, or all of support while it has none, in their own chats."""
    notices.tell_ticket_staff(turn.session, turn.services, ticket, words, now=turn.now, about=turn.conversation)


def shorten(text: str, length: int) -> str:
    """Cut a text for a headline, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def _recent_attachments(turn: Turn) -> list[Attachment]:
    statement = (
        select(InboxMessage.payload)
        .where(
            InboxMessage.channel == turn.conversation.channel,
            InboxMessage.conversation_key == turn.conversation.key,
            InboxMessage.id < turn.inbox_id,
            InboxMessage.received_at > turn.now - ATTACHMENT_WINDOW,
        )
        .order_by(InboxMessage.id)
    )
    payloads = turn.session.scalars(statement).all()
    earlier = [
        Attachment(**kept)
        for payload in payloads
        if payload["kind"] == MessageKind.MEDIA.value
        for kept in payload["attachments"]
    ]
    return [*earlier, *turn.message.attachments]
