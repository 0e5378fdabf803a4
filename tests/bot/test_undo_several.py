"""A deletion that is ordered of 'that task' deletes one task, and none where the last message changed several."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.handlers.staff import undo
from bot.turn import Outcome
from crm_core.models import Task


def test_of_several_tasks_changed_at_once_none_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[Any] = []
    held = {1: Task(id=1, title="call"), 2: Task(id=2, title="email")}

    def offer(turn: Any, written: Any, lead: Any) -> Outcome:
        offered.append(lead)
        return Outcome(kind="asked", replies=())

    def forbid(*_given: Any) -> None:
        raise AssertionError("a task was deleted")

    monkeypatch.setattr(undo, "get_record", lambda _session, event: held[event.record_id])
    monkeypatch.setattr(undo, "_offer", offer)
    monkeypatch.setattr(undo.tasks, "delete_task", forbid)
    events: Any = [SimpleNamespace(action="updated", record_id=number) for number in (1, 2, 2)]
    turn: Any = SimpleNamespace(session=None)
    outcome = undo._delete(turn, events, [])
    assert outcome is not None
    assert outcome.kind == "asked"
    assert len(offered) == 1
