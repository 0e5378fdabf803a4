"""Phone numbers as E.164: '138-0000-1111' is +8613800001111.

Promise: valid numbers only, by phonenumbers' metadata; China is the default region. Never: an order number.
"""

from __future__ import annotations

import re
from dataclasses import replace

from nlu.understanding import Entity, ParseContext

DEFAULT_REGION = "CN"
#: phonenumbers takes milliseconds for a text; seven digits in a row, with separators, are the least it could find.
_LIKELY = re.compile(r"\d(?:[\s().+-]{0,3}\d){6}", re.ASCII)
_CHINESE_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[-\s]?)?1[3-9]\d(?:[-\s.]?\d{4}){2}(?!\d|[-.]\d)", re.ASCII)

#: a mobile number digit by digit, as dictation writes it: 一三八〇〇〇〇一一一一
_DICTATED = re.compile(
    "(?<![零〇一幺二两三四五六七八九])[一幺][三四五六七八九](?:[\\s-]?[零〇一幺二两三四五六七八九]){9}(?![零〇一幺二两三四五六七八九十百千万])"
)
_DIGITS = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
_COUNTRY_CODE = re.compile(r"\+(?!86)\d{1,3}[\s()-]{0,2}$", re.ASCII)


def find(text: str, context: ParseContext) -> list[Entity]:
    """Find the phone numbers of a text, in order; the values are E.164 strings."""
    spelled = _DICTATED.sub(lambda match: match[0].translate(_DIGITS), text)  # of the same length
    if not _LIKELY.search(spelled):
        return []
    if spelled != text:
        return [replace(one, text=text[one.start : one.end]) for one in find(spelled, context)]
    mobiles = (match for match in _CHINESE_MOBILE.finditer(text) if not _is_foreign(match))
    found = [_mobile(match) for match in mobiles]
    taken = [(one.start, one.end) for one in found]
    found += [one for one in _find_any(text) if not any(one.start < end and start < one.end for start, end in taken)]
    return sorted(found, key=lambda one: one.start)


def parse_phone(text: str) -> str | None:
    """Read an answer that is a phone number, however it is written; E.164, None where it is none."""
    from phonenumbers import (
        NumberParseException,
        PhoneNumberFormat,
        format_number,
        is_valid_number,
        parse,
    )

    try:
        number = parse(text, DEFAULT_REGION)
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.E164) if is_valid_number(number) else None


def _is_foreign(match: re.Match[str]) -> bool:
    """Tell whether another country's code stands before it: +49 151 23456789."""
    return _COUNTRY_CODE.search(match.string, max(0, match.start() - 6), match.start()) is not None


def _mobile(match: re.Match[str]) -> Entity:
    digits = re.sub(r"\D", "", match[0])
    return Entity("phone", match[0], match.start(), match.end(), f"+86{digits[-11:]}")


def _find_any(text: str) -> list[Entity]:
    from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number

    return [
        Entity("phone", match.raw_string, match.start, match.end, format_number(match.number, PhoneNumberFormat.E164))
        for match in PhoneNumberMatcher(text, DEFAULT_REGION)
    ]
