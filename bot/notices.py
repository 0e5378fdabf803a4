"""Telling the staff what happened, in their own chats.

Promise: the assignee hears of it, or all of support while there is none; nobody is told in the conversation that it
is about, and who has left is told nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot import speech
from bot.models import Conversation
from bot.say import Draft, Text
from bot.turn import Services
from crm_core.handover import HandOver
from crm_core.models import Role, Ticket, User


def tell_ticket_staff(
    session: Session,
    services: Services,
    ticket: Ticket,
    words: Text,
    *,
    now: datetime,
    about: Conversation | None = None,
) -> None:
    """Tell whoever should work on the ticket: the assignee, or all of support where there is none or he has left."""
    assignee = session.get(User, ticket.assignee_id) if ticket.assignee_id is not None else None
    if assignee is not None and assignee.active:
        tell_user(session, services, assignee.id, Draft(text=words), now=now, about=about)
        return
    tell_role(session, services, Role.SUPPORT, Draft(text=words), now=now, about=about)


def tell_role(
    session: Session,
    services: Services,
    role: Role,
    words: Draft,
    *,
    now: datetime,
    about: Conversation | None = None,
) -> None:
    """Tell every active member of staff of that role."""
    for conversation in speech.find_team_conversations(session, role):
        _tell(session, services, conversation, words, now=now, about=about)


def tell_user(
    session: Session,
    services: Services,
    user_id: int,
    words: Draft,
    *,
    now: datetime,
    about: Conversation | None = None,
) -> bool:
    """Say something to a member of staff where he wrote last; return whether he has such a place."""
    conversation = speech.find_staff_conversation(session, user_id)
    return conversation is not None and _tell(session, services, conversation, words, now=now, about=about)


def hand_over_words(given: HandOver) -> Text:
    """Say what a successor got from a colleague."""
    accounts = given.moved.get("account", 0)
    other = sum(given.moved.values()) - accounts
    zh, en = ("：" + "、".join(given.accounts), ": " + ", ".join(given.accounts)) if accounts else ("", "")
    customers = f"{accounts} customer{'' if accounts == 1 else 's'}"
    return Text(
        zh=f"{given.leaver.name} 的 {accounts} 个客户（及 {other} 条相关记录）现由你负责{zh}",
        en=f"{customers} of {given.leaver.name} (and {other} related records) now belong to you{en}",
    )


def _tell(
    session: Session,
    services: Services,
    conversation: Conversation,
    words: Draft,
    *,
    now: datetime,
    about: Conversation | None,
) -> bool:
    if about is not None and conversation.id == about.id:
        return False
    language = speech.language_of(conversation, services.settings.language)
    speech.tell(session, services.channels, conversation, [words], language=language, now=now)
    return True
