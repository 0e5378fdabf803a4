"""Targets: what a person, a team or the company wants to reach, and how far it is.

Promise: the actual figure is counted from the records at the moment of asking. Never: a currency converted; what was
won in another one is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import record_created, record_deleted
from crm_core.errors import InvalidField, PermissionRefused, RecordNotFound
from crm_core.models import Account, Interaction, Opportunity, Role, Stage, Target, TargetMetric, Team, User
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, get_record, require_assign

TARGET_RULES: dict[str, fields.Rule] = {
    "metric": fields.one_of(TargetMetric),
    "starts_on": fields.calendar_date,
    "ends_on": fields.calendar_date,
    "amount": fields.amount,
    "currency": fields.currency,
}


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A target against what was reached."""

    target: Target
    #: the person's or team's name; None for the company
    whose: str | None
    actual: Decimal
    #: actual / amount, and the part of the time that has passed, in [0, 1]
    share: float
    elapsed: float
    #: what is still missing; not negative
    gap: Decimal


def set_target(
    session: Session,
    actor: Actor,
    *,
    starts_on: date,
    ends_on: date,
    amount: Decimal | int | str,
    metric: TargetMetric | str = TargetMetric.WON_AMOUNT,
    team_id: int | None = None,
    owner_id: int | None = None,
    currency: str = "CNY",
) -> Target:
    """Set the target of a person, a team or (neither) the company for some days; one for the same days is replaced.

    Raises:
        InvalidField: the amount is missing or zero, the days are in the wrong order, or both a team and a person.
        RecordNotFound: there is no such person or team.
        PermissionRefused: the actor may not set this target.
    """
    require(actor, "create", Target)
    given = {"metric": metric, "starts_on": starts_on, "ends_on": ends_on, "amount": amount, "currency": currency}
    values = fields.normalise(TARGET_RULES, given)
    _check(values, team_id, owner_id)
    _require_whose(session, actor, team_id, owner_id)
    same = select(Target).where(
        Target.deleted_at.is_(None),
        Target.metric == values["metric"],
        Target.starts_on == values["starts_on"],
        Target.ends_on == values["ends_on"],
        Target.currency == values["currency"],
        Target.team_id.is_(None) if team_id is None else Target.team_id == team_id,
        Target.owner_id.is_(None) if owner_id is None else Target.owner_id == owner_id,
    )
    known = session.scalar(same)
    if known is not None:
        change_fields(session, actor, known, {"amount": values["amount"]})
        return known
    target = Target(**values, team_id=team_id, owner_id=owner_id, created_at=actor.now, updated_at=actor.now)
    return record_created(session, actor, target)


def update_target(session: Session, actor: Actor, target: Target, **changes: Any) -> Target:
    """Change amount, days, metric or currency of a target.

    Raises:
        InvalidField: a value breaks its rule.
        PermissionRefused: the actor may not change it.
    """
    values = fields.normalise(TARGET_RULES, changes)
    now = {field: getattr(target, field) for field in TARGET_RULES}
    _check({**now, **values}, target.team_id, target.owner_id)
    change_fields(session, actor, target, values)
    return target


def delete_target(session: Session, actor: Actor, target: Target) -> None:
    """Mark a target as deleted.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", target)
    record_deleted(session, actor, target)


def get_target(session: Session, actor: Actor, target_id: int) -> Target:
    """Return a target.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Target, target_id)


def list_targets(session: Session, actor: Actor, *, on: date | None = None) -> list[Target]:
    """Return the targets within the actor's reach, those of one day if it is given; company, teams, persons."""
    query = select(Target).where(visible(actor, Target))
    if on is not None:
        query = query.where(Target.starts_on <= on, Target.ends_on >= on)
    order = (Target.owner_id.is_not(None), Target.team_id.is_not(None), Target.ends_on, Target.id)
    return list(session.scalars(query.order_by(*order)))


def progress(session: Session, actor: Actor, target: Target) -> Progress:
    """Return how far a target is.

    Raises:
        PermissionRefused: the actor may not read it.
    """
    require(actor, "read", target)
    actual = _actual(session, target, actor.zone)
    days = (target.ends_on - target.starts_on).days + 1
    passed = (actor.now.astimezone(actor.zone).date() - target.starts_on).days + 1
    return Progress(
        target=target,
        whose=_whose(session, target),
        actual=actual,
        share=float(actual / target.amount),
        elapsed=min(max(passed / days, 0.0), 1.0),
        gap=max(target.amount - actual, Decimal(0)),
    )


