"""Close a ticket: 'close 12', 关闭工单12, 'ticket 12 is solved'."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._tickets import compile_all, find_command, number_of
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class CloseTicket:
    """Which ticket to close."""

    number: str


_PATTERNS = compile_all(
    r"(?:close|resolve|solve|shut|end)\s+(?:out\s+)?TICKET(?:\s+(?:as|it'?s)\s+(?:solved|resolved|done|closed))?",
    r"mark\s+TICKET\s+(?:as\s+)?(?:solved|resolved|closed)",
    r"(?=ticket|case|tk|#)TICKET\s+(?:is|has been|can be)?\s*(?:closed?|solved|resolved)(?:\s+now)?",
    r"(?:关闭|关掉|关单|结单|结案|结束|完结|解决|了结|关)(?:了|一下)?\s*(?!任务|待办)TICKET(?:吧|了)?",
    r"(?:把|将)?TICKET\s*(?:可以|已经?|先|给|标记为|标为|设为|改为|状态改为)*(?:关闭|关掉|关了|关单|关一?下"
    r"|结单|结案|结掉|完结|已?解决|处理完毕?|close掉?)(?:了|吧|掉)?",
    r"标记\s*TICKET\s*(?:为)?(?:已)?(?:解决|关闭)",
)


def read(text: str, context: ParseContext) -> CloseTicket | None:  # noqa: ARG001 - the contract of a command
    """Read which ticket to close."""
    match = find_command(hear(text), _PATTERNS)
    return CloseTicket(number=number_of(match)) if match else None


COMMAND = Command(label="close_ticket", roles=STAFF, read=read)
