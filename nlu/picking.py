"""Which of the offered ones an answer means: 第二个, 'the last one', '#2', 'none of them', 华为那个.

Promise: a place or a description from words that say nothing else. Never: what was offered.
"""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE | re.ASCII
_ZH_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_EN_WORDS = {
    "first": 1, "1st": 1, "one": 1, "second": 2, "2nd": 2, "two": 2, "third": 3, "3rd": 3, "three": 3, "fourth": 4,
    "4th": 4, "four": 4, "fifth": 5, "5th": 5, "five": 5, "sixth": 6, "6th": 6, "six": 6,
}  # fmt: skip
_ZH_ONE = r"[一二两三四五六七八九十]"
_ZH_COUNTED = r"(?:个|位|条|项|家|种|号|款|笔|步|次)"
#: politeness and particles round a choice
_BEFORE = (
    r"(?:(?:嗯|哦|那|就|是|选|要|我选|我要|应该是|it's|it is|i mean|i meant|i'll take|take|pick|choose|select"
    r"|use)[\s,，]*)*"
)
_AFTER = (
    r"[\s,，。.!！~]*(?:吧|的|了|哦|那个|这个|那位|please|thanks?|thank you|多?谢谢?(?:你|您)?|[\s,，])*[\s。.!！~]*"
)
_NUMBER = re.compile(
    rf"{_BEFORE}(?:第\s*(?:(?P<digits>\d{{1,2}})|(?P<zh>{_ZH_ONE}))\s*{_ZH_COUNTED}?|(?P<bare>\d{{1,2}})\s*(?:号"
    rf"|[.)）、])"
    rf"|[#＃]\s*(?P<hash>\d{{1,2}})|选(?:项)?\s*(?P<picked>\d{{1,2}}|{_ZH_ONE})"
    r"|(?:option|choice|number|no\.?|nr\.?)\s*(?P<option>\d{1,2}|one|two|three|four|five|six)"
    r"|(?:the\s+)?(?P<en>first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|sixth|6th)(?:\s+(?:one|option|choice))?)"
    rf"{_AFTER}",
    _FLAGS,
)
_FROM_END = re.compile(
    rf"{_BEFORE}(?:(?:最后|最末|末尾)(?:面)?一?{_ZH_COUNTED}?(?:那个)?|倒数第\s*(?P<zh>[一二两三四五\d])\s*"
    rf"{_ZH_COUNTED}?"
    r"|(?:the\s+)?(?:very\s+)?last(?:\s+(?:one|option|choice))?"
    r"|(?:the\s+)?second[- ](?:to[- ])?last(?P<second>)(?:\s+one)?)"
    rf"{_AFTER}",
    _FLAGS,
)
#: of two that were offered
_OF_TWO = (
    (re.compile(rf"{_BEFORE}(?:前者|前面(?:那|这)个|上面(?:那|这)?个|(?:the )?former){_AFTER}", _FLAGS), 0),
    (re.compile(rf"{_BEFORE}(?:后者|后面(?:那|这)个|下面(?:那|这)?个|(?:the )?latter){_AFTER}", _FLAGS), 1),
)
_NONE = re.compile(
    r"(?:(?:以上|这些|这几个|两个|他们|她们|它们)?(?:都|全|全都)(?:不是|不对|没有)|(?:没有?一个(?:是"
    r"|对)?|没有对的|没有我要的|不在(?:里面|其中|上面))"
    r"|(?:none|neither)(?:\s+of\s+(?:them|these|those|the above|the two|both))?(?:\s+is right)?"
    r"|no(?:t any)? one of (?:them|these|those)"
    r"|not (?:any of )?(?:them|these|those)|none fits?"
    r"|(?:是)?(?:别人|另外一个(?:人)?|另一个(?:人)?|其他人|别的)|(?:someone|somebody|something) else|(?:an)?other one)"
    r"[\s,，。.!！吧的了]*",
    _FLAGS,
)
_ALL = re.compile(
    r"(?:(?:两|三|四)?(?:个|位|者|家)?(?:都|全)(?:是|要|选|对|有)(?:的)?|(?:两|三|四)(?:个|位)都|全部|所有(?:的)?"
    r"|both(?: of (?:them|these|those))?|all(?: of (?:them|these|those)| three| four)?)[\s。.!！吧的]*",
    _FLAGS,
)
#: words round what tells one of the offered ones from the others: 华为那个, 'the one at Huawei'
_DESCRIBED = re.compile(
    rf"{_BEFORE}(?:the\s+)?(?:one\s+)?(?:(?:at|from|of|with|in|called|named)\s+)?(?P<core>.{{2,40}}?)"
    r"(?:\s+(?:one|deal|option)|(?:的)?(?:那|这)(?:个|位|家|条|笔)?(?:人|商机|单子|客户)?|的)?"
    rf"{_AFTER}",
    _FLAGS,
)


def read_place(words: str, count: int) -> int | None:
    """Give the place, from 0, of the one of `count` that words pick by number or order; None where they pick none."""
    said = words.strip()
    last = _FROM_END.fullmatch(said)
    if last is not None:
        back = 2 if last["second"] is not None else _number(last["zh"] or "1")
        return count - back if 0 < back <= count else None
    of_two = next((place for pattern, place in _OF_TWO if pattern.fullmatch(said)), None)
    if of_two is not None:
        return of_two if count == 2 else None
    match = _NUMBER.fullmatch(said)
    if match is None:
        return None
    place = _number(next(group for group in match.groups() if group))
    return place - 1 if 0 < place <= count else None


def is_place(words: str) -> bool:
    """Tell whether words pick one of several by number or order, however many there are."""
    said = words.strip()
    patterns = (_NUMBER, _FROM_END, *(pattern for pattern, _ in _OF_TWO))
    return any(pattern.fullmatch(said) for pattern in patterns)


def is_none(words: str) -> bool:
    """Tell whether words say that none of the offered ones is meant."""
    return _NONE.fullmatch(words.strip()) is not None


def is_all(words: str) -> bool:
    """Tell whether words say that all of the offered ones are meant."""
    return _ALL.fullmatch(words.strip()) is not None


def read_description(words: str) -> str:
    """Give what tells one of the offered ones from the others, without the words round it."""
    match = _DESCRIBED.fullmatch(words.strip())
    return match["core"].strip() if match else words.strip()


def _number(words: str) -> int:
    return int(words) if words.isdigit() else _ZH_DIGITS.get(words) or _EN_WORDS.get(words.casefold(), 0)
