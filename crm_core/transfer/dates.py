"""Which day or time a cell says, in the spellings that people use.

Promise: pure. Raises InvalidField where a cell could be two days (3/5/2026) or none; the remedy says what to write.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from crm_core.errors import InvalidField

#: Day 0 of a workbook's serial dates. Source: ECMA-376, part 1, 18.17.4.1 (1900 date system with its false leap day).
EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
#: 1927 to 2173: what may be a serial date, and neither a year nor a date in digits
_SERIALS = (10_000, 100_000)
#: A due day without a time is due then, local. Source: design page, section 9.
DUE_TIME = time(18, 0)
YEAR_REMEDY = "Write the year too, such as 2026-11-23, or give it for the whole file: --year 2026."
REMEDY = "Write the year first, such as 2026-11-23 or 2026-11-23 15:00."

_WEEKDAY = re.compile(
    r"[(\[]?(?:星期|礼拜|周)[一二三四五六日天][)\]]?|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?",
    re.I,
)
_CLOCK = (
    r"(?:[T\s]*(凌晨|早上|上午|中午|下午|傍晚|晚上)?\s*(\d{1,2})(?=\s*[:时点]|\s*[AaPp]\.?[Mm])\s*[:时点]?\s*(\d{1,2}|半)?分?(?::?(\d{2})(?:\.\d+)?秒?)?\s*([AaPp])?"
    r"(?:\.?[Mm]\.?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
#: 9:30-11:00 begins at 9:30.
_RANGE = re.compile(r"(\d{1,2}:\d{2})\s*(?:[-~–—]|至|到)\s*\d{1,2}:\d{2}$")
_CLOCK_ALONE = re.compile(r"(?:[上下中]午|早上|晚上)?\s*\d{1,2}\s*[:：时点].*|\d{1,2}\s*[ap]\.?m\.?", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?" + _CLOCK)
#: 85年3月5日, and 85/3/5, in which 85 can be nothing but the year
_SHORT_YEAR = re.compile(
    r"(\d{2}(?=\s*年)|3[2-9](?=[-/.])|[4-9]\d(?=[-/.]))\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?" + _CLOCK
)
#: of two digits: neither a birthday's last century nor a date to come
_SHORT_YEARS = (40, 50)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?" + _CLOCK)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})" + _CLOCK)
_MONTH = re.compile(r"((?:19|20)\d{2})\s*(?:(?:[-/.]\s*(\d{1,2})|年\s*(?:(\d{1,2})\s*月)?))?")
#: 2026年6月底, 2026年底
_END_OF_MONTH = re.compile(r"(\d{4})\s*年\s*(?:(\d{1,2})\s*月)?\s*(?:月?底|月?末)")
_QUARTER = re.compile(
    r"(?P<year>\d{4})\s*[年\-/ ]?\s*(?:Q(?P<number>[1-4])|第?(?P<before>[一二三四1-4])季度?末?)"
    r"|Q(?P<after>[1-4])[ \-/]*(?P<behind>\d{4})",
    re.IGNORECASE,
)
_QUARTERS = {**{str(number): number for number in range(1, 5)}, "一": 1, "二": 2, "三": 3, "四": 4}
_NAMED_MONTHS = (
    "%d %b %Y",
    "%d %B %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%d-%b-%Y",
    "%d-%B-%Y",
    "%d-%b-%y",
    "%d %b %y",
    "%Y %b %d",
)
#: 3月5日, 6月底: no year. 3/5 and 3.5 could be two days.
_MONTH_DAY = re.compile(r"\d{1,2}\s*月\s*(?:\d{1,2}\s*[日号]?" + _CLOCK + r"|底|末)")
_NAMED_MONTH_DAY = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?[- ][a-z]{3,9}|[a-z]{3,9}\.?[- ]\d{1,2}(?:st|nd|rd|th)?", re.IGNORECASE
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CHINESE_TENS = re.compile(r"([一二三四五六七八九])?十([一二三四五六七八九])?")
_AFTERNOON = frozenset({"下午", "傍晚", "晚上"})


def day(field: str, cell: Any, zone: tzinfo) -> date:
    """Read a date: year first, in digits, 年月日, a workbook's own, or with the month's English name."""
    return _local(field, cell, zone)[0].date()


def month_or_day(field: str, cell: Any, zone: tzinfo) -> date:
    """Read a date of which the day or the month too may be missing: its first day."""
    match = _MONTH.fullmatch(_plain(cell).removesuffix(".0"))
    try:
        if match is None:
            return _named_month(_plain(cell), is_end=False) or day(field, cell, zone)
        return date(int(match[1]), int(match[2] or match[3] or 1), 1)
    except ValueError as error:
        raise InvalidField(field, cell, REMEDY) from error


def end_of_month_or_day(field: str, cell: Any, zone: tzinfo) -> date:
    """Read a date by which something is expected; where the day is missing, the last one of its month or quarter."""
    plain = _plain(cell).removesuffix(".0")
    quarter = _QUARTER.fullmatch(plain)
    month = _MONTH.fullmatch(plain)
    try:
        if quarter is not None:
            said = quarter["number"] or quarter["before"] or quarter["after"]
            return _last_day(int(quarter["year"] or quarter["behind"]), 3 * _QUARTERS[said])
        if month is not None and (month[2] or month[3]):
            return _last_day(int(month[1]), int(month[2] or month[3]))
        return _named_month(plain, is_end=True) or day(field, cell, zone)
    except ValueError as error:
        raise InvalidField(field, cell, REMEDY) from error


def moment(field: str, cell: Any, zone: tzinfo) -> datetime:
    """Read a time of the zone; a day alone is its beginning."""
    return _aware(_local(field, cell, zone)[0], zone)


def due(field: str, cell: Any, zone: tzinfo) -> datetime:
    """Read a due time of the zone; a day alone is due at 18:00."""
    found, has_time = _local(field, cell, zone)
    return _aware(found if has_time else datetime.combine(found.date(), DUE_TIME), zone)


def join_time(cell: Any, others: Sequence[Any]) -> Any:
    """Return a cell that says a day and its time, where a sheet keeps them in two columns; else the cell itself."""
    partner = next((other for other in others if _is_clock(other) != _is_clock(cell)), None)
    if partner is None:
        return cell
    on, at = (partner, cell) if _is_clock(cell) else (cell, partner)
    if isinstance(on, datetime | date):
        on = f"{on:%Y-%m-%d}"
    return f"{on} {at}"


def with_year(cell: Any, year: int) -> Any:
    """Return a date that is written without its year (3月5日 15:00, 5-Mar) with this one; else the cell itself."""
    if not isinstance(cell, str):
        return cell
    plain = _plain(cell)
    if _MONTH_DAY.fullmatch(plain):
        return f"{year}年{plain}"
    return f"{plain.replace('-', ' ')} {year}" if _NAMED_MONTH_DAY.fullmatch(plain) else cell


def _is_clock(cell: Any) -> bool:
    return isinstance(cell, time) or (isinstance(cell, str) and _CLOCK_ALONE.fullmatch(cell.strip()) is not None)


def _plain(cell: Any) -> str:
    text = _RANGE.sub(r"\1", unicodedata.normalize("NFKC", str(cell)).strip().lstrip("'"))
    return _WEEKDAY.sub(" ", text).strip()


def _local(field: str, cell: Any, _zone: tzinfo) -> tuple[datetime, bool]:
    """Return wall time (or aware, where an offset was written) and whether a clock time was given."""
    if isinstance(cell, datetime):
        return cell, cell.time() != time(0, 0)
    if isinstance(cell, date):
        return datetime.combine(cell, time(0, 0)), False
    spelled = _plain(cell)
    serial = _serial(spelled)
    try:
        return serial or _written(spelled)
    except (ValueError, OverflowError) as error:
        lacks_year = _MONTH_DAY.fullmatch(spelled) or _NAMED_MONTH_DAY.fullmatch(spelled)
        raise InvalidField(field, cell, YEAR_REMEDY if lacks_year else REMEDY) from error


def _serial(spelled: str) -> tuple[datetime, bool] | None:
    if not re.fullmatch(r"\d{5}(\.\d+)?", spelled) or not _SERIALS[0] < float(spelled) < _SERIALS[1]:
        return None
    # Rounded to the second: a serial is a float of days.
    at = EXCEL_EPOCH + timedelta(seconds=round(float(spelled) * 86_400))
    return at, at.time() != time(0, 0)


def _written(spelled: str) -> tuple[datetime, bool]:
    if re.search(r"[〇零一二三四五六七八九十]", spelled):
        spelled = _CHINESE_TENS.sub(_ten, spelled).translate(_CHINESE_DIGITS)
    match = _YEAR_FIRST.fullmatch(spelled) or _DIGITS.fullmatch(spelled)
    if match is not None:
        year, month, day_, *clock = match.groups()
        return _joined(date(int(year), int(month), int(day_)), clock)
    match = _SHORT_YEAR.fullmatch(spelled)
    if match is not None:
        short, month, day_, *clock = match.groups()
        return _joined(date(_full_year(int(short)), int(month), int(day_)), clock)
    match = _END_OF_MONTH.fullmatch(spelled)
    if match is not None:
        return datetime.combine(_last_day(int(match[1]), int(match[2] or 12)), time(0, 0)), False
    match = _YEAR_LAST.fullmatch(spelled)
    if match is not None:
        first, second, year, *clock = match.groups()
        return _joined(_unambiguous(int(year), int(first), int(second)), clock)
    return _with_named_month(spelled), False


def _full_year(short: int) -> int:
    """Return the year that two digits mean: 85 is 1985, 26 is 2026."""
    if _SHORT_YEARS[0] <= short < _SHORT_YEARS[1]:
        raise ValueError(f"{short} may be two years")
    return 1900 + short if short >= _SHORT_YEARS[1] else 2000 + short


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _named_month(spelled: str, *, is_end: bool) -> date | None:
    """Return the first or the last day of 'June 2026'."""
    if not spelled[:3].isalpha():
        return None
    for pattern in ("%b %Y", "%B %Y", "%b-%Y", "%B-%Y", "%b %y", "%b-%y"):
        try:
            found = datetime.strptime(spelled.replace(",", " ").replace(".", " "), pattern)  # noqa: DTZ007 - a month has no zone
        except ValueError:
            continue
        return _last_day(found.year, found.month) if is_end else found.date()
    return None


def _ten(match: re.Match[str]) -> str:
    tens, ones = match[1] or "一", match[2] or "〇"
    return f"{tens}{ones}"


def _unambiguous(year: int, first: int, second: int) -> date:
    """Return the one day that 25/12/2026 or 12/25/2026 can be."""
    if first > 12 or first == second:
        return date(year, second, first)
    if second > 12:
        return date(year, first, second)
    raise ValueError(f"{first}/{second} may be two days")


def _with_named_month(spelled: str) -> datetime:
    words = " ".join(_ORDINAL.sub("", spelled).replace(",", " ").replace(".", " ").split())
    for pattern in _NAMED_MONTHS:
        try:
            return datetime.strptime(words, pattern)  # noqa: DTZ007 - the zone follows
        except ValueError:
            continue
    raise ValueError(spelled)


def _joined(on: date, clock: list[str | None]) -> tuple[datetime, bool]:
    half, hour, minute, second, am_pm, offset = clock
    if hour is None:
        return datetime.combine(on, time(0, 0)), False
    hours = int(hour)
    if (half in _AFTERNOON or (am_pm or "").lower() == "p" or (half == "中午" and hours < 3)) and hours <= 12:
        hours = hours % 12 + 12
    elif (half in {"凌晨", "早上", "上午"} or (am_pm or "").lower() == "a") and hours == 12:
        hours = 0
    minutes = 30 if minute == "半" else int(minute or 0)
    at = datetime.combine(on, time(hours, minutes, int(second or 0)))
    if offset:
        at = datetime.fromisoformat(f"{at.isoformat()}{offset}")
    return at, True


def _aware(at: datetime, zone: tzinfo) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)
