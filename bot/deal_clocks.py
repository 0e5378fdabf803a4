"""The clocks of requirements and planned payments: when the staff is told that somebody waits or money is due.

Promise: what is answered or paid by then is not spoken of. Never: a rule of a record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import notices, schedule
from bot.models import DueWork
from bot.say import draft
from bot.schedule import Promise
from bot.turn import Services
from crm_core.deals import assign_waiting_leads, get_assignment_rules
from crm_core.deals.payment_states import read_state
from crm_core.models import Account, Instalment, Lead, Opportunity, Requirement
from crm_core.permissions import system_actor
from crm_core.requirements import escalation_receivers
from crm_core.service_levels import UNFINISHED

REQUIREMENT_CLOCK = "requirement_clock"
INSTALMENT_DUE = "instalment_due"
CATCH_UP = "deal_clocks"
NEW_LEADS = "daily_leads"
MAX_NAMES = 5  # leads named in one notice
#: when on its day a payment is spoken of, in the company's zone; five past, for many things happen on the hour
PAYMENT_HOUR = time(9, 5)
#: an answer that is still missing so long after its time is asked for once more
ASK_AGAIN_AFTER = timedelta(hours=24)


def schedule_requirement_clock(session: Session, requirement: Requirement) -> None:
    """Promise a warning at the time by which a requirement must be answered; none once it is."""
    if requirement.answered_at is not None or requirement.deleted_at is not None:
        schedule.unschedule(session, kind=REQUIREMENT_CLOCK, key_prefix=f"{requirement.id}:")
        return
    payload = {"requirement_id": requirement.id}
    first, again = requirement.answer_due_at, requirement.answer_due_at + ASK_AGAIN_AFTER
    schedule.schedule_all(
        session,
        [
            Promise(REQUIREMENT_CLOCK, f"{requirement.id}:answer", first, payload),
            Promise(REQUIREMENT_CLOCK, f"{requirement.id}:again", again, payload),
        ],
    )


def catch_up(session: Session, services: Services, _payload: Mapping[str, Any], now: datetime) -> None:
    """Set the clocks of what came in without a conversation, such as by an import."""
    known = select(DueWork.key).where(DueWork.kind.in_((REQUIREMENT_CLOCK, INSTALMENT_DUE)))
    keys = set(session.scalars(known))
    waiting = select(Requirement).where(
        Requirement.deleted_at.is_(None),
        Requirement.answered_at.is_(None),
        Requirement.status.in_(UNFINISHED),
        # What was late before it came in is on the lists already.
        Requirement.answer_due_at > now,
    )
    for requirement in session.scalars(waiting):
        if f"{requirement.id}:answer" not in keys:
            schedule_requirement_clock(session, requirement)
    today = now.astimezone(services.settings.zone).date()
    planned = select(Instalment).where(Instalment.deleted_at.is_(None), Instalment.due_on >= today)
    for instalment in session.scalars(planned):
        if f"{instalment.id}:due" not in keys:
            schedule_instalment(session, instalment, services.settings.zone, now=now)


def give_out_leads(session: Session, services: Services, _payload: Mapping[str, Any], now: datetime) -> None:
    """Give leads that nobody has to whom the company's rules choose, and tell them; without rules they stay shared."""
    if not get_assignment_rules(session):
        return
    by_owner: defaultdict[int, list[Lead]] = defaultdict(list)
    for lead in assign_waiting_leads(session, system_actor(now, zone=services.settings.zone)):
        by_owner[lead.owner_id or 0].append(lead)
    for owner_id, leads in by_owner.items():
        names = "、".join(lead.company or lead.name for lead in leads[:MAX_NAMES])
        words = draft(
            zh=f"分配给你 {len(leads)} 条新线索：{names}",
            en=f"{len(leads)} new lead(s) for you: {names.replace('、', ', ')}",
        )
        notices.tell_user(session, services, owner_id, words, now=now)


def _warn_requirement(session: Session, services: Services, payload: Mapping[str, Any], now: datetime) -> None:
    requirement = session.get(Requirement, payload["requirement_id"])
    if requirement is None or requirement.deleted_at is not None or requirement.answered_at is not None:
        return
    if requirement.status not in UNFINISHED:
        return
    name = session.get_one(Account, requirement.account_id).name
    words = draft(
        zh=f"需求 {requirement.code}（{name}）已到答复时限：{requirement.title}",
        en=f"Requirement {requirement.code} ({name}) should have been answered by now: {requirement.title}",
    )
    for user_id in escalation_receivers(session, requirement):
        notices.tell_user(session, services, user_id, words, now=now)


def schedule_instalment(session: Session, instalment: Instalment, zone: ZoneInfo, *, now: datetime) -> None:
    """Promise to speak of a planned payment on its day, and on the day after if it has not come in.

    What lies behind `now` is not spoken of: whoever planned it knows.
    """
    if instalment.deleted_at is not None:
        schedule.unschedule(session, kind=INSTALMENT_DUE, key_prefix=f"{instalment.id}:")
        return
    due = datetime.combine(instalment.due_on, PAYMENT_HOUR, tzinfo=zone)
    payload = {"instalment_id": instalment.id}
    promises = (
        Promise(INSTALMENT_DUE, f"{instalment.id}:due", due, payload),
        Promise(INSTALMENT_DUE, f"{instalment.id}:late", due + timedelta(days=1), payload),
    )
    schedule.schedule_all(session, [promise for promise in promises if promise.due_at > now])


def _remind_instalment(session: Session, services: Services, payload: Mapping[str, Any], now: datetime) -> None:
    instalment = session.get(Instalment, payload["instalment_id"])
    if instalment is None or instalment.deleted_at is not None:
        return
    deal = session.get_one(Opportunity, instalment.opportunity_id)
    today = now.astimezone(services.settings.zone).date()
    state = read_state(session, deal, currency=instalment.currency, today=today)
    line = next((one for one in state.instalments if one.instalment is instalment), None)
    if line is None or not line.open or deal.owner_id is None or deal.deleted_at is not None:
        return
    name = session.get_one(Account, deal.account_id).name
    what = f"{line.open} {instalment.currency}"
    if line.is_overdue:
        words = draft(
            zh=f"回款逾期：{name} · {deal.name}，{instalment.due_on} 到期，还差 {what}",
            en=f"Payment overdue: {name} · {deal.name}, due {instalment.due_on}, {what} still open",
        )
    else:
        words = draft(
            zh=f"今天应回款：{name} · {deal.name}，{what}", en=f"Payment due today: {name} · {deal.name}, {what}"
        )
    notices.tell_user(session, services, deal.owner_id, words, now=now)


KINDS: Mapping[str, Callable[[Session, Services, Mapping[str, Any], datetime], None]] = MappingProxyType(
    {
        REQUIREMENT_CLOCK: _warn_requirement,
        INSTALMENT_DUE: _remind_instalment,
        CATCH_UP: catch_up,
        NEW_LEADS: give_out_leads,
    }
)
