"""Campaigns: planned towards a segment, carried out, judged by reach, response, sales and return on investment.

Promise: a customer is once in a campaign; what came of it counts for won deals in the campaign's currency only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing, record_created, record_deleted
from crm_core.errors import InvalidField
from crm_core.models import (
    Account,
    Campaign,
    CampaignChannel,
    CampaignMember,
    CampaignStatus,
    Contact,
    Opportunity,
    Segment,
    SegmentKind,
    Stage,
)
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, default_owner_id, get_record
from crm_core.segments import members

CAMPAIGN_RULES: dict[str, fields.Rule] = {
    "name": fields.required_text(200),
    "aim": fields.optional_text(10_000),
    "content": fields.optional_text(20_000),
    "channel": fields.one_of(CampaignChannel),
    "status": fields.one_of(CampaignStatus),
    "segment_id": fields.as_given,
    "starts_on": fields.calendar_date,
    "ends_on": fields.calendar_date,
    "budget": fields.amount,
    "cost": fields.amount,
    "currency": fields.currency,
    "owner_id": fields.as_given,
}


class CampaignFields(TypedDict, total=False):
    """What can be said of a campaign beside its name."""

    aim: str | None
    content: str | None
    channel: CampaignChannel | str
    status: CampaignStatus | str
    segment_id: int | None
    starts_on: date | None
    ends_on: date | None
    budget: Decimal | None
    cost: Decimal | None
    currency: str
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class CampaignResult:
    """What a campaign came to, of the members within the reader's reach."""

    campaign: Campaign
    #: for how many customers it was meant
    audience: int
    reached: int
    responded: int
    #: deals that came of it, and those of them that were won
    deals: int
    won: int
    #: won amount in the campaign's currency
    revenue: Decimal
    #: what was spent: the cost, or the budget while no cost is known
    cost: Decimal | None
    #: reached / audience, responded / reached, in [0, 1]; None where nobody is counted
    reach_rate: float | None
    response_rate: float | None
    #: (revenue - cost) / cost; None without cost
    roi: float | None


def create_campaign(session: Session, actor: Actor, *, name: str, **others: Unpack[CampaignFields]) -> Campaign:
    """Plan a campaign, the actor's own unless `owner_id` names another person.

    Raises:
        InvalidField: a value breaks its rule, or it ends before it starts.
        RecordNotFound: there is no such segment or owner.
        PermissionRefused: the actor may not plan campaigns.
    """
    require(actor, "create", Campaign)
    values = fields.normalise(CAMPAIGN_RULES, {"name": name, **others})
    values["owner_id"] = default_owner_id(session, actor, Campaign, values.get("owner_id"))
    _check_segment(session, actor, values.get("segment_id"))
    _check_days(values.get("starts_on"), values.get("ends_on"))
    return record_created(session, actor, Campaign(**values, created_at=actor.now, updated_at=actor.now))


def update_campaign(session: Session, actor: Actor, campaign: Campaign, **changes: Any) -> Campaign:
    """Change fields of a campaign; its status says whether it is planned, running, done or cancelled.

    Raises:
        InvalidField: a value breaks its rule, or it ends before it starts.
        PermissionRefused: the actor may not change this campaign.
    """
    values = fields.normalise(CAMPAIGN_RULES, changes)
    _check_segment(session, actor, values.get("segment_id"))
    _check_days(values.get("starts_on", campaign.starts_on), values.get("ends_on", campaign.ends_on))
    change_fields(session, actor, campaign, values)
    return campaign


def delete_campaign(session: Session, actor: Actor, campaign: Campaign) -> None:
    """Mark a campaign as deleted.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", campaign)
    record_deleted(session, actor, campaign)


def get_campaign(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    """Return a campaign.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Campaign, campaign_id)


def find_campaign(session: Session, actor: Actor, name: str) -> Campaign | None:
    """Find the newest campaign of that name, whatever the case."""
    wanted = name.strip().casefold()
    return next((campaign for campaign in list_campaigns(session, actor) if campaign.name.casefold() == wanted), None)


def list_campaigns(session: Session, actor: Actor, *, status: CampaignStatus | None = None) -> list[Campaign]:
    """Return the campaigns that the actor may read, the newest first."""
    query = select(Campaign).where(visible(actor, Campaign))
    if status is not None:
        query = query.where(Campaign.status == status)
    return list(session.scalars(query.order_by(Campaign.starts_on.desc(), Campaign.id.desc())))


def add_members(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    *,
    account_ids: Iterable[int] = (),
    contact_ids: Iterable[int] = (),
) -> list[CampaignMember]:
    """Put customers into a campaign; return those who were not in it yet.

    Raises:
        RecordNotFound: there is no such account or contact.
        PermissionRefused: one of them is out of the actor's reach, or he may read no campaigns.
    """
    require(actor, "read", campaign)
    accounts = [get_record(session, actor, Account, account_id) for account_id in dict.fromkeys(account_ids)]
    contacts = [get_record(session, actor, Contact, contact_id) for contact_id in dict.fromkeys(contact_ids)]
    query = select(CampaignMember.account_id, CampaignMember.contact_id).where(
        CampaignMember.campaign_id == campaign.id
    )
    known = {(account_id, contact_id) for account_id, contact_id in session.execute(query)}
    wanted: list[tuple[Account | Contact, int | None, int | None]] = [
        *((account, account.id, None) for account in accounts),
        *((contact, contact.account_id, contact.id) for contact in contacts),
    ]
    added: list[CampaignMember] = []
    for customer, account_id, contact_id in wanted:
        if (account_id, contact_id) in known:
            continue
        require(actor, "create", CampaignMember, on=customer)
        member = CampaignMember(
            campaign_id=campaign.id,
            account_id=account_id,
            contact_id=contact_id,
            created_at=actor.now,
            updated_at=actor.now,
        )
        added.append(record_created(session, actor, member))
    return added


