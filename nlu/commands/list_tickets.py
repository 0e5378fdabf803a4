"""List tickets: 'open tickets', 待处理工单, 'overdue tickets', 'my tickets'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nlu.commands._command import STAFF, Command
from nlu.commands._guards import is_negated
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext

Which = Literal["open", "mine", "overdue", "unassigned", "solved", "all"]


@dataclass(frozen=True, kw_only=True)
class ListTickets:
    """Which tickets to list."""

    which: Which


_WHICH: tuple[tuple[Which, re.Pattern[str]], ...] = (
    ("overdue", re.compile(r"overdue|late|breach|past due|逾期|超时|过期|超期|快到期|sla", re.IGNORECASE)),
    ("unassigned", re.compile(r"unassigned|nobody|no one|没人接|未分配|没有分配|无人|待分配", re.IGNORECASE)),
    (
        "mine",
        re.compile(
            r"\bmy\b|\bmine\b|assigned to me|我的|分配给我|分给我|我名下|我手上|我负责", re.IGNORECASE | re.ASCII
        ),
    ),
    ("solved", re.compile(r"solved|closed|resolved|已解决|解决了的|已关闭|已完成|已结", re.IGNORECASE)),
    ("all", re.compile(r"\ball\b|every|所有|全部", re.IGNORECASE | re.ASCII)),
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        r"(?:(?:show|list|see|view|get|display|check)(?: me)?|what(?:'s| is| are)|which|any|are there(?: "
        r"any)?|do (?:i|we) have(?: any)?|how many|give me)?\s*"
        r"(?:all|the|my|our|any)?\s*(?:of the |of my )?(?:(?:all|the|my|our|new|open|overdue|late|pending"
        r"|waiting|unanswered|unsolved|unassigned|solved|closed|"
        r"resolved|urgent|current|outstanding|active|support|customer)\s+)*(?:tickets|ticket (?:list|queue))"
        r"(?:\s+(?:are|that are|which are|is)?\s*(?:open|overdue|late|pending|waiting|unassigned|mine"
        r"|assigned to me|there|today|now|in the queue))*\s*\??",
        r"(?:(?:show|open|check)(?: me)? )?(?:the |my )?(?:inbox|ticket queue|queue)",
        r"(?:查看|看看|看一?下|看|列出|列一?下|显示|打开|查一?下?|list|给我看看?)?(?:现在|目前|今天"
        r"|还)?(?:有(?:哪些|什么|没有|多少|几个)?)?"
        r"(?:所有|全部|我的|我名下的?|我手上的?|我负责的?|分配给我的?|分给我的?|待处理|待回复|待解决|待分配"
        r"|未处理|未回复|未解决|未分配|未完成|没处理|没人接|没有分配|没回复|没解决|处理中|"
        r"进行中|逾期|超时|超期|过期|快超时|快到期|已解决|已关闭|新|紧急|开放|待办|最新|当前|open|overdue|的|了|个)*"
        r"(?:工单|ticket|单子)s?(?:列表|队列|清单)?(?:有?(?:哪些|什么|多少|几个)|列一?下|列出来|看一?下)?[?？]?",
        r"(?:打开|看一?下|查看)?(?:我的)?收件箱",
    )
)


def read(text: str, context: ParseContext) -> ListTickets | None:  # noqa: ARG001 - the contract of a command
    """Read which tickets are asked for; 'open' where nothing is said."""
    body = hear(text).body
    if not body or not any(pattern.fullmatch(body) for pattern in _PATTERNS) or is_negated(body.replace("没", "")):
        return None
    if body.lower() in {"ticket", "tickets?", "单子"}:
        return None
    return ListTickets(which=next((which for which, pattern in _WHICH if pattern.search(body)), "open"))


COMMAND = Command(label="list_tickets", roles=STAFF, read=read)
