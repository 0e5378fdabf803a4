"""What a turn wrote, read back from the audit trail: the `records` of the public contract."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crm_core.audit import WRITTEN
from crm_core.database import Base
from crm_core.describe import describe
from crm_core.models import AuditEvent
from crm_core.permissions import record_type
from knowledge_base.models import Article

#: rows that hang on a record and are shown as part of it
_PARTS = frozenset({"ticket_message", "chat_identity", "link_code", "audit_event"})
_Action = Literal["created", "updated", "deleted"]


def describe_changes(session: Session, *, message_id: int, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return each record that the turn of this inbox row wrote, once, in the order of writing.

    `fields` are those of design.md section 4, times in ISO 8601 with the zone's offset.
    """
    changes: dict[tuple[str, int], _Action] = {}
    for event in session.info.get(WRITTEN, ()):
        # What a refused action wrote has been rolled back: it is in no session.
        if event.message_id != message_id or event not in session:
            continue
        key = (event.record_type, event.record_id or 0)
        action = _action(event)
        if action is None or event.record_type in _PARTS:
            continue
        if changes.get(key) != "created" or action == "deleted":
            changes[key] = action
    return [_describe(session, key, action, zone) for key, action in changes.items()]


def describe_article(article: Article) -> dict[str, Any]:
    """Return an article that the turn wrote, under its key."""
    fields = {name: getattr(article, name) for name in ("question", "answer", "language", "status", "audience")}
    return {"type": "article", "id": article.key, "action": "created", "fields": fields}


def _action(event: AuditEvent) -> _Action | None:
    if event.action in {"created", "updated", "deleted"}:
        return event.action  # type: ignore[return-value]
    if event.action == "undone":  # the trail of an undo says what the record became
        return "deleted" if (event.after or {}).get("deleted_at") else "updated"
    return None


def _describe(session: Session, key: tuple[str, int], action: _Action, zone: ZoneInfo) -> dict[str, Any]:
    name, record_id = key
    model = _models().get(name)
    record = session.get(model, record_id) if model is not None else None
    fields = describe(session, record, zone) if record is not None else {}
    return {"type": name, "id": record_id, "action": action, "fields": fields}


@cache
def _models() -> dict[str, Any]:
    return {record_type(mapper.class_): mapper.class_ for mapper in Base.registry.mappers}
