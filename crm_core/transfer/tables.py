"""A CSV or XLSX file as rows of cells, with the line numbers that its reader sees.

Promise: UTF-8 with or without a mark, UTF-16, GB18030; comma, semicolon, tab or bar; read as a stream, so that a file
of any length takes little memory. Merged cells say their value in every row that they cover. Never: what a cell means.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from crm_core.errors import ImportRefused

#: A line number (the first line is 1) and its cells.
Row = tuple[int, list[Any]]

_DELIMITERS = ",;\t|"
_MAX_CELL_CHARS = 1_000_000
_CHUNK_BYTES = 1 << 20
_SAMPLE_LINES = 30
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm"})
TEXT_SUFFIXES = frozenset({".csv", ".txt", ".tsv"})


@dataclass(frozen=True)
class Sheet:
    """The rows of one table that are not blank, and what was noticed while opening it."""

    name: str
    rows: Iterator[Row]
    #: what the reader of the report should know, such as formulas without a value
    remarks: list[str] = field(default_factory=list)


def read_rows(path: Path, sheet: str | None = None) -> Iterator[Row]:
    """Yield the rows of the file that are not blank; see `open_sheets`."""
    for each in open_sheets(path, sheet):
        yield from each.rows
        return


def open_sheets(path: Path, sheet: str | None = None) -> Iterator[Sheet]:
    """Yield the tables of a file one after another: of a text the only one, of a workbook those that have any cell.

    `sheet` is a name or a number, from 1; without it, hidden sheets are left out. Read each table before the next.

    Raises:
        ImportRefused: no such file or sheet, an unknown kind of file, or one that cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix not in WORKBOOK_SUFFIXES | TEXT_SUFFIXES:
        raise ImportRefused(f"{path.name}: only .csv and .xlsx files can be imported. Save it as one of them.")
    try:
        path.stat()
    except OSError as error:
        raise ImportRefused(f"{path}: {error.strerror or error}.") from error
    if suffix in TEXT_SUFFIXES:
        yield Sheet(path.stem, _filled(_read_text(path)))
        return
    from crm_core.transfer.workbooks import open_workbook_sheets

    for name, rows, remarks in open_workbook_sheets(path, sheet):
        yield Sheet(name, _filled(rows), remarks)


def _filled(rows: Iterator[Row]) -> Iterator[Row]:
    for number, cells in rows:
        if any(cell is not None and str(cell).strip() for cell in cells):
            yield number, cells


def _read_text(path: Path) -> Iterator[Row]:
    encoding = _detect_encoding(path)
    delimiter, skipped = _detect_delimiter(path, encoding)
    csv.field_size_limit(_MAX_CELL_CHARS)
    with path.open(encoding=encoding, newline="", errors="strict") as file:
        reader = csv.reader(file, delimiter=delimiter)
        end = 0
        try:
            for cells in reader:
                # A quoted cell may hold line breaks: a row is known by the line on which it begins.
                begin, end = end + 1, reader.line_num
                if begin > skipped:
                    yield begin, list(cells)
        except csv.Error as error:
            raise ImportRefused(f"{path.name}, line {reader.line_num}: {error}.") from error


def _detect_encoding(path: Path) -> str:
    """Return the first encoding that reads the whole file; GB18030 comes last: it takes almost any bytes for text."""
    with path.open("rb") as file:
        head = file.read(4096)
    for encoding in _candidates(head):
        if _decodes(path, encoding):
            return encoding
    raise ImportRefused(f"{path.name}: neither UTF-8 nor GB18030. Save it as 'CSV UTF-8'.")


def _candidates(head: bytes) -> list[str]:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    # No text has a zero byte, but every ASCII character of UTF-16 has one: before it or behind it.
    if b"\x00" in head:
        return ["utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"]
    return ["utf-8-sig", "gb18030"]


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _detect_delimiter(path: Path, encoding: str) -> tuple[str, int]:
    """Return the delimiter that the first lines use most, and how many lines say it (Excel's 'sep=;') and no more."""
    with path.open(encoding=encoding, newline="") as file:
        lines = list(islice(file, _SAMPLE_LINES))
    named = _SEPARATOR_LINE.fullmatch(lines[0].strip()) if lines else None
    if named:
        return named[1], 1
    plain = [left for line in lines if (left := _QUOTED.sub("", line)).strip()]
    used = [mark for mark in _DELIMITERS if _lines_with(plain, mark) >= min(2, len(plain))]
    return max(used, key=lambda mark: (_lines_with(plain, mark), _total(plain, mark)), default=","), 0


def _lines_with(lines: list[str], mark: str) -> int:
    return sum(mark in line for line in lines)


def _total(lines: list[str], mark: str) -> int:
    return sum(line.count(mark) for line in lines)
