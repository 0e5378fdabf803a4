"""What a correction changes in the records that were just written: which field of which record, and its new value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.handlers.rep._form import Form
from crm_core.database import Base
from crm_core.models import Account, Contact, Instalment, Interaction, Lead, Opportunity, Payment, Task
from nlu.commands._fields import read_value
from nlu.commands.correct import Correct
from nlu.entities.emails import find as find_emails
from nlu.entities.interaction_kinds import find_kinds, kind_of
from nlu.entities.money import Money, parse_money
from nlu.entities.money import find as find_money
from nlu.entities.phones import find as find_phones
from nlu.entities.times import due_at, find_times
from nlu.understanding import Moment

#: field of a record -> the attribute that holds its time, amount or words
TIMES: dict[type[Base], str] = {
    Task: "due_at", Interaction: "occurred_at", Opportunity: "expected_close", Payment: "received_on",
    Instalment: "due_on",
}  # fmt: skip
AMOUNTS: dict[type[Base], str] = {
    Opportunity: "amount", Payment: "amount", Instalment: "amount", Account: "annual_amount",
}  # fmt: skip
TEXTS: dict[type[Base], tuple[str, ...]] = {
    Task: ("title",), Interaction: ("summary",), Opportunity: ("name",), Contact: ("name", "title"),
    Account: ("name", "industry", "region", "address", "source", "notes"),
    Lead: ("name", "company", "source", "notes"), Payment: ("notes",),
}  # fmt: skip
_CLOCK_ONLY = re.compile(
    r"(?:at\s+|around\s+)?(?:(?:早上|上午|中午|下午|晚上|傍晚"
    r"|凌晨)?\s*[\d零一二两三四五六七八九十]{1,3}\s*(?:[点:时]\s*半?(?:[\d零一二三四五六七八九十]{1,3}分?)?)"
    r"|\d{1,2}(?::\d\d)?\s*(?:am|pm|a\.m\.|p\.m\.|o'clock)|noon|midday|midnight)",
    re.IGNORECASE | re.ASCII,
)


#: 'it was 4' of a time
_BARE_HOUR = re.compile(r"(?:at\s+)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?", re.ASCII)
#: a clock with no word for the half of the day
_HALF_SAID = re.compile(
    r"早|上午|中午|下午|晚|傍晚|凌晨|am|pm|a\.m|p\.m|noon|midnight|midday|[01]\d:|2\d:|1[3-9]|2[0-3]", re.IGNORECASE
)
#: hours in which business is done
_WORKING_HOURS = range(7, 22)


@dataclass(frozen=True)
class Value:
    """A right value and what it is: time, amount, mobile, email, kind, level, stage, priority, or words."""

    kind: str
    value: Any
    words: str


def read_right(form: Form, request: Correct) -> Value:
    """Tell what kind of value the right words are."""
    words, context = request.right, form.context
    number = _BARE_HOUR.fullmatch(words) if request.field == "time" else None
    if number is not None:
        return Value("time", None, f"{number['hour']}:{number['minute'] or '00'}")
    if request.field and request.field not in {"time", "party", "kind"}:
        value = read_value(request.field, words, context)
        if value is not None and not isinstance(value, Moment):
            return Value("amount" if isinstance(value, Money) else request.field, value, words)
    return _found_in(form, words) or _kind_or_words(form, request)


def _found_in(form: Form, words: str) -> Value | None:
    for kind, find in (("mobile", find_phones), ("email", find_emails), ("amount", find_money)):
        found = find(words, form.context)
        if found:
            return Value(kind, found[0].value, words)
    return None


def _kind_or_words(form: Form, request: Correct) -> Value:
    words, context = request.right, form.context
    if find_times(words, context.now, context.timezone, "future"):
        return Value("time", None, words)
    if find_kinds(words) and (request.wrong is None or kind_of(request.wrong)):
        return Value("kind", kind_of(words), words)
    money = parse_money(words) if request.field in {"amount", "annual_amount"} else None
    return Value("amount", money, words) if money else Value("words", words, words)


def plain_amount(right: Value) -> Money | None:
    """Read a bare number, which is an amount where one was written: 'no, it was 18,000'."""
    money = parse_money(right.words) if right.kind == "words" and _NUMBER.fullmatch(right.words) else None
    return replace(money, is_currency_said=False) if money is not None else None


_NUMBER = re.compile(r"\d{4,9}(?:\.\d{1,2})?", re.ASCII)


def new_time(form: Form, words: str, was: Any, *, is_past: bool, is_clocked: bool = False) -> Any:
    """Read the right time for a field that holds `was`: a bare clock keeps the day, a bare day keeps the clock.

    `is_clocked`: the field holds a time and not only a day, also where it is empty.
    """
    zone = form.turn.zone
    found = find_times(words, form.context.now, zone, "past" if is_past else "future")
    moment = found[0].value if found else None
    if not isinstance(moment, Moment):
        return None
    if was is None and is_clocked:
        return due_at(moment, zone)
    if not isinstance(was, datetime):
        return due_at(moment, zone).astimezone(zone).date()
    local = was.astimezone(zone)
    if _CLOCK_ONLY.fullmatch(words.strip()):
        start = moment.start.astimezone(zone)
        hour = start.hour if _HALF_SAID.search(words) else _likely_hour(start.hour, local.hour)
        return local.replace(hour=hour, minute=start.minute)
    if moment.has_time or moment.grain == "hour":
        return moment.start
    day = due_at(moment, zone).astimezone(zone)
    return day.replace(hour=local.hour, minute=local.minute, second=local.second)


def _likely_hour(said: int, was: int) -> int:
    """Tell 4 in the morning from 4 in the afternoon: the one in working hours, else the one nearer to before."""
    both = [said % 12, said % 12 + 12]
    working = [hour for hour in both if hour in _WORKING_HOURS] or both
    return min(working, key=lambda hour: abs(hour - was))


def is_said_time(form: Form, words: str, was: Any) -> bool:
    """Tell whether what a person calls wrong is the time that a field holds."""
    zone = form.turn.zone
    day = was.astimezone(zone) if isinstance(was, datetime) else was
    for tense in ("past", "future"):
        for one in find_times(words, form.context.now, zone, tense):
            moment = one.value
            if not isinstance(moment, Moment):
                continue
            start = moment.start.astimezone(zone)
            same_day = (start.year, start.month, start.day) == (day.year, day.month, day.day)
            same_clock = isinstance(day, datetime) and (start.hour % 12, start.minute) == (day.hour % 12, day.minute)
            if same_clock if _CLOCK_ONLY.fullmatch(words.strip()) else same_day:
                return True
    return False
