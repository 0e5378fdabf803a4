"""Opportunities (商机): create, change, find. Their way through the funnel is `progress`.

Promise: what hangs on an account is within the reach of the account's owner too. Never: a change of stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import record_created, record_deleted
from crm_core.database import spell_in_json
from crm_core.deals import approvals, progress
from crm_core.deals.stages import ensure_default_stages, get_stage
from crm_core.errors import RecordNotFound
from crm_core.models import Account, Opportunity
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, default_owner_id, get_record

MAX_FOUND = 1000


class OpportunityFields(TypedDict, total=False):
    """What can be said of an opportunity beside its name, account and stage."""

    amount: Decimal | None
    currency: str
    expected_close: date | None
    owner_id: int | None


class OpportunityChanges(OpportunityFields, total=False):
    """What can be changed of an opportunity; its stage by `change_stage`."""

    name: str


OPPORTUNITY_RULES: dict[str, fields.Rule] = {
    "name": fields.required_text(200),
    "amount": fields.amount,
    "currency": fields.currency,
    "expected_close": fields.calendar_date,
    "owner_id": fields.as_given,
}


def create_opportunity(
    session: Session,
    actor: Actor,
    *,
    account_id: int,
    name: str,
    stage: str | None = None,
    reason: str | None = None,
    **others: Unpack[OpportunityFields],
) -> Opportunity:
    """Create an opportunity with an account, at a stage given by key or name, else at the first.

    `reason` is why it is closed already. A closed stage is entered as by `change_stage`, approval included.

    Raises:
        InvalidField: a value breaks its rule, or there is no such stage.
        StageNotReady: the stage asks for what is not there.
        RecordNotFound: there is no such account.
        PermissionRefused: the account is out of the actor's reach, or he may not create opportunities.
    """
    account = get_record(session, actor, Account, account_id)
    require(actor, "create", Opportunity, on=account)
    values = fields.normalise(OPPORTUNITY_RULES, {"name": name, **others})
    values["owner_id"] = default_owner_id(session, actor, Opportunity, values.get("owner_id"), account=account)
    beginning = next(one for one in ensure_default_stages(session) if not one.is_closed)
    target = get_stage(session, stage) if stage is not None else beginning
    first = beginning if target.is_closed else target
    opportunity = Opportunity(
        **values,
        account_id=account_id,
        stage=first.key,
        stage_results={},
        stage_entered_at=actor.now,
        created_at=actor.now,
        updated_at=actor.now,
    )
    if not target.is_closed:
        progress.require_ready(session, opportunity, target, reason=None)
    record_created(session, actor, opportunity)
    progress.create_stage_task(session, actor, opportunity, first)
    if target.is_closed:
        progress.change_stage(session, actor, opportunity, stage=target.key, reason=reason)
    return opportunity


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

    The amount of an approval that is still waiting follows.

    Raises:
        InvalidField: a value breaks its rule.
        ApprovalNeeded: the deal is won, and the new amount is above the limit and what was approved.
        PermissionRefused: the actor may not change this opportunity, or not hand it over.
    """
    values = fields.normalise(OPPORTUNITY_RULES, changes)
    require(actor, "update", opportunity)
    if {"amount", "currency"} & values.keys():
        amount = values.get("amount", opportunity.amount)
        currency = values.get("currency", opportunity.currency)
        approvals.require_covered(session, actor, opportunity, amount, currency)
    change_fields(session, actor, opportunity, values, reason=reason)
    return opportunity


def delete_opportunity(session: Session, actor: Actor, opportunity: Opportunity, *, reason: str | None = None) -> None:
    """Mark an opportunity as deleted; its history remains.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", opportunity)
    record_deleted(session, actor, opportunity, reason=reason)


def list_opportunities(
    session: Session,
    actor: Actor,
    *,
    account_id: int | None = None,
    owner_id: int | None = None,
    stages: Sequence[str] = (),
    include_closed: bool = False,
    limit: int = 50,
) -> list[Opportunity]:
    """Return opportunities within the actor's reach, the next to close first, those without a date last."""
    query = select(Opportunity).where(visible(actor, Opportunity))
    if account_id is not None:
        query = query.where(Opportunity.account_id == account_id)
    if owner_id is not None:
        query = query.where(Opportunity.owner_id == owner_id)
    if stages:
        query = query.where(Opportunity.stage.in_(stages))
    elif not include_closed:
        query = query.where(Opportunity.closed_at.is_(None))
    ordered = query.order_by(Opportunity.expected_close.is_(None), Opportunity.expected_close, Opportunity.id)
    return list(session.scalars(ordered.limit(limit)))


def find_opportunities(session: Session, actor: Actor, text: str, *, include_closed: bool = False) -> list[Opportunity]:
    """Find opportunities by id ('12', '#12'), by a part of the name, or by name or short name of the account.

    Those whose own name matches come first, each part the next to close first; all within the actor's reach.

    Raises:
        RecordNotFound: `text` is a number and there is no such opportunity.
        PermissionRefused: `text` is the number of one out of the actor's reach.
    """
    wanted = text.strip().lstrip("#").strip()
    if wanted.isdigit():
        return [get_record(session, actor, Opportunity, int(wanted))]
    if not wanted:
        return []
    named = Opportunity.name.icontains(wanted, autoescape=True)
    short_names = cast(Account.short_names, String)
    of_account = or_(
        Account.name.icontains(wanted, autoescape=True),
        *(short_names.icontains(spelling, autoescape=True) for spelling in spell_in_json(wanted)),
    )
    query = (
        select(Opportunity)
        .join(Account, Account.id == Opportunity.account_id)
        .where(visible(actor, Opportunity), or_(named, of_account))
    )
    if not include_closed:
        query = query.where(Opportunity.closed_at.is_(None))
    ordered = query.order_by(
        named.desc(), Opportunity.expected_close.is_(None), Opportunity.expected_close, Opportunity.id
    )
    return list(session.scalars(ordered.limit(MAX_FOUND)))


def get_account_of(session: Session, opportunity: Opportunity) -> Account:
    """Return the account of an opportunity, deleted or not.

    Raises:
        RecordNotFound: it was erased.
    """
    account = session.get(Account, opportunity.account_id)
    if account is None:
        raise RecordNotFound("account", opportunity.account_id)
    return account
