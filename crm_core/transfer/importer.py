"""Import of a file: every row becomes a record, or a line of the report that says what is wrong with it.

Promise: a row is written whole or not at all; a repeated import updates instead of doubling; blank cells change
nothing; a dry run reports exactly what an import would do and keeps nothing; memory does not grow with the file.
Never: a commit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path

from sqlalchemy.orm import Session

from crm_core.database import Database
from crm_core.errors import ImportRefused
from crm_core.permissions import Actor, require
from crm_core.transfer.kinds import KINDS
from crm_core.transfer.layout import FileLayout, find_layouts
from crm_core.transfer.loading import Duplicates
from crm_core.transfer.report import ImportReport, RowProblem
from crm_core.transfer.run import Run
from crm_core.transfer.tables import read_rows

__all__ = ["ImportOptions", "ImportReport", "RowProblem", "import_file", "import_in_steps", "read_header_map"]

#: Rows that are looked up and written together: enough to make statements cheap, few enough to hold no one up.
BATCH_ROWS = 1000


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """How a file is to be read and written."""

    header_map: Mapping[str, str] | None = None
    #: a sheet's name, its number from 1, or `all`
    sheet: str | None = None
    dry_run: bool = False
    #: one wrong row keeps all others out
    all_or_nothing: bool = False
    duplicates: Duplicates = "update"
    #: make the accounts and contacts that rows name and that are not there
    create_missing: bool = False
    #: times without an offset are of this zone
    zone: tzinfo = UTC
    #: of dates that are written without one; without it such a date is asked back
    year: int | None = None


def import_file(
    session: Session,
    actor: Actor,
    *,
    record_type: str,
    path: Path,
    header_map: Mapping[str, str] | None = None,
    sheet: str | None = None,
    dry_run: bool = False,
    all_or_nothing: bool = False,
    duplicates: Duplicates = "update",
    create_missing: bool = False,
    zone: tzinfo = UTC,
    year: int | None = None,
) -> ImportReport:
    """Import a CSV or XLSX file within the caller's transaction; see `ImportOptions`.

    Raises:
        ImportRefused: an unknown type of record, an unreadable file, or a needed column is missing.
        PermissionRefused: the actor may not import such records.
    """
    options = ImportOptions(
        header_map=header_map,
        sheet=sheet,
        dry_run=dry_run,
        all_or_nothing=all_or_nothing,
        duplicates=duplicates,
        create_missing=create_missing,
        zone=zone,
        year=year,
    )
    run, layouts = _open(actor, record_type, path, options)
    is_spoilt = False
    with suppress(_Discarded), session.begin_nested():
        _take(layouts, run, lambda: nullcontext(session))
        is_spoilt = all_or_nothing and run.failed > 0
        if dry_run or is_spoilt:
            raise _Discarded
    # What the batches wrote, they wrote past the objects that the caller may hold.
    session.expire_all()
    return run.report(is_dry_run=dry_run, is_spoilt=is_spoilt)


def import_in_steps(
    database: Database, actor: Actor, *, record_type: str, path: Path, options: ImportOptions
) -> ImportReport:
    """Import a file batch by batch, each in a transaction of its own, so that others can write in between.

    A file that must go in whole, and a dry run, are one transaction. Broken off half-way, import the file again: what
    is there is updated.

    Raises:
        ImportRefused, PermissionRefused: see `import_file`.
    """
    if options.dry_run or options.all_or_nothing:
        with database.transaction() as session:
            return import_file(session, actor, record_type=record_type, path=path, **vars(options))
    run, layouts = _open(actor, record_type, path, options)
    _take(layouts, run, database.transaction)
    return run.report(is_dry_run=False, is_spoilt=False)


def read_header_map(path: Path) -> dict[str, str]:
    """Read a map of headings: a JSON object {"heading": "field"}, or a CSV with a heading and a field in each line.

    Raises:
        ImportRefused: the file is neither.
    """
    if path.suffix.lower() != ".json":
        return {str(row[0]): str(row[1] or "") for _, row in read_rows(path) if len(row) > 1}
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ImportRefused(f"{path}: {error}.") from error
    if not isinstance(content, dict):
        raise ImportRefused(f'{path}: write an object such as {{"客户名称": "name"}}.')
    return {str(heading): str(field or "") for heading, field in content.items()}


class _Discarded(Exception):
    """Rolls back the savepoint around a whole file, and goes no further."""


def _open(actor: Actor, record_type: str, path: Path, options: ImportOptions) -> tuple[Run, Iterator[FileLayout]]:
    if record_type not in KINDS:
        raise ImportRefused(f"{record_type!r} cannot be imported; types: {', '.join(KINDS)}.")
    model = KINDS[record_type].model
    require(actor, "ingest", model)
    require(actor, "create", model)
    run = Run(
        actor,
        record_type,
        reason=f"import of {path.name}"[:200],
        duplicates=options.duplicates,
        create_missing=options.create_missing,
        zone=options.zone,
        year=options.year,
    )
    return run, find_layouts(path, record_type, options.header_map, options.sheet)


def _take(layouts: Iterator[FileLayout], run: Run, transaction: Callable[[], AbstractContextManager[Session]]) -> None:
    for layout in layouts:
        run.begin(layout)
        batch = run.read(layout, BATCH_ROWS)
        while batch:
            with transaction() as session:
                run.write(session, batch)
            batch = run.read(layout, BATCH_ROWS)
