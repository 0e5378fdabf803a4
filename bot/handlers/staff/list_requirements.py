"""'Requirements of Acme' / 华为现在有哪些需求没关: what customers need, as far as the asker may see it."""

from __future__ import annotations

from bot.handlers.rep import _parties
from bot.say import Draft, Text, draft, say
from bot.turn import STAFF, Example, Handler, Outcome, Turn
from bot.words import say_moment, say_value
from crm_core import requirements
from crm_core.models import Requirement
from nlu.commands import list_requirements
from nlu.commands.list_requirements import ListRequirements

SHOWN = 15


def run(turn: Turn) -> Outcome:
    """List the requirements of the customer that is named, else one's own."""
    request = list_requirements.read(turn.text, turn.context) or ListRequirements()
    account_id = _parties.find_account_id(turn, request.mention) if request.mention is not None else None
    if isinstance(account_id, Outcome):
        return account_id
    is_own = account_id is None and turn.person.role in {"rep", "supervisor"}
    listed = requirements.list_requirements(
        turn.session,
        turn.actor,
        account_id=account_id,
        owner_id=turn.actor.user_id if is_own else None,
        include_closed=request.is_all,
    )
    if not listed:
        return Outcome(kind="answered", replies=(draft(zh="没有未关闭的需求。", en="There are no open requirements."),))
    text = say(zh=f"{len(listed)} 个需求：", en=f"{len(listed)} requirement(s):")
    for requirement in listed[:SHOWN]:
        text += _line(turn, requirement)
    if len(listed) > SHOWN:
        text += say(zh=f"\n……还有 {len(listed) - SHOWN} 个", en=f"\n… and {len(listed) - SHOWN} more")
    return Outcome(kind="answered", replies=(Draft(text=text),))


def _line(turn: Turn, requirement: Requirement) -> Text:
    status = say_value(requirement.status.value, turn.zone)
    priority = say_value(requirement.priority.value, turn.zone)
    due = say_moment(requirement.answer_due_at, turn.zone) if requirement.answer_due_at else Text(zh="", en="")
    return say(
        zh=f"\n• {requirement.code} {requirement.title} · {status.zh} · 优先级{priority.zh} · 期限 {due.zh}",
        en=f"\n• {requirement.code} {requirement.title} · {status.en} · priority {priority.en} · due {due.en}",
    )


HANDLER = Handler(
    intent="list_requirements",
    roles=STAFF,
    run=run,
    examples=(Example(zh="恒信地产的需求", en="requirements of Acme"),),
    min_probability=0.9,
)
