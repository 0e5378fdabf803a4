"""Ask for quotes or contracts: 华为的报价; 'contracts of Acme', 我的合同列表."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class ListPapers:
    """Which papers, of whom; None for all that the asker may see."""

    which: Literal["quotes", "contracts"]
    mention: str | None = None


_SHOW = r"(?:(?:查看|看看|看一下|看下|查一下|查下|查|列出|显示|show(?: me)?|list|see|get|find)\s*)?"
_WHICH = r"(?P<which>报价单?|合同|quotes?|quotations?|contracts?)"
_PATTERNS = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        rf"{_SHOW}(?:my|our|all|the|我的|所有的?|全部)?\s*{_WHICH}\s*(?:列表|清单|list)?",
        rf"{_SHOW}(?P<name>(?!.*(?:给|发了|签了|待审批|待批|\d))[^,，:：;；?？]{{2,40}}?)(?:有哪些"
        rf"|有什么|的|'s)\s*(?:所有)?{_WHICH}(?:列表|清单|有哪些|有什么)?",
        rf"{_SHOW}(?:the\s+|all\s+)?{_WHICH}\s+(?:of|for|with|to)\s+(?P<name>[^,:;?]{{2,40}}?)",
        rf"(?:what|which)\s+{_WHICH}\s+(?:do we have|are there|did we (?:send"
        rf"|sign))\s*(?:for|with|to)?\s*(?P<name>[^,:;?]{{2,40}}?)?",
    )
)


def read(text: str, context: ParseContext) -> ListPapers | None:  # noqa: ARG001 - the contract of a command
    """Read whose quotes or contracts are asked for."""
    heard = hear(text)
    body = heard.body.rstrip("?？ ")
    match = next((found for pattern in _PATTERNS if (found := pattern.fullmatch(body))), None)
    if match is None:
        return None
    which = match["which"].lower()
    name = match.groupdict().get("name")
    return ListPapers(which="contracts" if which.startswith(("合同", "contract")) else "quotes", mention=name or None)


COMMAND = Command(label="list_papers", roles=STAFF, read=read, rank=46)
