"""Names read by their words, set right by the names that are known: 瑞轩酒店拜访方圆 is 方圆 of 瑞轩酒店.

Promise: words that may be a further name keep the mention as it was read, so that it is asked about. Never: a record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlu.commands import _sketch_patterns as patterns
from nlu.commands._mentions import Mention
from nlu.commands._parties import Party
from nlu.name_forms import surname_of


def _words(table: str) -> tuple[str, ...]:
    """Read a table of words."""
    return tuple(table.split())


_FLAGS = re.IGNORECASE | re.ASCII
#: what may stand around a name without being part of one
_AROUND = re.compile(
    r"(?:去|到|来|在|从|拜访|走访|回访|见|看望|约见|跟|和|与|同|给|向|对|约|陪同?|那边|那里"
    r"|这边|老板|的|了|过|完|趟|一趟|基地|工地|工厂|厂区?|园区|总部"
    r"|办公室|公司|门店|现场|楼下|附近|[一两二三四五六七八九十]个人|几个人|等人|打|电话|个|一下|又|再"
    r"|刚|刚才|都|一起|采购|财务|技术|销售"
    r"|老总|团队|同事|上门|客户|联系人|开会|会议|通话|微信|视频|语音|[\s,，、()（）@·/:：-])*",
    _FLAGS,
)
_WORD = re.compile(r"[A-Za-z][\w'-]*")
_PLAIN_WORDS = frozenset(
    _words(
        """
        the a an our their his her my office hq headquarters site plant warehouse factory store shop team people guys
        earlier later again from at of with to for in on and about re ceo cto cfo coo vp it hr buyer director manager
        head booth s procurement purchasing sales finance marketing ops ltd inc
        """
    )
)
#: a place that is nobody's employer
_PLACE = re.compile(
    r"our|their|his|her|my|the|(?:(?:our|their|his|her|my|the)\s+)?(?:\w+\s+)?(?:offices?|hq"
    r"|headquarters|place|site|plant|factory|warehouse|store|booth|stand|"
    r"restaurant|cafe|hotel|expo|fair|show|conference)|lunch|dinner|home|noon|\d.*",
    _FLAGS,
)
_AT_PLACE = re.compile(
    r"\s*(?:offices?|hq|headquarters|plant|factory|warehouse|site|store|branch|lab|厂|办公室|分公司)", _FLAGS
)


def sharpen(mentions: Sequence[Mention], parties: Sequence[Party], folded: str) -> tuple[Mention, ...]:
    """Set every mention right that holds a known name and nothing else that could be a name."""
    found: list[Mention] = []
    for mention in mentions:
        found += [one for one in _known(mention, parties, folded) if one not in found]
    return tuple(found)


def _known(mention: Mention, parties: Sequence[Party], folded: str) -> list[Mention]:
    inside = [one for one in parties if one.mention.start < mention.end and mention.start - 1 <= one.mention.start]
    inside = [one for one in inside if one.mention.end <= max(mention.end, one.end)]
    if not inside:
        return _beside(mention, parties, folded)
    if len(inside) == 1 and (inside[0].mention.start, inside[0].mention.end) == (mention.start, mention.end):
        return [_with_company(mention, inside[0])]
    if len(inside) == 1 and not inside[0].is_person and _AT_PLACE.match(folded, mention.end):
        return [inside[0].mention]
    if _is_covered(mention, inside, folded):
        return [inside[0].mention]
    if not _is_explained(mention, inside, folded) or _has_third_character(mention, inside, folded):
        return [mention]
    people = [one for one in inside if one.is_person]
    return [one.mention for one in (people if _share_company(people, inside) else inside)]


def _share_company(people: Sequence[Party], inside: Sequence[Party]) -> bool:
    return bool(people) and all(
        one.is_person or any(person.mention.organisation or person.accounts & one.accounts for person in people)
        for one in inside
    )


def _is_covered(mention: Mention, inside: Sequence[Party], folded: str) -> bool:
    """Tell whether the mention is no more than a company with its person, which the directory reads as one."""
    only = inside[0]
    return len(inside) == 1 and folded[only.start : only.end].strip() == folded[mention.start : mention.end].strip()


def _beside(mention: Mention, parties: Sequence[Party], folded: str) -> list[Mention]:
    """Read a company whose person is named right after it, and "Bluewave's Munich office" as the company."""
    covering = [one for one in parties if one.start <= mention.start and mention.end <= one.end]
    if covering:
        return [covering[0].mention]
    owner = next((one for one in parties if one.mention.text == mention.organisation and not one.is_person), None)
    if owner is not None and _AT_PLACE.match(folded, mention.end):
        return [owner.mention]
    return [_placeless(mention)]


def _with_company(mention: Mention, party: Party) -> Mention:
    return party.mention if party.mention.organisation else _placeless(mention)


def _placeless(mention: Mention) -> Mention:
    """'Olivia Novak at our office' is of no company that was said."""
    said = mention.organisation
    return replace(mention, organisation=None) if said and _PLACE.fullmatch(said) else mention


def _is_explained(mention: Mention, inside: Sequence[Party], folded: str) -> bool:
    """Tell whether the words around the known names cannot be a name themselves."""
    gaps, place = [], mention.start
    for one in inside:
        gaps.append(folded[place : min(one.start, mention.end)])
        place = max(place, one.end)
    gaps.append(folded[place : mention.end])
    has_person = any(one.is_person for one in inside)
    return all(_is_plain(gap, has_person=has_person) for gap in gaps)


#: what may follow a name without belonging to it
_PARTICLES = frozenset(
    "的了过完那这们总也都又再刚才今昨明前上下早晚在去到来打给说谈聊要想问等和跟与及同于里中后先已还就是"
)


def _has_third_character(mention: Mention, inside: Sequence[Party], folded: str) -> bool:
    """Tell whether a name of two characters stands with one more that may be its own: 张伟 in 张伟明."""
    last = inside[-1]
    more = folded[last.end : mention.end]
    is_short = last.is_person and len(last.mention.text) == 2 and not last.mention.text.isascii()
    return is_short and len(more) == 1 and "\u3400" <= more <= "\u9fff" and more not in _PARTICLES


def _is_plain(gap: str, *, has_person: bool) -> bool:
    if _AROUND.fullmatch(gap):
        return True
    if gap.isascii():
        words = _WORD.findall(gap)
        if all(word.lower() in _PLAIN_WORDS for word in words):
            return True
        return has_person and all(word.islower() or word.lower() in _PLAIN_WORDS for word in words)
    left = re.sub(patterns.THEN.pattern, "", gap, flags=_FLAGS)
    return has_person and not (surname_of(left.strip()) and len(left.strip()) <= 3)
