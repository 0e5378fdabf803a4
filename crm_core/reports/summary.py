"""The summary of a period: what was done, what is open, what is in the funnel.

Promise: every figure is counted by the database, within what the asking person may see: a rep his own, a
supervisor the team's, a manager all or one team's. States such as 'overdue' are those at the period's end, or now
if it lies ahead. Never: a guess, a cached figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from crm_core.circles import Circle, choose_circle
from crm_core.deals import list_stages
from crm_core.models import Interaction, InteractionKind, Lead, Opportunity, Stage, Task, Ticket
from crm_core.permissions import Actor, Scope
from crm_core.reports import Report


@dataclass(frozen=True, kw_only=True)
class StageLine:
    """One stage of the funnel: open deals as they are now; of closed stages those that closed in the period."""

    key: str
    name_zh: str
    name_en: str
    probability_percent: int
    is_closed: bool
    count: int
    #: currency -> sum of the amounts that are known
    amounts: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The figures of a period [start, end)."""

    start: datetime
    end: datetime
    #: whose figures these are: own, team or all
    scope: Scope
    #: the team's name where the figures are one team's
    team: str | None
    #: kinds that occurred, most frequent first
    interactions: Mapping[InteractionKind, int]
    tickets_opened: int
    tickets_solved: int
    tickets_overdue: int
    new_leads: int
    #: every stage in the order of the funnel, empty ones too
    pipeline: Sequence[StageLine]
    tasks_done: int
    tasks_overdue: int

    @property
    def interactions_total(self) -> int:
        """All interactions of the period."""
        return sum(self.interactions.values())


def summarise(session: Session, actor: Actor, *, start: datetime, end: datetime, team_id: int | None = None) -> Summary:
    """Count the period [start, end) within the actor's reach.

    Raises:
        PermissionRefused: the actor may not see reports, or not those of that team.
        RecordNotFound: there is no such team.
    """
    circle = choose_circle(session, actor, team_id=team_id)
    as_of = min(actor.now, end)
    return Summary(
        start=start,
        end=end,
        scope=circle.scope,
        team=circle.team.name if circle.team else None,
        interactions=_interactions(session, circle, start, end),
        tickets_opened=_count(session, circle, Ticket, _between(Ticket.created_at, start, end)),
        tickets_solved=_count(session, circle, Ticket, _between(Ticket.solved_at, start, end)),
        tickets_overdue=_count(session, circle, Ticket, _ticket_was_overdue(as_of)),
        new_leads=_count(session, circle, Lead, _between(Lead.created_at, start, end)),
        pipeline=_pipeline(session, circle, start, end),
        tasks_done=_count(session, circle, Task, _between(Task.completed_at, start, end)),
        tasks_overdue=_count(session, circle, Task, _task_was_overdue(as_of)),
    )


def _between(column: Any, start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(column >= start, column < end)


def _ticket_was_overdue(at: datetime) -> ColumnElement[bool]:
    unsolved = or_(Ticket.solved_at.is_(None), Ticket.solved_at > at)
    unanswered = or_(Ticket.first_answered_at.is_(None), Ticket.first_answered_at > at)
    late = or_(and_(unanswered, Ticket.first_answer_due_at < at), Ticket.solve_due_at < at)
    return and_(Ticket.created_at <= at, unsolved, late)


def _task_was_overdue(at: datetime) -> ColumnElement[bool]:
    undone = or_(Task.completed_at.is_(None), Task.completed_at > at)
    return and_(Task.created_at <= at, undone, Task.due_at < at)


def _alive(model: Any) -> ColumnElement[bool]:
    deleted_at = getattr(model, "deleted_at", None)
    return true() if deleted_at is None else deleted_at.is_(None)


def _count(session: Session, circle: Circle, model: Any, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(model).where(_alive(model), circle.of(model), condition)
    return session.scalar(query) or 0


def _interactions(session: Session, circle: Circle, start: datetime, end: datetime) -> dict[InteractionKind, int]:
    # Who did it counts, not whose account it was.
    did_it = true() if circle.user_ids is None else Interaction.owner_id.in_(circle.user_ids)
    query = (
        select(Interaction.kind, func.count())
        .where(_alive(Interaction), did_it, _between(Interaction.occurred_at, start, end))
        .group_by(Interaction.kind)
        .order_by(func.count().desc(), Interaction.kind)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _pipeline(session: Session, circle: Circle, start: datetime, end: datetime) -> tuple[StageLine, ...]:
    counted = or_(Opportunity.closed_at.is_(None), _between(Opportunity.closed_at, start, end))
    query = (
        select(Opportunity.stage, Opportunity.currency, func.count(), func.sum(Opportunity.amount))
        .where(_alive(Opportunity), circle.of(Opportunity), counted)
        .group_by(Opportunity.stage, Opportunity.currency)
        .order_by(Opportunity.currency)
    )
    rows = [tuple(row) for row in session.execute(query)]
    return tuple(_stage_line(stage, rows) for stage in list_stages(session))


def _stage_line(stage: Stage, rows: Sequence[tuple[Any, ...]]) -> StageLine:
    own = [row for row in rows if row[0] == stage.key]
    return StageLine(
        key=stage.key,
        name_zh=stage.name_zh,
        name_en=stage.name_en,
        probability_percent=stage.probability_percent,
        is_closed=stage.is_closed,
        count=sum(count for _, _, count, _ in own),
        amounts={currency: _money(amount) for _, currency, _, amount in own if amount is not None},
    )


def _money(amount: Any) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"))


REPORT = Report(key="summary", title_zh="汇总", title_en="Summary", run=summarise)
