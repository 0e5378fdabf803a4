"""Who is speaking, and in which conversation: the first step of every turn.

Promise: a message finds its conversation and its person, made on first sight; nobody gets another's identity. Never: a
reply, a rule of the business.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import and_, bindparam, literal, select
from sqlalchemy.orm import Session

from bot.channel import InboundMessage, MessageKind
from bot.models import Conversation, Owner
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

_SLASH_COMMAND = re.compile(r"^\s*/[A-Za-z][A-Za-z0-9_]*")
#: built once: every batch or message asks them
_KNOWN = (
    select(Conversation, ChatIdentity, User, Contact)
    .select_from(select(literal(1)).subquery())
    .outerjoin(
        Conversation,
        and_(Conversation.channel == bindparam("channel"), Conversation.key == bindparam("conversation_key")),
    )
    .outerjoin(
        ChatIdentity,
        and_(ChatIdentity.channel == bindparam("channel"), ChatIdentity.external_id == bindparam("sender")),
    )
    .outerjoin(User, User.id == ChatIdentity.user_id)
    .outerjoin(Contact, Contact.id == ChatIdentity.contact_id)
)
_COLLEAGUES = (
    select(ChatIdentity.external_id, User)
    .join(User, User.id == ChatIdentity.user_id)
    .where(
        ChatIdentity.channel == bindparam("channel"), ChatIdentity.external_id.in_(bindparam("senders", expanding=True))
    )
)
_THREADS = select(Conversation.key, Conversation.id, Conversation.language, Conversation.owner).where(
    Conversation.channel == bindparam("channel"), Conversation.key.in_(bindparam("keys", expanding=True))
)


def open_conversation(session: Session, message: InboundMessage, *, now: datetime) -> tuple[Conversation, Person]:
    """Return the message's conversation with its newest address, and who speaks in it; both are made on first sight.

    An unknown sender becomes a visitor's identity.
    """
    # user and contact too, so that they are at hand when they are asked for
    known: tuple[Conversation | None, ChatIdentity | None, User | None, Contact | None]
    known = cast(Any, session.execute(_KNOWN, _names(message)).one())
    conversation = known[0]
    if conversation is None:
        conversation = Conversation(
            channel=message.channel, key=message.conversation_key, created_at=now, is_group=message.is_group, misses=0
        )
        session.add(conversation)
        session.flush()  # what follows needs its id
    if conversation.address != message.address:
        conversation.address = dict(message.address)
    if message.kind in SPEAKING_KINDS:
        conversation.last_inbound_at = now
        conversation.is_reachable = True
    person = _identify(session, message, known[1], now=now)
    conversation.identity_id = person.identity.id
    return conversation, person


def _names(message: InboundMessage) -> dict[str, str]:
    return {
        "channel": message.channel,
        "conversation_key": message.conversation_key,
        "sender": message.sender_id,
    }


def _identify(session: Session, message: InboundMessage, known: ChatIdentity | None, *, now: datetime) -> Person:
    identity = access.find_or_create_identity(
        session,
        channel=message.channel,
        external_id=message.sender_id,
        display_name=message.sender_name,
        known=known,
        now=now,
    )
    if identity.user_id is None and message.channel == MEMBER_CHANNEL:
        _recognise_member(session, identity)
    return _person(session, identity)


def senders_of(messages: Iterable[InboundMessage]) -> dict[str, set[str]]:
    """Return the ids of the messages' senders in each channel."""
    return _by_channel((message.channel, message.sender_id) for message in messages)


def find_colleagues(session: Session, messages: Collection[InboundMessage]) -> dict[tuple[str, str], User]:
    """Return the members of staff among the senders, by (channel, sender id), as `identify` will. Writes nothing."""
    senders = senders_of(messages)
    linked = (
        (channel, session.execute(_COLLEAGUES, {"channel": channel, "senders": tuple(theirs)}))
        for channel, theirs in senders.items()
    )
    colleagues = {(channel, sender): user for channel, rows in linked for sender, user in rows}
    for sender in senders.get(MEMBER_CHANNEL, set()):
        member = None if (MEMBER_CHANNEL, sender) in colleagues else _find_member(session, sender)
        if member is not None:
            colleagues[MEMBER_CHANNEL, sender] = member
    return {sender: user for sender, user in colleagues.items() if user.active}


class Thread(NamedTuple):
    """What is known of a conversation before its turn; of a new one nothing."""

    conversation_id: int | None = None
    #: that it was last held in
    language: str | None = None
    owner: Owner = Owner.BOT


def find_threads(session: Session, messages: Collection[InboundMessage]) -> dict[tuple[str, str], Thread]:
    """Return what is known of the messages' conversations, by (channel, key); the new ones are not in it."""
    keys = _by_channel((message.channel, message.conversation_key) for message in messages)
    return {
        (channel, row.key): Thread(row.id, row.language, row.owner)
        for channel, theirs in keys.items()
        for row in session.execute(_THREADS, {"channel": channel, "keys": tuple(theirs)})
    }


def choose_language(text: str, so_far: str | None, hint: str | None, default: Language) -> Language:
    """Return the language to answer in: of the words just said, else of the conversation so far, else the default."""
    known: Language | None = None
    for candidate in (so_far, hint):
        if candidate == "zh":
            known = "zh"
            break
        if candidate == "en":
            known = "en"
            break
    words = _SLASH_COMMAND.sub("", text)  # the same word in every language
    if any(character.isalpha() for character in words):
        return detect(words, known)
    return known or default


def _by_channel(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = {}
    for channel, key in pairs:
        grouped.setdefault(channel, set()).add(key)
    return grouped


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
