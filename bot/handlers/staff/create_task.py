"""'Remind me to …' / '提醒我…': a task of one's own, reminded a day before and at its time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot import due
from bot.directory import Candidate
from bot.handlers.rep import _parties, _targets
from bot.handlers.rep._form import Form, form_handler
from bot.say import Choice, Text, say
from bot.turn import STAFF, Example, Outcome
from bot.words import say_moment
from crm_core import tasks
from nlu.commands import create_task
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._mentions import Mention
from nlu.commands._timing import take_time
from nlu.commands.create_task import CreateTask
from nlu.entities.times import due_at, resolve_time

INTENT = "create_task"
#: a sentence that no grammar reads is a task when its meaning is this sure and it names a time
SURE_PROBABILITY = 0.9
_NOBODY = "-"
#: an order to move what there is already
_MOVES = re.compile(
    r"(?:please\s+)?(?:push|move|shift|reschedule|postpone|delay|bump|update|change|cancel)\b|(?:请|帮我)*(?:把|将)?[^,，]{1,40}(?:改到|推迟到|延到|挪到|推到|改成)",
    re.IGNORECASE | re.ASCII,
)
_PRONOUN = re.compile(r"(?:他|她|它)(?:们)?|him|her|them|it", re.IGNORECASE)


@dataclass(frozen=True)
class _About:
    contact_id: int | None = None
    account_id: int | None = None


def fill(form: Form) -> Outcome:
    """Read title and time, find out whom it is about, and write the task."""
    request = create_task.read(form.text, form.context) or _read_loosely(form)
    if request is None or not request.title:
        form.ask(
            "title",
            say(
                zh="要提醒什么？例如：提醒我明天上午十点给华为发报价",
                en="What shall I remind you of? For example: remind me to send Acme the quote tomorrow 10am",
            ),
        )
    owner = _targets.find_colleague(form, request.assignee, slot="owner") if request.assignee else None
    about = _about(form, request)
    due_time = _due(form, request)
    turn = form.turn
    task = tasks.create_task(
        turn.session,
        turn.actor,
        title=request.title,
        due_at=due_time,
        owner_id=owner.id if owner else None,
        contact_id=about.contact_id,
        account_id=about.account_id,
    )
    due.schedule_reminders(turn.session, task, now=turn.now)
    when = say_moment(task.due_at, turn.zone) if task.due_at else Text(zh="没有说时间", en="no date given")
    whose = Text(zh=f" · 负责人：{owner.name}", en=f" · owner: {owner.name}") if owner else Text(zh="", en="")
    return form.done(
        say(zh=f"已建任务：{task.title} · {when.zh}{whose.zh}", en=f"Task created: {task.title} · {when.en}{whose.en}")
    )


def _due(form: Form, request: CreateTask) -> datetime | None:
    """Return when it is due; a reminder without a time, or one that nobody can resolve, is asked for."""
    answer = form.given("due_at")
    zone = form.turn.zone
    if answer == _NOBODY:
        return None
    moment = resolve_time(answer, form.context.now, zone, "future") if answer else request.due
    if moment is not None:
        return due_at(moment, zone)
    if answer is None and not request.is_reminder and request.time_text is None:
        return None
    later = Choice(label=say(zh="不设时间", en="No time"), intent=INTENT, arguments=form.answering("due_at", _NOBODY))
    return form.ask("due_at", say(zh="什么时候提醒？", en="When shall I remind you?"), (later, form.cancel))


def _read_loosely(form: Form) -> CreateTask | None:
    """Read what surely is a task and names a time ('follow up with Li Na tomorrow'), or the answer to our question."""
    answer = form.given("title")
    text = answer or form.text
    again = create_task.read(text, form.context) if answer else None
    if again is not None:
        return again
    timed = take_time(text, text, 0, len(text), form.context)
    understood = form.turn.understanding
    is_sure = timed.due is not None and understood.probability >= SURE_PROBABILITY and not form.data.get("given")
    is_settling = bool(form.data.get("settled") or form.data.get("given"))
    if not timed.words or not (answer or is_sure or is_settling) or _is_no_order(text):
        return None
    return CreateTask(title=timed.words, due=timed.due, mention=None)


def _is_no_order(text: str) -> bool:
    return is_negated(text) or is_question(text) or is_reported(text) or _MOVES.match(text) is not None


def _about(form: Form, request: CreateTask) -> _About:
    """Attach the customer that the task names, when it is certain who is meant; of several, ask which."""
    turn = form.turn
    chosen = form.settled("about")
    if chosen is not None:
        return _of(form.party("about", ""))
    if form.given("about") == _NOBODY:
        return _About()
    named = next(iter(create_task.find_known(request.title, form.context)), None)
    mention = request.mention or (named.text if named else None)
    if mention is None or _PRONOUN.fullmatch(mention):
        return _before(form, request)
    mention, company = _with_company(mention, named)
    found = turn.services.directory.resolve(turn.session, turn.actor, mention, organisation=company)
    if named is not None and found.kind in {"unknown", "near"} and named.text != mention:
        mention = named.text
        found = turn.services.directory.resolve(turn.session, turn.actor, mention, organisation=named.organisation)
    if found.kind == "near" and form.about is not None:  # 'Acme paid; call Hans': the one who works there
        beside = turn.services.directory.resolve(turn.session, turn.actor, mention, within=form.about.account_id)
        near = [one for one in beside.candidates if one.account_id == form.about.account_id]
        return _of(near[0]) if len(near) == 1 else _of(form.about)
    if found.kind == "hidden":
        _parties.refuse(found)
    if found.kind == "ambiguous" or (found.kind == "near" and mention.isascii()):
        _ask_whom(form, mention, found.candidates)
    return _of(found.candidates[0]) if found.kind == "found" else _About()


def _with_company(mention: str, named: Mention | None) -> tuple[str, str | None]:
    """Give the person whose company is named with him: 给华为的张伟发报价 means him, and no namesake of his."""
    if named is None or mention not in {named.text, named.organisation}:
        return mention, None
    return named.text, named.organisation


def _before(form: Form, request: CreateTask) -> _About:
    """Take the customer whom the message created or changed before this part of it.

    Raises:
        Interrupted: 'call him tomorrow' comes after a part that is still asked about: it isn't known who he is.
    """
    if form.about:
        return _of(form.about)
    answer = form.given("about")
    if answer:
        return _of(form.party("about", answer, makes=()))
    if form.data.get("after_question") and _PRONOUN.search(request.title):
        form.ask("about", say(zh=f"“{request.title}”：指的是谁？", en=f"'{request.title}': who is it?"), (form.cancel,))
    return _About()


def _ask_whom(form: Form, mention: str, candidates: tuple[Candidate, ...]) -> None:
    options = [
        Choice(label=one.label, intent=INTENT, arguments=form.choosing("about", one.record_type, one.id))
        for one in candidates
    ]
    nobody = Choice(
        label=say(zh="不关联客户", en="None of them"), intent=INTENT, arguments=form.answering("about", _NOBODY)
    )
    question = say(zh=f"“{mention}”指的是哪一个？", en=f"Which '{mention}' do you mean?")
    form.ask("about", question, (*options, nobody, form.cancel))


def _of(one: Candidate) -> _About:
    return _About(contact_id=one.id if one.record_type == "contact" else None, account_id=one.account_id)


HANDLER = form_handler(
    intent=INTENT,
    roles=STAFF - {"analyst"},
    reads=create_task.read,
    fill=fill,
    examples=(Example(zh="提醒我明天上午十点给华为发报价", en="remind me to send Acme the quote tomorrow 10am"),),
    min_probability=0.6,
)
