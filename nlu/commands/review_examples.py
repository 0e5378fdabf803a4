"""Look through what the bot could learn: 'review suggestions', 审核建议, 'what should the bot learn?'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class ReviewExamples:
    """The list of proposals, nothing more."""


_PATTERN = re.compile(
    r"(?:(?:review|show|list|open|check)(?: me)?(?: the| all| new)?|any|what are the) ?"
    r"(?:(?:learning |training |proposed )?suggestions|proposed (?:examples|questions)|(?:learning|training) proposals)"
    r"|what (?:should|can|could) (?:the bot|you) learn"
    r"|(?:审核|查看|看看?|列出|打开|处理)(?:一下|下)?(?:学习|训练|待学习的?|新的?)?(?:建议|例句建议|学习建议|候选例句|候选问法)(?:列表)?"
    r"|(?:有(?:什么|哪些)?)(?:新的?|待审核的?)?(?:学习建议|例句建议|候选例句|候选问法)|(?:机器人|你)?(?:该|应该)学(?:点|些)?什么",
    re.IGNORECASE | re.ASCII,
)


def read(text: str, context: ParseContext) -> ReviewExamples | None:  # noqa: ARG001 - the contract of a command
    """Read whether the proposals are asked for."""
    body = hear(text).body.rstrip("?？。.!！ ")
    return ReviewExamples() if _PATTERN.fullmatch(body) else None


COMMAND = Command(label="review_examples", roles=STAFF, read=read, rank=20)
