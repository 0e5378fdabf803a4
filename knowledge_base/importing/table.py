"""Rows of cells under a row of headings -> drafts: what CSV and XLSX have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from knowledge_base.errors import FileUnreadable
from knowledge_base.importing.draft import HEADINGS, Draft, RowError, draft_of, field_of

#: a title or a note may stand above the headings, not more
HEADING_ROWS = 10

Row = tuple[int, Sequence[object]]


def is_heading_row(cells: Sequence[object]) -> bool:
    """Whether these cells are headings: at least the answer's is among them, and no field's word is a text."""
    return "answer" in {field_of(cell) for cell in cells}


def read_rows(path: Path, rows: Iterable[Row | RowError]) -> Iterator[Draft | RowError]:
    """Yield the draft or the problem of each row below the headings; empty rows are passed over.

    Raises:
        FileUnreadable: no heading for the answer in the first rows.
    """
    numbered = iter(rows)
    headings = _find_headings(numbered)
    if headings is None:
        raise no_headings(path)
    for row in numbered:
        drafted = row if isinstance(row, RowError) else _draft(headings, row)
        if drafted is not None:
            yield drafted


def no_headings(path: Path) -> FileUnreadable:
    """Say that a table has no row of headings, and which ones it may have."""
    words = ", ".join(f"{aliases[0]}" for aliases in HEADINGS.values())
    chinese = "编号、标准问题、答案、相似问题、分类、标签、语言、可见范围"
    return FileUnreadable(
        path,
        "has no heading for the answer in its first rows",
        f"Give the columns headings: {words} (or {chinese}); question and answer are enough.",
        problem_zh="前几行没有“答案”这一列标题",
        remedy_zh=f"请为各列加上标题：{chinese}；有“问题”和“答案”即可。",
    )


def _find_headings(rows: Iterator[Row | RowError]) -> list[str] | None:
    for _, row in zip(range(HEADING_ROWS), rows, strict=False):
        if not isinstance(row, RowError) and is_heading_row(row[1]):
            return [str(cell or "").strip() for cell in row[1]]
    return None


def _draft(headings: Sequence[str], row: Row) -> Draft | RowError | None:
    line, cells = row
    pairs = zip_longest(headings, cells, fillvalue="")
    return draft_of(line, ((str(heading), value) for heading, value in pairs if heading))
