"""A message on its way through the grammars: its words, its traditional characters folded, its politeness set aside.

Promise: offsets refer to the text as given. Never: a meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.simplified import simplified

_PREFIX = re.compile(
    r"(?:(?:um+|uh+|uhm|er+|erm|hmm+|well|hi|hey|hello|ok|okay|please|pls|plz|kindly|bot|crmbot|also|so|btw"
    r"|by the way)\b|"
    r"(?P<asked>(?:can|could|would|will) you(?: please)?|would you mind|能不能|可不可以|能否|可否|可以|能(?=帮|给|记))|"
    r"(?:i want you to|i(?:'d| would) like (?:you )?to|i (?:need|want) to|help me(?: to)?|let me|let's)\b|"
    r"你好|您好|嗨|喂|请问?|麻烦(?:你|您)?|劳烦|帮(?:我|忙)(?:一下)?|给我|替我|我想要?|我需要|我要|那么?"
    r"|顺便|赶紧|好的|嗯|对了|"
    r"机器人|小助手|助手)[\s,，:：!！。~～]*",
    re.IGNORECASE | re.ASCII,
)
_SUFFIX = re.compile(
    r"[\s,，。.!！~～]*(?:吧|好吗|好不好|可以吗|行吗|行不行|谢谢(?:你|您|啦|了)?|多谢|感谢|thanks(?: a "
    r"lot)?|thank you|thx|please|pls|呗|哈|哦|啦)?"
    r"[\s,，。.!！~～]*$",
    re.IGNORECASE | re.ASCII,
)
_POLITE_QUESTION = re.compile(r"[\s,，]*(?:吗|好吗|可以吗|行吗)?[\s?？]*$")
#: More politeness than this is a conversation.
_MOST_PREFIXES = 5


@dataclass(frozen=True)
class Utterance:
    """A message and the part of it, [start, end), in which a command can stand."""

    text: str
    #: the text with traditional characters as simplified ones; same length
    folded: str
    start: int
    end: int

    @property
    def body(self) -> str:
        """The folded words without their politeness."""
        return self.folded[self.start : self.end]

    def said(self, start: int, end: int) -> str:
        """Give the words of the text as they were written, trimmed."""
        return self.text[start:end].strip()

    def group(self, match: re.Match[str], name: str) -> str | None:
        """Give a group of a match on the body as it was written, or None."""
        if match[name] is None:
            return None
        return self.said(self.start + match.start(name), self.start + match.end(name)) or None


def hear(text: str) -> Utterance:
    """Set politeness aside: 'could you please ...?', 帮我……好吗."""
    folded = simplified(text)
    start, was_asked = 0, False
    for _ in range(_MOST_PREFIXES):
        match = _PREFIX.match(folded, start)
        if match is None:
            break
        was_asked = was_asked or match["asked"] is not None
        start = match.end()
    end = len(folded)
    if was_asked:  # 'can you log ...?' is no question
        end = start + _trimmed(folded[start:end], _POLITE_QUESTION)
    end = start + _trimmed(folded[start:end], _SUFFIX)
    start += len(folded[start:end]) - len(folded[start:end].lstrip())
    return Utterance(text, folded, start, max(start, end))


def _trimmed(text: str, ending: re.Pattern[str]) -> int:
    """Give the length of a text without its ending; only the last characters are searched, so the cost is bounded."""
    tail = max(0, len(text) - 24)
    match = ending.search(text, tail)
    return match.start() if match else len(text)
