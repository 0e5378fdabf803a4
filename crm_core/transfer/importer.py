"""Import of a file: every row becomes a record, or a line of the report that says what is wrong with it.

Promise: a row is written whole or not at all; a repeated import updates instead of doubling; blank cells change
nothing; a dry run reports exactly what an import would do and keeps nothing. Never: a commit.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, tzinfo
from itertools import chain, islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from crm_core.errors import CrmError, ImportRefused, InvalidField
from crm_core.permissions import Actor
from crm_core.transfer import cells
from crm_core.transfer.columns import COLUMNS, match_headings
from crm_core.transfer.tables import Row, read_rows
from crm_core.transfer.writers import WRITERS, Verdict, build_writer

#: Titles and notes may stand above the headings; they are looked for in as many rows.
HEADING_ROWS = 10
MAX_ERRORS = 1000  # of a report; the count goes on


@dataclass(frozen=True, kw_only=True)
class RowProblem:
    """What is wrong with one row."""

    #: as the file's reader counts: the first line is 1
    line: int
    #: the field, empty when the row as a whole is wrong
    field: str
    message: str


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, or in a dry run would do."""

    record_type: str
    is_dry_run: bool
    created: int
    updated: int
    unchanged: int
    failed: int
    #: the first thousand
    problems: Sequence[RowProblem]
    #: heading -> field
    columns: Mapping[str, str]
    ignored_headings: Sequence[str]


def import_file(
    session: Session,
    actor: Actor,
    *,
    record_type: str,
    path: Path,
    header_map: Mapping[str, str] | None = None,
    dry_run: bool = False,
    all_or_nothing: bool = False,
    zone: tzinfo = UTC,
) -> ImportReport:
    """Import a CSV or XLSX file; with `all_or_nothing` one wrong row keeps all others out.

    Times without an offset are of `zone`. Owners are given by staff handle.

    Raises:
        ImportRefused: an unknown type of record, an unreadable file, or a needed column is missing.
        PermissionRefused: the actor may not create such records at all.
    """
    if record_type not in WRITERS:
        raise ImportRefused(f"{record_type!r} cannot be imported; types: {', '.join(WRITERS)}.")
    number, headings, rows = _split(read_rows(path), record_type, header_map, path)
    fields = match_headings(record_type, headings, header_map)
    _require_columns(record_type, fields, headings, number)
    transfer = _Transfer(session, actor, record_type, fields, zone, reason=f"import of {path.name}"[:200])
    is_spoilt = False
    with suppress(_Discarded), session.begin_nested():
        transfer.take(rows)
        is_spoilt = all_or_nothing and bool(transfer.problems)
        if dry_run or is_spoilt:
            raise _Discarded
    return transfer.report(headings, is_dry_run=dry_run, is_spoilt=is_spoilt)


def read_header_map(path: Path) -> dict[str, str]:
    """Read a map of headings: a JSON object {"heading": "field"}, or a CSV with a heading and a field in each line.

    Raises:
        ImportRefused: the file is neither.
    """
    if path.suffix.lower() != ".json":
        return {str(row[0]): str(row[1]) for _, row in read_rows(path) if len(row) > 1}
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ImportRefused(f"{path}: {error}.") from error
    if not isinstance(content, dict):
        raise ImportRefused(f'{path}: write an object such as {{"客户名称": "name"}}.')
    return {str(heading): str(field or "") for heading, field in content.items()}


class _Discarded(Exception):
    """Rolls back the savepoint around a whole file, and goes no further."""


class _Transfer:
    """One run over the rows of a file."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        record_type: str,
        fields: Mapping[int, str],
        zone: tzinfo,
        *,
        reason: str,
    ) -> None:
        self._session = session
        self._record_type = record_type
        self._fields = fields
        self._zone = zone
        self._write = build_writer(record_type, session, actor, reason=reason)
        self._counts: Counter[Verdict] = Counter()
        self._failed = 0
        self.problems: list[RowProblem] = []

    def take(self, rows: Iterator[Row]) -> None:
        """Write every row, each in a savepoint of its own."""
        for number, row in rows:
            try:
                values = self._values(row)
                with self._session.begin_nested():
                    verdict = self._write(values)
            except CrmError as error:
                self._note(number, error)
            else:
                self._counts[verdict] += 1

    def report(self, headings: Sequence[Any], *, is_dry_run: bool, is_spoilt: bool) -> ImportReport:
        """Say what was done; where one wrong row spoilt the whole, the good rows count for nothing."""
        counts = Counter() if is_spoilt else self._counts
        named = [str(heading or "") for heading in headings]
        return ImportReport(
            record_type=self._record_type,
            is_dry_run=is_dry_run,
            created=counts["created"],
            updated=counts["updated"],
            unchanged=counts["unchanged"],
            failed=self._failed,
            problems=tuple(self.problems),
            columns={named[position]: field for position, field in self._fields.items()},
            ignored_headings=[name for position, name in enumerate(named) if name and position not in self._fields],
        )

    def _values(self, row: Sequence[Any]) -> dict[str, Any]:
        columns = COLUMNS[self._record_type]
        given = {field: row[position] for position, field in self._fields.items() if position < len(row)}
        filled = {field: cell for field, cell in given.items() if not cells.is_blank(cell)}
        for field, column in columns.items():
            if column.is_needed and field not in filled:
                raise InvalidField(field, None, "It must not be blank.")
        return {field: columns[field].read(field, cell, self._zone) for field, cell in filled.items()}

    def _note(self, number: int, error: CrmError) -> None:
        self._failed += 1
        if len(self.problems) < MAX_ERRORS:
            field = error.field if isinstance(error, InvalidField) else ""
            self.problems.append(RowProblem(line=number, field=field, message=str(error)))


def _split(
    rows: Iterator[Row], record_type: str, header_map: Mapping[str, str] | None, path: Path
) -> tuple[int, list[Any], Iterator[Row]]:
    """Find the headings: of the first rows, the one with the most known headings."""
    first = list(islice(rows, HEADING_ROWS))
    if not first:
        raise ImportRefused(f"{path.name} is empty.")
    known = [len(match_headings(record_type, row, header_map)) for _, row in first]
    best = known.index(max(known))
    number, headings = first[best]
    return number, headings, chain(first[best + 1 :], rows)


def _require_columns(record_type: str, fields: Mapping[int, str], headings: Sequence[Any], number: int) -> None:
    needed = [field for field, column in COLUMNS[record_type].items() if column.is_needed]
    missing = [field for field in needed if field not in fields.values()]
    if missing:
        seen = ", ".join(str(heading) for heading in headings if heading)
        raise ImportRefused(
            f"Line {number}: no column for {missing[0]}. Headings found: {seen}. Name it with --map, "
            f"for example {COLUMNS[record_type][missing[0]].headings[0]} -> {missing[0]}."
        )
