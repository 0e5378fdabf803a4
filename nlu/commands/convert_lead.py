"""Make a lead a customer: 把线索何雨晴转为客户, 'convert lead Steve Harmon'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class ConvertLead:
    """Which lead becomes a customer."""

    mention: str


_NAME = r"(?P<name>[^,，。:：;；?？]{1,60}?)"
_PATTERNS = tuple(
    re.compile(pattern + r"[\s。.!]*", FLAGS)
    for pattern in (
        rf"(?:把|将)?(?:这条|这个)?线索\s*{_NAME}(?:可以|能|该|要|已经?)?(?:转化?|转换|变|转正)(?:为|成)?(?:正式|新)?(?:的)?(?:客户|商机"
        rf"|客户和商机)?了?",
        rf"(?:把|将){_NAME}(?:这条|这个|的)?线索(?:转化?|转换)(?:为|成)?(?:正式|新)?(?:客户|商机|客户和商机)?",
        rf"(?:转化?|转换)(?:一下)?线索[:：\s]*{_NAME}(?:为客户)?",
        rf"(?:convert|qualify)\s+(?:the\s+)?lead\s+{_NAME}(?:\s+(?:in)?to\s+(?:an?\s+)?(?:account|customer"
        rf"|client|opportunity|deal))?",
        rf"(?:convert|turn|make)\s+(?:the\s+)?{_NAME}\s+lead\s+(?:into\s+)?(?:an?\s+)?(?:account|customer"
        rf"|client|opportunity|deal)",
    )
)


def read(text: str, context: ParseContext) -> ConvertLead | None:  # noqa: ARG001 - the contract of a command
    """Read which lead is to become a customer."""
    body = hear(text).body
    if is_reported(body) or is_question(body):
        return None
    match = next((found for pattern in _PATTERNS if (found := pattern.fullmatch(body))), None)
    if match is None or is_negated(body.replace(match["name"], "X", 1)):
        return None
    return ConvertLead(mention=match["name"].strip(" \"'“”"))


COMMAND = Command(label="convert_lead", roles=STAFF, read=read, rank=33)
