"""Words that promise a time without naming one: 改天, 过几天, 'soon', 'sometime next week'. They have to be asked for.

Promise: spans only, never a date. Never: an overlap with what the rules resolve (the caller removes those).
"""

from __future__ import annotations

import re

_VAGUE = re.compile(
    r"改天|改日|过几天|过两天|过些天|过些日子|过段时间|过一段时间|过一阵子?|几天后|几天内|几周后|几个月后"
    r"|回头|有空(?:时|的时候)?|有时间(?:时|的时候)?|尽快|尽早|近期|"
    r"不久(?:之?后)?|稍后|晚些时候|晚点|晚一点|抽空|择日|找个?时间|这两天|这几天|下次|节后|年后|月内|"
    r"\b(?:soon(?:ish)?|later|some ?time(?: soon)?|some day|someday|one day|another day|another time|(?:in "
    r")?a few (?:days|weeks|months)|"
    r"(?:in )?(?:several|some) (?:days|weeks|months)|(?:in )?a while|shortly|eventually|asap|as soon as "
    r"possible|next time|"
    r"when (?:i|we|he|she|they) (?:have|has) time|at some point|the other day|recently|one of these days)\b",
    re.IGNORECASE | re.ASCII,
)


def find_vague(text: str) -> list[tuple[int, int]]:
    """Find spans that speak of a time which nobody can resolve, in order."""
    return [match.span() for match in _VAGUE.finditer(text)]
