"""A person's data over all rooms: records, conversations and files, in one file for him, or erased for good.

Promise: the conversation's tables keep their counts and outcomes and lose every word, name and address of the person;
files go once nothing else mentions them. Never: a permission; `crm_core.privacy` asks.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, delete, false, not_, or_, select
from sqlalchemy.orm import Session

from bot.attachments import AttachmentStore
from bot.errors import PersonalDataRefused
from bot.models import (
    Conversation,
    ExampleStatus,
    InboxMessage,
    InboxStatus,
    OfferedChoice,
    OutboxMessage,
    OutboxStatus,
    TaughtExample,
)
from crm_core import privacy
from crm_core.database import Database
from crm_core.free_space import forget_free_space
from crm_core.models import AuditEvent, ChatIdentity, Contact, Requirement, TicketMessage
from crm_core.permissions import Actor, record_type
from crm_core.personal_data import (
    ERASED,
    Person,
    Scrub,
    find_person,
    is_name_his_alone,
    numbers_of,
    says,
    scrub_json,
    scrubber,
)
from crm_core.privacy import Forgotten, PersonalDataHolder
from knowledge_base.models import Article, QuestionEvent

#: What is kept of a turn: how it went, not what was said.
_KEPT_RESULT = ("language", "intent", "probability", "outcome", "article", "elapsed_ms")
_OPEN = (OutboxStatus.WAITING, OutboxStatus.HELD, OutboxStatus.PARKED, OutboxStatus.UNCERTAIN)


@dataclass(frozen=True, kw_only=True)
class ErasedPerson:
    """How much was erased of a person."""

    contact_id: int
    identities: int
    interactions: int
    tickets: int
    messages: int
    files: int
    #: keys of articles that still name him: knowledge is changed by who looks after it
    articles: Sequence[str] = ()


class ConversationData:
    """What the conversation's tables hold of a person: his own threads, and his words in groups."""

    def export(self, session: Session, person: Person, zone: tzinfo) -> dict[str, Any]:
        """Return his conversations with every message, his and ours, in order."""
        heard = _heard(session, person)
        said = _said(session, [conversation.id for conversation in _own(session, person)])
        lines = [
            *((row.received_at, "person", row.channel, row.payload) for row in heard),
            *((row.created_at, row.author, row.channel, row.payload) for row in said),
        ]
        return {
            "messages": [
                {
                    "at": at.astimezone(zone).isoformat(timespec="seconds"),
                    "author": author,
                    "channel": channel,
                    "text": payload.get("text") or "",
                    "attachments": payload.get("attachments") or [],
                }
                for at, author, channel, payload in sorted(lines, key=lambda line: line[0])
            ],
            "questions": [event.text for event in session.scalars(_questions(session, person))],
        }

    def erase(self, session: Session, person: Person) -> Forgotten:
        """Erase his words, addresses and dialogue; how many messages there were and how they went remains."""
        own, heard = _own(session, person), _heard(session, person)
        said = _said(session, [conversation.id for conversation in own])
        files = {digest for row in heard for digest in _digests(row.payload)}
        for event in session.scalars(_questions(session, person)):
            event.text = ERASED
        _scrub_colleagues(session, person, {row.id for row in heard}, {reply.id for reply in said})
        for row in heard:
            _empty_inbox(row)
        for reply in said:
            _empty_outbox(reply)
        ids = [conversation.id for conversation in own]
        session.execute(delete(OfferedChoice).where(OfferedChoice.conversation_id.in_(ids)))
        for conversation in own:
            conversation.key, conversation.address = f"erased:{conversation.id}", {}
            conversation.dialogue, conversation.is_reachable = None, False
        session.flush()
        return Forgotten(messages=len(heard) + len(said), files=sorted(files))


#: Every holder of a person's data outside crm_core: a new table with a person's words needs its line here.
HOLDERS: tuple[PersonalDataHolder, ...] = (ConversationData(),)


def write_person(
    session: Session, actor: Actor, contact_id: int, *, target: Path, attachments: AttachmentStore, zone: tzinfo
) -> Path:
    """Write everything about a person to a new zip file: person.json, and his files by content and name.

    Raises:
        PersonalDataRefused: the file exists already or cannot be written.
        RecordNotFound, PermissionRefused: see `crm_core.privacy.export_person`.
    """
    document = privacy.export_person(session, actor, contact_id, zone=zone, holders=HOLDERS)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Personal data: readable by the owner only, from the first byte on.
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise PersonalDataRefused(f"{target} cannot be written: {error.strerror}. Name a new file.") from error
    with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", json.dumps(document, ensure_ascii=False, indent=1, default=str))
        for digest, name in _files_in(document).items():
            path = attachments.path(digest)
            if path.exists():
                archive.write(path, f"files/{digest[:12]}-{_safe(name)}")
    return target


