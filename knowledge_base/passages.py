"""An answer -> the short passages that are searched beside the questions.

Promise: pure; whole sentences where possible, in order, bounded in length and number. Never: a model.
"""

from __future__ import annotations

import re

#: Length of a passage in letters of English; a Chinese character counts as `HAN_WEIGHT` of them (both about 60 tokens).
PASSAGE_WEIGHT = 240
HAN_WEIGHT = 3
#: Passages of one answer that are searched by meaning; the words of the rest are searched all the same.
MAX_PASSAGES = 6

_SENTENCE = re.compile(r"[^。！？!?.\n；;]*(?:[。！？!?\n；;]+|\.(?!\s)|\.\s+|$)")
_HAN = re.compile("[\u3400-\u9fff]")


def split_answer(answer: str, limit: int = MAX_PASSAGES) -> list[str]:
    """Cut an answer into at most `limit` passages of whole sentences, the first ones of it."""
    passages: list[str] = []
    current, weight = "", 0
    for sentence in _sentences(answer):
        added = _weight(sentence)
        if current and weight + added > PASSAGE_WEIGHT:
            passages.append(current)
            current, weight = "", 0
        current, weight = f"{current} {sentence}".strip(), weight + added
    passages.append(current)
    return [passage for passage in passages if passage][:limit]


def _sentences(answer: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCE.findall(answer) if sentence.strip()]


def _weight(text: str) -> int:
    han = len(_HAN.findall(text))
    return HAN_WEIGHT * han + len(text) - han
