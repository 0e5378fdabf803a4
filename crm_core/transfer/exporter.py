"""Export: every record within the actor's reach as the public contract shows it.

Promise: the fields of the public contract with the record's id, oldest first, in memory one batch at a time. Every type
that has a table of its own in the contract can be exported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import models
from crm_core.database import Base
from crm_core.describe import describe
from crm_core.errors import ImportRefused
from crm_core.models import Account, Contact, User
from crm_core.permission_table import RECORD_TYPES
from crm_core.permissions import Actor, record_type, require, visible

BATCH = 500

_TYPES = frozenset(RECORD_TYPES)
_TABLES = (table for name in models.__all__ if isinstance(table := getattr(models, name), type))
#: every table of the room whose type the permissions know
EXPORTED: dict[str, Any] = {
    record_type(table): table
    for table in _TABLES
    if issubclass(table, Base) and record_type(table) in _TYPES and hasattr(table, "id")
}


def export_records(session: Session, actor: Actor, *, record_type: str, zone: tzinfo) -> Iterator[dict[str, object]]:
    """Yield {"type", "id", …fields} for every record within reach.

    Raises:
        ImportRefused: there is no such type.
        PermissionRefused: the actor may not export such records.
    """
    model = EXPORTED.get(record_type)
    if model is None:
        raise ImportRefused(f"{record_type!r} cannot be exported; types: {', '.join(EXPORTED)}.")
    require(actor, "export", model)
    return _records(session, actor, model, record_type, zone)


def _records(session: Session, actor: Actor, model: Any, name: str, zone: tzinfo) -> Iterator[dict[str, object]]:
    last_id = 0
    within = visible(actor, model, action="export")
    staff = list(session.scalars(select(User)))
    while True:
        batch = session.scalars(select(model).where(model.id > last_id, within).order_by(model.id).limit(BATCH)).all()
        if not batch:
            return
        # Held, so that names cost no query for each record: the session forgets what nobody holds.
        held = [*staff, *_referred(session, batch)]
        for record in batch:
            yield {"type": name, "id": record.id, **describe(session, record, zone)}
        del held
        last_id = batch[-1].id
        for record in batch:
            session.expunge(record)


def _referred(session: Session, batch: Sequence[Any]) -> list[Any]:
    """Read the accounts and contacts that the records of a batch name."""
    found: list[Any] = []
    for column, model in (("account_id", Account), ("contact_id", Contact)):
        ids = {getattr(record, column, None) for record in batch} - {None}
        if ids:
            found += session.scalars(select(model).where(model.id.in_(ids)))
    return found
