"""Accounts and contacts: create, change, look up, and the names that a typed name is matched against.

Promise: numbers are taken gap-free, phones and e-mails are stored in one spelling, a change of status or level has
its reason, an account with people has a key contact. Never: a merge, a guess at who is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Unpack

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from crm_core import fields, key_contacts
from crm_core.audit import record_created, record_deleted
from crm_core.customer_fields import (
    ACCOUNT_RULES,
    CONTACT_RULES,
    AccountChanges,
    AccountFields,
    ContactChanges,
    ContactFields,
)
from crm_core.customer_names import CustomerName, list_names
from crm_core.errors import InvalidField, PermissionRefused
from crm_core.models import Account, AuditEvent, Contact, ContactStatus
from crm_core.numbering import next_number, reserve_number
from crm_core.permissions import Actor, can, require, visible
from crm_core.records import RecordType, change_fields, default_owner_id, get_record, kept_record

__all__ = [
    "ACCOUNT_PREFIX",
    "CustomerName",
    "Judgement",
    "create_account",
    "create_contact",
    "delete_account",
    "delete_contact",
    "find_account_by_code",
    "find_contact_by_email",
    "find_contact_by_phone",
    "get_account",
    "get_contact",
    "list_accounts",
    "list_contacts",
    "list_names",
    "mark_departed",
    "status_history",
    "update_account",
    "update_contact",
]

ACCOUNT_PREFIX = "CRM"
#: what a customer may change of his own record
_OWN_FIELDS = {"name", "mobile", "email", "birthday", "language"}
_JUDGED = ("status", "level")
_ACCOUNT_CODE = re.compile(r"CRM(\d{4})(\d{3,9})")


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One change of an account's status or level."""

    at: datetime
    #: handle of the person, or 'system'
    by: str
    #: status or level
    field: str
    before: str
    after: str
    reason: str | None


def create_account(
    session: Session, actor: Actor, *, name: str, code: str | None = None, **others: Unpack[AccountFields]
) -> Account:
    """Create an account; it gets the next code of the year unless an import brings one.

    Without `owner_id` a rep, supervisor, manager or admin owns it himself. Ask `matching.find_duplicates` first.

    Raises:
        InvalidField: a value breaks its rule, or the code is taken.
        PermissionRefused: the actor may not create accounts, or not for that owner.
    """
    require(actor, "create", Account)
    values = fields.normalise(ACCOUNT_RULES, {"name": name, **others})
    values["owner_id"] = default_owner_id(session, actor, Account, values.get("owner_id"))
    values.setdefault("tags", [])
    values.setdefault("short_names", [])
    account = Account(**values, code=_account_code(session, actor, code), created_at=actor.now, updated_at=actor.now)
    return record_created(session, actor, account)


def update_account(
    session: Session,
    actor: Actor,
    account: Account,
    *,
    reason: str | None = None,
    **changes: Unpack[AccountChanges],
) -> Account:
    """Change fields of an account. A new status or level needs a reason.

    Raises:
        InvalidField: a value breaks its rule, or the reason is missing.
        PermissionRefused: the actor may not change this account, or not hand it over.
    """
    values = fields.normalise(ACCOUNT_RULES, changes)
    reason = reason or values.get("status_reason")
    is_judged = any(field in values and values[field] != getattr(account, field) for field in _JUDGED)
    if is_judged and not reason:
        raise InvalidField("reason", None, "Say why the status or level changes.")
    if "status" in values and values["status"] != account.status:
        values["status_reason"] = reason
    change_fields(session, actor, account, values, reason=reason)
    return account


def status_history(session: Session, actor: Actor, account_id: int) -> list[Judgement]:
    """Return every change of an account's status and level with its reason, newest first; what was undone is left out.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    get_record(session, actor, Account, account_id)
    query = select(AuditEvent).where(
        AuditEvent.record_type == "account",
        AuditEvent.record_id == account_id,
        AuditEvent.action == "updated",
        AuditEvent.undone_at.is_(None),
    )
    return [
        Judgement(
            at=event.at, by=event.actor, field=field, before=old, after=(event.after or {})[field], reason=event.reason
        )
        for event in session.scalars(query.order_by(AuditEvent.id.desc()))
        for field, old in (event.before or {}).items()
        if field in _JUDGED
    ]


def get_account(session: Session, actor: Actor, account_id: int) -> Account:
    """Return an account.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Account, account_id)


