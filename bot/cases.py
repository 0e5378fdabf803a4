"""A customer's trouble becomes a ticket, and the people who solve it hear of it.

Promise: opening, adding to and handing over a ticket are each one piece of the turn's transaction: record, state and
notices together. Never: the choice whether a ticket is due (that is the handlers').
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

from sqlalchemy import Table, bindparam, select

from bot import due, notices, outbox
from bot.channel import Attachment, MessageKind, ServiceAction
from bot.models import InboxMessage, Owner
from bot.say import Choice, Text, draft, say
from bot.turn import Outcome, Turn
from crm_core import complaints, customers, tickets
from crm_core.models import Contact, Ticket, TicketKind, TicketPriority
from crm_core.permissions import system_actor
from nlu.commands import give_phone, is_question
from nlu.text import normalise

#: files sent shortly before a ticket is opened belong to it
ATTACHMENT_WINDOW = timedelta(minutes=30)
SUBJECT_CHARS = 80
_INBOX = cast(Table, InboxMessage.__table__)
#: built once, and without the mapper: every ticket asks it
_EARLIER_MEDIA = (
    select(_INBOX.c.payload)
    .where(
        _INBOX.c.channel == bindparam("channel"),
        _INBOX.c.conversation_key == bindparam("conversation_key"),
        _INBOX.c.id < bindparam("before"),
        _INBOX.c.received_at > bindparam("since"),
        _INBOX.c.payload["kind"].as_string() == MessageKind.MEDIA.value,
    )
    .order_by(_INBOX.c.id)
)
#: so long after the last word on it, whatever a customer states belongs to his complaint
COMPLAINING = timedelta(minutes=10)
#: and so long what would open a ticket anyway
SAME_MATTER = timedelta(days=1)
#: flags of a message whose words or card are somebody else's
NOT_HIS_WORDS = ("forwarded", "via_bot", "anonymous")
#: `Contact.attributes`: the number was typed, not shared by the platform's own button
UNVERIFIED_MOBILE = "mobile_unverified"


def open_ticket(
    turn: Turn,
    text: str,
    *,
    kind: TicketKind = TicketKind.QUESTION,
    priority: TicketPriority | None = None,
    reason: str,
) -> Ticket:
    """Open a ticket with the customer's own words; a visitor becomes a contact so that it has an owner."""
    contact = note_given_phone(turn) or ensure_contact(turn)
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


def ensure_contact(turn: Turn, *, mobile: str | None = None, name: str | None = None) -> Contact:
    """Return the customer's contact, made from what the channel or he himself says of him if there is none.

    `mobile` is one that the platform vouches for, so it also finds the contact whose number it is.
    """
    identity, contact = turn.person.identity, turn.person.contact
    system = system_actor(turn.now, turn.inbox_id, zone=turn.zone)
    if contact is None and identity.contact_id:
        contact = turn.session.get(Contact, identity.contact_id)
    if contact is None and mobile:
        known = customers.find_contact_by_phone(turn.session, system, mobile)
        contact = None if known is None or known.attributes.get(UNVERIFIED_MOBILE) else known
    if contact is None:
        name = name or identity.display_name or f"{say(zh='访客', en='Visitor').in_(turn.language)} {identity.id}"
        contact = customers.create_contact(turn.session, system, name=name, mobile=mobile, language=turn.language)
    elif mobile and (not contact.mobile or contact.attributes.get(UNVERIFIED_MOBILE)):
        attributes = {key: value for key, value in contact.attributes.items() if key != UNVERIFIED_MOBILE}
        customers.update_contact(turn.session, system, contact, mobile=mobile, attributes=attributes)
    identity.contact_id = contact.id
    return contact


def note_given_phone(turn: Turn) -> Contact | None:
    """Keep the number that the customer's words give as his own; None where they give none."""
    is_his = not any(turn.message.context.get(flag) for flag in NOT_HIS_WORDS)
    given = (
        give_phone.find(turn.text, turn.context) if is_his and turn.message.context.get("contact") != "other" else None
    )
    return None if given is None else note_phone(turn, given.phone, name=given.name)


