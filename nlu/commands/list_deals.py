"""List one's deals: 'my pipeline', 我的商机, 谈判阶段的商机, 'deals closing this month'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._utterance import hear
from nlu.entities.stages import find as find_stages
from nlu.entities.times import find_times
from nlu.understanding import Moment, ParseContext


@dataclass(frozen=True, kw_only=True)
class ListDeals:
    """Which of one's deals to list."""

    stage: str | None = None
    #: expected to close in it
    period: Moment | None = None
    #: the team's or everybody's, as far as one may see them
    everyone: bool = False
    #: the colleague whose deals they are, as said
    whose: str | None = None


_DEALS_EN = r"(?:pipeline|funnel|(?:open\s+|current\s+|active\s+)?(?:deals|opportunities|opps)(?:\s+list)?)"
_DEALS_ZH = (
    r"(?:商机|单子|销售机会|机会|(?:销售|商机)?(?:管道|管线|漏斗)|pipeline|deals?)"
    r"(?:列表|清单|情况|汇总|有哪些|有什么|怎么样|有多少)?"
)
_SHOW_ZH = r"(?:查看|看看?|看一?下|列出|列一?下|显示|查一?下?|给我看看?|告诉我)?"
_PATTERNS = tuple(
    re.compile(pattern + r"[\s?？。.!]*", FLAGS)
    for pattern in (
        rf"(?:(?:show|list|see|view|get|give|display|what(?:'s| is| are)|how(?:'s"
        rf"| is))(?:\s+me)?\s+)?(?:all\s+)?(?:in\s+)?(?:of\s+)?"
        rf"(?P<whose>my|our|the|team(?:'s)?|everyone's|all)?\s*(?:§\s*)?(?:sales\s+)?{_DEALS_EN}"
        r"(?:\s+(?:look|looking like|like))?(?:\s+(?:that (?:are|will)\s+)?(?:in|at|to|closing|close|due|for|by"
        r"|expected)*\s*(?:the\s+)?(?:§|†)(?:\s+stage)?)?",
        rf"(?:查看|看看?|看一?下|列出|列一?下|显示|查一?下?|给我看看?)?(?P<whose>我们?的?|团队的?|全部的?"
        rf"|所有的?|全部|所有)?(?:现在|目前|手上)?(?:有)?"
        rf"(?:处于|在)?(?:§|†)?(?:阶段)?(?:的|要|会|能|预计|到期|成交|签约|签|有|哪些|什么)*{_DEALS_ZH}",
        rf"{_SHOW_ZH}(?P<whose>我们?的?|团队的?|全部的?|所有的?)?(?:手上|手里|手头|名下|这边|现在|目前|的"
        rf"|还)*(?:有|都有)?(?:哪些|什么|哪几个|多少个?)(?:商机|单子|项目|deals?)"
        r"(?:还|正|都|现在|是)*(?:在|处于|到了?|进了?|卡在)?§(?:阶段)?(?:的|了|上)?",
        rf"{_SHOW_ZH}(?P<whose>我们?的?|团队的?|全部的?|所有的?)?(?:手上|手里|手头|名下|的|现在|目前)*(?:在"
        rf"|处于|到了?)§(?:阶段)?的(?:有)?(?:哪些|什么|哪几个)?(?:商机|单子|项目|deals?)?(?:有)?(?:哪些|哪几个|什么)?",
        rf"{_SHOW_ZH}(?P<whose>我们?的?|团队的?|全部的?|所有的?)?(?:手上|手里|手头|名下|这边|现在|目前|还|的)*(?:正在?"
        rf"|在)?"
        r"(?:谈|跟进?|推进?|没签|没成交|没关|没结|进行中?)(?:着)?的(?:有)?(?:商机|单子|项目|deals?)"
        r"(?:都|一共|总共|现在)*(?:有)?(?:哪些|哪几个|什么|多少个?|列一下|列出来)?",
        r"(?:what|which)(?:\s+of)?\s+(?P<whose>my|our|the|team's)?\s*(?:deals|opportunities|opps)\s+(?:(?:are"
        r"|is|have|do|i|we|currently|now|still|sitting|stuck)\s+)*"
        r"(?:in|at|under)?\s*(?:the\s+)?§(?:\s+stage)?(?:\s+(?:now|right now|at the moment))?",
        r"(?:有)?(?:哪些|什么|多少)(?:§|†)?(?:阶段)?(?:的|要|会|能|预计|到期|成交|签约)*(?:商机|单子)(?:§"
        r"|†)?(?:阶段|要?成交|到期)*",
    )
)
_EXPECTED = re.compile(r"(?:要|预计|能|会|可|将|†)$", FLAGS)
_WIDE = re.compile(r"team|everyone|all|our|团队|全部|所有|我们", FLAGS)


