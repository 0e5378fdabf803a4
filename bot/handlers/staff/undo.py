"""'Undo' / '撤销': takes back what the person's last writing message wrote, one that he names, or a button's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from bot import due, taken_back, teaching
from bot.handlers.rep import _parties
from bot.say import Choice, Draft, Text, draft, say
from bot.taken_back import take_back
from bot.turn import STAFF, Dialogue, Example, Handler, Outcome, Turn
from bot.words import say_moment
from crm_core import tasks
from crm_core.describe import describe
from crm_core.models import AuditEvent, Task
from crm_core.undo import Written, get_record, get_written, list_written
from nlu import picking
from nlu.commands import undo as grammar
from nlu.commands._guards import is_affirmed, is_denied, is_no_order
from nlu.commands.undo import Undo

INTENT = "undo"
#: fields by which a person names what he wrote
_NAMES = ("name", "title", "summary", "account", "company", "contacts", "opportunity", "code")
#: what is offered to be taken back where none is named surely
MOST_OFFERED = 5
#: so far back it is said what was done last, where it is too late to take it back
_LOOK_BACK = timedelta(days=1)
#: what stands on its own beside the other records of its message: a report without its follow-up
_APART = frozenset({"task"})


def run(turn: Turn) -> Outcome:
    """Undo the last message that wrote something, or the one that is named, within the window."""
    request = grammar.read(turn.text, turn.context)
    if request is None:
        return _parties.say_nothing_done() if is_no_order(turn.text) else _ask(turn)
    taught = _take_back_taught(turn) if request == Undo() else None
    if taught is not None:
        return taught
    written = list_written(turn.session, turn.actor, within=_window(turn))
    return _undo(turn, written, request) if written else _say_too_late(turn)


def _undo(turn: Turn, written: Sequence[Written], request: Undo) -> Outcome:
    """Undo what is named, counted or simply the last of these."""
    if request.is_named:
        return _undo_named(turn, written, request)
    if request.place is not None:
        return _undo_at(turn, written, request.place)
    if request.count is None and len(written) > 1:
        return _ask_for_all(turn, written)
    chosen = written[request.back - 1 : request.back] if request.back > 1 else written[: request.count]
    if not chosen:
        return _offer(turn, written, say(zh="没有那么多可以撤销的操作。", en="There aren't that many to undo."))
    return take_back(turn, _events(chosen))


def resume(turn: Turn) -> Outcome:
    """Take a bare yes, no, number or a new order in answer to 'which one?'."""
    data = turn.dialogue.data if turn.dialogue else {}
    offered = [int(one) for one in data.get("messages", ())]
    if grammar.read(turn.text, turn.context) is not None or not offered:
        return run(turn)
    if is_denied(turn.text) or picking.is_none(turn.text):
        return _say_kept()
    if picking.is_all(turn.text) or (is_affirmed(turn.text) and data.get("is_yes")):
        return _undo_messages(turn, offered)
    place = picking.read_place(turn.text, len(offered))
    return _undo_messages(turn, [offered[place]]) if place is not None else run(turn)


def press(turn: Turn) -> Outcome:
    """Undo the messages that the button belongs to, within the window."""
    if turn.arguments.get("cancel"):
        return _say_kept()
    given = turn.arguments.get("messages") or [turn.arguments["message_id"]]
    return _undo_messages(turn, [int(one) for one in given])


def _undo_messages(turn: Turn, message_ids: Iterable[int]) -> Outcome:
    found = [one for number in message_ids if (one := get_written(turn.session, number)) is not None]
    if not found:
        reply = draft(
            zh="这一条已经撤销过，或者没有可以撤销的内容。",
            en="That was taken back already, or there is nothing to undo.",
        )
        return Outcome(kind="answered", replies=(reply,))
    in_time = [one for one in found if one.events[0].at >= turn.now - _window(turn)]
    return take_back(turn, _events(in_time)) if in_time else _say_too_late(turn, found[0])


def _undo_named(turn: Turn, written: Sequence[Written], request: Undo) -> Outcome:
    for one in written:
        fitting = _fitting(turn, one, request)
        if fitting and request.is_deletion and (gone := _delete(turn, fitting, written)) is not None:
            return gone
        if fitting:
            apart = request.record_type in _APART and all(event.action == "created" for event in fitting)
            return take_back(turn, fitting if apart else one.events)
    none = say(
        zh=f"最近 {turn.services.settings.undo_minutes} 分钟里没有找到这样的记录，什么都没有撤销。",
        en=f"I found nothing like that in the last {turn.services.settings.undo_minutes} minutes; nothing was undone.",
    )
    return _offer(turn, written, none)


def _delete(turn: Turn, events: Sequence[AuditEvent], written: Sequence[Written]) -> Outcome | None:
    """Delete the task that the last message only changed: to take its change back is not what was ordered."""
    changed = {record.id: record for event in events if isinstance(record := get_record(turn.session, event), Task)}
    if not changed or any(event.action != "updated" for event in events):
        return None
    if len(changed) > 1:
        several = say(
            zh="刚才改了几个任务，没有删除任何一个。要删除哪一个，请说出它，例如：删除任务3。",
            en="Several tasks were changed just now; none was deleted. Name the one to delete, e.g. delete task 3.",
        )
        return _offer(turn, written, several)
    (task,) = changed.values()
    tasks.delete_task(turn.session, turn.actor, task)
    due.unschedule_reminders(turn.session, task.id)
    undo = Choice(label=say(zh="撤销", en="Undo"), intent=INTENT, arguments={"message_id": turn.inbox_id})
    text = say(zh=f"已取消任务：{task.title}", en=f"Task cancelled: {task.title}")
    return Outcome(kind="done", replies=(Draft(text=text, choices=(undo,)),))


def _undo_at(turn: Turn, written: Sequence[Written], place: int) -> Outcome:
    """Take 撤销第2个 for the second change of the last message where it made several, else ask which is meant."""
    parts = taken_back.split(written[0].events)
    if place <= len(parts) and len(parts) > 1:
        return take_back(turn, parts[place - 1])
    return _offer(turn, written, say(zh="要撤销哪一个？", en="Which one shall I undo?"))


def _ask_for_all(turn: Turn, written: Sequence[Written]) -> Outcome:
    """Ask before many things are taken back at once."""
    said = taken_back.say_steps(turn, _events(written))
    text = say(zh="这些都撤销吗？", en="Shall I undo all of these?") + said
    messages = [one.message_id for one in written]
    yes = Choice(label=say(zh="全部撤销", en="Undo all"), intent=INTENT, arguments={"messages": messages})
    return Outcome(
        kind="asked",
        replies=(Draft(text=text, choices=(yes, _keep())),),
        dialogue=Dialogue(intent=INTENT, data=_data(turn, messages, is_yes=True)),
    )


def _offer(turn: Turn, written: Sequence[Written], lead: Text) -> Outcome:
    """Offer the last changes to be taken back, one button each."""
    offered = written[:MOST_OFFERED]
    choices = tuple(
        Choice(label=_label(turn, one), intent=INTENT, arguments={"messages": [one.message_id]}) for one in offered
    )
    text = lead + say(zh="\n可以撤销的有：", en="\nThese can be undone:")
    return Outcome(
        kind="asked",
        replies=(Draft(text=text, choices=(*choices, _keep())),),
        dialogue=Dialogue(intent=INTENT, data=_data(turn, [one.message_id for one in offered])),
    )


def _ask(turn: Turn) -> Outcome:
    """Ask before something is taken back for words that only resemble it."""
    written = list_written(turn.session, turn.actor, within=_window(turn), limit=1)
    if not written:
        return _say_too_late(turn)
    messages = [written[0].message_id]
    undo = Choice(label=say(zh="撤销", en="Undo"), intent=INTENT, arguments={"messages": messages})
    text = say(zh="要撤销这个吗？", en="Shall I undo this? ") + taken_back.say_steps(turn, written[0].events)
    return Outcome(
        kind="asked",
        replies=(Draft(text=text, choices=(undo, _keep())),),
        dialogue=Dialogue(intent=INTENT, data=_data(turn, messages, is_yes=True)),
    )


def _data(turn: Turn, messages: list[int], *, is_yes: bool = False) -> dict[str, Any]:
    said = {"text": turn.text, "said_at": turn.now.isoformat()}
    return {**said, "messages": messages, "is_yes": is_yes, "number": 0}


def _keep() -> Choice:
    return Choice(label=say(zh="不撤销", en="Keep it"), intent=INTENT, arguments={"cancel": True})


def _label(turn: Turn, written: Written) -> Text:
    first, *rest = taken_back.split(written.events)
    label = taken_back.say_step(turn, first[0])
    return label + Text(zh=f" 等 {len(rest) + 1} 项", en=f" and {len(rest)} more") if rest else label


def _say_kept() -> Outcome:
    return Outcome(kind="answered", replies=(draft(zh="好的，什么都没有撤销。", en="All right, nothing was undone."),))


def _say_too_late(turn: Turn, written: Written | None = None) -> Outcome:
    """Say that nothing can be taken back any more, and what the last thing was."""
    minutes = turn.services.settings.undo_minutes
    earlier = [written] if written else list_written(turn.session, turn.actor, within=_LOOK_BACK, limit=1)
    text = say(
        zh=f"没有可以撤销的内容（只能撤销 {minutes} 分钟内的操作）。",
        en=f"There is nothing to undo (only the last {minutes} minutes can be undone).",
    )
    if earlier:
        said, when = taken_back.say_steps(turn, earlier[0].events), say_moment(earlier[0].events[0].at, turn.zone)
        text += say(
            zh=f"\n最后一次是 {when.zh}：{said.zh}\n要改它，请直接说改成什么。",
            en=f"\nThe last one was {when.en}: {said.en}\nTo change it, just say what it should be.",
        )
    return Outcome(kind="answered", replies=(Draft(text=text),))


def _events(written: Iterable[Written]) -> list[AuditEvent]:
    return [event for one in written for event in one.events]


def _take_back_taught(turn: Turn) -> Outcome | None:
    """Take back a sentence that was taught, where that is the last thing the person did."""
    taught = teaching.find_last_taught(turn.session, turn.actor, within=_window(turn))
    if taught is None:
        return None
    written = list_written(turn.session, turn.actor, within=_window(turn), limit=1)
    if written and written[0].events[-1].id > taught.id:
        return None
    kept = teaching.take_back(turn.session, turn.actor, taught)
    return Outcome(kind="done", replies=(draft(zh=f"已撤回：{kept.text}", en=f"Taken back: {kept.text}"),))


def _window(turn: Turn) -> timedelta:
    return timedelta(minutes=turn.services.settings.undo_minutes)


def _fitting(turn: Turn, written: Written, request: Undo) -> list[AuditEvent]:
    """Return what a message wrote of that kind and name."""
    events = [one for one in written.events if request.record_type in {None, one.record_type}]
    if not events or request.mention is None:
        return events
    wanted = {request.mention.casefold()}
    found = turn.services.directory.resolve(turn.session, turn.actor, request.mention)
    wanted |= {one.name.casefold() for one in found.candidates if found.kind in {"found", "ambiguous"}}
    return [event for event in events if _is_named(turn, event, wanted)]


def _is_named(turn: Turn, event: AuditEvent, wanted: set[str]) -> bool:
    record = get_record(turn.session, event)
    if record is None:
        return False
    fields = describe(turn.session, record, turn.zone)
    words = " ".join(str(fields.get(name) or "") for name in _NAMES).casefold()
    return any(name in words for name in wanted)


HANDLER = Handler(
    intent=INTENT,
    roles=STAFF,
    run=run,
    resume=resume,
    press=press,
    examples=(Example(zh="撤销", en="undo"), Example(zh="撤销和李娜的电话", en="undo the call with Li Na")),
    min_probability=0.7,
)
