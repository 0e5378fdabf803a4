"""Who may do what: the actor of a turn, the answer of the one table, and the SQL filter that follows from it.

Promise: every service asks here before it reads or writes, and a list shows exactly what `can` allows. Never: a
write; a refusal is written by `crm_core.audit.record_refusal`, outside the transaction part that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, true
from sqlalchemy.orm import aliased, object_session

from crm_core.database import Base
from crm_core.errors import PermissionRefused
from crm_core.models import (
    Account,
    AccountProposal,
    Approval,
    Campaign,
    CampaignMember,
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
    Role,
    Segment,
    Target,
    Task,
    Ticket,
    User,
)
from crm_core.permission_table import CUSTOMER_PERMISSIONS, PERMISSIONS, RECORD_TYPES, Grants, Scope

__all__ = [
    "CUSTOMER_PERMISSIONS",
    "PERMISSIONS",
    "RECORD_TYPES",
    "Action",
    "Actor",
    "Grants",
    "Scope",
    "can",
    "customer_actor",
    "held_by",
    "reach",
    "record_type",
    "require",
    "scope_of",
    "staff_actor",
    "system_actor",
    "visible",
]

Action = Literal["read", "create", "update", "delete", "assign", "export", "ingest", "erase", "rate"]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts in this turn, and when. Every service takes one after its session."""

    kind: Literal["staff", "customer", "system"]
    #: the name written into the audit trail
    name: str
    #: the clock of the turn, aware
    now: datetime
    user_id: int | None = None
    handle: str | None = None
    role: Role | None = None
    team_id: int | None = None
    #: the customer's own contact, None while a customer is only a visitor
    contact_id: int | None = None
    #: the customer's conversation: tickets opened in it are his, even before he is a contact
    conversation_id: int | None = None
    #: the inbox row that this turn answers; the audit trail names it and undo goes by it
    message_id: int | None = None
    #: the zone whose calendar decides the year in a new number
    zone: tzinfo = UTC


def staff_actor(user: User, *, now: datetime, message_id: int | None = None, zone: tzinfo | None = None) -> Actor:
    """Build the actor of a member of staff; his own time zone wins over `zone`."""
    return Actor(
        kind="staff",
        user_id=user.id,
        handle=user.handle,
        name=user.name,
        role=user.role,
        team_id=user.team_id,
        now=now,
        message_id=message_id,
        zone=ZoneInfo(user.timezone) if user.timezone else zone or UTC,
    )


def customer_actor(
    contact_id: int | None,
    name: str,
    now: datetime,
    message_id: int | None = None,
    *,
    conversation_id: int | None = None,
    zone: tzinfo = UTC,
) -> Actor:
    """Build the actor of a customer, or of a visitor when `contact_id` is None."""
    return Actor(
        kind="customer",
        contact_id=contact_id,
        name=name,
        now=now,
        message_id=message_id,
        conversation_id=conversation_id,
        zone=zone,
    )


def system_actor(now: datetime, message_id: int | None = None, *, zone: tzinfo = UTC) -> Actor:
    """Build the actor of the program itself and of its administrator at the command line: may do everything."""
    return Actor(kind="system", name="system", now=now, message_id=message_id, zone=zone)


#: Records of these types that nobody owns are open to everyone who may touch the type at all (公海).
_SHARED_WHEN_UNOWNED = (
    *(Account, Contact, Lead, Opportunity, Interaction, CampaignMember),
    *(Quote, Contract, Instalment, Payment, Approval, Requirement),
)


def record_type(record: Base | type[Base] | str) -> str:
    """Return a record's name in lower snake case, as audit, permissions and `chat --json` spell it."""
    name = record if isinstance(record, str) else record.__tablename__
    return "user" if name == User.__tablename__ else name


