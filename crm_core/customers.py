"""Accounts and contacts: create, change, look up, and the names that a typed name is matched against.

Promise: numbers are taken gap-free, phones and e-mails are stored in one spelling, a change of status or level has
its reason. Never: a merge, a guess at who is meant.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import NamedTuple, Unpack

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import record_created, record_deleted
from crm_core.customer_fields import (
    ACCOUNT_RULES,
    CONTACT_RULES,
    AccountChanges,
    AccountFields,
    ContactChanges,
    ContactFields,
)
from crm_core.errors import InvalidField
from crm_core.matching import CustomerType
from crm_core.models import Account, Contact, ContactStatus
from crm_core.numbering import next_number, reserve_number
from crm_core.permissions import Actor, can, reach, require, scope_of, visible
from crm_core.records import RecordType, change_fields, default_owner_id, get_record

ACCOUNT_PREFIX = "CRM"
_ACCOUNT_CODE = re.compile(r"CRM(\d{4})(\d{3,9})")


class CustomerName(NamedTuple):
    """A name that someone may type, and whose it is. A tuple: thousands are built for one message."""

    record_type: CustomerType
    id: int
    name: str
    #: short names of an account (华为); nicknames of a contact
    aliases: tuple[str, ...]
    #: the contact's account, the account's own id
    account_id: int | None
    account_name: str | None
    owner_id: int | None
    #: whether the actor may see the record; False: say only that a colleague looks after it
    is_visible: bool
    last_interaction_at: datetime | None


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
    is_judged = any(field in values and values[field] != getattr(account, field) for field in ("status", "level"))
    if is_judged and not reason:
        raise InvalidField("reason", None, "Say why the status or level changes.")
    if "status" in values and values["status"] != account.status:
        values["status_reason"] = reason
    change_fields(session, actor, account, values, reason=reason)
    return account


def get_account(session: Session, actor: Actor, account_id: int) -> Account:
    """Return an account.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Account, account_id)


def find_account_by_code(session: Session, actor: Actor, code: str) -> Account | None:
    """Find an account by its code, whatever the case.

    Raises:
        PermissionRefused: it exists, out of the actor's reach.
    """
    query = select(Account).where(Account.deleted_at.is_(None), Account.code == code.strip().upper())
    return _for_actor(actor, session.scalar(query))


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
    """Change fields of a contact.

    Raises:
        InvalidField: a value breaks its rule.
        PermissionRefused: the actor may not change this contact, not hand him over, or not add him to that account.
    """
    values = fields.normalise(CONTACT_RULES, changes)
    account_id = values.get("account_id")
    if account_id is not None and account_id != contact.account_id:
        require(actor, "create", Contact, on=get_record(session, actor, Account, account_id))
    change_fields(session, actor, contact, values, reason=reason)
    return contact


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
    record_deleted(session, actor, contact, reason=reason)


def list_names(session: Session, actor: Actor, *, include_departed: bool = False) -> list[CustomerName]:
    """Return the names of all active accounts and contacts, those of colleagues too, for matching a typed name.

    Names out of the actor's reach have `is_visible` False: they are there so that a colleague's customer is
    recognised and refused instead of being created again.
    """
    return [*_account_names(session, actor), *_contact_names(session, actor, include_departed)]


def _account_names(session: Session, actor: Actor) -> list[CustomerName]:
    query = select(
        Account.id,
        Account.name,
        Account.short_names,
        Account.owner_id,
        _visibility(actor, Account),
        Account.last_interaction_at,
    ).where(Account.deleted_at.is_(None))
    return [
        CustomerName("account", id_, name, tuple(aliases or ()), id_, name, owner_id, bool(is_visible), at)
        for id_, name, aliases, owner_id, is_visible, at in session.execute(query)
    ]


def _contact_names(session: Session, actor: Actor, include_departed: bool) -> list[CustomerName]:
    query = (
        select(
            Contact.id,
            Contact.name,
            # As text: decoding five thousand absent lists would take as long as the query.
            Contact.attributes["aliases"].as_string(),
            Contact.account_id,
            Account.name,
            func.coalesce(Account.owner_id, Contact.owner_id),
            _visibility(actor, Contact),
            Contact.last_interaction_at,
        )
        .outerjoin(Account, Account.id == Contact.account_id)
        .where(Contact.deleted_at.is_(None))
    )
    if not include_departed:
        query = query.where(Contact.status == ContactStatus.ACTIVE)
    return [
        CustomerName("contact", id_, name, _decoded(aliases), account_id, account, owner_id, bool(is_visible), at)
        for id_, name, aliases, account_id, account, owner_id, is_visible, at in session.execute(query)
    ]


def _decoded(aliases: str | None) -> tuple[str, ...]:
    return tuple(json.loads(aliases)) if aliases else ()


def _visibility(actor: Actor, model: type[Account] | type[Contact]) -> ColumnElement[bool]:
    return reach(actor, scope_of(actor, "read", model), model).label("is_visible")


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
