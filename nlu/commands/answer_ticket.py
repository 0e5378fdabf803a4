"""Answer a ticket: 'reply 12: your parcel ...', 回复TK20260001：您好……. The customer gets it word for word."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._tickets import compile_all, number_of
from nlu.commands._utterance import Utterance, hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class AnswerTicket:
    """What to tell the customer of a ticket."""

    number: str
    #: word for word; empty if only the ticket was named
    text: str


_SEPARATOR = r"(?:\s*[:：,，\-–—]+\s*|\s+|(?<=\d)(?=[\u3400-\u9fff])|(?<=工单)(?=[\u3400-\u9fff])|(?<=[说是])(?=\S))"
_PATTERNS = compile_all(
    r"(?:reply|respond|answer|write back|re)(?:\s+to)?\s+TICKET(?:\s*(?:with|saying|that says|by "
    rf"saying))?(?:{_SEPARATOR}(?P<text>.*))?",
    rf"(?:tell|inform)\s+(?:the\s+)?customer\s+(?:of|on|in)\s+TICKET(?:\s*(?:that))?{_SEPARATOR}(?P<text>.*)",
    r"(?:回复|答复|回答|回一?下|回)(?:一下)?\s*TICKET(?:的客户)?(?:[,，]?\s*(?:说|内容(?:是"
    rf"|为)?))?(?:{_SEPARATOR}(?P<text>.*))?",
    rf"(?:给|对)TICKET\s*(?:回复|答复|回答)(?:{_SEPARATOR}|(?=\S))(?P<text>.*)",
    rf"(?=工单|tk|#|单号)TICKET\s*(?:回复|答复|回答|reply)(?:{_SEPARATOR}|(?=\S))(?P<text>.*)",
    r"TICKET\s*(?:回复|答复|reply|answer)\s*[:：]\s*(?P<text>.*)",
    rf"(?:告诉|通知)TICKET的客户{_SEPARATOR}?(?P<text>.*)",
)
_ASKS = re.compile(r"(?:了?吗|没有|没|了没|呢)\s*[?？]?$|^(?:了|过)", re.ASCII)


def read(text: str, context: ParseContext) -> AnswerTicket | None:  # noqa: ARG001 - the contract of a command
    """Read the ticket and the answer, which keeps its case, its punctuation and its own questions."""
    heard = hear(text)
    # Only the politeness before the command is set aside: 'thanks' at the end belongs to the answer.
    whole = Utterance(heard.text, heard.folded, heard.start, len(text.rstrip()))
    for pattern in _PATTERNS:
        match = pattern.fullmatch(whole.body)
        if match:
            said = whole.group(match, "text") or ""
            return None if _is_question(said) else AnswerTicket(number=number_of(match), text=said)
    return None


def _is_question(said: str) -> bool:
    """'回复12了吗' asks whether it was answered; an answer may ask whatever it likes."""
    return len(said) <= 4 and _ASKS.search(said) is not None


COMMAND = Command(label="answer_ticket", roles=STAFF, read=read, rank=30)
