"""Records into files: JSON lines, CSV and XLSX, which spreadsheets open as they are meant.

Promise: no cell is taken for a formula, whatever a customer called himself; what is written can be imported again; a
file appears under its name only when it is complete.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import IO, Any, Literal

from crm_core.errors import ImportRefused
from crm_core.transfer.columns import COLUMNS

Form = Literal["jsonl", "csv", "xlsx"]
Record = Mapping[str, object]

#: What spreadsheets take for the beginning of a formula. Source: OWASP, CSV Injection.
_FORMULA = re.compile(r"[\s﻿]*[=+\-@\t\r＝＋－＠]")
_PHONE = re.compile(r"\+\d{6,15}")
_AMOUNT = re.compile(r"\d+\.\d\d")
_MAX_CELL_CHARS = 32_767  # source: Excel's specifications and limits


def write_records(
    records: Iterable[Record], target: Path | None, *, form: Form, headings: Literal["zh", "en"] = "en"
) -> int:
    """Write records of one type to a file, or CSV and JSON lines to standard output, and return how many there were.

    Raises:
        ImportRefused: the file cannot be written.
    """
    counted = _Counter(records)
    try:
        if target is None:
            _WRITERS[form](counted, sys.stdout.buffer, headings)
            sys.stdout.buffer.flush()
            return counted.count
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}.partial")
        partial.unlink(missing_ok=True)
        # Personal data: readable by the owner only, from the first byte on.
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            _WRITERS[form](counted, file, headings)
        os.replace(partial, target)
    except OSError as error:
        raise ImportRefused(f"{target} cannot be written: {error.strerror or error}.") from error
    return counted.count


def neutralise(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe in front where one would."""
    return f"'{text}" if _FORMULA.match(text) else text


class _Counter:
    """Counts what goes through."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = records
        self.count = 0

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            self.count += 1
            yield record


def _write_lines(records: Iterable[Record], file: IO[bytes], _headings: str) -> None:
    for record in records:
        file.write(json.dumps(record, ensure_ascii=False, default=str).encode() + b"\n")


def _write_csv(records: Iterable[Record], file: IO[bytes], headings: str) -> None:
    # With a mark, without which Excel takes UTF-8 for the system's own encoding.
    file.write("﻿".encode())
    writer = csv.writer(_Text(file))
    for row in _rows(records, headings):
        writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in row])


def _write_workbook(records: Iterable[Record], file: IO[bytes], headings: str) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("records")

    def cell(value: object) -> object:
        if not isinstance(value, str):
            return value
        plain = _without_controls(value)[:_MAX_CELL_CHARS]
        written = WriteOnlyCell(sheet, value=None)
        # As text, whatever it begins with; a phone number needs no apostrophe then.
        written.value = plain if _PHONE.fullmatch(plain) else neutralise(plain)
        written.data_type = "s"
        return written

    for row in _rows(records, headings):
        sheet.append([cell(value) for value in row])
    book.save(file)


class _Text:
    """What the csv module writes its lines to."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode())


def _rows(records: Iterable[Record], headings: str) -> Iterator[list[object]]:
    """Yield the headings, then the records; all records of a type have the same fields."""
    iterator = iter(records)
    first = next(iterator, None)
    if first is None:
        return
    fields = [name for name in first if name != "type"]
    yield [_heading(str(first["type"]), name, headings) for name in fields]
    for record in chain([first], iterator):
        yield [_cell(record.get(name)) for name in fields]


def _heading(record_type: str, name: str, headings: str) -> str:
    column = COLUMNS.get(record_type, {}).get(name)
    return column.headings[0] if column is not None and headings == "zh" else name


def _cell(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return {True: "true", False: "false"}[value] if isinstance(value, bool) else value
    if isinstance(value, list):
        return "; ".join(str(each) for each in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    text = str(value)
    return Decimal(text) if _AMOUNT.fullmatch(text) else text


def _without_controls(text: str) -> str:
    # XML takes no control characters but tab and line ends.
    return "".join(char for char in text if char in "\t\n\r" or ord(char) >= 32)


_WRITERS: dict[str, Any] = {"jsonl": _write_lines, "csv": _write_csv, "xlsx": _write_workbook}
