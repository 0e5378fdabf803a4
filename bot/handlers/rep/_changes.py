"""Writing the new values that a sentence names into the record that it means."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.handlers.rep import _targets
from bot.handlers.rep._form import Form
from bot.say import Choice, say
from bot.words import say_field
from crm_core import customers, deals, requirements, tasks
from crm_core.errors import StageNotReady
from crm_core.models import (
    Account,
    Contact,
    Lead,
    LeadStatus,
    Opportunity,
    Requirement,
    Task,
    TaskStatus,
)
from nlu.commands._fields import read_share, read_value
from nlu.commands._mentions import Mention
from nlu.commands._update_words import take_reason
from nlu.commands.update_record import Change, UpdateRecord
from nlu.entities.durations import Duration
from nlu.entities.durations import find as find_durations
from nlu.entities.money import Money
from nlu.entities.times import due_at
from nlu.understanding import Moment

Changeable = Account | Contact | Opportunity | Lead | Task | Requirement
#: from this amount on a person is asked before it is written; in the currency that was said
LARGE_AMOUNT = Decimal(10_000_000)
#: fields of which a change needs its reason
_JUDGED = frozenset({"level", "status"})


def apply(form: Form, request: UpdateRecord, record: Changeable) -> None:
    """Write every change of a request.

    Raises:
        Interrupted: a value or a reason has to be asked for, or a costly change confirmed.
    """
    values: dict[str, Any] = {}
    for number, change in enumerate(request.changes):
        values |= _value(form, change, number, record)
    if isinstance(record, Account) and "stage" in values:
        values["status"] = values.pop("stage")
    reason = _reason(form, request, record, values)
    _write(form, record, values, reason)


def mention_of(request: UpdateRecord) -> Mention:
    """Return the record's name with the company that was said with it."""
    return Mention(request.mention, 0, len(request.mention), request.organisation)


def _value(form: Form, change: Change, number: int, record: Any) -> dict[str, Any]:
    slot = f"value{number}"
    words = form.given(slot) or change.words
    if change.field == "tags":
        return {"tags": _tags(words, change.verb, list(getattr(record, "tags", None) or ()))}
    if change.field == "owner":
        return {"owner_id": _targets.find_colleague(form, words, slot=slot).id}
    if change.field == "is_key_contact":
        return {"is_key_contact": True}
    if change.field == "account":
        return {"account_id": form.party(slot, words, kind="account", makes=("account",)).id}
    if change.verb != "set" and form.given(slot) is None:
        return _moved(form, change, record)
    value = read_value(change.field, words, form.context)
    if value in _STEPS:
        value = _beside(form, change.field, str(value), slot, record)
    if value is None or value == "":
        _ask_value(form, slot, change.field)
    return _typed(form, change.field, value, slot, record)


def _moved(form: Form, change: Change, record: Any) -> dict[str, Any]:
    """Return a value that was told by how far it moves from the present one."""
    if change.field == "expected_close":
        return {"expected_close": _put_off(form, change, record)}
    return {"amount": _raised(form, change, record)}


def _beside(form: Form, field: str, step: str, slot: str, record: Any) -> str | None:
    """Return the stage or the level beside the present one."""
    return _level_beside(step, record) if field == "level" else _neighbour(form, step, slot, record)


#: a stage told by its place beside the present one
_STEPS = {"next": 1, "previous": -1}


def _neighbour(form: Form, step: str, slot: str, record: Any) -> str | None:
    """Return the open stage after or before a deal's; whether it is won or lost is said, not counted."""
    opened = [one.key for one in deals.list_stages(form.turn.session) if one.key not in {deals.WON, deals.LOST}]
    present = getattr(record, "stage", None)
    place = opened.index(present) + _STEPS[step] if present in opened else -1
    if not 0 <= place < len(opened):
        question = say(
            zh="改到哪个阶段？例如：方案报价、商务谈判、赢单",
            en="To which stage? For example: proposal, negotiation, won",
        )
        form.ask(slot, question, (form.cancel,))
    return opened[place]


