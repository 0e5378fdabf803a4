"""Amounts of money: 20万, ¥88,000, 三十五万, 1.5m, USD 300k, 12万元.

Promise: exact decimals, linear in the text. A number counts only with a currency or a magnitude of money (万, k,
million), never as '500 units' or '20万台'. Never: an exchange rate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from nlu.simplified import simplified
from nlu.understanding import Entity, ParseContext

#: What an amount without a currency is in, as crm_core's opportunities default to.
DEFAULT_CURRENCY = "CNY"

_SYMBOLS = {
    "¥": "CNY",
    "￥": "CNY",
    "$": "USD",
    "us$": "USD",
    "€": "EUR",
    "£": "GBP",
    "hk$": "HKD",
    "nt$": "TWD",
    "s$": "SGD",
}
_CURRENCY_WORDS = {
    "CNY": "cny|rmb|yuan|元|块|块钱|元钱|元人民币|人民币",
    "USD": "usd|dollar|dollars|us dollars|bucks|美元|美金|刀",
    "EUR": "eur|euro|euros|欧元",
    "GBP": "gbp|pounds|英镑",
    "HKD": "hkd|港币|港元",
    "JPY": "jpy|yen|日元",
    "SGD": "sgd|新币",
    "TWD": "twd|台币",
}
#: a currency in one character, where nothing of it follows: 八万欧, but not 8万欧洲客户
_SHORT_CURRENCIES = {"欧": "EUR", "镑": "GBP", "美": "USD", "港": "HKD"}
_WORDS = {word: currency for currency, words in _CURRENCY_WORDS.items() for word in words.split("|")}
_SCALES = {
    **dict.fromkeys(("k", "thousand", "grand"), 10**3),
    "w": 10**4,
    **dict.fromkeys(("m", "mn", "mio", "mil", "mln", "million"), 10**6),
    **dict.fromkeys(("b", "bn", "billion"), 10**9),
}
_ZH_SCALES = {"万": 10**4, "亿": 10**8}
_ZH_UNITS = {"十": 10, "百": 100, "千": 1000}
_ZH_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_EN_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_EN_NUMBERS = {word: Decimal(value) for value, word in enumerate(_EN_ONES, start=1)}
_EN_NUMBERS |= {"a": Decimal(1), "half a": Decimal("0.5"), "one and a half": Decimal("1.5")}

_EN_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_TEENS = ("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_EN_UNITS = {word: value for value, word in enumerate((*_EN_ONES, *_EN_TEENS), start=1)}
_EN_DIGITS = {word: value for value, word in enumerate(("zero", *_EN_ONES[:9]))} | {"oh": 0}
_EN_UNITS |= {word: 10 * value for value, word in enumerate(_EN_TENS, start=2)} | {"a": 1}
_EN_WORD = "|".join(sorted((word for word in _EN_UNITS if word != "a"), key=len, reverse=True))
#: eighty, twenty-five, a hundred and twenty: what stands before 'thousand' or a currency
_EN_SPELLED = (
    rf"(?:(?:a|{_EN_WORD}) hundred(?:(?: and)? (?:{_EN_WORD})(?:[- ](?:{_EN_WORD}))?)?"
    rf"|(?:{_EN_WORD})[- ](?:{_EN_WORD})|(?:{_EN_WORD}))"
)
#: one point two, 3 point 25
_EN_POINT = (
    rf"(?P<whole>{_EN_WORD}|\d{{1,3}}) point (?P<part>(?:{_EN_WORD}|zero|oh|\d{{1,3}})"
    rf"(?: (?:{_EN_WORD}|zero|oh|\d)(?![A-Za-z\d])){{0,3}})"
)

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,4})?"
_ZH_NUMBER = (
    r"(?:\d[\d,]{0,14}(?:\.\d{1,4})?"
    r"|[零〇一二两三四五六七八九十百千])(?:(?:个(?=[百千]?[万亿]))?[零〇一二两三四五六七八九十百千万亿\d]{1,16})?"
)
#: After 20万 or 5k: what is counted instead of money, and units of length, weight and storage.
_COUNTED = (
    r"(?!\s?(?:台|个|件|人|家|套|只|箱|吨|名|户|次|份|张|位|条|瓶|盒|包|米|公里|像素|粉丝|用户|会员|单|平"
    r"|平方|公斤|斤|字|辆|片|支|双|店|门店|"
    r"(?:units?|pcs|pieces|people|users|customers|members|orders|boxes|items|stores|bottles|followers|views"
    r"|km|miles|meters|metres|tall|long|wide|"
    r"steps|words|lines|rows|race|run|tokens)\b))"
)
_WORD_CURRENCY = "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True) if word.isascii())
_ZH_CURRENCY = "|".join(sorted((word for word in _WORDS if not word.isascii()), key=len, reverse=True))
_ZH_CURRENCY += rf"|(?:{'|'.join(_SHORT_CURRENCIES)})(?=[\s,，。.;；!！?？、了)）]|$)"
_SYMBOL = "|".join(re.escape(symbol) for symbol in sorted(_SYMBOLS, key=len, reverse=True))
_LATIN_SCALE = (
    r"k|thousand|grand(?! (?:pianos?|prix|total|opening|hotel|plan|slam|finale?))"
    r"|w|mn|mio|mil|mln|million|m|bn|billion|b"
)

#: Where a number may begin: after a comma too, unless that stands inside a number.
_OPEN = r"(?<![\w.#-])(?<!\d,)"
_LATIN = re.compile(
    rf"{_OPEN}(?:(?P<symbol>{_SYMBOL})\s?|(?P<before>{_WORD_CURRENCY}|人民币|美元|美金|欧元|港币)\s?)?"
    rf"(?P<number>{_EN_POINT}|{_DIGITS}|half a|one and a half|{_EN_SPELLED}|a)"
    rf"(?![\d.,]\d)(?:\s?-?(?P<scale>{_LATIN_SCALE})(?![A-Za-z\d]))?"
    rf"(?:\s?(?P<after>{_WORD_CURRENCY})\b|\s?(?P<after_zh>{_ZH_CURRENCY}))?",
    re.IGNORECASE | re.ASCII,
)
_CHINESE = re.compile(
    rf"{_OPEN}(?<![零〇一二两三四五六七八九十百千万亿])(?:(?P<symbol>{_SYMBOL})\s?|(?P<before>{_WORD_CURRENCY}"
    rf"|人民币|美元|美金|欧元"
    rf"|港币)\s?)?(?P<number>{_ZH_NUMBER})"
    rf"(?:\s?(?P<after>{_ZH_CURRENCY}|(?:{_WORD_CURRENCY})\b))?",
    re.IGNORECASE | re.ASCII,
)
#: A text without any of these names no amount; the two patterns above cost more than this one.
_LIKELY = re.compile(r"\d|[万亿元块]|million|billion|thousand|grand|bucks|dollars?|euros?|pounds|yuan", re.IGNORECASE)
#: 20W is money after one of these words; else it is a lamp's power.
_MONEY_BEFORE = re.compile(
    r"(?:预算|金额|报价|价格?|合同|回款|到账|付了?|打了?|款|定金|费用?|收到?|赚|budget|amount|worth|deal|paid|quoted?)"
    r"(?:调?到|改[成为]|约|大概|大约|差不多|有|是|了|of|is|at|for|[\s:：]){0,3}$",
    re.IGNORECASE | re.ASCII,
)
_COUNTED_NEXT = re.compile(_COUNTED, re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Money:
    """An amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str = DEFAULT_CURRENCY
    #: the currency was said, and not taken for granted
    is_currency_said: bool = field(default=True, compare=False)