def list_progress(session: Session, actor: Actor, *, on: date | None = None) -> list[Progress]:
    """Return how far the targets of a day (today's if none is given) within the actor's reach are."""
    day = on or actor.now.astimezone(actor.zone).date()
    return [progress(session, actor, target) for target in list_targets(session, actor, on=day)]


def breakdown_gap(session: Session, actor: Actor, target: Target) -> Decimal:
    """Return what of a company's or team's target is not broken down to teams or persons of the same days yet.

    Raises:
        PermissionRefused: the actor may not read it.
    """
    require(actor, "read", target)
    parts: Sequence[Target] = [
        part
        for part in list_targets(session, actor, on=target.starts_on)
        if (part.metric, part.starts_on, part.ends_on, part.currency)
        == (target.metric, target.starts_on, target.ends_on, target.currency)
        and _is_part(session, part, target)
    ]
    return target.amount - sum((part.amount for part in parts), Decimal(0))


def _is_part(session: Session, part: Target, whole: Target) -> bool:
    if whole.owner_id is not None:
        return False
    if whole.team_id is None:
        return part.team_id is not None
    owner = session.get(User, part.owner_id) if part.owner_id is not None else None
    return owner is not None and owner.team_id == whole.team_id


def _check(values: dict[str, Any], team_id: int | None, owner_id: int | None) -> None:
    if not values["amount"]:
        raise InvalidField("amount", values["amount"], "Give an amount above zero.")
    if values["starts_on"] is None or values["ends_on"] is None or values["ends_on"] < values["starts_on"]:
        raise InvalidField("ends_on", str(values["ends_on"]), "It must not end before it starts.")
    if team_id is not None and owner_id is not None:
        raise InvalidField("owner", owner_id, "Set it for a person or for a team, not for both.")


def _require_whose(session: Session, actor: Actor, team_id: int | None, owner_id: int | None) -> None:
    if owner_id is not None:
        owner = session.get(User, owner_id)
        if owner is None:
            raise RecordNotFound("user", owner_id)
        require_assign(actor, Target, to=owner)
        return
    if team_id is not None and session.get(Team, team_id) is None:
        raise RecordNotFound("team", team_id)
    if actor.role is Role.SUPERVISOR and (team_id is None or team_id != actor.team_id):
        raise PermissionRefused("create", "target", reason="supervisor: only his own team's targets")


def _whose(session: Session, target: Target) -> str | None:
    if target.owner_id is not None:
        return session.get_one(User, target.owner_id).name
    return session.get_one(Team, target.team_id).name if target.team_id is not None else None


def _actual(session: Session, target: Target, zone: tzinfo) -> Decimal:
    since = datetime.combine(target.starts_on, time(), tzinfo=zone).astimezone(UTC)
    until = datetime.combine(target.ends_on + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)

    def within(model: Any, moment: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = (
            model.deleted_at.is_(None) & (moment >= since) & (moment < until) & _held_by(model, target)
        )
        return found

    query: Any
    if target.metric is TargetMetric.NEW_ACCOUNTS:
        query = select(func.count()).select_from(Account).where(within(Account, Account.created_at))
    elif target.metric is TargetMetric.INTERACTIONS:
        query = select(func.count()).select_from(Interaction).where(within(Interaction, Interaction.occurred_at))
    else:
        is_amount = target.metric is TargetMetric.WON_AMOUNT
        won = select(Stage.key).where(Stage.is_closed, Stage.probability_percent > 0)
        figure = func.coalesce(func.sum(Opportunity.amount), 0) if is_amount else func.count()
        query = select(figure).where(within(Opportunity, Opportunity.closed_at), Opportunity.stage.in_(won))
        if is_amount:
            query = query.where(Opportunity.currency == target.currency)
    return Decimal(session.scalar(query) or 0)


def _held_by(model: Any, target: Target) -> ColumnElement[bool]:
    held: ColumnElement[bool] = true()
    if target.owner_id is not None:
        held = model.owner_id == target.owner_id
    elif target.team_id is not None:
        held = model.owner_id.in_(select(User.id).where(User.team_id == target.team_id))
    return held
