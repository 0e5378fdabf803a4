"""Tags: free words that people give, and computed ones that follow from rules on figures (RFM, behaviour, value).

Promise: a computed tag is set by its rule alone. The rules are data (`customer_rules.json`, set `tags`), in the
filter language of segments.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.customer_rules import get_rules
from crm_core.errors import InvalidField, PermissionRefused
from crm_core.models import Account, Contact, SegmentKind
from crm_core.permissions import Actor, Scope, scope_of, visible
from crm_core.records import change_fields
from crm_core.segment_filters import build_condition

TaggedType = Literal["account", "contact"]
Tagged = TypeVar("Tagged", Account, Contact)
_MODELS: dict[str, Any] = {"account": Account, "contact": Contact}
MAX_TAGS = 50
MAX_TAG_CHARS = 50


@dataclass(frozen=True, kw_only=True)
class ComputedTag:
    """One computed tag: its key, names, kind of rule, and what it is about."""

    key: str
    zh: str
    en: str
    #: rfm, behaviour or value
    family: str
    kind: SegmentKind


def add_tags(session: Session, actor: Actor, record: Tagged, words: Sequence[str]) -> Tagged:
    """Give an account or contact free tags, behind those that it has.

    Raises:
        InvalidField: a tag is too long, or there are too many.
        PermissionRefused: the actor may not change the record.
    """
    return _set_tags(session, actor, record, [*(record.tags or ()), *_spelled(words)])


def remove_tags(session: Session, actor: Actor, record: Tagged, words: Sequence[str]) -> Tagged:
    """Take free tags off, whatever the case; those that it has not are ignored.

    Raises:
        PermissionRefused: the actor may not change the record.
    """
    gone = {word.casefold() for word in _spelled(words)}
    return _set_tags(session, actor, record, [word for word in record.tags or () if word.casefold() not in gone])


def list_tags(session: Session, actor: Actor, record_type: TaggedType) -> list[tuple[str, int]]:
    """Return the free tags in use within the actor's reach with their counts, the most used first.

    Raises:
        PermissionRefused: the actor is a customer, who is not to know what staff call him.
    """
    _require_staff(actor, record_type)
    model = _MODELS[record_type]
    lists = session.scalars(select(model.tags).where(visible(actor, model)))
    counts = Counter(word for words in lists for word in words or ())
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def computed_tags(session: Session) -> list[ComputedTag]:
    """Return the computed tags that the company has rules for."""
    return [
        ComputedTag(
            key=rule["key"],
            zh=rule["zh"],
            en=rule["en"],
            family=rule["family"],
            kind=SegmentKind(rule["kind"]),
        )
        for rule in get_rules(session, "tags")
    ]


def find_computed_tag(session: Session, word: str, kind: SegmentKind) -> ComputedTag | None:
    """Find a computed tag by its key or by its name in either language."""
    wanted = word.strip().casefold()
    of_kind = (tag for tag in computed_tags(session) if tag.kind is kind)
    return next((tag for tag in of_kind if wanted in {tag.key, tag.zh.casefold(), tag.en.casefold()}), None)


def refresh_computed_tags(session: Session, actor: Actor) -> int:
    """Set the computed tags of all accounts and contacts anew; return how many records changed.

    Raises:
        PermissionRefused: the actor does not reach all records.
    """
    if any(scope_of(actor, "update", model) is not Scope.ALL for model in _MODELS.values()):
        raise PermissionRefused("update", "account", reason="computed tags are set for everybody")
    rules = get_rules(session, "tags")
    return sum(
        _refresh(session, actor, SegmentKind(name), [rule for rule in rules if rule["kind"] == name])
        for name in _MODELS
    )


def _refresh(session: Session, actor: Actor, kind: SegmentKind, rules: Iterable[Any]) -> int:
    model = _MODELS[kind.value]
    session.flush()
    wanted: defaultdict[int, list[str]] = defaultdict(list)
    for rule in rules:
        condition = build_condition(kind, rule["filter"], now=actor.now)
        for record_id in session.scalars(select(model.id).where(model.deleted_at.is_(None), condition)):
            wanted[record_id].append(rule["key"])
    rows = session.execute(select(model.id, model.computed_tags).where(model.deleted_at.is_(None)))
    changed = [record_id for record_id, tags in rows.all() if list(tags or ()) != wanted.get(record_id, [])]
    # Not a change of the record that anybody made: neither its trail nor its time of change knows of it.
    if changed:
        values = [{"id": record_id, "computed_tags": wanted.get(record_id, [])} for record_id in changed]
        session.execute(update(model), values)
    return len(changed)


def _require_staff(actor: Actor, record_type: str) -> None:
    if actor.kind == "customer":
        raise PermissionRefused("read", record_type, reason="customer: tags are staff's")


def _spelled(words: Sequence[str]) -> list[str]:
    return [word.lstrip("#").strip() for word in fields.word_list("tags", words)]


def _set_tags(session: Session, actor: Actor, record: Tagged, words: Sequence[str]) -> Tagged:
    _require_staff(actor, type(record).__tablename__)
    unique = {word.casefold(): word for word in reversed(words) if word}
    tags = [word for word in dict.fromkeys(words) if unique.get(word.casefold()) == word]
    if len(tags) > MAX_TAGS or any(len(word) > MAX_TAG_CHARS for word in tags):
        raise InvalidField("tags", len(tags), f"Use at most {MAX_TAGS} tags of at most {MAX_TAG_CHARS} characters.")
    change_fields(session, actor, record, {"tags": tags})
    return record
