"""Payments (回款): the plan of an opportunity and what came in. What is open and overdue is `payment_states`.

Never: a sum that is stored; what is paid follows from the payments.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import record_created, record_deleted
from crm_core.deals.payment_states import NOTHING, deal_total, list_instalments, read_state
from crm_core.errors import InvalidField, Overpaid
from crm_core.models import Instalment, Opportunity, Payment
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, get_record

INSTALMENT_RULES: dict[str, fields.Rule] = {
    "due_on": fields.calendar_date,
    "amount": fields.amount,
    "currency": fields.currency,
    "notes": fields.optional_text(10_000),
}
PAYMENT_RULES: dict[str, fields.Rule] = {
    "amount": fields.amount,
    "currency": fields.currency,
    "received_on": fields.calendar_date,
    "method": fields.optional_text(100),
    "notes": fields.optional_text(10_000),
}


class PlannedPayment(NamedTuple):
    """One line of a plan that is about to be set."""

    due_on: date
    amount: Decimal
    notes: str | None = None


def plan_payments(
    session: Session,
    actor: Actor,
    opportunity: Opportunity,
    plan: Sequence[PlannedPayment],
    *,
    currency: str | None = None,
) -> list[Instalment]:
    """Set the payment plan of an opportunity in the place of the one before; payments that came in stay.

    Raises:
        InvalidField: no line, a line without a date or amount, or more than the deal comes to.
        PermissionRefused: the actor may not plan payments of this opportunity.
    """
    require(actor, "create", Instalment, on=opportunity)
    if not plan:
        raise InvalidField("plan", [], "Give at least one date with its amount.")
    kept = currency or opportunity.currency
    lines = [_checked_line(line, kept) for line in plan]
    _require_within(session, opportunity, sum((line["amount"] for line in lines), NOTHING), kept)
    for instalment in list_instalments(session, opportunity):
        record_deleted(session, actor, instalment, reason="a new plan")
    return [_store_instalment(session, actor, opportunity, line) for line in lines]


def add_instalment(
    session: Session,
    actor: Actor,
    opportunity: Opportunity,
    *,
    due_on: date,
    amount: Decimal,
    currency: str | None = None,
    notes: str | None = None,
) -> Instalment:
    """Add one line to the payment plan.

    Raises:
        InvalidField: a value breaks its rule, or the plan would be more than the deal comes to.
        PermissionRefused: the actor may not plan payments of this opportunity.
    """
    require(actor, "create", Instalment, on=opportunity)
    line = _checked_line(PlannedPayment(due_on, amount, notes), currency or opportunity.currency)
    planned = sum(
        (one.amount for one in list_instalments(session, opportunity) if one.currency == line["currency"]), NOTHING
    )
    _require_within(session, opportunity, planned + line["amount"], line["currency"])
    return _store_instalment(session, actor, opportunity, line)


def update_instalment(
    session: Session, actor: Actor, instalment: Instalment, *, reason: str | None = None, **changes: Any
) -> Instalment:
    """Change due date, amount or notes of an instalment; a later date needs a reason.

    Raises:
        InvalidField: a value breaks its rule, or the reason is missing.
        PermissionRefused: the actor may not change it.
    """
    require(actor, "update", instalment)
    values = fields.normalise(INSTALMENT_RULES, changes)
    if values.get("due_on", instalment.due_on) is None or values.get("amount", instalment.amount) is None:
        raise InvalidField("instalment", None, "An instalment has a date and an amount.")
    if values.get("due_on", instalment.due_on) > instalment.due_on and not reason:
        raise InvalidField("reason", None, "Say why it is paid later.")
    change_fields(session, actor, instalment, values, reason=reason)
    return instalment


def delete_instalment(session: Session, actor: Actor, instalment: Instalment, *, reason: str | None = None) -> None:
    """Take a line out of the payment plan.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", instalment)
    record_deleted(session, actor, instalment, reason=reason)


def record_payment(
    session: Session,
    actor: Actor,
    opportunity: Opportunity,
    *,
    amount: Decimal | None = None,
    currency: str | None = None,
    received_on: date | None = None,
    instalment_id: int | None = None,
    method: str | None = None,
    notes: str | None = None,
    is_surplus: bool = False,
) -> Payment:
    """Note that money came in: today unless said, in full of what is next due unless an amount is given.

    `is_surplus` says that more than the deal comes to did come in, and was meant to.

    Raises:
        InvalidField: a value breaks its rule, a day ahead, nothing is open that could be paid in full.
        Overpaid: it is more than the deal comes to, and not said to be.
        RecordNotFound: the opportunity has no such instalment.
        PermissionRefused: the actor may not note payments of this opportunity.
    """
    require(actor, "create", Payment, on=opportunity)
    today = actor.now.astimezone(actor.zone).date()
    given = {
        "amount": amount,
        "currency": currency or opportunity.currency,
        "received_on": received_on or today,
        "method": method,
        "notes": notes,
    }
    values = fields.normalise(PAYMENT_RULES, given)
    instalment = _own_instalment(session, actor, opportunity, instalment_id)
    if values["amount"] is None:
        values["amount"] = _next_open(session, opportunity, values["currency"], instalment, today)
    if values["amount"] == 0:
        raise InvalidField("amount", amount, "Give an amount above nothing.")
    if values["received_on"] > today:
        raise InvalidField("received_on", values["received_on"].isoformat(), "It has not come in yet: plan it.")
    if not is_surplus:
        _require_unpaid(session, opportunity, values["amount"], values["currency"], today)
    links = {"opportunity_id": opportunity.id, "instalment_id": instalment_id}
    payment = Payment(**values, **links, created_at=actor.now, updated_at=actor.now)
    return record_created(session, actor, payment)


