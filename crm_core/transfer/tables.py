"""A text or a workbook as rows of cells, with the line numbers that its reader sees.

Promise: what a file is its content tells, not its name. UTF-8 with or without a mark, UTF-16, GB18030, Big5; comma,
semicolon, tab or bar; texts and .xlsx are read as a stream, so that a file of any length takes little memory. Merged
cells say their value in every row that they cover. Never: what a cell means.
"""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from crm_core.errors import ImportRefused

#: A line number (the first line is 1) and its cells.
Row = tuple[int, list[Any]]

_DELIMITERS = ",;\t|"
_MAX_CELL_CHARS = 1_000_000
_CHUNK_BYTES = 1 << 20
_SAMPLE_LINES = 30
_SAMPLE_BYTES = 1 << 16
#: a character of two bytes in GB18030 or Big5
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
#: lead bytes of the frequent characters. Source: GB/T 2312 level 1; Big5 level 1, with the punctuation of each.
_COMMON = {"gb18030": frozenset({0xA1, 0xA3, *range(0xB0, 0xD8)}), "big5hkscs": frozenset({0xA1, *range(0xA4, 0xC7)})}
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm"})
OLD_SUFFIXES = frozenset({".xls", ".et", ".xlsb", ".ods"})
TEXT_SUFFIXES = frozenset({".csv", ".txt", ".tsv"})
Form = Literal["text", "xlsx", "old"]
_HEAD_BYTES = 4096
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"  # source: [MS-CFB] 2.2, an .xls, or an .xlsx behind a password
_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|meta|table|style|\?xml)", re.IGNORECASE)


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
    form = form_of(path)
    if form == "text":
        yield Sheet(path.stem, _filled(_read_text(path)))
        return
    from crm_core.transfer.workbooks import open_old_sheets, open_workbook_sheets

    for name, rows, remarks in (open_workbook_sheets if form == "xlsx" else open_old_sheets)(path, sheet):
        yield Sheet(name, _filled(rows), remarks)


def form_of(path: Path) -> Form:
    """Tell by its first bytes what a file is: people give a file another name and take it for another file then.

    Raises:
        ImportRefused: no such file, or none that can hold a table; the message says what to do.
    """
    suffix = path.suffix.lower()
    if suffix not in WORKBOOK_SUFFIXES | OLD_SUFFIXES | TEXT_SUFFIXES:
        raise ImportRefused(
            f"{path.name}: only .csv and .xlsx (or .xls) files can be imported. Save it as one of them. "
            "只能导入 .csv、.xlsx 和 .xls 文件，请另存为其中一种。"
        )
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise ImportRefused(f"{path}: {error.strerror or error}.") from error
    if head.startswith(_ZIP):
        return _form_of_archive(path)
    if head.startswith(_OLE):
        return "old"
    if _WEB_PAGE.match(head):
        raise ImportRefused(
            f"{path.name} is a web page that was given this name. Open it in Excel or WPS and save it as .xlsx. "
            "这是一个改了扩展名的网页，请用 Excel 或 WPS 打开后另存为 .xlsx。"
        )
    if head.startswith(b"%PDF") or (suffix not in TEXT_SUFFIXES and (b"\x00" in head or not head)):
        raise ImportRefused(_no_workbook(path))
    return "text"


def _form_of_archive(path: Path) -> Form:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise ImportRefused(
            f"{path.name} is no workbook that can be read: its end is missing. Copy or download it again. "
            "文件不完整，请重新复制或下载。"
        ) from error
    return "old" if {"xl/workbook.bin", "mimetype"} & names else "xlsx"


def require_whole(path: Path) -> None:
    """Read an archive through, before anything of it is taken in.

    Raises:
        ImportRefused: a part of it is damaged.
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        try:
            damaged = archive.testzip()
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
            raise ImportRefused(_no_workbook(path)) from error
    if damaged is not None:
        raise ImportRefused(_no_workbook(path))


def _no_workbook(path: Path) -> str:
    return f"{path.name} is no workbook that can be read. Save it as .xlsx again. 无法读取该表格，请重新另存为 .xlsx。"


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
        head = file.read(_SAMPLE_BYTES)
    for encoding in _candidates(head):
        if _broken_at(path, encoding) is None:
            return encoding
    # Most of it is UTF-8: one line has come from elsewhere.
    line = _broken_at(path, "utf-8-sig") or 1
    raise ImportRefused(
        f"{path.name}: neither UTF-8 nor GB18030 (line {line} is no UTF-8). Save it as 'CSV UTF-8'. "
        f"既不是 UTF-8 也不是 GB18030 编码（第 {line} 行不是 UTF-8），请另存为“CSV UTF-8”。"
    )


def _candidates(head: bytes) -> list[str]:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    # No text has a zero byte, but every ASCII character of UTF-16 has one: before it or behind it.
    if b"\x00" in head:
        return ["utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"]
    # What is one is often the other too, letter by letter: the common characters of a language tell.
    legacy = ["gb18030", "big5hkscs"]
    return ["utf-8-sig", *sorted(legacy, key=lambda encoding: -_share_of_common(head, encoding))]


def _share_of_common(head: bytes, encoding: str) -> float:
    """Return which share of the Chinese characters, read so, are the language's frequent ones."""
    leads = _COMMON[encoding]
    pairs: list[bytes] = _PAIR.findall(head)
    return sum(pair[0] in leads and (encoding != "gb18030" or pair[1] >= 0xA1) for pair in pairs) / max(len(pairs), 1)


def _broken_at(path: Path, encoding: str) -> int | None:
    """Return the line on which the file is not of this encoding, None where all of it is."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                line += decoder.decode(chunk).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return line + error.object[: error.start].count(b"\n")
    return None


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
