"""Two records of one customer become one: everything that hangs on either hangs on the kept one afterwards.

Promise: nothing is lost, gaps are filled from the other record, every row that moved is in the trail, and `unmerge` or
undo brings both back. Never: a decision that two records are one; that is a person's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.audit import changing, record_change, record_deleted
from crm_core.database import Base
from crm_core.errors import InvalidField, RecordNotFound
from crm_core.interactions import list_contact_ids, set_contact_ids
from crm_core.models import Account, AccountProposal, CampaignMember, Contact, Interaction, InteractionContact
from crm_core.permissions import Actor, record_type, require
from crm_core.undo import undo_cause

CustomerRecord = TypeVar("CustomerRecord", Account, Contact)

#: What the kept record takes from the other where it has nothing itself.
_FILLED: dict[type[Base], tuple[str, ...]] = {
    Account: (
        "industry",
        "size_band",
        "region",
        "address",
        "website",
        "source",
        "owner_id",
        "annual_amount",
        "partner_since",
        "influence",
        "renewal_percent",
        "notes",
    ),
    Contact: (
        "title",
        "mobile",
        "email",
        "birthday",
        "decision_role",
        "account_id",
        "owner_id",
        "language",
        "id_number_encrypted",
    ),
}
#: Rows of which the kept record may have one alike already; the other's then stays where it is.
_UNIQUE_BESIDE: dict[type[Base], tuple[str, ...]] = {
    AccountProposal: ("field", "period"),
    CampaignMember: ("campaign_id", "account_id", "contact_id"),
}


@dataclass(frozen=True, kw_only=True)
class Merge:
    """What a merge did."""

    record_type: str
    kept_id: int
    dropped_id: int
    #: record type -> how many rows moved
    moved: Mapping[str, int]


def merge_accounts(session: Session, actor: Actor, *, keep: Account, drop: Account, reason: str | None = None) -> Merge:
    """Merge one account into another: contacts, interactions, deals, tasks, tickets and all else move.

    The dropped name becomes a short name of the kept account, so that it is still found by it.

    Raises:
        InvalidField: both are the same record.
        PermissionRefused: the actor may not change both.
    """
    merge = _merge(session, actor, keep, drop)
    with changing(session, actor, keep, reason=_cause(keep, drop)):
        names = [*(keep.short_names or ()), drop.name, *(drop.short_names or ())]
        keep.short_names = [name for name in dict.fromkeys(names) if name != keep.name]
        keep.tags = list(dict.fromkeys([*(keep.tags or ()), *(drop.tags or ())]))
    _retire(session, actor, keep, drop, _cause(keep, drop, reason))
    return merge


def merge_contacts(session: Session, actor: Actor, *, keep: Contact, drop: Contact, reason: str | None = None) -> Merge:
    """Merge one contact into another: interactions, chat identities, tickets, tasks and all else move.

    A second name, number or address is kept among the attributes.

    Raises:
        InvalidField: both are the same record.
        PermissionRefused: the actor may not change both.
    """
    merge = _merge(session, actor, keep, drop)
    moved = _move_participation(session, actor, keep, drop)
    with changing(session, actor, keep, reason=_cause(keep, drop)):
        keep.attributes = _joined_attributes(keep, drop)
        keep.tags = list(dict.fromkeys([*(keep.tags or ()), *(drop.tags or ())]))
        keep.is_key_contact = keep.is_key_contact or (drop.is_key_contact and drop.account_id == keep.account_id)
    _retire(session, actor, keep, drop, _cause(keep, drop, reason))
    counts = Counter(merge.moved) + Counter({"interaction": moved})
    return Merge(record_type="contact", kept_id=keep.id, dropped_id=drop.id, moved=dict(counts))


def unmerge(session: Session, actor: Actor, *, record_type: str, dropped_id: int) -> int:
    """Take a merge back, whenever it was; return how many changes were reversed. Later changes of a field stay.

    Raises:
        RecordNotFound: no such record was merged.
        PermissionRefused: the actor may not change the kept record.
    """
    model: Any = {"account": Account, "contact": Contact}[record_type]
    dropped = session.get(model, dropped_id)
    kept = session.get(model, dropped.merged_into_id) if dropped and dropped.merged_into_id is not None else None
    if dropped is None or kept is None:
        raise RecordNotFound(f"merged {record_type}", dropped_id)
    require(actor, "update", kept)
    return len(undo_cause(session, actor, cause=_cause(kept, dropped)))


def _merge(session: Session, actor: Actor, keep: CustomerRecord, drop: CustomerRecord) -> Merge:
    if keep.id == drop.id:
        raise InvalidField("keep", keep.name, "Name two different records.")
    for record in (keep, drop):
        require(actor, "update", record)
    moved = _move_rows(session, actor, keep, drop)
    with changing(session, actor, keep, reason=_cause(keep, drop)):
        for field in _FILLED[type(keep)]:
            if getattr(keep, field) is None:
                setattr(keep, field, getattr(drop, field))
    latest = [at for at in (keep.last_interaction_at, drop.last_interaction_at) if at is not None]
    keep.last_interaction_at = max(latest, default=None)
    return Merge(record_type=record_type(keep), kept_id=keep.id, dropped_id=drop.id, moved=moved)


def _cause(keep: Account | Contact, drop: Account | Contact, reason: str | None = None) -> str:
    """Return the reason by which all changes of one merge are found again, the person's own words behind it."""
    cause = f"merge of {record_type(drop)} {drop.id} into {keep.id}"
    return f"{cause}: {reason}" if reason else cause


