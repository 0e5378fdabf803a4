"""Requirements (需求): what a customer asks for, by when he is answered, the tasks it is split into, and its end.

Promise: the code is gap-free; a delay has its reason; a requirement is done when its tasks are, and closed with the
customer's confirmation only. Never: a message to anybody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypedDict, Unpack

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing, record_created, record_deleted
from crm_core.errors import InvalidField
from crm_core.models import (
    Account,
    Contact,
    Interaction,
    Requirement,
    RequirementKind,
    RequirementPriority,
    RequirementStatus,
    Role,
    Task,
    TaskStatus,
    User,
)
from crm_core.numbering import next_number, reserve_number
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, default_owner_id, get_record
from crm_core.service_levels import UNFINISHED, answer_due_at, answer_overdue_at
from crm_core.tasks import create_task

CODE_PREFIX = "DE"
_CODE = re.compile(r"DE(\d{4})(\d{4,9})")


class RequirementFields(TypedDict, total=False):
    """What can be said of a requirement beside its title and account."""

    description: str | None
    kind: RequirementKind | str
    priority: RequirementPriority | str
    contact_id: int | None
    owner_id: int | None


class RequirementChanges(RequirementFields, total=False):
    """What can be changed of a requirement; its status by `change_status`."""

    title: str


class PlannedTask(NamedTuple):
    """One task that a requirement is about to be split into; without an owner it is the requirement's owner's."""

    title: str
    due_at: datetime | None = None
    owner_id: int | None = None


REQUIREMENT_RULES: dict[str, fields.Rule] = {
    "title": fields.required_text(200),
    "description": fields.optional_text(20_000),
    "kind": fields.one_of(RequirementKind),
    "priority": fields.one_of(RequirementPriority),
    "contact_id": fields.as_given,
    "owner_id": fields.as_given,
}


def create_requirement(
    session: Session,
    actor: Actor,
    *,
    account_id: int,
    title: str,
    code: str | None = None,
    **others: Unpack[RequirementFields],
) -> Requirement:
    """Note what an account needs; it gets the next code of the year unless an import brings one, and its clock starts.

    Without `owner_id` the account's owner has it.

    Raises:
        InvalidField: a value breaks its rule, the code is taken, or the contact works for another account.
        RecordNotFound: there is no such account, contact or owner.
        PermissionRefused: one of them is out of the actor's reach, or he may not create requirements.
    """
    account = get_record(session, actor, Account, account_id)
    require(actor, "create", Requirement, on=account)
    values = fields.normalise(REQUIREMENT_RULES, {"priority": "medium", "kind": "existing", **others, "title": title})
    _check_contact(session, actor, account_id, values.get("contact_id"))
    values["owner_id"] = default_owner_id(session, actor, Requirement, values.get("owner_id"), account=account)
    requirement = Requirement(
        **values,
        code=_next_code(session, actor, code),
        account_id=account_id,
        status=RequirementStatus.TODO,
        answer_due_at=answer_due_at(values["priority"], actor.now, actor.zone),
        confirmation_files=[],
        created_at=actor.now,
        updated_at=actor.now,
    )
    return record_created(session, actor, requirement)


def get_requirement(session: Session, actor: Actor, requirement_id: int) -> Requirement:
    """Return a requirement.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Requirement, requirement_id)


def find_requirements(session: Session, actor: Actor, text: str, *, include_closed: bool = False) -> list[Requirement]:
    """Find requirements by code ('DE20260001'), by id ('12', '#12'), by a part of the title or of the account's name.

    Those whose title matches come first, then the next due; all within the actor's reach.

    Raises:
        RecordNotFound: `text` is an id and there is no such requirement.
        PermissionRefused: `text` is the id or code of one out of the actor's reach.
    """
    wanted = text.strip().lstrip("#").strip()
    if wanted.isdigit():
        return [get_requirement(session, actor, int(wanted))]
    if not wanted:
        return []
    by_code = select(Requirement).where(Requirement.code == wanted.upper(), Requirement.deleted_at.is_(None))
    found = session.scalar(by_code)
    if found is not None:
        require(actor, "read", found)
        return [found]
    titled = Requirement.title.icontains(wanted, autoescape=True)
    query = (
        select(Requirement)
        .join(Account, Account.id == Requirement.account_id)
        .where(visible(actor, Requirement), or_(titled, Account.name.icontains(wanted, autoescape=True)))
    )
    if not include_closed:
        query = query.where(Requirement.status != RequirementStatus.CLOSED)
    ordered = query.order_by(titled.desc(), Requirement.answer_due_at, Requirement.id)
    return list(session.scalars(ordered.limit(100)))


