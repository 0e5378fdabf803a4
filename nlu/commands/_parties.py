"""Whom a text names, by known names, and where they stand: 华为张伟、李娜, 'Tom Wilson (Globex)', 丰茂傅总.

Promise: a company said beside a person is that person's; linear in the text. Never: a record; an unknown name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlu.commands._mentions import Mention
from nlu.name_forms import surname_of
from nlu.name_words import ZH_TITLES
from nlu.understanding import KnownName


@dataclass(frozen=True)
class Party:
    """A person or a company that is named, with what belongs to the naming: 'Tom Wilson (Globex CTO)'."""

    start: int
    end: int
    mention: Mention
    is_person: bool
    accounts: frozenset[int]


_FLAGS = re.IGNORECASE | re.ASCII
_POST = (
    r"(?:采购|销售|市场|财务|技术|运营|产品|项目|行政|人事|物流|商务|信息|设备|工程|研发|质量|质检"
    r"|生产|仓储|客服|法务|科技"
    r"|部|科|处|组|老板|业务员|前台|对接人|负责人|联系人)"
)
#: what may stand between a company and its person
_OF_GAP = re.compile(
    rf"(?:公司|集团|总部|总公司|那边|那里|这边|那个|里|的|'s|@|[\s·(（:：/,，-]|{_POST}"
    rf"|(?:{'|'.join(ZH_TITLES)})(?=[\u3400-\u9fff]))*",
    _FLAGS,
)
_COMMA = re.compile(r"[,，](?!\s*(?:联系人|拜访人|对方|参与人))")
#: a person's company after him
_FROM_GAP = re.compile(r"\s*(?:,\s*)?(?:from|at|of|@|over at|[(（])\s*(?:the\s+)?", _FLAGS)
_AFTER = re.compile(r"(?:\s+[a-z]{2,12}){0,2}\s*[)）]|[)）]", _FLAGS)
_LONG_TITLES = "|".join(sorted((title for title in ZH_TITLES if len(title) > 1), key=len, reverse=True))
_TITLE = rf"(?:{_LONG_TITLES}|[总工姐哥董](?![是共计结体额部之理资程作业具人厂期地事经监裁]))"
_TITLED = re.compile(rf"(?=(?P<named>(?P<surname>欧阳|上官|司马|诸葛|司徒|[\u3400-\u9fff]){_TITLE}))")
_TITLE_AFTER = re.compile(rf"(?:{_LONG_TITLES}|[总董工姐哥](?![是共计结体额部之理资程作业具人厂期地]))")
#: surnames that are everyday words: only after a company do they name somebody by title
_WORDS = frozenset("和与于同向对给跟把从时有都后水万方常明成经安连古易干强相权查解计别终")
#: what a person by title alone comes after
_LEADS = re.compile(
    r"(?:^|[\s,，;；。:：、]|[跟和与同给向找约见访问陪请对]|电话|微信|拜访|回访|联系|语音|了|过"
    r"|刚|[\u3400-\u9fff]天|[上下中]午)$"
)
_ENGLISH_TITLED = re.compile(r"\b(?:Mr|Ms|Mrs|Dr)\.? [A-Z][\w'-]+(?: [A-Z][\w'-]+)?")


def find_parties(folded: str, names: Sequence[KnownName], start: int = 0) -> list[Party]:
    """Find whom the text names from `start` on, in order; people by title among them."""
    named = [one for one in names if one.start >= start]
    known = [one for one in named if not one.is_colleague and not _is_part_of_another(folded, one)]
    spans = sorted([*known, *_titled(folded, named, start)], key=lambda one: one.start)
    parties: list[Party] = []
    place = 0
    while place < len(spans):
        one = spans[place]
        following = spans[place + 1] if place + 1 < len(spans) else None
        if not one.is_person and following is not None and _belongs(folded, one, following):
            parties.append(_person(folded, following, one))
            place += 2
        elif one.is_person and following is not None and _comes_from(folded, one, following):
            parties.append(_person(folded, one, following))
            place += 2
        else:
            parties.append(_person(folded, one, None) if one.is_person else _company(folded, one))
            place += 1
    return _share(folded, parties)


def _is_part_of_another(folded: str, one: KnownName) -> bool:
    """Tell whether a person's name is only the beginning of another one: 王磊 of 王磊磊."""
    after = folded[one.end : one.end + 1]
    return one.is_person and "\u3400" <= after <= "\u9fff" and after == folded[one.end - 1]


