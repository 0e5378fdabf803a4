"""What an import did, or would do: counts, and for every row that needs a person, what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_PROBLEMS = 1000  # of a report; the counts go on


@dataclass(frozen=True, kw_only=True)
class RowProblem:
    """What is wrong with one row, or worth a look."""

    #: as the file's reader counts: the first line is 1
    line: int
    #: the field, empty when the row as a whole is meant
    field: str
    #: the heading of the column in the file, empty where the field has none
    column: str = ""
    #: what stands in the cell
    value: str = ""
    #: what is wrong and what to do about it
    message: str
    message_zh: str = ""
    sheet: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, or in a dry run would do."""

    record_type: str
    is_dry_run: bool
    created: int
    updated: int
    unchanged: int
    #: rows that were left out because they repeat a record or another row
    duplicates: int = 0
    failed: int
    #: titles, totals and repeated headings
    skipped: int = 0
    #: accounts and contacts that rows named and that were made for them
    references_created: Mapping[str, int] = field(default_factory=dict)
    #: the first thousand
    problems: Sequence[RowProblem]
    #: rows that are not wrong but worth a look: possible duplicates, joined people; the first thousand
    remarks: Sequence[RowProblem] = ()
    #: heading -> field
    columns: Mapping[str, str]
    ignored_headings: Sequence[str]
    sheets: Sequence[str] = ()
    #: of the file as a whole
    notes: Sequence[str] = ()
    backup: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        listed = {"problems": [vars(each) for each in self.problems], "remarks": [vars(each) for each in self.remarks]}
        return {**vars(self), **listed}
