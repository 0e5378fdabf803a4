"""Export: every record within the actor's reach as one JSON object a line.

Promise: the fields of the public contract with the record's id, oldest first, in memory one batch at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.describe import describe
from crm_core.errors import ImportRefused
from crm_core.models import Account, Contact, Interaction, Lead, Opportunity, Requirement, Task, Ticket, User
from crm_core.permissions import Actor, record_type, require, visible

BATCH = 500

EXPORTED: dict[str, Any] = {
    record_type(model): model
    for model in (Account, Contact, Lead, Opportunity, Interaction, Task, Ticket, Requirement, User)
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
    while True:
        batch = session.scalars(select(model).where(model.id > last_id, within).order_by(model.id).limit(BATCH)).all()
        if not batch:
            return
        for record in batch:
            yield {"type": name, "id": record.id, **describe(session, record, zone)}
            session.expunge(record)
        last_id = batch[-1].id
