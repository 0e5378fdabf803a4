"""Undo the last thing: 'undo', 撤销, 撤回刚才那条."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._guards import is_negated, is_question
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class Undo:
    """Take back what was written last."""


_LAST = (
    r"(?:\s*(?:that|it|this|last|the last|my last|previous|the previous|one|entry|action|change|log|record"
    r"|thing|step|please|,|now))*"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"(?:undo|revert|roll ?back|take back|scratch)(?:\s*一下)?{_LAST}",
        r"take (?:it|that) back|undo\s*(?:刚才|上一?)(?:那?(?:个|条))?",
        r"(?:(?:我)?(?:记|录|写|弄|搞|点|发|操作)错(?:了|人了|客户了)?[,，。\s]*)?(?:把)?(?:刚才|刚刚|上面"
        r"|上一?|最后|最近)?(?:那|的|这|一|次|修改|操作)*(?:条|个|步)?(?:记录)?(?:给我)?"
        r"(?:撤销|撤回|回退|回滚|还原|撤掉|撤一下)(?:一下|掉|刚才|刚刚|上一?|最后|最近|那|这|一|次|的|条|个"
        r"|步|操作|记录|修改|互动|任务|了)*",
        r"(?:我)?(?:记|录)错了",
    )
)


def read(text: str, context: ParseContext) -> Undo | None:  # noqa: ARG001 - the contract of a command
    """Read whether the last thing is to be taken back."""
    body = hear(text).body
    if not body or is_question(body) or is_negated(body):
        return None
    return Undo() if any(pattern.fullmatch(body) for pattern in _PATTERNS) else None


COMMAND = Command(label="undo", roles=STAFF, read=read)
