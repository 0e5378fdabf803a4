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
        rf"(?:把|将)?(?:这条|这个)?线索\s*{_NAME}(?:可以|能|该|要|已经?)?(?:转化?|转换|变|转正)(?:为"
        rf"|成)?(?:正式|新)?(?:的)?(?:客户|商机"
        rf"|客户和商机)?了?",
        rf"(?:把|将){_NAME}(?:这条|这个|的)?线索(?:转化?|转换)(?:为|成)?(?:正式|新)?(?:客户|商机|客户和商机)?",
        rf"(?:转化?|转换)(?:一下)?线索[:：\s]*{_NAME}(?:为客户)?",
        rf"(?:convert|qualify)\s+(?:the\s+)?lead\s+{_NAME}(?:\s+(?:in)?to\s+(?:an?\s+)?(?:account|customer"
        rf"|client|opportunity|deal))?",
        rf"(?:把|将)?{_NAME}(?:的|这|那|该|条|个|\s)*线索(?:可以|能|该|要|已经?|就|直接|先|给我|帮我)*(?:转化?"
        rf"|转换|转正|变)(?:为|成|一?下|掉)*(?:正式|新)?(?:的)?"
        r"(?:客户|商机|客户和商机)?(?:了|吧)*",
        rf"(?:把|将){_NAME}(?:从线索)(?:转化?|转换|转|变|升)(?:级)?(?:为|成)(?:正式|新)?(?:的)?(?:客户|商机)(?:了|吧)*",
        rf"(?:转化?|转换)(?:一下|掉)?{_NAME}(?:的|这|那|该|条|个|\s)*线索(?:为客户|成客户)?(?:吧)?",
        rf"(?:convert|qualify|promote|turn)\s+(?:the\s+|our\s+|my\s+|this\s+)?{_NAME}(?:'s)?\s+lead(?:\s+(?:now"
        rf"|in)?(?:to)?\s*(?:an?\s+)?(?:account|customer"
        r"|client|opportunity|deal))?(?:\s+now)?",
        r"(?:the\s+)?(?:lead\s+(?P<name2>[^,;:?]{2,40}?)"
        r"|(?P<name3>[^,;:?]{2,40}?)(?:'s)?\s+lead)\s+(?:is\s+|has\s+|can be\s+|should be\s+)*(?:converted"
        r"|qualified)"
        r"(?:\s+(?:now|already))?(?:[,;]\s*(?:please\s+)?convert (?:it|him|her|them))?",
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
    if match is None:
        return None
    groups = match.groupdict()
    name = groups.get("name") or groups.get("name2") or groups.get("name3") or ""
    if is_negated(body.replace(name, "X", 1)):
        return None
    return ConvertLead(mention=name.strip(" \"'“”"))


COMMAND = Command(label="convert_lead", roles=STAFF, read=read, rank=33)