def list_requirements(
    session: Session,
    actor: Actor,
    *,
    account_id: int | None = None,
    owner_id: int | None = None,
    statuses: Sequence[RequirementStatus] = (),
    include_closed: bool = False,
    limit: int = 50,
) -> list[Requirement]:
    """Return requirements within the actor's reach, the first to answer first."""
    query = select(Requirement).where(visible(actor, Requirement))
    if account_id is not None:
        query = query.where(Requirement.account_id == account_id)
    if owner_id is not None:
        query = query.where(Requirement.owner_id == owner_id)
    if statuses:
        query = query.where(Requirement.status.in_(statuses))
    elif not include_closed:
        query = query.where(Requirement.status != RequirementStatus.CLOSED)
    return list(session.scalars(query.order_by(Requirement.answer_due_at, Requirement.id).limit(limit)))


def update_requirement(
    session: Session,
    actor: Actor,
    requirement: Requirement,
    *,
    reason: str | None = None,
    **changes: Unpack[RequirementChanges],
) -> Requirement:
    """Change fields of a requirement; another priority sets the clock anew, from when the requirement came in.

    Raises:
        InvalidField: a value breaks its rule, or the contact works for another account.
        PermissionRefused: the actor may not change it, or not hand it over.
    """
    require(actor, "update", requirement)
    values = fields.normalise(REQUIREMENT_RULES, changes)
    if values.get("contact_id") not in {None, requirement.contact_id}:
        _check_contact(session, actor, requirement.account_id, values["contact_id"])
    if values.get("priority", requirement.priority) is not requirement.priority:
        values["answer_due_at"] = answer_due_at(values["priority"], requirement.created_at, actor.zone)
    change_fields(session, actor, requirement, values, reason=reason)
    return requirement


def change_status(
    session: Session,
    actor: Actor,
    requirement: Requirement,
    *,
    status: RequirementStatus | str,
    reason: str | None = None,
    confirmation: str | None = None,
    files: Sequence[str] = (),
) -> Requirement:
    """Move a requirement to a status; one that is reopened forgets its confirmation.

    `files` are the keys of kept attachments.

    Raises:
        InvalidField: a delay or a reopening without a reason, done or closed with open tasks, or closed without the
            customer's confirmation.
        PermissionRefused: the actor may not change it.
    """
    require(actor, "update", requirement)
    target = RequirementStatus(fields.one_of(RequirementStatus)("status", status))
    why = fields.optional_text(2000)("reason", reason)
    confirmed = fields.optional_text(20_000)("confirmation", confirmation) or requirement.confirmation
    kept = [*(requirement.confirmation_files or ()), *files]
    _check_move(session, requirement, target, why)
    is_confirmed = target is RequirementStatus.CLOSED
    if is_confirmed and not (confirmed or kept):
        raise InvalidField("confirmation", None, "Give the customer's words or a file by which he confirms it.")
    with changing(session, actor, requirement, reason=why):
        requirement.status = target
        requirement.delay_reason = why if target is RequirementStatus.DELAYED else requirement.delay_reason
        is_over = target not in UNFINISHED
        requirement.answered_at = requirement.answered_at or (actor.now if is_over else None)
        requirement.completed_at = (requirement.completed_at or actor.now) if is_over else None
        requirement.closed_at = actor.now if is_confirmed else None
        requirement.confirmation = confirmed if is_confirmed else None
        requirement.confirmation_files = kept if is_confirmed else []
    return requirement


def answer_requirement(
    session: Session, actor: Actor, requirement: Requirement, *, at: datetime | None = None
) -> Requirement:
    """Note that the customer has his answer, now or at a time gone by; the first answer counts, and work begins.

    Raises:
        InvalidField: a time ahead.
        PermissionRefused: the actor may not change it.
    """
    require(actor, "update", requirement)
    when = at or actor.now
    if when > actor.now:
        raise InvalidField("answered_at", when.isoformat(), "It has not happened yet.")
    with changing(session, actor, requirement):
        requirement.answered_at = min(requirement.answered_at or when, when)
        if requirement.status is RequirementStatus.TODO:
            requirement.status = RequirementStatus.DOING
    return requirement


def split_requirement(
    session: Session, actor: Actor, requirement: Requirement, tasks: Sequence[PlannedTask]
) -> list[Task]:
    """Split a requirement into tasks; work begins.

    Raises:
        InvalidField: no task, or one without a title or an owner.
        PermissionRefused: the actor may not change the requirement, or not give tasks to that person.
    """
    require(actor, "update", requirement)
    if not tasks:
        raise InvalidField("tasks", [], "Name at least one task.")
    made = [
        create_task(
            session,
            actor,
            title=task.title,
            due_at=task.due_at,
            owner_id=task.owner_id if task.owner_id is not None else _usual_doer(actor, requirement),
            account_id=requirement.account_id,
            contact_id=requirement.contact_id,
            requirement_id=requirement.id,
        )
        for task in tasks
    ]
    if requirement.status is RequirementStatus.TODO:
        with changing(session, actor, requirement):
            requirement.status = RequirementStatus.DOING
    return made


