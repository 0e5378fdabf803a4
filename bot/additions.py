"""Which field of the record just written a bare value belongs to.

Promise: an empty field before one that holds a value; all values find their place, or none does. Never: a write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot import just_written
from bot.turn import SELLERS, Turn
from crm_core.models import Account, Contact, Interaction, Lead, Opportunity, Payment, Requirement, Task
from crm_core.undo import Written, get_record
from nlu.commands import _additions
from nlu.commands._additions import Addition

#: kind of value -> the field of a record that takes it
_FIELDS: Mapping[type[Any], Mapping[str, str]] = {
    Contact: {
        "account": "account_id", "company": "account_id", "mobile": "mobile", "email": "email", "title": "title",
        "birthday": "birthday", "decision_role": "decision_role", "language": "language", "notes": "notes",
    },
    Opportunity: {"amount": "amount", "time": "expected_close", "expected_close": "expected_close", "source": "source"},
    Lead: {
        "account": "company", "company": "company", "mobile": "mobile", "email": "email", "source": "source",
        "region": "region", "notes": "notes",
    },
    Task: {"time": "due_at", "due_at": "due_at"},
    Account: {
        "industry": "industry", "size_band": "size_band", "region": "region", "address": "address",
        "website": "website", "source": "source", "notes": "notes", "annual_amount": "annual_amount",
    },
    Interaction: {"time": "occurred_at", "summary": "summary", "contacts": "contact_ids"},
    Requirement: {"priority": "priority"},
    Payment: {"amount": "amount", "time": "received_on", "notes": "notes"},
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Target:
    """A record and its field that a value belongs to."""

    record: Any
    field: str
    words: str
    #: the field was called by its name, so what stands there is to be replaced
    is_named: bool = False


def adds_to_last(turn: Turn) -> bool:
    """Tell whether a message is nothing but values for what the message right before it wrote."""
    if turn.dialogue is not None or turn.person.role not in SELLERS:
        return False
    values = _additions.read(turn.text, turn.context)
    written = just_written.find(turn) if values else None
    return written is not None and bool(find_targets(turn.session, written, values))


def find_targets(session: Session, written: Written, values: Sequence[Addition]) -> list[Target]:
    """Return the place of each value; empty where one of them has none."""
    records = list(_records(session, written))
    targets: list[Target] = []
    for value in values:
        places = [
            Target(record=record, field=_FIELDS[type(record)][value.field], words=value.words, is_named=value.is_named)
            for record in records
            if value.field in _FIELDS[type(record)]
        ]
        empty = [place for place in places if getattr(place.record, place.field, None) in (None, "")]
        if not places or (value.field == "company" and not empty):
            return []
        targets.append((empty or places)[0])
    return targets


def _records(session: Session, written: Written) -> Iterator[Any]:
    """Yield what was written, each record once: what is still to come before what happened."""
    events = {(event.record_type, event.record_id): event for event in written.events}
    found = [get_record(session, event) for event in events.values()]
    known = [record for record in found if record is not None and type(record) in _FIELDS]
    yield from sorted(known, key=lambda record: isinstance(record, Interaction))
