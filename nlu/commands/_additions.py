"""What a short message gives besides a command: a bare value or several, 'Bluewave', 18万, 电话13800138000.

Promise: every word of it is a value of a field, else nothing is read. Never: a record, or which one is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._contact_pieces import is_title
from nlu.commands._fields import FIELD_PATTERN, FLAGS, field_of
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.entities.emails import find as find_emails
from nlu.entities.money import find as find_money
from nlu.entities.phones import find as find_phones
from nlu.entities.times import find_times
from nlu.simplified import simplified
from nlu.understanding import ParseContext

#: longer than this it is a sentence
LONGEST = 80
MOST_PIECES = 4


@dataclass(frozen=True, kw_only=True)
class Addition:
    """One value in the person's words; `field` is `time` or `company` where only the kind of value is known."""

    field: str
    words: str
    #: the field was called by its name
    is_named: bool = False


_PIECES = re.compile(r"\s*(?:[，;；、\n]|,(?!\d{3}(?:\D|$)))\s*|\s+and\s+", FLAGS)
#: whose value it is, and what leads to it
_LEAD = re.compile(
    r"(?:(?:他|她|它)(?:的|是|在)?|(?:his|her|its|their|the)\s+|(?:he|she|it|they)(?:'s| is| are"
    r"| was| were| works?)?\s+)?"
    r"(?:(?:在|来自|属于|就职于|是|大概|大约|约|预计|应该是|就是)|(?:(?:at|from|with|for|of|on"
    r"|by|about|around|worth|works? (?:at|for)|is)\s+))*",
    FLAGS,
)
#: says what it was, so it takes the place of what stands there
_IT_WAS = re.compile(r"(?:其实|应该|实际)?是|(?:it|that|this) was\b", FLAGS)
_TAIL = re.compile(
    r"(?:的|那边|公司的|上班|工作|左右|吧|成交|签约|签单|签|前|之前|提醒我?|截止|\s+(?:or so|please"
    r"|latest))*[\s。.!！]*$",
    FLAGS,
)
_LABELLED = re.compile(
    rf"(?:(?:他|她|它)的?|(?:his|her|its|their|the)\s+)?(?P<field>{FIELD_PATTERN})\s*"
    r"(?:是|为|叫|[:：=]|\bis\b|\s|(?<=[\u3400-\u9fff])(?=[\dA-Za-z+])|(?<=优先级)(?=[高中低]))\s*(?P<value>.+)",
    FLAGS,
)
#: what looks like the name of a company that nobody knows yet
_COMPANY = re.compile(
    r"[^,，。?？]{2,30}(?:公司|集团|银行|医院|超市|酒店|股份|有限|工厂|大学|学校|事务所)|(?-i:(?:[A-Z][\w&'-]*)(?:"
    r" (?:[A-Z][\w&'.-]*|of|and|&)){0,4})",
    FLAGS,
)


#: further people who took part: 对，是和罗文、何静一起, 'and Michael Brown was there too'
_TOOK_PART = tuple(
    re.compile(pattern + r"[\s。.!！]*", FLAGS)
    for pattern in (
        r"(?:(?:对|嗯|是的|哦)[,，\s]*)?(?:还有|另外还有|加上|是?(?:和|跟|与))(?P<who>[^,，。?？]{2,40}?)"
        r"(?:也|都)?(?:一起(?:去|聊|开|见)?的?|在场|在|参加了?|去了|来了)",
        r"(?:(?:对|嗯|是的|哦)[,，\s]*)?(?P<who>[^,，。?？]{2,40}?)(?:也|都|也都)(?:在场?|参加了?|去了|来了|一起)",
        r"(?:(?:yes|yeah|oh|right)[, ]+)?(?:and|also|plus|with)\s+(?P<who>[^,;?]{2,60}?)(?:\s+(?:too|as well|also)"
        r"|\s+(?:was|were)\s+(?:also\s+)?(?:there|present|with us)(?:\s+(?:too|as well|also))?"
        r"|\s+(?:joined|came|attended)(?:\s+us)?(?:\s+(?:too|as well|along))?)",
        r"(?P<who>[^,;?]{2,60}?)\s+(?:(?:was|were)\s+(?:also\s+)?(?:there|present|with us)|(?:also\s+)?(?:joined|came"
        r"|attended)(?:\s+us)?)(?:\s+(?:too|as well|also|along))?",
    )
)
#: who it was, told after the contact itself: 见的是 John Smith, 'it was John Smith I met'
_WAS_WITH = tuple(
    re.compile(pattern + r"[\s。.!！]*", FLAGS)
    for pattern in (
        r"(?:我们?)?(?:见|聊|谈|拜访|找|联系|沟通|对接|接待|碰|约)(?:到|面|过)?的(?:人)?(?:就)?是(?P<who>[^,，。?？]{2,40}?)",
        r"(?:the (?:person|one|contact) (?:i|we) (?:met|saw|spoke (?:to|with)|talked (?:to|with)|visited|called)"
        r"|who (?:i|we) met) was "
        r"(?P<who>[^,;?]{2,60}?)",
        r"it was (?P<who>[^,;?]{2,60}?) (?:(?:that|who|whom) )?(?:i|we) (?:met|saw|spoke (?:to|with)|talked (?:to"
        r"|with)|visited|called)",
    )
)
_NAMES = re.compile(r"\s*(?:[、,，/&]|和|与|跟|\band\b)\s*", FLAGS)


