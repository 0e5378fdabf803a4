"""What the conversation owes for imported records: reminders of tasks, and warnings before a ticket is late."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import due
from crm_core.database import Database
from crm_core.models import Task, Ticket
from crm_core.service_levels import OPEN_STATUSES

_AT_ONCE = 500


def promise_reminders(database: Database, record_type: str, *, at: datetime) -> int:
    """Promise the reminders of the tasks or tickets that an import wrote at `at`; return how many records they are."""
    if record_type not in {"task", "ticket"}:
        return 0
    model: Any = Task if record_type == "task" else Ticket
    last_id = count = 0
    while True:
        with database.transaction() as session:
            query = select(model).where(model.updated_at == at, model.id > last_id).order_by(model.id).limit(_AT_ONCE)
            records = list(session.scalars(query))
            for record in records:
                _promise(session, record, at)
        if not records:
            return count
        last_id, count = records[-1].id, count + len(records)


def _promise(session: Session, record: Task | Ticket, at: datetime) -> None:
    if isinstance(record, Task):
        due.schedule_reminders(session, record, now=at)
    elif record.status in OPEN_STATUSES:
        due.schedule_ticket_clocks(session, record)
