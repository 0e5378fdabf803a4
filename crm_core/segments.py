"""Segments: saved filters over accounts or contacts, counted and listed within the reader's reach.

Promise: a filter is checked before it is stored; who is in a segment follows from the records of the moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import record_created, record_deleted
from crm_core.errors import InvalidField
from crm_core.models import Account, Contact, ContactStatus, Segment, SegmentKind
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, default_owner_id, get_record
from crm_core.segment_filters import build_condition, check_filter

SEGMENT_RULES: dict[str, fields.Rule] = {
    "name": fields.required_text(200),
    "kind": fields.one_of(SegmentKind),
    "description": fields.optional_text(10_000),
    "filter": fields.as_given,
    "owner_id": fields.as_given,
}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How many records a filter finds within the reader's reach, and the first names."""

    count: int
    names: Sequence[str]


def create_segment(
    session: Session,
    actor: Actor,
    *,
    name: str,
    filter: Mapping[str, Any],  # noqa: A002 - the field's name
    kind: SegmentKind | str = SegmentKind.ACCOUNT,
    description: str | None = None,
) -> Segment:
    """Save a filter under a name.

    Raises:
        InvalidField: the name is blank or taken, or the filter is wrong; the message says where.
        PermissionRefused: the actor may not save segments.
    """
    require(actor, "create", Segment)
    values = fields.normalise(SEGMENT_RULES, {"name": name, "kind": kind, "description": description})
    _require_free(session, values["name"])
    segment = Segment(
        **values,
        filter=check_filter(values["kind"], filter),
        owner_id=default_owner_id(session, actor, Segment, None),
        created_at=actor.now,
        updated_at=actor.now,
    )
    return record_created(session, actor, segment)


def update_segment(session: Session, actor: Actor, segment: Segment, **changes: Any) -> Segment:
    """Change name, filter, description or owner of a segment.

    Raises:
        InvalidField: a value breaks its rule.
        PermissionRefused: the actor may not change this segment.
    """
    values = fields.normalise(SEGMENT_RULES, changes)
    if "kind" in values and values["kind"] is not segment.kind:
        raise InvalidField("kind", values["kind"], "Save another segment for the other kind.")
    if "filter" in values:
        values["filter"] = check_filter(segment.kind, values["filter"])
    if values.get("name", segment.name).casefold() != segment.name.casefold():
        _require_free(session, values["name"])
    change_fields(session, actor, segment, values)
    return segment


def delete_segment(session: Session, actor: Actor, segment: Segment) -> None:
    """Mark a segment as deleted.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", segment)
    record_deleted(session, actor, segment)


def get_segment(session: Session, actor: Actor, segment_id: int) -> Segment:
    """Return a segment.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Segment, segment_id)


def find_segment(session: Session, actor: Actor, name: str) -> Segment | None:
    """Find a segment by its name, whatever the case."""
    wanted = name.strip().casefold()
    return next((segment for segment in list_segments(session, actor) if segment.name.casefold() == wanted), None)


def list_segments(session: Session, actor: Actor) -> list[Segment]:
    """Return all segments that the actor may read, by name."""
    return list(session.scalars(select(Segment).where(visible(actor, Segment)).order_by(Segment.name, Segment.id)))


def preview(
    session: Session,
    actor: Actor,
    *,
    filter: Mapping[str, Any],  # noqa: A002 - the field's name
    kind: SegmentKind | str = SegmentKind.ACCOUNT,
    limit: int = 5,
) -> Preview:
    """Count what a filter would find, without saving it.

    Raises:
        InvalidField: the filter is wrong; the message says where.
    """
    which = SegmentKind(kind)
    model = _model(which)
    found = _found(actor, which, check_filter(which, filter))
    count = session.scalar(select(func.count()).select_from(model).where(found)) or 0
    names = session.scalars(select(model.name).where(found).order_by(model.name, model.id).limit(limit))
    return Preview(count=count, names=list(names))


def members(
    session: Session, actor: Actor, segment: Segment, *, limit: int | None = None
) -> Sequence[Account] | Sequence[Contact]:
    """Return who is in a segment now, within the actor's reach, by name.

    Raises:
        PermissionRefused: the actor may not read this segment.
    """
    require(actor, "read", segment)
    model = _model(segment.kind)
    query = select(model).where(_found(actor, segment.kind, segment.filter)).order_by(model.name, model.id)
    return session.scalars(query.limit(limit)).all()


def _model(kind: SegmentKind) -> Any:
    return Account if kind is SegmentKind.ACCOUNT else Contact


def _found(actor: Actor, kind: SegmentKind, filter_: Mapping[str, Any]) -> ColumnElement[bool]:
    condition = visible(actor, _model(kind)) & build_condition(kind, filter_, now=actor.now)
    # Who has left is addressed by nobody.
    return condition if kind is SegmentKind.ACCOUNT else condition & (Contact.status == ContactStatus.ACTIVE)


def _require_free(session: Session, name: str) -> None:
    names = session.scalars(select(Segment.name).where(Segment.deleted_at.is_(None)))
    if name.casefold() in {taken.casefold() for taken in names}:
        raise InvalidField("name", name, "Another segment has this name.")
