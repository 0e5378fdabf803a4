"""A member of staff leaves or changes his field: what is his goes to colleagues, what he did stays his.

Promise: every owner and assignee that points to him is moved or named as kept, each change in the trail; undo brings
them back. Never: the message to the successor, which is the conversation's to send.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from crm_core.audit import changing
from crm_core.database import Base
from crm_core.errors import InvalidField, PermissionRefused
from crm_core.models import (
    Account,
    Contact,
    Interaction,
    Role,
    Target,
    Task,
    TaskStatus,
    Ticket,
    User,
)
from crm_core.permissions import Actor, record_type, require
from crm_core.service_levels import OPEN_STATUSES

#: What somebody did remains what he did, and what he was to reach remains his.
_KEPT: tuple[type[Base], ...] = (Interaction, Target)
_HELD_BY = ("owner_id", "assignee_id")
MAX_NAMES = 20


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """What went from one to the other."""

    leaver: User
    successor: User
    #: record type -> how many records moved
    moved: Mapping[str, int]
    #: names of the accounts that moved, the first of them
    accounts: tuple[str, ...]


def hand_over(
    session: Session,
    actor: Actor,
    *,
    leaver: User,
    successor: User,
    reason: str,
    account_ids: Collection[int] | None = None,
) -> HandOver:
    """Give a colleague's customers, deals, open tasks and open tickets to another; done ones remain his.

    With `account_ids` only these accounts go, and what hangs on them. It does not shut the leaver out:
    `access.set_active` does.

    Raises:
        InvalidField: no reason, the same person twice, or the successor has left.
        PermissionRefused: the actor may not give away both persons' records.
    """
    if not reason.strip():
        raise InvalidField("reason", reason, "Say why the records are handed over.")
    if successor.id == leaver.id or not successor.active:
        raise InvalidField("successor", successor.handle, "Name another, active colleague.")
    _require_both(actor, leaver, successor)
    chosen = set(account_ids) if account_ids is not None else None
    moved: Counter[str] = Counter()
    names: list[str] = []
    for model, field in held_columns():
        for row in _rows(session, model, field, leaver, chosen):
            with changing(session, actor, row, reason=reason):
                setattr(row, field, successor.id)
            moved[record_type(row)] += 1
            names += [row.name] if isinstance(row, Account) else []
    return HandOver(leaver=leaver, successor=successor, moved=dict(moved), accounts=tuple(names[:MAX_NAMES]))


def held_columns() -> list[tuple[Any, str]]:
    """Return every mapped class and its column that names whose a record is now, accounts first."""
    found = [
        (mapper.class_, field)
        for mapper in Base.registry.mappers
        for field in _HELD_BY
        if mapper.class_ not in _KEPT and _refers_to_staff(mapper.class_, field)
    ]
    return sorted(found, key=lambda pair: (pair[0] is not Account, pair[0].__name__))


def _refers_to_staff(model: type[Base], field: str) -> bool:
    column = inspect(model).columns.get(field)
    return column is not None and any(key.column.table.name == User.__tablename__ for key in column.foreign_keys)


def _rows(session: Session, model: Any, field: str, leaver: User, chosen: set[int] | None) -> list[Any]:
    query = select(model).where(getattr(model, field) == leaver.id).order_by(model.id)
    if hasattr(model, "deleted_at"):
        query = query.where(model.deleted_at.is_(None))
    if model is Task:
        query = query.where(Task.status != TaskStatus.DONE)
    if model is Ticket:
        query = query.where(Ticket.status.in_(OPEN_STATUSES))
    elif hasattr(model, "closed_at"):
        query = query.where(model.closed_at.is_(None))
    if chosen is not None:
        if model is Account:
            query = query.where(Account.id.in_(chosen))
        elif hasattr(model, "account_id"):
            query = query.where(_about(model, chosen))
        else:
            return []
    return list(session.scalars(query))


def _about(model: Any, chosen: set[int]) -> Any:
    people = select(Contact.id).where(Contact.account_id.in_(chosen))
    of_account = model.account_id.in_(chosen)
    return of_account | model.contact_id.in_(people) if hasattr(model, "contact_id") else of_account


def _require_both(actor: Actor, leaver: User, successor: User) -> None:
    """Ask for the right to assign, over both persons; a supervisor has it within his team."""
    require(actor, "assign", Account)
    if actor.role is Role.SUPERVISOR and {leaver.team_id, successor.team_id} != {actor.team_id}:
        raise PermissionRefused("assign", "account", reason="supervisor: hand-over within his own team only")