def split_names(words: str) -> list[str]:
    """Part names that are told in one breath."""
    return [name for name in _NAMES.split(words) if name]


def is_naming(text: str) -> bool:
    """Tell whether words only name who a contact was with."""
    return any(pattern.fullmatch(simplified(text).strip()) for pattern in _WAS_WITH)


def _read_participants(body: str, context: ParseContext) -> tuple[Addition, ...]:
    match = next((found for pattern in (*_TOOK_PART, *_WAS_WITH) if (found := pattern.fullmatch(body))), None)
    if match is None or context.find_names is None:
        return ()
    people = {body[one.start : one.end] for one in context.find_names(body) if one.is_person}
    is_known = all(any(name in known or known in name for known in people) for name in split_names(match["who"]))
    return (Addition(field="contacts", words=match["who"].strip()),) if people and is_known else ()


def read(text: str, context: ParseContext) -> tuple[Addition, ...]:
    """Read the values that make up a message; empty where any part of it is something else."""
    body = simplified(text).strip()
    if not body or len(body) > LONGEST or is_question(body) or is_reported(body) or is_negated(body):
        return ()
    told = _read_participants(body, context)
    if told:
        return told
    pieces = [piece for piece in _PIECES.split(body) if piece.strip()]
    if len(pieces) > MOST_PIECES:
        return ()
    found = [_read_piece(piece.strip(), context) for piece in pieces]
    return tuple(one for one in found if one is not None) if all(found) else ()


def _read_piece(piece: str, context: ParseContext) -> Addition | None:
    bare = _bare(piece, context)
    if bare is not None:
        return bare
    labelled = _LABELLED.fullmatch(piece)
    if labelled is not None:
        field, value = field_of(labelled["field"]), labelled["value"].strip(" 。.!！")
        return Addition(field=field, words=value, is_named=True) if field and value else None
    words = piece.strip(" 。.!！")
    return Addition(field="company", words=words) if _COMPANY.fullmatch(words) else None


def _bare(piece: str, context: ParseContext) -> Addition | None:
    lead = _LEAD.match(piece)
    words = _TAIL.sub("", piece[lead.end() if lead else 0 :], count=1).strip()
    is_named = _IT_WAS.match(piece) is not None
    if not words:
        return None
    for field, find in (("email", find_emails), ("mobile", find_phones), ("amount", find_money)):
        if any((one.start, one.end) == (0, len(words)) for one in find(words, context)):
            return Addition(field=field, words=words)
    times = find_times(words, context.now, context.timezone, "future")
    if any((one.start, one.end) == (0, len(words)) for one in times):
        return Addition(field="time", words=words, is_named=is_named)
    known = context.find_names(words) if context.find_names else ()
    if any((one.start, one.end) == (0, len(words)) and not one.is_person and not one.is_colleague for one in known):
        return Addition(field="account", words=words)
    return Addition(field="title", words=words) if is_title(words) else None
