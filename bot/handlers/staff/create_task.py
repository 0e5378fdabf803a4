"""'Remind me to …' / '提醒我…': a task of one's own, reminded a day before and at its time."""

from __future__ import annotations

from bot import due
from bot.say import Choice, Draft, Text, draft, say
from bot.turn import STAFF, Dialogue, Example, Handler, Outcome, Turn
from bot.words import say_moment
from crm_core import tasks
from nlu.commands import create_task
from nlu.commands._guards import is_negated, is_question
from nlu.commands._timing import take_time
from nlu.commands.create_task import CreateTask
from nlu.entities.times import due_at

INTENT = "create_task"
#: a sentence that no grammar reads is a task when its meaning is this sure and it names a time
SURE_PROBABILITY = 0.9


def run(turn: Turn) -> Outcome:
    """Read title and time and write the task."""
    request = create_task.read(turn.text, turn.context) or _read_loosely(turn)
    if request is None or not request.title:
        reply = draft(
            zh="要提醒什么？例如：提醒我明天上午十点给华为发报价",
            en="What shall I remind you of? For example: remind me to send Acme the quote tomorrow 10am",
        )
        return Outcome(kind="asked", replies=(reply,), dialogue=Dialogue(intent=INTENT))
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


def _read_loosely(turn: Turn) -> CreateTask | None:
    """Read what surely is a task and names a time ('follow up with Li Na tomorrow'), or the answer to our question."""
    timed = take_time(turn.text, turn.text, 0, len(turn.text), turn.context)
    is_answer = turn.dialogue is not None and turn.dialogue.intent == INTENT
    is_sure = timed.due is not None and turn.understanding.probability >= SURE_PROBABILITY
    if not timed.words or not (is_answer or is_sure) or is_negated(turn.text) or is_question(turn.text):
        return None
    named = turn.services.directory.find_in(turn.session, timed.words)
    return CreateTask(title=timed.words, due=timed.due, mention=named[0] if named else None)


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
    intent=INTENT,
    roles=STAFF - {"analyst"},
    run=run,
    resume=run,
    examples=(Example(zh="提醒我明天上午十点给华为发报价", en="remind me to send Acme the quote tomorrow 10am"),),
    min_probability=0.6,
)
