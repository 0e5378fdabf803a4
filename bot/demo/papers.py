"""The demo company's quotes, contracts, payment plans and payments: what follows from its opportunities.

Promise: no dice, so what is written after it stays as it is. Money is late with some, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from bot.demo.scene import SHANGHAI, Scene
from crm_core.deals import WON
from crm_core.deals.contracts import CONTRACT_PREFIX
from crm_core.deals.quotes import QUOTE_PREFIX
from crm_core.models import (
    Contract,
    ContractStatus,
    Instalment,
    Opportunity,
    Payment,
    Quote,
    QuoteStatus,
)
from crm_core.numbering import next_number

#: share of the amount, and days after signing by which it is due
PLAN = ((Decimal("0.3"), 7), (Decimal("0.7"), 45))
CENT = Decimal("0.01")
QUOTED = frozenset({"proposal", "negotiation", WON})
#: of so many due instalments one is not paid at all and one by half
ONE_LATE_OF = 9


@dataclass(frozen=True, kw_only=True)
class Papers:
    """What was written."""

    quotes: Sequence[Quote]
    contracts: Sequence[Contract]
    instalments: Sequence[Instalment]
    payments: Sequence[Payment]


def write_papers(scene: Scene, opportunities: Sequence[Opportunity]) -> Papers:
    """Write the papers of the opportunities, numbered in the order of their days."""
    quoted = sorted((one for one in opportunities if one.stage in QUOTED), key=lambda one: _quoted_on(scene, one))
    won = sorted((one for one in quoted if one.stage == WON), key=_signed_on)
    quotes = [_quote(scene, one) for one in quoted]
    contracts = [_contract(scene, one) for one in won]
    instalments = [line for one in won for line in _plan(scene, one)]
    scene.add_all([*quotes, *contracts, *instalments])
    payments = [paid for line in instalments if (paid := _payment(scene, line)) is not None]
    scene.add_all(payments)
    return Papers(quotes=quotes, contracts=contracts, instalments=instalments, payments=payments)


def _quote(scene: Scene, opportunity: Opportunity) -> Quote:
    day = _quoted_on(scene, opportunity)
    return Quote(
        number=next_number(scene.session, QUOTE_PREFIX, day.year, 4),
        opportunity_id=opportunity.id,
        amount=opportunity.amount,
        currency=opportunity.currency,
        status=QuoteStatus.ACCEPTED if opportunity.stage == WON else QuoteStatus.SENT,
        quoted_on=day,
        valid_until=day + timedelta(days=30),
        **_stamps(scene, day),
    )


def _contract(scene: Scene, opportunity: Opportunity) -> Contract:
    day = _signed_on(opportunity)
    return Contract(
        number=next_number(scene.session, CONTRACT_PREFIX, day.year, 4),
        opportunity_id=opportunity.id,
        amount=opportunity.amount,
        currency=opportunity.currency,
        signed_on=day,
        status=ContractStatus.SIGNED,
        **_stamps(scene, day),
    )


def _plan(scene: Scene, opportunity: Opportunity) -> list[Instalment]:
    day, amount = _signed_on(opportunity), opportunity.amount or Decimal(0)
    first = (amount * PLAN[0][0]).quantize(CENT)
    return [
        Instalment(
            opportunity_id=opportunity.id,
            due_on=day + timedelta(days=days),
            amount=part,
            currency=opportunity.currency,
            **_stamps(scene, day),
        )
        for part, (_, days) in zip((first, amount - first), PLAN, strict=True)
    ]


def _payment(scene: Scene, instalment: Instalment) -> Payment | None:
    if instalment.due_on >= scene.today or instalment.id % ONE_LATE_OF == 0:
        return None
    is_half = instalment.id % ONE_LATE_OF == 1
    amount = (instalment.amount / 2).quantize(CENT) if is_half else instalment.amount
    return Payment(
        opportunity_id=instalment.opportunity_id,
        instalment_id=instalment.id,
        amount=amount,
        currency=instalment.currency,
        received_on=instalment.due_on,
        **_stamps(scene, instalment.due_on),
    )


def _quoted_on(scene: Scene, opportunity: Opportunity) -> date:
    began = opportunity.created_at.astimezone(SHANGHAI).date() + timedelta(days=7)
    end = opportunity.closed_at.astimezone(SHANGHAI).date() if opportunity.closed_at else scene.today
    return scene.workday(min(began, end))


def _signed_on(opportunity: Opportunity) -> date:
    return (opportunity.closed_at or opportunity.created_at).astimezone(SHANGHAI).date()


def _stamps(scene: Scene, day: date) -> dict[str, datetime]:
    at = min(datetime.combine(day, time(17, 30), SHANGHAI), scene.now)
    return {"created_at": at, "updated_at": at}
