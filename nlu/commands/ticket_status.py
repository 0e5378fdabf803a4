"""A customer asks after his ticket: 'where is my ticket', 我的工单到哪了, TK20260001 进度."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import CUSTOMER, Command
from nlu.commands._tickets import TICKET, number_of
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class TicketStatus:
    """Which ticket is asked after; None: the newest."""

    number: str | None


_STATE = (
    r"(?:怎么样了?|到哪(?:里|儿|一步)?了?|处理(?:得)?(?:怎么样|到哪|好|完)?了?(?:没有?|吗)?|进度(?:怎么样|如何"
    r"|呢)?|进展(?:怎么样|如何|呢)?|状态(?:是什么|怎么样|呢)?|解决了?(?:没有?|吗)?|有(?:结果|进展|回复"
    r"|消息)了?(?:没有?|吗)?|呢|如何了?|啥情况|什么情况|情况)"
)
_MINE = (
    r"(?:(?:what(?:'s| is| about)|where(?:'s| is)|how(?:'s| is)|any (?:news|update|updates|progress) (?:on"
    r"|about|with|for)|status of|update on|check(?: on)?|show(?: me)?|track|(?:can|could) i (?:see|check))\s+)"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"{_MINE}(?:the\s+)?(?:status|state|progress)?\s*(?:of\s+|on\s+)?(?:my|the)\s+(?:open |last "
        r"|latest )?(?:support )?(?:ticket|case)s?(?:\s+(?:status|now|going|doing|coming along))*[?\s]*",
        r"(?:my\s+)?(?:ticket|case)(?:'s)?\s+(?:status|progress|update)[?\s]*|my tickets?[?\s]*",
        rf"{_MINE}?(?:the\s+)?(?:status|state|progress)?\s*(?:of\s+|on\s+)?(?:my\s+)?(?=ticket|case|tk"
        rf"|#){TICKET}(?:\s*(?:status|progress|update|进度|进展|状态))?[?\s]*",
        r"(?:查(?:一下|询|看)?|看(?:一下|看|下)?)?(?:我的|我那个|我提的|我之前的?|我上次的?)(?:那个"
        rf"|那张)?(?:工单|单子|投诉|ticket)(?:的)?(?:{_STATE})?[?？]*",
        r"(?:查(?:一下|询|看)?|看(?:一下|看|下)?)(?:一下)?工单(?:的)?(?:进度|进展|状态|处理情况)?[?？]*"
        rf"|工单(?:的)?(?:{_STATE})[?？]*",
        rf"(?:查(?:一下|询|看)?|看(?:一下|看|下)?)?(?=工单|单号|tk|#){TICKET}(?:的)?\s*(?:{_STATE})?[?？]*",
    )
)


def read(text: str, context: ParseContext) -> TicketStatus | None:  # noqa: ARG001 - the contract of a command
    """Read which ticket is asked after."""
    body = hear(text).body
    for pattern in _PATTERNS:
        match = pattern.fullmatch(body) if body else None
        if match:
            number = number_of(match) if match.groupdict().get("number") else None
            return TicketStatus(number=number)
    return None


COMMAND = Command(label="ticket_status", roles=CUSTOMER, read=read)
