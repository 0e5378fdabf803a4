"""Leads and opportunities, and the stages of the funnel, which are rows and so configurable.

Promise: a closed stage stamps `closed_at`, an open one takes it away. Never: a stage in code beside the defaults.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing, record_created
from crm_core.customers import create_account, create_contact
from crm_core.errors import InvalidField, RecordNotFound
from crm_core.models import Account, Contact, Lead, LeadStatus, Opportunity, Stage
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, default_owner_id, get_record

WON, LOST = "won", "lost"

#: key, Chinese name, English name, probability in percent, closed. Source: design page, section 9.
DEFAULT_STAGES = (
    ("contacted", "初步接触", "Contacted", 10, False),
    ("qualified", "需求确认", "Qualified", 30, False),
    ("proposal", "方案报价", "Proposal", 50, False),
    ("negotiation", "商务谈判", "Negotiation", 75, False),
    (WON, "赢单", "Won", 100, True),
    (LOST, "输单", "Lost", 0, True),
)


class LeadFields(TypedDict, total=False):
    """What can be said of a lead beside its name."""

    company: str | None
    mobile: str | None
    email: str | None
    source: str | None
    region: str | None
    score: int
    status: LeadStatus
    owner_id: int | None
    notes: str | None


class LeadChanges(LeadFields, total=False):
    """What can be changed of a lead."""

    name: str


class OpportunityFields(TypedDict, total=False):
    """What can be said of an opportunity beside its name, account and stage."""

    amount: Decimal | None
    currency: str
    expected_close: date | None
    owner_id: int | None


class OpportunityChanges(OpportunityFields, total=False):
    """What can be changed of an opportunity; its stage by `change_stage`."""

    name: str


LEAD_RULES: dict[str, fields.Rule] = {
    "name": fields.required_text(200),
    "company": fields.optional_text(200),
    "mobile": fields.mobile,
    "email": fields.email,
    "source": fields.optional_text(100),
    "region": fields.optional_text(200),
    "score": fields.whole_number,
    "status": fields.one_of(LeadStatus),
    "owner_id": fields.as_given,
    "notes": fields.optional_text(10_000),
}

OPPORTUNITY_RULES: dict[str, fields.Rule] = {
    "name": fields.required_text(200),
    "amount": fields.amount,
    "currency": fields.currency,
    "expected_close": fields.calendar_date,
    "owner_id": fields.as_given,
}


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """What a lead became."""

    account: Account
    contact: Contact
    opportunity: Opportunity


def ensure_default_stages(session: Session) -> list[Stage]:
    """Put the default stages into an empty funnel and return the stages in order."""
    stages = list_stages(session)
    if stages:
        return stages
    for position, (key, name_zh, name_en, percent, is_closed) in enumerate(DEFAULT_STAGES):
        session.add(
            Stage(
                key=key,
                position=position,
                name_zh=name_zh,
                name_en=name_en,
                probability_percent=percent,
                is_closed=is_closed,
            )
        )
    session.flush()
    return list_stages(session)


def list_stages(session: Session) -> list[Stage]:
    """Return the stages in the order of the funnel."""
    return list(session.scalars(select(Stage).order_by(Stage.position)))


def get_stage(session: Session, key: str) -> Stage:
    """Return a stage by its key or by its name in either language, whatever the case.

    Raises:
        InvalidField: there is no such stage; the remedy lists them.
    """
    wanted = key.strip().casefold()
    stages = ensure_default_stages(session)
    for stage in stages:
        if wanted in {stage.key.casefold(), stage.name_zh, stage.name_en.casefold()}:
            return stage
    raise InvalidField("stage", key, f"Use one of: {', '.join(stage.key for stage in stages)}.")


def create_lead(session: Session, actor: Actor, *, name: str, **others: Unpack[LeadFields]) -> Lead:
    """Create a lead; without `owner_id` a rep owns it himself.

    Raises:
        InvalidField: a value breaks its rule.
        PermissionRefused: the actor may not create leads, or not for that owner.
    """
    require(actor, "create", Lead)
    values = fields.normalise(LEAD_RULES, {"name": name, **others})
    values["owner_id"] = default_owner_id(session, actor, Lead, values.get("owner_id"))
    if values["owner_id"] is not None:
        values.setdefault("status", LeadStatus.ASSIGNED)
    return record_created(session, actor, Lead(**values, created_at=actor.now, updated_at=actor.now))


def get_lead(session: Session, actor: Actor, lead_id: int) -> Lead:
    """Return a lead.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Lead, lead_id)


def update_lead(
    session: Session, actor: Actor, lead: Lead, *, reason: str | None = None, **changes: Unpack[LeadChanges]
) -> Lead:
    """Change fields of a lead.

    Raises:
        InvalidField: a value breaks its rule.
        PermissionRefused: the actor may not change this lead, or not hand it over.
    """
    change_fields(session, actor, lead, fields.normalise(LEAD_RULES, changes), reason=reason)
    return lead


def list_leads(session: Session, actor: Actor, *, statuses: Sequence[LeadStatus] = (), limit: int = 50) -> list[Lead]:
    """Return leads within the actor's reach, newest first."""
    query = select(Lead).where(visible(actor, Lead))
    if statuses:
        query = query.where(Lead.status.in_(statuses))
    return list(session.scalars(query.order_by(Lead.created_at.desc(), Lead.id.desc()).limit(limit)))


