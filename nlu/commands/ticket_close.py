"""A customer closes his ticket: 'close my ticket', 关闭工单."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import CUSTOMER, Command
from nlu.commands._guards import is_negated, is_question
from nlu.commands._tickets import TICKET, number_of
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class TicketClose:
    """Which ticket to close; None: the newest."""

    number: str | None


_SOLVED = (
    r"(?:(?:it'?s|it is|that'?s|the problem is|problem|issue)?\s*(?:solved|resolved|fixed|done)(?: "
    r"now)?[,.;!\s]*(?:so |and |please |you can )*)?"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"{_SOLVED}close\s+(?:(?:my|the|this)\s+)?(?:(?:support )?(?:ticket|case)|(?=ticket|case|tk|#){TICKET})",
        rf"(?:my\s+|the\s+)?(?:(?:ticket|case)|(?=ticket|case|tk|#){TICKET}) can be closed",
        r"(?:(?:问题)?(?:已经?)?(?:解决|好|搞定)了?[,，。\s]*(?:可以|请|帮我)?)?(?:关闭|关掉|关了|结束"
        rf"|撤销|取消|撤回)(?:一下)?(?:我的|这个|该)?(?:工单|单子|(?=工单|tk|#){TICKET})(?:吧|了)?",
        rf"(?:把)?(?:我的|这个)?(?:工单|单子|(?=工单|tk|#){TICKET})(?:可以)?(?:关闭|关掉|关了|结束|撤销"
        r"|取消)(?:吧|了|掉)?",
    )
)


def read(text: str, context: ParseContext) -> TicketClose | None:  # noqa: ARG001 - the contract of a command
    """Read which ticket to close."""
    body = hear(text).body
    match = next((found for pattern in _PATTERNS if body and (found := pattern.fullmatch(body))), None)
    if match is None or is_question(body) or is_negated(body):
        return None
    return TicketClose(number=number_of(match) if match.groupdict().get("number") else None)


COMMAND = Command(label="ticket_close", roles=CUSTOMER, read=read)