def lacks_phone(turn: Turn) -> bool:
    """Whether a customer could be called if we knew his number; a group is no place to ask for it."""
    identity = turn.person.identity
    contact = turn.session.get(Contact, identity.contact_id) if identity.contact_id else None
    return not turn.conversation.is_group and (contact is None or not contact.mobile)


def note_phone(turn: Turn, phone: str, *, name: str | None = None) -> Contact:
    """Keep the number that a customer typed as his own on his contact, which is made if there is none.

    Nobody vouches for a typed number. So it never leads to the contact of somebody else with that number, whose tickets
    he would see; staff find the two as possible duplicates.
    """
    contact = ensure_contact(turn, name=name)
    if contact.mobile != phone:
        system = system_actor(turn.now, turn.inbox_id, zone=turn.zone)
        attributes = {**contact.attributes, UNVERIFIED_MOBILE: True}
        customers.update_contact(turn.session, system, contact, mobile=phone, attributes=attributes)
    return contact


def add_to_ticket(turn: Turn, ticket: Ticket, text: str) -> None:
    """Add the customer's words and this message's files to his ticket, and tell whoever works on it."""
    note_given_phone(turn)
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


def add_to_complaint(turn: Turn, complaint: Ticket, text: str) -> Outcome:
    """Add further words to the customer's open complaint and say so; a button says that they were something else."""
    add_to_ticket(turn, complaint, text)
    reply = draft(
        zh=f"已补充到投诉工单 {complaint.number}，同事正在跟进。",
        en=f"I've added that to your complaint {complaint.number}. A colleague is working on it.",
        choices=(
            Choice(
                label=say(zh="这是另一件事", en="That was something else"),
                intent="question",
                arguments={"separate": text},
            ),
        ),
    )
    return Outcome(kind="done", replies=(reply,))


def find_complaint_of(turn: Turn, text: str, *, within: timedelta) -> Ticket | None:
    """Return the open complaint that a statement goes on with; a question is a matter of its own, a group no place.

    `within`: so long ago at most somebody said something on it.
    """
    if turn.conversation.is_group or not text.strip() or is_question(normalise(text)):
        return None
    complaint = find_open_complaint(turn)
    return complaint if complaint is not None and complaint.updated_at > turn.now - within else None


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


def find_open_complaint(turn: Turn) -> Ticket | None:
    """Return the customer's newest complaint that is not solved."""
    with turn.session.no_autoflush:  # a new ticket has been flushed for its number
        return complaints.find_open_complaint(
            turn.session, turn.actor, conversation_id=turn.conversation.id, contact_id=turn.person.identity.contact_id
        )


def find_own_ticket(turn: Turn, number: str | None) -> Ticket | None:
    """Return the customer's ticket of a number as said ('TK20260012', '12'), the newest open one without a number."""
    if number is None:
        return find_open_ticket(turn)
    wanted = number.casefold().removeprefix("tk")
    return next((ticket for ticket in _find_own(turn) if ticket.number.casefold().endswith(wanted)), None)


def notify_staff(turn: Turn, ticket: Ticket, words: Text) -> None:
    """Tell the ticket's assignee, or all of support while it has none, in their own chats."""
    with turn.session.no_autoflush:  # it is a customer's turn: nothing in it changes where staff wrote last
        notices.tell_ticket_staff(turn.session, turn.services, ticket, words, now=turn.now, about=turn.conversation)


def shorten(text: str, length: int) -> str:
    """Cut a text for a headline, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def _find_own(turn: Turn) -> list[Ticket]:
    return tickets.find_tickets_of(
        turn.session, turn.actor, conversation_id=turn.conversation.id, contact_id=turn.person.identity.contact_id
    )


def _recent_attachments(turn: Turn) -> list[Attachment]:
    asked = {
        "channel": turn.conversation.channel,
        "conversation_key": turn.conversation.key,
        "before": turn.inbox_id,
        "since": turn.now - ATTACHMENT_WINDOW,
    }
    payloads = turn.session.connection().execute(_EARLIER_MEDIA, asked).scalars().all()
    earlier = [Attachment(**kept) for payload in payloads for kept in payload["attachments"]]
    return [*earlier, *turn.message.attachments]
