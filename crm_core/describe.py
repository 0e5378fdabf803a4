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

from sqlalchemy.orm import Session

from crm_core.audit import snapshot
from crm_core.database import Base
from crm_core.describe_deals import DEAL_BUILDERS
from crm_core.describe_parts import account_of, contact_names, handle, team_name
from crm_core.interactions import list_parties
from crm_core.models import (
    Account,
    AccountProposal,
    Campaign,
    CampaignMember,
    Contact,
    Interaction,
    Segment,
    Target,
    Task,
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
        "owner": handle(session, record.owner_id),
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
        **account_of(session, record.account_id),
        "owner": handle(session, owner_id),
        "language": record.language,
        "tags": list(record.tags or ()),
        "computed_tags": list(record.computed_tags or ()),
        "departed_at": record.departed_at,
        "last_interaction_at": record.last_interaction_at,
    }


def _interaction(session: Session, record: Interaction) -> Mapping[str, object]:
    contact_ids, staff_ids = list_parties(session, record.id)
    return {
        "kind": record.kind,
        "occurred_at": record.occurred_at,
        "subject": record.subject,
        "summary": record.summary,
        "feedback": record.feedback,
        **account_of(session, record.account_id),
        "contacts": contact_names(session, contact_ids),
        "contact_ids": contact_ids,
        "owner": handle(session, record.owner_id),
        "staff": [handle(session, user_id) for user_id in staff_ids],
        "opportunity_id": record.opportunity_id,
        "requirement_id": record.requirement_id,
        "lead_id": record.lead_id,
        "ticket_id": record.ticket_id,
    }


def _task(session: Session, record: Task) -> Mapping[str, object]:
    contact_ids = [record.contact_id] if record.contact_id is not None else []
    return {
        "title": record.title,
        "owner": handle(session, record.owner_id),
        "due_at": record.due_at,
        "status": record.status,
        "delay_reason": record.delay_reason,
        "notes": record.notes,
        **account_of(session, record.account_id),
        "contacts": contact_names(session, contact_ids),
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
        **account_of(session, record.account_id),
        "contacts": contact_names(session, contact_ids),
        "contact_ids": contact_ids,
        "team": team_name(session, record.team_id),
        "assignee": handle(session, record.assignee_id),
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
        **account_of(session, record.account_id),
        "field": record.field,
        "period": record.period,
        "current": record.current,
        "proposed": record.proposed,
        "reason": {"zh": record.reason_zh, "en": record.reason_en},
        "status": record.status,
        "decided_by": handle(session, record.decided_by_id),
        "decided_at": record.decided_at,
    }


def _segment(session: Session, record: Segment) -> Mapping[str, object]:
    return {
        "name": record.name,
        "kind": record.kind,
        "filter": record.filter,
        "description": record.description,
        "owner": handle(session, record.owner_id),
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
        "owner": handle(session, record.owner_id),
    }


def _campaign_member(session: Session, record: CampaignMember) -> Mapping[str, object]:
    campaign = session.get_one(Campaign, record.campaign_id)
    contact_ids = [record.contact_id] if record.contact_id is not None else []
    return {
        "campaign": campaign.name,
        "campaign_id": record.campaign_id,
        **account_of(session, record.account_id),
        "contacts": contact_names(session, contact_ids),
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
        "team": team_name(session, record.team_id),
        "owner": handle(session, record.owner_id),
        "amount": record.amount,
        "currency": record.currency,
    }


def _user(session: Session, record: User) -> Mapping[str, object]:
    return {
        "handle": record.handle,
        "name": record.name,
        "role": record.role,
        "team": team_name(session, record.team_id),
        "language": record.language,
        "timezone": record.timezone,
        "email": record.email,
        "active": record.active,
    }


def _plain(value: object, zone: tzinfo) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.2f}" if isinstance(value, Decimal) else value


_BUILDERS: dict[type[Base], Callable[[Session, Any], Mapping[str, object]]] = {
    **DEAL_BUILDERS,
    Account: _account,
    AccountProposal: _account_proposal,
    Campaign: _campaign,
    CampaignMember: _campaign_member,
    Contact: _contact,
    Interaction: _interaction,
    Segment: _segment,
    Target: _target,
    Task: _task,
    Ticket: _ticket,
    User: _user,
}
