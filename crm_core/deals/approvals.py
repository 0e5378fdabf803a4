"""Approval of large deals (大额审批) by a manager: what needs it, and asking for it. Deciding is `decisions`.

Promise: above the company's limit nothing is won and no contract is in force before a manager said yes; whoever may
decide needs to ask nobody. Never: a message to the manager.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing, record_created
from crm_core.deals.rule_sets import get_rule_set, store_rule_set
from crm_core.deals.stages import get_stage, is_won
from crm_core.errors import ApprovalNeeded, InvalidField
from crm_core.models import Approval, ApprovalStatus, Contract, Opportunity, Stage
from crm_core.permissions import Actor, can, require, visible
from crm_core.records import get_record

_LIMITS = "approval_limits"


def get_approval_limits(session: Session) -> dict[str, Decimal]:
    """Return by currency the largest amount that needs no approval; in any other currency every amount needs one."""
    return {currency: Decimal(limit) for currency, limit in get_rule_set(session, _LIMITS).items()}


def set_approval_limits(session: Session, actor: Actor, limits: Mapping[str, Decimal]) -> None:
    """Set by currency the largest amount that needs no approval.

    Raises:
        InvalidField: a currency or an amount is none.
        PermissionRefused: the actor may not change the company's rules.
    """
    value: dict[str, str] = {}
    for currency, limit in limits.items():
        amount = fields.amount("limit", limit)
        if amount is None:
            raise InvalidField("limit", limit, "Give an amount.")
        value[fields.currency("currency", currency)] = str(amount)
    store_rule_set(session, actor, key=_LIMITS, value=value)


def needs_approval(
    session: Session, actor: Actor, opportunity: Opportunity, amount: Decimal | None, currency: str
) -> bool:
    """Tell whether this amount of this deal has to wait for a manager when the actor lets it pass."""
    if not amount or can(actor, "update", Approval):
        return False
    limit = get_approval_limits(session).get(currency)
    if limit is not None and amount <= limit:
        return False
    return not any(
        one.currency == currency and one.amount >= amount for one in _of(session, opportunity, ApprovalStatus.APPROVED)
    )


def require_covered(
    session: Session, actor: Actor, opportunity: Opportunity, amount: Decimal | None, currency: str
) -> None:
    """Make sure that a won deal does not outgrow its approval; let one that waits follow the new amount.

    Raises:
        ApprovalNeeded: the deal is won, and the amount is above the limit and what was approved.
    """
    if opportunity.closed_at is not None and is_won(get_stage(session, opportunity.stage)):
        if needs_approval(session, actor, opportunity, amount, currency):
            raise ApprovalNeeded(opportunity.id, amount, currency)
        return
    waiting = find_pending_approval(session, opportunity)
    if waiting is not None and waiting.contract_id is None and amount is not None:
        with changing(session, actor, waiting):
            waiting.amount, waiting.currency = amount, currency


def request_approval(
    session: Session,
    actor: Actor,
    opportunity: Opportunity,
    *,
    amount: Decimal,
    currency: str,
    reason: str | None = None,
    stage: Stage | None = None,
    contract: Contract | None = None,
) -> Approval:
    """Ask for approval of a stage to enter or of a contract; one that waits for the same already is brought up to date.

    Raises:
        PermissionRefused: the actor may not ask for it.
    """
    require(actor, "create", Approval, on=opportunity)
    contract_id = contract.id if contract is not None else None
    for waiting in _of(session, opportunity, ApprovalStatus.PENDING):
        if waiting.contract_id == contract_id:
            with changing(session, actor, waiting):
                waiting.amount, waiting.currency = amount, currency
                waiting.request_reason = reason or waiting.request_reason
            return waiting
    if stage is not None:
        set_awaited(session, actor, opportunity, stage.key)
    approval = Approval(
        opportunity_id=opportunity.id,
        contract_id=contract_id,
        stage=stage.key if stage is not None else None,
        amount=amount,
        currency=currency,
        request_reason=reason,
        requested_by_id=actor.user_id,
        status=ApprovalStatus.PENDING,
        created_at=actor.now,
        updated_at=actor.now,
    )
    return record_created(session, actor, approval)


def get_approval(session: Session, actor: Actor, approval_id: int) -> Approval:
    """Return an approval.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Approval, approval_id)


def find_pending_approval(session: Session, opportunity: Opportunity) -> Approval | None:
    """Find what of this deal waits for a manager, the newest of several."""
    return next(iter(_of(session, opportunity, ApprovalStatus.PENDING)), None)


def list_approvals(
    session: Session,
    actor: Actor,
    *,
    statuses: Sequence[ApprovalStatus] = (ApprovalStatus.PENDING,),
    limit: int = 50,
) -> list[Approval]:
    """Return approvals within the actor's reach, the longest waiting first."""
    query = (
        select(Approval)
        .join(Opportunity, Opportunity.id == Approval.opportunity_id)
        .where(visible(actor, Approval), Approval.status.in_(statuses), Opportunity.deleted_at.is_(None))
    )
    return list(session.scalars(query.order_by(Approval.created_at, Approval.id).limit(limit)))


def withdraw_pending(session: Session, actor: Actor, opportunity: Opportunity) -> None:
    """Take back the request of a stage that the deal will not enter now."""
    for waiting in _of(session, opportunity, ApprovalStatus.PENDING):
        if waiting.contract_id is None:
            with changing(session, actor, waiting):
                waiting.status = ApprovalStatus.WITHDRAWN
    set_awaited(session, actor, opportunity, None)


def set_awaited(session: Session, actor: Actor, opportunity: Opportunity, stage: str | None) -> None:
    """Note on a deal which stage a manager has to let it into."""
    with changing(session, actor, opportunity):
        opportunity.awaits_stage = stage


def _of(session: Session, opportunity: Opportunity, status: ApprovalStatus) -> list[Approval]:
    query = select(Approval).where(
        Approval.opportunity_id == opportunity.id, Approval.status == status, Approval.deleted_at.is_(None)
    )
    return list(session.scalars(query.order_by(Approval.id.desc())))
