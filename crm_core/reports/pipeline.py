"""The funnel (销售漏斗): what is open at each stage, what it is worth by probability, what was won, lost and is late.

Promise: open deals are counted as they are now, closed ones in the period in which they closed, the forecast by the
close that is expected in the period; amounts of different currencies never meet. Never: a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from crm_core.circles import Circle, choose_circle
from crm_core.deals import is_won, list_stages
from crm_core.models import Opportunity, Stage
from crm_core.permissions import Actor, Scope
from crm_core.reports import Report

Amounts = Mapping[str, Decimal]
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class PipelineStage:
    """One stage: open deals as they are now; of closed stages those that closed in the period."""

    key: str
    name_zh: str
    name_en: str
    probability_percent: int
    is_closed: bool
    count: int
    #: deals among them whose amount nobody knows yet
    without_amount: int
    #: currency -> sum of the known amounts
    amounts: Amounts
    #: currency -> sum of the amounts times the stage's probability
    weighted: Amounts


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The funnel of a circle of people, with a period [start, end) for what closes."""

    start: datetime
    end: datetime
    scope: Scope
    team: str | None
    #: handle of the person whose funnel it is
    person: str | None
    #: every stage in the order of the funnel, empty ones too
    stages: Sequence[PipelineStage]
    #: open deals, all stages together
    open_count: int
    open_amounts: Amounts
    open_weighted: Amounts
    #: of the open deals those that are expected to close in the period, by probability
    forecast: Amounts
    #: open deals whose expected close has passed
    late_count: int
    #: won deals of the closed ones in the period, 0 to 1; None where nothing closed
    win_rate: Decimal | None


@dataclass(frozen=True, kw_only=True)
class _Row:
    """The deals of one stage and currency."""

    stage: str
    currency: str
    count: int
    without_amount: int
    amount: Decimal


def report_pipeline(
    session: Session,
    actor: Actor,
    *,
    start: datetime,
    end: datetime,
    team_id: int | None = None,
    owner_id: int | None = None,
) -> Pipeline:
    """Return the funnel within the actor's reach, or one team's or person's of it.

    Raises:
        PermissionRefused: the actor may not see reports, or not those of that team or person.
        RecordNotFound: there is no such team or person.
    """
    circle = choose_circle(session, actor, team_id=team_id, owner_id=owner_id)
    stages = list_stages(session)
    closed_in_period = and_(Opportunity.closed_at >= start, Opportunity.closed_at < end)
    rows = _rows(session, circle, or_(Opportunity.closed_at.is_(None), closed_in_period))
    lines = [_line(stage, [row for row in rows if row.stage == stage.key]) for stage in stages]
    is_open = [line for line in lines if not line.is_closed]
    first, last = (moment.astimezone(actor.zone).date() for moment in (start, end))
    expected = and_(
        Opportunity.closed_at.is_(None), Opportunity.expected_close >= first, Opportunity.expected_close < last
    )
    forecast = _rows(session, circle, expected)
    return Pipeline(
        start=start,
        end=end,
        scope=circle.scope,
        team=circle.team.name if circle.team else None,
        person=circle.person.handle if circle.person else None,
        stages=lines,
        open_count=sum(line.count for line in is_open),
        open_amounts=_added(line.amounts for line in is_open),
        open_weighted=_added(line.weighted for line in is_open),
        forecast=_added(_line(stage, [row for row in forecast if row.stage == stage.key]).weighted for stage in stages),
        late_count=_late(session, circle, actor),
        win_rate=_win_rate(stages, lines),
    )


def _rows(session: Session, circle: Circle, counted: object) -> list[_Row]:
    query = (
        select(
            Opportunity.stage,
            Opportunity.currency,
            func.count(),
            func.count(Opportunity.amount),
            func.coalesce(func.sum(Opportunity.amount), 0),
        )
        .where(Opportunity.deleted_at.is_(None), circle.of(Opportunity), counted)  # type: ignore[arg-type]
        .group_by(Opportunity.stage, Opportunity.currency)
        .order_by(Opportunity.currency)
    )
    return [
        _Row(stage=stage, currency=currency, count=count, without_amount=count - known, amount=_money(amount))
        for stage, currency, count, known, amount in session.execute(query)
    ]


def _line(stage: Stage, rows: Sequence[_Row]) -> PipelineStage:
    amounts = {row.currency: row.amount for row in rows if row.count > row.without_amount}
    share = Decimal(stage.probability_percent) / 100
    return PipelineStage(
        key=stage.key,
        name_zh=stage.name_zh,
        name_en=stage.name_en,
        probability_percent=stage.probability_percent,
        is_closed=stage.is_closed,
        count=sum(row.count for row in rows),
        without_amount=sum(row.without_amount for row in rows),
        amounts=amounts,
        weighted={currency: _money(amount * share) for currency, amount in amounts.items()},
    )


def _late(session: Session, circle: Circle, actor: Actor) -> int:
    today = actor.now.astimezone(actor.zone).date()
    query = (
        select(func.count())
        .select_from(Opportunity)
        .where(
            Opportunity.deleted_at.is_(None),
            circle.of(Opportunity),
            Opportunity.closed_at.is_(None),
            Opportunity.expected_close < today,
        )
    )
    return session.scalar(query) or 0


def _win_rate(stages: Sequence[Stage], lines: Sequence[PipelineStage]) -> Decimal | None:
    won_keys = {stage.key for stage in stages if is_won(stage)}
    closed = sum(line.count for line in lines if line.is_closed)
    won = sum(line.count for line in lines if line.key in won_keys)
    return (Decimal(won) / closed).quantize(Decimal("0.001")) if closed else None


def _added(parts: Iterable[Amounts]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for amounts in parts:
        for currency, amount in amounts.items():
            total[currency] = total.get(currency, Decimal("0.00")) + amount
    return dict(sorted(total.items()))


def _money(amount: object) -> Decimal:
    # SQLite adds up what it keeps as floating point numbers.
    return Decimal(str(amount)).quantize(_CENT)


REPORT = Report(key="pipeline", title_zh="销售漏斗", title_en="Pipeline", run=report_pipeline)
