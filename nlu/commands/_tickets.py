"""How a ticket is named in a command: 12, #12, TK20260001, 工单12, 'ticket 12', 12号工单.

Promise: the number as nlu.entities.ticket_numbers writes it. Never: a look-up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlu.commands._guards import is_negated, is_question
from nlu.commands._utterance import Utterance
from nlu.entities.ticket_numbers import normalise_number

#: Matches a ticket's number with the words around it; the digits are the group `number`.
TICKET = (
    r"(?:the\s+)?(?:(?:ticket|case|工单|单号|单子|投诉单?|编号)\s*(?:number|no\.?|num|号"
    r"|编号)?\s*)?[#＃]?\s*(?:tk?[-\s]?)?(?P<number>\d{1,12})"
    r"(?:号|\s*(?:号)?(?:工单|ticket|单子))?"
)


def compile_all(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """Compile patterns in which TICKET stands for a ticket's number."""
    return tuple(re.compile(one.replace("TICKET", TICKET), re.IGNORECASE | re.ASCII | re.DOTALL) for one in patterns)


def find_command(heard: Utterance, patterns: Iterable[re.Pattern[str]]) -> re.Match[str] | None:
    """Match the whole message; None for a question or a denial."""
    body = heard.body
    for pattern in patterns:
        match = pattern.fullmatch(body)
        if match:
            return None if is_question(body) or is_negated(body) else match
    return None


def number_of(match: re.Match[str]) -> str:
    """Give the ticket number of a match of TICKET."""
    return normalise_number(match["number"])
