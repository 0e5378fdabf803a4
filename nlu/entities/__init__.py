"""What a text names: times, durations, money, phones, e-mails, addresses, kinds, stages, ticket numbers.

The folder is the register: every module that exposes `find(text, context) -> list[Entity]` is a kind. A new kind is a
new file. Promise: deterministic, linear, zh and en equals, never raises. Never: a record (names.py matches those).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import lru_cache

from nlu.understanding import Entity, ParseContext

Find = Callable[[str, ParseContext], list[Entity]]
#: What cannot be a time, an amount or a phone because it stands inside an address or a number of another kind.
_CLOSED_KINDS = ("url", "email", "ticket_number", "phone")
#: A later kind loses what overlaps an earlier one: '半小时后' is a time, not a duration, '20万' in a phone is no money.
_YIELDING = {"phone": ("url", "email", "ticket_number"), "money": (*_CLOSED_KINDS, "time"), "time": _CLOSED_KINDS,
             "ticket_number": ("url", "email"), "duration": (*_CLOSED_KINDS, "time"), "email": ("url",)}  # fmt: skip


def find_entities(text: str, context: ParseContext) -> tuple[Entity, ...]:
    """Find everything that a normalised text names, by place; entities of one kind never overlap."""
    found = {entity_kind: find(text, context) for entity_kind, find in _finders().items()}
    by_kind: dict[str, list[Entity]] = {}
    for entities in found.values():
        for entity in entities:
            by_kind.setdefault(entity.kind, []).append(entity)
    kept = [entity for entity in _all(by_kind) if not _yields(entity, by_kind)]
    return tuple(sorted(kept, key=lambda entity: (entity.start, entity.end, entity.kind)))


def _all(by_kind: dict[str, list[Entity]]) -> list[Entity]:
    return [entity for entities in by_kind.values() for entity in entities]


def _yields(entity: Entity, by_kind: dict[str, list[Entity]]) -> bool:
    return any(
        entity.start < other.end and other.start < entity.end
        for kind in _YIELDING.get(entity.kind, ())
        for other in by_kind.get(kind, ())
    )


@lru_cache(maxsize=1)
def _finders() -> dict[str, Find]:
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return {module.__name__: module.find for module in modules if hasattr(module, "find")}
