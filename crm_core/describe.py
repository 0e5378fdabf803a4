"""A record as the world reads it: the JSON fields of `crmbot chat --json` and of the exports.

Promise: names beside ids, staff by handle, amounts as decimal strings beside their currency, times in ISO 8601 with
the offset of the reader's zone. Never: a secret, a write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.audit import snapshot
from crm_core.database import Base
from crm_core.interactions import list_parties
from crm_core.models import (
    Account,
    AccountProposal,
    Campaign,
    CampaignMember,
    Contact,
    Interaction,
    Lead,
    Opportunity,
    Segment,
    Stage,
    Target,
    Task,
    Team,
    Ticket,
    User,
)

Fields = dict[str, object]


def describe(session: Session, record: Base, zone: tzinfo) -> Fields:
    """Return the record's fields as plain JSON values, in the spelling of the public contract."""
    build = _BUILDERS.get(type(record))
    fields = build(session, record) if build is not None else snapshot(record)
    return {name: _plain(value, zone) for name, value in fields.items()}


def _account(session: Session, record: Account) -> Mapping[str, object]:
    return {
        "code": record.code,
        "name": record.name,
        "short_names": list(record.short_names or ()),
        "industry": record.industry,
        "size_band": record.size_band,
        "region": record.region,
        "address": record.address,
        "website": record.website,
        "level": record.level,
        "status": record.status,
        "status_reason": record.status_reason,
        "source": record.source,
        "tags": list(record.tags or ()),
        "owner": _handle(session, record.owner_id),
        "annual_amount": record.annual_amount,
        "currency": record.currency,
        "partner_since": record.partner_since,
        "influence": record.influence,
        "renewal_percent": record.renewal_percent,
        "computed_tags": list(record.computed_tags or ()),
        "notes": record.notes,
        "last_interaction_at": record.last_interaction_at,
    }


def _contact(session: Session, record: Contact) -> Mapping[str, object]:
    account = session.get(Account, record.account_id) if record.account_id is not None else None
    # What hangs on an account follows the account's owner.
    owner_id = account.owner_id if account and account.owner_id is not None else record.owner_id
    return {
        "name": record.name,
        "title": record.title,
        "mobile": record.mobile,
        "email": record.email,
        "birthday": record.birthday,
        "decision_role": record.decision_role,
        "is_key_contact": record.is_key_contact,
        "status": record.status,
        **_account_of(session, record.account_id),
        "owner": _handle(session, owner_id),
        "language": record.language,
        "tags": list(record.tags or ()),
        "computed_tags": list(record.computed_tags or ()),
        "departed_at": record.departed_at,
        "last_interaction_at": record.last_interaction_at,
    }


def _lead(session: Session, record: Lead) -> Mapping[str, object]:
    return {
        "name": record.name,
        "company": record.company,
        "mobile": record.mobile,
        "email": record.email,
        "source": record.source,
        "region": record.region,
        "score": record.score,
        "status": record.status,
        "owner": _handle(session, record.owner_id),
        "notes": record.notes,
    }


def _opportunity(session: Session, record: Opportunity) -> Mapping[str, object]:
    stage = session.get(Stage, record.stage)
    return {
        "name": record.name,
        **_account_of(session, record.account_id),
        "stage": record.stage,
        "probability": stage.probability_percent if stage else None,
        "amount": record.amount,
        "currency": record.currency,
        "expected_close": record.expected_close,
        "outcome_reason": record.outcome_reason,
        "owner": _handle(session, record.owner_id),
        "closed_at": record.closed_at,
    }


def _interaction(session: Session, record: Interaction) -> Mapping[str, object]:
    contact_ids, staff_ids = list_parties(session, record.id)
    return {
        "kind": record.kind,
        "occurred_at": record.occurred_at,
        "subject": record.subject,
        "summary": record.summary,
        "feedback": record.feedback,
        **_account_of(session, record.account_id),
        "contacts": _contact_names(session, contact_ids),
        "contact_ids": contact_ids,
        "owner": _handle(session, record.owner_id),
        "staff": [_handle(session, user_id) for user_id in staff_ids],
        "opportunity_id": record.opportunity_id,
        "requirement_id": record.requirement_id,
        "lead_id": record.lead_id,
        "ticket_id": record.ticket_id,
    }


def _task(session: Session, record: Task) -> Mapping[str, object]:
    contact_ids = [record.contact_id] if record.contact_id is not None else []
    return {
        "title": record.title,
        "owner": _handle(session, record.owner_id),
        "due_at": record.due_at,
        "status": record.status,
        "delay_reason": record.delay_reason,
        "notes": record.notes,
        **_account_of(session, record.account_id),
        "contacts": _contact_names(session, contact_ids),
        "contact_ids": contact_ids,
        "interaction_id": record.interaction_id,
        "opportunity_id": record.opportunity_id,
        "requirement_id": record.requirement_id,
        "lead_id": record.lead_id,
        "ticket_id": record.ticket_id,
        "completed_at": record.completed_at,
    }


