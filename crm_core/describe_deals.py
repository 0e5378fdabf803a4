"""Leads, opportunities, requirements and what follows a deal, as the world reads them; see `describe`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from crm_core.database import Base
from crm_core.describe_parts import account_of, contact_names, handle
from crm_core.models import (
    Approval,
    Contract,
    Instalment,
    Lead,
    Opportunity,
    Payment,
    Quote,
    Requirement,
    Stage,
)


def _lead(session: Session, record: Lead) -> Mapping[str, object]:
    contact_ids = [record.contact_id] if record.contact_id is not None else []
    return {
        "name": record.name,
        "company": record.company,
        "mobile": record.mobile,
        "email": record.email,
        "source": record.source,
        "region": record.region,
        "level": record.level,
        "score": record.score,
        "status": record.status,
        "owner": handle(session, record.owner_id),
        "notes": record.notes,
        **account_of(session, record.account_id),
        "contacts": contact_names(session, contact_ids),
        "contact_ids": contact_ids,
        "opportunity_id": record.opportunity_id,
        "converted_at": record.converted_at,
    }


def _opportunity(session: Session, record: Opportunity) -> Mapping[str, object]:
    stage = session.get(Stage, record.stage)
    return {
        "name": record.name,
        **account_of(session, record.account_id),
        "stage": record.stage,
        "probability": stage.probability_percent if stage else None,
        "amount": record.amount,
        "currency": record.currency,
        "expected_close": record.expected_close,
        "outcome_reason": record.outcome_reason,
        "stage_results": dict(record.stage_results or {}),
        "awaits_approval": record.awaits_stage,
        "owner": handle(session, record.owner_id),
        "closed_at": record.closed_at,
    }


def _requirement(session: Session, record: Requirement) -> Mapping[str, object]:
    contact_ids = [record.contact_id] if record.contact_id is not None else []
    return {
        "code": record.code,
        "title": record.title,
        "description": record.description,
        "kind": record.kind,
        "priority": record.priority,
        "status": record.status,
        "delay_reason": record.delay_reason,
        **account_of(session, record.account_id),
        "contacts": contact_names(session, contact_ids),
        "contact_ids": contact_ids,
        "owner": handle(session, record.owner_id),
        "created_at": record.created_at,
        "answer_due_at": record.answer_due_at,
        "answered_at": record.answered_at,
        "completed_at": record.completed_at,
        "closed_at": record.closed_at,
        "confirmation": record.confirmation,
        "confirmation_files": list(record.confirmation_files or ()),
    }


def _quote(session: Session, record: Quote) -> Mapping[str, object]:
    return {
        "number": record.number,
        **_deal_of(session, record.opportunity_id),
        "amount": record.amount,
        "currency": record.currency,
        "status": record.status,
        "quoted_on": record.quoted_on,
        "valid_until": record.valid_until,
        "notes": record.notes,
    }


def _contract(session: Session, record: Contract) -> Mapping[str, object]:
    return {
        "number": record.number,
        **_deal_of(session, record.opportunity_id),
        "amount": record.amount,
        "currency": record.currency,
        "signed_on": record.signed_on,
        "status": record.status,
        "notes": record.notes,
    }


def _instalment(session: Session, record: Instalment) -> Mapping[str, object]:
    return {
        **_deal_of(session, record.opportunity_id),
        "due_on": record.due_on,
        "amount": record.amount,
        "currency": record.currency,
        "notes": record.notes,
    }


def _payment(session: Session, record: Payment) -> Mapping[str, object]:
    instalment = session.get(Instalment, record.instalment_id) if record.instalment_id is not None else None
    return {
        **_deal_of(session, record.opportunity_id),
        "instalment_id": record.instalment_id,
        "instalment_due_on": instalment.due_on if instalment else None,
        "amount": record.amount,
        "currency": record.currency,
        "received_on": record.received_on,
        "method": record.method,
        "notes": record.notes,
    }


def _approval(session: Session, record: Approval) -> Mapping[str, object]:
    return {
        **_deal_of(session, record.opportunity_id),
        "contract_id": record.contract_id,
        "stage": record.stage,
        "amount": record.amount,
        "currency": record.currency,
        "status": record.status,
        "reason": record.request_reason,
        "requested_by": handle(session, record.requested_by_id),
        "decided_by": handle(session, record.decided_by_id),
        "decided_at": record.decided_at,
        "comment": record.comment,
    }


def _deal_of(session: Session, opportunity_id: int) -> Mapping[str, object]:
    deal = session.get(Opportunity, opportunity_id)
    return {
        "opportunity": deal.name if deal else None,
        "opportunity_id": opportunity_id,
        **account_of(session, deal.account_id if deal else None),
        "owner": handle(session, deal.owner_id if deal else None),
    }


DEAL_BUILDERS: dict[type[Base], Callable[[Session, Any], Mapping[str, object]]] = {
    Lead: _lead,
    Opportunity: _opportunity,
    Requirement: _requirement,
    Quote: _quote,
    Contract: _contract,
    Instalment: _instalment,
    Payment: _payment,
    Approval: _approval,
}
