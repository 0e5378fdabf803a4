"""When a reported contact happened: the time of its frame, or the one that a clause of the story gives.

Promise: a time of what was told (a deadline, the customer's plan) is no time of the telling. Never: a default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from nlu.commands._follow_ups import FollowUp
from nlu.commands._frame import LogFrame, Times
from nlu.commands._timing import BARE_DAY
from nlu.commands._utterance import Utterance
from nlu.understanding import Entity, Moment

_FLAGS = re.IGNORECASE | re.ASCII
_CLAUSE_END = re.compile(r"[,，;；。!！?？\n]|:(?!\d)|\.(?=\s|$)")
#: words after which a time belongs to what was told rather than to the telling
_ANOTHERS = re.compile(
    r"\b(?:about|regarding|re|for|from|who|which|that|he|she|they|their|his|her|since|because|was|were|is|are"
    r"|by|before|until|due|ordered|wants?|needs?)\b|他|她|它|客户|对方|的|要|订|关于|谈|聊|说|前",
    _FLAGS,
)
#: words with a subject or a deadline of their own: not even 'yesterday' belongs to the telling after them
_CLAUSES = re.compile(
    r"\b(?:who|which|that|he|she|they|since|because|was|were|is|are|by|before|until|due|ordered|wants?|needs?|from)\b"
    r"|他|她|它|客户|对方|的|要|订|说|前",
    _FLAGS,
)
#: a time counted back from now
_BACK = re.compile(
    r"yesterday.*|(?:earlier )?(?:today|this (?:morning|afternoon))|last .*|.* ago|just now"
    r"|刚才|刚刚|昨.*|前天.*|今[天早].*|上周.*|.*前",
    _FLAGS,
)
#: leads to the time of the telling within its first clause: 'an email last night with …', 'at 7:52 today asking …'
_LEADS = re.compile(r"(?:^|\s)(?:on|at|around|about)\s+(?:the\s+)?$", _FLAGS)
#: what somebody was invited to: 'Tom out for dinner on Thursday'
_MEAL = re.compile(
    r"\b(?:out )?(?:for|to) (?:a |an )?(?:lunch|dinner|breakfast|coffee|drinks|beers?|meal|golf)\b", _FLAGS
)
#: what was talked of: a time after it is no time of the talk
_TOPIC = re.compile(
    r"\b(?:discuss|talk|agree|confirm|promis|deliver|plan|schedul|review|sign|start|ship|launch|ask|mov|push|book"
    r"|expect"
    r"|go|pay|paid|renew)\w*",
    _FLAGS,
)
#: leads to a time up to which something waits: 得拖到月底
_UNTIL = re.compile(r"(?:[到至]|\b(?:until|till|by))\s*$", _FLAGS)
_BEGINS = re.compile(r"(?:^|[,，;；。])\s*$")
_STARTED = re.compile(r"\s*(?:开始|开的|见的|去的|打的|的事)?(?=\s*(?:[,，;；。]|$))")
_TIME_NAMED = re.compile(
    r"(?:(?:^|[\s,，;；。])(?:时间|日期|time|date|when)[是:：]?\s*|[,;]\s*(?:sent|held|called|met"
    r"|visited|happened)(?: on| at)?\s+)$",
    re.IGNORECASE,
)
#: a clock time alone: its day is said elsewhere
_CLOCK = re.compile(
    r"(?P<half>早上|上午|中午|下午|晚上|傍晚|凌晨|早"
    r"|晚)?\s*(?:[\d零一二两三四五六七八九十]{1,3})\s*(?:[点时](?:半|一刻|三刻"
    r"|[\d零一二三四五六七八九十]{1,3}分?)?钟?)(?:左右|多|整)?"
    r"|(?:at\s+)?\d{1,2}(?::\d\d)?\s*(?P<am>am|pm|a\.m\.|p\.m\.)?|(?P<noon>noon|midday)",
    _FLAGS,
)
_OFFICE_OPENS = 7
NEAR_CHARS = 80
#: what happened longer ago is hardly reported, unless its date is said
LONG_AGO = timedelta(days=60)
_DATED = re.compile(
    r"\d{4}|去年|last year|\d{1,2}\s?[/.月-]\s?\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.I
)


#: a date that nobody reads: 12/01/2026 is of two days
_ON = re.compile(r"\bon\s+(?:the\s+)?$", re.IGNORECASE)
_UNREAD_DATE = re.compile(
    r"\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|(?:^|(?<=[:：]))\s{0,4}(?:1[0-2]|0?[1-9])[.-](?:3[01]|[12]\d)(?=\s)"
)


def happened_at(heard: Utterance, frame: LogFrame, times: Times, promised: Sequence[FollowUp]) -> Moment | None:
    """Give when it happened, as the sentence says it; None where it says nothing."""
    head = _of_head(heard, frame, times)
    if head is None:
        return next(_of_story(heard, frame, times, promised), None) or _at_end(heard, frame, times)
    if head.has_time:
        return head
    clock = _clock(heard, frame, times, head)
    if clock is not None:
        return clock
    later = next(_of_story(heard, frame, times, promised), None)
    is_same_day = later is not None and later.start.date() == head.start.date()
    return later if later is not None and is_same_day and later.has_time else head


def _at_end(heard: Utterance, frame: LogFrame, times: Times) -> Moment | None:
    """Give the day of some days ago with which a note ends: 访丰茂傅总 谈有机认证 11/17."""
    inside = times.within(frame.end, heard.end)
    last = inside[-1] if inside else None
    if last is None or BARE_DAY.fullmatch(last.text) is None or heard.folded[last.end : heard.end].strip(" 。."):
        return None
    before = heard.folded[frame.end : last.start]
    moment = times.past(last.start, last.end)
    is_near = moment is not None and times.now - moment.start < LONG_AGO
    return moment if is_near and before[-1:].isspace() and not _UNTIL.search(before) else None


def has_unread_date(heard: Utterance, times: Times) -> bool:
    """Tell whether a date was said in figures that were not read: when it was has to be asked."""
    for match in _UNREAD_DATE.finditer(heard.folded, heard.start, heard.end):
        read = next((one for one in times.found if one.start < match.end() and match.start() < one.end), None)
        is_day_of_it = _ON.search(heard.folded[: match.start()]) is not None
        if read is None or (is_day_of_it and times.is_ahead(read)):  # 'met him on 12/01/2026' said in November
            return True
    return False


def _of_head(heard: Utterance, frame: LogFrame, times: Times) -> Moment | None:
    found: list[tuple[Entity, Moment]] = []
    for time in times.within(heard.start, frame.end):
        moment = times.past(time.start, time.end)
        if moment is not None and not _is_old(moment, time, times):
            found.append((time, moment))
    counted = next((moment for time, moment in found if _BACK.fullmatch(time.text)), None)
    first = found[0] if found else None
    if first is not None and counted is not None and _FEAST.fullmatch(first[0].text):
        return counted  # 'New Year hampers for Li Na yesterday'
    return None if first is None else first[1]


#: the name of a holiday, which may be what a gift or a greeting was for
_FEAST = re.compile(
    r"[a-z' ]*(?:new year(?:'s)?(?: day| eve)?|christmas|xmas|easter|thanksgiving|festival| day)|[^\d]*[节年]", _FLAGS
)


def _is_old(moment: Moment, time: Entity, times: Times) -> bool:
    return times.now - moment.start > LONG_AGO and _DATED.search(time.text) is None


def _clock(heard: Utterance, frame: LogFrame, times: Times, day: Moment) -> Moment | None:
    """Give a day its clock time that stands apart from it: '5/28 onsite 江东机电 徐强 2点半'."""
    for time in times.within(heard.start, frame.end):
        match, moment = _CLOCK.fullmatch(time.text), time.value
        if match is None or not isinstance(moment, Moment) or not moment.has_time:
            continue
        hour = moment.start.hour
        is_told = bool(match["half"] or match["am"] or match["noon"])
        hour += 12 if hour < _OFFICE_OPENS and not is_told else 0
        start = day.start.replace(hour=hour, minute=moment.start.minute)
        return replace(moment, start=start, end=None) if start <= times.now else None
    return None


def _of_story(heard: Utterance, frame: LogFrame, times: Times, promised: Sequence[FollowUp]) -> Iterator[Moment]:
    """Find the times of later clauses that are times of the telling."""
    stop = _CLAUSE_END.search(heard.folded, frame.end, heard.end)
    first = stop.start() if stop else heard.end
    for time in times.within(frame.end, heard.end):
        moment = times.past(time.start, time.end)
        if moment is None or any(time.text in (one.time_text or "") for one in promised):
            continue
        before = heard.folded[max(frame.end, time.start - NEAR_CHARS) : time.start]
        if _UNTIL.search(before):
            continue
        others = _CLAUSES if _BACK.fullmatch(time.text) else _ANOTHERS
        is_last = (
            time.end <= first
            and not heard.folded[time.end : first].strip()
            and not others.search(_MEAL.sub(" ", before))
        )
        begins = _BEGINS.search(before) and _STARTED.match(heard.folded, time.end, heard.end)
        is_led = time.end <= first and _is_led(before, time, others)
        if is_last or begins or is_led or _TIME_NAMED.search(before):
            yield moment


def _is_led(before: str, time: Entity, others: re.Pattern[str]) -> bool:
    """Tell whether a time inside the first clause is told of the contact itself: '… Mei Lin on Sunday about stock'."""
    before = _MEAL.sub(" ", before)
    if others.search(before) or _TOPIC.search(before):
        return False
    return time.text.isascii() and (_LEADS.search(before) is not None or _BACK.fullmatch(time.text) is not None)