def find(text: str, context: ParseContext) -> list[Entity]:  # noqa: ARG001 - the contract of a kind
    """Find the amounts of money in a text, in order, none overlapping."""
    folded = simplified(text)
    found: list[Entity] = []
    if not _LIKELY.search(folded):
        return found
    for start, end, money in sorted([*_find_chinese(folded), *_find_latin(folded)], key=lambda one: (one[0], -one[1])):
        if not found or start >= found[-1].end:
            found.append(Entity(kind="money", text=text[start:end], start=start, end=end, value=money))
    return found


def parse_money(text: str) -> Money | None:
    """Read an answer that is an amount, a bare number included: '20万', '88000', 'about 5k'."""
    folded = simplified(text)
    found = sorted([*_find_chinese(folded), *_find_latin(folded)], key=lambda one: (one[0], -one[1]))
    if found:
        return found[0][2]
    bare = re.fullmatch(rf"\D{{0,8}}({_DIGITS})\D{{0,4}}", folded.strip(), re.ASCII)
    return _money(Decimal(bare[1].replace(",", "")), None) if bare else None


def _money(amount: Decimal, currency: str | None) -> Money:
    return Money(amount, currency or DEFAULT_CURRENCY, is_currency_said=currency is not None)


def _find_latin(text: str) -> list[tuple[int, int, Money]]:
    found = []
    for match in _LATIN.finditer(text):
        currency, scale = _currency(match), match["scale"]
        number = _pointed(match) if match["whole"] else _spelled(match["number"].lower())
        if _is_no_amount(match, currency, is_word=number is not None):
            continue
        amount = number if number is not None else Decimal(match["number"].replace(",", ""))
        amount *= _SCALES[scale.lower()] if scale else 1
        found.append((match.start(), match.end(), _money(amount.normalize() + 0, currency)))
    return found