#: the levels of customers, upwards
_LEVELS = ("C", "B", "A", "S")


def _level_beside(step: str, record: Any) -> str | None:
    """Return the level above or below a customer's; None where there is none, so that it is asked for."""
    place = _LEVELS.index(record.level.value) + _STEPS[step] if isinstance(record, Account) else -1
    return _LEVELS[place] if 0 <= place < len(_LEVELS) else None


def _put_off(form: Form, change: Change, record: Any) -> date:
    """Return the closing date so much later as was said; ask where the deal has none."""
    closes = getattr(record, "expected_close", None)
    lengths = find_durations(change.words, form.context)
    if closes is None or len(lengths) != 1 or not isinstance(lengths[0].value, Duration):
        form.ask(
            "value0",
            say(zh="预计成交日期改到哪天？", en="To which day shall the closing date be moved?"),
            (form.cancel,),
        )
    return later_by(closes, lengths[0].value)


def later_by(day: date, length: Duration) -> date:
    """Return the day so much later: months by the calendar, at most to their last day."""
    if length.unit != "month" or length.amount != int(length.amount):
        return day + length.length
    months = day.year * 12 + day.month - 1 + int(length.amount)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _raised(form: Form, change: Change, record: Any) -> Decimal:
    """Return what an amount comes to with a share or a sum more or less; ask where that can't be told."""
    amount, by = getattr(record, "amount", None), _difference(form, change, record)
    raised = Decimal(0)
    if amount is not None and by is not None:
        raised = (amount + by if change.verb == "add" else amount - by).quantize(Decimal("0.01"))
    if raised <= 0:
        form.ask("value0", say(zh="金额改成多少？", en="What shall the amount be?"), (form.cancel,))
    confirm_amount(form, Money(raised, record.currency), "amount")
    return raised


def _difference(form: Form, change: Change, record: Any) -> Decimal | None:
    """Return what is added or taken off: 10% of the amount, or a sum in its currency."""
    share = read_share(change.words)
    if share is not None:
        return None if record.amount is None else Decimal(record.amount) * share
    money = read_value("amount", change.words, form.context)
    if not isinstance(money, Money) or (money.is_currency_said and money.currency != record.currency):
        return None
    return money.amount


def _ask_value(form: Form, slot: str, field: str) -> None:
    name = say_field(field)
    choices = [
        Choice(label=say(zh=one, en=one), intent=form.intent, arguments=form.answering(slot, one))
        for one in ("S", "A", "B", "C")
        if field == "level"
    ]
    form.ask(slot, say(zh=f"{name.zh}改成什么？", en=f"What shall the {name.en} be?"), choices)


def _typed(form: Form, field: str, value: object, slot: str, record: Any) -> dict[str, Any]:
    if isinstance(value, Money):
        if not value.is_currency_said:  # 'to 125k' leaves a deal in dollars in dollars
            value = replace(value, currency=getattr(record, "currency", None) or value.currency)
        confirm_amount(form, value, slot)
        return {field: value.amount, "currency": value.currency}
    if isinstance(value, Moment):
        at = due_at(value, form.turn.zone)
        return {field: at if field == "due_at" else day_of(form, value)}
    if field == "short_names":
        return {field: [str(value)]}
    return {field: value}


def day_of(form: Form, moment: Moment) -> date:
    """Return the last day of a span in the person's zone."""
    return due_at(moment, form.turn.zone).astimezone(form.turn.zone).date()


def confirm_amount(form: Form, money: Money, slot: str) -> None:
    """Ask before a large amount is written.

    Raises:
        Interrupted: it is large and not confirmed yet.
    """
    if money.amount < LARGE_AMOUNT:
        return
    shown = f"{money.amount:,.0f} {money.currency}"
    form.confirm(
        f"{slot}_sure",
        say(zh=f"金额是 {shown}，确认吗？", en=f"The amount is {shown}. Is that right?"),
        yes=say(zh="确认", en="Yes, save it"),
    )


