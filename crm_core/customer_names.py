"""The names of all customers that a typed name is matched against, those of colleagues too.

Promise: two queries for the whole company; a departed contact is left out. Never: a guess at who is meant.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from crm_core.matching import CustomerType
from crm_core.models import Account, Contact, ContactStatus
from crm_core.permissions import Actor, reach, scope_of


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