def _belongs(folded: str, company: KnownName, person: KnownName) -> bool:
    gap = folded[company.end : person.start]
    if not person.is_person or _OF_GAP.fullmatch(gap) is None:
        return False
    return _COMMA.search(gap) is None


def _comes_from(folded: str, person: KnownName, company: KnownName) -> bool:
    gap = folded[person.end : company.start]
    return not company.is_person and bool(gap.strip()) and _FROM_GAP.fullmatch(gap) is not None


def _person(folded: str, one: KnownName, company: KnownName | None) -> Party:
    start, end = (one.start, one.end) if company is None else (min(one.start, company.start), max(one.end, company.end))
    title = _TITLE_AFTER.match(folded, end) if end == one.end else None
    after = _AFTER.match(folded, end)
    if title:
        end = title.end()
    elif after and "(" in folded[start:end].replace("（", "("):
        end = after.end()
    organisation = folded[company.start : company.end] if company else None
    accounts = company.accounts if company else one.accounts
    mention = Mention(folded[one.start : one.end], one.start, one.end, organisation)
    return Party(start, end, mention, is_person=True, accounts=accounts)


def _company(folded: str, one: KnownName) -> Party:
    return Party(one.start, one.end, Mention(folded[one.start : one.end], one.start, one.end), False, one.accounts)


_AND = re.compile(r"\s*(?:[、,，和与跟及&+/\s]|\band\b|\bas well as\b|以及|还有)+\s*(?:(?:and|with)\b\s*)?", _FLAGS)


def _share(folded: str, parties: list[Party]) -> list[Party]:
    """Give the company of the first of several people to the others who work there: 华为张伟和李娜."""
    for place in range(1, len(parties)):
        before, one = parties[place - 1], parties[place]
        organisation = before.mention.organisation or (None if before.is_person else before.mention.text)
        joined = _AND.fullmatch(folded, before.end, one.start) is not None
        is_theirs = not one.accounts or bool(one.accounts & before.accounts)
        if organisation and one.is_person and one.mention.organisation is None and joined and is_theirs:
            accounts = before.accounts
            parties[place] = replace(
                one, mention=replace(one.mention, organisation=organisation), accounts=accounts or one.accounts
            )
    return parties


def _titled(folded: str, known: Sequence[KnownName], start: int) -> list[KnownName]:
    """Find people by surname and title: 王总, 韩主任, 'Mr. Chen'."""
    found: list[KnownName] = []
    for match in [*_TITLED.finditer(folded, start), *_ENGLISH_TITLED.finditer(folded, start)]:
        start, end = match.span("named") if match.re is _TITLED else match.span()
        if any(one.start < end and start < one.end for one in [*known, *found]):
            continue
        is_after_company = any(_OF_GAP.fullmatch(folded, one.end, start) for one in known if not one.is_person)
        is_after_company = is_after_company or any(one.end == start for one in found)  # 丰茂傅总邓社长
        if match.re is _TITLED and not _is_titled(folded, match, is_after_company=is_after_company):
            continue
        found.append(KnownName(start, end, is_person=True, accounts=frozenset()))
    return found


def _is_titled(folded: str, match: re.Match[str], *, is_after_company: bool) -> bool:
    surname = match["surname"]
    if surname_of(surname) is None:
        return False
    return is_after_company or (surname not in _WORDS and _LEADS.search(folded[: match.start()]) is not None)
