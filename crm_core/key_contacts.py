"""An account's key contacts: every account with people has at least one, and a leaver's place is filled.

Promise: the first contact of an account is its key contact; when the last one goes, his successor takes the place or
the account's owner gets the task to find another. Never: a choice among the others on its own.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.audit import changing
from crm_core.errors import InvalidField
from crm_core.models import Account, Contact, ContactStatus, Task
from crm_core.permissions import Actor
from crm_core.rule_tasks import create_rule_task, due_on

#: how long the owner has to find another key contact
FIND_WITHIN = timedelta(days=7)
_DUE_HOUR = 18  # source: design page, section 9 (a due day without a time)


def has_key_contact(session: Session, account_id: int, *, beside: int | None = None) -> bool:
    """Tell whether the account has an active key contact, one contact left out."""
    query = select(Contact.id).where(
        Contact.account_id == account_id,
        Contact.is_key_contact.is_(True),
        Contact.status == ContactStatus.ACTIVE,
        Contact.deleted_at.is_(None),
    )
    if beside is not None:
        query = query.where(Contact.id != beside)
    return session.scalar(query.limit(1)) is not None


def is_last_key(session: Session, contact: Contact) -> bool:
    """Tell whether the contact is the only key contact of his account."""
    return (
        contact.account_id is not None
        and contact.is_key_contact
        and contact.status is ContactStatus.ACTIVE
        and not has_key_contact(session, contact.account_id, beside=contact.id)
    )


def require_another_key(session: Session, contact: Contact) -> None:
    """Make sure that the contact is not the last key contact of his account.

    Raises:
        InvalidField: he is.
    """
    if is_last_key(session, contact):
        raise InvalidField("is_key_contact", False, "An account needs a key contact: name another one first.")


def fill_place(
    session: Session, actor: Actor, leaver: Contact, *, account_id: int, successor: Contact | None = None
) -> Task | None:
    """Fill the place of a key contact who went: by his successor, else by a task for the account's owner.

    Returns the task, or None where none is needed. Call it when the leaver no longer counts.
    """
    if successor is not None and not successor.is_key_contact:
        with changing(session, actor, successor, reason=f"successor of {leaver.name}"):
            successor.is_key_contact = True
    if has_key_contact(session, account_id):
        return None
    account = session.get_one(Account, account_id)
    day = (actor.now.astimezone(actor.zone) + FIND_WITHIN).date()
    return create_rule_task(
        session,
        actor,
        origin=f"key_contact:{account_id}:{leaver.id}:{actor.now.date().isoformat()}",
        owner_id=account.owner_id if account.owner_id is not None else actor.user_id,
        zh=f"为{account.name}确认新的关键联系人（{leaver.name}已离开）",
        en=f"Find a new key contact at {account.name} ({leaver.name} has left)",
        due_at=due_on(day, _DUE_HOUR, actor.zone),
        account_id=account_id,
    )