def read(text: str, context: ParseContext) -> ListDeals | None:
    """Read which deals are asked for."""
    body = hear(text).body
    if not body or len(body) > 80:
        return None
    colleague, own = _take_colleague(body, context)
    template, stage, period = _mark(own, context)
    match = next((found for pattern in _PATTERNS if (found := pattern.fullmatch(template))), None)
    if match is None:
        return None
    whose = match.groupdict().get("whose") or ""
    return ListDeals(stage=stage, period=period, everyone=_WIDE.search(whose) is not None, whose=colleague)


def _take_colleague(body: str, context: ParseContext) -> tuple[str | None, str]:
    """Put the speaker in a colleague's place: 'what deals does Sarah have open' asks as 'my open deals' does."""
    names = context.find_names(body) if context.find_names else ()
    one = next((name for name in names if name.is_colleague), None)
    if one is None:
        return None, body
    who = body[one.start : one.end]
    if any(pattern.fullmatch(f"{body[: one.start]}@{body[one.end :]}") for pattern in _OF_COLLEAGUE):
        return who, "my deals"
    joint = "我" if not body.isascii() and body[one.end :].lstrip()[:2] != "'s" else "my"
    return who, body[: one.start] + joint + body[one.end :].removeprefix("'s")


#: a colleague's deals in other words than one's own
_OF_COLLEAGUE = tuple(
    re.compile(pattern + r"[\s?？。.!]*", FLAGS)
    for pattern in (
        r"(?:what|which|how many)\s+(?:open\s+|active\s+)?(?:deals|opportunities|opps)\s+(?:does|is|has)\s+@\s*"
        r"(?:(?:still|currently|now|got|have|working on|handling|managing|running|chasing|open|on|in (?:his|her|the)"
        r" (?:pipeline|funnel)|at the moment|right now)\s*)*",
        r"what(?:'s| is)\s+(?:in\s+)?@'s\s+(?:sales\s+)?(?:pipeline|funnel)(?:\s+(?:like|now|looking like))*",
        r"what(?:'s| is)\s+@\s+(?:working on|got in (?:his|her|the) (?:pipeline|funnel))",
        r"(?:查看|看看?|看一?下|列出|列一?下|查一?下?)?@(?:手上|手里|手头|名下|这边|那边|现在|目前|都|还|的)*(?:有"
        r"|在跟|在谈|负责)?(?:着)?"
        r"(?:哪些|什么|哪几个|多少个?)(?:open的?|没关的?|在谈的?|进行中的?)?的?\s*(?:商机|单子|项目|deals?|opp)",
        r"(?:show|list|see|give)(?:\s+me)?\s+(?:all\s+)?@'s\s+(?:open\s+|current\s+|active\s+)?"
        r"(?:pipeline|funnel|deals|opportunities|opps)",
        r"@的(?:商机|单子|项目|pipeline|漏斗|deals?)(?:有)?(?:哪些|什么|多少个?|几个|怎么样|情况|列表)?(?:看一?下"
        r"|列一?下)?",
    )
)


def _mark(body: str, context: ParseContext) -> tuple[str, str | None, Moment | None]:
    """Put § for a stage and † for a period."""
    times = find_times(body, context.now, context.timezone, "future")
    period = times[0].value if times and isinstance(times[0].value, Moment) else None
    marked = body[: times[0].start] + "†" + body[times[0].end :] if period else body
    # 本月要成交的 are still open: the word is no stage there
    stages = [one for one in find_stages(marked, context) if not _EXPECTED.search(marked[: one.start])]
    if not stages:
        return marked, None, period
    return marked[: stages[0].start] + "§" + marked[stages[0].end :], str(stages[0].value), period


COMMAND = Command(label="list_deals", roles=STAFF, read=read, rank=54)