def find_account_by_code(session: Session, actor: Actor, code: str) -> Account | None:
    """Find an account by its code, whatever the case; by that of one that was merged, the kept one.

    Raises:
        PermissionRefused: it exists, out of the actor's reach.
    """
    account = kept_record(session, session.scalar(select(Account).where(Account.code == code.strip().upper())))
    return _for_actor(actor, account if account is not None and account.deleted_at is None else None)


def list_accounts(session: Session, actor: Actor, *, owner_id: int | None = None, limit: int = 50) -> list[Account]:
    """Return accounts within the actor's reach, the most recently touched first."""
    query = select(Account).where(visible(actor, Account))
    if owner_id is not None:
        query = query.where(Account.owner_id == owner_id)
    return list(session.scalars(query.order_by(Account.updated_at.desc(), Account.id).limit(limit)))


def delete_account(session: Session, actor: Actor, account: Account, *, reason: str | None = None) -> None:
    """Mark an account as deleted; its history remains.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", account)
    record_deleted(session, actor, account, reason=reason)


def create_contact(session: Session, actor: Actor, *, name: str, **others: Unpack[ContactFields]) -> Contact:
    """Create a contact of an account, or a person by himself.

    Raises:
        InvalidField: a value breaks its rule.
        RecordNotFound: there is no such account.
        PermissionRefused: the actor may not create contacts, or not on that account.
    """
    values = fields.normalise(CONTACT_RULES, {"name": name, **others})
    account_id = values.get("account_id")
    account = get_record(session, actor, Account, account_id) if account_id is not None else None
    require(actor, "create", Contact, on=account)
    values["owner_id"] = default_owner_id(session, actor, Contact, values.get("owner_id"), account=account)
    values.setdefault("attributes", {})
    values.setdefault("tags", [])
    if account is not None and not key_contacts.has_key_contact(session, account.id):
        values["is_key_contact"] = True
    contact = Contact(**values, created_at=actor.now, updated_at=actor.now)
    return record_created(session, actor, contact)


def update_contact(
    session: Session,
    actor: Actor,
    contact: Contact,
    *,
    reason: str | None = None,
    **changes: Unpack[ContactChanges],
) -> Contact:
    """Change fields of a contact. One who leaves is `mark_departed`; his place is seen to here too.

    Raises:
        InvalidField: a value breaks its rule, or the account would be left without a key contact.
        PermissionRefused: the actor may not change this contact, not hand him over, or not add him to that account.
    """
    values = fields.normalise(CONTACT_RULES, changes)
    if actor.kind == "customer" and not set(values) <= _OWN_FIELDS:
        raise PermissionRefused("update", "contact", contact.id, reason="customer: only what he says of himself")
    account_id = values.get("account_id")
    if account_id is not None and account_id != contact.account_id:
        require(actor, "create", Contact, on=get_record(session, actor, Account, account_id))
    _change_contact(session, actor, contact, values, reason=reason)
    return contact


def mark_departed(
    session: Session,
    actor: Actor,
    contact: Contact,
    *,
    successor_id: int | None = None,
    reason: str | None = None,
) -> Contact:
    """Mark a contact as departed: he stays in the history and is offered nowhere.

    When the last key contact goes, the successor takes the place, or the account's owner gets a task to find one.

    Raises:
        RecordNotFound: there is no such successor.
        InvalidField: the successor is himself or of another account.
        PermissionRefused: the actor may not change one of them.
    """
    if actor.kind == "customer":
        raise PermissionRefused("update", "contact", contact.id, reason="customer: who works where is staff's to say")
    successor = get_record(session, actor, Contact, successor_id, action="update") if successor_id else None
    if successor is not None and (successor is contact or successor.account_id != contact.account_id):
        raise InvalidField("successor", successor.name, "Name a colleague of his at the same account.")
    _change_contact(session, actor, contact, {"status": ContactStatus.DEPARTED}, reason=reason, successor=successor)
    return contact


def _change_contact(
    session: Session,
    actor: Actor,
    contact: Contact,
    values: dict[str, Any],
    *,
    reason: str | None,
    successor: Contact | None = None,
) -> None:
    require(actor, "update", contact)
    was_key_at = contact.account_id if contact.is_key_contact and contact.status is ContactStatus.ACTIVE else None
    departs = values.get("status", contact.status) is ContactStatus.DEPARTED
    if values.get("is_key_contact") is False and not departs:
        key_contacts.require_another_key(session, contact)
    if departs != (contact.status is ContactStatus.DEPARTED):
        values = {**values, "departed_at": actor.now if departs else None}
    arrives_at = values.get("account_id")
    if arrives_at not in {None, contact.account_id} and not departs:
        values = {**values, "is_key_contact": not key_contacts.has_key_contact(session, arrives_at)}
    change_fields(session, actor, contact, values, reason=reason)
    if was_key_at is not None and (departs or contact.account_id != was_key_at):
        key_contacts.fill_place(session, actor, contact, account_id=was_key_at, successor=successor)


def get_contact(session: Session, actor: Actor, contact_id: int) -> Contact:
    """Return a contact.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Contact, contact_id)


