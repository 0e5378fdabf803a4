"""What a cell says: text, number, amount, phone, list, yes or no, a word of an enum, in the spellings that people use.

Promise: pure; takes whatever a CSV (text) or a workbook (typed) holds. Raises InvalidField with what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_core.errors import InvalidField
from crm_core.transfer.dates import day, due, join_time, moment, month_or_day

__all__ = ["day", "due", "join_time", "moment", "month_or_day"]

Parser = Callable[[str, Any, tzinfo], Any]

_BLANK = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "n/a",
        "na",
        "null",
        "none",
        "无",
        "空",
        "暂无",
        "待定",
        "不详",
        "未知",
        "tbd",
    }
)
#: Source: Excel's error values (ECMA-376, part 1, 18.17.3).
_FORMULA_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"})
_SCIENTIFIC = re.compile(r"\d(?:\.(\d+))?[eE]\+?(\d+)")
_CURRENCIES = {
    "USD": re.compile(r"US\$|USD|\$|美元|美金|dollars?", re.IGNORECASE),
    "EUR": re.compile(r"€|EUR|欧元|euros?", re.IGNORECASE),
    "GBP": re.compile(r"£|GBP|英镑|pounds?", re.IGNORECASE),
    "HKD": re.compile(r"HK\$|HKD|港币|港元", re.IGNORECASE),
    "JPY": re.compile(r"JPY|日元|円", re.IGNORECASE),
    "CNY": re.compile(r"[¥￥]|RMB|CNY|人民币|元|块", re.IGNORECASE),
}
#: HK$ before $, which it contains
_CURRENCY_ORDER = ("HKD", "USD", "EUR", "GBP", "JPY", "CNY")
_AMOUNT = re.compile(r"([-+]?[\d,]*\.?\d+)(亿|千万|百万|十万|万|千|k|w|m|bn|b|million|thousand)?")
_COMMA_DECIMAL = re.compile(r"[-+]?\d{1,3}(\.\d{3})+,\d{1,2}(?!\d)")
#: 1,2m: no thousand has two digits
_SHORT_COMMA = re.compile(r"[-+]?\d+,\d{1,2}(?!\d)")
_FACTORS = {
    "亿": 100_000_000,
    "千万": 10_000_000,
    "百万": 1_000_000,
    "十万": 100_000,
    "万": 10_000,
    "w": 10_000,
    "千": 1_000,
    "k": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "million": 1_000_000,
    "b": 1_000_000_000,
    "bn": 1_000_000_000,
}
_UNITS = re.compile(r"(亿|千万|百万|十万|万|千)元?|\b(k|m|million|thousand)\b", re.IGNORECASE)
_YES = frozenset({"1", "1.0", "y", "yes", "true", "t", "是", "对", "有", "√", "✓", "✔", "☑"})
_NO = frozenset({"0", "0.0", "n", "no", "false", "f", "否", "不是", "没有", "×", "✗", "x", "☐"})
_LIST_SEPARATORS = re.compile(r"[,，;；、|/\n]+")
_PHONE_SEPARATORS = re.compile(r"[;；、,，\n|]+|\s*/\s*|\s+或\s*|(?<=\d)\s{2,}(?=\d)")
_PHONE_NOISE = re.compile(
    r"^(?:(?:tel|phone|mobile|手机|电话|座机)(?:号码?)?\s*[:：]?\s*)|\(.*?[^\d\s+-].*?\)$", re.IGNORECASE
)


def is_blank(cell: Any) -> bool:
    """Tell whether a cell says nothing; a lone dash, 无, 待定 and N/A say nothing too."""
    return cell is None or str(cell).strip().casefold() in _BLANK


def is_formula_error(cell: Any) -> bool:
    """Tell whether a cell holds what a broken formula leaves behind (#N/A, #REF!)."""
    return isinstance(cell, str) and cell.strip().upper() in _FORMULA_ERRORS


def text(_field: str, cell: Any, _zone: tzinfo) -> str:
    """Read a text; a whole number of a workbook loses its '.0' (codes), a text its leading apostrophe."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.hour == cell.minute == cell.second == 0:
        return cell.date().isoformat()
    return str(cell).strip().removeprefix("'").strip()


def words(field: str, cell: Any, zone: tzinfo) -> list[str]:
    """Read a list: separated by commas, semicolons, 、, slashes or line breaks."""
    return [part.strip() for part in _LIST_SEPARATORS.split(text(field, cell, zone)) if part.strip()]


def phone(field: str, cell: Any, zone: tzinfo) -> str:
    """Read the first phone number of a cell; see `phones`."""
    found = phones(field, cell, zone)
    if not found:
        raise InvalidField(field, cell, "Give a phone number, such as 138 0000 1111 or +44 20 7946 0000.")
    return found[0]


def phones(field: str, cell: Any, zone: tzinfo) -> list[str]:
    """Read the phone numbers of a cell, Chinese mobiles first, as they are written.

    Raises:
        InvalidField: Excel has rounded the number (1.38E+10): its last digits are gone.
    """
    spelled = unicodedata.normalize("NFKC", text(field, cell, zone)).strip().lstrip("'`’")
    match = _SCIENTIFIC.fullmatch(spelled)
    if match is not None:
        if len(match[1] or "") < int(match[2]):
            remedy = (
                "Excel has rounded this number and its last digits are gone: format the column as text, write it again."
            )
            raise InvalidField(field, cell, remedy)
        spelled = str(int(Decimal(spelled)))
    parts = [_PHONE_NOISE.sub("", part.strip()).strip().removesuffix(".0") for part in _PHONE_SEPARATORS.split(spelled)]
    found = [part for part in parts if any(char.isdigit() for char in part)] or [spelled]
    return sorted(found, key=lambda number: re.fullmatch(r"(\+?86)?1\d{10}", re.sub(r"[\s-]", "", number)) is None)


def amount(field: str, cell: Any, zone: tzinfo) -> Decimal:
    """Read an amount: 200000, 1,234.50, ¥88,000, 20万, 1.5m, 5k, 人民币20万元."""
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        if not Decimal(str(cell)).is_finite():
            raise InvalidField(field, cell, "Write an amount such as 200000, 1,234.50 or 20万.")
        return Decimal(str(cell))
    spelled = unicodedata.normalize("NFKC", text(field, cell, zone)).strip().replace("，", ",")
    plain = re.sub(r"[\s约]|整$|左右$", "", spelled)
    for code in _CURRENCY_ORDER:
        plain = _CURRENCIES[code].sub("", plain)
    if _COMMA_DECIMAL.match(plain) or _SHORT_COMMA.match(plain):
        plain = plain.replace(".", "").replace(",", ".")
    match = _AMOUNT.fullmatch(plain.lower())
    if match is None:
        raise InvalidField(field, cell, "Write an amount such as 200000, 1,234.50 or 20万.")
    return Decimal(match[1].replace(",", "")) * _FACTORS.get(match[2] or "", 1)


def has_unit(cell: Any) -> bool:
    """Tell whether an amount says its own unit (20万), so that the heading's does not count again."""
    return isinstance(cell, str) and re.search(r"[亿万千百kmwb]", cell, re.IGNORECASE) is not None


def factor_of_heading(heading: Any) -> int:
    """Return what the plain numbers under a heading are counted in: 年度金额（万元） is 10,000, 'Amount (k)' 1,000."""
    brackets = re.findall(r"[(\[【]([^)\]】]*)[)\]】]", unicodedata.normalize("NFKC", str(heading or "")))
    unit = next((match for part in brackets if (match := _UNITS.search(part))), None)
    return _FACTORS[(unit[1] or unit[2]).lower()] if unit else 1


def currency_of(spelled: Any) -> str | None:
    """Return the currency that an amount or its heading says by sign or word, None where neither does."""
    if not isinstance(spelled, str):
        return None
    plain = unicodedata.normalize("NFKC", spelled)
    return next((code for code in _CURRENCY_ORDER if _CURRENCIES[code].search(plain)), None)


#: of a currency's name
_LONGEST_CURRENCY = 40


def currency(field: str, cell: Any, zone: tzinfo) -> str:
    """Read a currency: its three letters, sign or word (人民币, 美元)."""
    spelled = text(field, cell, zone)
    known = currency_of(spelled)
    if known is None and len(spelled) > _LONGEST_CURRENCY:
        raise InvalidField(field, cell, "Write a currency such as CNY, USD or 人民币.")
    return known or spelled


def number(field: str, cell: Any, zone: tzinfo) -> int:
    """Read a whole number; '80分' and '80%' are 80."""
    spelled = unicodedata.normalize("NFKC", text(field, cell, zone)).rstrip("分%点 ")
    try:
        return int(Decimal(spelled.replace(",", "")))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise InvalidField(field, cell, "Write a whole number.") from error


def yes_or_no(field: str, cell: Any, zone: tzinfo) -> bool:
    """Read yes or no in either language."""
    spelled = text(field, cell, zone).casefold()
    if spelled in _YES | _NO:
        return spelled in _YES
    raise InvalidField(field, cell, "Write 是 or 否, yes or no.")


def one_of(spellings: Mapping[str, str]) -> Parser:
    """Build the reader of an enum: its own words, and the `spellings` of people, spaces and hyphens left out."""
    by_key = {_key(word): value for word, value in spellings.items()}
    by_key.update({_key(value): value for value in spellings.values()})
    listed = ", ".join(dict.fromkeys(spellings.values()))

    def read(field: str, cell: Any, zone: tzinfo) -> str:
        found = by_key.get(_key(text(field, cell, zone)))
        if found is None:
            raise InvalidField(field, cell, f"Write one of: {listed}.")
        return found

    return read


def _key(word: str) -> str:
    return re.sub(r"[\s_\-.·]", "", unicodedata.normalize("NFKC", word).casefold())
