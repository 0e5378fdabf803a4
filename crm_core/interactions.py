"""Interactions: log what happened with a customer, correct it, list it.

Promise: never an empty record; a rep logs only on customers of his own or of nobody. Never: a follow-up, which is
a task of its own; the whole history of a customer, which is `crm_core.timeline`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from sqlalchemy import ColumnElement, delete, func, literal, select, union_all
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import record_change, record_deleted, snapshot
from crm_core.database import Base
from crm_core.errors import InvalidField, RecordNotFound
from crm_core.models import (
    Account,
    Contact,
    Interaction,
    InteractionContact,
    InteractionKind,
    InteractionStaff,
    Lead,
    Opportunity,
    Requirement,
    Task,
    Ticket,
    User,
)
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, default_owner_id, get_record

#: What is said of today may be later today; what is later is no interaction yet, but a task.
MAX_AHEAD = timedelta(hours=24)

INTERACTION_RULES: dict[str, fields.Rule] = {
    "kind": fields.one_of(InteractionKind),
    "occurred_at": fields.moment,
    "summary": fields.required_text(20_000),
    "subject": fields.optional_text(200),
    "feedback": fields.optional_text(20_000),
}
#: what an interaction may be linked to
_PARTIES = {"account_id", "contact_ids", "staff_ids"}
_LINKS: dict[str, type[Base]] = {
    "ticket_id": Ticket,
    "opportunity_id": Opportunity,
    "requirement_id": Requirement,
    "lead_id": Lead,
}


class Links(TypedDict, total=False):
    """What an interaction was about, by id."""

    ticket_id: int | None
    opportunity_id: int | None
    requirement_id: int | None
    lead_id: int | None


def log_interaction(
    session: Session,
    actor: Actor,
    *,
    kind: InteractionKind | str,
    occurred_at: datetime,
    summary: str,
    account_id: int | None = None,
    contact_ids: Sequence[int] = (),
    subject: str | None = None,
    feedback: str | None = None,
    staff_ids: Sequence[int] = (),
    owner_id: int | None = None,
    **links: Unpack[Links],
) -> Interaction:
    """Log an interaction; without `account_id` it belongs to the account that its contacts share.

    It is the actor's own unless `owner_id` names the colleague who had it; `staff_ids` took part beside him.

    Raises:
        InvalidField: no summary, a time more than a day ahead, or no customer at all.
        RecordNotFound: there is no such account, contact, colleague, ticket, opportunity, requirement or lead.
        PermissionRefused: one of them is out of the actor's reach.
    """
    values = fields.normalise(
        INTERACTION_RULES,
        {"kind": kind, "occurred_at": occurred_at, "summary": summary, "subject": subject, "feedback": feedback},
    )
    _check_time(occurred_at, actor.now)
    contacts = [get_record(session, actor, Contact, contact_id) for contact_id in dict.fromkeys(contact_ids)]
    account = _account_of(session, actor, account_id, contacts)
    lead = _check_links(session, actor, links)
    _require_customers(actor, account, contacts, lead)
    interaction = Interaction(
        **values,
        **links,
        account_id=account.id if account else None,
        owner_id=_owner_id(session, actor, owner_id),
        created_at=actor.now,
        updated_at=actor.now,
    )
    colleagues = _staff_ids(session, interaction, staff_ids)
    return _store(session, actor, interaction, contacts=contacts, account=account, staff_ids=colleagues)


def update_interaction(session: Session, actor: Actor, interaction: Interaction, **changes: Any) -> Interaction:
    """Change an interaction: its fields, its links, `account_id`, and who took part (`contact_ids`, `staff_ids`).

    With other contacts and no `account_id` it belongs to the account that they share.

    Raises:
        InvalidField: a value breaks its rule, or no customer would be left.
        RecordNotFound: there is no such account, contact, colleague or linked record.
        PermissionRefused: the actor may not change this interaction, or one of them is out of his reach.
    """
    require(actor, "update", interaction)
    plain = {field: value for field, value in changes.items() if field not in {*_LINKS, *_PARTIES}}
    values = fields.normalise(INTERACTION_RULES, plain)
    if "occurred_at" in values:
        _check_time(values["occurred_at"], actor.now)
    links = {field: value for field, value in changes.items() if field in _LINKS}
    _check_links(session, actor, links)
    earlier = refresh_scope(session, interaction)
    values |= links | _change_parties(session, actor, interaction, changes)
    parties = ("contact_ids", "staff_ids")
    after: dict[str, Any] = {field: values.pop(field) for field in parties if field in values}
    before: dict[str, Any] = {field: values.pop(f"earlier_{field}") for field in after}
    change_fields(session, actor, interaction, values)
    if after != before:
        record_change(session, actor, "updated", interaction, before=before, after=after)
    refresh_last_interaction(session, interaction, beside=earlier)
    return interaction


def get_interaction(session: Session, actor: Actor, interaction_id: int) -> Interaction:
    """Return an interaction.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Interaction, interaction_id)


