"""'Postpone task 3 to Friday because …' / '把任务3推迟到周五，因为……': a later due time, with its reason."""

from __future__ import annotations

from datetime import datetime

from bot import due
from bot.handlers.rep import _targets
from bot.handlers.rep._form import Form, form_handler
from bot.say import say
from bot.turn import STAFF, Example, Outcome
from bot.words import say_moment
from crm_core import tasks
from crm_core.models import Task
from nlu.commands import postpone_task
from nlu.commands._update_words import take_reason
from nlu.commands.postpone_task import PostponeTask
from nlu.entities.times import due_at, resolve_time

INTENT = "postpone_task"


def fill(form: Form) -> Outcome:
    """Find the task, ask for what is missing, and put it off."""
    request = postpone_task.read(form.text, form.context)
    if request is None:
        form.ask(
            "text",
            say(
                zh="请说任务和新的时间，例如：把任务3推迟到周五，因为客户出差",
                en="For example: postpone task 3 to Friday because they travel",
            ),
        )
    task = _targets.find_task(form, request.reference)  # without words, any of one's own
    until = _until(form, request, task)
    if task.due_at is not None and until <= task.due_at:
        when = say_moment(task.due_at, form.turn.zone)
        form.ask(
            "due_at",
            say(
                zh=f"现在的截止时间是{when.zh}，要推迟到什么时候？",
                en=f"It is due {when.en} now. Until when shall I put it off?",
            ),
        )
    reason = _reason(form, request)
    tasks.postpone_task(form.turn.session, form.turn.actor, task, due_at=until, reason=reason)
    due.schedule_reminders(form.turn.session, task, now=form.turn.now)
    when = say_moment(until, form.turn.zone)
    return form.done(
        say(zh=f"已推迟：{task.title} · {when.zh}（{reason}）", en=f"Postponed: {task.title} · {when.en} ({reason})")
    )


def _until(form: Form, request: PostponeTask, task: Task) -> datetime:
    answer = form.given("due_at")
    moment = resolve_time(answer, form.context.now, form.turn.zone, "future") if answer else request.until
    if moment is not None:
        until = due_at(moment, form.turn.zone)
        # A day without a time keeps the hour that the task has.
        if moment.has_time or moment.grain == "hour" or task.due_at is None:
            return until
        clock = task.due_at.astimezone(form.turn.zone)
        return until.astimezone(form.turn.zone).replace(hour=clock.hour, minute=clock.minute)
    if request.by is None:
        form.ask("due_at", say(zh="推迟到什么时候？", en="Until when shall I put it off?"), (form.cancel,))
    return (task.due_at or form.said_at) + request.by


def _reason(form: Form, request: PostponeTask) -> str:
    answer = form.given("reason")
    reason = (take_reason(f"X {answer}")[1] or answer) if answer else request.reason
    if not reason:
        form.ask("reason", say(zh="为什么推迟？", en="Why is it put off?"), (form.cancel,))
    return reason


HANDLER = form_handler(
    intent=INTENT,
    roles=STAFF - {"analyst"},
    reads=postpone_task.read,
    fill=fill,
    examples=(Example(zh="把任务3推迟到周五，因为客户出差", en="postpone task 3 to Friday because they travel"),),
)
