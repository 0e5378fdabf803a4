"""Rules on single values: what a name, a mobile, an amount or a list of tags may look like, and how it is spelled.

Promise: pure; every rule takes (field, value) and returns the value as it is stored, or raises InvalidField.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import phonenumbers

from crm_core.errors import InvalidField

Rule = Callable[[str, Any], Any]

DEFAULT_REGION = "CN"
SIZE_BANDS = ("<50", "50-200", "200-500", ">500")
_BAND_LIMITS = ((50, "<50"), (200, "50-200"), (500, "200-500"))
MAX_AMOUNT = Decimal("9999999999999999.99")  # what NUMERIC(18, 2) holds
#: control characters and lone surrogates
_UNSTORABLE = frozenset({"Cc", "Cs"})
#: nearly every number: read at a third of the cost of finding out its country first
_CHINESE_MOBILE = re.compile(r"\s*(?:\+?86)?[\s-]?(1\d\d)[\s-]?(\d{4})[\s-]?(\d{4})\s*")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")


def normalise(rules: Mapping[str, Rule], values: Mapping[str, Any]) -> dict[str, Any]:
    """Put every value through its field's rule.

    Raises:
        InvalidField: a value breaks its rule, or no such field can be set.
    """
    return {field: _rule(rules, field, value)(field, value) for field, value in values.items()}


def _rule(rules: Mapping[str, Rule], field: str, value: Any) -> Rule:
    if field not in rules:
        raise InvalidField(field, value, f"Fields that can be set: {', '.join(rules)}.")
    return rules[field]


def clean_text(value: str) -> str:
    """Compose Unicode, drop what no database stores and join runs of white space, line breaks kept."""
    if value.isprintable() and unicodedata.is_normalized("NFC", value):
        # Nearly every text: nothing to drop or to compose, and no line break.
        return " ".join(value.split())
    composed = unicodedata.normalize("NFC", value.replace("\t", " "))
    kept = "".join(char for char in composed if char == "\n" or unicodedata.category(char) not in _UNSTORABLE)
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()


def required_text(max_chars: int) -> Rule:
    """Build the rule for a text that must not be blank."""

    def rule(field: str, value: Any) -> str:
        text = clean_text(str(value)) if value is not None else ""
        if not text:
            raise InvalidField(field, value, "It must not be blank.")
        return _within(field, text, max_chars)

    return rule


def optional_text(max_chars: int) -> Rule:
    """Build the rule for a text that may be missing; a blank one is missing."""

    def rule(field: str, value: Any) -> str | None:
        text = clean_text(str(value)) if value is not None else ""
        return _within(field, text, max_chars) if text else None

    return rule


def _within(field: str, text: str, max_chars: int) -> str:
    if len(text) > max_chars:
        raise InvalidField(field, f"{text[:20]}…", f"Use at most {max_chars} characters.")
    return text


def one_of(enum: type[StrEnum]) -> Rule:
    """Build the rule for a value of an enum, given as member or word."""

    def rule(field: str, value: Any) -> StrEnum:
        try:
            return enum(value)
        except ValueError as error:
            raise InvalidField(field, value, f"Use one of: {', '.join(enum)}.") from error

    return rule


def optional_of(enum: type[StrEnum]) -> Rule:
    """Build the rule for a value of an enum that may be missing."""
    known = one_of(enum)
    return lambda field, value: None if value is None or value == "" else known(field, value)


def word_list(field: str, value: Any) -> list[str]:
    """Spell a list of tags or short names: trimmed, without blanks and repeats, in the given order."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidField(field, value, "Give a list of words.")
    words = [clean_text(str(word)) for word in value]
    return list(dict.fromkeys(word for word in words if word))


