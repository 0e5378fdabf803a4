"""Tasks: what a member of staff promised to do, and by when.

Promise: a task belongs to one person; a delay has its reason; the times of reminders follow from the due time.
Never: sending a reminder.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing, record_created, record_deleted
from crm_core.errors import InvalidField, RecordNotFound
from crm_core.models import Account, Contact, Interaction, Task, TaskStatus, Ticket, User
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, get_record, require_assign

#: How long before the due time a reminder is due. Source: design page, section 4 (a day before, at due time).
REMINDERS = (timedelta(days=1), timedelta(0))

TASK_RULES: dict[str, fields.Rule] = {
    "title": fields.required_text(300),
    "due_at": fields.moment,
    "status": fields.one_of(TaskStatus),
    "owner_id": fields.as_given,
}
_SUBJECTS = {"account_id": Account, "contact_id": Contact, "interaction_id": Interaction, "ticket_id": Ticket}


def create_task(
    session: Session,
    actor: Actor,
    *,
    title: str,
    due_at: datetime | None = None,
    owner_id: int | None = None,
    account_id: int | None = None,
    contact_id: int | None = None,
    interaction_id: int | None = None,
    ticket_id: int | None = None,
) -> Task:
    """Create a task, the actor's own unless `owner_id` names another person.

    Raises:
        InvalidField: a blank title, or nobody to own it.
        RecordNotFound: there is no such owner, account, contact, interaction or ticket.
        PermissionRefused: one of them is out of the actor's reach, or he may not give tasks to that person.
    """
    require(actor, "create", Task)
    values = fields.normalise(TASK_RULES, {"title": title, "due_at": due_at})
    links = {
        "account_id": account_id,
        "contact_id": contact_id,
        "interaction_id": interaction_id,
        "ticket_id": ticket_id,
    }
    for field, record_id in links.items():
        if record_id is not None:
            get_record(session, actor, _SUBJECTS[field], record_id)
    owner = _owner(session, actor, owner_id)
    task = Task(**values, **links, owner_id=owner, created_at=actor.now, updated_at=actor.now)
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
    limit: int = 100,
) -> list[Task]:
    """Return tasks within the actor's reach, the next due first, those without a due time last.

    Without `owner_id` they are the actor's own; `everyone` widens that to his whole reach. `until` is exclusive
    and leaves out tasks without a due time; overdue ones are in unless `since` cuts them off.
    """
    query = select(Task).where(visible(actor, Task))
    if not everyone:
        query = query.where(Task.owner_id == (owner_id if owner_id is not None else actor.user_id))
    if not include_done:
        query = query.where(Task.status != TaskStatus.DONE)
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
    """Change title, due time, status or owner of a task without calling it delayed (a correction).

    Raises:
        InvalidField: a value breaks its rule.
        PermissionRefused: the actor may not change it, or not give it to that person.
    """
    change_fields(session, actor, task, fields.normalise(TASK_RULES, changes))
    return task


def delete_task(session: Session, actor: Actor, task: Task) -> None:
    """Mark a task as deleted.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", task)
    record_deleted(session, actor, task)


def is_overdue(task: Task, now: datetime) -> bool:
    """Tell whether a task is not done and its due time has passed."""
    return task.status is not TaskStatus.DONE and task.due_at is not None and task.due_at < now


def reminder_times(task: Task) -> list[datetime]:
    """Return when to remind the owner: a day before and at the due time, as far as that lies after its making."""
    if task.due_at is None or task.status is TaskStatus.DONE or task.deleted_at is not None:
        return []
    return [task.due_at - ahead for ahead in REMINDERS if task.due_at - ahead > task.created_at]


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