def delete_interaction(session: Session, actor: Actor, interaction: Interaction) -> None:
    """Mark an interaction as deleted.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", interaction)
    record_deleted(session, actor, interaction)
    refresh_last_interaction(session, interaction)


def list_contact_ids(session: Session, interaction_id: int) -> list[int]:
    """Return the ids of the contacts who took part, in the order in which they were named."""
    query = select(InteractionContact.contact_id).where(InteractionContact.interaction_id == interaction_id)
    return list(session.scalars(query.order_by(InteractionContact.position, InteractionContact.contact_id)))


def list_staff_ids(session: Session, interaction_id: int) -> list[int]:
    """Return the ids of the members of staff who took part beside the one whose it is."""
    query = select(InteractionStaff.user_id).where(InteractionStaff.interaction_id == interaction_id)
    return list(session.scalars(query.order_by(InteractionStaff.user_id)))


def list_parties(session: Session, interaction_id: int) -> tuple[list[int], list[int]]:
    """Return the ids of the contacts and of the colleagues who took part, in one query."""
    contacts = select(literal(True), InteractionContact.position, InteractionContact.contact_id).where(
        InteractionContact.interaction_id == interaction_id
    )
    staff = select(literal(False), literal(0), InteractionStaff.user_id).where(
        InteractionStaff.interaction_id == interaction_id
    )
    rows = sorted(tuple(row) for row in session.execute(union_all(contacts, staff)))
    return [id_ for is_contact, _, id_ in rows if is_contact], [id_ for is_contact, _, id_ in rows if not is_contact]


def set_contact_ids(session: Session, interaction: Interaction, contact_ids: Sequence[int]) -> None:
    """Store which contacts took part; without permission and trail, for services that see to both."""
    session.execute(delete(InteractionContact).where(InteractionContact.interaction_id == interaction.id))
    session.add_all(_links(interaction, contact_ids))
    session.flush()


def _links(interaction: Interaction, contact_ids: Sequence[int]) -> list[InteractionContact]:
    return [
        InteractionContact(interaction_id=interaction.id, contact_id=contact_id, position=position)
        for position, contact_id in enumerate(contact_ids)
    ]


def set_staff_ids(session: Session, interaction: Interaction, user_ids: Sequence[int]) -> None:
    """Store which colleagues took part; without permission and trail, for services that see to both."""
    session.execute(delete(InteractionStaff).where(InteractionStaff.interaction_id == interaction.id))
    session.add_all(InteractionStaff(interaction_id=interaction.id, user_id=one) for one in user_ids)
    session.flush()


def list_follow_ups(session: Session, actor: Actor, interaction_id: int) -> list[Task]:
    """Return the tasks that follow from an interaction, within the actor's reach, the next due first."""
    query = select(Task).where(visible(actor, Task), Task.interaction_id == interaction_id)
    return list(session.scalars(query.order_by(Task.due_at.is_(None), Task.due_at, Task.id)))


def list_interactions(
    session: Session,
    actor: Actor,
    *,
    account_id: int | None = None,
    contact_id: int | None = None,
    limit: int = 20,
) -> list[Interaction]:
    """Return interactions within the actor's reach, newest first."""
    query = select(Interaction).where(visible(actor, Interaction))
    if account_id is not None:
        query = query.where(Interaction.account_id == account_id)
    if contact_id is not None:
        query = query.where(_took_part(contact_id))
    newest = query.order_by(Interaction.occurred_at.desc(), Interaction.id.desc())
    return list(session.scalars(newest.limit(limit)))


def refresh_scope(session: Session, interaction: Interaction) -> list[Account | Contact]:
    """Return the customers whose `last_interaction_at` an interaction decides on."""
    session.flush()
    account = session.get(Account, interaction.account_id) if interaction.account_id is not None else None
    contacts = [session.get(Contact, contact_id) for contact_id in list_contact_ids(session, interaction.id)]
    return [customer for customer in (account, *contacts) if customer is not None]


def refresh_last_interaction(
    session: Session, interaction: Interaction, *, beside: Sequence[Account | Contact] = ()
) -> None:
    """Set `last_interaction_at` of the interaction's account and contacts (and of others) from what is there now."""
    for customer in dict.fromkeys([*refresh_scope(session, interaction), *beside]):
        is_account = isinstance(customer, Account)
        _refresh(session, customer, Interaction.account_id == customer.id if is_account else _took_part(customer.id))


