"""'My tasks' / '今天有什么待办': the person's open tasks, overdue ones first, each with a button to complete it."""

from __future__ import annotations

import re

from bot.handlers.staff import _colleagues
from bot.say import Choice, Draft, Text, draft, say
from bot.turn import STAFF, Example, Handler, Outcome, Turn
from bot.words import say_moment
from crm_core import tasks
from crm_core.models import Task
from nlu.commands import list_tasks

_OVERDUE = re.compile(r"\b(?:overdue|late|past due)\b|逾期|过期|超期", re.IGNORECASE)
SHOWN = 10
BUTTONS = 3


def run(turn: Turn) -> Outcome:
    """List what is open, up to the end of the period if one was named."""
    request = list_tasks.read(turn.text, turn.context)
    period = request.period if request else None
    until = period.end if period else None
    colleague = _colleagues.find_asked(turn, request.whose if request else None, Task)
    if isinstance(colleague, Draft):
        return Outcome(kind="answered", replies=(colleague,))
    if colleague is not None and colleague.id == turn.actor.user_id:
        colleague = None
    owner_id = colleague.id if colleague else turn.actor.user_id
    found = tasks.list_tasks(turn.session, turn.actor, owner_id=owner_id, until=until)
    if _OVERDUE.search(turn.text):
        found = [task for task in found if tasks.is_overdue(task, turn.now)]
    if not found and colleague is not None:
        nothing = draft(zh=f"{colleague.name} 没有待办任务。", en=f"{colleague.name} has no open tasks.")
        return Outcome(kind="answered", replies=(nothing,))
    if not found:
        reply = draft(zh="没有待办任务，真棒！", en="You have no open tasks. Well done!")
        return Outcome(kind="answered", replies=(reply,))
    who = Text(zh=colleague.name, en=f"{colleague.name} has") if colleague else Text(zh="你", en="You have")
    text = say(zh=f"{who.zh}有 {len(found)} 项待办：", en=f"{who.en} {len(found)} open task(s):")
    for task in found[:SHOWN]:
        text += _line(turn, task)
    if len(found) > SHOWN:
        text += say(zh=f"\n……还有 {len(found) - SHOWN} 项", en=f"\n… and {len(found) - SHOWN} more")
    return Outcome(kind="answered", replies=(Draft(text=text, choices=tuple(map(_button, found[:BUTTONS]))),))


def _line(turn: Turn, task: Task) -> Text:
    if task.due_at is None:
        return Text(zh=f"\n{task.id}. {task.title}", en=f"\n{task.id}. {task.title}")
    when = say_moment(task.due_at, turn.zone)
    late = say(zh="（已逾期）", en=" (overdue)") if tasks.is_overdue(task, turn.now) else Text(zh="", en="")
    line = say(zh=f"\n{task.id}. {task.title} · {when.zh}", en=f"\n{task.id}. {task.title} · {when.en}")
    return line + late


def _button(task: Task) -> Choice:
    return Choice(
        label=say(zh=f"完成 {task.id}", en=f"Done {task.id}"), intent="complete_task", arguments={"task_id": task.id}
    )


HANDLER = Handler(
    intent="list_tasks",
    roles=STAFF,
    run=run,
    examples=(Example(zh="我的任务", en="my tasks"), Example(zh="今天有什么要做的", en="what is due today")),
    min_probability=0.6,
)
