"""The trail of every change and of every refusal: who, what, before, after, and from which message.

Promise: values are kept as plain JSON that `restore_value` can turn back; secrets never enter the trail. Never: a
decision about who may do something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from crm_core.database import Base, UtcDateTime
from crm_core.errors import PermissionRefused
from crm_core.models import AuditEvent
from crm_core.permissions import Actor, record_type

#: key of `Session.info`: the lines of the trail that this transaction wrote, in order
WRITTEN = "audit_written"
#: key of `Session.info`: the records that they are about, held so that who describes a change need not load them again
_HELD = "audit_held"
#: how the action of a refusal begins
REFUSED = "refused_"
ChangeAction = Literal["created", "updated", "deleted", "undone"]
Snapshot = dict[str, Any]
RecordType = TypeVar("RecordType", bound=Base)

#: Secrets never enter the trail.
_SECRET = frozenset({"password_hash", "code_hash", "id_number_encrypted"})
#: what JSON keeps as it is; most values are
_PLAIN_TYPES = frozenset({str, int, bool, float})
#: Follows from other changes, so it is neither worth a line of the trail nor undone by itself.
_DERIVED = frozenset({"updated_at", "last_interaction_at"})


def is_kept_in_trail(column: str) -> bool:
    """Tell whether a column's values belong into the trail: no secret, and nothing that follows from other changes."""
    return column not in _SECRET | _DERIVED


def snapshot(record: Base) -> Snapshot:
    """Return the record's columns as plain JSON: times and dates in ISO 8601, amounts and enums as words."""
    columns = inspect(type(record)).column_attrs
    return {column.key: plain_value(getattr(record, column.key)) for column in columns if is_kept_in_trail(column.key)}


def restore_value(model: type[Base], field: str, value: Any) -> Any:
    """Turn one value of a snapshot back into what the column holds."""
    if value is None:
        return None
    kind = inspect(model).columns[field].type
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    python_type = kind.python_type
    if python_type is date:
        return date.fromisoformat(value)
    if python_type is Decimal or issubclass(python_type, Enum):
        return python_type(value)
    return value


def record_change(
    session: Session,
    actor: Actor,
    action: ChangeAction,
    record: Base,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> AuditEvent:
    """Write one change into the trail. The record must have its id (flush first)."""
    session.info.setdefault(_HELD, []).append(record)
    return _write(
        session,
        actor,
        AuditEvent(
            action=action,
            record_type=record_type(record),
            record_id=getattr(record, "id", None),
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
            reason=reason,
        ),
    )


def record_created(session: Session, actor: Actor, record: RecordType) -> RecordType:
    """Add a new record to the session, give it its id and write its creation into the trail."""
    record_all_created(session, actor, record)
    return record


def record_all_created(session: Session, actor: Actor, *records: Base) -> None:
    """Do as `record_created` for records that belong together, in one flush."""
    session.add_all(records)
    session.flush()
    for record in records:
        record_change(session, actor, "created", record, after=snapshot(record))


@contextmanager
def changing(
    session: Session, actor: Actor, record: Base, *, reason: str | None = None, always: bool = False
) -> Iterator[None]:
    """Write what the block changes in the record into the trail, and stamp `updated_at`.

    Where nothing changed nothing is written, unless `always`: a part of the record, kept elsewhere, changed.
    """
    was = snapshot(record)
    yield
    session.flush()
    is_now = snapshot(record)
    changed = [field for field in is_now if is_now[field] != was[field]]
    if not changed and not always:
        return
    if hasattr(record, "updated_at"):
        record.updated_at = actor.now
    before = {field: was[field] for field in changed}
    after = {field: is_now[field] for field in changed}
    record_change(session, actor, "updated", record, before=before, after=after, reason=reason)


def record_deleted(session: Session, actor: Actor, record: Base, *, reason: str | None = None) -> None:
    """Mark a record as deleted and write it into the trail."""
    before = snapshot(record)
    record.deleted_at = actor.now  # type: ignore[attr-defined]
    session.flush()
    record_change(session, actor, "deleted", record, before=before, reason=reason)


def record_refusal(session: Session, actor: Actor, error: PermissionRefused) -> AuditEvent:
    """Write a refused attempt into the trail. Called where the failed part has been rolled back already."""
    return _write(
        session,
        actor,
        AuditEvent(
            action=f"{REFUSED}{error.action}",
            record_type=error.record_type,
            record_id=error.record_id,
            reason=error.reason,
        ),
    )


def _write(session: Session, actor: Actor, event: AuditEvent) -> AuditEvent:
    event.at = actor.now
    event.actor_id = actor.user_id
    event.actor = _signature(actor)
    event.message_id = actor.message_id
    # Not flushed by itself: it goes to the database with the next query or at the latest with the commit.
    session.add(event)
    session.info.setdefault(WRITTEN, []).append(event)
    return event


def _signature(actor: Actor) -> str:
    # A customer is written by number: the trail outlives the erasure of his name.
    if actor.kind == "customer":
        return f"customer:{actor.contact_id}" if actor.contact_id is not None else "visitor"
    return actor.handle or actor.name


def plain_value(value: Any) -> Any:
    """Return a column's value as plain JSON, in the one spelling that `restore_value` turns back."""
    if value is None or type(value) in _PLAIN_TYPES:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        # One spelling of an instant, so that the same time in another zone is no change.
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    # A copy: a list that is changed in place must not change the snapshot.
    return value.copy() if isinstance(value, list | dict) else value
