"""The way of an opportunity through the funnel: what leaving and entering a stage asks for, and what follows.

Promise: a stage is entered whole or not at all; a closed one has its reason and stamps `closed_at`, an open one takes
it away. Never: a stage in code.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from crm_core import fields
from crm_core.audit import changing, record_created
from crm_core.calendar import add_working_days
from crm_core.deals import approvals
from crm_core.deals.stages import get_stage, is_won
from crm_core.errors import StageNotReady
from crm_core.models import Contract, ContractStatus, Opportunity, Quote, Stage, Task, TaskStatus, User
from crm_core.permissions import Actor, require

#: a due day without a time. Source: design page, section 9.
END_OF_DAY = time(18, 0)
_RECORDS: dict[str, Any] = {"quote": Quote, "contract": Contract}
_COLUMNS = {"amount": "amount", "expected_close": "expected_close", "owner": "owner_id"}


def change_stage(
    session: Session,
    actor: Actor,
    opportunity: Opportunity,
    *,
    stage: str,
    reason: str | None = None,
    result: str | None = None,
) -> Opportunity:
    """Move an opportunity to a stage, given by key or name.

    `reason` is why it was won or lost, `result` what came of the stage that it leaves. A won deal above the limit
    stays where it is and waits for a manager: `approvals.find_pending_approval` finds the request.

    Raises:
        InvalidField: there is no such stage.
        StageNotReady: the present stage or the new one asks for what is not there.
        PermissionRefused: the actor may not change this opportunity.
    """
    require(actor, "update", opportunity)
    target = get_stage(session, stage)
    said = fields.optional_text(2000)("reason", reason)
    told = fields.optional_text(2000)("result", result)
    if target.key == opportunity.stage:
        _add_words(session, actor, opportunity, reason=said, result=told)
        return opportunity
    _require_left(session, opportunity, target, told)
    require_ready(session, opportunity, target, reason=said)
    amount, currency = opportunity.amount, opportunity.currency
    if is_won(target) and amount and approvals.needs_approval(session, actor, opportunity, amount, currency):
        _keep_result(session, actor, opportunity, told)
        approvals.request_approval(
            session, actor, opportunity, amount=amount, currency=currency, reason=said, stage=target
        )
        return opportunity
    enter_stage(session, actor, opportunity, target, reason=said, result=told)
    return opportunity


def enter_stage(
    session: Session, actor: Actor, opportunity: Opportunity, target: Stage, *, reason: str | None, result: str | None
) -> None:
    """Let an opportunity into a stage whose conditions are met; the stage's task is created."""
    if opportunity.awaits_stage is not None:
        approvals.withdraw_pending(session, actor, opportunity)
    with changing(session, actor, opportunity, reason=reason):
        _note_result(opportunity, opportunity.stage, result)
        opportunity.stage = target.key
        opportunity.stage_entered_at = actor.now
        opportunity.closed_at = actor.now if target.is_closed else None
        opportunity.outcome_reason = reason if target.is_closed else None
    create_stage_task(session, actor, opportunity, target)


def missing_for(session: Session, opportunity: Opportunity, target: Stage, *, reason: str | None) -> list[str]:
    """Return what entering a stage asks for and is not there: fields, quote, contract, reason."""
    missing = [name for name in target.required_fields or () if not _is_there(session, opportunity, name)]
    if target.is_closed and not reason:
        missing.append("reason")
    return missing


def require_ready(session: Session, opportunity: Opportunity, target: Stage, *, reason: str | None) -> None:
    """Make sure that what entering a stage asks for is there.

    Raises:
        StageNotReady: it is not; the error names everything that is missing.
    """
    missing = missing_for(session, opportunity, target, reason=reason)
    if missing:
        raise StageNotReady(target.key, tuple(missing))


def create_stage_task(session: Session, actor: Actor, opportunity: Opportunity, stage: Stage) -> Task | None:
    """Give the deal's owner the task of a stage; None where the stage has none, nobody would own it, or it is open."""
    owner_id = opportunity.owner_id if opportunity.owner_id is not None else actor.user_id
    titles = {"zh": stage.task_zh or stage.task_en, "en": stage.task_en or stage.task_zh}
    if owner_id is None or not any(titles.values()) or _open_task(session, opportunity, stage.key) is not None:
        return None
    owner = session.get_one(User, owner_id)
    # No right to give tasks is asked for: the company set this one.
    task = Task(
        title=titles["en" if owner.language == "en" else "zh"],
        owner_id=owner_id,
        due_at=_due_at(actor, stage.task_working_days),
        status=TaskStatus.TODO,
        account_id=opportunity.account_id,
        opportunity_id=opportunity.id,
        stage=stage.key,
        created_at=actor.now,
        updated_at=actor.now,
    )
    return record_created(session, actor, task)


def _require_left(session: Session, opportunity: Opportunity, target: Stage, result: str | None) -> None:
    """Ask for the present stage's result and task when the deal goes forward; it may be lost or go back at any time."""
    present = get_stage(session, opportunity.stage)
    goes_forward = target.position > present.position and (is_won(target) or not target.is_closed)
    if present.is_closed or not goes_forward:
        return
    missing: list[str] = []
    if present.is_result_required and not (result or (opportunity.stage_results or {}).get(present.key)):
        missing.append("result")
    if present.is_task_required and _open_task(session, opportunity, present.key) is not None:
        missing.append("task")
    if missing:
        raise StageNotReady(present.key, tuple(missing))


def _is_there(session: Session, opportunity: Opportunity, name: str) -> bool:
    if name in _COLUMNS:
        return getattr(opportunity, _COLUMNS[name]) is not None
    model = _RECORDS[name]
    if object_session(opportunity) is None:  # nothing can hang on one that is not stored yet
        return False
    query = select(model.id).where(model.opportunity_id == opportunity.id, model.deleted_at.is_(None))
    if model is Contract:
        query = query.where(Contract.status == ContractStatus.SIGNED)
    return session.scalar(query.limit(1)) is not None


def _open_task(session: Session, opportunity: Opportunity, stage: str) -> Task | None:
    query = select(Task).where(
        Task.opportunity_id == opportunity.id,
        Task.stage == stage,
        Task.status != TaskStatus.DONE,
        Task.deleted_at.is_(None),
    )
    return session.scalars(query.limit(1)).first()


def _due_at(actor: Actor, working_days: int | None) -> datetime | None:
    if working_days is None:
        return None
    due = add_working_days(actor.now, working_days, actor.zone)
    return datetime.combine(due.date(), END_OF_DAY, tzinfo=actor.zone)


def _add_words(
    session: Session, actor: Actor, opportunity: Opportunity, *, reason: str | None, result: str | None
) -> None:
    """Keep a reason or a result that is told later, at the same stage."""
    with changing(session, actor, opportunity, reason=reason):
        if opportunity.closed_at is not None and reason:
            opportunity.outcome_reason = reason
        _note_result(opportunity, opportunity.stage, result)


def _keep_result(session: Session, actor: Actor, opportunity: Opportunity, result: str | None) -> None:
    with changing(session, actor, opportunity):
        _note_result(opportunity, opportunity.stage, result)


def _note_result(opportunity: Opportunity, stage: str, result: str | None) -> None:
    if result:
        # A new dict: a change in place would not be seen.
        opportunity.stage_results = {**(opportunity.stage_results or {}), stage: result}
