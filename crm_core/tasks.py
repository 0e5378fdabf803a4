"""Tasks: what a member of staff promised to do, and by when.

Promise: a task belongs to one person; a delay has its reason; the times of reminders follow from the due time.
Never: sending a reminder.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing, record_created, record_deleted
from crm_core.database import Base
from crm_core.errors import InvalidField, RecordNotFound
from crm_core.models import (
    Account,
    Contact,
    Interaction,
    Lead,
    Opportunity,
    Requirement,
    Task,
    TaskStatus,
    Ticket,
    User,
)
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, get_record, require_assign

#: How long before the due time a reminder is due. Source: design page, section 4 (a day before, at due time).
REMINDERS = (timedelta(days=1), timedelta(0))

TASK_RULES: dict[str, fields.Rule] = {
    "title": fields.required_text(300),
    "due_at": fields.moment,
    "status": fields.one_of(TaskStatus),
    "owner_id": fields.as_given,
    "notes": fields.optional_text(10_000),
    "delay_reason": fields.optional_text(2000),
}
#: what a task may be about
_SUBJECTS: dict[str, type[Base]] = {
    "account_id": Account,
    "contact_id": Contact,
    "interaction_id": Interaction,
    "ticket_id": Ticket,
    "opportunity_id": Opportunity,
    "requirement_id": Requirement,
    "lead_id": Lead,
}


class Subjects(TypedDict, total=False):
    """What a task is about, by id."""

    account_id: int | None
    contact_id: int | None
    interaction_id: int | None
    ticket_id: int | None
    opportunity_id: int | None
    requirement_id: int | None
    lead_id: int | None


def create_task(
    session: Session,
    actor: Actor,
    *,
    title: str,
    due_at: datetime | None = None,
    owner_id: int | None = None,
    notes: str | None = None,
    stage: str | None = None,
    **subjects: Unpack[Subjects],
) -> Task:
    """Create a task, the actor's own unless `owner_id` names another person.

    Raises:
        InvalidField: a blank title, or nobody to own it.
        RecordNotFound: there is no such owner, account, contact or other record that the task is about.
        PermissionRefused: one of them is out of the actor's reach, or he may not give tasks to that person.
    """
    require(actor, "create", Task)
    values = fields.normalise(TASK_RULES, {"title": title, "due_at": due_at, "notes": notes})
    _check_subjects(session, actor, subjects)
    owner = _owner(session, actor, owner_id)
    task = Task(**values, **subjects, stage=stage, owner_id=owner, created_at=actor.now, updated_at=actor.now)
    return record_created(session, actor, task)


def get_task(session: Session, actor: Actor, task_id: int) -> Task:
    """Return a task.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Task, task_id)


def list_tasks(
    session: Session,
    actor: Actor,
    *,
    owner_id: int | None = None,
    everyone: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    include_done: bool = False,
    statuses: Collection[TaskStatus] = (),
    limit: int = 100,
    **about: Unpack[Subjects],
) -> list[Task]:
    """Return tasks within the actor's reach, the next due first, those without a due time last.

    Without `owner_id` they are the actor's own; `everyone` widens that to his whole reach. `until` is exclusive
    and leaves out tasks without a due time; overdue ones are in unless `since` cuts them off. With `account_id` or
    another subject only the tasks about it.
    """
    query = select(Task).where(visible(actor, Task))
    if not everyone:
        query = query.where(Task.owner_id == (owner_id if owner_id is not None else actor.user_id))
    if not include_done:
        query = query.where(Task.status != TaskStatus.DONE)
    if statuses:
        query = query.where(Task.status.in_(statuses))
    for field, record_id in about.items():
        query = query.where(getattr(Task, field) == record_id)
    if since is not None:
        query = query.where(Task.due_at >= since)
    if until is not None:
        query = query.where(Task.due_at < until)
    return list(session.scalars(query.order_by(Task.due_at.is_(None), Task.due_at, Task.id).limit(limit)))


def find_tasks(session: Session, actor: Actor, text: str, *, include_done: bool = False) -> list[Task]:
    """Find the actor's tasks by id ('12', '#12') or by a part of the title, the next due first.

    Raises:
        RecordNotFound, PermissionRefused: `text` is an id; see `records.get_record`.
    """
    wanted = text.strip().lstrip("#").casefold()
    if wanted.isdigit():
        return [get_task(session, actor, int(wanted))]
    tasks = list_tasks(session, actor, include_done=include_done, limit=1000)
    return [task for task in tasks if wanted and wanted in task.title.casefold()]


