"""Leads (线索): create, score, change, look up, discard. What they become is `conversion`, who gets them `assignment`.

Promise: the score follows the rules until a person gives one. Never: a merge, a guess at who is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict, Unpack

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing, record_created, record_deleted
from crm_core.deals.scoring import score_lead
from crm_core.errors import InvalidField
from crm_core.matching import core_name, find_duplicates
from crm_core.models import AccountLevel, Lead, LeadStatus
from crm_core.permissions import Actor, reach, require, scope_of, visible
from crm_core.records import change_fields, default_owner_id, get_record

OPEN_LEADS = (LeadStatus.NEW, LeadStatus.ASSIGNED)


class LeadFields(TypedDict, total=False):
    """What can be said of a lead beside its name."""

    company: str | None
    mobile: str | None
    email: str | None
    source: str | None
    region: str | None
    level: AccountLevel | None
    score: int
    status: LeadStatus
    owner_id: int | None
    notes: str | None


class LeadChanges(LeadFields, total=False):
    """What can be changed of a lead."""

    name: str


def _optional_level(field: str, value: Any) -> AccountLevel | None:
    if value is None or value == "":
        return None
    return AccountLevel(fields.one_of(AccountLevel)(field, str(value).upper()))


LEAD_RULES: dict[str, fields.Rule] = {
    "name": fields.required_text(200),
    "company": fields.optional_text(200),
    "mobile": fields.mobile,
    "email": fields.email,
    "source": fields.optional_text(100),
    "region": fields.optional_text(200),
    "level": _optional_level,
    "score": fields.whole_number,
    "status": fields.one_of(LeadStatus),
    "owner_id": fields.as_given,
    "notes": fields.optional_text(10_000),
}


@dataclass(frozen=True, kw_only=True)
class LeadDuplicate:
    """A lead, an account or a contact that may be the one that is about to be created."""

    record_type: Literal["lead", "account", "contact"]
    id: int
    name: str
    #: what agrees: mobile, email or name (of the company, where the lead has one)
    reason: Literal["mobile", "email", "name"]
    #: 1 for equal, less for names that are only near
    similarity: float
    #: whether the actor may see it; if not, say only that a colleague looks after it
    is_visible: bool


def create_lead(session: Session, actor: Actor, *, name: str, **others: Unpack[LeadFields]) -> Lead:
    """Create a lead; without `owner_id` a rep owns it himself, without `score` the rules score it.

    Ask `find_lead_duplicates` first.

    Raises:
        InvalidField: a value breaks its rule.
        PermissionRefused: the actor may not create leads, or not for that owner.
    """
    require(actor, "create", Lead)
    values = fields.normalise(LEAD_RULES, {"name": name, **others})
    values["owner_id"] = default_owner_id(session, actor, Lead, values.get("owner_id"))
    if values["owner_id"] is not None:
        values.setdefault("status", LeadStatus.ASSIGNED)
        values["assigned_at"] = actor.now
    values["is_score_given"] = "score" in values
    if not values["is_score_given"]:
        values["score"] = score_lead(session, values)
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
    """Change fields of a lead; a score that is given stands, else the rules score it anew.

    Raises:
        InvalidField: a value breaks its rule, or it is to be converted, which `convert_lead` does.
        PermissionRefused: the actor may not change this lead, or not hand it over.
    """
    values = fields.normalise(LEAD_RULES, changes)
    status = values.get("status", lead.status)
    if status is not lead.status and LeadStatus.CONVERTED in {status, lead.status}:
        raise InvalidField("status", status.value, "A lead is converted by converting it, once.")
    if "score" in values:
        values["is_score_given"] = True
    elif not lead.is_score_given:
        values["score"] = score_lead(session, _merged(lead, values))
    if values.get("owner_id", lead.owner_id) != lead.owner_id:
        values["assigned_at"] = actor.now
        if lead.status is LeadStatus.NEW and values["owner_id"] is not None:
            values.setdefault("status", LeadStatus.ASSIGNED)
    change_fields(session, actor, lead, values, reason=reason)
    return lead


def discard_lead(session: Session, actor: Actor, lead: Lead, *, reason: str) -> Lead:
    """Put a lead aside that will come to nothing, and say why.

    Raises:
        InvalidField: no reason, or it is converted already.
        PermissionRefused: the actor may not change this lead.
    """
    require(actor, "update", lead)
    why = fields.required_text(2000)("reason", reason)
    if lead.status is LeadStatus.CONVERTED:
        raise InvalidField("status", lead.status.value, "A converted lead cannot be discarded.")
    with changing(session, actor, lead, reason=why):
        lead.status = LeadStatus.DISCARDED
    return lead


def delete_lead(session: Session, actor: Actor, lead: Lead, *, reason: str | None = None) -> None:
    """Mark a lead as deleted.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", lead)
    record_deleted(session, actor, lead, reason=reason)


