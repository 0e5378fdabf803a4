"""Where the table of a sheet begins, and which of its rows are records: people put titles above and totals below.

Promise: of the first rows, the one with the most known headings are the headings; a group heading above a heading is
read with it; totals, footers and repeated headings are no records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from crm_core.errors import ImportRefused
from crm_core.transfer import cells
from crm_core.transfer.columns import COLUMNS
from crm_core.transfer.headings import match_headings
from crm_core.transfer.kinds import KINDS
from crm_core.transfer.tables import WORKBOOK_SUFFIXES, Row, Sheet, open_sheets

#: Titles and notes may stand above the headings; they are looked for in as many rows that are not blank.
HEADING_ROWS = 15
ALL_SHEETS = frozenset({"all", "*", "全部", "所有"})
_TOTAL = re.compile(
    r"(.{0,12}(合计|总计|小计|共计)|累计|汇总|总和|grand total|sub ?total|totals?|sum|summary)"
    r"(金额|数|人数)?[:：]?\s*[\d,.]*",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(制表|填表|审核|审批|复核|编制|打印|导出|更新|统计|截止|备注|说明|注|数据来源"
    r"|notes?|source|prepared by|printed|exported|generated)"
    r"(人|时间|日期|单位)?\d?\s*[:：].*",
    re.IGNORECASE | re.DOTALL,
)
_NUMBER = re.compile(r"[A-Z]+(\d{4})(\d+)")


@dataclass(frozen=True, kw_only=True)
class FileLayout:
    """A table within a file."""

    record_type: str
    sheet: str
    headings: Sequence[Any]
    #: position -> field; a field that several columns hold is taken from the first that is not blank
    fields: Mapping[int, str]
    #: position -> what plain numbers of the column are counted in
    factors: Mapping[int, int]
    #: position -> the currency that the heading names
    currencies: Mapping[int, str]
    #: rows below the headings
    rows: Iterator[Row]
    #: whether a comma that is not quoted can shift the cells of a row
    is_text: bool = False
    notes: Sequence[str] = ()
    #: year -> the highest number that the file brings, where other rows wait for a new one
    reserved: Mapping[int, int] = field(default_factory=dict)

    def heading_of(self, name: str) -> str:
        """Return the heading of the first column that holds a field, empty where none does."""
        position = next((position for position, held in self.fields.items() if held == name), None)
        return _plain(self.headings[position]) if position is not None else ""

    def position_of(self, name: str) -> int:
        """Return the first column that holds a field, or one behind all where none does."""
        return next((position for position, held in self.fields.items() if held == name), len(self.headings))

    def other_cells(self, row: Sequence[Any], name: str, position: int) -> list[Any]:
        """Return what other columns of the same field say in this row."""
        others = [at for at, held in self.fields.items() if held == name and at != position and at < len(row)]
        return [row[at] for at in others if not cells.is_blank(row[at])]

    def is_shifted(self, row: Sequence[Any]) -> bool:
        """Tell whether a row of a text has cells behind the last heading: a comma in it should have been quoted."""
        return self.is_text and any(not cells.is_blank(cell) for cell in row[len(self.headings) :])

    def is_record(self, row: Sequence[Any]) -> bool:
        """Tell whether a row is a record: no total, no footer, and not the headings again."""
        filled = [cell for cell in row if not cells.is_blank(cell)]
        # A template's rows are numbered before anybody fills them in.
        if not any(not cells.is_blank(row[position]) for position in self.fields if position < len(row)):
            return False
        texts = [str(cell).strip() for cell in filled]
        if (
            any(_TOTAL.fullmatch(text) for text in texts[:3])
            and len([text for text in texts if not _is_figure(text)]) == 1
        ):
            return False
        if len(set(texts)) == 1 and _FOOTER.fullmatch(texts[0]):
            return False
        return not self._repeats_headings(row)

    def _repeats_headings(self, row: Sequence[Any]) -> bool:
        pairs = [(cell, heading) for cell, heading in zip(row, self.headings, strict=False) if heading]
        return bool(pairs) and all(_plain(cell) == _plain(heading) for cell, heading in pairs)


def find_layouts(
    path: Path, record_type: str, header_map: Mapping[str, str] | None, sheet: str | None
) -> Iterator[FileLayout]:
    """Yield the tables to be read: of several sheets the one with the most known headings, or all with `sheet` 'all'.

    Raises:
        ImportRefused: no table, or none with the columns that the type needs; the message lists the headings found.
    """
    # Read before anything is written, so that a file without the needed columns is refused as a whole.
    wanted = None if sheet is not None and sheet.strip().casefold() in ALL_SHEETS else sheet
    is_text = path.suffix.lower() not in WORKBOOK_SUFFIXES
    seen = [_layout_of(each, record_type, header_map, is_text=is_text) for each in open_sheets(path, wanted)]
    layouts = [layout for layout in seen if layout is not None]
    if not layouts:
        raise ImportRefused(f"{path.name} is empty.")
    best = max(layouts, key=lambda layout: (not _missing(layout), len(set(layout.fields.values()))))
    if missing := _missing(best):
        raise _no_column(best, missing[0], path)
    chosen = [best] if wanted == sheet else [layout for layout in layouts if not _missing(layout)]
    others = [layout.sheet for layout in layouts if layout not in chosen]
    return _reopened(path, record_type, header_map, [layout.sheet for layout in chosen], others)


def _reopened(
    path: Path, record_type: str, header_map: Mapping[str, str] | None, sheets: Sequence[str], others: Sequence[str]
) -> Iterator[FileLayout]:
    is_workbook = path.suffix.lower() in WORKBOOK_SUFFIXES
    for name in sheets:
        for each in open_sheets(path, name if is_workbook else None):
            layout = _layout_of(each, record_type, header_map, is_text=not is_workbook)
            if layout is None:
                continue
            left_out = [f"Other sheets are left out: {', '.join(others)}. Name one with --sheet."] if others else []
            reserved = _reserved(path, name if is_workbook else None, layout)
            yield FileLayout(**{**vars(layout), "notes": [*layout.notes, *left_out], "reserved": reserved})
            break


def _layout_of(
    sheet: Sheet, record_type: str, header_map: Mapping[str, str] | None, *, is_text: bool
) -> FileLayout | None:
    first = list(islice(sheet.rows, HEADING_ROWS))
    if not first:
        return None
    above: list[list[Any]] = [[], *(row for _, row in first)]
    matched = [
        match_headings(record_type, row, header_map, groups=groups)
        for (_, row), groups in zip(first, above, strict=False)
    ]
    best = max(range(len(first)), key=lambda index: len(set(matched[index].values())))
    headings = first[best][1]
    fields = matched[best]
    money = [position for position, name in fields.items() if COLUMNS[record_type][name].is_money]
    currencies = {position: cells.currency_of(_plain(headings[position])) for position in money}
    return FileLayout(
        record_type=record_type,
        sheet=sheet.name,
        headings=headings,
        fields=fields,
        factors={position: cells.factor_of_heading(headings[position]) for position in money},
        currencies={position: code for position, code in currencies.items() if code is not None},
        rows=chain(first[best + 1 :], sheet.rows),
        notes=list(sheet.remarks),
        is_text=is_text,
    )


def _reserved(path: Path, sheet: str | None, layout: FileLayout) -> dict[int, int]:
    """Return the highest numbers that the file brings, where it leaves others to be given: those must not meet them."""
    series = KINDS[layout.record_type].series
    position = next((at for at, name in layout.fields.items() if series and name == series.field), None)
    if position is None:
        return {}
    highest: dict[int, int] = {}
    has_blank = False
    for each in open_sheets(path, sheet):
        for _, row in each.rows:
            cell = row[position] if position < len(row) else None
            has_blank = has_blank or cells.is_blank(cell)
            match = _NUMBER.fullmatch(str(cell).strip().upper())
            if match and series and match[0].startswith(series.prefix):
                highest[int(match[1])] = max(highest.get(int(match[1]), 0), int(match[2]))
        break
    return highest if has_blank else {}


def _missing(layout: FileLayout) -> list[str]:
    columns = COLUMNS[layout.record_type]
    return [name for name, column in columns.items() if column.is_needed and name not in layout.fields.values()]


def _no_column(layout: FileLayout, missing: str, path: Path) -> ImportRefused:
    found = ", ".join(_plain(heading) for heading in layout.headings if heading)
    example = COLUMNS[layout.record_type][missing].headings[0]
    return ImportRefused(
        f"{path.name}: no column for {missing}. Headings found: {found}. Name it with --map, "
        f"for example {example} -> {missing}."
    )


def _plain(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


def _is_figure(text: str) -> bool:
    return re.fullmatch(r"[¥￥$€£]?[-\d,.%\s]+[元万亿家个人条项笔户]?", text) is not None
