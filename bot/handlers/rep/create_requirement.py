"""'New requirement from Acme: …' / '新增需求 恒信地产：…': what a customer needs, with its clock."""

from __future__ import annotations

from bot.handlers.rep import _echo
from bot.handlers.rep._form import Form, form_handler
from bot.say import Text, say
from bot.turn import RECORDERS, Example, Outcome
from bot.words import say_moment
from crm_core import requirements
from crm_core.models import Requirement
from nlu.commands import create_requirement
from nlu.commands.create_requirement import CreateRequirement

INTENT = "create_requirement"


def fill(form: Form) -> Outcome:
    """Find the account and write the requirement."""
    request = create_requirement.read(form.text, form.context)
    title = form.given("title") or (request.title if request else "")
    if request is None or not title:
        form.ask("title", say(zh="客户需要什么？", en="What does the customer need?"), (form.cancel,))
    account_id, contact_id = _whose(form, request, title)
    requirement = requirements.create_requirement(
        form.turn.session,
        form.turn.actor,
        account_id=account_id,
        contact_id=contact_id,
        title=title,
        kind="potential" if request.is_potential else "existing",
        priority=request.priority or "medium",
    )
    return form.done(_echo.say_created(form, requirement, say(zh="需求", en="Requirement")) + _clock(form, requirement))


def _whose(form: Form, request: CreateRequirement, title: str) -> tuple[int, int | None]:
    named = form.turn.services.directory.find_in(form.turn.session, title)
    mention = request.mention or next(iter(named), None)
    is_open = form.given("account") is None and form.settled("account") is None
    if mention is None and is_open and form.about is not None and form.about.account_id is not None:
        return form.about.account_id, form.about.id if form.about.record_type == "contact" else None
    if mention is None and is_open:
        form.ask("account", say(zh="是哪个客户的需求？", en="Which account is it for?"), (form.cancel,))
    party = form.party("account", mention or "", makes=("account",))
    if party.account_id is None:
        form.stop(
            "asked",
            say(zh=f"{party.name}还没有所属客户，请说客户名称。", en=f"{party.name} has no account yet. Name it."),
        )
    return party.account_id, party.id if party.record_type == "contact" else None


def _clock(form: Form, requirement: Requirement) -> Text:
    when = say_moment(requirement.answer_due_at, form.turn.zone)
    return say(zh=f"\n答复期限：{when.zh}", en=f"\nAnswer by: {when.en}")


HANDLER = form_handler(
    intent=INTENT,
    roles=RECORDERS,
    reads=create_requirement.read,
    fill=fill,
    examples=(
        Example(
            zh="新增需求 恒信地产：礼盒上印标志，优先级高", en="new requirement from Acme: logo on cups, high priority"
        ),
    ),
)
