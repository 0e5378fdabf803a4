"""Imports of sheets that a test writes down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook
from sqlalchemy.orm import Session

from crm_core.permissions import Actor
from crm_core.transfer.importer import ImportReport, import_file

RunSheet = Callable[..., ImportReport]


@pytest.fixture
def run_sheet(session: Session, system: Actor, tmp_path: Path, zone: ZoneInfo) -> RunSheet:
    """Import rows as a workbook (with `merged` ranges), or a text as a CSV."""

    def run(record_type: str, content: str | list[list[Any]], **options: Any) -> ImportReport:
        merged = options.pop("merged", ())
        path = tmp_path / ("sheet.csv" if isinstance(content, str) else "sheet.xlsx")
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8-sig")
        else:
            _save(content, path, merged)
        return import_file(session, system, record_type=record_type, path=path, zone=zone, **options)

    return run


def _save(rows: list[list[Any]], path: Path, merged: tuple[str, ...]) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    book.save(path)
