"""What a cell says: text, date, time, amount, list, yes or no, a word of an enum, in the spellings that people use.

Promise: pure; takes whatever a CSV (text) or a workbook (typed) holds. Raises InvalidField with what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_core.errors import InvalidField

Parser = Callable[[str, Any, tzinfo], Any]

#: Day 0 of a workbook's serial dates. Source: ECMA-376, part 1, 18.17.4.1 (1900 date system with its false leap day).
EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
#: A due day without a time is due then, local. Source: design page, section 9.
DUE_TIME = time(18, 0)

_YMD = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(上午|下午|晚上)?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})?分?(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?"
    r"(Z|[+-]\d{2}:?\d{2})?)?"
)
_WRITTEN_DATES = ("%Y%m%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y")
_AMOUNT = re.compile(
    r"(?:RMB|CNY|USD|US\$|[¥￥$€£])?\s*(-?[\d,]*\.?\d+)\s*(亿|千万|百万|万|千|k|w|m|元|块|CNY|USD)?元?"
)
_FACTORS = {
    "亿": 100_000_000,
    "千万": 10_000_000,
    "百万": 1_000_000,
    "m": 1_000_000,
    "万": 10_000,
    "w": 10_000,
    "千": 1_000,
    "k": 1_000,
}
_YES = frozenset({"1", "y", "yes", "true", "是", "对", "√", "✓", "✔"})
_NO = frozenset({"0", "n", "no", "false", "否", "不是", "×", "✗"})
_LIST_SEPARATORS = re.compile(r"[,，;；、|\n]+")


def is_blank(cell: Any) -> bool:
    """Tell whether a cell says nothing; a lone dash, 无 and N/A say nothing too."""
    return cell is None or str(cell).strip().casefold() in {"", "-", "--", "/", "n/a", "na", "null", "none", "无"}


def text(_field: str, cell: Any, _zone: tzinfo) -> str:
    """Read a text; a whole number of a workbook loses its '.0' (phones, codes)."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def words(field: str, cell: Any, zone: tzinfo) -> list[str]:
    """Read a list: separated by commas, semicolons, 、 or line breaks."""
    return [part.strip() for part in _LIST_SEPARATORS.split(text(field, cell, zone)) if part.strip()]


def amount(field: str, cell: Any, zone: tzinfo) -> Decimal:
    """Read an amount: 200000, 1,234.50, ¥88,000, 20万, 1.5m, 5k."""
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return Decimal(str(cell))
    spelled = unicodedata.normalize("NFKC", text(field, cell, zone)).strip()
    match = _AMOUNT.fullmatch(spelled) or _AMOUNT.fullmatch(spelled.lower())
    if match is None:
        raise InvalidField(field, cell, "Write an amount such as 200000, 1,234.50 or 20万.")
    return Decimal(match[1].replace(",", "")) * _FACTORS.get((match[2] or "").lower(), 1)


def number(field: str, cell: Any, zone: tzinfo) -> int:
    """Read a whole number."""
    try:
        return int(Decimal(text(field, cell, zone)))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise InvalidField(field, cell, "Write a whole number.") from error


def yes_or_no(field: str, cell: Any, zone: tzinfo) -> bool:
    """Read yes or no in either language."""
    spelled = text(field, cell, zone).casefold()
    if spelled in _YES | _NO:
        return spelled in _YES
    raise InvalidField(field, cell, "Write 是 or 否, yes or no.")


def day(field: str, cell: Any, zone: tzinfo) -> date:
    """Read a date: year first, in digits, 年月日 or a workbook's own; or with the month's English name."""
    found = _local(field, cell, zone)
    return found[0].date()


def moment(field: str, cell: Any, zone: tzinfo) -> datetime:
    """Read a time of the zone; a day alone is its beginning."""
    return _aware(_local(field, cell, zone)[0], zone)


def due(field: str, cell: Any, zone: tzinfo) -> datetime:
    """Read a due time of the zone; a day alone is due at 18:00."""
    found, has_time = _local(field, cell, zone)
    return _aware(found if has_time else datetime.combine(found.date(), DUE_TIME), zone)


def one_of(spellings: Mapping[str, str]) -> Parser:
    """Build the reader of an enum: its own words, and the `spellings` of people."""
    known = {**{value: value for value in spellings.values()}, **spellings}
    by_key = {key.casefold(): value for key, value in known.items()}

    def read(field: str, cell: Any, zone: tzinfo) -> str:
        spelled = unicodedata.normalize("NFKC", text(field, cell, zone)).casefold()
        if spelled not in by_key:
            raise InvalidField(field, cell, f"Write one of: {', '.join(known)}.")
        return by_key[spelled]

    return read


def _local(field: str, cell: Any, zone: tzinfo) -> tuple[datetime, bool]:
    """Return wall time (or aware, where an offset was written) and whether a clock time was given."""
    if isinstance(cell, datetime):
        return cell, cell.time() != time(0, 0)
    if isinstance(cell, date):
        return datetime.combine(cell, time(0, 0)), False
    if isinstance(cell, int | float) and 10_000 < cell < 100_000:
        # Rounded to the second: a serial is a float of days.
        at = EXCEL_EPOCH + timedelta(seconds=round(cell * 86_400))
        return at, at.time() != time(0, 0)
    return _written(field, unicodedata.normalize("NFKC", text(field, cell, zone)).strip())


def _written(field: str, spelled: str) -> tuple[datetime, bool]:
    match = _YMD.fullmatch(spelled)
    try:
        if match is not None:
            return _from_parts(match)
        for pattern in _WRITTEN_DATES:
            try:
                return datetime.strptime(spelled, pattern), False  # noqa: DTZ007 - the zone follows
            except ValueError:
                continue
        raise ValueError(spelled)  # noqa: TRY301 - one place turns what is wrong into InvalidField
    except ValueError as error:
        remedy = "Write the year first, such as 2026-11-23 or 2026-11-23 15:00."
        raise InvalidField(field, spelled, remedy) from error


def _from_parts(match: re.Match[str]) -> tuple[datetime, bool]:
    year, month, day_, half, hour, minute, second, am_pm, offset = match.groups()
    on = date(int(year), int(month), int(day_))
    if hour is None:
        return datetime.combine(on, time(0, 0)), False
    is_afternoon = half in {"下午", "晚上"} or (am_pm or "").lower() == "pm"
    hours = int(hour) % 12 + 12 if is_afternoon and int(hour) <= 12 else int(hour)
    at = datetime.combine(on, time(hours, int(minute or 0), int(second or 0)))
    if offset:
        at = datetime.fromisoformat(f"{at.isoformat()}{offset}")
    return at, True


def _aware(at: datetime, zone: tzinfo) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)
