"""What 'who is X' shows: a contact or an account with what is open around it.

Promise: every part is within the actor's reach; one card costs a handful of queries. Never: words for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from crm_core.customers import get_account, get_contact, list_contacts
from crm_core.interactions import list_interactions
from crm_core.models import Account, Contact, Interaction, Opportunity, Task, TaskStatus, Ticket, User
from crm_core.permissions import Actor, can, visible
from crm_core.service_levels import OPEN_STATUSES

MAX_ROWS = 5  # of each kind on a card


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is open around a customer."""

    #: handle of the member of staff who looks after the customer
    owner: str | None
    last_interaction: Interaction | None
    #: next to close first
    open_deals: Sequence[Opportunity]
    #: newest first
    open_tickets: Sequence[Ticket]
    #: the next due of the tasks about the customer
    next_task: Task | None


@dataclass(frozen=True, kw_only=True)
class ContactCard(Surroundings):
    """A contact and what is open around him."""

    contact: Contact
    account: Account | None


@dataclass(frozen=True, kw_only=True)
class AccountCard(Surroundings):
    """An account, its people and what is open around it."""

    account: Account
    #: active ones, key contacts first
    contacts: Sequence[Contact]


def contact_card(session: Session, actor: Actor, contact_id: int) -> ContactCard:
    """Return what is to know of a contact.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    contact = get_contact(session, actor, contact_id)
    account = session.get(Account, contact.account_id) if contact.account_id is not None else None
    if account is not None and not can(actor, "read", account):
        account = None
    owner_id = account.owner_id if account and account.owner_id is not None else contact.owner_id
    interactions = list_interactions(session, actor, contact_id=contact.id, limit=1)
    return ContactCard(
        contact=contact,
        account=account,
        owner=_handle(session, owner_id),
        last_interaction=next(iter(interactions), None),
        open_deals=_deals(session, actor, contact.account_id),
        open_tickets=_tickets(session, actor, Ticket.contact_id == contact.id),
        next_task=_next_task(session, actor, Task.contact_id == contact.id),
    )


def account_card(session: Session, actor: Actor, account_id: int) -> AccountCard:
    """Return what is to know of an account.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    account = get_account(session, actor, account_id)
    members = select(Contact.id).where(Contact.account_id == account.id)
    of_ticket = or_(Ticket.account_id == account.id, Ticket.contact_id.in_(members))
    of_task = or_(Task.account_id == account.id, Task.contact_id.in_(members))
    interactions = list_interactions(session, actor, account_id=account.id, limit=1)
    return AccountCard(
        account=account,
        contacts=list_contacts(session, actor, account_id=account.id),
        owner=_handle(session, account.owner_id),
        last_interaction=next(iter(interactions), None),
        open_deals=_deals(session, actor, account.id),
        open_tickets=_tickets(session, actor, of_ticket),
        next_task=_next_task(session, actor, of_task),
    )


def _deals(session: Session, actor: Actor, account_id: int | None) -> list[Opportunity]:
    if account_id is None:
        return []
    query = select(Opportunity).where(
        visible(actor, Opportunity), Opportunity.account_id == account_id, Opportunity.closed_at.is_(None)
    )
    ordered = query.order_by(Opportunity.expected_close.is_(None), Opportunity.expected_close, Opportunity.id)
    return list(session.scalars(ordered.limit(MAX_ROWS)))


def _tickets(session: Session, actor: Actor, whose: ColumnElement[bool]) -> list[Ticket]:
    query = select(Ticket).where(visible(actor, Ticket), whose, Ticket.status.in_(OPEN_STATUSES))
    return list(session.scalars(query.order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(MAX_ROWS)))


def _next_task(session: Session, actor: Actor, about: ColumnElement[bool]) -> Task | None:
    query = select(Task).where(visible(actor, Task), about, Task.status != TaskStatus.DONE)
    return session.scalars(query.order_by(Task.due_at.is_(None), Task.due_at, Task.id).limit(1)).first()


def _handle(session: Session, user_id: int | None) -> str | None:
    user = session.get(User, user_id) if user_id is not None else None
    return user.handle if user else None
