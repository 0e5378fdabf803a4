"""'Requirement DE20260001 confirmed: works fine' / 需求DE20260001客户已确认: how far a requirement is."""

from __future__ import annotations

from bot.handlers.rep import _targets
from bot.handlers.rep._form import Form, form_handler
from bot.say import say
from bot.turn import RECORDERS, Example, Outcome
from bot.words import say_value
from crm_core import requirements
from nlu.commands import update_requirement

INTENT = "update_requirement"
#: what each status must not be without: its slot and question
_ASKED = {
    "closed": say(zh="客户是怎么确认的？请写下他的话。", en="How did the customer confirm it? Give his words."),
    "delayed": say(zh="为什么延期？", en="Why is it delayed?"),
    "todo": say(zh="为什么重新打开？", en="Why is it opened again?"),
}


def fill(form: Form) -> Outcome:
    """Find the requirement and move it to its status; ask for the reason or the customer's confirmation."""
    request = update_requirement.read(form.text, form.context)
    if request is None:
        form.stop("asked", say(zh="是哪个需求？请说编号或名称。", en="Which requirement? Give its code or name."))
    requirement = _targets.find_requirement(form, request.mention)
    words = form.given("words") or request.words
    if words is None and request.status in _ASKED:
        form.ask("words", _ASKED[request.status], (form.cancel,))
    was = requirement.status
    requirements.change_status(
        form.turn.session,
        form.turn.actor,
        requirement,
        status=request.status,
        reason=None if request.status == "closed" else words,
        confirmation=words if request.status == "closed" else None,
    )
    before, after = say_value(was.value, form.turn.zone), say_value(requirement.status.value, form.turn.zone)
    said = f"\n“{words}”" if words else ""
    return form.done(
        say(
            zh=f"需求 {requirement.code} {requirement.title}：{before.zh} → {after.zh}{said}",
            en=f"Requirement {requirement.code} {requirement.title}: {before.en} → {after.en}{said}",
        )
    )


HANDLER = form_handler(
    intent=INTENT,
    roles=RECORDERS,
    reads=update_requirement.read,
    fill=fill,
    examples=(
        Example(
            zh="需求DE20260001客户已确认：邮件回复可以上线",
            en="requirement DE20260001 confirmed: they tested it, works",
        ),
        Example(zh="需求DE20260001延期：等法务", en="requirement DE20260001 is delayed: waiting for legal"),
    ),
)
