"""Two reports in one message: 上午见了恒信物业赵丽，下午见了恒信地产孙浩; 'Called Tom, then emailed Lisa Wong'.

Promise: a part begins only where a clause is a report of its own with somebody of another company, or at another time.
Never: a part for what somebody else did.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from nlu.commands import log_interaction
from nlu.commands._frame import Times
from nlu.commands._parties import Party, find_parties
from nlu.commands._utterance import Utterance
from nlu.entities.interaction_kinds import kind_of
from nlu.understanding import ParseContext

_FLAGS = re.IGNORECASE | re.ASCII
_CUT = re.compile(
    r"[,，;；。!！\n]\s*(?:and\s+|then\s+|and then\s+)?|\.\s+|\s+(?:and then|then|and also"
    r"|and)\s+(?=[a-z]{3,}(?:ed|ot|et|poke|aw|ang|ent|ote)\b)"
    r"|(?=(?:然后|接着|随后|之后)(?!再))",
    _FLAGS,
)
#: the same was done with another one: 给Acme的John Smith也打了, 'same with Tom'
_ALSO = re.compile(
    r"#\s*(?:那边|那里)?(?:也|同样)|(?:\bsame (?:with|for|to|at)\b|\balso\b|\btoo\b|\bas well\b)", _FLAGS
)
#: holds for every part: 都是上门, 'both by phone'
_ALL = re.compile(
    r"\s*(?:都是?|均为?|全是?|都用|都通过|both|all)(?:\s+(?:of them|were|by|via|on|over|the"
    r"|in))*\s*(?P<kind>[^,，]{2,14})",
    _FLAGS,
)
#: somebody tells of it: no report of the speaker's
_TELLING = re.compile(r"\s*(?:他|她|他们|对方|客户|he|she|they)\b|\s*(?:他|她|对方|客户)", _FLAGS)
MOST_PARTS = 6
#: more clauses than this are a story
MOST_PIECES = 16


@dataclass
class _Report:
    """A part on its way: its words, its companies, and what it leaves to the others."""

    words: str
    accounts: frozenset[int]
    day: str | None
    kind: str | None
    #: whom it was with, as said
    whom: str = ""
    #: the people that it names
    people: frozenset[str] = frozenset()


def split_reports(heard: Utterance, context: ParseContext) -> tuple[str, ...]:
    """Give the words of each report of a message; empty where there is only one."""
    if context.find_names is None:
        return ()
    parties = find_parties(heard.folded, context.find_names(heard.folded), heard.start)
    if len(parties) < 2:
        return ()
    shared = _of_two_companies(heard, parties, context) or _counted(heard, parties, context)
    if shared:
        return shared
    pieces = _pieces(heard)
    if len(pieces) > MOST_PIECES:
        return ()
    found: list[_Report] = []
    for words in pieces:
        _add(found, words, context)
    if not 1 < len(found) <= MOST_PARTS or found[0].kind not in _KIND_WORDS:
        return ()
    return tuple(_completed(one, found[0]) for one in found)


def _of_two_companies(heard: Utterance, parties: list[Party], context: ParseContext) -> tuple[str, ...]:
    """Read 'visited Acme and Globex yesterday': one report of each company."""
    first, *others = parties
    group = [first]
    for one in others:
        if not _LISTED.fullmatch(heard.folded, group[-1].end, one.start):
            break
        group.append(one)
    if len(group) < 2 or any(one.is_person for one in group) or len(parties) > len(group):
        return ()
    if first.accounts & group[1].accounts or log_interaction.read(heard.body, context) is None:
        return ()
    before, after = heard.text[heard.start : first.start], heard.text[group[-1].end : heard.end]
    return tuple(f"{before}{one.mention.text}{after}" for one in group)


#: so many contacts of one kind, then with whom each was: 'two calls this morning: Tom at 8:30 …, Mei at 9:15 …'
_COUNT = re.compile(
    r"(?P<lead>[^:：,，;；]{0,16}?)(?:打|有|开|做|接|见|跑|拜访|had|made|did|took)?\s*了?\s*"
    r"(?P<count>两|俩|三|仨|2|3|two|three)\s*(?:个|通|次|场|家)?\s*(?:phone |video |zoom )?"
    r"(?P<kind>电话|拜访|视频会议|视频会|会议|会|微信|calls?|visits?|meetings?|zooms?|demos?)(?![a-z])"
    r"(?P<when>[^:：,，;；]{0,24}?)\s*[:：,，]\s*",
    _FLAGS,
)
_COUNTS = {"两": 2, "俩": 2, "2": 2, "two": 2, "三": 3, "仨": 3, "3": 3, "three": 3}


def _counted(heard: Utterance, parties: list[Party], context: ParseContext) -> tuple[str, ...]:
    """Read 上午打了俩电话，罗文说……，卢俊说…… and 'two calls today: Tom …, Mei …' as one report of each."""
    head = _COUNT.match(heard.folded, heard.start, heard.end)
    if head is None or not Times(heard.text, context).found or parties[0].start < head.end():
        return ()
    clauses = [one for one in re.split(r"[,，;；]\s*", heard.text[head.end() : heard.end]) if one.strip()]
    told: list[tuple[Party, str]] = []
    for clause in clauses:
        first = next(iter(find_parties(clause, context.find_names(clause))), None) if context.find_names else None
        if first is not None and not clause[: first.start].strip():
            told.append((first, clause[first.end :]))
        elif told:
            told[-1] = (told[-1][0], f"{told[-1][1]}，{clause}")
    if len(told) != _COUNTS[head["count"].lower()] or len(told) != len({one.accounts for one, _ in told}):
        return ()
    day = next((one.text for one in Times(heard.text[: head.end()], context).found), "")
    kind = _KIND_WORDS.get(str(kind_of(head["kind"]) or "visit"), "拜访")
    return tuple(_of_one(clause, one, day, kind) for one, clause in told)


def _of_one(told: str, party: Party, day: str, kind: str) -> str:
    """Give one report of a counted message: its day, whom it was with, its kind, and what was told of it."""
    mention = party.mention
    whom = f"{mention.organisation}{mention.text}" if mention.organisation else mention.text
    clock = _CLOCK_FIRST.match(told)
    when = f"{day}{clock['clock']}" if clock else day
    rest = told[clock.end() :] if clock else told
    return f"记录{when}和{whom}的{kind}：{rest.strip(' ,，:：')}"


_CLOCK_FIRST = re.compile(
    r"\s*(?P<clock>(?: ?at)? ?\d{1,2}(?::\d\d)?\s?(?:am|pm)?(?=\s|$)"
    r"|[\d一二两三四五六七八九十]{1,3}点(?:半|\d{1,2}分?)?)",
    _FLAGS,
)


_LISTED = re.compile(r"\s*(?:[、,，和与及&]|\band\b|以及)\s*", _FLAGS)


def _pieces(heard: Utterance) -> list[str]:
    pieces, start = [], heard.start
    for cut in _CUT.finditer(heard.folded, heard.start, heard.end):
        if cut.start() > start:
            pieces.append(heard.said(start, cut.start()))
        start = cut.end()
    pieces.append(heard.said(start, heard.end))
    return [piece for piece in pieces if piece]


def _add(found: list[_Report], words: str, context: ParseContext) -> None:
    """Begin a report with a clause, or add the clause to the one before."""
    shared = _ALL.fullmatch(words) if len(found) > 1 else None
    if shared and kind_of(shared["kind"]):
        for one in found:
            one.words += f"，{shared['kind']}"
        return
    report = _report(words, context)
    if report.kind is None and found and found[0].day is not None:  # '今天两个会，9点……，11点……': all of one day
        report = _report(words, replace(context, now=_end_of_day(context)))
    if not found:
        found.append(report)
    elif found[0].kind is None:  # '上午连开两个会，9点跟……': the first words only open it
        found[0] = _Report(
            f"{found[0].words}，{report.words}", report.accounts, found[0].day or report.day, report.kind
        )
    elif _is_another(found, report, words):
        found.append(report)
    else:
        found[-1].words += f"，{words}"
        found[-1].accounts |= report.accounts if report.kind is None else frozenset()


def _end_of_day(context: ParseContext) -> datetime:
    return context.now.astimezone(context.timezone).replace(hour=23, minute=59)


def _is_another(found: list[_Report], report: _Report, words: str) -> bool:
    if _TELLING.match(words):
        return False
    known = frozenset().union(*(one.accounts for one in found))
    if not report.accounts or report.accounts & known:
        is_another_day = report.day is not None and found[-1].day not in {None, report.day}
        return report.kind is not None and (is_another_day or _is_with_others(found, report))
    return report.kind is not None


def _is_with_others(found: list[_Report], report: _Report) -> bool:
    """Tell whether others of the same company were spoken to another way: 'met Sophie and e-mailed James'."""
    before = frozenset().union(*(one.people for one in found))
    return bool(before and report.people) and not before & report.people and report.kind not in {found[-1].kind, "same"}


def _report(words: str, context: ParseContext) -> _Report:
    """Read a clause: a report of its own has a kind."""
    read = log_interaction.read(words, context)
    names = context.find_names(words) if context.find_names else ()
    parties = find_parties(words, names)
    meant = [one for one in parties if read is None or any(one.mention.start == m.start for m in read.mentions)]
    accounts = frozenset().union(*(one.accounts for one in (meant or parties)))
    kind = read.kind if read is not None and read.planned_for is None else None
    if kind is None and _ALSO.search(_masked(words, parties)):
        kind = "same"
    times = Times(words, context).found
    whom = words[parties[0].start : parties[0].end] if parties else ""
    people = frozenset(one.mention.text for one in meant if one.is_person)
    return _Report(words, accounts, times[0].text if times else None, kind, whom, people)


def _masked(words: str, parties: list[Party]) -> str:
    for one in reversed(parties):
        words = words[: one.start] + "#" + words[one.end :]
    return words


_KIND_WORDS = {
    "call": "电话", "visit": "拜访", "online_meeting": "视频会议", "email": "邮件", "chat": "微信", "event": "活动",
    "care": "关怀",
}  # fmt: skip


def _completed(report: _Report, first: _Report) -> str:
    """Give a report's words with the kind and the day that the first one said for both."""
    words = report.words
    if report is first:
        return words
    if report.kind == "same":
        words = f"记录和{report.whom}的{_KIND_WORDS[str(first.kind)]}：{words}"
    if report.day is None and first.day is not None:
        words = f"{first.day} {words}" if words.isascii() else f"{first.day}{words}"
    return words
