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
from crm_core.transfer.tables import Row, Sheet, form_of, open_sheets, require_whole

#: Titles and notes may stand above the headings; they are looked for in as many rows that are not blank.
HEADING_ROWS = 15
ALL_SHEETS = frozenset({"all", "*", "全部", "所有"})
_TOTAL = re.compile(
    r"(.{0,12}(合计|总计|小计|共计)|累计|汇总|总和|grand total|sub ?total|totals?|sum|summary)"
    r"(金额|数|人数)?[:：]?\s*[\d,.]*",
    re.IGNORECASE,
)
#: a row that only counts what stands above, or says that nothing follows
_END = re.compile(
    r"(?:以上)?(?:合计|总计)?[共总][有计]?\s*[:：]?\s*\d+\s*[^\d\s]{1,4}(?:数据|记录|客户|人员)?"
    r"|(?:total\s*[:：]?\s*)?\d+\s*(?:records?|rows?|contacts?|accounts?|items?|entries)"
    r"|[(\[<—-]*\s*(?:以下(?:空白|无正文|为空)|此行以下.*|完|结束|end(?: of (?:list|file|report|data))?)\s*[)\]>—-]*",
    re.IGNORECASE,
)
#: who made and checked a sheet, beside each other in its last row
_SIGNED = re.compile(
    r"(制表|填表|填报|审核|审批|复核|编制|制单|主管|打印|prepared|checked|approved)(人|时间|日期|单位| by)?\s*[:：].*",
    re.I | re.S,
)
_FOOTER = re.compile(
    r"(制表|填表|审核|审批|复核|编制|打印|导出|更新|统计|截止|备注|说明|注|数据来源"
    r"|notes?|source|prepared by|printed|exported|generated)"
    r"(人|时间|日期|单位)?\d?\s*[:：].*",
    re.IGNORECASE | re.DOTALL,
)
_OTHER_SHEETS = (
    "Other sheets are left out: {named}. Name one with --sheet. 其他工作表未导入：{named}。可用 --sheet 指定。"
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
    #: number of each further person that a row tells of -> position -> field
    people: Mapping[int, Mapping[int, str]]
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
        """Return the heading of the first column that holds a field (name#2: of the second person), or nothing."""
        name, _, number = name.partition("#")
        columns = self.people[int(number)] if number else self.fields
        position = next((position for position, held in columns.items() if held == name), None)
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
        is_alone = len(set(texts)) == 1
        if is_alone and (_FOOTER.fullmatch(texts[0]) or _END.fullmatch(texts[0])):
            return False
        if _SIGNED.fullmatch(texts[0]):
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
    is_text = form_of(path) == "text"
    require_whole(path)
    seen = [_layout_of(each, record_type, header_map, is_text=is_text) for each in open_sheets(path, wanted)]
    layouts = [layout for layout in seen if layout is not None]
    if not layouts:
        raise ImportRefused(f"{path.name} is empty. 文件是空的。")
    best = max(layouts, key=lambda layout: (not _missing(layout), len(set(layout.fields.values()))))
    if missing := _missing(best):
        raise _no_column(best, missing[0], path)
    chosen = [best] if wanted == sheet else [layout for layout in layouts if not _missing(layout)]
    others = [layout.sheet for layout in layouts if layout not in chosen]
    return _reopened(path, record_type, header_map, [layout.sheet for layout in chosen], others)


def _reopened(
    path: Path, record_type: str, header_map: Mapping[str, str] | None, sheets: Sequence[str], others: Sequence[str]
) -> Iterator[FileLayout]:
    is_workbook = form_of(path) != "text"
    for name in sheets:
        for each in open_sheets(path, name if is_workbook else None):
            layout = _layout_of(each, record_type, header_map, is_text=not is_workbook)
            if layout is None:
                continue
            named = ", ".join(others)
            left_out = [_OTHER_SHEETS.format(named=named)] if others else []
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
    best = max(range(len(first)), key=lambda index: len({name.partition("#")[0] for name in matched[index].values()}))
    headings = _joined_headings(first[best][1], above[best], matched[best])
    fields = {position: name for position, name in matched[best].items() if "#" not in name}
    money = {
        position: above[best][position : position + 1]
        for position, name in fields.items()
        if _is_money(record_type, name)
    }
    factor, noted = _unit_above([row for _, row in first[:best]])
    factors = {
        position: _first_unlike_1(
            *map(cells.factor_of_heading, [headings[position], *group]), 1 if _says_yuan(headings[position]) else factor
        )
        for position, group in money.items()
    }
    currencies = {position: cells.currency_of(_plain(headings[position])) for position in money}
    return FileLayout(
        record_type=record_type,
        sheet=sheet.name,
        headings=headings,
        fields=fields,
        people=_people(matched[best]),
        factors=factors,
        currencies={position: code for position, code in currencies.items() if code is not None},
        rows=chain(first[best + 1 :], sheet.rows),
        notes=[*sheet.remarks, *([noted] if noted and any(factors[position] == factor for position in money) else [])],
        is_text=is_text,
    )


def _joined_headings(headings: Sequence[Any], above: Sequence[Any], matched: Mapping[int, str]) -> list[Any]:
    """Return the headings; a blank one that counts by what stands above it is called so."""
    taken = [*headings, *[None] * (max(matched, default=-1) + 1 - len(headings))]
    for position in matched:
        if cells.is_blank(taken[position]) and position < len(above):
            taken[position] = above[position]
    return taken


def _people(matched: Mapping[int, str]) -> dict[int, dict[int, str]]:
    """Return number -> position -> field of each further person, in their order."""
    people: dict[int, dict[int, str]] = {}
    for position, numbered in matched.items():
        name, _, number = numbered.partition("#")
        if number:
            people.setdefault(int(number), {})[position] = name
    return dict(sorted(people.items()))


def _is_money(record_type: str, name: str) -> bool:
    return COLUMNS[record_type][name].is_money


def _says_yuan(heading: Any) -> bool:
    return re.search(r"[(\[（【]\s*(?:人民币)?元\s*[)\]）】]", str(heading or "")) is not None


def _first_unlike_1(*factors: int) -> int:
    return next((factor for factor in factors if factor != 1), 1)


def _unit_above(rows: Sequence[Sequence[Any]]) -> tuple[int, str]:
    """Return what a remark above the headings says that amounts are counted in, and a note on it."""
    for cell in chain.from_iterable(rows):
        factor = cells.factor_of_note(cell) if isinstance(cell, str) else None
        if factor is not None:
            said = f"Amounts without a unit of their own count times {factor:,}, as the sheet says above its headings."
            return factor, f"{said} 未注明单位的金额按 {factor:,} 倍计算（表头上方注明了单位）。"
    return 1, ""


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
    held = set(layout.fields.values()) | {name for person in layout.people.values() for name in person.values()}
    if held & {"first_name", "last_name"}:
        held.add("name")
    return [name for name, column in columns.items() if column.is_needed and not {name, column.stand_in} & held]


def _no_column(layout: FileLayout, missing: str, path: Path) -> ImportRefused:
    found = ", ".join(_plain(heading) for heading in layout.headings if heading)
    example = COLUMNS[layout.record_type][missing].headings[0]
    return ImportRefused(
        f"{path.name}: no column for {missing}. Headings found: {found}. Name it with --map, "
        f"for example {example} -> {missing}. 缺少“{example}”列；可用 --map 指定哪一列是它。"
    )


def _plain(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


def _is_figure(text: str) -> bool:
    return re.fullmatch(r"[¥￥$€£]?[-\d,.%\s]+[元万亿家个人条项笔户]?", text) is not None
