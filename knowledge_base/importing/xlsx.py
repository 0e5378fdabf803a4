"""Excel workbooks (.xlsx): every sheet that has a row of headings. Formulas count with their last value."""

from __future__ import annotations

import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from knowledge_base.errors import FileUnreadable
from knowledge_base.importing.decoding import read_bytes
from knowledge_base.importing.draft import Draft, RowError
from knowledge_base.importing.table import HEADING_ROWS, Row, is_heading_row, no_headings, read_rows

SUFFIXES = (".xlsx", ".xlsm")
#: columns beyond this are formatting that somebody dragged along, not data
MAX_COLUMNS = 100
#: a workbook that unpacks to more than this is an attack or a database
MAX_UNPACKED_BYTES = 1_000_000_000
#: Rows without a value after which a sheet is taken to be at its end (Excel keeps formatted rows to 1,048,576).
MAX_EMPTY_ROWS = 10_000
#: What openpyxl lets through from zip, XML and number parsing of a damaged workbook.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, KeyError, IndexError, ValueError, TypeError,
    AttributeError, NotImplementedError, RuntimeError, SyntaxError, ArithmeticError, AssertionError,
)  # fmt: skip


def read(path: Path) -> Iterator[Draft | RowError]:
    """Yield the draft or the problem of each row of each sheet with headings, in order.

    Raises:
        FileUnreadable: no workbook, a damaged one, or no sheet with headings.
    """
    sheets = [sheet for sheet in _read_sheets(path) if _has_headings(sheet)]
    if not sheets:
        raise no_headings(path)
    for sheet in sheets:
        yield from read_rows(path, sheet)


def _has_headings(sheet: Sequence[Row]) -> bool:
    return any(is_heading_row(cells) for _, cells in sheet[:HEADING_ROWS])


def _read_sheets(path: Path) -> list[list[Row]]:
    import openpyxl

    read_bytes(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and validations that it leaves out
            _check_size(path)
            workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                return [list(_read_sheet(sheet)) for sheet in workbook.worksheets]
            finally:
                workbook.close()
    except _DAMAGED as error:
        raise FileUnreadable(
            path,
            f"is not a readable .xlsx workbook ({type(error).__name__})",
            "Open it in Excel, save it as .xlsx (without a password) and import that.",
            problem_zh="不是可读的 .xlsx 工作簿",
            remedy_zh="请在 Excel 中打开，另存为 .xlsx（不加密码）后再导入。",
        ) from error


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise zipfile.BadZipFile("unpacks to more than 1 GB")


def _read_sheet(sheet: Any) -> Iterator[Row]:
    # The size that the file claims is often the whole sheet; without it only rows that exist are read.
    sheet.reset_dimensions()
    empty = 0
    for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        values = list(islice(cells, MAX_COLUMNS))
        empty = empty + 1 if all(value is None for value in values) else 0
        if not empty:
            yield line, values
        elif empty > MAX_EMPTY_ROWS:
            return
