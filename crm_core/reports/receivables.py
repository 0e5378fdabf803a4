"""Payments (回款): what came in during a period, what is overdue now, and what falls due until the period's end.

Promise: every figure follows from plans and payments within the asker's reach; amounts of different currencies never
meet. Never: a stored sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core.circles import choose_circle
from crm_core.deals import OpenInstalment, list_open_instalments
from crm_core.models import Opportunity, Payment
from crm_core.permissions import Actor, Scope, visible
from crm_core.reports import Report


@dataclass(frozen=True, kw_only=True)
class Receivables:
    """Payments of a circle of people in a period [start, end)."""

    start: datetime
    end: datetime
    scope: Scope
    team: str | None
    #: handle of the person whose payments they are
    person: str | None
    #: currency -> what came in during the period
    received: Mapping[str, Decimal]
    #: oldest first, as of now
    overdue: Sequence[OpenInstalment]
    #: currency -> what is overdue
    overdue_amounts: Mapping[str, Decimal]
    #: not late yet, but due before the period's end; the next first
    upcoming: Sequence[OpenInstalment]


def report_receivables(
    session: Session,
    actor: Actor,
    *,
    start: datetime,
    end: datetime,
    team_id: int | None = None,
    owner_id: int | None = None,
) -> Receivables:
    """Return the payments within the actor's reach, or one team's or person's of them.

    Raises:
        PermissionRefused: the actor may not see reports, or not those of that team or person.
        RecordNotFound: there is no such team or person.
    """
    circle = choose_circle(session, actor, team_id=team_id, owner_id=owner_id)
    today, first, last = (moment.astimezone(actor.zone).date() for moment in (actor.now, start, end))
    lines = list_open_instalments(session, actor, today=today, until=max(today, last), within=circle.of(Opportunity))
    overdue = [line for line in lines if line.state.is_overdue]
    came_in = (
        select(Payment.currency, func.sum(Payment.amount))
        .join(Opportunity, Opportunity.id == Payment.opportunity_id)
        .where(
            visible(actor, Payment),
            visible(actor, Opportunity),
            circle.of(Opportunity),
            Payment.received_on >= first,
            Payment.received_on < last,
        )
        .group_by(Payment.currency)
        .order_by(Payment.currency)
    )
    return Receivables(
        start=start,
        end=end,
        scope=circle.scope,
        team=circle.team.name if circle.team else None,
        person=circle.person.handle if circle.person else None,
        received={
            currency: Decimal(str(amount)).quantize(Decimal("0.01")) for currency, amount in session.execute(came_in)
        },
        overdue=overdue,
        overdue_amounts=_added(overdue),
        upcoming=[line for line in lines if not line.state.is_overdue],
    )


def _added(lines: Iterable[OpenInstalment]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for line in lines:
        currency = line.state.instalment.currency
        total[currency] = total.get(currency, Decimal("0.00")) + line.state.open
    return dict(sorted(total.items()))


REPORT = Report(key="receivables", title_zh="回款", title_en="Payments due", run=report_receivables)