def erase_person_everywhere(
    database: Database, actor: Actor, contact_id: int, *, reason: str, attachments: AttachmentStore
) -> ErasedPerson:
    """Erase a person from records, conversations and files; see `crm_core.privacy.erase_person`. There is no undo.

    Raises:
        RecordNotFound, PermissionRefused: see there.
    """
    with database.transaction() as session:
        contact = session.get(Contact, contact_id)
        named = _names_him(session, find_person(session, contact)) if contact is not None else false()
        erasure = privacy.erase_person(session, actor, contact_id, reason=reason, holders=HOLDERS)
        session.flush()
        articles = list(session.scalars(select(Article.key).where(named).distinct().order_by(Article.key)))
        lonely = [digest for digest in erasure.files if not _is_mentioned(session, digest)]
    for digest in lonely:
        attachments.path(digest).unlink(missing_ok=True)
    forget_free_space(database)
    return ErasedPerson(
        contact_id=contact_id,
        identities=len(erasure.identity_ids),
        interactions=len(erasure.interaction_ids),
        tickets=len(erasure.ticket_ids),
        messages=erasure.messages,
        files=len(lonely),
        articles=articles,
    )


def _names_him(session: Session, person: Person) -> ColumnElement[bool]:
    """Build the filter of the articles that have his number, or his name where it means nobody else."""
    words = [*numbers_of(person.contact), *([person.contact.name] if is_name_his_alone(session, person) else [])]
    columns = (Article.question, Article.answer)
    return or_(false(), *(column.contains(word, autoescape=True) for column in columns for word in words))


def _own(session: Session, person: Person) -> list[Conversation]:
    """Return the threads that are the person's alone."""
    by_identity = Conversation.identity_id.in_([identity.id for identity in person.identities])
    by_ticket = Conversation.id.in_([ticket.conversation_id for ticket in person.tickets if ticket.conversation_id])
    # A colleague may have opened the ticket in a thread of his own.
    colleagues = select(ChatIdentity.id).where(ChatIdentity.user_id.is_not(None))
    is_colleagues = and_(Conversation.identity_id.is_not(None), Conversation.identity_id.in_(colleagues))
    own = and_(or_(by_identity, by_ticket), Conversation.is_group.is_(False), not_(is_colleagues))
    return list(session.scalars(select(Conversation).where(own)))


def _heard(session: Session, person: Person) -> list[InboxMessage]:
    """Return what the person wrote: all of his own threads, and in groups what came from him."""
    threads = [
        and_(InboxMessage.channel == conversation.channel, InboxMessage.conversation_key == conversation.key)
        for conversation in _own(session, person)
    ]
    senders = [
        and_(InboxMessage.channel == identity.channel, InboxMessage.sender_id == identity.external_id)
        for identity in person.identities
    ]
    query = select(InboxMessage).where(or_(false(), *threads, *senders))
    return list(session.scalars(query.order_by(InboxMessage.id)))


def _said(session: Session, conversation_ids: Sequence[int]) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.conversation_id.in_(conversation_ids))
    return list(session.scalars(query.order_by(OutboxMessage.id)))


def _questions(session: Session, person: Person) -> Any:
    conversation_ids = [conversation.id for conversation in _own(session, person)]
    message_ids = [row.id for row in _heard(session, person)]
    of_person = or_(QuestionEvent.conversation_id.in_(conversation_ids), QuestionEvent.message_id.in_(message_ids))
    return select(QuestionEvent).where(of_person).order_by(QuestionEvent.id)


