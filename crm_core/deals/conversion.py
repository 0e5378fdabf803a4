"""From a lead to an account with a contact and an opportunity, in one step.

Promise: all of it or nothing; the lead says what it became, and its tasks and interactions go along. A lead is
converted once, also by two people at the same moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.audit import changing
from crm_core.customers import create_account, create_contact
from crm_core.deals.opportunities import create_opportunity
from crm_core.errors import InvalidField
from crm_core.interactions import list_contact_ids, refresh_last_interaction
from crm_core.models import (
    Account,
    AccountLevel,
    Contact,
    Interaction,
    InteractionContact,
    Lead,
    LeadStatus,
    Opportunity,
    Task,
)
from crm_core.permissions import Actor, require
from crm_core.records import get_record


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """What a lead became."""

    account: Account
    contact: Contact
    opportunity: Opportunity


def convert_lead(
    session: Session,
    actor: Actor,
    lead: Lead,
    *,
    opportunity_name: str | None = None,
    amount: Decimal | None = None,
    currency: str = "CNY",
    account_id: int | None = None,
    contact_id: int | None = None,
) -> Conversion:
    """Make a lead an account with a contact and an opportunity; `account_id` and `contact_id` name those there already.

    Raises:
        InvalidField: it is converted or discarded already, or the contact works for another account.
        RecordNotFound: there is no such account or contact.
        PermissionRefused: the actor may not change this lead, or not create accounts.
    """
    require(actor, "update", lead)
    session.refresh(lead, with_for_update=True)
    if lead.status in {LeadStatus.CONVERTED, LeadStatus.DISCARDED}:
        raise InvalidField("status", lead.status.value, "Only a new or assigned lead can be converted.")
    account = _account(session, actor, lead, account_id)
    contact = _contact(session, actor, lead, account, contact_id)
    opportunity = create_opportunity(
        session,
        actor,
        account_id=account.id,
        name=opportunity_name or lead.company or lead.name,
        amount=amount,
        currency=currency,
        owner_id=lead.owner_id,
    )
    _take_history_along(session, actor, lead, contact, opportunity)
    with changing(session, actor, lead, reason=f"converted into account {account.code}"):
        lead.status = LeadStatus.CONVERTED
        lead.converted_at = actor.now
        lead.account_id, lead.contact_id, lead.opportunity_id = account.id, contact.id, opportunity.id
    return Conversion(account=account, contact=contact, opportunity=opportunity)


def _account(session: Session, actor: Actor, lead: Lead, account_id: int | None) -> Account:
    if account_id is not None:
        return get_record(session, actor, Account, account_id)
    return create_account(
        session,
        actor,
        name=lead.company or lead.name,
        region=lead.region,
        source=lead.source,
        level=lead.level or AccountLevel.C,
        owner_id=lead.owner_id,
    )


def _contact(session: Session, actor: Actor, lead: Lead, account: Account, contact_id: int | None) -> Contact:
    if contact_id is None:
        return create_contact(
            session,
            actor,
            name=lead.name,
            mobile=lead.mobile,
            email=lead.email,
            account_id=account.id,
            is_key_contact=True,
            owner_id=lead.owner_id,
        )
    contact = get_record(session, actor, Contact, contact_id)
    if contact.account_id not in {None, account.id}:
        raise InvalidField("contact", contact.name, "This contact works for another account.")
    if contact.account_id is None:
        require(actor, "update", contact)
        with changing(session, actor, contact):
            contact.account_id = account.id
    return contact


def _take_history_along(session: Session, actor: Actor, lead: Lead, contact: Contact, opportunity: Opportunity) -> None:
    """Link what was done and promised for the lead to what it became."""
    for task in session.scalars(select(Task).where(Task.lead_id == lead.id, Task.deleted_at.is_(None))):
        with changing(session, actor, task):
            task.account_id = task.account_id or opportunity.account_id
            task.contact_id = task.contact_id or contact.id
            task.opportunity_id = task.opportunity_id or opportunity.id
    query = select(Interaction).where(Interaction.lead_id == lead.id, Interaction.deleted_at.is_(None))
    for interaction in session.scalars(query).all():
        with changing(session, actor, interaction):
            interaction.account_id = interaction.account_id or opportunity.account_id
            interaction.opportunity_id = interaction.opportunity_id or opportunity.id
        if not list_contact_ids(session, interaction.id):
            session.add(InteractionContact(interaction_id=interaction.id, contact_id=contact.id))
        refresh_last_interaction(session, interaction)
