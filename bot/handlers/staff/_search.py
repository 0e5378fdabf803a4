"""Looking for words in what a person may see: the names of deals, leads, requirements and tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot.say import Text, say
from bot.turn import Turn
from crm_core import deals, requirements, tasks

LINES = 5
#: what is only a number is looked up elsewhere
LEAST_CHARS = 2

_Finder = Callable[[Turn, str], Sequence[Any]]


def _find_deals(turn: Turn, words: str) -> Sequence[Any]:
    return deals.find_opportunities(turn.session, turn.actor, words, include_closed=True)


def _find_leads(turn: Turn, words: str) -> Sequence[Any]:
    return deals.find_leads(turn.session, turn.actor, words)


def _find_requirements(turn: Turn, words: str) -> Sequence[Any]:
    return requirements.find_requirements(turn.session, turn.actor, words, include_closed=True)


def _find_tasks(turn: Turn, words: str) -> Sequence[Any]:
    return tasks.find_tasks(turn.session, turn.actor, words, include_done=True)


_FINDERS: tuple[tuple[Text, _Finder], ...] = (
    (say(zh="商机", en="Deals"), _find_deals),
    (say(zh="线索", en="Leads"), _find_leads),
    (say(zh="需求", en="Requirements"), _find_requirements),
    (say(zh="任务", en="Tasks"), _find_tasks),
)


def search(turn: Turn, words: str) -> Text | None:
    """Return what is found, by kind of record; None if nothing is."""
    if len(words) < LEAST_CHARS or words.isdigit():
        return None
    text: Text | None = None
    for name, find in _FINDERS:
        found = find(turn, words)
        if not found:
            continue
        lines = "".join(f"\n• {_name(one)}" for one in found[:LINES])
        more = f" ({len(found)})" if len(found) > LINES else ""
        part = Text(zh=f"{name.zh}{more}：{lines}", en=f"{name.en}{more}:{lines}")
        text = part if text is None else text + Text(zh="\n", en="\n") + part
    return text


def _name(record: Any) -> str:
    name = getattr(record, "name", None) or getattr(record, "title", "")
    facts = [getattr(record, key, None) for key in ("code", "company", "stage", "status")]
    shown = " · ".join(str(getattr(fact, "value", fact)) for fact in facts if fact)
    return f"{name} · {shown}" if shown else str(name)
