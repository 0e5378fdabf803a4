"""Telling the staff what happened with a ticket, in their own chats.

Promise: the assignee hears of it, or all of support while there is none; nobody is told in the conversation that it
is about.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot import speech
from bot.models import Conversation
from bot.say import Draft, Text
from bot.turn import Services
from crm_core.models import Role, Ticket


def tell_ticket_staff(
    session: Session,
    services: Services,
    ticket: Ticket,
    words: Text,
    *,
    now: datetime,
    about: Conversation | None = None,
) -> None:
    """Tell whoever should work on the ticket."""
    if ticket.assignee_id is not None:
        tell_user(session, services, ticket.assignee_id, Draft(text=words), now=now, about=about)
        return
    for conversation in speech.find_team_conversations(session, Role.SUPPORT):
        _tell(session, services, conversation, Draft(text=words), now=now, about=about)


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
