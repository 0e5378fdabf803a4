"""Times in zh and en, resolved against a clock: 下周二下午三点, 'end of next month', 三天后, 'Tue 3pm', Q3.

Promise: aware values in the speaker's zone; a wall-clock time that daylight saving skips moves forward; linear in the
text. Weeks start on Monday. A part of the day without a clock time (明天上午) is a Moment with `grain`
"hour" and `has_time` False, from the part's first working hour. Never: a time inside a phone, a price or a code.

Rulings (design.md, section 9): 下周二 and 'next Tuesday' are in the calendar week after this one; a weekday alone is
the next one to come or the last one gone, never today; due without a time is 18:00.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from nlu.entities.time_grammar.combine import Found, combine, scan
from nlu.entities.time_grammar.reading import Frame, Rule, local
from nlu.entities.time_grammar.resolve import resolve
from nlu.entities.time_grammar.vague import find_vague
from nlu.simplified import simplified
from nlu.understanding import Entity, Moment, ParseContext, Tense

#: When a day ends for whoever promised something by it.
DUE_HOUR = 18
#: Where no time is looked for: addresses, long numbers, codes and versions. Every repetition is bounded, so that a long
#: run of letters or digits is read once and not once from each of its places.
_OPAQUE = re.compile(
    r"https?://\S{1,2000}|www\.\S{1,2000}|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,253}"
    r"|\+?\d[\d ]{0,24}(?:-\d{3,12}){1,6}|\d{7,}"
    r"|\b(?!t\d{2}:)[A-Z]{1,24}[-_]?\d[\w-]{0,48}[-./]\d[\w.-]{0,64}"
    r"|\bv\d{1,9}(?:\.\d{1,9}){1,8}|(?<![\d.])\d{1,9}\.\d{1,9}\.\d{1,9}(?:\.\d{1,9}){0,8}",
    re.IGNORECASE | re.ASCII,
)
_ISO_LIKE = re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?", re.ASCII)
_PAST_WORDS = re.compile(
    r"了|过(?!两|几|后|来)|刚|昨|上周|上个|已经?|之前|\b(?:was|were|had|did|met|called|spoke|talked|visited"
    r"|sent|got|yesterday|ago|last|just|been|asked|said)\b",
    re.IGNORECASE | re.ASCII,
)
_CLAUSE_END = re.compile(r"[,，;；。!！?？\n]|\.\s")
#: Characters on either side of a time in which its clause is looked for.
_CLAUSE_CHARS = 400


def find(text: str, context: ParseContext) -> list[Entity]:
    """Find the times of a text; each clause's words decide between what happened and what is due."""
    zone = context.timezone
    ahead = find_times(text, context.now, zone, "future")
    if not ahead or not _PAST_WORDS.search(text):
        return ahead
    past = {(one.start, one.end): one for one in find_times(text, context.now, zone, "past")}
    return [
        past.get((one.start, one.end), one) if guess_tense(text, one.start, one.end) == "past" else one for one in ahead
    ]


def guess_tense(text: str, start: int, end: int) -> Tense:
    """Tell by its clause whether a time lies in the past or is yet to come."""
    first, last = max(0, start - _CLAUSE_CHARS), end + _CLAUSE_CHARS
    ends = [match.end() for match in _CLAUSE_END.finditer(text, first, start)]
    after = _CLAUSE_END.search(text, end, last)
    clause = text[ends[-1] if ends else first : after.start() if after else last]
    return "past" if _PAST_WORDS.search(clause) else "future"


def find_times(text: str, now: datetime, zone: ZoneInfo, tense: Tense) -> list[Entity]:
    """Find every time expression, in order, none overlapping; values are Moments.

    `now` is aware; `tense` chooses between the next Tuesday and the last one.
    """
    return list(_find_times(text, now, zone, tense))


@lru_cache(maxsize=64)  # every grammar that reads a message asks for its times: few texts, each many times
def _find_times(text: str, now: datetime, zone: ZoneInfo, tense: Tense) -> tuple[Entity, ...]:
    frame = Frame(now.astimezone(zone), tense)
    folded = simplified(text)
    found = combine(folded, _outside_opaque(folded, scan(folded, _rules(), frame)), frame)
    return tuple(entity for one in found if (entity := _entity(text, one, frame)) is not None)


def resolve_time(text: str, now: datetime, zone: ZoneInfo, tense: Tense) -> Moment | None:
    """Resolve the first time expression of an answer, such as 下周二吧; None if there is none."""
    found = find_times(text, now, zone, tense)
    moment = found[0].value if found else None
    return moment if isinstance(moment, Moment) else None


def find_vague_times(text: str, now: datetime, zone: ZoneInfo) -> list[tuple[int, int]]:
    """Find spans that speak of a time which nobody can resolve ('soon', 改天): they have to be asked for."""
    known = [(one.start, one.end) for one in find_times(text, now, zone, "future")]
    return [span for span in find_vague(simplified(text)) if not any(_overlap(span, other) for other in known)]


def due_at(moment: Moment, zone: ZoneInfo) -> datetime:
    """Give when something promised for that moment is due: the time said, else 18:00 of its last day.

    A part of the day is due when it begins, a week on its Friday.
    """
    if moment.has_time or moment.grain == "hour":
        return moment.start
    last = _last_day(moment, zone)
    frame = Frame(moment.start.astimezone(zone), "future")
    return local(frame, last, time(DUE_HOUR))


def _last_day(moment: Moment, zone: ZoneInfo) -> date:
    first = moment.start.astimezone(zone).date()
    if moment.end is None:
        return first
    last = moment.end.astimezone(zone).date() - timedelta(days=1)
    return first + timedelta(days=4) if moment.grain == "week" and (last - first).days == 6 else last


def _entity(text: str, found: Found, frame: Frame) -> Entity | None:
    if found.reading.is_weak:
        return None
    moment = resolve(found.reading, frame)
    if moment is None:
        return None
    return Entity(kind="time", text=text[found.start : found.end], start=found.start, end=found.end, value=moment)


def _outside_opaque(text: str, found: list[Found]) -> list[Found]:
    opaque = [match.span() for match in _OPAQUE.finditer(text) if not _ISO_LIKE.fullmatch(match[0])]
    ends = [end for _, end in opaque]
    return [one for one in found if not _is_inside(one, opaque, ends)]


def _is_inside(one: Found, opaque: list[tuple[int, int]], ends: list[int]) -> bool:
    """Tell whether the first opaque span that ends after the reading's begin overlaps it; spans are in order."""
    place = bisect_right(ends, one.start)
    return place < len(opaque) and opaque[place][0] < one.end


def _overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] < second[1] and second[0] < first[1]


@lru_cache(maxsize=1)
def _rules() -> tuple[Rule, ...]:
    from nlu.entities.time_grammar import (
        chinese_clock,
        chinese_days,
        chinese_periods,
        english_clock,
        english_days,
        english_periods,
        holidays,
        lunar,
        nth_days,
        numeric_dates,
        solar_terms,
    )

    chinese, english = (chinese_days, chinese_periods, chinese_clock), (english_days, english_periods, english_clock)
    modules = (*chinese, *english, numeric_dates, holidays, lunar, solar_terms, nth_days)
    return tuple(rule for module in modules for rule in module.RULES)
