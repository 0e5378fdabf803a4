"""CSV: UTF-8 (with or without BOM), UTF-16 or GB18030; comma, semicolon or tab; quoted cells of several lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge_base.importing.decoding import read_text
from knowledge_base.importing.draft import Draft, RowError, field_of
from knowledge_base.importing.table import HEADING_ROWS, Row, read_rows

SUFFIXES = (".csv", ".tsv", ".txt")
DELIMITERS = (",", ";", "\t")
#: Places where reading may start again after a broken quotation mark; each can cost one pass over the file.
MAX_RESTARTS = 50


def read(path: Path) -> Iterator[Draft | RowError]:
    """Yield the draft or the problem of each row, in order; a row's line is the one it begins on.

    Raises:
        FileUnreadable: no text, or no headings.
    """
    lines = list(io.StringIO(read_text(path), newline=""))
    yield from read_rows(path, _rows(lines, _find_delimiter(lines)))


def _find_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter under which the first lines hold the most headings that we know."""

    def count(delimiter: str) -> int:
        known = (
            sum(field_of(cell.strip().strip('"')) is not None for cell in line.split(delimiter))
            for line in lines[:HEADING_ROWS]
        )
        return max(known, default=0)

    return max(DELIMITERS, key=count)


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[Row | RowError]:
    """Read strictly, so that a stray quotation mark costs its own row and never swallows the next ones."""
    start = 0
    for _ in range(MAX_RESTARTS):
        reader = csv.reader(lines[start:], delimiter=delimiter, strict=True)
        line = start
        try:
            for cells in reader:
                yield line + 1, cells
                line = start + reader.line_num
        except csv.Error as error:
            yield RowError(line + 1, f"is not CSV: {error}", f"不是有效的 CSV（{error}），请检查引号")
            start = line + 1
        else:
            return
    yield RowError(start + 1, "too many broken rows; reading stopped here", "错误的行太多，从这里停止读取")
