"""Take back what a message wrote: created records are withdrawn, changed fields get their old values.

Promise: works from the audit trail alone, so also after a restart; doing it twice changes nothing; a field that
was changed again since keeps its newer value. Numbers that were given out stay given out. Never: a message that
was delivered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm_core.audit import record_change, restore_value, snapshot
from crm_core.database import Base
from crm_core.errors import PermissionRefused
from crm_core.interactions import refresh_last_interaction, refresh_scope, set_contact_ids, set_staff_ids
from crm_core.models import (
    Account,
    AccountProposal,
    Approval,
    AuditEvent,
    Campaign,
    CampaignMember,
    ChatIdentity,
    Contact,
    Contract,
    Instalment,
    Interaction,
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
    TicketStatus,
)
from crm_core.permissions import RECORD_TYPES, Actor, record_type, require

#: Other records (lines of a ticket's thread, users) are not taken back.
_UNDOABLE: dict[str, type[Base]] = {
    record_type(model): model
    for model in (
        Account,
        AccountProposal,
        Approval,
        Campaign,
        CampaignMember,
        ChatIdentity,
        Contact,
        Contract,
        Instalment,
        Interaction,
        Lead,
        Opportunity,
        Payment,
        Quote,
        Requirement,
        Segment,
        Target,
        Task,
        Ticket,
    )
}


#: who took part is kept beside the interaction's own columns
_PARTIES = {"contact_ids": set_contact_ids, "staff_ids": set_staff_ids}


def undo_events(session: Session, actor: Actor, events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """Take back these changes, of which none was taken back before, the last first; return them in that order.

    Raises:
        PermissionRefused: another person wrote one of them, or it is about a record that is out of the actor's reach by
            now, such as a customer who was given to a colleague since.
    """
    foreign = next((event for event in events if not _may_undo(actor, event)), None)
    if foreign is not None:
        raise PermissionRefused(
            "update", foreign.record_type, foreign.record_id, reason="undo of another person's change"
        )
    _require_reach(session, actor, events)
    return _reverse_all(session, actor, sorted(events, key=lambda event: event.id, reverse=True))


def undo_cause(session: Session, actor: Actor, *, cause: str) -> list[AuditEvent]:
    """Take back all changes of one cause, such as a merge; the caller has asked for the permission.

    Their reason is `cause`, alone or with a colon and more behind it. Returns the reversed events, last first.
    """
    of_cause = or_(AuditEvent.reason == cause, AuditEvent.reason.startswith(f"{cause}: ", autoescape=True))
    return _reverse_all(session, actor, list(session.scalars(_pending().where(of_cause))))


class Written(NamedTuple):
    """What one message wrote, as far as it can still be taken back."""

    message_id: int
    #: in the order of writing
    events: tuple[AuditEvent, ...]


def list_written(session: Session, actor: Actor, *, within: timedelta, limit: int = 20) -> list[Written]:
    """Return what the actor's last messages wrote and can be taken back, the newest message first."""
    if actor.user_id is None:
        return []
    mine = _pending().where(
        AuditEvent.actor_id == actor.user_id, AuditEvent.at >= actor.now - within, AuditEvent.message_id.is_not(None)
    )
    by_message: dict[int, list[AuditEvent]] = {}
    for event in session.scalars(mine):
        by_message.setdefault(event.message_id, []).insert(0, event)
    return [Written(message_id, tuple(events)) for message_id, events in list(by_message.items())[:limit]]


def find_last_undone(session: Session, actor: Actor, *, within: timedelta) -> AuditEvent | None:
    """Return the change that the actor took back last, where he has written nothing since; None otherwise."""
    if actor.user_id is None:
        return None
    mine = AuditEvent.actor_id == actor.user_id
    undone = session.scalars(
        select(AuditEvent)
        .where(mine, AuditEvent.undone_at >= actor.now - within, AuditEvent.message_id.is_not(None))
        .order_by(AuditEvent.undone_at.desc(), AuditEvent.id.desc())
        .limit(1)
    ).first()
    if undone is None or undone.undone_at is None:
        return None
    newest = session.scalars(_pending().where(mine).limit(1)).first()
    return undone if newest is None or newest.at < undone.undone_at or newest.id < undone.id else None


