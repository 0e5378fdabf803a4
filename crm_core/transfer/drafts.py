"""A row of a file on its way to becoming a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from crm_core.errors import CrmError, InvalidField

Verdict = Literal["created", "updated", "unchanged", "duplicate"]
Values = dict[str, Any]


@dataclass
class Draft:
    """What one row says, and what becomes of it. Not frozen: each step adds to it."""

    #: as the file's reader counts: the first line is 1
    line: int
    #: field -> value; after the rules ran, as the record keeps it
    values: Values
    #: what belongs to the record but not into its row: contacts who took part, a ticket's first words, a key contact
    extras: Values = field(default_factory=dict)
    #: what a new record takes where the row says nothing: the deal's currency
    defaults: Values = field(default_factory=dict)
    #: the record, once it is known or written
    record_id: int | None = None
    #: which of the further people that its row tells of; 0: the only or the first one
    person: int = 0
    #: an earlier row of the same batch that means the same new record
    same_as: Draft | None = None
    verdict: Verdict | None = None
    errors: list[CrmError] = field(default_factory=list)
    #: what the report should say of a row that is not wrong: (field, what was noticed)
    remarks: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong with the row so far."""
        return not self.errors

    def refuse(self, name: str, value: object, remedy: str) -> None:
        """Note what is wrong and what to do about it."""
        self.errors.append(InvalidField(name, value, remedy))