def find_contact_by_phone(session: Session, actor: Actor, phone: str) -> Contact | None:
    """Find the contact with this number in any spelling; of several, the one last spoken to.

    Raises:
        PermissionRefused: there is one, out of the actor's reach.
    """
    try:
        spelled = fields.mobile("mobile", phone)
    except InvalidField:
        return None
    return _find_contact(session, actor, Contact.mobile == spelled) if spelled else None


def find_contact_by_email(session: Session, actor: Actor, email: str) -> Contact | None:
    """Find the contact with this e-mail address; of several, the one last spoken to.

    Raises:
        PermissionRefused: there is one, out of the actor's reach.
    """
    return _find_contact(session, actor, Contact.email == email.strip().lower())


def list_contacts(session: Session, actor: Actor, *, account_id: int) -> list[Contact]:
    """Return the active contacts of an account within the actor's reach, key contacts first."""
    query = (
        select(Contact)
        .where(visible(actor, Contact), Contact.account_id == account_id)
        .where(Contact.status == ContactStatus.ACTIVE)
    )
    return list(session.scalars(query.order_by(Contact.is_key_contact.desc(), Contact.id)))


def delete_contact(session: Session, actor: Actor, contact: Contact, *, reason: str | None = None) -> None:
    """Mark a contact as deleted; his history remains.

    Raises:
        PermissionRefused: the actor may not delete him.
    """
    require(actor, "delete", contact)
    was_last_key = key_contacts.is_last_key(session, contact)
    record_deleted(session, actor, contact, reason=reason)
    if was_last_key and contact.account_id is not None:
        key_contacts.fill_place(session, actor, contact, account_id=contact.account_id)


def _find_contact(session: Session, actor: Actor, condition: ColumnElement[bool]) -> Contact | None:
    query = select(Contact).where(Contact.deleted_at.is_(None), condition).order_by(Contact.id.desc())
    contacts = list(session.scalars(query))
    contacts.sort(key=_last_spoken_to, reverse=True)
    within_reach = [contact for contact in contacts if can(actor, "read", contact)]
    return _for_actor(actor, next(iter(within_reach or contacts), None))


def _last_spoken_to(contact: Contact) -> tuple[bool, float]:
    at = contact.last_interaction_at
    return (contact.status is ContactStatus.ACTIVE, at.timestamp() if at else 0.0)


def _for_actor(actor: Actor, record: RecordType | None) -> RecordType | None:
    if record is not None:
        require(actor, "read", record)
    return record


def _account_code(session: Session, actor: Actor, code: str | None) -> str:
    if code is None:
        return next_number(session, ACCOUNT_PREFIX, actor.now.astimezone(actor.zone).year, 3)
    spelled = code.strip().upper()
    match = _ACCOUNT_CODE.fullmatch(spelled)
    if match is None:
        raise InvalidField("code", code, "Use CRM, the year and at least three digits, such as CRM2026001.")
    if session.scalar(select(Account.id).where(Account.code == spelled)) is not None:
        raise InvalidField("code", code, "Another account has this code.")
    reserve_number(session, ACCOUNT_PREFIX, int(match[1]), int(match[2]))
    return spelled
