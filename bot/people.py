"""Who is speaking, and in which conversation: the first step of every turn.

Promise: a message finds its conversation and its person, made on first sight; nobody gets another's identity. Never: a
reply, a rule of the business.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channel import InboundMessage, MessageKind
from bot.models import Conversation
from bot.turn import Person
from crm_core import access
from crm_core.models import ChatIdentity, Contact, User
from nlu.language import detect
from nlu.understanding import Language

#: the channel whose sender ids are given out by the company's own administrator, as staff handles are
MEMBER_CHANNEL = "wecom_app"
#: kinds that show that the customer himself is there, so the platform's reply window opens again
SPEAKING_KINDS = frozenset(
    {MessageKind.TEXT, MessageKind.CHOICE, MessageKind.MEDIA, MessageKind.CONTACT, MessageKind.EDIT}
)


def open_conversation(session: Session, message: InboundMessage, *, now: datetime) -> Conversation:
    """Return the message's conversation with its newest address, made on first sight."""
    conversation = find_conversation(session, message.channel, message.conversation_key)
    if conversation is None:
        conversation = Conversation(
            channel=message.channel, key=message.conversation_key, created_at=now, is_group=message.is_group, misses=0
        )
        session.add(conversation)
    if conversation.address != message.address:
        conversation.address = dict(message.address)
    if message.kind in SPEAKING_KINDS:
        conversation.last_inbound_at = now
        conversation.is_reachable = True
    session.flush()
    return conversation


def find_conversation(session: Session, channel: str, key: str) -> Conversation | None:
    """Return the conversation of that key."""
    return session.scalars(select(Conversation).where(Conversation.channel == channel, Conversation.key == key)).first()


def identify(session: Session, message: InboundMessage, *, now: datetime) -> Person:
    """Return who sent the message; an unknown sender becomes a visitor's identity."""
    identity = access.find_or_create_identity(
        session,
        channel=message.channel,
        external_id=message.sender_id,
        display_name=message.sender_name,
        now=now,
    )
    if identity.user_id is None and message.channel == MEMBER_CHANNEL:
        _recognise_member(session, identity)
    return _person(session, identity)


def find_colleague(session: Session, message: InboundMessage) -> User | None:
    """Return the member of staff who sent the message, as `identify` will; None for anybody else. Writes nothing."""
    identity = access.find_identity(session, message.channel, message.sender_id)
    if identity is not None and identity.user_id is not None:
        return _person(session, identity).user
    return _find_member(session, message.sender_id) if message.channel == MEMBER_CHANNEL else None


def choose_language(text: str, conversation: Conversation | None, hint: str | None, default: Language) -> Language:
    """Return the language to answer in: of the words just said, else of the conversation so far, else the default."""
    known: Language | None = None
    for candidate in (conversation.language if conversation else None, hint):
        if candidate == "zh":
            known = "zh"
            break
        if candidate == "en":
            known = "en"
            break
    if any(character.isalpha() for character in text):
        return detect(text, known)
    return known or default


def _recognise_member(session: Session, identity: ChatIdentity) -> None:
    """Link a WeCom member to the staff handle of the same spelling: both are given out by the administrator."""
    user = _find_member(session, identity.external_id)
    if user is not None:
        identity.user_id = user.id
        session.flush()


def _find_member(session: Session, sender_id: str) -> User | None:
    user = access.find_user(session, sender_id.casefold())
    return user if user is not None and user.active else None


def _person(session: Session, identity: ChatIdentity) -> Person:
    user = session.get(User, identity.user_id) if identity.user_id else None
    contact = session.get(Contact, identity.contact_id) if identity.contact_id else None
    return Person(identity=identity, user=user if user and user.active else None, contact=contact)
