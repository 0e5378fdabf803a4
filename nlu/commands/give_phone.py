"""A customer gives his own phone number: 我的手机号是138…, 'my number is +86 138 …', 'I'm Wang Fang, call me on …'.

Promise: only a message that says nothing else, besides a name and the wish to be called; a number with a question or a
trouble around it ('我的手机号138…收不到验证码') is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import CUSTOMER, Command
from nlu.commands._utterance import Utterance, hear
from nlu.entities import phones
from nlu.understanding import Entity, ParseContext


@dataclass(frozen=True, kw_only=True)
class GivenPhone:
    """The sender's number as E.164, and his name where he says it."""

    phone: str
    name: str | None


#: Longer words around a number are about something else.
_LONGEST_SIDE = 120
#: Characters of a message in which a number is looked for.
_LONGEST_SEARCHED = 2000
_CLAUSE_END = re.compile(r"[,，;；。!！?？\n]|\.\s")
#: A bare number without any word: a mobile or an international one, for other digits may be an order's.
_BARE = re.compile(r"(?:\+|(?:\+?86[-\s]?)?1[3-9]\d)[\d\s().-]*", re.ASCII)

_NAME_ZH = (
    r"(?:我(?:的名字)?(?:叫|是)|(?:我的)?(?:姓名|名字)(?:是|:)?|联系人(?:是|:)?)\s*"
    r"(?P<zh>[\u4e00-\u9fff·]{2,6}?|[A-Za-z][A-Za-z .'-]{0,40}?)"
)
_WHAT_ZH = (
    r"(?:我(?:的|这边的?)?|本人)?(?:新的?|现在的?|常用的?|备用的?)?"
    r"(?:手机号码?|手机|电话号码|电话|联系电话|联系方式|联系号码|号码)(?:号码?)?"
    r"\s*(?:是|为|改成了?|换成了?|改为|换了)?\s*[:,]?\s*"
)
_CALL_ZH = (
    r"(?:请|可以|麻烦|有事)?(?:你们?|您)?(?:打|拨打?|致电|联系)(?:我)?(?:的)?(?:这个)?(?:手机|电话|号码)?(?:号码?)?"
    r"(?:给我|联系我|找我)?\s*[:,]?\s*"
)
_NAME_EN = r"(?:i am|i'm|this is|my name is|name:)\s*(?P<en>[A-Za-z][A-Za-z .'-]{0,40}?|[\u4e00-\u9fff·]{2,6})"
_WHAT_EN = (
    r"(?:(?:and|my|the|here's|here is|that's|it's|this is)\s+)*"
    r"(?:(?:new|current|own|mobile|cell|phone|telephone|contact|work|direct)\s+)*"
    r"(?:number|phone|mobile|cell|cellphone|telephone|tel)\b\.?"
    r"\s*(?:is|has changed to|changed to|:|=|-)?\s*(?:now\s+)?:?\s*"
)
_CALL_EN = (
    r"(?:(?:and|please|you can|you may|just|so|then)\s+)*(?:call|ring|reach|contact|text|phone)\s+me(?:\s+back)?"
    r"(?:\s+(?:on|at|under|via|by phone))*(?:\s+(?:this|my)\s+(?:number|phone|mobile|cell))?\s*[:,]?\s*"
)
_BEFORE = re.compile(
    rf"(?:(?:还有|另外|补充一下|对了)[,:\s]*)?(?:(?:{_NAME_ZH}|{_NAME_EN})[\s,;.]*)?"
    rf"(?:{_WHAT_ZH}|{_CALL_ZH}|{_WHAT_EN}|{_CALL_EN})?",
    re.IGNORECASE | re.ASCII,
)
_AFTER = re.compile(
    r"[\s,;.!]*(?:(?:这|就)?是我的?(?:新)?(?:手机|电话|号码|手机号|电话号码)"
    r"|(?:is|that's) my (?:new )?(?:phone |mobile )?number)?[\s,;.!]*"
    r"(?:[^?不没吗呢]{0,16}(?:联系我|打给我|给我(?:打|回)|回电|打电话|打这个|找我|通知我|致电)[^?不没吗呢]{0,12}"
    r"|(?:and |so |you can |please |just )*(?:call|ring|reach|contact|text|phone) me\b[^?]{0,40})?[\s,;.!。]*",
    re.IGNORECASE | re.ASCII,
)


def read(text: str, context: ParseContext) -> GivenPhone | None:
    """Read the number that the sender says is his."""
    heard = hear(text)
    found = phones.find(heard.body, context) if len(heard.body) <= 2 * _LONGEST_SIDE else []
    if len(found) != 1:
        return None
    (phone,) = found
    before, after = heard.body[: phone.start], heard.body[phone.end :]
    if not before.strip() and not after.strip(" .!"):
        return GivenPhone(phone=str(phone.value), name=None) if _BARE.fullmatch(phone.text) else None
    return _read_sides(heard, phone, after)


def find(text: str, context: ParseContext) -> GivenPhone | None:
    """Find the sender's number in a message that says more: '沙发坏了，我的电话是138…'; a bare number is none there."""
    for clause in _CLAUSE_END.split(text[:_LONGEST_SEARCHED]):
        given = None if _BARE.fullmatch(clause.strip()) else read(clause, context)
        if given is not None:
            return given
    return read(text, context)


def _read_sides(heard: Utterance, phone: Entity, after: str) -> GivenPhone | None:
    match = _BEFORE.fullmatch(heard.body, 0, phone.start)
    if match is None or _AFTER.fullmatch(after) is None:
        return None
    name = heard.group(match, "zh") or heard.group(match, "en")
    return GivenPhone(phone=str(phone.value), name=name)


COMMAND = Command(label="give_phone", roles=CUSTOMER, read=read, rank=60)
