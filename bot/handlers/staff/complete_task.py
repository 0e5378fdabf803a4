"""'Done 3' / '任务3完成了': completes one of the person's own tasks."""

from __future__ import annotations

import re

from bot import choices, due, own_tasks
from bot.handlers.rep import _parties
from bot.say import Choice, Draft, Text, draft, say
from bot.turn import STAFF, Dialogue, Example, Handler, Outcome, Turn
from crm_core import tasks
from crm_core.errors import RecordNotFound
from crm_core.models import Task, TaskStatus
from nlu import picking
from nlu.commands import complete_task
from nlu.commands._guards import is_denied, is_no_order

INTENT = "complete_task"
_DONE = re.compile(
    r"\b(?:is |are )?(?:done|finished|completed?|finish)\b|\b(?:mark|close|the|that|with|task|to-?do|as|i|i've"
    r"|have|has)\b|"
    r"已经?|标记为?|完成|搞定|做完|办完|弄好|做好|弄完|关掉|关闭|任务|待办|那个|这个|了|把|吧",
    re.IGNORECASE,
)


def run(turn: Turn) -> Outcome:
    """Find the task by number or title and complete it; of several, ask which."""
    request = complete_task.read(turn.text, turn.context)
    if request is not None:
        return _by_reference(turn, request.reference)
    if is_no_order(turn.text):
        return _parties.say_nothing_done()
    listed = _listed(turn)
    if listed is not None:
        return _complete(turn, listed)
    named = own_tasks.find_named(turn.session, turn.actor, _DONE.sub(" ", turn.text)) if _DONE.search(turn.text) else []
    return _complete(turn, named[0]) if len(named) == 1 else _ask_which(turn)


def _listed(turn: Turn) -> Task | None:
    """Return the task that is meant by its place in the list that was shown last: 'complete the first one'."""
    words = " ".join(_DONE.sub(" ", turn.text).split())
    offered = choices.list_last(turn.session, turn.conversation.id)
    ids = [int(one.arguments["task_id"]) for one in offered if one.intent == INTENT and "task_id" in one.arguments]
    place = picking.read_place(words, len(ids))
    return tasks.get_task(turn.session, turn.actor, ids[place]) if place is not None else None


def resume(turn: Turn) -> Outcome:
    """Take the number or title that we asked for, alone or in a whole sentence."""
    if is_denied(turn.text) or picking.is_none(turn.text):
        return _parties.say_cancelled()
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
        found = found or own_tasks.find_named(turn.session, turn.actor, reference)
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
