"""Take a ticket on: 'take 12', 我来处理12."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._tickets import compile_all, find_command, number_of
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class TakeTicket:
    """Which ticket the speaker takes on."""

    number: str


_PATTERNS = compile_all(
    r"(?:i(?:'ll| will| can)?\s+)?(?:take(?: over| on)?|grab|claim|pick up|own|handle)\s+TICKET",
    r"assign\s+TICKET\s+to\s+(?:me|myself)",
    r"(?:我来?|由我来?|让我来?)?(?:处理|接手|接管|接|认领|领取|领|跟进|跟|抢|负责|拿下|受理)(?:一下)?(?=.*\d)TICKET",
    r"接单\s*TICKET",
    r"(?:把|将)?TICKET(?:\s*(?:分配?|指派|转|派)给我|(?:由|让)?我来?(?:处理|接手|接|跟|跟进|负责|受理"
    r"|take)?了?|归我|给我)",
    r"(?:分配?|指派|转|派)(?:给我)?\s*TICKET\s*(?:给我)?",
)


def read(text: str, context: ParseContext) -> TakeTicket | None:  # noqa: ARG001 - the contract of a command
    """Read which ticket is taken on."""
    heard = hear(text)
    match = find_command(heard, _PATTERNS)
    if match is None or (heard.body.startswith("跟进") and "工单" not in heard.body and "tk" not in heard.body.lower()):
        return None
    return TakeTicket(number=number_of(match))


COMMAND = Command(label="take_ticket", roles=STAFF, read=read)
