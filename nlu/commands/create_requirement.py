"""Record what a customer needs: 新增需求 华为：支持OCR识别，优先级高; 'new requirement from Acme: API export'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class CreateRequirement:
    """What is needed; empty or None where nothing was said."""

    title: str
    mention: str | None = None
    #: high, medium or low
    priority: str | None = None
    is_potential: bool = False


_NEW_ZH = r"(?:新增|新建|添加|创建|录入?|登记|记录?|提交?|加|建)(?:一下|一个|一条|个|条|了)?\s*(?:新的?)?"
_HEADS = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        r"(?:给|为|帮)(?P<name>[^,，:：;；]{2,40}?)"
        + _NEW_ZH
        + r"(?P<kind>潜在|现有)?(?:客户)?需求(?!列表|确认|阶段|分析)[:：,，\s]*",
        _NEW_ZH + r"(?P<kind>潜在|现有)?(?:客户)?需求(?!列表|确认|阶段|分析|的)[:：,，\s]*",
        r"(?P<name>[^,，:：;；?？]{2,30}?)(?:那边|这边)?(?:提出|提了?"
        r"|有)(?:了)?(?:一?[个条])?新?(?:的)?(?P<kind>潜在)?需求[:：,，\s]+",
        r"(?P<name>[^,，:：;；?？]{2,30}?)(?:的)(?P<kind>潜在)?(?:新)?需求[:：]\s*",
        r"(?:新需求|客户需求)[:：,，\s]+",
        r"(?:new|add|create|log|record|register|enter)\s+(?:(?:a|an|the|new"
        r"|another)\s+)*(?P<kind>potential\s+)?(?:customer\s+)?"
        r"requirement\b\s*(?:record)?\s*[:,-]?\s*",
    )
)
_PRIORITY = (
    (
        "high",
        r"(?:优先级|优先)[:：是为]?(?:最?高)|高优先级|(?:(?:比较|很|非常|特别|挺)(?:紧急|着急|急)"
        r"|(?<!不)紧急)(?=$|[,，。;；])|加急|(?:high"
        r"|top)[- ]priority|priority\s*(?:is|:)?\s*high|urgent",
    ),
    ("low", r"(?:优先级|优先)[:：是为]?低|低优先级|不(?:着)?急|low[- ]priority|priority\s*(?:is|:)?\s*low|not urgent"),
    (
        "medium",
        r"(?:优先级|优先)[:：是为]?(?:中等?|普通|一般)|中(?:等)?优先级|(?:medium|normal)[- ]priority"
        r"|priority\s*(?:is|:)?\s*(?:medium|normal)",
    ),
)
#: a level that stands alone at the end: 'SSO with Okta, low'
_LAST_WORD = re.compile(r"[,，;；、]\s*(?P<level>high|medium|low|高|中|低)\s*[.。]?\s*$", FLAGS)
_LEVELS = {"high": "high", "medium": "medium", "low": "low", "高": "high", "中": "medium", "低": "low"}
_WITH = re.compile(
    r"(?:from|for|by|of|at)\s+(?P<name>[^,，:：;；]{2,60}?)\s*(?:[:：,，-]\s*|$|\s(?=needs"
    r"|wants))(?P<rest>.*)",
    FLAGS,
)
_NAMED = re.compile(r"(?:客户[是为:：]?|来自)?\s*(?P<name>[^,，:：;；]{2,30}?)\s*[:：,，]\s*(?P<rest>.+)", FLAGS)
_WANTS = re.compile(r"(?P<name>[^,，:：;；]{2,16}?)(?P<rest>(?:希望|需要|想要?|要求)[^,，].{2,})")
_EDGES = " \t,，;；:：。.、-–\"'“”"


def read(text: str, context: ParseContext) -> CreateRequirement | None:  # noqa: ARG001 - the contract of a command
    """Read who needs what, and how soon."""
    heard = hear(text)
    if is_reported(heard.body) or is_question(heard.body):
        return None
    head = next((match for pattern in _HEADS if (match := pattern.match(heard.body))), None)
    if head is None or is_negated(head[0]):
        return None
    groups = head.groupdict()
    rest, priority = _take_priority(heard.said(heard.start + head.end(), heard.end))
    mention = groups.get("name")
    if mention is None:
        named = _WITH.fullmatch(rest) or _NAMED.fullmatch(rest) or _WANTS.fullmatch(rest)
        mention, rest = (named["name"], named["rest"]) if named else (None, rest)
    return CreateRequirement(
        title=rest.strip(_EDGES),
        mention=mention.strip(_EDGES) if mention else None,
        priority=priority,
        is_potential=(groups.get("kind") or "").strip() in {"潜在", "potential"},
    )


def _take_priority(rest: str) -> tuple[str, str | None]:
    for priority, pattern in _PRIORITY:
        match = re.search(pattern, rest, FLAGS)
        if match:
            before, after = rest[: match.start()].rstrip(_EDGES), rest[match.end() :].lstrip(_EDGES)
            return f"{before}, {after}".strip(_EDGES) if before and after else before or after, priority
    last = _LAST_WORD.search(rest)
    return (rest[: last.start()], _LEVELS[last["level"].lower()]) if last else (rest, None)


COMMAND = Command(label="create_requirement", roles=STAFF, read=read, rank=36)
