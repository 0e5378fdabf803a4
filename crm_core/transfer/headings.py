"""Which column of a sheet holds which field: headings as people write them, in both languages.

Promise: width, case, spaces, punctuation, remarks in brackets and traditional characters make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from crm_core.errors import ImportRefused
from crm_core.transfer.columns import COLUMNS

_NOISE = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|<.*?>|[^\w]|_")
_REQUIRED = re.compile(r"^(?:请填写|必填|required)|(?:必填|required)$")
#: The traditional forms of the characters that headings are made of.
_SIMPLIFIED = str.maketrans(
    "戶稱聯繫絡電話職務單業規級狀態標籤來備註負責區縣網號編種類與時間買賣額幣開發實際預計簽項進階歷記錄內題應決關鍵機構數據産產優訊資歸屬員總週質評執行處裡讓從樣會議務參說明證國語詳細樓層點繳納",
    "户称联系络电话职务单业规级状态标签来备注负责区县网号编种类与时间买卖额币开发实际预计签项进阶历记录内题应决关键机构数据产产优讯资归属员总周质评执行处里让从样会议务参说明证国语详细楼层点缴纳",
)


@lru_cache(maxsize=4096)
def _spelled(heading: str) -> str:
    plain = unicodedata.normalize("NFKC", heading).casefold().translate(_SIMPLIFIED)
    return _REQUIRED.sub("", _NOISE.sub("", plain))


def spell_heading(heading: Any) -> str:
    """Spell a heading so that 客户名称*, '客户名称 (必填)', 客戶名稱 and 'Account Name' meet what the columns list."""
    return _spelled(str(heading if heading is not None else ""))


def match_headings(
    record_type: str,
    headings: Sequence[Any],
    header_map: Mapping[str, str] | None = None,
    *,
    groups: Sequence[Any] = (),
) -> dict[int, str]:
    """Return which column holds which field, the surest first.

    Where two columns mean a field (手机, 电话), the more exact one comes first and the other fills its blanks.

    `header_map` (heading -> field, or "" to leave the column out) goes before the usual headings. `groups` are the
    headings above (联系人 over 姓名 and 电话): together with its group a heading says more than alone.

    Raises:
        ImportRefused: the map names a field that this type does not have.
    """
    known = known_headings(record_type)
    mapped = _read_map(record_type, header_map or {})
    found: list[tuple[int, int, str]] = []
    for position, heading in enumerate(headings):
        own = spell_heading(heading)
        group = spell_heading(groups[position]) if position < len(groups) else ""
        if own in mapped:
            found.append((-1, position, mapped[own]))
        elif own:
            rank, field = known.get(group + own) or known.get(own, (0, ""))
            found.append((rank, position, field))
    return {position: field for _, position, field in sorted(found) if field}


@lru_cache(maxsize=64)
def known_headings(record_type: str) -> dict[str, tuple[int, str]]:
    """Return every heading of a type in its plain spelling, with its rank among the field's headings and the field."""
    columns = COLUMNS[record_type]
    # A field's own name means the field, whatever another one is called by.
    known = {spell_heading(field): (0, field) for field in columns}
    for field, column in columns.items():
        for rank, heading in enumerate(column.headings, start=1):
            known.setdefault(spell_heading(heading), (rank, field))
    return known


def _read_map(record_type: str, header_map: Mapping[str, str]) -> dict[str, str]:
    columns, known = COLUMNS[record_type], known_headings(record_type)
    mapped: dict[str, str] = {}
    for heading, named in header_map.items():
        field = named.strip()
        if field and field not in columns:
            _, field = known.get(spell_heading(field), (0, ""))
        if named.strip() and not field:
            raise ImportRefused(f"The map names {named!r}; fields of {record_type}: {', '.join(columns)}.")
        mapped[spell_heading(heading)] = field
    return mapped