def list_leads(
    session: Session,
    actor: Actor,
    *,
    statuses: Sequence[LeadStatus] = (),
    owner_id: int | None = None,
    limit: int = 50,
) -> list[Lead]:
    """Return leads within the actor's reach, newest first."""
    query = select(Lead).where(visible(actor, Lead))
    if statuses:
        query = query.where(Lead.status.in_(statuses))
    if owner_id is not None:
        query = query.where(Lead.owner_id == owner_id)
    return list(session.scalars(query.order_by(Lead.created_at.desc(), Lead.id.desc()).limit(limit)))


def find_leads(session: Session, actor: Actor, text: str, *, include_closed: bool = False) -> list[Lead]:
    """Find leads by id ('12', '#12'), by phone, or by a part of name or company, the most promising first.

    Raises:
        RecordNotFound: `text` is a short number and there is no such lead.
        PermissionRefused: `text` is the number of one out of the actor's reach.
    """
    wanted = text.strip().lstrip("#").strip()
    if wanted.isdigit() and len(wanted) < 7:
        return [get_lead(session, actor, int(wanted))]
    if not wanted:
        return []
    matches = [Lead.name.icontains(wanted, autoescape=True), Lead.company.icontains(wanted, autoescape=True)]
    phone = _spelled(fields.mobile, wanted)
    if phone is not None:
        matches.append(Lead.mobile == phone)
    query = select(Lead).where(visible(actor, Lead), or_(*matches))
    if not include_closed:
        query = query.where(Lead.status.in_(OPEN_LEADS))
    return list(session.scalars(query.order_by(Lead.score.desc(), Lead.id.desc()).limit(100)))


def find_lead_duplicates(
    session: Session,
    actor: Actor,
    *,
    name: str | None = None,
    company: str | None = None,
    mobile: str | None = None,
    email: str | None = None,
    limit: int = 5,
) -> list[LeadDuplicate]:
    """Find leads, accounts and contacts that may be the same customer, surest first."""
    found = _same_leads(session, actor, company, _spelled(fields.mobile, mobile), _spelled(fields.email, email))
    # Two people share a name easily: a contact counts by number or address.
    people = find_duplicates(session, actor, record_type="contact", mobile=mobile, email=email)
    firms = find_duplicates(session, actor, record_type="account", name=company) if company else []
    if not company and name and not (mobile or email):
        people = find_duplicates(session, actor, record_type="contact", name=name)
    found += [
        LeadDuplicate(
            record_type=one.record_type,
            id=one.id,
            name=one.name,
            reason=one.reason,
            similarity=one.similarity,
            is_visible=one.is_visible,
        )
        for one in (*people, *firms)
    ]
    return sorted(found, key=lambda one: (-one.similarity, one.record_type, one.id))[:limit]


def _same_leads(
    session: Session, actor: Actor, company: str | None, mobile: str | None, email: str | None
) -> list[LeadDuplicate]:
    is_visible = reach(actor, scope_of(actor, "read", Lead), Lead).label("is_visible")
    query = select(Lead.id, Lead.name, Lead.company, Lead.mobile, Lead.email, is_visible)
    rows = session.execute(query.where(Lead.deleted_at.is_(None), Lead.status.in_(OPEN_LEADS))).all()
    core = core_name(company) if company else None
    found: list[LeadDuplicate] = []
    for row in rows:
        reason: Literal["mobile", "email", "name"] | None = None
        if mobile is not None and row.mobile == mobile:
            reason = "mobile"
        elif email is not None and row.email == email:
            reason = "email"
        elif core is not None and row.company and core_name(row.company) == core:
            reason = "name"
        if reason is not None:
            found.append(
                LeadDuplicate(
                    record_type="lead",
                    id=row.id,
                    name=row.company or row.name,
                    reason=reason,
                    similarity=1.0,
                    is_visible=bool(row.is_visible),
                )
            )
    return found


def _merged(lead: Lead, values: Mapping[str, Any]) -> dict[str, Any]:
    return {field: values.get(field, getattr(lead, field)) for field in LEAD_RULES}


def _spelled(rule: fields.Rule, value: str | None) -> str | None:
    try:
        spelled = rule("value", value)
    except InvalidField:
        return None
    return None if spelled is None else str(spelled)
