"""What is paid, open and overdue of the payment plans (回款).

Promise: everything follows from the instalments and payments that are there, so taking a payment back corrects it
all. A payment for one instalment goes there first; what is left of it, and every other payment, goes to the
instalments in the order of their due dates. Amounts of different currencies never meet. Never: a write.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, aliased

from crm_core.models import Account, Contract, ContractStatus, Instalment, Opportunity, Payment
from crm_core.permissions import Actor, require, visible

NOTHING = Decimal("0.00")
CENT = Decimal("0.005")
BATCH = 500  # ids of one query: below the parameters that every database takes


@dataclass(frozen=True, kw_only=True)
class InstalmentState:
    """An instalment and what was paid of it."""

    instalment: Instalment
    paid: Decimal
    open: Decimal
    is_overdue: bool


@dataclass(frozen=True, kw_only=True)
class PaymentState:
    """What is planned, paid and open of an opportunity, in its own currency."""

    currency: str
    #: what the contracts in force come to, else the opportunity's amount; None where neither is known
    total: Decimal | None
    paid: Decimal
    #: what is left of the total, or of the plan where no total is known
    open: Decimal
    overdue: Decimal
    #: in the order of their due dates
    instalments: Sequence[InstalmentState]


@dataclass(frozen=True, kw_only=True)
class OpenInstalment:
    """An instalment that is not paid in full, with whose it is."""

    opportunity: Opportunity
    account_name: str
    state: InstalmentState
    #: days after the due date; negative before it
    days_late: int


def allocate(instalments: Sequence[Instalment], payments: Iterable[Payment]) -> dict[int, Decimal]:
    """Return by instalment id what was paid of it, never more than its amount.

    Both are of one opportunity and one currency; the instalments are in the order of their due dates.
    """
    paid = {instalment.id: NOTHING for instalment in instalments}
    free = NOTHING
    for payment in payments:
        rest = payment.amount
        for instalment in instalments:
            if instalment.id == payment.instalment_id:
                share = min(rest, instalment.amount - paid[instalment.id])
                paid[instalment.id] += share
                rest -= share
        free += rest
    for instalment in instalments:
        share = min(free, instalment.amount - paid[instalment.id])
        paid[instalment.id] += share
        free -= share
    return paid


def payment_state(session: Session, actor: Actor, opportunity: Opportunity, *, today: date) -> PaymentState:
    """Return what is planned, paid and open of an opportunity, in its own currency.

    Raises:
        PermissionRefused: the actor may not see payments of this opportunity.
    """
    require(actor, "read", opportunity)
    require(actor, "read", Payment, on=opportunity)
    return read_state(session, opportunity, currency=opportunity.currency, today=today)


def read_state(session: Session, opportunity: Opportunity, *, currency: str, today: date) -> PaymentState:
    """Return what is planned, paid and open of an opportunity in one currency; for services that asked already."""
    instalments = [one for one in list_instalments(session, opportunity) if one.currency == currency]
    payments = [one for one in _payments(session, [opportunity.id]) if one.currency == currency]
    states = _states(instalments, payments, today)
    paid = sum((payment.amount for payment in payments), NOTHING)
    total = deal_total(session, opportunity) if currency == opportunity.currency else None
    unpaid_plan = sum((state.open for state in states), NOTHING)
    return PaymentState(
        currency=currency,
        total=total,
        paid=paid,
        open=max(total - paid, NOTHING) if total is not None else unpaid_plan,
        overdue=sum((state.open for state in states if state.is_overdue), NOTHING),
        instalments=states,
    )


def deal_total(session: Session, opportunity: Opportunity) -> Decimal | None:
    """Return what a deal comes to in its own currency: its contracts in force, else its amount."""
    return _totals(session, [opportunity])[opportunity.id]


def keep_unpaid(session: Session, opportunities: Sequence[Opportunity]) -> list[Opportunity]:
    """Return those of the deals, all read within reach already, of which more is to come in, in the same order."""
    ids = [deal.id for deal in opportunities]
    paid: dict[tuple[int, str], Decimal] = defaultdict(lambda: NOTHING)
    for payment in _payments(session, ids):
        paid[payment.opportunity_id, payment.currency] += payment.amount
    planned: dict[tuple[int, str], Decimal] = defaultdict(lambda: NOTHING)
    for line in _instalments(session, ids):
        planned[line.opportunity_id, line.currency] += line.amount
    totals = _totals(session, opportunities)
    for deal in opportunities:
        planned[deal.id, deal.currency] = max(planned[deal.id, deal.currency], totals[deal.id] or NOTHING)
    unpaid = {deal_id for (deal_id, currency), amount in planned.items() if amount > paid[deal_id, currency]}
    return [deal for deal in opportunities if deal.id in unpaid]


def _totals(session: Session, opportunities: Sequence[Opportunity]) -> dict[int, Decimal | None]:
    query = select(Contract.opportunity_id, Contract.currency, Contract.amount).where(
        Contract.opportunity_id.in_([deal.id for deal in opportunities]),
        Contract.status == ContractStatus.SIGNED,
        Contract.deleted_at.is_(None),
    )
    signed: dict[tuple[int, str], Decimal] = {}
    for deal_id, currency, amount in session.execute(query):
        signed[deal_id, currency] = signed.get((deal_id, currency), NOTHING) + amount
    return {deal.id: signed.get((deal.id, deal.currency), deal.amount) for deal in opportunities}


def list_instalments(session: Session, opportunity: Opportunity) -> list[Instalment]:
    """Return the lines of an opportunity's payment plan in the order of their due dates."""
    return _instalments(session, [opportunity.id])