def mobile(field: str, value: Any) -> str | None:
    """Spell a phone number in E.164; a number without a country is taken for a Chinese one. Landlines are accepted."""
    if value is None or not str(value).strip():
        return None
    text = unicodedata.normalize("NFKC", str(value))
    plain = _CHINESE_MOBILE.fullmatch(text)
    if plain is not None and _is_chinese_mobile(digits := "".join(plain.groups())):
        return f"+86{digits}"
    try:
        number = phonenumbers.parse(text, DEFAULT_REGION)
    except phonenumbers.NumberParseException as error:
        raise InvalidField(field, value, "Give a phone number, such as 138 0000 1111 or +44 20 7946 0000.") from error
    # Outside China a number may be a plausible one that is not assigned, such as the 555 numbers of examples.
    is_foreign = number.country_code != phonenumbers.country_code_for_region(DEFAULT_REGION)
    if not phonenumbers.is_valid_number(number) and not (is_foreign and phonenumbers.is_possible_number(number)):
        raise InvalidField(field, value, "This is no phone number that can exist; a Chinese mobile has 11 digits.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_chinese_mobile(digits: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.PhoneNumber(country_code=86, national_number=int(digits)))


def email(field: str, value: Any) -> str | None:
    """Spell an e-mail address in lower case."""
    if value is None or not str(value).strip():
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip().lower()
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise InvalidField(field, value, "Give an e-mail address, such as name@example.com.")
    return text


def amount(field: str, value: Any) -> Decimal | None:
    """Spell an amount of money with two decimals; not negative."""
    if value is None:
        return None
    try:
        money = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise InvalidField(field, value, "Give an amount as a number, such as 200000 or 1234.50.") from error
    if not money.is_finite() or not 0 <= money <= MAX_AMOUNT:
        raise InvalidField(field, value, "Give an amount that is not negative and not above 16 digits.")
    return money


def currency(field: str, value: Any) -> str:
    """Spell a currency by its three letters (ISO 4217)."""
    text = str(value or "").strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise InvalidField(field, value, "Give the currency's three letters, such as CNY or USD.")
    return text


def size_band(field: str, value: Any) -> str | None:
    """Spell a size by headcount as its band (<50, 50-200, 200-500, >500): '50人以下', '100-150', '1000+', 80."""
    if value is None or not str(value).strip():
        return None
    text = unicodedata.normalize("NFKC", str(value)).replace(",", "")
    numbers = [int(digits) for digits in re.findall(r"\d+", text)]
    if not numbers:
        raise InvalidField(field, value, f"Use one of: {', '.join(SIZE_BANDS)}.")
    is_open = re.search(r"以上|[>+≥]|over|more", text, re.IGNORECASE) is not None
    # The top of a span decides, or of an open one the first number above its bottom.
    top = max(numbers) + 1 if is_open else max(numbers)
    return next((band for limit, band in _BAND_LIMITS if top <= limit), SIZE_BANDS[-1])


def calendar_date(field: str, value: Any) -> date | None:
    """Take a date, or the words of one in ISO 8601."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise InvalidField(field, value, "Give a date as YYYY-MM-DD.") from error


def moment(field: str, value: Any) -> datetime | None:
    """Take an aware time."""
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InvalidField(field, value, "Give a time with its zone.")
    return value


def language(field: str, value: Any) -> str | None:
    """Take zh or en."""
    if value in {None, ""}:
        return None
    if value not in {"zh", "en"}:
        raise InvalidField(field, value, "Use zh or en.")
    return str(value)


def as_given(_field: str, value: Any) -> Any:
    """Take a value that its type already decides (an id, a yes or no)."""
    return value


def whole_number(field: str, value: Any) -> int:
    """Take a whole number that is not negative."""
    try:
        number = int(value)
    except (TypeError, ValueError) as error:
        raise InvalidField(field, value, "Give a whole number.") from error
    if not 0 <= number <= 2_000_000_000:
        raise InvalidField(field, value, "Give a whole number that is not negative.")
    return number


def percent(field: str, value: Any) -> int | None:
    """Take a share of 0 to 100, as a number or with its sign: 85, '85%', '85 ％'."""
    if value is None or value == "":
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip().removesuffix("%").strip()
    try:
        share = Decimal(text)
    except InvalidOperation as error:
        raise InvalidField(field, value, "Give a share of 0 to 100, such as 85%.") from error
    if not share.is_finite() or not 0 <= share <= 100:
        raise InvalidField(field, value, "Give a share of 0 to 100, such as 85%.")
    return int(share.to_integral_value())
