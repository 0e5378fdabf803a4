"""'Remind me to …' / '提醒我…': a task of one's own, reminded a day before and at its time."""

from __future__ import annotations

from bot import due
from bot.say import Choice, Draft, Text, draft, say
from bot.turn import STAFF, Example, Handler, Outcome, Turn
from bot.words import say_moment
from crm_core import tasks
from nlu.commands import create_task
from nlu.entities.times import due_at


def run(turn: Turn) -> Outcome:
    """Read title and time and write the task."""
    request = create_task.read(turn.text, turn.context)
    if request is None or not request.title:
        reply = draft(
            zh="要提醒什么？例如：提醒我明天上午十点给华为发报价",
            en="What shall I remind you of? For example: remind me to send Acme the quote tomorrow 10am",
        )
        return Outcome(kind="asked", replies=(reply,))
    contact_id, account_id = _about(turn, request.mention)
    task = tasks.create_task(
        turn.session,
        turn.actor,
        title=request.title,
        due_at=due_at(request.due, turn.zone) if request.due else None,
        contact_id=contact_id,
        account_id=account_id,
    )
    due.schedule_reminders(turn.session, task, now=turn.now)
    when = say_moment(task.due_at, turn.zone) if task.due_at else Text(zh="没有说时间", en="no date given")
    undo = Choice(label=say(zh="撤销", en="Undo"), intent="undo", arguments={"message_id": turn.inbox_id})
    text = say(zh=f"已建任务：{task.title} · {when.zh}", en=f"Task created: {task.title} · {when.en}")
    return Outcome(kind="done", replies=(Draft(text=text, choices=(undo,)),))


def _about(turn: Turn, mention: str | None) -> tuple[int | None, int | None]:
    """Attach the customer that the task names, only when it is certain who is meant."""
    if not mention:
        return None, None
    resolution = turn.services.directory.resolve(turn.session, turn.actor, mention)
    if resolution.kind != "found":
        return None, None
    one = resolution.candidates[0]
    return (one.id if one.record_type == "contact" else None), one.account_id


HANDLER = Handler(
    intent="create_task",
    roles=STAFF - {"analyst"},
    run=run,
    examples=(Example(zh="提醒我明天上午十点给华为发报价", en="remind me to send Acme the quote tomorrow 10am"),),
    min_probability=0.6,
)
