"""A person's data: all of it in one document, and its erasure (PIPL articles 45 and 47, GDPR articles 15 and 17).

Promise: after an erasure nothing in the company's records says who the person was, the audit trail included, and
every count and amount of the company stays what it was. Tables of other rooms take part as `PersonalDataHolder`s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Protocol

from sqlalchemy import update
from sqlalchemy.orm import Session

from crm_core.audit import record_change
from crm_core.describe import describe
from crm_core.interactions import list_contact_ids
from crm_core.models import AuditEvent, Contact, ContactStatus, Interaction, TicketMessage
from crm_core.permissions import Actor, require
from crm_core.personal_data import (
    ERASED,
    Person,
    Scrub,
    find_person,
    is_name_his_alone,
    scrub_trail,
    scrub_words,
    scrubber,
)
from crm_core.records import get_record

__all__ = ["ERASED", "Erasure", "Forgotten", "PersonalDataHolder", "erase_person", "export_person"]

_CONTACT_FIELDS = ("title", "mobile", "email", "birthday", "decision_role", "language", "id_number_encrypted")
_LEAD_FIELDS = ("company", "mobile", "email", "notes")


@dataclass(frozen=True)
class Forgotten:
    """What a holder erased from its tables."""

    messages: int = 0
    #: SHA-256 of files that belonged to the person's messages; they may go where nothing else mentions them
    files: Sequence[str] = ()


class PersonalDataHolder(Protocol):
    """Tables outside this room that hold what a person said, such as the conversation's."""

    def export(self, session: Session, person: Person, zone: tzinfo) -> dict[str, Any]:
        """Return what is kept about the person, by section, as plain JSON."""

    def erase(self, session: Session, person: Person) -> Forgotten:
        """Erase it; called before the person's chat identities lose their names."""


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What was erased."""

    contact_id: int
    identity_ids: Sequence[int]
    ticket_ids: Sequence[int]
    interaction_ids: Sequence[int]
    messages: int = 0
    #: SHA-256 of the files of the person's messages and tickets
    files: Sequence[str] = field(default=())


def export_person(
    session: Session,
    actor: Actor,
    contact_id: int,
    *,
    zone: tzinfo,
    holders: Sequence[PersonalDataHolder] = (),
) -> dict[str, Any]:
    """Return everything that is kept about a contact as plain JSON, in the spelling of the public contract.

    Raises:
        RecordNotFound: there is no such contact.
        PermissionRefused: the actor may not export contacts, or not this one.
    """
    person = find_person(session, get_record(session, actor, Contact, contact_id, action="export"))
    document = {
        "contact": {"id": contact_id, **describe(session, person.contact, zone)},
        "attributes": dict(person.contact.attributes or {}),
        "merged_contacts": _described(session, person.merged, zone),
        "chat_identities": [
            {"channel": row.channel, "external_id": row.external_id, "display_name": row.display_name}
            for row in person.identities
        ],
        "interactions": _described(session, person.interactions, zone),
        "tickets": [
            {**fields, "messages": [_said(line, zone) for line in person.lines if line.ticket_id == fields["id"]]}
            for fields in _described(session, person.tickets, zone)
        ],
        "tasks": _described(session, person.tasks, zone),
        "leads": _described(session, person.leads, zone),
        "requirements": _described(session, person.requirements, zone),
        "campaigns": _described(session, person.memberships, zone),
    }
    for holder in holders:
        document |= holder.export(session, person, zone)
    return document


def erase_person(
    session: Session,
    actor: Actor,
    contact_id: int,
    *,
    reason: str,
    holders: Sequence[PersonalDataHolder] = (),
) -> Erasure:
    """Erase who a contact was from every record; interactions, tickets and their figures remain, without words.

    There is no undo. The files of the returned digests are the caller's to delete, once this is committed.

    Raises:
        RecordNotFound: there is no such contact.
        PermissionRefused: the actor may not erase contacts.
    """
    contact = get_record(session, actor, Contact, contact_id)
    require(actor, "erase", contact)
    person = find_person(session, contact)
    # The reason is somebody's own words: it must not say again who it was.
    said = scrubber(contact)(reason)
    forgotten = [holder.erase(session, person) for holder in holders]
    files = {digest for each in forgotten for digest in each.files} | set(_files_of(person))
    is_name_told = is_name_his_alone(session, person)
    for each in (*person.merged, contact):
        scrub_trail(session, each, is_name_told=is_name_told)
        scrub_words(session, each, is_name_told=is_name_told)
    _erase_words(session, person)
    _erase_names(actor, person)
    session.flush()
    _erase_trail(session, actor, person)
    event = record_change(session, actor, "deleted", contact, reason=f"erased: {said}"[:500])
    event.undone_at = actor.now  # final: undo passes it by
    session.flush()
    return Erasure(
        contact_id=contact_id,
        identity_ids=[identity.id for identity in person.identities],
        ticket_ids=[ticket.id for ticket in person.tickets],
        interaction_ids=[interaction.id for interaction in person.interactions],
        messages=sum(each.messages for each in forgotten),
        files=sorted(files),
    )


def _described(session: Session, records: Iterable[Any], zone: tzinfo) -> list[dict[str, Any]]:
    return [{"id": record.id, **describe(session, record, zone)} for record in records]


def _said(line: TicketMessage, zone: tzinfo) -> dict[str, Any]:
    at = line.created_at.astimezone(zone).isoformat()
    return {"author": line.author.value, "text": line.text, "created_at": at, "attachments": line.attachments}


def _files_of(person: Person) -> list[str]:
    """Return the digests of the files in the person's tickets and confirmations."""
    attachments = [attachment for line in person.lines for attachment in line.attachments or ()]
    found = [str(attachment["sha256"]) for attachment in attachments if attachment.get("sha256")]
    return found + [name for requirement in person.requirements for name in requirement.confirmation_files or ()]


