"""Stages of the sales funnel by their names and everyday words: contacted, qualified, proposal, negotiation, won, lost.

Promise: the default stages' keys (design.md, section 9). Linear in the text.
"""

from __future__ import annotations

import re

from nlu.simplified import simplified
from nlu.understanding import Entity, ParseContext

_PATTERNS = (
    ("lost", r"\b(?:closed[- ]lost|lost|dead deal)\b|输单|丢单|失单|丢了|没谈成|流失单|输掉|黄了"),
    ("won", r"\b(?:closed[- ]won|won|deal closed|signed)\b|赢单|成交|签单|签约|中标|拿下|已签"),
    ("negotiation", r"\b(?:negotiat(?:ion|ions|ing|e)|contracting)\b|商务谈判|谈判|议价|商务阶段|合同谈判|谈合同"),
    ("proposal", r"\b(?:proposal|quot(?:e|ed|ing|ation)|proposing)\b|方案报价|方案阶段|报价阶段|已报价|报价|提案|方案"),
    (
        "qualified",
        r"\b(?:qualified|qualification|qualifying|needs? (?:confirmed|analysis))\b|需求确认|确认需求|需求分析"
        r"|需求阶段|需求明确",
    ),
    ("contacted", r"\b(?:contacted|initial contact|first contact|new lead)\b|初步接触|初步沟通|初次接触|刚接触|已联系"),
)
_COMPILED = tuple((stage, re.compile(pattern, re.IGNORECASE | re.ASCII)) for stage, pattern in _PATTERNS)


def find(text: str, context: ParseContext) -> list[Entity]:  # noqa: ARG001 - the contract of a kind
    """Find the words that name a stage, in order."""
    folded = simplified(text)
    found = [
        Entity("stage", text[slice(*match.span())], *match.span(), stage)
        for stage, pattern in _COMPILED
        for match in pattern.finditer(folded)
    ]
    found.sort(key=lambda one: (one.start, -one.end))
    return [one for index, one in enumerate(found) if all(one.start >= other.end for other in found[:index])]


def stage_of(text: str) -> str | None:
    """Name the stage that a phrase speaks of; None where it speaks of none."""
    folded = simplified(text)
    return next((stage for stage, pattern in _COMPILED if pattern.search(folded)), None)
