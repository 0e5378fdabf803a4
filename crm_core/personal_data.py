"""Where a person's data lies: the records that are about him, and the words in which others speak of him.

Promise: finds and takes out names and numbers in whatever spelling a text has them. Never: a permission, a decision.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, Text, and_, cast, false, or_, select
from sqlalchemy.orm import Session

from crm_core.database import spell_in_json
from crm_core.models import (
    Account,
    Approval,
    AuditEvent,
    CampaignMember,
    ChatIdentity,
    Contact,
    Contract,
    Instalment,
    Interaction,
    InteractionContact,
    Lead,
    Opportunity,
    Payment,
    Quote,
    Requirement,
    Task,
    Ticket,
    TicketMessage,
    User,
)

ERASED = "[已删除 / erased]"
Scrub = Callable[[str], str]

#: Records whose words may name a person: in those of his account his name goes, elsewhere his numbers.
_WORDED: tuple[Any, ...] = (
    Account,
    Approval,
    CampaignMember,
    Contract,
    Instalment,
    Interaction,
    Lead,
    Opportunity,
    Payment,
    Quote,
    Requirement,
    Task,
    Ticket,
    TicketMessage,
)
#: what may stand between the digits of a number
_GAP = r"[\s\-.()]*"
#: Names and numbers of records, by which they are found: no words about anybody.
_NOT_WORDS = frozenset({"code", "number", "mobile", "email", "website", "currency", "channel", "language", "stage"})


@dataclass(frozen=True)
class Person:
    """Every record that is about a person."""

    contact: Contact
    #: contacts that were merged into this one, or have his name and number: they say who he is too
    merged: Sequence[Contact]
    identities: Sequence[ChatIdentity]
    interactions: Sequence[Interaction]
    tickets: Sequence[Ticket]
    lines: Sequence[TicketMessage]
    tasks: Sequence[Task]
    leads: Sequence[Lead]
    requirements: Sequence[Requirement]
    memberships: Sequence[CampaignMember]

    @property
    def contact_ids(self) -> list[int]:
        """The person's contact and those that were merged into it."""
        return [self.contact.id, *(contact.id for contact in self.merged)]


def find_person(session: Session, contact: Contact) -> Person:
    """Return every record that is about this contact."""
    merged = [*_all(session, Contact, Contact.merged_into_id == contact.id), *_doubles(session, contact)]
    ids = [contact.id, *(other.id for other in merged)]
    took_part = select(InteractionContact.interaction_id).where(InteractionContact.contact_id.in_(ids))
    tickets = _all(session, Ticket, Ticket.contact_id.in_(ids))
    ticket_ids = [ticket.id for ticket in tickets]
    interactions = _all(session, Interaction, Interaction.id.in_(took_part))
    follow_ups = Task.interaction_id.in_([interaction.id for interaction in interactions])
    return Person(
        contact=contact,
        merged=merged,
        identities=_all(session, ChatIdentity, ChatIdentity.contact_id.in_(ids)),
        interactions=interactions,
        tickets=tickets,
        lines=_all(session, TicketMessage, TicketMessage.ticket_id.in_(ticket_ids)),
        tasks=_all(session, Task, or_(Task.contact_id.in_(ids), Task.ticket_id.in_(ticket_ids), follow_ups)),
        leads=_all(session, Lead, or_(Lead.contact_id.in_(ids), *_same_numbers(contact))),
        memberships=_all(session, CampaignMember, CampaignMember.contact_id.in_(ids)),
        requirements=_all(session, Requirement, Requirement.contact_id.in_(ids)),
    )


def is_name_his_alone(session: Session, person: Person) -> bool:
    """Tell whether a text that has the person's name means him: a full name that nobody else here has."""
    name = person.contact.name
    is_full = (len(name) >= 2 and not name.isascii()) or " " in name.strip()
    others = (
        select(Contact.id).where(Contact.name == name, Contact.id.not_in(person.contact_ids)),
        select(Lead.id).where(Lead.name == name, Lead.id.not_in([lead.id for lead in person.leads])),
        select(User.id).where(User.name == name),
        select(Account.id).where(Account.name.contains(name, autoescape=True)),
    )
    return is_full and all(session.scalar(query.limit(1)) is None for query in others)


def scrubber(contact: Contact, *, with_name: bool = True) -> Scrub:
    """Build the function that takes the person's name and numbers out of a text, however the numbers are spaced."""
    words = [re.escape(word) for word in (contact.name if with_name else None, contact.email) if word]
    numbers = _spellings(contact.mobile)
    words += [f"(?<!\\d){_GAP.join(map(re.escape, number))}(?!\\d)" for number in numbers]
    if not words:
        return lambda text: text
    pattern = re.compile("|".join(sorted(words, key=len, reverse=True)), re.IGNORECASE)
    return lambda text: pattern.sub(ERASED, text)


