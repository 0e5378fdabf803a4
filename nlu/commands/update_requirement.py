"""Move a requirement on: 需求DE20260001客户已确认：邮件回复可以; 'requirement SSO login is delayed: waiting for legal'.

Promise: a requirement by its code or by its name after the word 需求 or requirement, with the status that was said and
the words that go with it. Never: a requirement that is only asked about, or whose state somebody else claims.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_question
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class UpdateRequirement:
    """Which requirement stands where."""

    #: its code, or words of its title
    mention: str
    #: todo, doing, delayed, done or closed
    status: str
    #: why it is late or opened again, or how the customer confirmed it
    words: str | None = None


_CODE = r"DE\d{8,13}"
_SEP = r"[\s,，:：;；。—–-]*"
_REST = rf"(?:{_SEP}(?:因为|原因是?|理由是?|because\s+(?:of\s+)?|reason\s*:?\s*|as\s+)?\s*(?P<words>\S.*?))?"
#: what begins an order to write a new one, or speaks of none
_NOT_NEW = (
    r"(?!(?:新增|新建|添加|创建|录入|登记|记录|提交|加|建|新|有|客户|我的?|这个?|那个?|所有|全部|哪些?|什么"
    r"|没有?|确认|修改|更新|把|将|开始|启动|完成|关闭"
    r"|重新打开|延期|推迟)"
    r"|(?:new|add|create|log|record|a|an|my|this|that|all|which|what|no|any|close|start|begin|finish|complete"
    r"|reopen|delay|postpone|customer|client|update|change|set)\b)"
)
_ZH = (
    rf"(?:把|将)?(?:需求)?(?P<code>{_CODE})(?:的?状态)?",
    rf"(?:把|将)?[“\"「]?(?P<name>{_NOT_NEW}[^,，:：;；?？“”\"「」]{{2,60}}?)[”\"」]?"
    r"(?:的|这个|那个|这条|那条"
    rf"|这一?[个条]|\s)*(?:需求|requirement)(?:的?状态)?",
    r"(?:把|将)?需求[:：\s]*[“\"「]?(?P<name>[^,，:：;；?？“”\"「」]{2,60}?)[”\"」]?(?:的?状态)?",
)
_EN = (
    rf"(?:the\s+)?(?:requirement\s+)?(?P<code>{_CODE})",
    rf"(?:the\s+)?[\"']?(?P<name>{_NOT_NEW}[^,:;?\"']{{2,60}}?)[\"']?\s+requirement",
    r"(?:the\s+)?requirement\s*:?\s*[\"']?(?P<name>[^,:;?\"']{2,60}?)[\"']?",
)
_TO_ZH = r"(?:我们?|已经?|今天|昨天|终于|刚刚?|可以|就|先|现在|正在|要|得|需要|都|改成|改为|变成|设为|标记为|[:：\s])*"
_TO_EN = r"\s+(?:is|are|was|has been|got|now|set to|marked|as|to|in|:|\s)*\s*"
#: status, what says it behind the requirement in Chinese and English, what says it before
_STATUSES = (
    (
        "closed",
        r"(?P<how>客户[^,，:：;；]{0,12}?(?:确认"
        r"|验收)[^,，:：;；]{0,6}?)?[,，]?\s*(?:可以|请)?(?:已?关闭|结案|关掉|关了|close)了?",
        r"(?:closed|(?P<how>confirmed|accepted|signed off)(?: by (?:the )?(?:customer|client))?(?:,? close it)?)",
        r"(?:关闭|完结|结束|关掉)",
        r"(?:close|customer confirmed|client confirmed)",
    ),
    (
        "closed",
        r"(?P<how>(?:客户|对方)[^,，:：;；]{0,12}?(?:确认|验收)[^,，:：;；]{0,6}?)",
        r"(?P<how>(?:the )?(?:customer|client) (?:has )?(?:confirmed|accepted|signed off)(?: it)?)",
        None,
        None,
    ),
    ("delayed", r"(?:延期|推迟|延后"
                r"|顺延|延迟)了?", r"(?:delayed|postponed|late)", r"(?:延期|推迟)", r"(?:delay|postpone)"),
    ("doing", r"(?:进行中|处理中|在做|做着|开始做|开始了|动工|着手|开始开发|开发中|在开发|排上了|安排上了"
              r"|开始处理|开工|启动)了?",
     r"(?:progress|doing|started|underway|under way|being (?:worked on|built|done)"
     r"|in (?:progress|development|the works))",
     r"(?:开始(?:做|处理)?|启动)", r"(?:start|begin)"),
    ("done", r"(?:完成|做完|做好|实现|已交付|交付)了?",
     r"(?:done|finished|complete|completed|delivered|shipped|built|implemented)",
     r"(?:完成)", r"(?:finish|complete)"),
    ("todo", r"(?:重新打开|重开|待开始)了?", r"(?:reopened|todo|to do)", r"(?:重新打开|重开)", r"(?:reopen|re-open)"),
)  # fmt: skip


def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    found: list[tuple[str, re.Pattern[str]]] = []
    for status, zh, en, verb_zh, verb_en in _STATUSES:
        for subject in _ZH:
            found.append((status, re.compile(rf"{subject}{_SEP}{_TO_ZH}{zh}{_REST}", FLAGS)))
            if verb_zh:
                found.append((status, re.compile(rf"{verb_zh}{subject}{_REST_AFTER_NAME}", FLAGS)))
        for subject in _EN:
            found.append((status, re.compile(rf"{subject}{_SEP}(?:{_TO_EN})?{en}{_REST}", FLAGS)))
            if verb_en:
                found.append((status, re.compile(rf"{verb_en}\s+{subject}{_REST_AFTER_NAME}", FLAGS)))
    return found


#: after the requirement's name only what stands behind a mark is said about it
_REST_AFTER_NAME = r"(?:\s*[,，:：;；—–-]+\s*(?:因为|原因是?|because\s+(?:of\s+)?)?\s*(?P<words>\S.*?))?"
_PATTERNS = tuple(_patterns())
_DENIED = re.compile(
    r"\b(?:not|never|don'?t|isn'?t|hasn'?t|haven'?t)\b|还没|没有|尚未|不要|先别|别|未(?!来)|不用|不能", FLAGS
)

_DENIED_END = re.compile(rf"(?:{_DENIED.pattern})\s*(?:已经?)?$", FLAGS)


def read(text: str, context: ParseContext) -> UpdateRequirement | None:  # noqa: ARG001 - the contract of a command
    """Read which requirement stands where; None where the words ask or deny."""
    heard = hear(text)
    if not heard.body or len(heard.body) > 400 or is_question(heard.body):
        return None
    for status, pattern in _PATTERNS:
        match = pattern.fullmatch(heard.body)
        if match is None:
            continue
        said = match.groupdict()
        mention = (said.get("code") or said.get("name") or "").strip()
        around = heard.body.replace(said.get("words") or "\0", "").replace(mention, "", 1)
        if _DENIED.search(around) or _DENIED_END.search(mention):
            return None
        words = heard.group(match, "words") or (heard.group(match, "how") if said.get("how") else None)
        return UpdateRequirement(mention=mention, status=status, words=words)
    return None


COMMAND = Command(label="update_requirement", roles=STAFF, read=read, rank=20)