def convert_lead(session: Session, actor: Actor, lead: Lead, *, opportunity_name: str | None = None) -> Conversion:
    """Make a lead an account with a contact and an opportunity, in one step. A lead is converted once.

    Raises:
        InvalidField: it is converted or discarded already.
        PermissionRefused: the actor may not change this lead or create accounts.
    """
    require(actor, "update", lead)
    if lead.status in {LeadStatus.CONVERTED, LeadStatus.DISCARDED}:
        raise InvalidField("status", lead.status.value, "Only a new or assigned lead can be converted.")
    owner_id = lead.owner_id
    company = lead.company or lead.name
    account = create_account(session, actor, name=company, region=lead.region, source=lead.source, owner_id=owner_id)
    contact = create_contact(
        session,
        actor,
        name=lead.name,
        mobile=lead.mobile,
        email=lead.email,
        account_id=account.id,
        is_key_contact=True,
        owner_id=owner_id,
    )
    opportunity = create_opportunity(
        session, actor, account_id=account.id, name=opportunity_name or company, owner_id=owner_id
    )
    with changing(session, actor, lead, reason=f"converted into account {account.code}"):
        lead.status = LeadStatus.CONVERTED
    return Conversion(account=account, contact=contact, opportunity=opportunity)


def create_opportunity(
    session: Session,
    actor: Actor,
    *,
    account_id: int,
    name: str,
    stage: str = "contacted",
    **others: Unpack[OpportunityFields],
) -> Opportunity:
    """Create an opportunity with an account, at a stage given by key or name.

    Raises:
        InvalidField: a value breaks its rule, or there is no such stage.
        RecordNotFound: there is no such account.
        PermissionRefused: the account is out of the actor's reach, or he may not create opportunities.
    """
    account = get_record(session, actor, Account, account_id)
    require(actor, "create", Opportunity, on=account)
    values = fields.normalise(OPPORTUNITY_RULES, {"name": name, **others})
    values["owner_id"] = default_owner_id(session, actor, Opportunity, values.get("owner_id"), account=account)
    at_stage = get_stage(session, stage)
    opportunity = Opportunity(
        **values,
        account_id=account_id,
        stage=at_stage.key,
        closed_at=actor.now if at_stage.is_closed else None,
        created_at=actor.now,
        updated_at=actor.now,
    )
    return record_created(session, actor, opportunity)


def get_opportunity(session: Session, actor: Actor, opportunity_id: int) -> Opportunity:
    """Return an opportunity.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Opportunity, opportunity_id)


def update_opportunity(
    session: Session,
    actor: Actor,
    opportunity: Opportunity,
    *,
    reason: str | None = None,
    **changes: Unpack[OpportunityChanges],
) -> Opportunity:
    """Change name, amount, currency, close date or owner of an opportunity.

    Raises:
        InvalidField: a value breaks its rule.
        PermissionRefused: the actor may not change this opportunity, or not hand it over.
    """
    change_fields(session, actor, opportunity, fields.normalise(OPPORTUNITY_RULES, changes), reason=reason)
    return opportunity


def change_stage(
    session: Session, actor: Actor, opportunity: Opportunity, *, stage: str, reason: str | None = None
) -> Opportunity:
    """Move an opportunity to a stage, given by key or name; `reason` is why it was won or lost.

    Raises:
        InvalidField: there is no such stage.
        PermissionRefused: the actor may not change this opportunity.
    """
    require(actor, "update", opportunity)
    target = get_stage(session, stage)
    with changing(session, actor, opportunity, reason=reason):
        opportunity.stage = target.key
        opportunity.closed_at = (opportunity.closed_at or actor.now) if target.is_closed else None
        opportunity.outcome_reason = (reason or opportunity.outcome_reason) if target.is_closed else None
    return opportunity


def list_opportunities(
    session: Session,
    actor: Actor,
    *,
    account_id: int | None = None,
    owner_id: int | None = None,
    include_closed: bool = False,
    limit: int = 50,
) -> list[Opportunity]:
    """Return opportunities within the actor's reach, the next to close first, those without a date last."""
    query = select(Opportunity).where(visible(actor, Opportunity))
    if account_id is not None:
        query = query.where(Opportunity.account_id == account_id)
    if owner_id is not None:
        query = query.where(Opportunity.owner_id == owner_id)
    if not include_closed:
        query = query.where(Opportunity.closed_at.is_(None))
    ordered = query.order_by(Opportunity.expected_close.is_(None), Opportunity.expected_close, Opportunity.id)
    return list(session.scalars(ordered.limit(limit)))


def find_opportunities(session: Session, actor: Actor, text: str) -> list[Opportunity]:
    """Find open opportunities by id or by a part of the name, within the actor's reach.

    Raises:
        RecordNotFound: `text` is a number and there is no such opportunity.
    """
    if text.strip().isdigit():
        opportunity = get_record(session, actor, Opportunity, int(text))
        return [opportunity]
    wanted = text.strip().casefold()
    found = list_opportunities(session, actor, limit=1000)
    return [opportunity for opportunity in found if wanted and wanted in opportunity.name.casefold()]


def get_account_of(session: Session, opportunity: Opportunity) -> Account:
    """Return the account of an opportunity, deleted or not.

    Raises:
        RecordNotFound: it was erased.
    """
    account = session.get(Account, opportunity.account_id)
    if account is None:
        raise RecordNotFound("account", opportunity.account_id)
    return account
