"""Teach a sentence: 'teach: where is my parcel => ticket_status', 教你：我的快递呢 = 查工单, or without the intent."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class TeachExample:
    """A sentence, and the word for its intent as it was said; None: it has to be asked for."""

    text: str
    intent: str | None


_FLAGS = re.IGNORECASE | re.ASCII
_HEAD = re.compile(
    r"(?:teach(?: the bot| yourself)?|learn|(?:add|new) (?:an? )?(?:training )?(?:example|utterance))\s*[:：]\s*|"
    r"(?:教(?:你|机器人)?(?:一句话?|学)?|学(?:习|一下|一句)|(?:添加|新增|加)(?:一[个条])?(?:例句|训练句|样本)|"
    r"记住这句话?)\s*[:：]\s*",
    _FLAGS,
)
_PAIR = re.compile(
    r"(?P<text>.+?)\s*(?:=>|->|→|⇒|==?|\bmeans\b|\bis (?:an? )?(?=[a-z_]+$)|的?意思是|(?:应该)?属于|应该是|就?是指)\s*"
    r"(?P<intent>[^\s=>].{0,40})",
    _FLAGS,
)
_QUOTES = "\"'“”‘’「」『』 "


def read(text: str, context: ParseContext) -> TeachExample | None:  # noqa: ARG001 - the contract of a command
    """Read the sentence as it was typed, and what it is said to be."""
    heard = hear(text)
    # what is taught may end politely, so nothing is trimmed at the end
    body = heard.text[heard.start :].strip()
    head = _HEAD.match(body)
    if head is None:
        return None
    rest = body[head.end() :].strip()
    pair = _PAIR.fullmatch(rest)
    said, intent = (pair["text"], pair["intent"].strip(_QUOTES + ".。")) if pair else (rest, None)
    said = said.strip(_QUOTES)
    return TeachExample(text=said, intent=intent or None) if said else None


COMMAND = Command(label="teach_example", roles=STAFF, read=read, rank=20)
