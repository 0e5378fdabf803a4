"""What looks like a command and is none: questions, negations, wishes and plans.

Promise: judges the words before and at a command's verb, never its content. Never: a record, a reply.
"""

from __future__ import annotations

import re

_QUESTION = re.compile(
    r"^(?:did|do|does|have you|has|had you|was|were|is|are|am|what|when|where|which|who|whom|whose|why|how"
    r"|should|shall|can i|can we|could i|"
    r"could we|may i|would it|will it|any)\b|[?？]\s*$|(?:right|correct|isn't it|did(?:n't)? (?:i|we|you)"
    r"|have(?:n't)? (?:i|we|you))\s*[?？]\s*$|"
    r"吗|[呢么嘛]\s*[?？。]?$|怎么|怎样|咋|如何|为什么|为啥|是不是|有没有|是否|谁|什么|哪[个里些位天]|几点"
    r"|多少|对吧|是吧|没有\s*[?？]",
    re.IGNORECASE | re.ASCII,
)
_NEGATION = re.compile(
    r"\b(?:don'?t|do not|didn'?t|did not|never|no need|needn'?t|not|won'?t|haven'?t|hasn'?t|hadn'?t|isn'?t"
    r"|wasn'?t|couldn'?t|can'?t|cannot|"
    r"without|stop|forgot|forget|failed to|unable|instead of|no)\b|别(?!的|人|墅|克)|不要|不用|不必|无需"
    r"|不需要|勿|没|未(?!来)|不想|不准|禁止|忘|先不|不(?=[记录登拜打联发提创新添])",
    re.IGNORECASE | re.ASCII,
)
_UNREAL = re.compile(
    r"\b(?:if|whenever|unless|suppose|should|would|might|could|plan(?:ning)? to|going to|about to|want to"
    r"|wants to|hope to|used to|"
    r"will|gonna|i'll|we'll|i'd|you|your)\b|如果|假如|要是|假设|万一|打算|准备|计划|应该|可能|也许|将"
    r"|会(?=[去给跟拜打])|要(?=[去给跟拜])|想(?=[去给跟拜])|需要去|你|您",
    re.IGNORECASE | re.ASCII,
)


def is_question(words: str) -> bool:
    """Tell whether a clause asks something."""
    return _QUESTION.search(words.strip()) is not None


def is_negated(words: str) -> bool:
    """Tell whether a clause denies or forbids."""
    return _NEGATION.search(words) is not None


def is_unreal(words: str) -> bool:
    """Tell whether a clause speaks of a wish, a plan, a condition or of the reader, instead of what happened."""
    return _UNREAL.search(words) is not None
