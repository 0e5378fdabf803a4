"""A time inside a phrase: its 'by' or 前, and the phrase without it.

Promise: the words as they were written. Never: a time found (nlu.entities.times does that).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from nlu.entities.times import find_times, find_vague_times
from nlu.understanding import Entity, Moment, ParseContext

EDGES = " \t\n,，、;；:：.。!！-–—~"
_BY = re.compile(
    r"(?:\b(?:before|on|at|until|till|due(?: on| by)?|around|for|no later than|from"
    r"|(?<!come )(?<!drop )(?<!stop )(?<!swing )(?<!pop )(?<!pass )by)\s+(?:the\s+)?|@\s*"
    r"|在|于|(?<![聊谈说讲提达直])到|等(?:到)?|最晚|最迟|就)$",
    re.IGNORECASE | re.ASCII,
)
#: 'Check back in January', but 'check in Monday'.
_IN = re.compile(_BY.pattern.replace("before|", "in|before|", 1), re.IGNORECASE | re.ASCII)
_AFTERWARDS = re.compile(
    r"\s*(?:之前|以前|前(?!台|期|往|端)|之内|以内|内(?!容|部)|左右|的时候|时(?!间|候)|那天|当天|截止|到期)"
)


@dataclass(frozen=True)
class Timed:
    """A phrase without its time."""

    words: str
    due: Moment | None
    #: the words that name the time, with their 'by' or 前; vague ones such as 改天 too
    time_text: str | None


def time_span(folded: str, time: Entity, start: int, end: int) -> tuple[int, int]:
    """Give the span of a time with its 'by' or 前, inside [start, end)."""
    by = _IN if _is_long(time) else _BY
    before = by.search(folded, max(start, time.start - 16), time.start)
    after = _AFTERWARDS.match(folded, time.end, end)
    return (before.start() if before else time.start), (after.end() if after else time.end)


def _is_long(time: Entity) -> bool:
    moment = moment_of(time)
    return moment is not None and moment.grain in {"month", "quarter", "year"}


def is_only_time(folded: str, start: int, end: int, times: list[Entity]) -> bool:
    """Tell whether nothing but times stands in a span."""
    first, _ = time_span(folded, times[0], start, end)
    _, last = time_span(folded, times[-1], start, end)
    return not folded[start:first].strip(EDGES) and not folded[last:end].strip(EDGES)


def cut_out(text: str, start: int, end: int, hole: tuple[int, int]) -> str:
    """Give text[start:end] without a hole, one space where two words would meet."""
    before, after = text[start : max(start, hole[0])].rstrip(EDGES), text[min(end, hole[1]) : end].lstrip(EDGES)
    if not before or not after:
        return " ".join((before or after).strip(EDGES).split())
    gap = " " if before[-1].isascii() and after[0].isascii() else ""
    return " ".join((before + gap + after).strip(EDGES).split())


def moment_of(time: Entity | None) -> Moment | None:
    """Give the value of a time entity."""
    return time.value if time is not None and isinstance(time.value, Moment) else None


def is_ahead(time: Entity, context: ParseContext) -> bool:
    """Tell whether a time has not passed yet."""
    moment = moment_of(time)
    return moment is not None and (moment.end or moment.start) > context.now


#: a day without its year, and how far ahead it is none that somebody promises
BARE_DAY = re.compile(r"\d{1,2}\s?[/.-]\s?\d{1,2}|\d{1,2}月\d{1,2}[日号]?", re.ASCII)
_FAR_AHEAD = timedelta(days=300)


def is_past_day(time: Entity, context: ParseContext) -> bool:
    """Tell whether a day without its year is rather of a few days ago than of next year: 访丰茂 谈认证 11/17."""
    moment = moment_of(time)
    if moment is None or BARE_DAY.fullmatch(time.text.strip()) is None:
        return False
    return moment.start - context.now > _FAR_AHEAD


def take_time(text: str, folded: str, start: int, end: int, context: ParseContext) -> Timed:
    """Take the first time to come out of text[start:end]; else note a vague one."""
    times = find_times(folded, context.now, context.timezone, "future")
    due = next((one for one in times if start <= one.start and one.end <= end and is_ahead(one, context)), None)
    if due is not None:
        hole = time_span(folded, due, start, end)
        return Timed(cut_out(text, start, end, hole), moment_of(due), text[slice(*hole)].strip(EDGES))
    vague = [span for span in find_vague_times(folded, context.now, context.timezone) if start <= span[0] < end]
    words = " ".join(text[start:end].strip(EDGES).split())
    return Timed(words, None, text[slice(*vague[0])] if vague else None)
