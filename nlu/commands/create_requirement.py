"""Record what a customer needs: 新增需求 华为：支持OCR识别，优先级高; 'new requirement from Acme: API export'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS, read_value
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._labelled import Form, read_form
from nlu.commands._utterance import Utterance, hear
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
#: an order that stands after what is needed
_ORDER_LAST = (
    r"[,，;；.。\s]+(?:(?:please|pls|so|and|can you|帮我|请|给我|帮忙)\s*)*(?:\b(?:log|add|record|note|put|save"
    r"|file|track|enter)\s+(?:it|this|that)\s+(?:down\s+)?"
    r"(?:as|in|to|under)\s+(?:(?:an?|the|our|his|their)\s+)?(?:new\s+)?"
    r"(?P<urgency>(?:high|medium|normal|low|top)[- ]priority\s+|urgent\s+)?"
    r"(?:customer\s+)?(?:requirements?"
    r"|feature requests?)"
    r"|\b(?:log|add|create|file|open|record)\s+(?:an?|the)\s+(?:new\s+)?(?:requirement|feature request)"
    r"|(?:记|建|加|录|提|登|登记|新建|新增)(?:为|成|作|到|进|入|一下|一?[个条])*(?:新|客户)?(?:的)?需求(?:里|库"
    r"|池)?)[。.!！吧]*$"
)
_SAID_FIRST = rf".{{4,300}}?{_ORDER_LAST.replace('?P<urgency>', '?:')}"
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
        r"(?P<name>[^,，:：;；?？]{2,30}?)(?:那边|这边)?(?:提出|提了?|有"
        r"|新增)(?:了)?(?:一?[个条])?新?(?:的)?\s*requirement\s*[:：,，]\s*",
        r"(?:customer\s+)?requirement\s+(?=(?:from|for|by)\s)",
        r"(?P<name>[^,，:：;；?？]{2,30}?)(?:那边|这边)?(?:提出|提了?|有"
        r"|来)(?:了)?(?:一?[个条])?新?(?:的)?\s*(?P<kind>潜在)?(?:客户)?"
        r"(?:需求|requirement|feature request)[:：,，\s]+",
        r"(?P<name>[^,:;?]{2,40}?)\s+(?:has|have|raised|filed|brought up|sent(?: us)?)\s+(?:an?\s+"
        r"|another\s+)?(?:new\s+)?(?P<kind>potential\s+)?"
        r"(?:requirement|feature request)\b\s*[:,;–—-]\s*",
        # said first, ordered last: 'Acme needs dark mode, log it as a requirement', 华为要离线导出，记成需求
        rf"(?={_SAID_FIRST})(?P<name>[^,，:：;；?？]{{2,40}}?)(?:那边|他们|公司)?\s*"
        r"(?:想要?|需要|要求|希望|要|提出|(?<=\s)(?:wants?|needs?|asks? for|asked for|requires?|requested"
        r"|would like)\s)\s*",
        r"(?:新需求|客户需求)[:：,，\s]+",
        r"需求\s*[:：]\s*(?=\S)",
        r"(?:客户|产品)?需求(?:登记|录入|提报|提交|收集|备案)[:：,，\s]+",
        r"(?:customer\s+|feature\s+)?requirement\s*(?:[,(]\s*(?:high|medium|normal|low"
        r"|top)[- ]priority\s*\)?)?\s*[:–—]\s*",
        r"(?:new|add|create|log|record|register|enter)\s+(?:(?:a|an|the|new"
        r"|another)\s+)*(?P<kind>potential\s+)?(?:customer\s+)?"
        r"requirement\b\s*(?:record)?\s*[:,-]?\s*",
    )
)
_PRIORITY = (
    (
        "high",
        r"(?:优先级|优先)[:：是为]?(?:最?高)|高优先级|(?:(?:比较|很|非常|特别|挺)(?:紧急|着急|急)的?"
        r"|(?<!不)紧急)(?=$|[,，。;；])|加急|(?:high"
        r"|top)[- ]priority|priority\s*(?:is|:)?\s*high"
        r"|(?<!not )(?<!not that )(?<!not so )(?<!not very )(?<!n't )urgent",
    ),
    (
        "low",
        r"(?:优先级|优先)[:：是为]?低|低优先级|不(?:着)?急|low[- ]priority|priority\s*(?:is|:)?\s*low"
        r"|(?:it's |it is |that's )?(?:not|isn't) (?:that |so |very |too )?urgent|no (?:rush|hurry)",
    ),
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


def read(text: str, context: ParseContext) -> CreateRequirement | None:
    """Read who needs what, and how soon."""
    form = read_form(text)
    if form is not None:
        return _of_form(form, context)
    heard = hear(text)
    is_ordered = (
        re.search(_ORDER_LAST, heard.body, FLAGS) is not None
    )  # 'Acme wants dark mode, log it as a requirement'
    if (is_reported(heard.body) and not is_ordered) or is_question(heard.body):
        return None
    head = next((match for pattern in _HEADS if (match := pattern.match(heard.body))), None)
    if head is None:
        return _read_urgent(heard, context)
    if is_negated(head[0]):
        return None
    groups = head.groupdict()
    said = re.sub(_ORDER_LAST, "", heard.said(heard.start + head.end(), heard.end), flags=FLAGS)
    rest, priority = _take_priority(_PROPOSER.sub("", said))
    priority = priority or _take_priority(head[0])[1] or _ordered_priority(heard.body)
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


def _of_form(form: Form, context: ParseContext) -> CreateRequirement | None:
    """Read a form of what is needed: 需求登记：客户：…；内容：…；优先级：高."""
    if form.command != "create_requirement":
        return None
    said = form.get("priority")
    priority = read_value("priority", said, context) if said else None
    title = form.get("need", "title", "topic", "summary", "issue", "name") or next(iter(form.loose), "")
    mention = form.get("account", "people", "proposer")
    return CreateRequirement(title=title, mention=mention, priority=str(priority) if priority else None)


#: who asked for it, behind what is needed
_PROPOSER = re.compile(
    r"[,，;；]\s*(?:提出人|提报人|需求人|反馈人|requested by|raised by)[:：是\s]*[^,，;；。]{2,30}", FLAGS
)


def _ordered_priority(body: str) -> str | None:
    """Give the priority that the order behind names: '…, note it down as a high-priority requirement'."""
    order = re.search(_ORDER_LAST, body, FLAGS)
    return _take_priority(order["urgency"].strip())[1] if order and order["urgency"] else None


def _read_urgent(heard: Utterance, context: ParseContext) -> CreateRequirement | None:
    """Read '申汇银行需要双机热备，很急': a known company, what it needs, and how soon."""
    known = context.find_names(heard.body) if context.find_names else ()
    company = next((one for one in known if one.start == 0 and not one.is_person), None)
    match = _NEEDS.fullmatch(heard.body, company.end) if company else None
    if match is None or company is None or is_negated(match["what"]):
        return None
    title, priority = _take_priority(match["what"])
    urgency = "high" if _URGENT.search(match["how"]) else "low" if "不" in match["how"] else None
    mention = heard.body[: company.end]
    return CreateRequirement(title=title.strip(_EDGES), mention=mention, priority=priority or urgency)


_NEEDS = re.compile(
    r"(?:那边|这边|客户)?\s*(?:急需|需要|要求支持|希望支持|要支持|\bneeds?"
    r"|\brequires?)\s*(?P<what>[^,，。;；]{2,60}?)\s*[,，;；]\s*"
    r"(?P<how>(?:非常|很|特别|比较|挺|最|it's |very |this is )*(?:急|紧急|着急|不急|不着急|urgent|asap"
    r"|high priority|优先级?[高中低])(?:需求)?)[\s。.!！]*",
    FLAGS,
)
_URGENT = re.compile(r"(?<!不)(?<!不着)急|urgent|asap|high|高", FLAGS)


def _take_priority(rest: str) -> tuple[str, str | None]:
    for priority, pattern in _PRIORITY:
        match = re.search(pattern, rest, FLAGS)
        if match:
            before, after = rest[: match.start()].rstrip(_EDGES), rest[match.end() :].lstrip(_EDGES)
            return f"{before}, {after}".strip(_EDGES) if before and after else before or after, priority
    last = _LAST_WORD.search(rest)
    return (rest[: last.start()], _LEVELS[last["level"].lower()]) if last else (rest, None)


COMMAND = Command(label="create_requirement", roles=STAFF, read=read, rank=36)
