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
from crm_core.transfer.dates import day, due, end_of_month_or_day, join_time, moment, month_or_day, with_year
from crm_core.transfer.script import simplified

__all__ = ["day", "due", "end_of_month_or_day", "join_time", "moment", "month_or_day", "with_year"]

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
_UNITS = re.compile(r"(亿|千万|百万|十万|万|千)元?|\b(k|m|million|thousand)s?\b", re.IGNORECASE)
_UNIT_AT_END = re.compile(r"(亿|千万|百万|十万|万|千)元$")
#: a remark above a table: 单位：万元, 金额单位为人民币万元, 'Amounts in thousands', 'in USD k'
_UNIT_NOTE = re.compile(
    r"单位[^\w]*(?:均?[为是])?[^\w]*(?:人民币|美元|rmb|cny)?(亿|千万|百万|十万|万|千)(?:[美欧日港]?元|\b)"
    r"|\b(?:amounts?|figures|values|all)\b.*\bin\b.*?\b(k|thousand|million)s?\b"
    r"|^[(\[]?(?:unit:?|in)\s+(?:[a-z]{3}\s+)?(k|thousand|million)s?\b",
    re.IGNORECASE,
)
_CHINESE_DIGITS = {
    char: value
    for value, chars in enumerate(
        ("零〇", "一壹", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for char in chars
}
_CHINESE_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CHINESE_SECTIONS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_CHINESE_NUMERALS = "".join((*_CHINESE_DIGITS, *_CHINESE_UNITS, *_CHINESE_SECTIONS))
_CHINESE_AMOUNT = re.compile(
    f"(?=[十拾{''.join(_CHINESE_DIGITS)}])([{_CHINESE_NUMERALS}]+)[元圆圓块]?(?:(.)角)?(?:(.)分)?[整正]?"
)
_YES = frozenset({"1", "1.0", "y", "yes", "true", "t", "是", "对", "有", "√", "✓", "✔", "☑", "v", "●", "★"})
_NO = frozenset({"0", "0.0", "n", "no", "false", "f", "否", "不是", "没有", "×", "✗", "☐"})
_LIST_SEPARATORS = re.compile(r"[,，;；、|/\n]+")
_PHONE_SEPARATORS = re.compile(r"[;；、,，\n|]+|\s*/\s*|\s+或\s*|(?<=\d)\s{2,}(?=\d)|(?<=\d{7})\s(?=\+?\d{7})")
_HAS_WORD = re.compile(r"[^\W\d_]")
#: 微信同号 13900002222
_MOBILE_AMONG_WORDS = re.compile(r"(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
#: 0532-88881234转802, 021-64881234-801, '… ext. 12': the number of the house is the one that can be dialled
_EXTENSION = re.compile(
    r"(.*\d)\s*(?:[(]?(?:转|分机号?|ext\.?|extension|x)[:\s]*\d{1,6}[)]?|(?<=\d{7})-\d{1,5})", re.IGNORECASE
)
_ADDRESS_SEPARATORS = re.compile(r"[\s;,、/|]+")
#: A comma is none: 'Smith, John' is one person.
_NAME_SEPARATORS = re.compile(r"[、;；\n]")
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
    parts = [_bare_phone(part) for part in _PHONE_SEPARATORS.split(spelled)]
    found = [part for part in parts if any(char.isdigit() for char in part)] or [spelled]
    return sorted(found, key=lambda number: re.fullmatch(r"(\+?86)?1\d{10}", re.sub(r"[\s-]", "", number)) is None)


def _bare_phone(part: str) -> str:
    bare = _PHONE_NOISE.sub("", part.strip()).strip().removesuffix(".0")
    if _HAS_WORD.search(bare):
        mobiles = _MOBILE_AMONG_WORDS.findall(bare)
        return mobiles[0] if len(mobiles) == 1 else _EXTENSION.sub(r"\1", bare)
    return _EXTENSION.sub(r"\1", bare)


def email(field: str, cell: Any, zone: tzinfo) -> str:
    """Read the first e-mail address of a cell; see `emails`."""
    return emails(field, cell, zone)[0]


def emails(field: str, cell: Any, zone: tzinfo) -> list[str]:
    """Read the e-mail addresses of a cell; what is none comes back as it is written."""
    spelled = unicodedata.normalize("NFKC", text(field, cell, zone))
    return [part for part in _ADDRESS_SEPARATORS.split(spelled) if "@" in part] or [spelled]


def person(field: str, cell: Any, zone: tzinfo) -> str:
    """Read one person's name.

    Raises:
        InvalidField: the cell names several.
    """
    name = text(field, cell, zone)
    if len([part for part in _NAME_SEPARATORS.split(name) if part.strip()]) > 1:
        raise InvalidField(
            field, cell, "Several people in one cell: give each a row, or columns such as 联系人1, 联系人2."
        )
    return name


def amount(field: str, cell: Any, zone: tzinfo) -> Decimal:
    """Read an amount: 200000, 1,234.50, ¥88,000, 20万, 1.5m, 5k, 人民币20万元."""
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        if not Decimal(str(cell)).is_finite():
            raise InvalidField(field, cell, "Write an amount such as 200000, 1,234.50 or 20万.")
        return Decimal(str(cell))
    spelled = unicodedata.normalize("NFKC", text(field, cell, zone)).strip().replace("，", ",")
    plain = re.sub(r"[\s约]|[整正]$|左右$", "", spelled)
    if (written := _chinese_amount(plain.removeprefix("人民币"))) is not None:
        return written
    for code in _CURRENCY_ORDER:
        plain = _CURRENCIES[code].sub("", plain)
    if _COMMA_DECIMAL.match(plain) or _SHORT_COMMA.match(plain):
        plain = plain.replace(".", "").replace(",", ".")
    match = _AMOUNT.fullmatch(plain.lower())
    if match is None:
        raise InvalidField(field, cell, "Write an amount such as 200000, 1,234.50 or 20万.")
    return Decimal(match[1].replace(",", "")) * _FACTORS.get(match[2] or "", 1)


def _chinese_amount(spelled: str) -> Decimal | None:
    """Return an amount in Chinese numerals (十五万, 贰拾万元整, 一万二), None where it is none."""
    match = _CHINESE_AMOUNT.fullmatch(spelled)
    if match is None:
        return None
    tenths, hundredths = (_CHINESE_DIGITS.get(match[part] or "零") for part in (2, 3))
    if tenths is None or hundredths is None:
        return None
    return Decimal(_chinese_number(match[1])) + Decimal(tenths * 10 + hundredths) / 100


def _chinese_number(numerals: str) -> int:
    total = section = digit = 0
    previous = 1
    for char in numerals:
        if char in _CHINESE_DIGITS:
            # The next digit of what is read digit by digit: 一五〇万.
            digit = digit * 10 + _CHINESE_DIGITS[char]
            previous = previous if digit else 1
        elif char in _CHINESE_UNITS:
            previous = _CHINESE_UNITS[char]
            section, digit = section + (digit or 1) * previous, 0
        else:
            previous = _CHINESE_SECTIONS[char]
            total = (total + section + digit) * previous if previous > total else total + (section + digit) * previous
            section = digit = 0
    # 一万二 is 12,000: the last digit counts in the next lower unit.
    return total + section + (digit * previous // 10 if previous > 10 else digit)


def has_unit(cell: Any) -> bool:
    """Tell whether an amount says its own unit (20万, 5000元), so that the heading's does not count again."""
    return isinstance(cell, str) and re.search(r"[亿億万萬千仟百佰元圆kmwb]", cell, re.IGNORECASE) is not None


def factor_of_heading(heading: Any) -> int:
    """Return what the plain numbers under a heading are counted in: 年度金额（万元） is 10,000, 'Amount (k)' 1,000."""
    plain = unicodedata.normalize("NFKC", str(heading or "")).strip()
    brackets = re.findall(r"[(\[【]([^)\]】]*)[)\]】]", plain)
    unit = next((match for part in brackets if (match := _UNITS.search(part))), None)
    if unit:
        return _FACTORS[(unit[1] or unit[2]).lower()]
    at_end = _UNIT_AT_END.search(plain)
    return _FACTORS[at_end[1]] if at_end else 1


def factor_of_note(text: Any) -> int | None:
    """Return what a remark above a table says that amounts are counted in (单位：万元), None where it says nothing."""
    match = _UNIT_NOTE.search(unicodedata.normalize("NFKC", str(text or "")).strip())
    return _FACTORS[next(filter(None, match.groups())).lower()] if match else None


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
    """Read a whole number; '80分' and '80%' are 80, and 0.8 is none: nothing is rounded away."""
    spelled = unicodedata.normalize("NFKC", text(field, cell, zone)).rstrip("分%点 ")
    try:
        found = Decimal(spelled.replace(",", ""))
        whole = int(found)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise InvalidField(field, cell, "Write a whole number.") from error
    if found != whole:
        raise InvalidField(field, cell, "Write a whole number.")
    return whole


def percent(field: str, cell: Any, zone: tzinfo) -> int:
    """Read a share as a whole percentage: 85, '85%', '85.4%', and 0.85 or 1, as a cell of that format holds it."""
    spelled = unicodedata.normalize("NFKC", text(field, cell, zone)).strip()
    try:
        found = Decimal(spelled.rstrip("% ").replace(",", ""))
        is_share = not spelled.endswith("%") and 0 < found <= 1
        return int((found * 100 if is_share else found).quantize(Decimal(1)))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise InvalidField(field, cell, "Give a share of 0 to 100, such as 85%.") from error


def yes_or_no(field: str, cell: Any, zone: tzinfo) -> bool:
    """Read yes or no in either language."""
    spelled = simplified(text(field, cell, zone).casefold())
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
    return simplified(re.sub(r"[\s_\-.·]", "", unicodedata.normalize("NFKC", word).casefold()))
