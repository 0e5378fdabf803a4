"""The sheets of a workbook as rows of values, read as a stream.

Promise: the stored value of a formula, never its text; a cell that is merged over several rows says its value in each.
The only importer of openpyxl's reader and of calamine.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError  # only to catch it

from crm_core.errors import ImportRefused

#: Source: ECMA-376, part 1, 18.3.1.55 (mergeCell) and 18.3.1.40 (f): the ranges stand behind all rows.
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_UNCALCULATED = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]+\d+)"[^>]*>\s*<(?:\w+:)?f[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
#: the stream in which a workbook behind a password lies. Source: [MS-OFFCRYPTO] 2.3.4.4
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CHUNK_BYTES = 1 << 20
_OVERLAP_BYTES = 2000
MAX_REMARKS = 20
#: what openpyxl lets through of an archive or a text within it that is damaged
_DAMAGED = (zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError)


@dataclass
class _Layout:
    """What the values alone do not say of a sheet."""

    #: first row -> (first column, last column, last row); rows from 1, columns from 0
    merged: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    #: cells whose formula was never calculated
    uncalculated: list[str] = field(default_factory=list)


def open_workbook_sheets(path: Path, wanted: str | None) -> Iterator[tuple[str, Iterator[Any], list[str]]]:
    """Yield name, rows and remarks of the wanted sheet, or of every visible sheet with any cell.

    Raises:
        ImportRefused: no workbook, or no such sheet.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    file = path.open("rb")
    try:
        # Opened here: by its name it would be refused where that is not .xlsx.
        workbook = load_workbook(file, read_only=True, data_only=True)
    except (InvalidFileException, *_DAMAGED) as error:
        file.close()
        raise _unreadable(path) from error
    try:
        for sheet in _chosen(workbook, wanted, path):
            layout = _read_layout(path, _path_in_archive(sheet))
            # Some programs leave the number of the sheet's columns out or wrong.
            sheet.reset_dimensions()
            yield sheet.title, _guarded(_rows(sheet.iter_rows(values_only=True), layout), path), _remarks(layout)
    except _DAMAGED as error:
        raise _unreadable(path) from error
    finally:
        workbook.close()
        file.close()


def open_old_sheets(path: Path, wanted: str | None) -> Iterator[tuple[str, Iterator[Any], list[str]]]:
    """Yield the same of a workbook of another form: .xls (97-2003, WPS), .xlsb, .ods.

    Raises:
        ImportRefused: no workbook, one behind a password, or no such sheet.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    content = path.read_bytes()
    if _ENCRYPTED in content:
        raise ImportRefused(
            f"{path.name} is behind a password. Open it, take the password off, save it. "
            "文件有密码保护，请打开后取消密码再保存。"
        )
    try:
        # From its content: by its name it would be taken for what it is not.
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = [(each.name, workbook.get_sheet_by_name(each.name), each.visible) for each in workbook.sheets_metadata]
    except CalamineError as error:
        raise _unreadable(path) from error
    names = [name for name, _, _ in sheets]
    if wanted is not None:
        chosen = [sheets[_index_of(wanted, names, path)]]
    else:
        filled = [each for each in sheets if each[2] == SheetVisibleEnum.Visible and each[1].total_height]
        chosen = filled or sheets[:1]
    for name, sheet, _ in chosen:
        layout = _Layout()
        for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
            layout.merged.setdefault(top + 1, []).append((first, last, bottom + 1))
        rows = ([None if cell == "" else cell for cell in row] for row in sheet.iter_rows())
        yield name, _rows(rows, layout), []


def _guarded(rows: Iterator[Any], path: Path) -> Iterator[Any]:
    """Yield the rows; where the sheet's own text is damaged, say so."""
    try:
        yield from rows
    except _DAMAGED as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> ImportRefused:
    return ImportRefused(
        f"{path.name} is no workbook that can be read. Save it as .xlsx again. 无法读取该表格，请重新另存为 .xlsx。"
    )


def _chosen(workbook: Any, wanted: str | None, path: Path) -> list[Any]:
    # A chart sheet has no cells.
    sheets = [sheet for sheet in workbook.worksheets if hasattr(sheet, "iter_rows")]
    if wanted is None:
        return [sheet for sheet in sheets if sheet.sheet_state == "visible" and _has_cells(sheet)] or sheets[:1]
    return [sheets[_index_of(wanted, [sheet.title for sheet in sheets], path)]]


def _index_of(wanted: str, names: Sequence[str], path: Path) -> int:
    """Return which sheet a name, or a number from 1, means."""
    called = [name.strip().casefold() for name in names]
    if wanted.strip().casefold() in called:
        return called.index(wanted.strip().casefold())
    if wanted.strip().isdigit() and 0 < int(wanted) <= len(names):
        return int(wanted) - 1
    raise ImportRefused(
        f"{path.name} has no sheet {wanted!r}. Sheets: {', '.join(names)}. 没有名为“{wanted}”的工作表。"
    )


def _has_cells(sheet: Any) -> bool:
    return any(cell is not None for row in sheet.iter_rows(values_only=True) for cell in row)


def _rows(read: Iterable[Sequence[Any]], layout: _Layout) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows; what is merged is repeated downwards, and to the right only where nothing else stands."""
    # column -> (value, last row that it covers)
    held: dict[int, tuple[Any, int]] = {}
    for number, cells in enumerate(read, start=1):
        row = list(cells)
        for first, last, until in layout.merged.get(number, ()):
            value = row[first] if first < len(row) else None
            held.update(dict.fromkeys(range(first, last + 1), (value, until)))
        if held:
            _fill(row, held, number)
            held = {column: kept for column, kept in held.items() if kept[1] > number}
        yield number, row


def _fill(row: list[Any], held: dict[int, tuple[Any, int]], number: int) -> None:
    for column, (value, until) in held.items():
        if number <= until and value is not None:
            row.extend([None] * (column + 1 - len(row)))
            if row[column] is None:
                row[column] = value


def _path_in_archive(sheet: Any) -> str:
    # No public name tells where a read-only sheet lies in its archive.
    return str(getattr(sheet, "_worksheet_path", "")).lstrip("/")


def _read_layout(path: Path, name: str) -> _Layout:
    """Scan a sheet's own text for merged ranges and for formulas without a value, piece by piece."""
    layout = _Layout()
    with zipfile.ZipFile(path) as archive:
        if name not in archive.namelist():
            return layout
        with archive.open(name) as file:
            rest = b""
            while chunk := file.read(_CHUNK_BYTES):
                text = rest + chunk
                rest = text[-_OVERLAP_BYTES:]
                _note_layout(text, layout)
    return layout


def _note_layout(text: bytes, layout: _Layout) -> None:
    if b"<f" in text or b":f" in text:
        layout.uncalculated.extend(
            cell
            for cell in (match[1].decode() for match in _UNCALCULATED.finditer(text))
            if cell not in layout.uncalculated[-MAX_REMARKS:]
        )
    for first, top, last, bottom in _MERGED.findall(text):
        area = (_column(first), _column(last), int(bottom))
        areas = layout.merged.setdefault(int(top), [])
        if area not in areas:
            areas.append(area)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _remarks(layout: _Layout) -> list[str]:
    if not layout.uncalculated:
        return []
    cells = ", ".join(layout.uncalculated[:5])
    more = f" and {len(layout.uncalculated) - 5} more" if len(layout.uncalculated) > 5 else ""
    return [
        f"Formulas that were never calculated count as blank: {cells}{more}. Open the file, save it, import again. "
        f"公式没有计算结果，按空白处理：{cells}。请打开文件并保存后重新导入。"
    ]
