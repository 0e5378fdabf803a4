"""Open a ticket for a customer: 华为李娜问发票怎么改，建个工单; 'open a ticket for Acme: it broke'.

Promise: what the ticket is about in the person's words, and the words in which its customer stands. Never: a record, a
ticket that exists already (those have numbers).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_conditional, is_negated, is_question, is_reported
from nlu.commands._labelled import Form, read_form
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class OpenTicket:
    """A ticket to open; empty where nothing was said."""

    #: what it is about, word for word
    text: str
    #: the customer where the order itself names him
    mention: str | None = None
    #: question, complaint, after_sales or request
    kind: str = "question"


_KIND_ZH = (
    r"(?:客户|紧急|加急|新的?)?(?P<kind>(?:投诉|客诉|售后|维修|报修|换货|退货|退款|退换货?|咨询|问题|请求"
    r"|申请|服务|技术|支持){1,2})?(?:类|的)?"
)
_TICKET_ZH = r"(?:工单|服务单|投诉单|售后单|维修单|报修单|单子(?=[:：,，]|$)|ticket|case)"
_OPEN_ZH = (
    r"(?:记(?=一下|[个一]|工单)|新开|新建|创建|开|建|提交?|登记|录入?|新增|添加|加|生成)(?:一下|了)?(?:一?[个张份条])?"
)
_ORDER_ZH = (
    rf"{_OPEN_ZH}\s*{_KIND_ZH}\s*(?:{_TICKET_ZH}|(?<=投诉)单|(?<=客诉)单|(?<=售后)单|(?<=维修)单"
    rf"|(?<=报修)单|(?<=[换退]货)单|(?<=退款)单)"
)
_KIND_EN = (
    r"(?:(?:an?|the|another|new|urgent|support|customer)\s+)*(?:(?P<kind>complaint|question|after[- ]?sales"
    r"|service request|request|repair"
    r"|return|refund|exchange|warranty|inquiry|enquiry|support|service)s?\s+)?"
)
_OPEN_EN = r"(?:open|create|file|raise|log|start|make|add|register|submit|new)"
_ORDER_EN = (
    rf"{_OPEN_EN}\s+(?:(?:it|this|that)\s+(?:up\s+)?(?:as\s+|in\s+)?)?{_KIND_EN}(?:ticket|case)\b"
    r"(?!\s*(?:#|no|number|tk?-?)?\s*\d)"
)
#: what is always a ticket, also without that word: 登记一个投诉, 'log a complaint from …'
_ALWAYS_ZH = (
    r"(?:登记|录入?|记录?|提交?|立|报)(?:一下|了)?(?:一?[个条张份起])?(?:客户|新的?|紧急)?"
    r"(?P<kind>投诉|客诉|报修|退货申请|换货申请|退换货|退款申请|售后申请|服务请求)"
)
_ALWAYS_EN = (
    r"(?:log|file|raise|register|record|note|open|enter|put in)\s+(?:an?\s+|the\s+|this\s+(?:as\s+an?\s+)?"
    r"|another\s+|new\s+)*"
    r"(?:formal\s+|customer\s+|urgent\s+)?(?P<kind>complaint|service request|repair request|return request"
    r"|refund request"
    r"|warranty claim)"
)
_SEP = r"[\s,，。.:：;；!！—–-]"
_ENDS = r"(?:\s*(?:吧|谢谢|please|pls|now|for (?:it|this|that|him|her|them)))?[\s。.!！]*"
_PATTERNS = tuple(
    re.compile(pattern, FLAGS | re.DOTALL)
    for pattern in (
        # the order first: 给华为开个投诉工单：……, 'open a ticket for Acme: ...'
        rf"(?:给|为|替|帮)(?P<mention>[^,，:：;；?？]{{2,40}}?){_ORDER_ZH}{_SEP}*(?P<text>.*)",
        rf"{_ORDER_ZH}(?:给(?=\S)|[:：,，。\s]+)(?P<text>.+)",
        rf"{_ORDER_ZH}(?P<text>){_ENDS}",
        rf"{_ORDER_EN}\s+(?:for|from|on behalf of|about|by"
        rf"|to)\s+(?P<mention>[^,，:：;；?？.–—]{{2,60}}?)(?:\s*[,，:：;；.–—]\s*|\s+-\s+"
        rf"|\s+(?:because|as|since|about|saying)\s+)(?P<text>.*)",
        rf"{_ORDER_EN}\s+(?:for|from|on behalf of|by)\s+(?P<mention>[^,，:：;；?？.]{{2,60}}?)(?P<text>){_ENDS}",
        rf"{_ORDER_EN}{_SEP}*(?P<text>.*)",
        rf"(?:给|为|替|帮)(?P<mention>[^,，:：;；?？]{{2,40}}?){_ALWAYS_ZH}{_SEP}+(?P<text>.+)",
        rf"{_ALWAYS_ZH}{_SEP}+(?P<text>.+)",
        rf"(?P<text>.{{4,600}}?){_SEP}+(?:请|帮忙|帮我|给我|给(?:他|她|他们)|麻烦|就)?{_ALWAYS_ZH}{_ENDS}",
        rf"{_ALWAYS_EN}\s+(?:for|from|on behalf of|by)\s+(?P<mention>[^,，:：;；?？.–—]{{2,60}}?)"
        rf"(?:\s*[,，:：;；.–—]\s*|\s+-\s+|\s+(?:because|as|since|about|saying|that)\s+)(?P<text>.+)",
        rf"{_ALWAYS_EN}\s*(?:[:：]|\s-)\s*(?P<text>.+)",
        rf"(?P<text>.{{4,600}}?)(?:\s*[,，。.:：;；!！–—]+\s*|\s+-\s+)(?:(?:so|and|please|pls|can you"
        rf"|then)\s+)*{_ALWAYS_EN}{_ENDS}",
        # said first, ordered last: ……，开个售后单
        rf"(?P<text>.{{4,600}}?){_SEP}+(?:请|帮忙|帮我|给我|给(?:他|她|他们|她们|客户)|为(?:他|她|他们|客户)"
        rf"|需要|麻烦|就)?{_ORDER_ZH}{_ENDS}",
        r"(?P<text>.{4,600}?)(?:\s*[,，。.:：;；!！?？–—]+\s*|\s+-\s+|\s+(?=(?:so|and|please|pls|kindly|then)\s))"
        rf"(?:(?:so|and|please|pls|can you|could you|kindly|then)\s+)*{_ORDER_EN}{_ENDS}",
    )
)
_KINDS = (
    ("complaint", r"投诉|客诉|\bcomplain(?:t|ts|s|ed|ing)?\b"),
    (
        "after_sales",
        r"售后|维修|报修|换货|退货|退换|退款|坏了|破损|故障|漏[水液油气]|卡纸|不工作|用不了|开不了机|死机|黑屏"
        r"|过热|发烫|换新|更换"
        r"|\b(?:after[- ]?sales|repair(?:s|ed|ing)?|returns?|refunds?|refunded|exchange|replacements?|replace"
        r"|warranty|broken?"
        r"|broke down|damaged|faulty|defect(?:s|ive)?|malfunction\w*|overheat\w*|leak(?:s|ing|ed)?|crack(?:s|ed)?"
        r"|jam(?:s|med)?"
        r"|stopped working|(?:does|do|is|are)n'?t work(?:ing)?|not working|won'?t (?:start|turn on|boot|print"
        r"|charge|open))\b",
    ),
    ("request", r"请求|申请|\b(?:service )?requests?\b"),
    ("question", r"咨询|问题|\b(?:questions?|inquir\w+|enquir\w+)\b"),
)
#: the word 'complaint' in the story weighs, 'question' in it does not
_TOLD = (
    *_KINDS[:2],
    (
        "request",
        r"(?:要求|希望|想要?|申请)(?:我们)?(?:上门|安排|提供|派|增加|开通|做一?[次个]?培训)"
        r"|\b(?:asks? for|asked for|requests?|requested|wants? (?:us to|training|an? (?:visit|demo|training)"
        r"|access))\b",
    ),
)


def read(text: str, context: ParseContext) -> OpenTicket | None:  # noqa: ARG001 - the contract of a command
    """Read what a new ticket is about, and for whom; None where the words ask about tickets or deny."""
    form = read_form(text)
    if form is not None:
        return _of_form(form)
    heard = hear(text)
    body = heard.body
    if not body or is_conditional(body):
        return None
    for pattern in _PATTERNS:
        match = pattern.fullmatch(body)
        if match is None:
            continue
        said = match.groupdict()
        order = body.replace(said["text"], "", 1) if said["text"] else body
        # What the customer said is the ticket's matter; whoever only tells of an order gives none.
        if is_negated(order) or is_question(order) or is_reported(order):
            return None
        mention = heard.group(match, "mention") if said.get("mention") else None
        words = heard.group(match, "text") or ""
        return OpenTicket(text=words, mention=mention, kind=_kind(said.get("kind") or "", words))
    return None


def _of_form(form: Form) -> OpenTicket | None:
    """Read a form of a ticket: 工单登记：客户：…；联系人：…；类型：投诉；问题：…."""
    if form.command != "open_ticket":
        return None
    person, company = form.get("people", "name"), form.get("account")
    mention = f"{company}'s {person}" if person and company else person or company
    words = form.get("issue", "summary", "topic", "need", "title") or "; ".join(form.loose)
    return OpenTicket(text=words, mention=mention, kind=_kind(f"{form.title} {form.get('way') or ''}", words))


def _kind(named: str, words: str) -> str:
    """Take the kind that was named, else a complaint or a repair that the words tell of."""
    for kind, pattern in _KINDS:
        if named and re.search(pattern, named, FLAGS):
            return kind
    return next((kind for kind, pattern in _TOLD if re.search(pattern, words, FLAGS)), "question")


COMMAND = Command(label="open_ticket", roles=STAFF, read=read, rank=19)
