"""'Done 3' / '任务3完成了': completes one of the person's own tasks."""

from __future__ import annotations

from bot import due
from bot.handlers.rep import _parties
from bot.say import Choice, Draft, Text, draft, say
from bot.turn import STAFF, Dialogue, Example, Handler, Outcome, Turn
from crm_core import tasks
from crm_core.errors import RecordNotFound
from crm_core.models import Task, TaskStatus
from nlu.commands import complete_task
from nlu.commands._guards import is_no_order

INTENT = "complete_task"


def run(turn: Turn) -> Outcome:
    """Find the task by number or title and complete it; of several, ask which."""
    request = complete_task.read(turn.text, turn.context)
    if request is not None:
        return _by_reference(turn, request.reference)
    return _parties.say_nothing_done() if is_no_order(turn.text) else _ask_which(turn)


def resume(turn: Turn) -> Outcome:
    """Take the number or title that we asked for, alone or in a whole sentence."""
    request = complete_task.read(turn.text, turn.context)
    return _by_reference(turn, request.reference if request else turn.text)


def press(turn: Turn) -> Outcome:
    """Complete the chosen task."""
    return _complete(turn, tasks.get_task(turn.session, turn.actor, int(turn.arguments["task_id"])))


def _by_reference(turn: Turn, reference: str) -> Outcome:
    try:
        if reference.isdigit():
            return _complete(turn, tasks.get_task(turn.session, turn.actor, int(reference)))
        found = tasks.find_tasks(turn.session, turn.actor, reference)
    except RecordNotFound:
        found = []
    if len(found) == 1:
        return _complete(turn, found[0])
    if not found:
        reply = draft(
            zh=f"没有找到任务“{reference}”。回复“我的任务”查看。",
            en=f"I can't find task '{reference}'. See 'my tasks'.",
        )
        return Outcome(kind="answered", replies=(reply,))
    return _offer(found)


def _ask_which(turn: Turn) -> Outcome:
    found = tasks.list_tasks(turn.session, turn.actor, owner_id=turn.actor.user_id)
    if not found:
        return Outcome(kind="answered", replies=(draft(zh="没有待办任务。", en="You have no open tasks."),))
    return _offer(found)


def _offer(found: list[Task]) -> Outcome:
    options = tuple(
        Choice(label=Text(zh=task.title, en=task.title), intent=INTENT, arguments={"task_id": task.id})
        for task in found[:5]
    )
    text = say(zh="完成的是哪一项？", en="Which one is done?")
    return Outcome(kind="asked", replies=(Draft(text=text, choices=options),), dialogue=Dialogue(intent=INTENT))


def _complete(turn: Turn, task: Task) -> Outcome:
    if task.status is TaskStatus.DONE:
        already = draft(zh=f"这项任务早已完成：{task.title}", en=f"That one is done already: {task.title}")
        return Outcome(kind="answered", replies=(already,))
    tasks.complete_task(turn.session, turn.actor, task)
    due.unschedule_reminders(turn.session, task.id)
    undo = Choice(label=say(zh="撤销", en="Undo"), intent="undo", arguments={"message_id": turn.inbox_id})
    text = say(zh=f"已完成：{task.title}", en=f"Done: {task.title}")
    return Outcome(kind="done", replies=(Draft(text=text, choices=(undo,)),))


HANDLER = Handler(
    intent=INTENT,
    roles=STAFF,
    run=run,
    resume=resume,
    press=press,
    examples=(Example(zh="任务3完成了", en="done 3"),),
    min_probability=0.6,
)
