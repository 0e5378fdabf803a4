"""List one's own customers: 我的客户, 'my accounts', 我有哪些A级客户, 'show me all my level B customers'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class ListAccounts:
    """Which of one's own customers are asked for."""

    #: S, A, B or C; None: of any level
    level: str | None = None


_SHOW_ZH = r"(?:查看|看看|看一?下|列出|列一?下|显示|查一?下|查|给我看?)*"
_LEVEL_ZH = r"(?:(?P<level>[SABC])\s*(?:级|类)的?)?"
_LEVEL_EN = r"(?:(?P<level2>[SABC])[- ](?:level|grade|tier)\s+|level\s+(?P<level3>[SABC])\s+)?"
_WHO_EN = r"(?:customers?|accounts?|clients?|companies)"
_PATTERNS = tuple(
    re.compile(pattern + r"[\s。.!！?？]*", FLAGS)
    for pattern in (
        rf"{_SHOW_ZH}(?:我|我们)(?:名下|手上|手里|负责|跟进|手头)?的?(?:所有|全部)?的?{_LEVEL_ZH}客户(?:列表|清单|名单|有哪些|都有谁|都有哪些)?",
        rf"(?:我|我们)(?:名下|手上|手里|手头)?(?:都|现在|目前)*有(?:哪些|什么|多少个?|几个){_LEVEL_ZH}客户(?:了|呢)?",
        r"(?:客户|我的客户)(?:列表|清单|名单)",
        rf"(?:show|list|see|view|display|give)?\s*(?:me\s+)?(?:all\s+)?(?:of\s+)?my\s+(?:own\s+)?{_LEVEL_EN}{_WHO_EN}(?:\s+list)?",
        rf"(?:which|what|how many)\s+{_LEVEL_EN}{_WHO_EN}\s+(?:do i have|are mine|do i (?:look after|own|manage))",
        r"(?:my\s+)?(?:customer|account|client) list",
    )
)


def read(text: str, context: ParseContext) -> ListAccounts | None:  # noqa: ARG001 - the contract of a command
    """Read which of one's own customers are to be listed."""
    body = hear(text).body
    match = next((found for pattern in _PATTERNS if (found := pattern.fullmatch(body))), None)
    if match is None:
        return None
    levels = (said for name, said in match.groupdict().items() if name.startswith("level") and said)
    return ListAccounts(level=next((said.upper() for said in levels), None))


COMMAND = Command(label="list_accounts", roles=STAFF, read=read, rank=56)
