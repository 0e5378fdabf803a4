"""A manager's summary: 'summary of this week', 本周汇总, 'how did we do last month?', 华东团队本周汇总."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._guards import is_negated
from nlu.commands._timing import moment_of
from nlu.commands._utterance import Utterance, hear
from nlu.entities.times import find_times, resolve_time
from nlu.understanding import Moment, ParseContext


@dataclass(frozen=True, kw_only=True)
class Summarise:
    """Which figures are asked for."""

    #: None: not said
    period: Moment | None
    #: the team's name as said, without 'team' or 团队; None: as far as the asker may see
    team: str | None


_FLAGS = re.IGNORECASE | re.ASCII
_TEAM = (
    re.compile(r"\b(?:for |of |in |by )?(?:the )?team (?P<team>[A-Z][\w-]*|[\u3400-\u9fff]{1,10})\b", re.ASCII),
    re.compile(
        r"\b(?:for |of |in |by )?(?:the )?(?P<team>[A-Za-z][\w-]*(?: [A-Z][\w-]*)?)(?:'s)? (?:sales |service "
        r"|support )?team(?:'s)?\b",
        re.ASCII,
    ),
    re.compile(r"\bteam (?P<team>[a-z][\w-]*)\b(?=\s+(?:summary|report|numbers|figures|recap|overview))", _FLAGS),
    re.compile(
        r"(?P<team>[\u3400-\u9fff]{1,8}?|[A-Za-z][\w-]{0,20})(?:销售|客服|服务)?(?:团队|小组|大区|战区|区域"
        r"|分部|组|部门)的?"
    ),
    re.compile("(?P<team>华东|华南|华北|华中|西南|西北|东北|北方|南方)区?的?"),
)
_NO_TEAM = frozenset(
    [
        "my",
        "our",
        "the",
        "your",
        "whole",
        "entire",
        "sales",
        "support",
        "service",
        "this",
        "each",
        "every",
        "which",
        "我们",
        "我",
        "咱们",
        "整个",
        "全",
        "本",
        "各",
        "团",
        "一",
        "每个",
        "销售",
        "客服",
        "所有",
        "全部",
    ]
)
_NOUN = (
    r"(?:summary|report|recap|overview|numbers|figures|stats|statistics|digest|performance|results|kpis?"
    r"|dashboard|review|metrics|highlights|"
    r"汇总|总结|小结|报告|报表|数据|业绩|简报|概况|概览|统计|情况|战报|战况|成绩|表现|指标|看板|运营情况"
    r"|运营数据|工作汇总|工作总结|销售情况|销售数据|销售业绩|整体情况|成果)"
)
_CORES = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"(?:(?:show|give|send|get|see|view|pull|prepare|create|make|run|can i (?:see|have|get)|i(?:'d "
        r"like| need| want)(?: to see)?|what(?:'s| is| are|s))(?: me| us)?\s+)?(?:(?:a|an|the|my|our|team"
        r"|sales|weekly|monthly|daily|"
        r"quarterly|yearly|annual|quick|short|full|overall|business|support|activity|service|management"
        rf"|performance)(?:'s)?\s+)*{_NOUN}(?:\s+(?:of|for|on|from|over|during|please|report|so far"
        r"|looking like|look like))*",
        r"how (?:did|have|do|are|is|was|were) (?:we|our team|the team|team|sales|business|things|it|they"
        r"|everyone|everything)(?: been)?\s*(?:do|done|doing|go|going|look|looking|perform|performing"
        r"|performed|get on|sell)?(?:\s+(?:in|during|for|on|over|so far))*",
        r"how (?:is|are|was|were|did|has|have) (?:do|doing|done|going|perform(?:ed|ing)?)",
        r"how(?:'s| is| was) (?:the )?(?:business|team|week|month|quarter|year)(?:\s+(?:going|looking|doing|so far))*",
        r"(?:summari[sz]e|sum up|recap)(?:\s+(?:the|our|my|of|for|sales|activity|results))*",
        r"(?:看(?:一下|看|下)?|查(?:一下|看|询)?|给我(?:看看|看下|看|出|做|来)?(?:一份|个)?|发(?:我|一下"
        r"|一份)?|出(?:一份|个|一下)?|要(?:一份|个)?|来(?:一份|个)?|生成(?:一份)?|做(?:一份|个)?|拉(?:一下"
        r"|个)?|汇报(?:一下)?|统计(?:一下)?|的)*(?:我们|咱们|公司|团队|部门|销售|客服|整体|全部|工单|互动"
        r"|拜访|业务|工作|的)*"
        rf"(?:{_NOUN})(?:汇总|总结|报告|报表)?(?:怎么样|如何|怎样|咋样|好不好|是多少|呢|给我|发我|一下|看看|是什么)*",
        r"(?:我们|咱们|团队|公司|销售|的)*(?:做得|干得|表现|卖得|完成得)?(?:怎么样|如何|怎样|咋样)",
        r"(?:总结|汇总|小结|统计)(?:一下)?(?:我们|团队|的|工作|业绩|数据|情况|销售)*",
    )
)
_CYCLES = (
    ("this week", r"\bweekly\b|周报|周总结|周汇总"),
    ("this month", r"\bmonthly\b|月报|月总结|月度"),
    ("today", r"\bdaily\b|日报|每日"),
    ("this quarter", r"\bquarterly\b|季报|季度"),
    ("this year", r"\b(?:yearly|annual)\b|年报|年度"),
)
#: Without a period or a team these are small talk.
_BARE = re.compile(
    "(?:情况|表现|数据|报告|成绩|指标)?(?:怎么样|如何|怎样|咋样)?|report|results|review|numbers|how (?:is|are"
    "|did|was) .*",
    _FLAGS,
)
_REPORTS = re.compile(
    "(?:看(?:一下|看|下)?|查(?:一下|看)?|给我(?:看看|发)?|发(?:我|一下)?|生成|出|要|来)?(?:一份|个)?(?:我们"
    "|团队|销售|的)*(?:周报|月报|日报|季报|年报|周总结|月总结)(?:看看|给我|发我)?"
)


def read(text: str, context: ParseContext) -> Summarise | None:
    """Read the period and the team."""
    heard = hear(text)
    if not heard.body or is_negated(heard.body) or len(heard.body) > 120:
        return None
    rest, period = _take_period(heard, context)
    team, core = _take_team(rest)
    core = _tidy(core)
    if not core and not (period and team):
        return None
    if _REPORTS.fullmatch(core) or any(pattern.fullmatch(core) for pattern in _CORES):
        is_bare = period is None and team is None and _BARE.fullmatch(core) is not None
        return None if is_bare else Summarise(period=period or _cycle(core, context), team=team)
    return None


def _take_period(heard: Utterance, context: ParseContext) -> tuple[str, Moment | None]:
    times = find_times(heard.folded, context.now, context.timezone, "past")
    inside = next((one for one in times if heard.start <= one.start and one.end <= heard.end), None)
    if inside is None:
        return heard.body, None
    before, after = heard.folded[heard.start : inside.start], heard.folded[inside.end : heard.end]
    return f"{before.rstrip()} {after.lstrip(' 的')}", moment_of(inside)


def _take_team(rest: str) -> tuple[str | None, str]:
    for pattern in _TEAM:
        match = pattern.search(rest)
        if match and match["team"].strip().lower() not in _NO_TEAM:
            team = re.sub("^(?:看一?下|看看|看|查一?下|查|给我|发我|我要)", "", match["team"]).strip()
            if team and team not in _NO_TEAM:
                return team, f"{rest[: match.start()]} {rest[match.end() :]}"
    return None, rest


def _tidy(core: str) -> str:
    words = " ".join(core.split()).strip(" ?？.。!！,，:：-")
    return words if words.isascii() else words.replace(" ", "")


def _cycle(core: str, context: ParseContext) -> Moment | None:
    name = next((name for name, pattern in _CYCLES if re.search(pattern, core, _FLAGS)), None)
    return resolve_time(name, context.now, context.timezone, "past") if name else None


COMMAND = Command(label="summary", roles=STAFF, read=read, rank=58)