def _ticket(session: Session, record: Ticket) -> Mapping[str, object]:
    contact_ids = [record.contact_id] if record.contact_id is not None else []
    return {
        "number": record.number,
        "kind": record.kind,
        "priority": record.priority,
        "status": record.status,
        "subject": record.subject,
        **_account_of(session, record.account_id),
        "contacts": _contact_names(session, contact_ids),
        "contact_ids": contact_ids,
        "team": _team_name(session, record.team_id),
        "assignee": _handle(session, record.assignee_id),
        "channel": record.channel,
        "language": record.language,
        "reason": record.reason,
        "created_at": record.created_at,
        "first_answer_due_at": record.first_answer_due_at,
        "first_answered_at": record.first_answered_at,
        "solve_due_at": record.solve_due_at,
        "solved_at": record.solved_at,
        "closed_at": record.closed_at,
        "csat": record.csat,
    }


def _account_proposal(session: Session, record: AccountProposal) -> Mapping[str, object]:
    return {
        **_account_of(session, record.account_id),
        "field": record.field,
        "period": record.period,
        "current": record.current,
        "proposed": record.proposed,
        "reason": {"zh": record.reason_zh, "en": record.reason_en},
        "status": record.status,
        "decided_by": _handle(session, record.decided_by_id),
        "decided_at": record.decided_at,
    }


def _segment(session: Session, record: Segment) -> Mapping[str, object]:
    return {
        "name": record.name,
        "kind": record.kind,
        "filter": record.filter,
        "description": record.description,
        "owner": _handle(session, record.owner_id),
    }


def _campaign(session: Session, record: Campaign) -> Mapping[str, object]:
    segment = session.get(Segment, record.segment_id) if record.segment_id is not None else None
    return {
        "name": record.name,
        "aim": record.aim,
        "content": record.content,
        "channel": record.channel,
        "status": record.status,
        "segment": segment.name if segment else None,
        "segment_id": record.segment_id,
        "starts_on": record.starts_on,
        "ends_on": record.ends_on,
        "budget": record.budget,
        "cost": record.cost,
        "currency": record.currency,
        "owner": _handle(session, record.owner_id),
    }


def _campaign_member(session: Session, record: CampaignMember) -> Mapping[str, object]:
    campaign = session.get_one(Campaign, record.campaign_id)
    contact_ids = [record.contact_id] if record.contact_id is not None else []
    return {
        "campaign": campaign.name,
        "campaign_id": record.campaign_id,
        **_account_of(session, record.account_id),
        "contacts": _contact_names(session, contact_ids),
        "contact_ids": contact_ids,
        "reached_at": record.reached_at,
        "responded_at": record.responded_at,
        "response": record.response,
        "opportunity_id": record.opportunity_id,
    }


def _target(session: Session, record: Target) -> Mapping[str, object]:
    return {
        "metric": record.metric,
        "starts_on": record.starts_on,
        "ends_on": record.ends_on,
        "team": _team_name(session, record.team_id),
        "owner": _handle(session, record.owner_id),
        "amount": record.amount,
        "currency": record.currency,
    }


def _user(session: Session, record: User) -> Mapping[str, object]:
    return {
        "handle": record.handle,
        "name": record.name,
        "role": record.role,
        "team": _team_name(session, record.team_id),
        "language": record.language,
        "timezone": record.timezone,
        "email": record.email,
        "active": record.active,
    }


def _account_of(session: Session, account_id: int | None) -> Mapping[str, object]:
    account = session.get(Account, account_id) if account_id is not None else None
    return {"account": account.name if account else None, "account_id": account_id}


def _contact_names(session: Session, contact_ids: list[int]) -> list[str]:
    if len(contact_ids) == 1:  # the usual case, and the contact is mostly loaded
        return [session.get_one(Contact, contact_ids[0]).name]
    query = select(Contact.id, Contact.name).where(Contact.id.in_(contact_ids))
    names = {row.id: row.name for row in session.execute(query)}
    return [names[contact_id] for contact_id in contact_ids]


def _handle(session: Session, user_id: int | None) -> str | None:
    user = session.get(User, user_id) if user_id is not None else None
    return user.handle if user else None


def _team_name(session: Session, team_id: int | None) -> str | None:
    team = session.get(Team, team_id) if team_id is not None else None
    return team.name if team else None


def _plain(value: object, zone: tzinfo) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.2f}" if isinstance(value, Decimal) else value


_BUILDERS: dict[type[Base], Callable[[Session, Any], Mapping[str, object]]] = {
    Account: _account,
    AccountProposal: _account_proposal,
    Campaign: _campaign,
    CampaignMember: _campaign_member,
    Contact: _contact,
    Lead: _lead,
    Opportunity: _opportunity,
    Interaction: _interaction,
    Segment: _segment,
    Target: _target,
    Task: _task,
    Ticket: _ticket,
    User: _user,
}