def list_requirement_tasks(session: Session, actor: Actor, requirement: Requirement) -> list[Task]:
    """Return the tasks that a requirement is split into, the next due first, done ones too.

    Raises:
        PermissionRefused: the actor may not see the requirement.
    """
    require(actor, "read", requirement)
    query = select(Task).where(Task.requirement_id == requirement.id, Task.deleted_at.is_(None))
    return list(session.scalars(query.order_by(Task.due_at.is_(None), Task.due_at, Task.id)))


def link_interaction(
    session: Session, actor: Actor, requirement: Requirement, interaction: Interaction, *, is_answer: bool = False
) -> Interaction:
    """Note that an interaction was about a requirement; `is_answer`: the customer had his answer in it.

    Raises:
        InvalidField: it was with another account.
        PermissionRefused: the actor may not change one of the two.
    """
    require(actor, "read", requirement)
    require(actor, "update", interaction)
    if interaction.account_id not in {None, requirement.account_id}:
        raise InvalidField("requirement", requirement.code, "It is another account's.")
    with changing(session, actor, interaction):
        interaction.requirement_id = requirement.id
    if is_answer:
        answer_requirement(session, actor, requirement, at=min(interaction.occurred_at, actor.now))
    return interaction


def delete_requirement(session: Session, actor: Actor, requirement: Requirement, *, reason: str | None = None) -> None:
    """Mark a requirement as deleted; its code stays given out.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", requirement)
    record_deleted(session, actor, requirement, reason=reason)


def list_due(session: Session, actor: Actor, *, now: datetime) -> list[Requirement]:
    """Return the requirements within the actor's reach that should have been answered by now, longest waiting first."""
    query = select(Requirement).where(visible(actor, Requirement), answer_overdue_at(now))
    return list(session.scalars(query.order_by(Requirement.answer_due_at, Requirement.id)))


def escalation_receivers(session: Session, requirement: Requirement) -> list[int]:
    """Return whom to tell that a requirement waits too long: its owner and his supervisors, else every manager."""
    account = session.get_one(Account, requirement.account_id)
    owner_id = requirement.owner_id if requirement.owner_id is not None else account.owner_id
    owner = session.get(User, owner_id) if owner_id is not None else None
    above = User.role == Role.MANAGER
    if owner is not None and owner.team_id is not None:
        above = (User.role == Role.SUPERVISOR) & (User.team_id == owner.team_id)
    chiefs = session.scalars(select(User.id).where(User.active, above).order_by(User.id))
    first = [owner.id] if owner is not None and owner.active else []
    return list(dict.fromkeys([*first, *chiefs]))


def _check_move(session: Session, requirement: Requirement, target: RequirementStatus, reason: str | None) -> None:
    is_reopened = requirement.status is RequirementStatus.CLOSED and target is not RequirementStatus.CLOSED
    if (target is RequirementStatus.DELAYED or is_reopened) and not reason:
        raise InvalidField("reason", None, "Say why.")
    if target not in UNFINISHED:
        undone = select(Task.title).where(
            Task.requirement_id == requirement.id, Task.status != TaskStatus.DONE, Task.deleted_at.is_(None)
        )
        titles = session.scalars(undone.order_by(Task.id)).all()
        if titles:
            raise InvalidField("tasks", list(titles), "Finish these tasks first, or delete them.")


def _check_contact(session: Session, actor: Actor, account_id: int, contact_id: int | None) -> None:
    if contact_id is None:
        return
    contact = get_record(session, actor, Contact, contact_id)
    if contact.account_id not in {None, account_id}:
        raise InvalidField("contact", contact.name, "This contact works for another account.")


def _usual_doer(actor: Actor, requirement: Requirement) -> int | None:
    return requirement.owner_id if requirement.owner_id is not None else actor.user_id


def _next_code(session: Session, actor: Actor, code: str | None) -> str:
    if code is None:
        return next_number(session, CODE_PREFIX, actor.now.astimezone(actor.zone).year, 4)
    spelled = code.strip().upper()
    match = _CODE.fullmatch(spelled)
    if match is None:
        raise InvalidField("code", code, "Use DE, the year and at least four digits, such as DE20260001.")
    if session.scalar(select(Requirement.id).where(Requirement.code == spelled)) is not None:
        raise InvalidField("code", code, "Another requirement has this code.")
    reserve_number(session, CODE_PREFIX, int(match[1]), int(match[2]))
    return spelled