def add_segment(session: Session, actor: Actor, campaign: Campaign, segment: Segment) -> list[CampaignMember]:
    """Put everybody who is in a segment now, within the actor's reach, into a campaign; return the new ones.

    Raises:
        PermissionRefused: the actor may not read the segment or the campaign.
    """
    ids = [record.id for record in members(session, actor, segment)]
    if segment.kind is SegmentKind.ACCOUNT:
        return add_members(session, actor, campaign, account_ids=ids)
    return add_members(session, actor, campaign, contact_ids=ids)


def list_members(session: Session, actor: Actor, campaign: Campaign) -> list[CampaignMember]:
    """Return the members of a campaign within the actor's reach, in the order of their coming."""
    require(actor, "read", campaign)
    query = select(CampaignMember).where(visible(actor, CampaignMember), CampaignMember.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(CampaignMember.id)))


def mark_reached(session: Session, actor: Actor, members_: Sequence[CampaignMember]) -> int:
    """Note that the campaign reached these members; return how many it had not reached before.

    Raises:
        PermissionRefused: one of them is out of the actor's reach.
    """
    fresh = [member for member in members_ if member.reached_at is None]
    for member in fresh:
        require(actor, "update", member)
        with changing(session, actor, member):
            member.reached_at = actor.now
    return len(fresh)


def record_response(
    session: Session,
    actor: Actor,
    member: CampaignMember,
    *,
    response: str | None = None,
    opportunity_id: int | None = None,
) -> CampaignMember:
    """Note that a member responded, with what he said and the deal that came of it; he was reached then, too.

    Raises:
        RecordNotFound: there is no such opportunity.
        PermissionRefused: the member or the deal is out of the actor's reach.
    """
    require(actor, "update", member)
    if opportunity_id is not None:
        get_record(session, actor, Opportunity, opportunity_id)
    said = fields.optional_text(10_000)("response", response)
    with changing(session, actor, member):
        member.reached_at = member.reached_at or actor.now
        member.responded_at = member.responded_at or actor.now
        member.response = said or member.response
        member.opportunity_id = opportunity_id if opportunity_id is not None else member.opportunity_id
    return member


def campaign_result(session: Session, actor: Actor, campaign: Campaign) -> CampaignResult:
    """Return what a campaign came to.

    Raises:
        PermissionRefused: the actor may not read this campaign.
    """
    require(actor, "read", campaign)
    mine = (visible(actor, CampaignMember), CampaignMember.campaign_id == campaign.id)
    counts = select(func.count(), func.count(CampaignMember.reached_at), func.count(CampaignMember.responded_at)).where(
        *mine
    )
    audience, reached, responded = session.execute(counts).one()
    deals, won, revenue = _sales(session, campaign, mine)
    cost = campaign.cost if campaign.cost is not None else campaign.budget
    return CampaignResult(
        campaign=campaign,
        audience=audience,
        reached=reached,
        responded=responded,
        deals=deals,
        won=won,
        revenue=revenue,
        cost=cost,
        reach_rate=reached / audience if audience else None,
        response_rate=responded / reached if reached else None,
        roi=float((revenue - cost) / cost) if cost else None,
    )


def list_results(
    session: Session, actor: Actor, *, status: CampaignStatus | None = None, limit: int = 20
) -> list[CampaignResult]:
    """Return what the campaigns came to, the newest first, to be compared."""
    return [campaign_result(session, actor, one) for one in list_campaigns(session, actor, status=status)[:limit]]


def _sales(session: Session, campaign: Campaign, mine: tuple[Any, ...]) -> tuple[int, int, Decimal]:
    # Two members may share one deal: it counts once.
    deals = select(CampaignMember.opportunity_id).where(*mine, CampaignMember.opportunity_id.is_not(None))
    query = (
        select(Opportunity.amount, Opportunity.currency, Stage.is_closed & (Stage.probability_percent > 0))
        .join(Stage, Stage.key == Opportunity.stage)
        .where(Opportunity.id.in_(deals), Opportunity.deleted_at.is_(None))
    )
    rows = session.execute(query).all()
    won = [(amount, currency) for amount, currency, is_won in rows if is_won]
    revenue = sum((amount or Decimal(0) for amount, currency in won if currency == campaign.currency), Decimal(0))
    return len(rows), len(won), revenue


def _check_segment(session: Session, actor: Actor, segment_id: int | None) -> None:
    if segment_id is not None:
        get_record(session, actor, Segment, segment_id)


def _check_days(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise InvalidField("ends_on", ends_on.isoformat(), "It must not end before it starts.")
