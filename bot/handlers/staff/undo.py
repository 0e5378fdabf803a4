"""'Undo' / '撤销': takes back what the person's last writing message wrote, one that he names, or a button's."""

from __future__ import annotations

from datetime import timedelta

from bot import due, teaching
from bot.handlers.rep import _parties
from bot.say import Choice, draft, say
from bot.turn import STAFF, Example, Handler, Outcome, Turn
from crm_core.describe import describe
from crm_core.models import AuditEvent
from crm_core.undo import Written, get_written_record, list_written, undo_last, undo_message
from nlu.commands import undo as grammar
from nlu.commands._guards import is_no_order
from nlu.commands.undo import Undo

#: fields by which a person names what he wrote
_NAMES = ("name", "title", "summary", "account", "company", "contacts", "opportunity", "code")


def run(turn: Turn) -> Outcome:
    """Undo the last message that wrote something, or the newest that is named, within the window."""
    request = grammar.read(turn.text, turn.context)
    if request is None:
        return _parties.say_nothing_done() if is_no_order(turn.text) else _ask(turn)
    if not request.is_named:
        taught = _take_back_taught(turn)
        if taught is not None:
            return taught
        return _conclude(turn, undo_last(turn.session, turn.actor, within=_window(turn)))
    found = next(
        (one for one in list_written(turn.session, turn.actor, within=_window(turn)) if _fits(turn, one, request)), None
    )
    if found is None:
        reply = draft(
            zh=f"最近 {turn.services.settings.undo_minutes} 分钟里没有找到这样的记录，什么都没有撤销。",
            en=f"I found nothing like that in the last {turn.services.settings.undo_minutes} minutes; nothing "
            f"was undone.",
        )
        return Outcome(kind="answered", replies=(reply,))
    return _conclude(turn, undo_message(turn.session, turn.actor, message_id=found.message_id))


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


def _ask(turn: Turn) -> Outcome:
    """Ask before something is taken back for words that only resemble it."""
    written = list_written(turn.session, turn.actor, within=_window(turn), limit=1)
    if not written:
        return _conclude(turn, [])
    undo = Choice(label=say(zh="撤销", en="Undo"), intent="undo", arguments={"message_id": written[0].message_id})
    return Outcome(
        kind="asked", replies=(draft(zh="要撤销刚才的操作吗？", en="Shall I undo the last thing?", choices=(undo,)),)
    )


def press(turn: Turn) -> Outcome:
    """Undo the message that the button belongs to."""
    return _conclude(turn, undo_message(turn.session, turn.actor, message_id=int(turn.arguments["message_id"])))


def _window(turn: Turn) -> timedelta:
    return timedelta(minutes=turn.services.settings.undo_minutes)


def _fits(turn: Turn, written: Written, request: Undo) -> bool:
    """Tell whether a message wrote a record of that kind and name."""
    events = [one for one in written.events if request.record_type in {None, one.record_type}]
    if not events or request.mention is None:
        return bool(events)
    wanted = {request.mention.casefold()}
    found = turn.services.directory.resolve(turn.session, turn.actor, request.mention)
    wanted |= {one.name.casefold() for one in found.candidates if found.kind in {"found", "ambiguous"}}
    return any(_is_named(turn, event, wanted) for event in events)


def _is_named(turn: Turn, event: AuditEvent, wanted: set[str]) -> bool:
    record = get_written_record(turn.session, event)
    if record is None:
        return False
    fields = describe(turn.session, record, turn.zone)
    words = " ".join(str(fields.get(name) or "") for name in _NAMES).casefold()
    return any(name in words for name in wanted)


def _conclude(turn: Turn, events: list[AuditEvent]) -> Outcome:
    if not events:
        reply = draft(
            zh=f"没有可以撤销的内容（只能撤销 {turn.services.settings.undo_minutes} 分钟内的操作）。",
            en=f"There is nothing to undo (only the last {turn.services.settings.undo_minutes} minutes can be undone).",
        )
        return Outcome(kind="answered", replies=(reply,))
    for event in events:
        if event.record_type == "task" and event.record_id is not None:
            due.unschedule_reminders(turn.session, event.record_id)
    reply = draft(zh=f"已撤销，共 {len(events)} 项。", en=f"Undone: {len(events)} change(s).")
    return Outcome(kind="done", replies=(reply,))


HANDLER = Handler(
    intent="undo",
    roles=STAFF,
    run=run,
    press=press,
    examples=(Example(zh="撤销", en="undo"), Example(zh="撤销和李娜的电话", en="undo the call with Li Na")),
    min_probability=0.7,
)
