"""'Delete task 3' / '删掉任务3': off the list, with Undo; what is only told to be off is asked about, never logged."""

from __future__ import annotations

from collections.abc import Sequence

from bot import due, own_tasks
from bot.handlers.rep import _targets
from bot.handlers.rep._form import Form, form_handler
from bot.say import Choice, Text, say
from bot.turn import STAFF, Example, Outcome
from crm_core import tasks
from crm_core.models import Task
from nlu.commands import cancel_task
from nlu.commands.cancel_task import CancelTask
from nlu.entities.interaction_kinds import kind_of

INTENT = "cancel_task"
_YES = "yes"


def fill(form: Form) -> Outcome:
    """Find the task and take it off the list; without an order for it, ask first."""
    request = cancel_task.read(form.text, form.context)
    if request is None:
        form.ask(
            "text",
            say(zh="要取消哪个任务？例如：删掉任务3", en="Which task shall I cancel? For example: delete task 3"),
        )
    task = _targets.find_task(form, request.reference) if request.is_order else _told(form, request)
    turn = form.turn
    tasks.delete_task(turn.session, turn.actor, task, reason=request.reason)
    due.unschedule_reminders(turn.session, task.id)
    why = Text(zh=f"（{request.reason}）", en=f" ({request.reason})") if request.reason else Text(zh="", en="")
    return form.done(say(zh=f"已取消任务：{task.title}{why.zh}", en=f"Task cancelled: {task.title}{why.en}"))


def _told(form: Form, request: CancelTask) -> Task:
    """Return the task that its owner agrees to cancel because what it is about is off.

    Raises:
        Interrupted: it has to be asked, or there is no such task.
    """
    chosen = form.settled("task")
    if chosen is not None:
        return tasks.get_task(form.turn.session, form.turn.actor, chosen[1])
    found = _concerned(form, request.reference)
    if len(found) == 1 and form.given("task") == _YES:
        return found[0]
    if not found:
        form.stop(
            "answered",
            say(
                zh="好的。没有发生的事不记为互动，也没有相关的任务，所以什么都没有写。",
                en="All right. What did not take place is no contact, and I found no task for it, so I wrote nothing.",
            ),
        )
    return form.ask("task", _question(found), (*_options(form, found), _keep(form)))


def _concerned(form: Form, words: str) -> list[Task]:
    """Return the tasks that the words name, and of the customer's others those that are meetings or calls."""
    found = _targets.list_own_tasks(form, words)
    return own_tasks.most_alike(found, words) or [task for task in found if kind_of(task.title) is not None]


def _question(found: Sequence[Task]) -> Text:
    if len(found) == 1:
        title = found[0].title
        return say(
            zh=f"还没有写任何内容。要取消任务“{title}”吗？", en=f"Nothing is written yet. Cancel the task '{title}'?"
        )
    return say(zh="还没有写任何内容。要取消哪个任务？", en="Nothing is written yet. Which task shall I cancel?")


def _options(form: Form, found: Sequence[Task]) -> list[Choice]:
    return [
        _targets.choice_of(form, "task", "task", one.id, Text(zh=f"取消：{one.title}", en=f"Cancel: {one.title}"))
        for one in found[: _targets.MAX_CHOICES]
    ]


def _keep(form: Form) -> Choice:
    return Choice(label=say(zh="都保留", en="Keep it"), intent=INTENT, arguments=form.cancel.arguments)


HANDLER = form_handler(
    intent=INTENT,
    roles=STAFF - {"analyst"},
    reads=cancel_task.read,
    fill=fill,
    examples=(Example(zh="删掉任务3，客户不做了", en="delete task 3, they dropped the project"),),
)
