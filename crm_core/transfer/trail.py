"""The audit trail of an import: one line for each record that was made or changed, written for a batch at a time.

Promise: a line says what `crm_core.audit` would say of the same change, with the file's name as its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from crm_core.audit import is_kept_in_trail, plain_value
from crm_core.database import Base
from crm_core.models import AuditEvent
from crm_core.permissions import Actor, record_type


class Trail:
    """Lines about one type of record, kept until they are written."""

    def __init__(self, actor: Actor, model: type[Base], reason: str) -> None:
        self._columns = _kept_columns(model)
        self._common = {
            "at": actor.now,
            "actor_id": actor.user_id,
            "actor": actor.handle or actor.name,
            "record_type": record_type(model),
            "message_id": actor.message_id,
            "reason": reason,
            "undone_at": None,
        }
        self._lines: list[dict[str, Any]] = []

    def note_created(self, record_id: int, values: Mapping[str, Any]) -> None:
        """Note a new record with all its values."""
        after = {"id": record_id, **{name: plain_value(values.get(name)) for name in self._columns if name != "id"}}
        self._lines.append(
            {**self._common, "action": "created", "record_id": record_id, "before": None, "after": after}
        )

    def note_updated(self, record_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Note the fields that changed."""
        kept = [name for name in after if name in self._columns]
        line = {
            "before": {name: plain_value(before[name]) for name in kept},
            "after": {name: plain_value(after[name]) for name in kept},
        }
        self._lines.append({**self._common, "action": "updated", "record_id": record_id, **line})

    def write(self, session: Session) -> None:
        """Write the lines that were noted."""
        if self._lines:
            session.execute(insert(AuditEvent.__table__), self._lines)  # type: ignore[arg-type]
            self._lines = []


@lru_cache(maxsize=32)
def _kept_columns(model: type[Base]) -> tuple[str, ...]:
    return tuple(column.key for column in model.__table__.columns if is_kept_in_trail(column.key))