def numbers_of(contact: Contact) -> list[str]:
    """Return what is a contact's alone: his e-mail address, and his number in the ways in which people write it."""
    national = (contact.mobile or "").removeprefix("+86")
    grouped = [mark.join((national[:3], national[3:7], national[7:])) for mark in " -." if len(national) == 11]
    return [word for word in (contact.email, *_spellings(contact.mobile), *grouped) if word]


def says(column: Any, word: str) -> ColumnElement[bool]:
    """Build the filter of the rows whose JSON has a word in it."""
    return or_(*(cast(column, Text).contains(spelling, autoescape=True) for spelling in spell_in_json(word)))


def scrub_words(session: Session, contact: Contact, *, is_name_told: bool = False) -> None:
    """Take a contact's numbers out of the words of all records, and his name out of those of his account.

    `is_name_told` says that his name means him everywhere: it goes from all of them.
    """
    by_number = scrubber(contact, with_name=False)
    by_name = scrubber(contact)
    for model in _WORDED:
        for record in _mentioning(session, model, contact, is_name_told=is_name_told):
            is_near = is_name_told or (contact.account_id is not None and _account_id(record) == contact.account_id)
            scrub = by_name if is_near else by_number
            for column in _worded_columns(model):
                text = getattr(record, column)
                # An account's own name stays, whoever it is named after.
                if text and not (model is Account and column == "name"):
                    setattr(record, column, scrub(text))


def scrub_trail(session: Session, contact: Contact, *, is_name_told: bool = False) -> None:
    """Take the person's numbers, and where they stand his name, out of the values and reasons of the audit trail."""
    scrub = scrubber(contact)
    told = numbers_of(contact)
    if contact.account_id is not None or is_name_told:
        told.append(contact.name)
    kept = (AuditEvent.before, AuditEvent.after)
    conditions: list[ColumnElement[bool]] = [AuditEvent.reason.contains(word, autoescape=True) for word in told]
    for word in told:
        conditions += [says(column, word) for column in kept]
    for event in session.scalars(select(AuditEvent).where(or_(false(), *conditions))):
        event.before, event.after = scrub_json(event.before, scrub), scrub_json(event.after, scrub)
        event.reason = scrub(event.reason) if event.reason else None


def _all(session: Session, model: Any, condition: ColumnElement[bool]) -> list[Any]:
    return list(session.scalars(select(model).where(condition).order_by(model.id)))


def _doubles(session: Session, contact: Contact) -> list[Contact]:
    """Return the contacts of the same name and number: a customer who wrote to us himself beside the one we kept."""
    same = [
        column == value for column, value in ((Contact.mobile, contact.mobile), (Contact.email, contact.email)) if value
    ]
    others = _all(session, Contact, and_(Contact.id != contact.id, Contact.deleted_at.is_(None), or_(false(), *same)))
    return [other for other in others if other.name.casefold() == contact.name.casefold()]


def _same_numbers(contact: Contact) -> list[ColumnElement[bool]]:
    return [column == value for column, value in ((Lead.mobile, contact.mobile), (Lead.email, contact.email)) if value]


def _spellings(number: str | None) -> list[str]:
    """Return a number with and without its country."""
    if not number:
        return []
    return list(dict.fromkeys((number, number.removeprefix("+"), number.removeprefix("+86"))))


def _worded_columns(model: Any) -> list[str]:
    columns = model.__table__.columns
    return [column.key for column in columns if type(column.type) in {String, Text} and column.key not in _NOT_WORDS]


def _mentioning(session: Session, model: Any, contact: Contact, *, is_name_told: bool) -> Iterator[Any]:
    """Yield the records whose words have a number of the person, or his told name, and all of his account."""
    told = [*numbers_of(contact), *([contact.name] if is_name_told else [])]
    columns = [getattr(model, name) for name in _worded_columns(model)]
    conditions = [column.contains(word, autoescape=True) for column in columns for word in told]
    account_id = getattr(model, "account_id", None)
    if contact.account_id is not None and model is Account:
        conditions.append(Account.id == contact.account_id)
    elif contact.account_id is not None and account_id is not None:
        conditions.append(account_id == contact.account_id)
    yield from session.scalars(select(model).where(or_(false(), *conditions)))


def _account_id(record: Any) -> int | None:
    return record.id if isinstance(record, Account) else getattr(record, "account_id", None)


def scrub_json(value: Any, scrub: Scrub) -> Any:
    """Return plain JSON with every text in it scrubbed."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {key: scrub_json(each, scrub) for key, each in value.items()}
    return [scrub_json(each, scrub) for each in value] if isinstance(value, list) else value
