"""A customer adds to his ticket: 'add to my ticket: ...', 补充工单：…, TK20260001 补充：…."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import CUSTOMER, Command
from nlu.commands._tickets import TICKET, number_of
from nlu.commands._utterance import Utterance, hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class TicketAdd:
    """What to add, word for word, and to which ticket (None: the newest)."""

    number: str | None
    text: str


_MARK = r"\s*[:：,，\-–—]+\s*"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII | re.DOTALL)
    for pattern in (
        r"(?:please )?(?:add|append)(?: (?:this|a (?:note|comment)|more(?: info(?:rmation)?)?|some "
        rf"details?))?\s+(?:to|on)\s+(?:my\s+|the\s+)?(?=ticket|case|tk|#)(?:(?:ticket|case)(?={_MARK})"
        rf"|{TICKET}){_MARK}(?P<text>.+)",
        rf"update\s+(?:on\s+)?(?:my\s+|the\s+)?(?:ticket|case){_MARK}(?P<text>.+)",
        rf"(?:补充|追加|更新)(?:一下)?(?:到)?(?:我的)?(?:工单|单子|投诉)(?:内容|信息|说明|里)?{_MARK}(?P<text>.+)",
        rf"(?:补充|追加)(?:一下)?(?:到)?(?=工单|单号|tk|#){TICKET}{_MARK}(?P<text>.+)",
        rf"(?:给|往|在)?(?:我的)?(?:(?=工单|单号|tk|#){TICKET}|工单)\s*(?:里)?(?:补充|追加|加)(?:一下|一点"
        rf"|一条|说明|内容|信息)?{_MARK}(?P<text>.+)",
    )
)


def read(text: str, context: ParseContext) -> TicketAdd | None:  # noqa: ARG001 - the contract of a command
    """Read what is to be added."""
    heard = hear(text)
    whole = Utterance(heard.text, heard.folded, heard.start, len(text.rstrip()))
    for pattern in _PATTERNS:
        match = pattern.fullmatch(whole.body)
        if match:
            number = number_of(match) if match.groupdict().get("number") else None
            return TicketAdd(number=number, text=whole.group(match, "text") or "")
    return None


COMMAND = Command(label="ticket_add", roles=CUSTOMER, read=read)
