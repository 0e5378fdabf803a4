"""What the customer said to a quote: 报价QT20260001客户接受了; 'quote QT20260001 was rejected: too dear'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_negated, is_question
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class UpdateQuote:
    """Which quote, and what it is now: sent, accepted or rejected."""

    number: str
    status: str


_SUBJECT = r"(?:把|将|the\s+)?(?:报价单?|quote|quotation)?\s*(?P<number>QT\d{8,13})\s*[:：,，]?\s*"
_REASON = r"(?:[\s,，:：;；—-]+\S.*)?"
_STATUSES = tuple(
    (status, re.compile(_SUBJECT + rf"(?:{words})" + _REASON, FLAGS))
    for status, words in (
        (
            "accepted",
            r"(?:已经?)?(?:被)?(?:客户|对方)?(?:已经?)?(?:接受|同意|认可|确认)了?|(?:is"
            r"|was|has been|got)?\s*(?:accepted|approved)(?: by .{2,30})?",
        ),
        (
            "rejected",
            r"(?:已经?)?(?:被)?(?:客户|对方)?(?:已经?)?(?:拒绝|拒|否决|不接受|没接受)了?|(?:is|was"
            r"|has been|got)?\s*(?:rejected|declined|refused)(?: by .{2,30})?",
        ),
        ("sent", r"(?:已经?)?(?:发送?|发出)(?:给客户)?了?|(?:is|was|has been)?\s*sent"),
    )
)


def read(text: str, context: ParseContext) -> UpdateQuote | None:  # noqa: ARG001 - the contract of a command
    """Read which quote was accepted, rejected or sent."""
    body = hear(text).body
    if is_question(body):
        return None
    for status, pattern in _STATUSES:
        match = pattern.fullmatch(body)
        if match is not None and (status == "rejected" or not is_negated(body)):
            return UpdateQuote(number=match["number"].upper(), status=status)
    return None


COMMAND = Command(label="update_quote", roles=STAFF, read=read, rank=38)
