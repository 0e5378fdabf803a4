"""A manager's yes or no to what waits for approval, and what follows from it.

Promise: a request is decided once, also by two managers at the same moment. Never: a message to the one who asked.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing
from crm_core.deals import approvals, progress
from crm_core.deals.stages import get_stage
from crm_core.errors import InvalidField
from crm_core.models import Approval, ApprovalStatus, Contract, ContractStatus, Opportunity
from crm_core.permissions import Actor, require


def approve(session: Session, actor: Actor, approval: Approval, *, comment: str | None = None) -> Approval:
    """Say yes: the opportunity enters the stage that it waited for, or the contract is in force.

    Raises:
        InvalidField: it is decided already.
        PermissionRefused: the actor may not approve.
    """
    _require_pending(session, actor, approval)
    opportunity = session.get_one(Opportunity, approval.opportunity_id)
    _decide(session, actor, approval, ApprovalStatus.APPROVED, comment)
    if approval.contract_id is not None:
        _set_contract(session, actor, approval, ContractStatus.SIGNED)
    if approval.stage is not None and opportunity.stage != approval.stage:
        stage = get_stage(session, approval.stage)
        progress.enter_stage(session, actor, opportunity, stage, reason=approval.request_reason, result=None)
    return approval


def refuse(session: Session, actor: Actor, approval: Approval, *, reason: str) -> Approval:
    """Say no, and why; the opportunity stays at its stage, a contract is refused.

    Raises:
        InvalidField: no reason, or it is decided already.
        PermissionRefused: the actor may not decide.
    """
    _require_pending(session, actor, approval)
    _decide(session, actor, approval, ApprovalStatus.REFUSED, fields.required_text(2000)("reason", reason))
    if approval.stage is not None:
        approvals.set_awaited(session, actor, session.get_one(Opportunity, approval.opportunity_id), None)
    if approval.contract_id is not None:
        _set_contract(session, actor, approval, ContractStatus.REFUSED)
    return approval


def _require_pending(session: Session, actor: Actor, approval: Approval) -> None:
    require(actor, "update", approval)
    # Read again under a lock: another manager may be deciding at this moment.
    session.refresh(approval, with_for_update=True)
    if approval.status is not ApprovalStatus.PENDING:
        raise InvalidField("status", approval.status.value, "It is decided already.")


def _decide(session: Session, actor: Actor, approval: Approval, status: ApprovalStatus, comment: str | None) -> None:
    with changing(session, actor, approval, reason=comment):
        approval.status = status
        approval.decided_by_id = actor.user_id
        approval.decided_at = actor.now
        approval.comment = fields.optional_text(2000)("comment", comment)


def _set_contract(session: Session, actor: Actor, approval: Approval, status: ContractStatus) -> None:
    contract = session.get_one(Contract, approval.contract_id)
    with changing(session, actor, contract):
        contract.status = status