def get_written(session: Session, message_id: int) -> Written | None:
    """Return what a message wrote, as far as it can still be taken back; None when there is nothing left of it."""
    events = list(session.scalars(_pending().where(AuditEvent.message_id == message_id)))
    return Written(message_id, tuple(reversed(events))) if events else None


def get_record(session: Session, event: AuditEvent, *, include_withdrawn: bool = False) -> Base | None:
    """Return the record that an event of the trail wrote; None once it is gone."""
    record = session.get(_UNDOABLE[event.record_type], event.record_id)
    is_withdrawn = getattr(record, "deleted_at", None) is not None
    return None if is_withdrawn and not include_withdrawn else record


def _pending() -> Any:
    return (
        select(AuditEvent)
        .where(
            AuditEvent.undone_at.is_(None),
            AuditEvent.action.in_(("created", "updated", "deleted")),
            AuditEvent.record_type.in_(_UNDOABLE),
        )
        .order_by(AuditEvent.id.desc())
    )


def _may_undo(actor: Actor, event: AuditEvent) -> bool:
    return event.actor_id == actor.user_id or actor.role is Role.ADMIN or actor.kind == "system"


def _require_reach(session: Session, actor: Actor, events: Sequence[AuditEvent]) -> None:
    """Refuse where a changed record is out of the actor's reach by now."""
    for event in events:
        record: Any = session.get(_UNDOABLE[event.record_type], event.record_id)
        # A rule may have given a task to somebody whose tasks the actor never saw: it goes with what it followed from.
        is_of_a_rule = isinstance(record, Task) and record.origin is not None
        if record is not None and event.record_type in RECORD_TYPES and not is_of_a_rule:
            require(actor, "read", record)


def _reverse_all(session: Session, actor: Actor, events: Sequence[AuditEvent]) -> list[AuditEvent]:
    for event in events:
        _reverse(session, actor, event)
        event.undone_at = actor.now
    session.flush()
    return list(events)


def _reverse(session: Session, actor: Actor, event: AuditEvent) -> None:
    record: Any = session.get(_UNDOABLE[event.record_type], event.record_id)
    if record is None:
        return
    was = snapshot(record)
    earlier = refresh_scope(session, record) if isinstance(record, Interaction) else []
    if event.action == "created":
        _withdraw(session, actor, record)
    elif event.action == "deleted":
        record.deleted_at = None
    else:
        _restore(session, record, event)
    if hasattr(record, "updated_at"):
        record.updated_at = actor.now
    session.flush()
    if isinstance(record, Interaction):
        refresh_last_interaction(session, record, beside=earlier)
    _note(session, actor, record, was, event)


def _withdraw(session: Session, actor: Actor, record: Any) -> None:
    if isinstance(record, Ticket):
        # A ticket keeps its number and its thread: it is closed instead of deleted.
        record.status = TicketStatus.CLOSED
        record.closed_at = record.closed_at or actor.now
        record.reason = "withdrawn"
    elif isinstance(record, CampaignMember):
        session.delete(record)
    else:
        record.deleted_at = record.deleted_at or actor.now


def _restore(session: Session, record: Any, event: AuditEvent) -> None:
    is_now = snapshot(record)
    after = event.after or {}
    for field, value in (event.before or {}).items():
        if field in is_now and is_now[field] == after.get(field):
            setattr(record, field, restore_value(type(record), field, value))
        elif field in _PARTIES and isinstance(record, Interaction):
            _PARTIES[field](session, record, value)


def _note(session: Session, actor: Actor, record: Base, was: dict[str, Any], event: AuditEvent) -> None:
    is_now = snapshot(record)
    changed = [field for field in is_now if is_now[field] != was[field]]
    record_change(
        session,
        actor,
        "undone",
        record,
        before={field: was[field] for field in changed},
        after={field: is_now[field] for field in changed},
        reason=f"undo of event {event.id}",
    )
