"""Show a ticket: 'ticket 12', 看工单TK20260001."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._tickets import compile_all, number_of
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class ShowTicket:
    """Which ticket to show."""

    #: TK20260001, or the short number as typed
    number: str


_PATTERNS = compile_all(
    r"(?:show|open|view|see|read|get|display|check|pull up|look at|details? (?:of|for|on)|what(?:'s| is) "
    r"(?:in|up with))\s+(?:me\s+)?"
    r"(?=ticket|case|the ticket|#|tk)TICKET(?:\s+(?:in full|details?))?\??",
    r"(?=ticket|case|tk|#)TICKET(?:\s*(?:details?|status|详情|看一?下|内容))?",
    r"(?:查看|看看?|看一?下|打开|显示|展示一?下?|调出|查一?下?|查询|读一?下)(?:一下)?(?=工单|单号|tk|#|投诉"
    r"|\d+号)TICKET(?:的?(?:详情|内容|详细内容|情况|进展|进度|状态))?",
    r"(?=工单|单号|tk|#)TICKET(?:的?(?:详情|内容|详细内容|历史记录|对话|聊天记录|情况|进展|进度|状态"
    r"|看一?下))?(?:是什么|怎么样了?)?",
)


def read(text: str, context: ParseContext) -> ShowTicket | None:  # noqa: ARG001 - the contract of a command
    """Read which ticket to show; asking for its state is showing it."""
    body = hear(text).body
    match = next((found for pattern in _PATTERNS if (found := pattern.fullmatch(body))), None)
    return ShowTicket(number=number_of(match)) if match else None


COMMAND = Command(label="show_ticket", roles=STAFF, read=read)