def complete_task(session: Session, actor: Actor, task: Task) -> Task:
    """Mark a task as done; doing it twice changes nothing.

    Raises:
        PermissionRefused: the actor may not change it.
    """
    require(actor, "update", task)
    with changing(session, actor, task):
        task.status = TaskStatus.DONE
        task.completed_at = task.completed_at or actor.now
    return task


def start_task(session: Session, actor: Actor, task: Task) -> Task:
    """Mark a task as being worked on.

    Raises:
        PermissionRefused: the actor may not change it.
    """
    return update_task(session, actor, task, status=TaskStatus.DOING)


def reopen_task(session: Session, actor: Actor, task: Task) -> Task:
    """Put a done task back on the list.

    Raises:
        PermissionRefused: the actor may not change it.
    """
    require(actor, "update", task)
    with changing(session, actor, task):
        task.status = TaskStatus.TODO
        task.completed_at = None
    return task


def postpone_task(session: Session, actor: Actor, task: Task, *, due_at: datetime, reason: str) -> Task:
    """Give a task a later due time; it is delayed from now on.

    Raises:
        InvalidField: no reason, the task is done, or the new time is not later than the old one.
        PermissionRefused: the actor may not change it.
    """
    require(actor, "update", task)
    if task.status is TaskStatus.DONE:
        raise InvalidField("status", "done", "A done task cannot be postponed.")
    if task.due_at is not None and due_at <= task.due_at:
        raise InvalidField("due_at", due_at.isoformat(), "Give a time after the present due time.")
    why = fields.required_text(2000)("delay_reason", reason)
    with changing(session, actor, task, reason=why):
        task.due_at = due_at
        task.delay_reason = why
        task.status = TaskStatus.DELAYED
    return task


def update_task(session: Session, actor: Actor, task: Task, **changes: Any) -> Task:
    """Change a task: title, due time, status, owner, notes, what it is about. A correction of the due time is no delay.

    Raises:
        InvalidField: a value breaks its rule, or it is delayed without a `delay_reason`.
        RecordNotFound: there is no such record that the task should be about.
        PermissionRefused: the actor may not change it, or not give it to that person.
    """
    require(actor, "update", task)
    subjects = {field: value for field, value in changes.items() if field in _SUBJECTS}
    values = fields.normalise(TASK_RULES, {field: value for field, value in changes.items() if field not in subjects})
    _check_subjects(session, actor, subjects)
    status = values.get("status", task.status)
    if status is TaskStatus.DELAYED and not values.get("delay_reason", task.delay_reason):
        raise InvalidField("delay_reason", None, "Say why it is delayed.")
    if (status is TaskStatus.DONE) != (task.completed_at is not None):
        values["completed_at"] = actor.now if status is TaskStatus.DONE else None
    change_fields(session, actor, task, {**values, **subjects})
    return task


def delete_task(session: Session, actor: Actor, task: Task, *, reason: str | None = None) -> None:
    """Mark a task as deleted; the reason stays in the trail.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", task)
    record_deleted(session, actor, task, reason=reason)


def is_overdue(task: Task, now: datetime) -> bool:
    """Tell whether a task is not done and its due time has passed."""
    return task.status is not TaskStatus.DONE and task.due_at is not None and task.due_at < now


def reminder_times(task: Task) -> list[datetime]:
    """Return when to remind the owner: a day before and at the due time, as far as that lies after its making."""
    if task.due_at is None or task.status is TaskStatus.DONE or task.deleted_at is not None:
        return []
    return [task.due_at - ahead for ahead in REMINDERS if task.due_at - ahead > task.created_at]


def _check_subjects(session: Session, actor: Actor, subjects: Mapping[str, Any]) -> None:
    for field, record_id in subjects.items():
        if record_id is not None:
            get_record(session, actor, _SUBJECTS[field], record_id)


def _owner(session: Session, actor: Actor, owner_id: int | None) -> int:
    wanted = owner_id if owner_id is not None else actor.user_id
    if wanted is None:
        raise InvalidField("owner", None, "Say whose task it is.")
    owner = session.get(User, wanted)
    if owner is None:
        raise RecordNotFound("user", wanted)
    if owner.id != actor.user_id:
        require_assign(actor, Task, to=owner)
    return owner.id
