"""Taking back what was written, and saying what it was: for undo, for 'cancel' right after a write, for a button.

Promise: every change that is taken back is named; a task that lives again is reminded of again. Never: which one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot import due
from bot.say import Draft, Text, say
from bot.turn import Outcome, Turn
from bot.words import say_field, say_value
from crm_core.database import Base
from crm_core.describe import describe
from crm_core.models import Account, AuditEvent, Contact, Task, TaskStatus, User
from crm_core.permissions import can, record_type
from crm_core.undo import get_record, undo_events

#: changes that are named one by one; more are counted
MOST_NAMED = 6
#: changed fields of one record that are shown
MOST_FIELDS = 3
_KINDS: Mapping[str, Text] = {
    "account": say(zh="客户", en="account"),
    "contact": say(zh="联系人", en="contact"),
    "interaction": say(zh="互动", en="interaction"),
    "lead": say(zh="线索", en="lead"),
    "opportunity": say(zh="商机", en="deal"),
    "requirement": say(zh="需求", en="requirement"),
    "task": say(zh="任务", en="task"),
    "payment": say(zh="回款", en="payment"),
    "instalment": say(zh="回款计划", en="planned payment"),
    "quote": say(zh="报价单", en="quote"),
    "contract": say(zh="合同", en="contract"),
    "ticket": say(zh="工单", en="ticket"),
    "campaign": say(zh="活动", en="campaign"),
    "segment": say(zh="分群", en="segment"),
    "target": say(zh="目标", en="target"),
    "approval": say(zh="审批", en="approval"),
}
#: other records that a field names by their ids
_OTHERS: Mapping[str, type[Account | Contact | User]] = {"account_id": Account, "contact_id": Contact, "owner_id": User}
_IDS = ("_id", "_ids")
#: what follows from another field, or is not for people
_SILENT = frozenset(
    {"probability", "stage_results", "closed_at", "completed_at", "status_reason", "stage_entered_at", "departed_at"}
)


def take_back(turn: Turn, events: Sequence[AuditEvent]) -> Outcome:
    """Take these changes back and say which they were.

    Raises:
        PermissionRefused: another person wrote one of them.
    """
    said = say_steps(turn, events)
    for event in undo_events(turn.session, turn.actor, events):
        _remind_again(turn, event)
    return Outcome(kind="done", replies=(Draft(text=say(zh="已撤销：", en="Undone: ") + said),))


def split(events: Sequence[AuditEvent]) -> list[list[AuditEvent]]:
    """Part what a message wrote by the records that it is about, in the order of writing."""
    parts: dict[tuple[str, int | None], list[AuditEvent]] = {}
    for event in sorted(events, key=lambda event: event.id):
        parts.setdefault((event.record_type, event.record_id), []).append(event)
    return list(parts.values())


def say_steps(turn: Turn, events: Iterable[AuditEvent]) -> Text:
    """Name changes: one in the same line, several a line each."""
    steps = [say_step(turn, part[0]) for part in split(list(events))]
    if len(steps) == 1:
        return steps[0]
    text = Text(zh="", en="")
    for step in steps[:MOST_NAMED]:
        text += Text(zh=f"\n• {step.zh}", en=f"\n• {step.en}")
    left = len(steps) - MOST_NAMED
    return text + say(zh=f"\n…… 共 {len(steps)} 项", en=f"\n… {len(steps)} changes in all") if left > 0 else text


def say_step(turn: Turn, event: AuditEvent) -> Text:
    """Name one change: '电话 · 罗文', 'deal Northwind TMS: stage contacted → qualified'."""
    record = get_record(turn.session, event, include_withdrawn=True)
    if record is not None and not can(turn.actor, "read", record):
        # Not named: it may be called otherwise since.
        return _kind(event.record_type) + say(zh="（现由同事负责）", en=" (a colleague's by now)")
    fields = describe(turn.session, record, turn.zone) if record is not None else {}
    text = _name(turn, event.record_type, fields)
    if event.action == "updated":
        text += _changes(turn, event)
    elif event.action == "deleted":
        text += say(zh="（已删除）", en=" (deleted)")
    return text


def _name(turn: Turn, record_type: str, fields: Mapping[str, object]) -> Text:
    if record_type == "interaction":
        kind = say_value(fields.get("kind"), turn.zone)
        who = _words(fields.get("contacts")) or _words(fields.get("account"))
        return Text(zh=f"{kind.zh} · {who}", en=f"{kind.en} · {who}")
    kind = _kind(record_type)
    names = [_words(fields.get(name)) for name in ("name", "title", "opportunity", "number", "code")]
    name = next((one for one in names if one), "")
    amount = _words(fields.get("amount")) if record_type in {"payment", "instalment"} else ""
    shown = " ".join(part for part in (name, amount) if part)
    return Text(zh=f"{kind.zh} {shown}", en=f"{kind.en} {shown}")


def _kind(record_type: str) -> Text:
    return _KINDS.get(record_type, Text(zh=record_type, en=record_type.replace("_", " ")))


def say_name(turn: Turn, record: Base, fields: Mapping[str, object]) -> Text:
    """Name a record by its kind and name: '电话 · 罗文', 'deal Northwind TMS'."""
    return _name(turn, record_type(type(record)), fields)


def _words(value: object) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "" if value is None else str(value)


def _changes(turn: Turn, event: AuditEvent) -> Text:
    before, after = event.before or {}, event.after or {}
    fields = [field for field in after if field not in _SILENT and (field in _OTHERS or not field.endswith(_IDS))]
    text = Text(zh="", en="")
    for number, field in enumerate(fields[:MOST_FIELDS]):
        label = say_field(field)
        was, became = (_value(turn, field, values.get(field)) for values in (before, after))
        lead_zh, lead_en = ("：", ": ") if not number else ("，", ", ")
        text += Text(zh=f"{lead_zh}{label.zh} {was.zh} → {became.zh}", en=f"{lead_en}{label.en} {was.en} → {became.en}")
    return text


def _value(turn: Turn, field: str, value: Any) -> Text:
    """Say a value; another record that it names by its id, by its name."""
    named: Any = turn.session.get(_OTHERS[field], value) if field in _OTHERS and value is not None else None
    return say_value(named.name if named is not None else value, turn.zone, field)


def _remind_again(turn: Turn, event: AuditEvent) -> None:
    """Promise the reminders of a task that is open again, and forget those of one that is gone."""
    if event.record_type != "task" or event.record_id is None:
        return
    task = turn.session.get(Task, event.record_id)
    if task is None or task.deleted_at is not None or task.status is TaskStatus.DONE:
        due.unschedule_reminders(turn.session, event.record_id)
    else:
        due.schedule_reminders(turn.session, task, now=turn.now)
