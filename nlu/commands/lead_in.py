"""A customer says that a question is coming: 'I wanted to ask', 'quick question', 请问一下, 我有个问题想咨询.

People type in bursts; such a line answers nothing and asks nothing, so it must become neither a ticket nor a miss.
Promise: only a line that holds nothing of the question itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import CUSTOMER, Command
from nlu.simplified import simplified
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class LeadIn:
    """Nothing is known of the question yet."""


_LONGEST = 60
_HELLO = (
    r"(?:(?:hi|hello|hey|excuse me|sorry|so|ok|okay|well|also|and)\b|你好|您好|嗨|亲|那个?|还有|另外|对了)?[\s,.!~]*"
)
_END = r"[\s,.!。:…~]*"
_SOMETHING = (
    r"(?: (?:something|a (?:quick |small )?(?:question|thing)|(?:some|a few) (?:questions|things)|one (?:more )?thing))"
)
_ASK = rf"ask(?: you(?: guys)?)?{_SOMETHING}?(?: (?:about something|please))?"
_PATTERNS = tuple(
    re.compile(_HELLO + pattern + _END, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"i(?:'d like| would like| (?:just )?want(?:ed)?| (?:just )?need(?:ed)?| was going) to {_ASK}",
        rf"(?:can|could|may) i (?:please )?{_ASK}\s*\??",
        r"(?:i(?:'ve| have|'ve got| have got| got| had) )?(?:an? |one |another |one more |some |just a )?"
        r"(?:quick |small |short )?questions?(?: for you)?(?: please)?",
        r"(?:我)?(?:就是|只是)?(?:想|要|需要)?(?:跟你|向你|向您|跟您)?(?:请问|请教|咨询|问|打听|了解)(?:一下|下"
        r"|问)?(?:你们?|您)?(?:一?[个点些]|几个)?"
        r"(?:问题|事情?|东西)?[吧呢哈啊]?",
        r"(?:我)?(?:这边)?有(?:一?[个点些]|几个)?(?:小)?(?:问题|事情?|疑问)(?:要|想|需要)?(?:跟你|向你|向您|跟您)?"
        r"(?:请问|请教|咨询|问|打听|了解)?(?:一下|下|问)?(?:你们?|您)?[吧呢哈啊]?",
        r"打扰(?:一下|了|下)?",
    )
)


def read(text: str, context: ParseContext) -> LeadIn | None:  # noqa: ARG001 - the contract of a command
    """Tell whether a question is only announced."""
    if len(text) > _LONGEST:
        return None
    folded = simplified(text)
    return LeadIn() if any(pattern.fullmatch(folded) for pattern in _PATTERNS) else None


COMMAND = Command(label="lead_in", roles=CUSTOMER, read=read, rank=70)