def list_open_instalments(
    session: Session,
    actor: Actor,
    *,
    today: date,
    until: date | None = None,
    within: ColumnElement[bool] | None = None,
) -> list[OpenInstalment]:
    """Return the instalments within the actor's reach that are due before `until` and not paid in full.

    The longest overdue first. Without `until` they are those that are overdue today. `within` narrows the
    opportunities further.
    """
    end = until if until is not None else today
    narrowed = within if within is not None else true()
    query = (
        select(Opportunity, Account.name)
        .join(Account, Account.id == Opportunity.account_id)
        .where(visible(actor, Opportunity), narrowed, Opportunity.id.in_(_unpaid_before(actor, end)))
    )
    names: dict[int, str] = {}
    deals: dict[int, Opportunity] = {}
    for deal, name in session.execute(query):
        deals[deal.id], names[deal.id] = deal, name
    found = [
        OpenInstalment(
            opportunity=deals[deal_id],
            account_name=names[deal_id],
            state=state,
            days_late=(today - state.instalment.due_on).days,
        )
        for deal_id, state in _all_states(session, list(deals), today)
        if state.open and state.instalment.due_on < end
    ]
    return sorted(found, key=lambda one: (one.state.instalment.due_on, one.state.instalment.id))


def list_overdue_payments(
    session: Session, actor: Actor, *, today: date, within: ColumnElement[bool] | None = None
) -> list[OpenInstalment]:
    """Return the instalments within the actor's reach whose due date has passed without full payment, oldest first."""
    return list_open_instalments(session, actor, today=today, within=within)


def _unpaid_before(actor: Actor, end: date) -> Any:
    """Build the query of the deals with an instalment due before `end`, less the plans that are paid in full."""
    line = aliased(Instalment)
    planned = _sum_beside(line.amount, line)
    received = _sum_beside(Payment.amount, Payment)
    # A cent of tolerance: SQLite adds up floating point numbers.
    return select(Instalment.opportunity_id).where(
        visible(actor, Instalment), Instalment.due_on < end, planned - received > CENT
    )


def _sum_beside(amount: Any, model: Any) -> ColumnElement[Decimal]:
    """Build the sum of what hangs on an instalment's deal in the instalment's currency."""
    query = select(func.coalesce(func.sum(amount), 0)).where(
        model.opportunity_id == Instalment.opportunity_id,
        model.currency == Instalment.currency,
        model.deleted_at.is_(None),
    )
    return query.correlate(Instalment).scalar_subquery()


def _all_states(session: Session, deal_ids: list[int], today: date) -> list[tuple[int, InstalmentState]]:
    instalments: dict[tuple[int, str], list[Instalment]] = defaultdict(list)
    payments: dict[tuple[int, str], list[Payment]] = defaultdict(list)
    for start in range(0, len(deal_ids), BATCH):
        batch = deal_ids[start : start + BATCH]
        for instalment in _instalments(session, batch):
            instalments[instalment.opportunity_id, instalment.currency].append(instalment)
        for payment in _payments(session, batch):
            payments[payment.opportunity_id, payment.currency].append(payment)
    return [
        (key[0], state) for key, lines in instalments.items() for state in _states(lines, payments.get(key, []), today)
    ]


def _states(instalments: Sequence[Instalment], payments: Sequence[Payment], today: date) -> list[InstalmentState]:
    paid = allocate(instalments, payments)
    return [
        InstalmentState(
            instalment=one,
            paid=paid[one.id],
            open=one.amount - paid[one.id],
            is_overdue=one.due_on < today and paid[one.id] < one.amount,
        )
        for one in instalments
    ]


def _instalments(session: Session, deal_ids: Sequence[int]) -> list[Instalment]:
    query = select(Instalment).where(Instalment.opportunity_id.in_(deal_ids), Instalment.deleted_at.is_(None))
    return list(session.scalars(query.order_by(Instalment.due_on, Instalment.id)))


def _payments(session: Session, deal_ids: Sequence[int]) -> list[Payment]:
    query = select(Payment).where(Payment.opportunity_id.in_(deal_ids), Payment.deleted_at.is_(None))
    return list(session.scalars(query.order_by(Payment.received_on, Payment.id)))