def _erase_words(session: Session, person: Person) -> None:
    scrub = scrubber(person.contact)
    for interaction in person.interactions:
        _erase_interaction(session, interaction, scrub, person)
    for ticket in person.tickets:
        ticket.subject = ERASED
    for line in person.lines:
        line.text, line.attachments = ERASED, []
    for task in person.tasks:
        task.title = scrub(task.title)
        task.delay_reason = scrub(task.delay_reason) if task.delay_reason else None
        task.notes = scrub(task.notes) if task.notes else None
    for membership in person.memberships:
        membership.response = ERASED if membership.response else None
    for requirement in person.requirements:
        requirement.title = scrub(requirement.title)
        requirement.description = scrub(requirement.description) if requirement.description else None
        requirement.confirmation = ERASED if requirement.confirmation else None
        requirement.confirmation_files = []


def _erase_interaction(session: Session, interaction: Interaction, scrub: Scrub, person: Person) -> None:
    others = set(list_contact_ids(session, interaction.id)) - set(person.contact_ids)
    for name in ("subject", "summary", "feedback"):
        text = getattr(interaction, name)
        if text:
            setattr(interaction, name, scrub(text) if others else ERASED)


def _erase_names(actor: Actor, person: Person) -> None:
    for identity in person.identities:
        identity.contact_id, identity.display_name = None, None
        identity.external_id = f"erased:{identity.id}"
    for lead in person.leads:
        _blank(lead, _LEAD_FIELDS)
        lead.deleted_at = lead.deleted_at or actor.now
    for contact in (*person.merged, person.contact):
        _blank(contact, _CONTACT_FIELDS)
        contact.attributes, contact.tags = {}, []
        contact.status = ContactStatus.DEPARTED
        contact.deleted_at = contact.deleted_at or actor.now


def _blank(record: Any, fields: Iterable[str]) -> None:
    record.name = ERASED
    for name in fields:
        setattr(record, name, None)


def _erase_trail(session: Session, actor: Actor, person: Person) -> None:
    """Take the old values out of the audit trail: who changed what and when remains, and undo passes it by."""
    ids: dict[str, list[int]] = {
        "contact": person.contact_ids,
        "chat_identity": [row.id for row in person.identities],
        "interaction": [row.id for row in person.interactions],
        "ticket": [row.id for row in person.tickets],
        "ticket_message": [row.id for row in person.lines],
        "task": [row.id for row in person.tasks],
        "lead": [row.id for row in person.leads],
        "requirement": [row.id for row in person.requirements],
        "campaign_member": [row.id for row in person.memberships],
    }
    for name, record_ids in ids.items():
        about = (AuditEvent.record_type == name, AuditEvent.record_id.in_(record_ids))
        values = {"before": None, "after": None, "undone_at": actor.now}
        session.execute(update(AuditEvent).where(*about).values(values))
