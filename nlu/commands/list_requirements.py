"""List what customers need: 华为现在有哪些需求没关, 'open requirements of Acme', 我的需求列表."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class ListRequirements:
    """Whose requirements are asked for; None: one's own."""

    mention: str | None = None
    #: closed ones as well
    is_all: bool = False


_SHOW_ZH = r"(?:查看|查询|看看?|看一?下|列出|列一?下|显示|查一?下?|给我看看?)?"
_SHOW_EN = r"(?:(?:show|list|see|view|get|give)(?:\s+me)?\s+|what(?:'s| are| is)\s+)?"
_NAME = r"(?P<name>[^,，:：;；?？\s][^,，:：;；?？]{1,39}?)"
_OPEN_ZH = (
    r"(?:还|都|现在|目前)*(?:没|未|没有|尚未)(?:关闭?|完成|做完?|处理完?|解决|结束|交付|搞定|答复|回复)(?:掉|的|了)*"
)
_STATE_ZH = rf"(?:{_OPEN_ZH}的?|进行中的?|所有的?|(?P<all>全部|历史)的?|开着的?|待处理的?|逾期的?)?"
_TAIL_ZH = rf"(?:列表|清单|有哪些|有什么|情况|进展|怎么样了?|到哪(?:一步)?了|有多少|{_OPEN_ZH})*"
_OPEN_EN = r"(?:(?:open|outstanding|unfinished|pending|current|unresolved|overdue|(?P<all>all(?: the)?))\s+)?"
_REQUIREMENTS = r"(?:requirements|feature requests)(?:\s+list)?"
_STILL = (
    r"(?:\s+(?:(?:are|is|do|have|still|currently|not)\s+)*(?:open|outstanding|pending|unfinished"
    r"|not closed|unresolved|have|in progress))?"
)
_PATTERNS = tuple(
    re.compile(pattern + r"[\s?？。.!]*", FLAGS)
    for pattern in (
        rf"{_SHOW_ZH}(?:我的?|我们的?)?{_STATE_ZH}需求(?:列表|清单|有哪些|有什么|情况)",
        rf"{_SHOW_ZH}(?:我|我们)(?:手上|名下|这边)?(?:现在|目前|还)*有(?:哪些|什么|几个"
        rf"|多少)个?{_STATE_ZH}需求{_TAIL_ZH}",
        rf"(?:有)?(?:哪些|什么){_STATE_ZH}需求{_OPEN_ZH}",
        rf"{_SHOW_ZH}{_NAME}(?:那边|这边|公司)?(?:现在|目前|还|都|手上)*(?:有|提了?|提过)(?:哪些|什么|哪几个"
        rf"|几个|多少)个?{_STATE_ZH}需求{_TAIL_ZH}",
        rf"{_SHOW_ZH}{_NAME}(?:那边|这边|公司)?的{_STATE_ZH}需求{_TAIL_ZH}",
        rf"{_SHOW_EN}(?:my|our|the)?\s*{_OPEN_EN}{_REQUIREMENTS}{_STILL}",
        rf"{_SHOW_EN}(?:the\s+)?{_OPEN_EN}{_REQUIREMENTS}\s+(?:of|from|for|by|with)\s+(?:the\s+)?{_NAME}{_STILL}",
        rf"{_SHOW_EN}(?:the\s+)?{_NAME}(?:'s|s')\s+{_OPEN_EN}{_REQUIREMENTS}{_STILL}",
        rf"(?:what|which)\s+{_OPEN_EN}requirements\s+(?:does|do|did|has|have)\s+(?!i\b|we\b){_NAME}\s+(?:have"
        rf"|raise|file|raised|filed|got)(?:\s+open)?",
        rf"(?:what|which)\s+{_OPEN_EN}requirements\s+(?:do\s+(?:i|we)\s+have|are(?:\s+still)?)(?:\s+(?:open"
        rf"|outstanding|pending))?",
    )
)
_OWN = re.compile(r"(?:我们?|my|our|the|all|open|new|客户|这个?|那个?|他们?|她们?)的?", FLAGS)


def read(text: str, context: ParseContext) -> ListRequirements | None:
    """Read whose requirements are asked for."""
    heard = hear(text)
    if not heard.body or len(heard.body) > 80:
        return None
    match = next((found for pattern in _PATTERNS if (found := pattern.fullmatch(heard.body))), None)
    if match is None:
        return None
    groups = match.groupdict()
    name = heard.group(match, "name") if groups.get("name") else None
    mention = None if name is None or _OWN.fullmatch(name) else name.strip(" \"'“”的")
    if mention is not None and context.find_names is not None and not context.find_names(mention):
        return None  # 'the requirements for the course' asks the knowledge base
    return ListRequirements(mention=mention, is_all=groups.get("all") is not None)


COMMAND = Command(label="list_requirements", roles=STAFF, read=read, rank=44)
