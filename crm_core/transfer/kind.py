"""What an import must know of a type of record: its table, its rules, by what a record is known, what follows.

Promise: the rules on values are the services' own tables. Never: a type; those are in kinds and deal_kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.database import Base
from crm_core.permissions import Actor
from crm_core.transfer import consequences
from crm_core.transfer.drafts import Draft, Values


@dataclass(frozen=True)
class Identity:
    """Fields that together mean one record."""

    fields: tuple[str, ...]
    #: the fields by which the database is asked; the others are compared afterwards
    asked: tuple[str, ...]
    #: a name alone is weak: where a number tells two people apart, it does not join them
    is_weak: bool = False


@dataclass(frozen=True)
class Named:
    """Another record that a field of a row names."""

    model: type[Base]
    #: the column that its id goes into
    into: str
    is_needed: bool = True


@dataclass(frozen=True)
class Series:
    """The human-readable number of a type: CRM2026001."""

    field: str
    prefix: str
    digits: int


def keep(_draft: Draft) -> None:
    """Leave a row as it is."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One type of record, as an import sees it."""

    model: type[Base]
    rules: Mapping[str, fields.Rule]
    #: the surest first
    identities: Sequence[Identity]
    series: Series | None = None
    #: fields of a row that name a member of staff -> where his id goes
    staff: Mapping[str, str] = field(default_factory=lambda: {"owner": "owner_id"})
    #: fields of a row that name another record -> of which table, and where its id goes
    named: Mapping[str, Named] = field(default_factory=dict)
    #: whether a record without an owner in its row is the importer's own
    is_owned: bool = True
    #: takes apart what a row says, before anything is looked up
    split: Callable[[Draft], None] = keep
    #: adds what follows from a record's values, given the record as it was (None: it is new)
    derive: Callable[[Session, Actor, Values, Mapping[str, Any] | None], None] = consequences.nothing
    #: writes what belongs to the records but not into their rows
    finish: Callable[[Session, Actor, Sequence[Draft]], None] = consequences.nothing_more
    #: fields that a new record cannot do without -> what to do
    needed: Mapping[str, str] = field(default_factory=dict)
    #: fields in which a record that was there keeps what it has
    kept: frozenset[str] = frozenset()
