"""'Undo' / '撤销': takes back what the person's last writing message wrote, or the one whose button he pressed."""

from __future__ import annotations

from datetime import timedelta

from bot import due
from bot.say import draft
from bot.turn import STAFF, Example, Handler, Outcome, Turn
from crm_core.models import AuditEvent
from crm_core.undo import undo_last, undo_message


def run(turn: Turn) -> Outcome:
    """Undo the last message that wrote something, within the window."""
    window = timedelta(minutes=turn.services.settings.undo_minutes)
    return _conclude(turn, undo_last(turn.session, turn.actor, within=window))


def press(turn: Turn) -> Outcome:
    """Undo the message that the button belongs to."""
    return _conclude(turn, undo_message(turn.session, turn.actor, message_id=int(turn.arguments["message_id"])))


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
    intent="undo", roles=STAFF, run=run, press=press, examples=(Example(zh="撤销", en="undo"),), min_probability=0.7
)
