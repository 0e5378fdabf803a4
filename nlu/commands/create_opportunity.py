"""Create a deal: 给华为建个商机：年会礼品，30万，12月底成交; 'new deal with Acme: gift boxes, 50k, closing Dec 20'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._labelled import Form, is_known_deal, read_amount, read_form
from nlu.commands._utterance import Utterance, hear
from nlu.entities.money import Money
from nlu.entities.money import find as find_money
from nlu.entities.stages import stage_of
from nlu.entities.times import find_times, resolve_time
from nlu.understanding import Moment, ParseContext


@dataclass(frozen=True, kw_only=True)
class CreateOpportunity:
    """The deal to create; empty or None where nothing was said."""

    #: what it is about, in the person's words; may hold the customer's name
    title: str
    account: str | None = None
    amount: Money | None = None
    expected_close: Moment | None = None
    stage: str | None = None


_DEAL_EN = r"(?:sales\s+)?(?:deal|opportunity|opp)\b"
_HEADS = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        r"(?:new|create|add|open|start|register|enter)\s+(?:(?:a|an|the|new"
        r"|another)\s+)*(?P<size>\S{0,12}\d\S{0,12}\s+)?"
        rf"{_DEAL_EN}\s*(?:called|named|record)?\s*[:,-]?\s*",
        r"(?:给|为|帮|跟|和)(?P<account>[^,，:：;；]{2,40}?)(?:新建|新增|创建|添加|建立?|加|开|录入?"
        r"|登记)(?:一下|一个|一条|个|条)?"
        r"\s*(?:新的?|new\s+)?(?:销售|sales\s+)?(?:商机|机会|单子|deal\b|opportunity\b|opp\b)(?:叫"
        r"|名称[是为叫]?|[:：,，\s-])*",
        r"(?:新建|新增|创建|添加|建立?|加|开|录入?|登记|create|add|new)(?:一下|一个|一条|个|条)?\s*(?:新的?)?(?:销售)?"
        r"(?:商机|机会|单子|deal\b|opportunity\b)(?!阶段|列表|的)(?:叫|名称[是为叫]?|[:：,，\s-])*",
        r"(?:put|get)\s+(?:an?\s+|the\s+)?(?:new\s+)?" + _DEAL_EN + r"\s+(?:in|down|on)\s*[:,-]?\s*(?=(?:for|with)\s)",
        r"(?P<account>[^,，:：;；?？]{2,30}?)(?:那边|这边)?(?:新开|新建|新增|开|建)(?:一?个|一条"
        r"|一单)(?:新的?)?(?:销售)?"
        r"(?:商机|机会|单子)(?:叫|名称?[是为叫]?|[:：,，\s-])*",
        r"(?P<account>[^,，:：;；?？]{2,30}?)(?:那边|这边)?(?:有|(?:来"
        r"|多)(?=[^,，:：]{2,12}[:：,，\s叫]))(?:了)?(?:一?个|一单)?新(?:的)?\s*(?:商机|机会|单子|deal\b"
        r"|opportunity\b|opp\b)(?:[:：,，\s]*(?:名称?|名字)?(?:叫做?|是|为))?[:：,，\s]*",
        r"(?P<account>[^,，:：;；?？]{2,40}?)\s+(?:has|have|brought us|gave us"
        r"|came with)\s+(?:an?\s+)?(?:new\s+)(?P<size>\S{0,12}\d\S{0,12}\s+)?"
        + _DEAL_EN
        + r"\s*(?:for us)?\s*(?:called|named|:|,|\s-|–)\s*",
        r"(?:新商机|商机新增|新\s*(?:opportunity|deal|opp))[:：,，\s]+",
        # said first, ordered last: Northwind想上BI，大概30万美元，建个商机
        r"(?=.{4,160}[,，;；。\s](?:帮我|给我|请)?(?:建|新建|创建|加|录)(?:一?个|一条|条)?(?:新)?(?:商机|机会"
        r"|单子|deal)[。.!！吧]*$)"
        r"(?P<account>[^,，:：;；?？]{2,20}?)(?:那边|他们|公司)?(?=想|要|需要|打算|准备|计划|有意|正在|在看|对)",
        r"(?=.{4,200}[,，;；.。\s]\s*(?:(?:please|pls|so|and|can you|帮我|请|给我)\s*)*(?:(?:add|put|log|record"
        r"|enter|note|save)\s+(?:it|this|that)\s+"
        r"(?:down\s+)?(?:as\s+(?:an?\s+)?(?:new\s+)?(?:deal|opportunity|opp)|(?:in|to|into|on)\s+(?:my|the"
        r"|our)\s+(?:sales\s+)?(?:pipeline|funnel|deals))"
        r"|(?:open|create|add|log)\s+(?:an?\s+)?(?:new\s+)?(?:deal|opportunity|opp)(?:\s+for (?:it|this|that|them))?"
        r"|(?:加|记|放|录)(?:到|进|入)(?:我的?)?(?:商机|pipeline|管道)(?:里|中)?)[.!。！吧]*$)"
        r"(?P<account>[^,，:：;；?？]{2,40}?)(?:那边|他们|公司)?\s*(?=(?:想|要|需要|打算|准备|计划|有意|正在"
        r"|在看)|(?:\s(?:wants?|needs?|is|are|would|plans?|asked|looks?)\b))",
        r"(?:one more|another(?: one)?|(?:a )?new one|add(?: this)?)\s+(?:for|to|in|into)\s+(?:the|my"
        r"|our)\s+(?:sales\s+)?"
        r"(?:pipeline|funnel|deals)\s*[:,–—-]\s*",
        r"(?:商机|销售机会|pipeline|漏斗|管道)(?:里|中)?(?:再|又)?(?:加|添|新增|多|进)了?(?:一?[个条单笔])[:：,，\s]+",
        r"(?:再|又)(?:加|添|新增|来|有)了?一?(?:[个条单笔])(?:新?商机|新?单子|销售机会)[:：,，\s]+",
        r"在(?P<account>[^,，:：;；?？]{2,30}?)(?:下面?|名下|那边)(?:新建|新增|创建|添加|建|加|开)(?:一个|一条"
        r"|个|条)?(?:新的?)?商机[:：,，\s]*",
    )
)
_MONEY_LEAD = re.compile(
    r"(?:(?<![A-Za-z])(?:worth|valued at|value|amount(?:ing to)?|of|for|about|around|at|is|maybe|perhaps"
    r"|roughly|probably|approximately|budget(?: of)?)(?![A-Za-z])|可能|预算|费用|合同|预计|预估|估计|商机|大概|大约"
    r"|约|金额|价值|报价|有|是|为"
    r"|在|[:：]|\s)+$",
    FLAGS,
)
_MONEY_TAIL = re.compile(r"\s*(?:左右|上下|以上|的(?:金额|单子))", FLAGS)
_TIME_LEAD = re.compile(
    r"(?:(?<![A-Za-z])(?:expected|expect|to|close[sd]?|closing|close date|date|due|sign(?:ing|ed|ature)?|by|on|in"
    r"|before|at|the|and"
    r"|is|it|will|should|around)(?![A-Za-z])"
    r"|预计|预期|计划|争取|大概|大约|成交|签约|签单|关单|结单|日期|时间|在|于|是|为|[:：]|\s)+$",
    FLAGS,
)
_TIME_TAIL = re.compile(
    r"\s*(?:之前|以前|前|左右|内|底前|能|可以|会|可)*\s*(?:成交|签约|签单|签下来?|签|结单|关单|下单|落地|close"
    r"|closing|完成)?",
    FLAGS,
)
_STAGE = re.compile(
    r"(?:(?:阶段|stage)\s*(?:是|为|在|is|[:：])?\s*(?P<after>[^,，;；。]{2,20})"
    r"|(?:目前|现在|已经?)?(?:处于|处在|到了|在|at|in)\s*(?:the\s+)?(?P<before>[^,，;；。]{2,14}?)\s*(?:阶段|stage)"
    r"|(?:^|(?<=[\s,，;；]))(?P<plain>[^\s,，;；。]{2,14})\s*(?:阶段|stage))",
    FLAGS,
)
_ACCOUNT = re.compile(
    r"(?:^|(?<=[\s,，;；]))(?:with|for|from|at|(?:客户|公司|account|customer)\s*(?:是|为|叫|is|[:：])?)\s*"
    r"(?P<name>[^,，:：;；。]{2,60}?)\s*(?=$|[,，:：;；。]|\s-\s|\s(?:for|about|on|to|worth|named|called)\s)",
    FLAGS,
)
#: an order that stands after what it is about
_ORDERED_LAST = re.compile(
    r"[,，;；.。\s]*(?:(?:please|pls|so|and|can you|帮我|请|给我)\s*)*(?:\b(?:add|put|log|record|enter|note"
    r"|save)\s+(?:it|this|that)\s+(?:down\s+)?"
    r"(?:as\s+(?:an?\s+)?(?:new\s+)?(?:deal|opportunity|opp)|(?:in|to|into|on)\s+(?:my|the"
    r"|our)\s+(?:sales\s+)?(?:pipeline|funnel|deals))"
    r"|\b(?:open|create|add|log)\s+(?:an?\s+)?(?:new\s+)?(?:deal|opportunity|opp)(?:\s+for (?:it|this|that|them))?"
    r"|(?:加|记|放|录)(?:到|进|入)(?:我的?)?(?:商机|pipeline|管道)(?:里|中)?)[.!。！吧]*$"
    r"|[,，;；。\s]*(?:帮我|给我|请)?(?:建|新建|创建|加|录)(?:一?个|一条|条)?(?:新)?(?:商机|机会|单子"
    r"|deal)[。.!！吧]*$",
    FLAGS,
)
#: a comma between two numbers that are not one: 'Phase 2,80k'
_TOUCHING = re.compile(r"(?<=\d)[,，](?=\d)(?!\d{3}(?!\d))")
_QUOTED = re.compile(r"[\"“「『《'‘](?P<title>[^\"”」』》'’]{2,100})[\"”」』》'’]")
_EDGES = " \t,，;；:：。.、-–\"'“”"


def read(text: str, context: ParseContext) -> CreateOpportunity | None:
    """Read what the deal is about, with whom, how much and when."""
    form = read_form(text)
    if form is not None:
        return _of_form(form, context)
    heard = hear(text)
    is_ordered = _ORDERED_LAST.search(heard.body) is not None  # 'Acme wants an app, add it to my pipeline'
    if (is_reported(heard.body) and not is_ordered) or is_question(heard.body):
        return None
    head = next((match for pattern in _HEADS if (match := pattern.match(heard.body))), None)
    if head is None or is_negated(head[0]):
        return None
    return _request(heard, head, context)


def _of_form(form: Form, context: ParseContext) -> CreateOpportunity | None:
    """Read a form of a new deal: 商机登记——客户：…；项目：…；预计金额：…."""
    if form.command != "create_opportunity" or is_known_deal(form, context):
        return None
    title = form.get("deal", "name", "title", "need", "topic", "summary") or ""
    amount, close, stage = form.get("amount"), form.get("expected_close", "due_at", "when"), form.get("stage")
    money = read_amount(form)
    day = resolve_time(close, context.now, context.timezone, "future") if close else None
    step = stage_of(stage) if stage else None
    if (amount and money is None) or (close and day is None) or (stage and step is None):
        return None  # what was filled in and can't be read is asked about
    account = form.get("account") or next(iter(form.loose), None)
    return CreateOpportunity(title=title, account=account, amount=money, expected_close=day, stage=step)


def _request(heard: Utterance, head: re.Match[str], context: ParseContext) -> CreateOpportunity:
    groups = head.groupdict()
    rest = _ORDERED_LAST.sub("", heard.said(heard.start + head.end(), heard.end))
    rest = _TOUCHING.sub(", ", rest)
    rest, amount = _take_money(f"{groups.get('size') or ''} {rest}".strip(), context)
    rest, close = _take_close(rest, context)
    rest, stage = _take_stage(rest)
    quoted = _QUOTED.search(rest)
    account = groups.get("account")
    if not account:
        rest, account = _take_account(rest)
    title = quoted["title"] if quoted else _tidy(rest)
    if not account and quoted is None:
        title, account = _known_first(title, context)
    return CreateOpportunity(
        title=title,
        account=account.strip(_EDGES) if account else None,
        amount=amount,
        expected_close=close,
        stage=stage,
    )


def _known_first(title: str, context: ParseContext) -> tuple[str, str | None]:
    """Part a known company off the beginning: 'Bluewave, on-prem backup'."""
    first, comma, rest = re.sub(r"\s*[,，]\s*", "\n", title, count=1).partition("\n")
    known = context.find_names(first) if comma and context.find_names else ()
    is_company = any((one.start, one.end) == (0, len(first)) and not one.is_person for one in known)
    return (rest.strip(_EDGES), first) if is_company and rest.strip(_EDGES) else (title, None)


def _take_money(rest: str, context: ParseContext) -> tuple[str, Money | None]:
    found = find_money(rest, context)
    if not found or not isinstance(found[0].value, Money):
        return rest, None
    before, after = rest[: found[0].start], rest[found[0].end :]
    return _without(_MONEY_LEAD.sub("", before), _MONEY_TAIL.sub("", after, count=1)), found[0].value


def _take_close(rest: str, context: ParseContext) -> tuple[str, Moment | None]:
    found = [one for one in find_times(rest, context.now, context.timezone, "future") if isinstance(one.value, Moment)]
    if not found:
        return rest, None
    last = found[-1]
    before, after = rest[: last.start], rest[last.end :]
    tail = _TIME_TAIL.match(after)
    value = last.value
    return _without(_TIME_LEAD.sub("", before), after[tail.end() :] if tail else after), value  # type: ignore[return-value]


def _take_stage(rest: str) -> tuple[str, str | None]:
    match = _STAGE.search(rest)
    stage = stage_of(match["after"] or match["before"] or match["plain"]) if match else None
    if match is None or stage is None:
        return rest, None
    return _without(rest[: match.start()], rest[match.end() :]), stage


def _take_account(rest: str) -> tuple[str, str | None]:
    match = _ACCOUNT.search(rest)
    if match is None:
        return rest, None
    return _without(rest[: match.start()], rest[match.end() :]), match["name"]


def _without(before: str, after: str) -> str:
    return f"{before.rstrip(_EDGES)}, {after.lstrip(_EDGES)}".strip(_EDGES)


def _tidy(rest: str) -> str:
    lead = (
        r"^(?:(?:for|about|on|to|an?|the|called|named)\b|(?:名称?|名字)?叫做?(?=.)|(?:(?:would like|wants?|needs?"
        r"|plans?|asked for|looks? for|(?:is"
        r"|are) (?:looking (?:for|at|to buy)|interested in|after"
        r"|considering|planning|thinking (?:of|about)))\b)(?:\s+to\s+(?:buy|get|have|do|order"
        r"|build))?(?:\s+(?:an?|the|some|our)\b)?|关于|(?:想要?|要|需要|打算|准备|计划|有意|正在|在看)(?:上|做"
        r"|买|采购|换)?)\s*"
    )
    title = re.sub(lead, "", rest.strip(_EDGES), flags=FLAGS)
    return re.sub(r"\s*[,，]\s*[,，]\s*", ", ", title).strip(_EDGES)


COMMAND = Command(label="create_opportunity", roles=STAFF, read=read, rank=36)