def _move_rows(session: Session, actor: Actor, keep: CustomerRecord, drop: CustomerRecord) -> dict[str, int]:
    """Point every row of the program that points to the dropped record to the kept one."""
    moved: Counter[str] = Counter()
    for model, field in _references(type(keep)):
        column = getattr(model, field)
        for row in session.scalars(select(model).where(column == drop.id)).all():
            if row is keep or _has_one_alike(session, row, field, keep.id):
                continue
            with changing(session, actor, row, reason=_cause(keep, drop)):
                setattr(row, field, keep.id)
            moved[record_type(row)] += 1
    return dict(moved)


def _references(model: type[Base]) -> list[tuple[Any, str]]:
    """Return every mapped class with its columns that refer to `model`, but for the tables that only link."""
    found: list[tuple[Any, str]] = []
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__):
        columns = mapper.local_table.columns
        if "id" not in columns:
            continue
        found += [
            (mapper.class_, mapper.get_property_by_column(column).key)
            for column in columns
            for key in column.foreign_keys
            if key.column.table.name == model.__tablename__ and column.name != "merged_into_id"
        ]
    return found


def _has_one_alike(session: Session, row: Any, field: str, kept_id: int) -> bool:
    fields = _UNIQUE_BESIDE.get(type(row))
    if fields is None:
        return False
    wanted = {**{name: getattr(row, name) for name in fields}, field: kept_id}
    query = select(type(row).id).where(*(getattr(type(row), name) == value for name, value in wanted.items()))
    return session.scalar(query.limit(1)) is not None


def _move_participation(session: Session, actor: Actor, keep: Contact, drop: Contact) -> int:
    took_part = select(InteractionContact.interaction_id).where(InteractionContact.contact_id == drop.id)
    interactions = session.scalars(select(Interaction).where(Interaction.id.in_(took_part))).all()
    for interaction in interactions:
        before = list_contact_ids(session, interaction.id)
        after = sorted({keep.id if contact_id == drop.id else contact_id for contact_id in before})
        set_contact_ids(session, interaction, after)
        record_change(
            session,
            actor,
            "updated",
            interaction,
            before={"contact_ids": before},
            after={"contact_ids": after},
            reason=_cause(keep, drop),
        )
    return len(interactions)


def _joined_attributes(keep: Contact, drop: Contact) -> dict[str, Any]:
    attributes = {**(drop.attributes or {}), **(keep.attributes or {})}
    kept_aliases = (keep.attributes or {}).get("aliases", ())
    aliases = [*kept_aliases, drop.name, *(drop.attributes or {}).get("aliases", ())]
    others = [name for name in dict.fromkeys(aliases) if name != keep.name]
    if others:
        attributes["aliases"] = others
    for field in ("mobile", "email"):
        other = getattr(drop, field)
        if other and other != getattr(keep, field):
            attributes[f"other_{field}"] = other
    return attributes


def _retire(session: Session, actor: Actor, keep: CustomerRecord, drop: CustomerRecord, cause: str) -> None:
    with changing(session, actor, drop, reason=cause):
        drop.merged_into_id = keep.id
    record_deleted(session, actor, drop, reason=cause)
