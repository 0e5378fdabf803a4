"""Add a question-answer pair: 'add faq: Q: ... A: ...', 添加知识 问：… 答：…, 'kb add ... => ...'; lines are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._utterance import Utterance, hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class AddKnowledge:
    """A question and its answer, word for word; either is empty where it was not given."""

    question: str
    answer: str


_FLAGS = re.IGNORECASE | re.ASCII | re.DOTALL
_HEAD = re.compile(
    r"(?:(?:please\s+)?(?:add|create|new|save|insert|publish)\s+(?:(?:a|an|this|new|the|to"
    r"|another)\s+)*(?:faq|q\s?&\s?a|knowledge(?: base)?|kb|article)(?:\s+(?:entry|article|item|pair"
    r"|base))?"
    r"|(?:faq|kb|knowledge)\s+(?:add|new)|new faq"
    r"|(?:添加|新增|增加|新建|创建|录入|补充|写入|收录|加|add)(?:一条|一个|一篇|条|个"
    r"|到)?(?:新的?)?(?:知识库?|问答对?|faq|常见问题|知识条目|知识点)|知识库?\s*(?:新增|添加|增加|补充"
    r"|加)(?:一条)?|知识新增)"
    r"[\s:：,，\-–—]*",
    _FLAGS,
)
_QUESTION = r"(?:q(?:uestion)?|标准问题|问题|问)\s*[:：.、)\s]\s*"
_ANSWER = r"(?:a(?:nswer)?|标准答案|答案|回答|答)\s*[:：.、)]\s*"
_PAIRS = (
    re.compile(rf"(?:{_QUESTION})(?P<question>.+?)[\s;；,，|/]*(?:(?<![A-Za-z]){_ANSWER})(?P<answer>.+)", _FLAGS),
    re.compile(rf"(?P<question>.+?)[\s;；,，|/]*(?:(?<![A-Za-z]){_ANSWER})(?P<answer>.+)", _FLAGS),
    re.compile(r"(?P<question>.+?)\s*(?:=>|->|→|⇒|==>|\|\|?|——+)\s*(?P<answer>.+)", _FLAGS),
    re.compile(r"(?P<question>[^\n]+?)\s*\n\s*(?P<answer>.+)", _FLAGS),
    re.compile(r"(?P<question>[^?？\n]{2,200}[?？])\s*(?P<answer>.+)", _FLAGS),
)
#: Without a head, only the two marks together say that a pair is meant.
_BARE = re.compile(
    r"(?:q|问|问题|标准问题|question)\s*[:：]\s*(?P<question>.+?)[\s;；,，|/]*(?:(?<![A-Za-z])(?:a|答|答案"
    r"|answer)\s*[:：]\s*)(?P<answer>.+)",
    _FLAGS,
)
_ASKS_HOW = re.compile(r"\s*(?:怎么|如何|吗|在哪|\?|？)", re.ASCII)


def read(text: str, context: ParseContext) -> AddKnowledge | None:  # noqa: ARG001 - the contract of a command
    """Read the pair as it was typed; a head without a pair gives empty fields, so that the pair can be asked for."""
    heard = hear(text)
    whole = Utterance(heard.text, heard.folded, heard.start, len(text.rstrip()))
    bare = _BARE.fullmatch(whole.body)
    if bare:
        return _pair(whole, bare)
    head = _HEAD.match(whole.body)
    if head is None or _ASKS_HOW.match(whole.body, head.end()):
        return None
    rest = Utterance(whole.text, whole.folded, whole.start + head.end(), whole.end)
    if not rest.body.strip():
        return AddKnowledge(question="", answer="")
    match = next((found for pattern in _PAIRS if (found := pattern.fullmatch(rest.body))), None)
    return _pair(rest, match) if match else AddKnowledge(question=rest.said(rest.start, rest.end), answer="")


def _pair(heard: Utterance, match: re.Match[str]) -> AddKnowledge:
    return AddKnowledge(question=heard.group(match, "question") or "", answer=heard.group(match, "answer") or "")


COMMAND = Command(label="add_knowledge", roles=STAFF, read=read, rank=20)
