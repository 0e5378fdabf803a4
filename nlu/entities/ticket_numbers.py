"""Ticket numbers: TK20260001, '#20260001', 'ticket 12', 工单12, 12号工单.

Promise: a full number comes out as TK + digits, a short one as its digits. Never: a look-up.
"""

from __future__ import annotations

import re

from nlu.simplified import simplified
from nlu.understanding import Entity, ParseContext

#: TK + year + at least four digits (crm_core.models.tickets); shorter numbers are an id or the end of a number.
_NUMBER = re.compile(
    r"(?<![A-Za-z\d])tk[-\s#]?(?P<full>20\d{6,10})(?!\d)"
    r"|(?:\bticket|\bcase|工单|单号|编号)\s?(?:number|no\.?|num|号|编号)?\s?[:#]?\s?(?:tk-?)?(?P<named>\d{1,12})(?![\d.:%]|\s?[ap]m\b)"
    r"|(?<![\w#&])#\s?(?:tk-?)?(?P<hash>\d{1,12})(?!\d)"
    r"|(?<![\d.])(?P<before>\d{1,12})号工单",
    re.IGNORECASE | re.ASCII,
)
_YEARLY = re.compile(r"20\d{6,10}")


def find(text: str, context: ParseContext) -> list[Entity]:  # noqa: ARG001 - the contract of a kind
    """Find the ticket numbers of a text, in order."""
    return [
        Entity("ticket_number", text[slice(*match.span())], *match.span(), _value(match))
        for match in _NUMBER.finditer(simplified(text))
    ]


def _value(match: re.Match[str]) -> str:
    digits = match["full"] or match["named"] or match["hash"] or match["before"]
    return normalise_number(digits)


def normalise_number(digits: str) -> str:
    """Write digits as a ticket number: 20260001 as TK20260001, 12 as 12."""
    return f"TK{digits}" if _YEARLY.fullmatch(digits) else digits.lstrip("0") or "0"
