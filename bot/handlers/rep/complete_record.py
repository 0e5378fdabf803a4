"""A bare value right after a record was written: 'Bluewave' or 13800138000 after a new contact, 18万 after a deal.

Promise: what was empty is filled in; what holds another value already is asked about first. Never: an older record.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NoReturn

from bot import due
from bot.additions import Target, find_targets
from bot.handlers.rep import _changes, _corrections, _echo, correct
from bot.handlers.rep._form import Form, form_handler
from bot.say import Text, say
from bot.taken_back import say_name
from bot.turn import SELLERS, Outcome
from bot.words import say_field, say_value
from crm_core import interactions
from crm_core.describe import describe
from crm_core.models import Interaction, Payment, Task
from crm_core.undo import list_written
from nlu.commands import _additions
from nlu.commands._fields import read_value
from nlu.entities.money import Money, parse_money
from nlu.understanding import Moment, ParseContext

INTENT = "complete_record"
_SHOWN = (
    *_echo.SHOWN,
    "occurred_at",
    "received_on",
    "contacts",
    "summary",
    "birthday",
    "decision_role",
    "annual_amount",
)


def fill(form: Form) -> Outcome:
    """Write the values into the record that was written last, and echo it."""
    values = _additions.read(form.text, form.context)
    window = timedelta(minutes=form.turn.services.settings.undo_minutes)
    earlier = list_written(form.turn.session, form.turn.actor, within=window, limit=2)
    written = next((one for one in earlier if one.message_id != form.turn.inbox_id), None)
    targets = find_targets(form.turn.session, written, values) if written else []
    if not targets:
        form.stop(
            "answered",
            say(
                zh="没看懂这是补充哪一项，什么都没有改。", en="I can't tell what this belongs to; nothing was changed."
            ),
        )
    changes = [(target, _value(form, target)) for target in targets]
    _confirm(form, changes)
    before = {id(target.record): describe(form.turn.session, target.record, form.turn.zone) for target in targets}
    for target, value in changes:
        correct.write(form, target.record, value)
        if isinstance(target.record, Task):
            due.schedule_reminders(form.turn.session, target.record, now=form.turn.now)
    return _say(form, [target.record for target in targets], before)


def _value(form: Form, target: Target) -> dict[str, Any]:
    """Read the value of a field: the record that a name means, a time, an amount, or words."""
    words, field = target.words, target.field
    if field == "account_id":
        return {"account_id": form.party("account", words, kind="account", makes=("account",)).id}
    if field == "contact_ids":
        return {"contact_ids": _with_participants(form, target)}
    if field in _corrections.TIMES.values():
        return {field: _time(form, target)}
    if field in {"amount", "annual_amount"}:
        return _amount(form, target)
    value = read_value(field, form.given(field) or words, form.context)
    if value in (None, ""):
        _ask_again(form, field)
    return {field: _changes.day_of(form, value) if isinstance(value, Moment) else value}


def _time(form: Form, target: Target) -> Any:
    field, is_past = target.field, isinstance(target.record, Interaction | Payment)
    was, is_clocked = getattr(target.record, field), field in {"due_at", "occurred_at"}
    moment = _corrections.new_time(form, target.words, was, is_past=is_past, is_clocked=is_clocked)
    return moment if moment is not None else _ask_again(form, field)


def _amount(form: Form, target: Target) -> dict[str, Any]:
    money = parse_money(form.given(target.field) or target.words)
    if not isinstance(money, Money):
        _ask_again(form, target.field)
    _changes.confirm_amount(form, money, target.field)
    currency = money.currency if money.is_currency_said else target.record.currency or money.currency
    return {target.field: money.amount, "currency": currency}


def _with_participants(form: Form, target: Target) -> list[int]:
    """Add people to those who took part: 'and Michael Brown was there too'."""
    held = interactions.list_contact_ids(form.turn.session, target.record.id)
    named = _additions.split_names(target.words)
    found = [
        form.party(f"who{number}", name, kind="contact", makes=("contact",)).id for number, name in enumerate(named)
    ]
    return [*held, *(one for one in found if one not in held)]


def _ask_again(form: Form, field: str) -> NoReturn:
    name = say_field(field)
    form.ask(field, say(zh=f"{name.zh}是什么？", en=f"What is the {name.en}?"), (form.cancel,))


def _confirm(form: Form, changes: Iterable[tuple[Target, dict[str, Any]]]) -> None:
    """Ask before a value is replaced that was said already."""
    zone = form.turn.zone
    for target, value in changes:
        field, was = target.field, getattr(target.record, target.field, None)  # who took part is no column
        if target.is_named or was in (None, "") or was == value[field]:
            continue
        fields = describe(form.turn.session, target.record, zone)
        name, label = say_name(form.turn, target.record, fields), say_field(field)
        old = say_value(fields.get(field), zone, field)
        new = _shown(form, value[field])
        form.confirm(
            f"{field}_sure",
            say(
                zh=f"{name.zh} 的{label.zh}现在是 {old.zh}，要改成 {new.zh} 吗？",
                en=f"{name.en}: the {label.en} is {old.en} now. Change it to {new.en}?",
            ),
            yes=say(zh="改", en="Yes, change it"),
        )


def _shown(form: Form, value: Any) -> Text:
    return say_value(value.isoformat() if hasattr(value, "isoformat") else value, form.turn.zone)


def _say(form: Form, records: Iterable[Any], before: dict[int, dict[str, object]]) -> Outcome:
    text, zone = Text(zh="", en=""), form.turn.zone
    for record in {id(one): one for one in records}.values():
        after = describe(form.turn.session, record, zone)
        changed = [field for field in _SHOWN if after.get(field) != before[id(record)].get(field)]
        name = say_name(form.turn, record, after)
        text += say(zh=f"已补充 {name.zh}：", en=f"Added to {name.en}:") if changed else Text(zh="", en="")
        for field in changed:
            label, shown = say_field(field), say_value(after.get(field), zone, field)
            text += Text(zh=f"\n{label.zh}：{shown.zh}", en=f"\n{label.en}: {shown.en}")
    if not text.zh:
        form.stop("answered", say(zh="本来就是这样，没有改动。", en="It is like that already; nothing changed."))
    return form.done(text)


def _reads_nothing(_text: str, _context: ParseContext) -> None:
    """Know no sentence of its own: what follows a write decides."""


HANDLER = form_handler(intent=INTENT, roles=SELLERS, reads=_reads_nothing, fill=fill, examples=())
