"""A CSV or XLSX file as rows of cells, with the line numbers that its reader sees.

Promise: UTF-8 with or without a mark, UTF-16 with one, GB18030; comma, semicolon or tab. Never: a meaning of a cell.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm_core.errors import ImportRefused

#: A line number (the first line is 1) and its cells.
Row = tuple[int, list[Any]]

_DELIMITERS = ",;\t"
_MAX_CELL_CHARS = 1_000_000


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of the file that are not blank; of a workbook, its first sheet that has any.

    Raises:
        ImportRefused: no such file, an unknown kind of file, or one that cannot be read.
    """
    readers = {".csv": _read_csv, ".txt": _read_csv, ".tsv": _read_csv, ".xlsx": _read_xlsx, ".xlsm": _read_xlsx}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ImportRefused(f"{path.name}: only .csv and .xlsx files can be imported. Save it as one of them.")
    try:
        for number, cells in reader(path):
            if any(cell is not None and str(cell).strip() for cell in cells):
                yield number, cells
    except OSError as error:
        raise ImportRefused(f"{path}: {error.strerror or error}.") from error


def _read_csv(path: Path) -> Iterator[Row]:
    text = _decode(path)
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    csv.field_size_limit(_MAX_CELL_CHARS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    end = 0
    try:
        for cells in reader:
            # A quoted cell may hold line breaks: a row is known by the line on which it begins.
            begin, end = end + 1, reader.line_num
            yield begin, list(cells)
    except csv.Error as error:
        raise ImportRefused(f"{path.name}, line {reader.line_num}: {error}.") from error


def _decode(path: Path) -> str:
    content = path.read_bytes()
    # GB18030 comes last: it takes almost any bytes for text.
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportRefused(f"{path.name}: neither UTF-8 nor GB18030. Save it as 'CSV UTF-8'.")


def _read_xlsx(path: Path) -> Iterator[Row]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ImportRefused(f"{path.name} is no workbook that can be read. Save it as .xlsx again.") from error
    try:
        for sheet in workbook.worksheets:
            has_rows = False
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                has_rows = has_rows or any(cell is not None for cell in cells)
                yield number, list(cells)
            if has_rows:
                return
    finally:
        workbook.close()