def _own_instalment(
    session: Session, actor: Actor, opportunity: Opportunity, instalment_id: int | None
) -> Instalment | None:
    if instalment_id is None:
        return None
    instalment = get_record(session, actor, Instalment, instalment_id)
    if instalment.opportunity_id != opportunity.id:
        raise InvalidField("instalment", instalment_id, "It belongs to another opportunity.")
    return instalment


def update_payment(
    session: Session, actor: Actor, payment: Payment, *, is_surplus: bool = False, **changes: Any
) -> Payment:
    """Correct amount, day, method or notes of a payment.

    Raises:
        InvalidField: a value breaks its rule.
        Overpaid: with the new amount more came in than the deal comes to, and `is_surplus` does not say so.
        PermissionRefused: the actor may not change it.
    """
    values = fields.normalise(PAYMENT_RULES, changes)
    if not values.get("amount", payment.amount) or values.get("received_on", payment.received_on) is None:
        raise InvalidField("payment", None, "A payment has an amount and a day.")
    more = values.get("amount", payment.amount) - payment.amount
    currency = values.get("currency", payment.currency)
    if currency != payment.currency:
        more = values.get("amount", payment.amount)
    if more > 0 and not is_surplus:
        require(actor, "update", payment)
        opportunity = session.get_one(Opportunity, payment.opportunity_id)
        _require_unpaid(session, opportunity, more, currency, actor.now.astimezone(actor.zone).date())
    change_fields(session, actor, payment, values)
    return payment


def delete_payment(session: Session, actor: Actor, payment: Payment, *, reason: str | None = None) -> None:
    """Mark a payment as deleted.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", payment)
    record_deleted(session, actor, payment, reason=reason)


def get_payment(session: Session, actor: Actor, payment_id: int) -> Payment:
    """Return a payment.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Payment, payment_id)


def list_payments(
    session: Session, actor: Actor, *, opportunity_id: int | None = None, limit: int = 50
) -> list[Payment]:
    """Return payments within the actor's reach, newest first."""
    query = select(Payment).where(visible(actor, Payment))
    if opportunity_id is not None:
        query = query.where(Payment.opportunity_id == opportunity_id)
    return list(session.scalars(query.order_by(Payment.received_on.desc(), Payment.id.desc()).limit(limit)))


def _checked_line(line: PlannedPayment, currency: str) -> dict[str, Any]:
    given = {"due_on": line.due_on, "amount": line.amount, "currency": currency, "notes": line.notes}
    values = fields.normalise(INSTALMENT_RULES, given)
    if values["due_on"] is None or not values["amount"]:
        raise InvalidField("instalment", line.amount, "Every instalment has a date and an amount above nothing.")
    return values


def _require_within(session: Session, opportunity: Opportunity, planned: Decimal, currency: str) -> None:
    total = deal_total(session, opportunity) if currency == opportunity.currency else None
    if total is not None and planned > total:
        raise InvalidField("amount", str(planned), f"The plan would be more than the deal's {total} {currency}.")


def _require_unpaid(session: Session, opportunity: Opportunity, amount: Decimal, currency: str, today: date) -> None:
    """Make sure that no more comes in than the deal comes to, where that is known in this currency."""
    state = read_state(session, opportunity, currency=currency, today=today)
    if state.total is not None and state.paid + amount > state.total:
        raise Overpaid(amount, total=state.total, paid=state.paid, currency=currency)


def _store_instalment(session: Session, actor: Actor, opportunity: Opportunity, line: dict[str, Any]) -> Instalment:
    instalment = Instalment(**line, opportunity_id=opportunity.id, created_at=actor.now, updated_at=actor.now)
    return record_created(session, actor, instalment)


def _next_open(
    session: Session, opportunity: Opportunity, currency: str, instalment: Instalment | None, today: date
) -> Decimal:
    """Return what is open of the instalment, or of the next one, or of the deal without a plan."""
    state = read_state(session, opportunity, currency=currency, today=today)
    lines = [one for one in state.instalments if instalment is None or one.instalment.id == instalment.id]
    amount = next((one.open for one in lines if one.open), NOTHING)
    if not state.instalments and instalment is None:
        amount = state.open
    if not amount:
        raise InvalidField("amount", None, "Nothing is open that could be paid in full: give the amount.")
    return amount
