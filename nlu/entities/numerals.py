"""Numbers written in words: 二十五, 一百零五, twenty-one, a couple of.

Promise: exact integers for what the patterns below match. Never: amounts of money (see money.py).
"""

from __future__ import annotations

import re

#: matches a Chinese number below one hundred, such as 三, 十五, 二十, 两
ZH_BELOW_100 = "(?:[二三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两俩三四五六七八九仨])"
#: matches an English count, such as 3, 2.5, an, twenty-one, a couple of
EN_COUNT = (
    r"(?:\d{1,4}(?:\.\d)?|an?|a couple(?: of)?|couple(?: of)?|one|two|three|four|five|six|seven|eight|nine"
    r"|ten|eleven|twelve|"
    r"thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    r"(?:twenty|thirty|forty|fifty|sixty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?)"
)

_ZH_DIGITS = {
    char: value
    for value, chars in enumerate(["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"])
    for char in chars
}
_ZH_DIGITS |= {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_ZH_UNITS = {"十": 10, "百": 100, "千": 1000}
_EN_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_EN_VALUES = {word: value for value, word in enumerate(_EN_WORDS)} | _EN_TENS | {"a": 1, "an": 1, "couple": 2}


def chinese_number(text: str) -> int:
    """Read digits or a Chinese number below ten thousand: 15, 十五, 二百零三, 两千五百; 二〇二六 digit by digit."""
    if text.isdigit() and text.isascii():
        return int(text)
    if not any(char in _ZH_UNITS for char in text):
        return int("".join(str(_ZH_DIGITS[char]) for char in text))
    total = digit = 0
    for char in text:
        if char in _ZH_UNITS:
            total += (digit or 1) * _ZH_UNITS[char]
            digit = 0
        else:
            digit = _ZH_DIGITS[char]
    return total + digit


def english_count(text: str) -> float:
    """Read what `EN_COUNT` matches."""
    if text[0].isdigit():
        return float(text)
    words = re.split(r"[\s-]+", text.lower())
    if "couple" in words:
        return 2
    return float(sum(_EN_VALUES[word] for word in words))
