"""What a speaker takes back in the same breath: 'Thursday, sorry, Friday', 明天，啊不，后天, 30万，说错了，是32万.

Promise: a value replaces the last one of its kind before the correction; where nothing of its kind stands there the
text stays as it is; a known person's name counts as a value. Never: a record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.entities.money import find as find_money
from nlu.entities.phones import find as find_phones
from nlu.entities.times import find_times
from nlu.understanding import Entity, ParseContext

_FLAGS = re.IGNORECASE | re.ASCII
#: a pause, words that take back, and what leads to the right ones; 价格不对 has no pause before it
_TAKEN_BACK = re.compile(
    r"(?:"
    r"[,，。;；—–\s](?:(?:啊|哦|呃|嗯)\s*不(?:是)?|(?:啊|哦|呃|嗯)?\s*不对|说错了?|讲错了?|打错了?"
    r"|记错了?|搞错了?)[,，。\s]+(?:应该?是|是|改成)?"
    r"|[,;.—–]\s*(?:no[, ]+)?(?:sorry|wait|i mean|make that|correction|or rather|oops|scratch that)\b"
    r"|\s(?:no[, ]+wait|wait[, ]+no|no[, ]+sorry|scratch that)\b"
    r")(?:[\s,.]*(?:no|sorry|wait|i mean[t]?|it was|it's|it is|that's|make it|rather)\b)*[\s,.:，]*",
    _FLAGS,
)
#: the whole sentence is taken back, and said anew
_ANEW = re.compile(r"scratch that|当我没说|重新说|重来", _FLAGS)
#: an intention that was given up: 我本来想下周去拜访，算了
_GIVEN_UP = re.compile(
    r"(?:我|我们)?(?:本来|原本|原来|本)(?:想|打算|要|准备|计划).{1,80}[,，。;；\s](?P<zh>(?:还是)?(?:算了"
    r"|不用了|不去了|作罢))[吧。！!]*"
    r"|(?:i|we) (?:was|were) (?:going|about|planning) to .{1,80}[,;.\s](?P<en>never ?mind|forget it|scratch that)[.!]*",
    _FLAGS,
)
#: more corrections than this are a conversation with oneself
_MOST_CORRECTIONS = 3
#: characters before a value that leads what is said anew: 'on Friday', 'at 10'
_MOST_LEAD = 3
#: what leads to a name that is said anew
_NAME_LEAD = re.compile(
    r"(?:是|应该是|我是)?(?:跟|和|与|给|同|找|约)?|(?:i meant |it was |that was |was )?(?:with |to |for )?", _FLAGS
)
#: a name before the end of another clause is not the one that is taken back
_CLAUSE = re.compile(r"[,，。;；]\s*\S")
_HALF_DAY = r"(?:凌晨|早上|上午|中午|下午|傍晚|晚上)"
_CLOCK_ZH = rf"{_HALF_DAY}?[\d一二三四五六七八九十两]{{1,3}}点(?:半|钟|\d{{1,2}}分?)?"
_CLOCK_EN = r"\d{1,2}(?:[:：]\d\d)?\s*(?:am|pm|a\.m\.|p\.m\.)"
_CLOCK = rf"(?:{_CLOCK_EN}?|{_CLOCK_ZH})"
_ONLY_A_CLOCK = re.compile(_CLOCK, _FLAGS)
_CLOCK_AT_END = re.compile(rf"{_CLOCK}$", _FLAGS)
#: a clock behind a day: 下周二上午十点, 'Friday at 9', 'Friday 3pm'
_TOLD_CLOCK = re.compile(rf"(?<=\S)(?:{_CLOCK_ZH}|\s+at\s+{_CLOCK_EN}?|\s+{_CLOCK_EN})$", _FLAGS)
#: what says a time of the day
_SAYS_CLOCK = re.compile(
    rf"{_HALF_DAY}|点|\d[:：]\d|\d\s*(?:am|pm|a\.m|p\.m)|\b(?:noon|midnight|morning|afternoon|evening|tonight|at \d)",
    _FLAGS,
)


def settle(text: str, context: ParseContext) -> str:
    """Give a normalised text with what was taken back replaced; without a correction the text as it is."""
    given_up = _GIVEN_UP.fullmatch(text)
    if given_up is not None:
        return given_up["zh"] or given_up["en"]
    for _ in range(_MOST_CORRECTIONS):
        settled = _settle_first(text, context)
        if settled is None:
            break
        text = settled
    return text


def put_right(said: str, right: str, context: ParseContext) -> str | None:
    """Put the value that `right` begins with into the place of the last one of its kind in what was said.

    Both are normalised. None where nothing of its kind was said, or the new value leaves the time open.
    """
    named = _replace_name(said, right, context)
    if named is not None:
        return named
    for find in (find_phones, find_money, _find_times):
        new = next((one for one in find(right, context) if one.start <= _MOST_LEAD), None)
        old = next(reversed(find(said, context)), None) if new is not None else None
        if new is None or old is None:
            continue
        value = _with_day(old.text, new.text)
        return None if value is None else f"{said[: old.start]}{value}{said[old.end :]}{right[new.end :]}"
    return None


def _settle_first(text: str, context: ParseContext) -> str | None:
    for match in _TAKEN_BACK.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if not before.strip() or not after.strip():
            continue
        settled = after if _ANEW.search(match[0]) else put_right(before, after, context)
        if settled is not None:
            return settled
    return None


def _replace_name(before: str, after: str, context: ParseContext) -> str | None:
    """Put the known person whom `after` begins with into the place of the last one: 刚跟王磊，哦不是，是跟罗文."""
    if context.find_names is None:
        return None
    lead = _NAME_LEAD.match(after)
    begin = lead.end() if lead else 0
    right = next((one for one in context.find_names(after) if one.start == begin and one.is_person), None)
    wrong = next((one for one in reversed(context.find_names(before)) if one.is_person), None)
    if right is None or wrong is None or _CLAUSE.search(before, wrong.end):
        return None
    left = after[right.end :]
    gap = " " if left[:1].isascii() and left[:1].isalnum() else ""
    return f"{before[: wrong.start]}{after[right.start : right.end]}{before[wrong.end :]}{gap}{left}"


def _find_times(text: str, context: ParseContext) -> Sequence[Entity]:
    return find_times(text, context.now, context.timezone, "future")


def _with_day(wrong: str, right: str) -> str | None:
    """Keep the day of 'Friday at 9' where only 'at 10' is said anew, and its clock where only the day is.

    None where that leaves the time open.
    """
    told = _TOLD_CLOCK.search(wrong)
    is_day = _ONLY_A_CLOCK.fullmatch(right) is None
    if told is not None and is_day and _SAYS_CLOCK.search(right) is None:
        return f"{right}{' ' if right.isascii() else ''}{told[0].strip()}"
    if is_day or _ONLY_A_CLOCK.fullmatch(wrong) is not None:
        return right
    clock = _CLOCK_AT_END.search(wrong)
    if clock is None:
        return None
    half = re.match(_HALF_DAY, clock[0])
    is_half_open = half is not None and "点" in right and re.match(_HALF_DAY, right) is None
    return f"{wrong[: clock.start()]}{half[0] if half and is_half_open else ''}{right}"
