"""The frame of a report: how the contact was made, with whom, and where its content begins.

Promise: plain values. Never: a pattern of a language (_log_english.py, _log_chinese.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._mentions import Mention
from nlu.entities.times import find_times
from nlu.understanding import Entity, Moment, ParseContext

#: 端午前, 春节前一周, 'before Christmas'; not 三天前, 一小时前, 节前 alone
_DEADLINE = re.compile(
    r"(?<![天日周月年时钟分秒期久刻半之以目先会饭])(?:之前|以前|前)(?:[一两二三四五六七八九十\d半]+个?(?:天|周|星期|礼拜|月))?$|^(?:before|by|until)\b",
    re.IGNORECASE | re.ASCII,
)


_CLOCK = re.compile(
    r"(?:早上|上午|中午|下午|晚上|傍晚)?\s*[\d零一二两三四五六七八九十]{1,3}(?:[点时:：][\d零一二三四五六七八九十半刻钟分]*)?\s*(?:am|pm|a\.m\.|p\.m\.)?|noon|midday",
    re.IGNORECASE | re.ASCII,
)


_WEEKDAY = re.compile(
    r"(?:(?:on|at)\s+)?(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b.{0,24}"
    r"|(?:周|星期|礼拜)[一二三四五六日天](?!.{0,6}(?:以来|之前|前)).{0,12}",
    re.IGNORECASE | re.ASCII,
)
_HALF = re.compile(r"[早上中下晚午傍凌]|[ap]\.?m|noon|midday", re.IGNORECASE)
_OFFICE_OPENS = 7


@dataclass(frozen=True)
class LogFrame:
    """What the words before the content say."""

    kind: str | None
    mentions: tuple[Mention, ...]
    #: the content begins here
    end: int
    #: the words that claim that it happened: everything up to the content, without the names
    claim: str
    #: 'log ...' or 记录: a command whatever tense follows
    is_explicit: bool
    #: may lie inside the frame, where its verb is content as well
    content_start: int
    #: None: the content goes on to the end
    content_end: int | None = None


class Times:
    """The times of a text as of what happened, for looking up by place."""

    def __init__(self, text: str, context: ParseContext) -> None:
        self.found = find_times(text, context.now, context.timezone, "past")
        self.now = self._now = context.now

    def at(self, start: int) -> Entity | None:
        """Give the time that begins at a place."""
        return next((one for one in self.found if one.start == start), None)

    def within(self, start: int, end: int) -> list[Entity]:
        """Give the times inside a span."""
        return [one for one in self.found if start <= one.start and one.end <= end]

    def is_ahead(self, time: Entity) -> bool:
        """Tell whether a time has not come yet."""
        return isinstance(time.value, Moment) and time.value.start > self._now

    def told(self, start: int, end: int) -> list[Entity]:
        """Give the times inside a span that may tell when something happened: no 端午前, which is a deadline."""
        return [one for one in self.within(start, end) if not _DEADLINE.search(one.text)]

    def is_bare_weekday(self, time: Entity) -> bool:
        """Tell whether a time is a weekday of no particular week, with or without its hour: 周五下午, 'Tuesday 3pm'."""
        return isinstance(time.value, Moment) and _WEEKDAY.fullmatch(time.text.strip()) is not None

    def may_be_ahead(self, time: Entity) -> bool:
        """Tell whether a clock time alone, read as yesterday's or last night's, may be one of today still to come."""
        moment = time.value
        if not isinstance(moment, Moment) or not _CLOCK.fullmatch(time.text):
            return False
        now = self._now.astimezone(moment.start.tzinfo)
        hour = moment.start.hour + 12 * (moment.start.hour < _OFFICE_OPENS and not _HALF.search(time.text))
        today = moment.start.replace(year=now.year, month=now.month, day=now.day, hour=hour)
        return today > now

    def past(self, start: int, end: int) -> Moment | None:
        """Give the first time inside a span that has come already."""
        moments = [one.value for one in self.within(start, end) if isinstance(one.value, Moment)]
        return next((moment for moment in moments if moment.start <= self._now), None)

    def future(self, start: int, end: int) -> Moment | None:
        """Give the first time inside a span that has not come yet."""
        moments = [one.value for one in self.within(start, end) if isinstance(one.value, Moment)]
        return next((moment for moment in moments if moment.start > self._now), None)

    def has_future(self, start: int, end: int) -> bool:
        """Tell whether a time inside a span has not come yet."""
        return self.future(start, end) is not None