def _tags(words: str, verb: str, tags: list[str]) -> list[str]:
    said = [tag.strip(" \"'“”「」#") for tag in re.split(r"[,，、;；]|\band\b", words)]
    said = [tag for tag in said if tag]
    if verb == "add":
        return [*tags, *(tag for tag in said if tag not in tags)]
    if verb == "remove":
        lowered = {tag.casefold() for tag in said}
        return [tag for tag in tags if tag.casefold() not in lowered]
    return said


def _reason(form: Form, request: UpdateRecord, record: Any, values: dict[str, Any]) -> str | None:
    answered = form.given("reason")
    reason = (take_reason(f"X {answered}")[1] or answered) if answered else request.reason
    is_judged = isinstance(record, Account) and any(
        field in values and str(values[field]) != getattr(record, field).value for field in _JUDGED
    )
    if reason is None and is_judged:
        form.ask("reason", say(zh="好的。请说一下原因。", en="All right. What is the reason?"), (form.cancel,))
    return reason


def _write(form: Form, record: Any, values: dict[str, Any], reason: str | None) -> None:
    session, actor = form.turn.session, form.turn.actor
    if isinstance(record, Account):
        customers.update_account(session, actor, record, reason=reason, **values)
    elif isinstance(record, Contact):
        customers.update_contact(session, actor, record, reason=reason, **values)
    elif isinstance(record, Opportunity):
        _write_deal(form, record, values, reason)
    elif isinstance(record, Requirement):
        _write_requirement(form, record, values, reason)
    elif isinstance(record, Lead):
        deals.update_lead(session, actor, record, reason=reason, **_worded(values, LeadStatus))
    else:
        tasks.update_task(session, actor, record, **_worded(values, TaskStatus))


def _write_deal(form: Form, record: Opportunity, values: dict[str, Any], reason: str | None) -> None:
    session, actor = form.turn.session, form.turn.actor
    stage = values.pop("stage", None)
    if values:
        deals.update_opportunity(session, actor, record, reason=reason, **values)
    if stage is None:
        return
    try:
        deals.change_stage(session, actor, record, stage=stage, reason=reason, result=form.given("result"))
    except StageNotReady as error:
        _ask_missing(form, error)


#: what a stage may ask for and a sentence can answer: its question
_MISSING = {
    "reason": say(zh="为什么？请说一下原因。", en="What is the reason?"),
    "result": say(zh="这个阶段的结果是什么？", en="What came out of the present stage?"),
}


def _ask_missing(form: Form, error: StageNotReady) -> None:
    """Ask for what the stage requires, or say what has to be done first."""
    for missing, question in _MISSING.items():
        if missing in error.missing:
            form.ask(missing, question, (form.cancel,))
    names = [say_field(missing) for missing in error.missing]
    form.stop(
        "answered",
        say(
            zh=f"还不能进入这个阶段，缺：{'、'.join(name.zh for name in names)}。什么都没有改。",
            en=f"It can't go to that stage yet. Missing: {', '.join(name.en for name in names)}. Nothing was changed.",
        ),
    )


def _write_requirement(form: Form, record: Requirement, values: dict[str, Any], reason: str | None) -> None:
    session, actor = form.turn.session, form.turn.actor
    status = values.pop("status", None)
    if values:
        requirements.update_requirement(session, actor, record, reason=reason, **values)
    if status is None:
        return
    confirmation = form.given("confirmation") or (reason if status == "closed" else None)
    if status == "closed" and not confirmation:
        question = say(zh="客户是怎么确认的？请写下他的话。", en="How did the customer confirm it? Give his words.")
        form.ask("confirmation", question, (form.cancel,))
    requirements.change_status(session, actor, record, status=status, reason=reason, confirmation=confirmation)


def _worded(values: dict[str, Any], statuses: type[LeadStatus] | type[TaskStatus]) -> dict[str, Any]:
    """Give statuses as members, and a task's name as its title."""
    spelled = {("title" if field == "name" and statuses is TaskStatus else field): values[field] for field in values}
    if "status" in spelled:
        spelled["status"] = statuses(spelled["status"])
    return spelled
