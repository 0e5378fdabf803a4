"""The work of every morning: care tasks, computed tags, and on the first morning of a month the review of customers.

Promise: each part is due work of its own, so that one that fails holds up neither the others nor the next morning; a
morning that was missed is caught up. Never: a rule of care or review; those are `crm_core`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import deal_clocks, notices, schedule
from bot.models import DueStatus, DueWork
from bot.say import draft
from bot.turn import Services
from crm_core import care, levels, tags
from crm_core.models import Account, AccountProposal, Task, User
from crm_core.permissions import Actor, system_actor
from crm_core.staff import supervisors_of

MORNING = "morning"
CARE = "daily_care"
TAGS = "daily_tags"
REMINDERS = "daily_reminders"
REVIEW = "monthly_review"
#: Not on the hour: platforms slow down what everybody sends then.
MORNING_TIME = time(8, 20)
MAX_TITLES = 5  # care tasks named in one notice


def ensure_mornings(session: Session, *, now: datetime, zone: ZoneInfo) -> None:
    """Promise the next morning's work if none is promised."""
    waiting = select(DueWork.id).where(DueWork.kind == MORNING, DueWork.status == DueStatus.WAITING)
    if session.scalar(waiting.limit(1)) is None:
        _promise_next(session, now, zone)


def run_morning(session: Session, services: Services, _payload: Mapping[str, Any], now: datetime) -> None:
    """Put the day's parts on the list, and the next morning."""
    zone = services.settings.zone
    today = now.astimezone(zone).date()
    day = today.isoformat()
    for kind, key in (
        (CARE, day),
        (TAGS, day),
        (REMINDERS, day),
        (deal_clocks.CATCH_UP, day),
        (deal_clocks.NEW_LEADS, day),
        (REVIEW, f"{today:%Y-%m}"),
    ):
        known = select(DueWork.id).where(DueWork.kind == kind, DueWork.key == key)
        if session.scalar(known) is None:
            schedule.schedule(session, kind=kind, key=key, due_at=now, payload={})
    _promise_next(session, now, zone)


def make_care_tasks(session: Session, services: Services, now: datetime) -> list[Task]:
    """Make the day's care tasks and tell their owners; return them."""
    made = care.generate(session, _program(services, now))
    by_owner: defaultdict[int, list[Task]] = defaultdict(list)
    for task in made:
        by_owner[task.owner_id].append(task)
    for owner_id, tasks in by_owner.items():
        titles = "\n".join(f"· {task.title}" for task in tasks[:MAX_TITLES])
        more = len(tasks) - MAX_TITLES
        words = draft(
            zh=f"今天有 {len(tasks)} 项新的客户任务：\n{titles}" + (f"\n… 另有 {more} 项" if more > 0 else ""),
            en=f"{len(tasks)} new customer task{'s' if len(tasks) > 1 else ''} today:\n{titles}"
            + (f"\n… and {more} more" if more > 0 else ""),
        )
        notices.tell_user(session, services, owner_id, words, now=now)
    return made


def _refresh_tags(session: Session, services: Services, _payload: Mapping[str, Any], now: datetime) -> None:
    tags.refresh_computed_tags(session, _program(services, now))


def _review(session: Session, services: Services, _payload: Mapping[str, Any], now: datetime) -> None:
    """Propose levels and statuses, and tell those who decide: the owners' supervisors, or the managers."""
    made = levels.propose(session, _program(services, now))
    for user_id, count in _deciders(session, made).items():
        words = draft(
            zh=f"月度客户复核：有 {count} 条等级或状态建议等你确认。",
            en=f"Monthly customer review: {count} proposal{'s' if count > 1 else ''} of level or status to decide.",
        )
        notices.tell_user(session, services, user_id, words, now=now)


def _deciders(session: Session, proposals: Iterable[AccountProposal]) -> Mapping[int, int]:
    """Return how many proposals wait for each person who decides."""
    counts: defaultdict[int, int] = defaultdict(int)
    leaders: dict[int, Sequence[User]] = {}
    for proposal in proposals:
        owner_id = session.get_one(Account, proposal.account_id).owner_id
        if owner_id is None:
            continue
        if owner_id not in leaders:
            leaders[owner_id] = supervisors_of(session, session.get_one(User, owner_id))
        for leader in leaders[owner_id]:
            counts[leader.id] += 1
    return counts


def _promise_next(session: Session, now: datetime, zone: ZoneInfo) -> None:
    local = now.astimezone(zone)
    day = local.date() if local.time() < MORNING_TIME else local.date() + timedelta(days=1)
    at = datetime.combine(day, MORNING_TIME, tzinfo=zone)
    schedule.schedule(session, kind=MORNING, key=day.isoformat(), due_at=at, payload={})


def _program(services: Services, now: datetime) -> Actor:
    return system_actor(now, zone=services.settings.zone)


KINDS: Mapping[str, Callable[[Session, Services, Mapping[str, Any], datetime], None]] = MappingProxyType(
    {MORNING: run_morning, TAGS: _refresh_tags, REVIEW: _review}
)