def _spelled(words: str) -> Decimal | None:
    """Read a number in English words; None where it is in digits."""
    if words in _EN_NUMBERS or words[0].isdigit():
        return _EN_NUMBERS.get(words)
    total = 0
    for word in re.split(r"[- ]", words):
        total = total * 100 if word == "hundred" else total + _EN_UNITS.get(word, 0)
    return Decimal(total)


def _pointed(match: re.Match[str]) -> Decimal:
    """Read a number that is told with its point: 'one point two five'."""
    digits = (_EN_DIGITS.get(word, word) for word in match["part"].lower().split())
    whole = match["whole"].lower()
    return Decimal(f"{_EN_UNITS.get(whole, whole)}.{''.join(str(digit) for digit in digits)}")


def _is_no_amount(match: re.Match[str], currency: str | None, *, is_word: bool) -> bool:
    """Tell whether a number that looks like money counts something else."""
    scale = match["scale"]
    if is_word:  # 'a million' is money enough, 'two bucks' too, 'one m' is not
        return not (currency or (scale and len(scale) > 2)) or (match["number"].lower() == "a" and not scale)
    if currency:
        return False
    if scale == "W" and not _MONEY_BEFORE.search(match.string, max(0, match.start() - 12), match.start()):
        return True
    return not scale or scale in {"b", "B"} or not _COUNTED_NEXT.match(match.string, match.end())


def _find_chinese(text: str) -> list[tuple[int, int, Money]]:
    found = []
    for match in _CHINESE.finditer(text):
        number, currency = match["number"], _currency(match)
        is_large = any(char in number for char in _ZH_SCALES)
        if number.endswith(("零", "〇")) or not (currency or (is_large and _COUNTED_NEXT.match(text, match.end()))):
            continue
        amount = parse_chinese_amount(number)
        if amount is not None:
            found.append((match.start(), match.end(), _money(amount, currency)))
    return found


def _currency(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    if groups["symbol"]:
        return _SYMBOLS[groups["symbol"].lower()]
    word = groups["before"] or groups["after"] or groups.get("after_zh")
    return (_SHORT_CURRENCIES | _WORDS)[word.lower()] if word else None


def parse_chinese_amount(text: str) -> Decimal | None:
    """Read 20万, 三十五万, 2.5亿, 1万2 (12,000), 两千五 (2,500), 3千5百; None where it is no number."""
    compact = re.sub("[个,]", "", text)
    total, scale_before = Decimal(0), 0
    for section, scale in re.findall(r"([^万亿]*)([万亿]|$)", compact):
        if not section:
            if scale and total and _ZH_SCALES[scale] > scale_before:  # 一万亿
                total *= _ZH_SCALES[scale]
            continue
        value = _section(section, scale_before)
        if value is None:
            return None
        scale_before = _ZH_SCALES.get(scale, 0)
        total += value * (scale_before or 1)
    return total


def _section(text: str, scale_before: int) -> Decimal | None:
    """Read what stands before 万 or at the end; a lone digit after 万 counts thousands (1万2)."""
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        value = Decimal(text)
        return value * (scale_before // 10) if scale_before and len(text) == 1 else value
    total, digit, unit = Decimal(0), Decimal(-1), 0
    for token in re.findall(r"\d+(?:\.\d+)?|.", text):
        if token in _ZH_UNITS:
            unit = _ZH_UNITS[token]
            total += (digit if digit >= 0 else 1) * unit
            digit = Decimal(-1)
        elif token in _ZH_DIGITS or token[0].isdigit():
            digit, unit = _digit(token, digit), 1 if token in {"零", "〇"} else unit
        else:
            return None
    return total + _tail(digit, unit or scale_before)


def _digit(token: str, before: Decimal) -> Decimal:
    value = Decimal(_ZH_DIGITS[token]) if token in _ZH_DIGITS else Decimal(token)
    return before * 10 + value if before > 0 else value


def _tail(digit: Decimal, unit: int) -> Decimal:
    """A digit after 千 counts hundreds (两千五), after 零 or 十 ones."""
    if digit < 0:
        return Decimal(0)
    return digit * (unit // 10) if unit > 10 and digit < 10 else digit