def scope_of(actor: Actor, action: Action, record: Base | type[Base] | str) -> Scope:
    """Return how far the actor's permission for this action reaches on this type of record."""
    if actor.kind == "system":
        return Scope.ALL
    table = CUSTOMER_PERMISSIONS if actor.role is None else PERMISSIONS[actor.role]
    scope = getattr(table.get(record_type(record), Grants()), action)
    return Scope(scope)


def can(actor: Actor, action: Action, record: Base | type[Base] | str, *, on: Base | None = None) -> bool:
    """Tell whether the actor may do this.

    `record` is a record of a session, or a type of record (may he do it to any at all?). For a record that is
    about to be created, give its type and `on`, the record that it hangs on.
    """
    scope = scope_of(actor, action, record)
    if scope in {Scope.ALL, Scope.NONE}:
        return scope is Scope.ALL
    subject = on if on is not None else record
    return not isinstance(subject, Base) or _reaches(actor, scope, subject)


def require(actor: Actor, action: Action, record: Base | type[Base] | str, *, on: Base | None = None) -> None:
    """Make sure that the actor may do this; see `can`.

    Raises:
        PermissionRefused: he may not; the reason names the scope that he has.
    """
    if can(actor, action, record, on=on):
        return
    subject = on if on is not None else record
    scope = scope_of(actor, action, record)
    who = actor.role or actor.kind
    whose = f" and {record_type(subject)} is outside it" if scope is not Scope.NONE else ""
    raise PermissionRefused(
        action,
        record_type(record),
        getattr(subject, "id", None) if isinstance(subject, Base) else None,
        reason=f"{who}: {action} {record_type(record)} reaches {scope}{whose}",
    )


def visible(actor: Actor, model: type[Base], *, action: Action = "read") -> ColumnElement[bool]:
    """Build the filter of a query over `model`: the records within the actor's reach that are not deleted."""
    within = reach(actor, scope_of(actor, action, model), model)
    deleted_at = getattr(model, "deleted_at", None)
    return within if deleted_at is None else and_(within, deleted_at.is_(None))


def reach(actor: Actor, scope: Scope, model: type[Base]) -> ColumnElement[bool]:
    """Build the filter for a scope over `model`, deleted records included."""
    if scope is Scope.ALL:
        return true()
    if scope is Scope.NONE:
        return false()
    if actor.kind == "customer":
        return _reach_of_customer(actor, model)
    holders = _holders(model)
    mine = [holder == actor.user_id for holder in holders]
    if scope is Scope.TEAM and actor.team_id is not None:
        mine += [holder.in_(_members(actor.team_id)) for holder in holders]
        if model in {Ticket, Target}:
            mine.append(model.team_id == actor.team_id)
    if model in _SHARED_WHEN_UNOWNED:
        mine.append(and_(*(holder.is_(None) for holder in holders)))
    return or_(false(), *mine)


def held_by(model: type[Base], user_ids: Collection[int]) -> ColumnElement[bool]:
    """Build the filter of the records that belong to these members of staff, as `reach` sees it; no unowned ones."""
    return or_(false(), *(holder.in_(user_ids) for holder in _holders(model)))


def _reaches(actor: Actor, scope: Scope, record: Base) -> bool:
    session = object_session(record)
    if session is None:
        raise ValueError(f"{record_type(record)} is in no session: permissions are asked of stored records")
    if actor.kind == "customer":  # needs no query: whose it is stands on the record
        return _is_customers_own(actor, record)
    stored: Any = record
    model = type(stored)
    query = select(literal(1)).select_from(model).where(model.id == stored.id, reach(actor, scope, model))
    return session.execute(query).first() is not None


def _is_customers_own(actor: Actor, record: Base) -> bool:
    """Tell of one record what `_reach_of_customer` selects."""
    if isinstance(record, Contact):
        return record.id == actor.contact_id
    if not isinstance(record, Ticket):
        return False
    is_his = actor.contact_id is not None and record.contact_id == actor.contact_id
    is_here = actor.conversation_id is not None and record.conversation_id == actor.conversation_id
    return is_his or is_here


