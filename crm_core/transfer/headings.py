"""Which column of a sheet holds which field: headings as people write them, in both languages.

Promise: width, case, spaces, punctuation, remarks in brackets and traditional characters make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from crm_core.errors import ImportRefused
from crm_core.transfer.columns import COLUMNS
from crm_core.transfer.script import simplified

_NOISE = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|<.*?>|[^\w]|_")
_REQUIRED = re.compile(r"^(?:请填写|必填|required)|(?:必填|required)$")
_EITHER = re.compile(r"[/／、&或及和]|\bor\b|\band\b")
#: what the amounts below are counted in: 预计金额万元
_UNIT = re.compile(r"(?<=额|价|款|算|值)(?:单位)?(?:人民币)?(?:亿|千万|百万|十万|万|千)?元$")
#: 电话2, 联系人(2), 联系人二, 第二联系人, 联系人2姓名, 'Contact 2 Name', 'Phone 2'
_NUMBERED = re.compile(
    r"(?P<before>.*?\D)??[\s_(（#-]*(?:第\s*(?P<ordinal>[一二三四五六七八九1-9])[个位]?|(?P<number>[1-9一二三四五六七八九]))[\s_)）.:-]*(?P<after>\D*)"
)
_ORDINALS = {
    **{str(number): number for number in range(1, 10)},
    **dict(zip("一二三四五六七八九", range(1, 10), strict=True)),
}


@lru_cache(maxsize=4096)
def _spelled(heading: str) -> str:
    plain = simplified(unicodedata.normalize("NFKC", heading).casefold())
    return _UNIT.sub("", _REQUIRED.sub("", _NOISE.sub("", plain)))


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

    Where two columns mean a field (手机, 电话), the more exact one comes first and the other fills its blanks. Where a
    row tells of several people (联系人1, 电话1, 联系人2, 电话2), those of the second are name#2, mobile#2.

    `header_map` (heading -> field, or "" to leave the column out) goes before the usual headings. `groups` are the
    headings above (联系人 over 姓名 and 电话): together with its group a heading says more than alone, and it counts
    where there is none below it.

    Raises:
        ImportRefused: the map names a field that this type does not have.
    """
    known = known_headings(record_type)
    mapped = _read_map(record_type, header_map or {})
    found: list[tuple[int, int, str]] = []
    numbers: dict[int, int] = {}
    times: Counter[tuple[str, int]] = Counter()
    for position, heading in enumerate(headings):
        group = groups[position] if position < len(groups) else None
        own = spell_heading(heading)
        if own in mapped:
            found.append((-1, position, mapped[own]))
        elif own or spell_heading(group):
            rank, field, number = _meaning(known, heading if own else group, group if own else None)
            found.append((rank, position, field))
            # 联系人, 电话, 联系人, 电话: the second of a heading is the second person's.
            # What is merged over several columns says the same beside each other.
            is_merged = position > 0 and spell_heading(headings[position - 1]) == own
            times[own, number] += not is_merged
            numbers[position] = number or (times[own, number] if times[own, number] > 1 else 0)
    held = {position: field for _, position, field in sorted(found, key=lambda each: _order(each, numbers)) if field}
    return _with_people(record_type, held, numbers)


def _order(found: tuple[int, int, str], numbers: Mapping[int, int]) -> tuple[int, int, int]:
    rank, position, _ = found
    return (max(numbers.get(position, 0), 1), rank, position)


def _meaning(known: Mapping[str, tuple[int, str]], heading: Any, group: Any) -> tuple[int, str, int]:
    """Return the rank, the field and the number of a heading under its group; 0 where it has no number."""
    own, above = spell_heading(heading), spell_heading(group)
    plain, number = _without_number(heading)
    plain_group, group_number = _without_number(group)
    for spelled, counted in (
        (plain_group + own, group_number) if group_number else ("", 0),
        (plain, number) if number else ("", 0),
        (above + own, 0),
        (own, group_number),
    ):
        if spelled in known:
            return (*known[spelled], counted)
    # 手机/微信, 电话或手机: what is known of it, where that is one field.
    parts = [known[part] for part in map(spell_heading, _EITHER.split(str(heading or ""))) if part in known]
    return (*parts[0], 0) if parts and len({field for _, field in parts}) == 1 else (0, "", 0)


def _without_number(heading: Any) -> tuple[str, int]:
    """Take the number out of 联系人2, 第二联系人电话, 'Contact 2 Name'; 0 where there is none."""
    match = _NUMBERED.fullmatch(unicodedata.normalize("NFKC", str(heading if heading is not None else "")).strip())
    if match is None or not (match["before"] or match["after"]):
        return spell_heading(heading), 0
    return spell_heading(f"{match['before'] or ''} {match['after']}"), _ORDINALS[match["ordinal"] or match["number"]]


#: of which field a further person of a row must have a column, and what else a row says of him
_PEOPLE = {
    "account": ("contact_name", frozenset({"contact_name", "contact_title", "contact_mobile", "contact_email"})),
    "contact": ("name", frozenset(COLUMNS["contact"]) - {"account", "owner", "tags"}),
    "lead": ("name", frozenset({"name", "mobile", "email"})),
}


def _with_people(record_type: str, held: Mapping[int, str], numbers: Mapping[int, int]) -> dict[int, str]:
    """Give the columns of the second and further people of a row their number; other numbers tell only of a choice."""
    name, of_person = _PEOPLE.get(record_type, ("", frozenset()))
    people = {numbers.get(position, 0) for position, field in held.items() if field == name} - {0}
    first = 0 if any(field == name and not numbers.get(position) for position, field in held.items()) else 1
    return {
        position: f"{field}#{number}"
        if (number := numbers.get(position, 0)) in people and number > first and field in of_person and number > 1
        else field
        for position, field in held.items()
    }


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