def _check_time(occurred_at: datetime, now: datetime) -> None:
    if occurred_at > now + MAX_AHEAD:
        raise InvalidField("occurred_at", occurred_at.isoformat(), "It has not happened yet: make it a task.")


def _owner_id(session: Session, actor: Actor, owner_id: int | None) -> int | None:
    if owner_id is None:
        return actor.user_id
    return default_owner_id(session, actor, Interaction, owner_id)


def _account_of(session: Session, actor: Actor, account_id: int | None, contacts: Sequence[Contact]) -> Account | None:
    if account_id is None:
        accounts = {contact.account_id for contact in contacts}
        account_id = accounts.pop() if len(accounts) == 1 else None
    return get_record(session, actor, Account, account_id) if account_id is not None else None


def _require_customers(
    actor: Actor, account: Account | None, contacts: Sequence[Contact], lead: Base | None = None
) -> None:
    customers: list[Base] = [*([account] if account else []), *contacts, *([lead] if lead else [])]
    if not customers:
        raise InvalidField("account", None, "Say with which account or contact it was.")
    for customer in customers:
        require(actor, "create", Interaction, on=customer)


def _check_links(session: Session, actor: Actor, links: Mapping[str, Any]) -> Base | None:
    """Make sure that the actor may read what an interaction is linked to; return its lead."""
    found = {
        field: get_record(session, actor, _LINKS[field], record_id)
        for field, record_id in links.items()
        if record_id is not None
    }
    return found.get("lead_id")


def _staff_ids(session: Session, interaction: Interaction, staff_ids: Sequence[int]) -> list[int]:
    others = [user_id for user_id in dict.fromkeys(staff_ids) if user_id != interaction.owner_id]
    for user_id in others:
        if session.get(User, user_id) is None:
            raise RecordNotFound("user", user_id)
    return others


def _change_parties(
    session: Session, actor: Actor, interaction: Interaction, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Store who took part; return the new and earlier ids, and the account that follows from them."""
    found: dict[str, Any] = {}
    if "staff_ids" in changes:
        found["earlier_staff_ids"] = list_staff_ids(session, interaction.id)
        found["staff_ids"] = sorted(_staff_ids(session, interaction, changes["staff_ids"]))
        set_staff_ids(session, interaction, found["staff_ids"])
    if "contact_ids" not in changes and "account_id" not in changes:
        return found
    earlier = list_contact_ids(session, interaction.id)
    wanted = list(dict.fromkeys(changes.get("contact_ids", earlier)))
    contacts = [get_record(session, actor, Contact, contact_id) for contact_id in wanted]
    account_id = changes.get("account_id")
    if "account_id" not in changes and not any(contact.account_id for contact in contacts):
        account_id = interaction.account_id
    account = _account_of(session, actor, account_id, contacts)
    _require_customers(actor, account, contacts)
    if "contact_ids" in changes:
        found |= {"earlier_contact_ids": earlier, "contact_ids": wanted}
        set_contact_ids(session, interaction, wanted)
    return {**found, "account_id": account.id if account else None}


def _store(
    session: Session,
    actor: Actor,
    interaction: Interaction,
    *,
    contacts: Sequence[Contact],
    account: Account | None,
    staff_ids: Sequence[int],
) -> Interaction:
    session.add(interaction)
    session.flush()
    session.add_all(_links(interaction, [contact.id for contact in contacts]))
    session.add_all(InteractionStaff(interaction_id=interaction.id, user_id=user_id) for user_id in staff_ids)
    session.flush()
    after = {**snapshot(interaction), "contact_ids": [contact.id for contact in contacts]}
    if staff_ids:
        after["staff_ids"] = list(staff_ids)
    record_change(session, actor, "created", interaction, after=after)
    # Not read back from the table: this is the hot path, and a new interaction can only move the time forward.
    customers: list[Account | Contact] = [*contacts, *([account] if account else [])]
    for customer in customers:
        latest = max(customer.last_interaction_at or interaction.occurred_at, interaction.occurred_at)
        customer.last_interaction_at = latest
    session.flush()
    return interaction


def _took_part(contact_id: int) -> ColumnElement[bool]:
    took_part = select(InteractionContact.interaction_id).where(InteractionContact.contact_id == contact_id)
    return Interaction.id.in_(took_part)


def _refresh(session: Session, customer: Account | Contact | None, condition: ColumnElement[bool]) -> None:
    if customer is not None:
        newest = select(func.max(Interaction.occurred_at)).where(condition, Interaction.deleted_at.is_(None))
        customer.last_interaction_at = session.scalar(newest)
        session.flush()
