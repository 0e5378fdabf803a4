"""Work whose time has come: one function for each kind, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import daily, deal_clocks, notices, schedule
from bot.say import Text, draft, say
from bot.schedule import DueClaim, Promise
from bot.turn import Services
from bot.words import say_moment
from crm_core.handover import HandOver
from crm_core.models import Task, TaskStatus, Ticket, TicketStatus, User
from crm_core.tasks import reminder_times

TASK_REMINDER = "task_reminder"
TICKET_CLOCK = "ticket_clock"
STAFF_NOTICE = "staff_notice"
#: So long a notice waits for a person who never wrote.
NOTICE_DAYS = 14
#: Each morning the reminders of tasks due so soon are promised again: one morning may be missed.
SWEPT_AHEAD = timedelta(days=3)


def schedule_reminders(session: Session, task: Task, *, now: datetime) -> None:
    """Promise a reminder a day before and at the due time, as far as they lie ahead."""
    unschedule_reminders(session, task.id)
    for at in reminder_times(task):
        if at > now:
            key = f"{task.id}:{at.isoformat()}"
            schedule.schedule(session, kind=TASK_REMINDER, key=key, due_at=at, payload={"task_id": task.id})


def unschedule_reminders(session: Session, task_id: int) -> None:
    """Take back the reminders of a task that is done, moved or undone."""
    schedule.unschedule(session, kind=TASK_REMINDER, key_prefix=f"{task_id}:")


def run(session: Session, services: Services, claim: DueClaim, *, now: datetime) -> None:
    """Do one piece of due work.

    Raises:
        KeyError: no function for that kind; a newer version of the program wrote the row.
    """
    _KINDS[claim.kind](session, services, claim.payload, now)


def _remind_task(session: Session, services: Services, payload: Mapping[str, Any], now: datetime) -> None:
    task = session.get(Task, payload["task_id"])
    if task is None or task.deleted_at is not None or task.status is TaskStatus.DONE:
        return
    owner = session.get_one(User, task.owner_id)
    when = say_moment(task.due_at, services.settings.zone) if task.due_at else Text(zh="", en="")
    words = draft(zh=f"提醒：{task.title}（{when.zh}）", en=f"Reminder: {task.title} ({when.en})")
    notices.tell_user(session, services, owner.id, words, now=now)


def schedule_ticket_clocks(session: Session, ticket: Ticket) -> None:
    """Promise a warning to staff at the time by which a ticket should be answered and solved."""
    clocks = (("first_answer", ticket.first_answer_due_at), ("solve", ticket.solve_due_at))
    schedule.schedule_all(
        session,
        [
            Promise(TICKET_CLOCK, f"{ticket.id}:{name}", at, {"ticket_id": ticket.id, "clock": name})
            for name, at in clocks
            if at is not None
        ],
    )


def _warn_ticket(session: Session, services: Services, payload: Mapping[str, Any], now: datetime) -> None:
    ticket = session.get(Ticket, payload["ticket_id"])
    if ticket is None or ticket.status in {TicketStatus.SOLVED, TicketStatus.CLOSED}:
        return
    if payload["clock"] == "first_answer" and ticket.first_answered_at is not None:
        return
    words = say(
        zh=f"工单 {ticket.number} 已超过时限：{ticket.subject}",
        en=f"Ticket {ticket.number} is overdue: {ticket.subject}",
    )
    notices.tell_ticket_staff(session, services, ticket, words, now=now)


def schedule_hand_over_notice(session: Session, given: HandOver, *, now: datetime) -> None:
    """Promise to tell a successor what is his now: for callers outside a turn, who have no channels."""
    words = notices.hand_over_words(given)
    payload = {"user_id": given.successor.id, "zh": words.zh, "en": words.en, "days": 0}
    _promise_notice(session, f"{given.leaver.id}:{given.successor.id}:{now.isoformat()}", payload, at=now)


def _tell_staff(session: Session, services: Services, payload: Mapping[str, Any], now: datetime) -> None:
    words = draft(zh=payload["zh"], en=payload["en"])
    is_told = notices.tell_user(session, services, payload["user_id"], words, now=now)
    if not is_told and payload["days"] < NOTICE_DAYS:
        # He has not written to us yet, so there is no place to tell him.
        again = {**payload, "days": payload["days"] + 1}
        _promise_notice(session, f"{payload['user_id']}:{now.isoformat()}", again, at=now + timedelta(days=1))


def _promise_notice(session: Session, key: str, payload: Mapping[str, Any], *, at: datetime) -> None:
    schedule.schedule(session, kind=STAFF_NOTICE, key=f"{key}:{payload['days']}", due_at=at, payload=dict(payload))


def _sweep_reminders(session: Session, _services: Services, _payload: Mapping[str, Any], now: datetime) -> None:
    """Promise the reminders of the next days' tasks again: some came by import or by a rule, without a turn."""
    query = select(Task).where(
        Task.deleted_at.is_(None), Task.status != TaskStatus.DONE, Task.due_at > now, Task.due_at <= now + SWEPT_AHEAD
    )
    for task in session.scalars(query.order_by(Task.id)).all():
        schedule_reminders(session, task, now=now)


def _make_care_tasks(session: Session, services: Services, _payload: Mapping[str, Any], now: datetime) -> None:
    for task in daily.make_care_tasks(session, services, now):
        schedule_reminders(session, task, now=now)


_KINDS: Mapping[str, Callable[[Session, Services, Mapping[str, Any], datetime], None]] = MappingProxyType(
    {
        TASK_REMINDER: _remind_task,
        TICKET_CLOCK: _warn_ticket,
        daily.CARE: _make_care_tasks,
        daily.REMINDERS: _sweep_reminders,
        STAFF_NOTICE: _tell_staff,
        **daily.KINDS,
        **deal_clocks.KINDS,
    }
)