def _scrub_colleagues(session: Session, person: Person, heard: set[int], said: set[int]) -> None:
    """Take the person's name and numbers out of what colleagues wrote about him, and out of what they were told."""
    about = [
        and_(AuditEvent.record_type == record_type(record), AuditEvent.record_id == id_)
        for record, id_ in _records_about(person)
    ]
    inbox_ids = set(
        session.scalars(select(AuditEvent.message_id).where(AuditEvent.message_id.is_not(None), or_(*about)))
    )
    names = [person.contact.name] if is_name_his_alone(session, person) else []
    own = [*numbers_of(person.contact), *names]
    told = [*own, *(ticket.number for ticket in person.tickets)]
    replies = or_(false(), OutboxMessage.inbox_id.in_(inbox_ids), *(says(OutboxMessage.payload, word) for word in told))
    scrub = scrubber(person.contact)
    for reply in session.scalars(select(OutboxMessage).where(replies, OutboxMessage.id.not_in(said))):
        reply.payload = scrub_json(reply.payload, scrub)
        inbox_ids.add(reply.inbox_id)
    words = or_(false(), InboxMessage.id.in_(inbox_ids - {None}), *(says(InboxMessage.payload, word) for word in told))
    for row in session.scalars(select(InboxMessage).where(words, InboxMessage.id.not_in(heard))):
        row.payload, row.result = scrub_json(row.payload, scrub), scrub_json(row.result, scrub)
    for choice in session.scalars(select(OfferedChoice).where(OfferedChoice.inbox_id.in_(inbox_ids - {None}))):
        choice.label, choice.arguments = scrub(choice.label), scrub_json(choice.arguments, scrub)
    _scrub_learned(session, own, scrub)
    open_dialogues = or_(false(), *(says(Conversation.dialogue, word) for word in own))
    for conversation in session.scalars(select(Conversation).where(open_dialogues)):
        conversation.dialogue = None


def _scrub_learned(session: Session, words: Sequence[str], scrub: Scrub) -> None:
    """Take the words out of what colleagues asked, and unlearn the sentences that they taught with them."""
    asked = or_(false(), *(QuestionEvent.text.contains(word, autoescape=True) for word in words))
    for event in session.scalars(select(QuestionEvent).where(asked)):
        event.text = scrub(event.text)
    taught = or_(false(), *(TaughtExample.text.contains(word, autoescape=True) for word in words))
    for example in session.scalars(select(TaughtExample).where(taught)):
        example.text, example.status = f"{ERASED} {example.id}", ExampleStatus.DROPPED
        example.version += 1
    events = or_(false(), *(says(column, word) for column in (AuditEvent.before, AuditEvent.after) for word in words))
    of_examples = AuditEvent.record_type == TaughtExample.__tablename__
    for line in session.scalars(select(AuditEvent).where(of_examples, events)):
        line.before, line.after = scrub_json(line.before, scrub), scrub_json(line.after, scrub)


def _records_about(person: Person) -> list[tuple[Any, int]]:
    groups: tuple[Sequence[Any], ...] = (person.interactions, person.tasks, person.tickets, person.requirements)
    records = [person.contact, *person.merged, *(record for group in groups for record in group)]
    return [(record, record.id) for record in records]


def _empty_inbox(row: InboxMessage) -> None:
    """Leave of a message that there was one, when, and how it went."""
    row.payload = {
        **row.payload,
        **{name: None for name in ("choice", "phone", "replaces", "sender_name") if name in row.payload},
        "text": ERASED if row.payload.get("text") else "",
        "address": {},
        "context": {},
        "attachments": [],
    }
    row.external_id = f"erased:{row.id}"
    row.conversation_key = row.sender_id = "erased"
    row.error = None
    row.result = {name: row.result[name] for name in _KEPT_RESULT if name in row.result} if row.result else None
    if row.status is InboxStatus.WAITING:
        row.status = InboxStatus.HANDLED


def _empty_outbox(row: OutboxMessage) -> None:
    if "text" in row.payload:
        row.payload = {"text": ERASED}
    row.context, row.platform_id, row.error = {}, None, None
    if row.status in _OPEN:
        row.status = OutboxStatus.CANCELLED


def _digests(payload: dict[str, Any]) -> Iterable[str]:
    return (str(kept["sha256"]) for kept in payload.get("attachments") or () if kept.get("sha256"))


def _is_mentioned(session: Session, digest: str) -> bool:
    columns: tuple[ColumnElement[Any] | Any, ...] = (
        InboxMessage.payload,
        OutboxMessage.payload,
        TicketMessage.attachments,
        Requirement.confirmation_files,
    )
    return any(
        session.scalar(select(column.class_.id).where(cast(column, Text).contains(digest)).limit(1)) is not None
        for column in columns
    )


def _files_in(document: Any) -> dict[str, str]:
    """Return digest -> name of every file that the document mentions, wherever it stands."""
    found: dict[str, str] = {}
    if isinstance(document, dict):
        if isinstance(document.get("sha256"), str):
            found[document["sha256"]] = str(document.get("filename") or "file")
        for each in document.values():
            found |= _files_in(each)
    elif isinstance(document, list):
        for each in document:
            found |= _files_in(each)
    return found


def _safe(name: str) -> str:
    """Return a file's name without what leads to another folder."""
    return "".join(char if char.isalnum() or char in "-_. " else "_" for char in Path(name).name)[:100] or "file"
