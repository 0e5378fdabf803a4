"""List one's tasks: 'my tasks', 我的任务, 今天有什么待办, 'what is due this week'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._timing import moment_of, time_span
from nlu.commands._utterance import Utterance, hear
from nlu.entities.times import find_times
from nlu.understanding import Moment, ParseContext


@dataclass(frozen=True, kw_only=True)
class ListTasks:
    """Which of one's open tasks to list."""

    #: what falls due in it; None: all
    period: Moment | None = None
    is_overdue: bool = False
    #: the colleague whose tasks they are, as said; None: the speaker's own
    whose: str | None = None


_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        r"(?:(?:show|list|see|view|get|give|check|display|open)(?: me)?|what(?:'s| is| are)|which|any|do i "
        r"have(?: any)?|what do i have)?\s*(?:all\s+)?(?:on\s+)?"
        r"(?:of\s+)?(?:my|the|our)?\s*(?:(?:open|overdue|pending|current|remaining|next|upcoming"
        r"|outstanding|unfinished|late)\s+)*"
        r"(?:tasks?|to-?dos?|to ?do ?list|task ?list|reminders?|agenda|schedule"
        r"|follow-?ups?)(?:\s+list)?(?:\s+(?:are\s+|is\s+)?(?:due|for|overdue|left|open|do i have|that are "
        r"due))*\s*",
        r"what(?:'s| is| are)?\s*(?:still\s+)?(?:due|overdue|on my (?:plate|list|agenda|calendar)|next"
        r"|coming up)\s*(?:for me)?",
        r"what (?:do i (?:have|need) to do|have i got to do|should i do|must i do|am i supposed to do)",
        r"(?:查看|看看?|看一?下|列出|列一?下|显示|查一?下?|给我看看?|把)?(?:我)?(?:的|还|要|有|都|需要"
        r"|该)*(?:哪些|什么|啥|多少|几个)?(?:的|要|到期|逾期|未完成|没完成|没做完|进行中|过期|超期|待处理"
        r"|所有|全部|open|overdue)*"
        r"(?:任务|待办|代办|日程|安排|to-?do|提醒|跟进)(?:事项|列表|清单)?(?:有|还有|还剩)?(?:哪些|什么|啥"
        r"|多少|几个)?(?:发我看看|看一?下|到期|要到期|要做|没做完)?",
        r"(?:我)?(?:还|都)?(?:要|该|需要|得)(?:做|干|办|处理|跟进)(?:些)?(?:什么|哪些|啥)(?:事(?:情)?)?",
        r"(?:我)?(?:还)?有(?:什么|哪些|啥)(?:事(?:情)?|要做的|没做完的?|没完成的?|到期的?|要跟进的?)(?:要做|要办)?",
        r"(?:我)?(?:还)?有(?:没有?|无)(?:什么)?(?:逾期|过期|超期|到期|没做完|未完成"
        r"|没完成)?的?(?:任务|待办|跟进)(?:吗|没有)?",
        r"(?:any|are there any|do i have any)\s+(?:overdue|late|open|pending)?\s*(?:tasks?|to-?dos?|follow-?ups?)",
        r"(?:什么|哪些|有什么|有哪些)(?:任务)?(?:到期|要到期|逾期)(?:了)?",
    )
)
_OF = re.compile(r"\s*\b(?:of|for|does|has|is)\s+$", re.IGNORECASE)
_OWN = re.compile(r"^(?:'s|’s|(?:手里|手上|手头|名下|那边|这边)?的?)?\s*(?:have|do)?\s*", re.IGNORECASE)
_LED = re.compile(r"\b(?:for|on|by|before|until)\s+(?:the\s+)?$", re.IGNORECASE | re.ASCII)
_OVERDUE = re.compile(r"overdue|late|逾期|过期|超期", re.IGNORECASE)


def read(text: str, context: ParseContext) -> ListTasks | None:
    """Read which tasks are asked for."""
    whose, own = _take_colleague(text, context)
    rest, period = _take_period(hear(own), context)
    if not rest or not any(pattern.fullmatch(rest) for pattern in _PATTERNS):
        return None
    return ListTasks(period=period, is_overdue=_OVERDUE.search(rest) is not None, whose=whose)


def _take_colleague(text: str, context: ParseContext) -> tuple[str | None, str]:
    """Take a colleague's name out of the question: 李明今天有什么任务, "Sarah's tasks", 'tasks of Sarah'."""
    names = context.find_names(text) if context.find_names else ()
    one = next((name for name in names if name.is_colleague), None)
    if one is None:
        return None, text
    before = _OF.sub("", text[: one.start])
    return text[one.start : one.end], f"{before}{_OWN.sub('', text[one.end :])}".strip()


def _take_period(heard: Utterance, context: ParseContext) -> tuple[str, Moment | None]:
    """Take the period out of the question; what is left is compared with the patterns."""
    times = find_times(heard.folded, context.now, context.timezone, "future")
    inside = [one for one in times if heard.start <= one.start and one.end <= heard.end]
    if not inside:
        return heard.body.strip(" ?？"), None
    _, end = time_span(heard.folded, inside[0], heard.start, heard.end)
    before = _LED.sub("", heard.folded[heard.start : inside[0].start])
    rest = before.rstrip() + " " + heard.folded[end : heard.end].lstrip("的 ")
    compact = rest.strip(" ?？")
    return (compact if compact.isascii() else compact.replace(" ", "")), moment_of(inside[0])


COMMAND = Command(label="list_tasks", roles=STAFF, read=read, rank=55)
