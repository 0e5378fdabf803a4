"""Contracts (合同): number, day and amount of what was signed. Above the company's limit one waits for a manager."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing, record_created, record_deleted
from crm_core.deals import approvals
from crm_core.errors import InvalidField
from crm_core.models import Contract, ContractStatus, Opportunity
from crm_core.numbering import next_number
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, get_record

CONTRACT_PREFIX = "HT"


class ContractFields(TypedDict, total=False):
    """What can be said of a contract; the amount is the opportunity's unless another is given."""

    number: str
    amount: Decimal
    currency: str
    signed_on: date
    notes: str | None


CONTRACT_RULES: dict[str, fields.Rule] = {
    "number": fields.required_text(64),
    "amount": fields.amount,
    "currency": fields.currency,
    "signed_on": fields.calendar_date,
    "notes": fields.optional_text(10_000),
}


def create_contract(
    session: Session, actor: Actor, opportunity: Opportunity, **given: Unpack[ContractFields]
) -> Contract:
    """Note a contract; without a day it is today's, without a number it gets the next of the year.

    Above the limit it waits for a manager (`status` pending).

    Raises:
        InvalidField: a value breaks its rule, no amount is known, or the number is taken.
        PermissionRefused: the actor may not make contracts for this opportunity.
    """
    require(actor, "create", Contract, on=opportunity)
    today = actor.now.astimezone(actor.zone).date()
    usual = {"amount": opportunity.amount, "currency": opportunity.currency, "signed_on": today}
    values = fields.normalise(CONTRACT_RULES, {**usual, **given})
    amount, currency = _known_amount(values["amount"]), values["currency"]
    number = _number(session, values.pop("number", None), today.year)
    waits = approvals.needs_approval(session, actor, opportunity, amount, currency)
    contract = Contract(
        **values,
        number=number,
        opportunity_id=opportunity.id,
        status=ContractStatus.PENDING if waits else ContractStatus.SIGNED,
        created_at=actor.now,
        updated_at=actor.now,
    )
    record_created(session, actor, contract)
    if waits:
        _ask(session, actor, opportunity, contract)
    return contract


def update_contract(session: Session, actor: Actor, contract: Contract, **changes: Unpack[ContractFields]) -> Contract:
    """Change number, amount, currency, day or notes of a contract; an amount above the limit waits for a manager again.

    Raises:
        InvalidField: a value breaks its rule, or the number is taken.
        PermissionRefused: the actor may not change it.
    """
    require(actor, "update", contract)
    values = fields.normalise(CONTRACT_RULES, changes)
    if "number" in values and values["number"] != contract.number:
        _require_free(session, values["number"])
    amount = _known_amount(values.get("amount", contract.amount))
    currency = values.get("currency", contract.currency)
    opportunity = session.get_one(Opportunity, contract.opportunity_id)
    is_judged = (amount, currency) != (contract.amount, contract.currency)
    waits = is_judged and approvals.needs_approval(session, actor, opportunity, amount, currency)
    if waits:
        values["status"] = ContractStatus.PENDING
    change_fields(session, actor, contract, values)
    if waits:
        _ask(session, actor, opportunity, contract)
    return contract


def terminate_contract(session: Session, actor: Actor, contract: Contract, *, reason: str) -> Contract:
    """End a contract before its time, and say why.

    Raises:
        InvalidField: no reason.
        PermissionRefused: the actor may not change it.
    """
    require(actor, "update", contract)
    why = fields.required_text(2000)("reason", reason)
    with changing(session, actor, contract, reason=why):
        contract.status = ContractStatus.TERMINATED
    return contract


def get_contract(session: Session, actor: Actor, contract_id: int) -> Contract:
    """Return a contract.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Contract, contract_id)


def find_contract_by_number(session: Session, actor: Actor, number: str) -> Contract | None:
    """Find a contract by its number, whatever the case.

    Raises:
        PermissionRefused: it exists, out of the actor's reach.
    """
    wanted = number.strip()
    query = select(Contract).where(Contract.deleted_at.is_(None), Contract.number.icontains(wanted, autoescape=True))
    found = next((one for one in session.scalars(query) if one.number.casefold() == wanted.casefold()), None)
    if found is not None:
        require(actor, "read", found)
    return found


def list_contracts(
    session: Session, actor: Actor, *, opportunity_id: int | None = None, limit: int = 50
) -> list[Contract]:
    """Return contracts within the actor's reach, newest first."""
    query = select(Contract).where(visible(actor, Contract))
    if opportunity_id is not None:
        query = query.where(Contract.opportunity_id == opportunity_id)
    return list(session.scalars(query.order_by(Contract.signed_on.desc(), Contract.id.desc()).limit(limit)))


def delete_contract(session: Session, actor: Actor, contract: Contract, *, reason: str | None = None) -> None:
    """Mark a contract as deleted; its number stays given out.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", contract)
    record_deleted(session, actor, contract, reason=reason)


def _ask(session: Session, actor: Actor, opportunity: Opportunity, contract: Contract) -> None:
    approvals.request_approval(
        session, actor, opportunity, amount=contract.amount, currency=contract.currency, contract=contract
    )


def _known_amount(amount: Decimal | None) -> Decimal:
    if amount is None:
        raise InvalidField("amount", None, "Say the contract's amount.")
    return amount


def _number(session: Session, number: str | None, year: int) -> str:
    if number is not None:
        _require_free(session, number)
        return number
    while True:
        made = next_number(session, CONTRACT_PREFIX, year, 4)
        # A person may have given that number by hand.
        if session.scalar(select(Contract.id).where(Contract.number == made)) is None:
            return made


def _require_free(session: Session, number: str) -> None:
    if session.scalar(select(Contract.id).where(Contract.number == number)) is not None:
        raise InvalidField("number", number, "Another contract has this number.")
