"""Say what a ticket is about: 'ticket 12 is a complaint', 工单12改为投诉, 'move 12 to questions'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nlu.commands._command import STAFF, Command
from nlu.commands._tickets import compile_all, find_command, number_of
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext

Kind = Literal["complaint", "question", "after_sales", "request"]


@dataclass(frozen=True, kw_only=True)
class ReclassifyTicket:
    """Which ticket, and what it is about."""

    number: str
    kind: Kind


_KINDS: tuple[tuple[Kind, str], ...] = (
    ("complaint", r"complaints?|投诉"),
    ("after_sales", r"after[- ]sales|售后"),
    ("request", r"(?:service )?requests?|请求|申请|需求"),
    (
        "question",
        r"(?:plain |simple |normal )?(?:questions?|inquir(?:y|ies)|enquir(?:y|ies))|(?:普通)?(?:咨询|提问|问题)",
    ),
)
_KIND = f"(?P<kind>{'|'.join(pattern for _kind, pattern in _KINDS)})"
_PATTERNS = compile_all(
    rf"TICKET\s+(?:is|was)(?: really| actually| just)? (?:an? )?{_KIND}",
    rf"(?:move|change|reclassify|set|turn|convert|mark|make|switch)\s+TICKET(?:\s+(?:in)?to|\s+as)?\s+(?:an? )?{_KIND}",
    rf"(?:把|将)?TICKET\s*(?:的?类型|的?种类)?(?:改[成为到]?|转[成为到]?|归[为到类]*|标[为成记]*|移到|其实是|应该是|应该算|算是?|是|属于)(?:一个|类型)?{_KIND}(?:类|工单|单)?",
)


def read(text: str, context: ParseContext) -> ReclassifyTicket | None:  # noqa: ARG001 - the contract of a command
    """Read which ticket gets which kind."""
    match = find_command(hear(text), _PATTERNS)
    if match is None:
        return None
    kind = next(kind for kind, pattern in _KINDS if re.fullmatch(pattern, match["kind"], re.IGNORECASE))
    return ReclassifyTicket(number=number_of(match), kind=kind)


COMMAND = Command(label="reclassify_ticket", roles=STAFF, read=read, rank=20)
