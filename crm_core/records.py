"""What every service does with a record: fetch it for an actor, change fields with reason and trail, hand it over.

Promise: permission first, trail always. Never: a rule of one kind of record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from crm_core.audit import changing
from crm_core.database import Base
from crm_core.errors import PermissionRefused, RecordNotFound
from crm_core.models import Account, Role, User
from crm_core.permissions import Action, Actor, can, record_type, require

RecordType = TypeVar("RecordType", bound=Base)

_OWNING_ROLES = frozenset({Role.REP, Role.SUPERVISOR, Role.MANAGER, Role.ADMIN})


def get_record(
    session: Session, actor: Actor, model: type[RecordType], record_id: int, *, action: Action = "read"
) -> RecordType:
    """Return the record of that id; of one that was merged, the record that was kept.

    Raises:
        RecordNotFound: none, or deleted, or not the asking customer's (who must not learn that it exists).
        PermissionRefused: it exists and the member of staff may not do this with it.
    """
    record = kept_record(session, session.get(model, record_id))
    if record is None or getattr(record, "deleted_at", None) is not None:
        raise RecordNotFound(record_type(model), record_id)
    if actor.kind == "customer" and not can(actor, action, record):
        raise RecordNotFound(record_type(model), record_id)
    require(actor, action, record)
    return record


def kept_record(session: Session, record: RecordType | None) -> RecordType | None:
    """Return the record itself, or of one that was merged the record that was kept."""
    while record is not None and getattr(record, "deleted_at", None) is not None:
        kept_id = getattr(record, "merged_into_id", None)
        if kept_id is None:
            return record
        record = session.get(type(record), kept_id)
    return record


def change_fields(
    session: Session, actor: Actor, record: Base, changes: Mapping[str, Any], *, reason: str | None = None
) -> None:
    """Set already normalised fields, with permission and trail. A new owner takes the right to assign.

    Raises:
        PermissionRefused: the actor may not change this record, or not hand it over.
    """
    require(actor, "update", record)
    if "owner_id" in changes and changes["owner_id"] != record.owner_id:  # type: ignore[attr-defined]
        _require_hand_over(session, actor, record, changes["owner_id"])
    with changing(session, actor, record, reason=reason):
        for field, value in changes.items():
            setattr(record, field, value)


def default_owner_id(
    session: Session,
    actor: Actor,
    model: type[Base],
    owner_id: int | None,
    *,
    account: Account | None = None,
) -> int | None:
    """Return who owns a new record: the named person, the account's owner, or the actor where his role keeps customers.

    Raises:
        PermissionRefused: the actor may not create records for the named person.
        RecordNotFound: there is no such person.
    """
    if owner_id is None:
        if account is not None and account.owner_id is not None:
            return account.owner_id
        return actor.user_id if actor.role in _OWNING_ROLES else None
    owner = session.get(User, owner_id)
    if owner is None:
        raise RecordNotFound("user", owner_id)
    if owner_id != actor.user_id:
        require_assign(actor, model, to=owner)
    return owner_id


def require_assign(actor: Actor, record: Base | type[Base], *, to: User) -> None:
    """Make sure that the actor may give such a record to this person: his team's, or anybody.

    Raises:
        PermissionRefused: he may not assign at all, or not to a person outside his team.
    """
    require(actor, "assign", record)
    if actor.role is Role.SUPERVISOR and to.team_id != actor.team_id:
        raise PermissionRefused("assign", record_type(record), reason=f"{to.handle} is not in the team")


def _require_hand_over(session: Session, actor: Actor, record: Any, owner_id: int | None) -> None:
    takes_from_pool = record.owner_id is None and owner_id == actor.user_id
    if takes_from_pool:
        return
    if owner_id is None:
        require(actor, "assign", record)
        return
    owner = session.get(User, owner_id)
    if owner is None:
        raise RecordNotFound("user", owner_id)
    require_assign(actor, record, to=owner)
