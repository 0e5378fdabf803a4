"""'Once Hans confirms, send the contract' / '等王磊确认了再发合同': nothing is done; a task is offered in its place."""

from __future__ import annotations

from bot.handlers.rep._form import Form, form_handler
from bot.say import say
from bot.turn import STAFF, Example, Outcome
from crm_core import tasks
from nlu.commands import conditional_order, create_task

INTENT = "conditional_order"
#: of a title that a task can have
LONGEST_TITLE = 300


def fill(form: Form) -> Outcome:
    """Offer a task that holds the order with its condition, and write it after a yes."""
    request = conditional_order.read(form.text, form.context)
    title = (request.title if request else form.text)[:LONGEST_TITLE]
    form.confirm(
        "sure",
        say(
            zh=f"这要等条件满足，现在什么都没有改。要建一个任务提醒你吗：“{title}”？",
            en=f"That waits for something, so nothing is changed now. Shall I make it a task: '{title}'?",
        ),
        yes=say(zh="建任务", en="Make a task"),
    )
    contact_id, account_id = _about(form, title)
    task = tasks.create_task(
        form.turn.session, form.turn.actor, title=title, contact_id=contact_id, account_id=account_id
    )
    return form.done(say(zh=f"已建任务：{task.title} · 没有说时间", en=f"Task created: {task.title} · no date given"))


def _about(form: Form, title: str) -> tuple[int | None, int | None]:
    """Return the contact's and the account's id where the words name one customer for certain."""
    named = next(iter(create_task.find_known(title, form.context)), None)
    if named is None:
        return None, None
    turn = form.turn
    found = turn.services.directory.resolve(turn.session, turn.actor, named.text, organisation=named.organisation)
    if found.kind != "found":
        return None, None
    one = found.candidates[0]
    return (one.id if one.record_type == "contact" else None), one.account_id


HANDLER = form_handler(
    intent=INTENT,
    roles=STAFF - {"analyst"},
    reads=conditional_order.read,
    fill=fill,
    examples=(Example(zh="等王磊确认了再发合同", en="once Hans confirms, send the contract"),),
)