def _reach_of_customer(actor: Actor, model: type[Base]) -> ColumnElement[bool]:
    if model is Contact:
        return Contact.id == actor.contact_id if actor.contact_id is not None else false()
    if model is not Ticket:
        return false()
    own: list[ColumnElement[bool]] = []
    if actor.contact_id is not None:
        own.append(Ticket.contact_id == actor.contact_id)
    if actor.conversation_id is not None:
        own.append(Ticket.conversation_id == actor.conversation_id)
    return or_(false(), *own)


@cache  # built once for each model: to make them anew took a third of what a look at a permission costs
def _holders(model: Any) -> tuple[Any, ...]:
    """Return the columns or subqueries that name whose record it is.

    What hangs on an account follows the account's owner, so that a hand-over needs one change. A deal and a
    ticket may have a person of their own beside him.
    """
    if model in {Account, Lead, Task, Segment, Campaign, Target}:
        return (model.owner_id,)
    build = _HOLDERS.get(model)
    return tuple(build()) if build is not None else ()


def _account_owner(model: Any) -> ColumnElement[int | None]:
    account = aliased(Account)
    query = select(account.owner_id).where(account.id == model.account_id)
    return query.correlate(model).scalar_subquery()


def _opportunity_owners(model: Any) -> list[ColumnElement[int | None]]:
    """Whose the opportunity is that a record hangs on: its own person's and the account owner's."""
    deal, account = aliased(Opportunity), aliased(Account)
    own = select(deal.owner_id).where(deal.id == model.opportunity_id)
    of_account = select(account.owner_id).join(deal, deal.account_id == account.id)
    of_account = of_account.where(deal.id == model.opportunity_id)
    return [own.correlate(model).scalar_subquery(), of_account.correlate(model).scalar_subquery()]


def _contact_owner(model: Any) -> ColumnElement[int | None]:
    contact, account = aliased(Contact), aliased(Account)
    query = (
        select(func.coalesce(account.owner_id, contact.owner_id))
        .select_from(contact)
        .outerjoin(account, account.id == contact.account_id)
        .where(contact.id == model.contact_id)
    )
    return query.correlate(model).scalar_subquery()


def _participant_owner() -> ColumnElement[int | None]:
    """Whose the people of an interaction are, where it has no account; of several the first, they are rarely two."""
    contact, link = aliased(Contact), aliased(InteractionContact)
    query = (
        select(func.min(contact.owner_id))
        .join(link, link.contact_id == contact.id)
        .where(link.interaction_id == Interaction.id, Interaction.account_id.is_(None))
    )
    return query.correlate(Interaction).scalar_subquery()


def _members(team_id: int) -> Any:
    member = aliased(User)
    return select(member.id).where(member.team_id == team_id)


_HOLDERS: dict[type[Base], Callable[[], list[Any]]] = {
    Contact: lambda: [func.coalesce(_account_owner(Contact), Contact.owner_id)],
    CampaignMember: lambda: [func.coalesce(_account_owner(CampaignMember), _contact_owner(CampaignMember))],
    AccountProposal: lambda: [_account_owner(AccountProposal)],
    Interaction: lambda: [func.coalesce(_account_owner(Interaction), _participant_owner(), Interaction.owner_id)],
    Opportunity: lambda: [Opportunity.owner_id, _account_owner(Opportunity)],
    Ticket: lambda: [Ticket.assignee_id, _account_owner(Ticket), _contact_owner(Ticket)],
    Requirement: lambda: [Requirement.owner_id, _account_owner(Requirement)],
    Quote: lambda: _opportunity_owners(Quote),
    Contract: lambda: _opportunity_owners(Contract),
    Instalment: lambda: _opportunity_owners(Instalment),
    Payment: lambda: _opportunity_owners(Payment),
    Approval: lambda: _opportunity_owners(Approval),
}
