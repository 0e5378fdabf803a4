"""Look somebody up: 'who is Zhang Wei', 张伟是谁, 华为的电话, 'last contact with Acme'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._asked_about import ADDRESS, find_asked_number
from nlu.commands._command import STAFF, Command
from nlu.commands._guards import is_negated
from nlu.commands._look_up_patterns import ASPECTS, BY_POST, END, NAME, PATTERNS, POST_OF
from nlu.commands._parties import find_parties
from nlu.commands._utterance import Utterance, hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class LookUp:
    """Whom to look up, and what of him is asked."""

    mention: str
    #: who, phone, email, title, address, owner, account, contacts, last_contact, timeline, level, amount or stage
    aspect: str


#: a number or an address alone: whose is it?
_NUMBER = re.compile(
    r"(?:whose (?:number|phone|mobile|e-?mail|address) is|who(?:'s| is| has"
    r"| does)?(?: (?:this|the) number)?|(?:查(?:一下)?|谁的(?:电话|手机号?|号码|邮箱)是|这个(?:号码"
    r"|电话)))?\s*(?P<name>\+?\d[\d -]{6,16}\d|[^\s@,，]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,})\s*"
    r"(?:is who|belong(?:s)? to(?: who)?|是?谁的?(?:电话|手机号?|号码|邮箱)?|是哪(?:个|位)(?:客户|人)?的?)?[?？。.!]*",
    re.IGNORECASE | re.ASCII,
)
_COMPILED_ASPECTS = tuple(
    (aspect, re.compile(f"(?:{pattern})", re.IGNORECASE | re.ASCII)) for aspect, pattern in ASPECTS
)
#: What is no customer: words of other commands, pronouns, the assistant itself.
_NO_NAME = re.compile(
    r"(?:(?:waiting|working|asking|going|available|free|online|here|late|calling|coming)\b.*|把.*|.*[你您]"
    r"|.*(?:的(?!.{2,4}$)|老板|主人|作者|总统|首都|冠军|售后|after-sales|pipeline|妈|爸|ticket|工单|任务"
    r"|待办|知识|汇总|报表|总结|订单|物流|快递|发票|退款|退货|积分|会员|优惠|task|order|refund|return"
    r"|policy|政策|流程|制度|营业|客服|人工|门店|你们|your).*|"
    r"(?:he|she|it|they|you|him|her|them|me|my|this|that|the|a|an|i|we|us|your|our|there|his|their|everyone"
    r"|anybody)|[你您他她它我这那谁哪]+(?:们|个|位|人)?|"
    r"(?:我|你|您|公司|客户|联系人|对方|自己|大家|产品|商品)|(?:this|that|the|my|your|our|his|her|their|a"
    r"|an)\b.*|我的.*|.*(?:什么|怎么|如何|多少|为什么|哪).*|\d{1,4})",
    re.IGNORECASE | re.ASCII,
)
_TAIL = re.compile(r"(?:最近|近期|所有|全部|过往|历史|这个月|本月|今年)的?$")
_LEAD = re.compile(
    r"^(?:(?:contact|customer|account|client|company|person|phone|for)\s+|客户|联系人|公司|一下|关于|和|跟|与"
    r"|给我)+",
    re.IGNORECASE | re.ASCII,
)


def read(text: str, context: ParseContext) -> LookUp | None:
    """Read whom to look up."""
    heard = hear(text)
    if not heard.body or is_negated(heard.body):
        return None
    return (
        _read_number(heard)
        or _read_deal(heard)
        or _read_worth(heard, context)
        or _read_fact(heard, context)
        or _read_card(heard, context)
    )


def _read_number(heard: Utterance) -> LookUp | None:
    """Read a number or an address alone, or 'whose number is …'."""
    number = ADDRESS.fullmatch(heard.body) or _NUMBER.fullmatch(heard.body)
    if number is None:
        asked = find_asked_number(heard)
        return LookUp(mention=asked, aspect="who") if asked else None
    said = number.groupdict().get("name")
    return LookUp(mention=said.strip() if said else heard.said(heard.start, heard.end), aspect="who")


def _read_card(heard: Utterance, context: ParseContext) -> LookUp | None:
    for aspect, pattern in PATTERNS:
        match = pattern.fullmatch(heard.body)
        if match is None:
            continue
        group = "name" if match["name"] else "name2"
        said = heard.group(match, group) or ""
        name = _post(said, context)
        if aspect == BY_POST and name is None:
            continue
        name = name or _clean(said)
        if name is None:
            return None
        asked = {BY_POST: "who", "aspect": _aspect(match.groupdict().get("aspect") or "")}.get(aspect, aspect)
        return LookUp(mention=name, aspect=asked)
    return None


#: how far a deal is, and what it is worth
_DEAL = r"(?:的|那个?|这个?)*(?:商机|单子|[这那]?单|项目|deal|opportunity|opp)?"
_DEALS = tuple(
    (aspect, re.compile(pattern + END, re.IGNORECASE | re.ASCII))
    for aspect, pattern in (
        (
            "stage",
            rf"{NAME}{_DEAL}(?:现在|目前|已经)?(?:是|在|到|处于|进行到|走到|推进到"
            rf"|跟到)?(?:了)?(?:哪个|哪一个|什么|哪一?|啥)(?:阶段|步"
            rf"|stage|状态|进度|地步)(?:了|啦)?",
        ),
        (
            "stage",
            rf"{NAME}{_DEAL}(?:的)?(?:阶段|进展|进度|状态)(?:现在|目前)?(?:是|到"
            rf"|在)?(?:什么|哪里?|哪个|怎么样|怎样|如何|咋样|啥)(?:了|样了)?",
        ),
        (
            "stage",
            rf"{NAME}(?:的|那个?|这个?)*(?:商机|单子|[这那]单|项目|deal)(?:现在"
            rf"|目前)?(?:怎么样|怎样|如何|咋样|什么情况)了?",
        ),
        (
            "stage",
            rf"(?:what|which)(?:'s| is| are)?\s+(?:the\s+)?stage\s+(?:is|of"
            rf"|for)?\s*(?:the\s+)?{NAME}(?:\s+(?:deal|opportunity))?(?:\s+(?:in|at|on))?(?:\s+now)?",
        ),
        (
            "stage",
            rf"where (?:are we|do we stand|does it stand|is)\s+(?:with"
            rf"|on)?\s*(?:the\s+)?{NAME}(?:\s+(?:deal|opportunity))(?:\s+(?:at|now))*",
        ),
        (
            "stage",
            rf"(?:what(?:'s| is) the status of|how(?:'s| is)|status of)\s+(?:the\s+)?{NAME}\s+(?:deal"
            rf"|opportunity)(?:\s+(?:going|doing|looking|coming along))?",
        ),
        ("stage", rf"how far (?:along )?(?:is|are we with)\s+(?:the\s+)?{NAME}(?:\s+(?:deal|opportunity))?"),
        ("amount", rf"how (?:much|big) is\s+(?:the\s+)?{NAME}(?:\s+(?:deal|opportunity))?(?:\s+worth)?(?:\s+now)?"),
        ("amount", rf"what(?:'s| is)\s+(?:the\s+)?{NAME}(?:\s+(?:deal|opportunity))?\s+worth"),
        ("amount", rf"what(?:'s| is) the (?:value|amount|size) of\s+(?:the\s+)?{NAME}(?:\s+(?:deal|opportunity))?"),
        ("amount", rf"{NAME}{_DEAL}(?:的)?(?:金额|预算|合同额|多大|值)(?:是|有|现在)*(?:多少钱?|多大|几何)?"),
        ("amount", rf"{NAME}(?:的|那个?|这个?)*(?:商机|单子|[这那]?单|项目|deal)(?:是|有|值|一共)*多少钱?"),
        (
            "close",
            rf"{NAME}{_DEAL}(?:预计|大概|计划)?(?:什么时候|何时|几号|哪天|几月)(?:能|可以|会"
            rf"|要)?(?:成交|签约?|签单|关单|结单|落地|close)",
        ),
        (
            "close",
            rf"when (?:will|does|is|do we)\s+(?:the\s+)?{NAME}(?:\s+(?:deal|opportunity))?\s+(?:close"
            rf"|closing|expected to close|going to close|sign)",
        ),
    )
)
#: one fact, asked by its bare name after a known one: 星澜周总电话
_FACT = re.compile(
    rf"\s*(?:的|'s)?\s*(?P<aspect>电话(?:号码?)?|手机号?(?:码)?|联系方式|邮箱|号码|phone(?: number)?|mobile"
    rf"|number|e-?mail|contact (?:details|info))"
    rf"(?:\s*(?:[给发](?:我|一?下)(?:一下|下|看看)?|报一?下|是多少|有吗|多少|please|pls)){{0,2}}{END}",
    re.IGNORECASE | re.ASCII,
)


def _read_deal(heard: Utterance) -> LookUp | None:
    """Read how far a deal is, what it is worth, or when it closes."""
    for aspect, pattern in _DEALS:
        match = pattern.fullmatch(heard.body)
        if match is not None:
            name = _clean(heard.group(match, "name") or "")
            return LookUp(mention=name, aspect=aspect) if name else None
    return None


#: what something costs, asked without a word for a deal: 渤海化工MES现在多少钱了
_WORTH = re.compile(
    rf"{NAME}(?:现在|目前|一共|总共|大概|到底)*(?:是|有|值|报|谈到|报到)?了?多少(?:钱|万)?了?{END}",
    re.IGNORECASE | re.ASCII,
)


#: a number that is asked, and no price: 范伟手机多少
_FACT_AT_END = re.compile(r"(?:手机|电话|号码?|邮箱|联系方式|微信)$")


def _read_worth(heard: Utterance, context: ParseContext) -> LookUp | None:
    """Read what a deal is worth that is called by its name or by its customer's; else it is a price that is asked."""
    match = _WORTH.fullmatch(heard.body)
    name = _clean(heard.group(match, "name") or "") if match else None
    if not name or _FACT_AT_END.search(name) or context.find_names is None or context.knows_deal is None:
        return None
    begins = any(one.start == 0 and not one.is_colleague for one in context.find_names(name))
    return LookUp(mention=name, aspect="amount") if begins or context.knows_deal(name) else None


def _read_fact(heard: Utterance, context: ParseContext) -> LookUp | None:
    """Read a known name with a fact behind it and nothing else."""
    if context.find_names is None:
        return None
    parties = find_parties(heard.folded, context.find_names(heard.folded), heard.start)
    if not parties or parties[0].start != heard.start:
        return None
    match = _FACT.fullmatch(heard.folded, parties[-1].end, heard.end)
    if match is None or len(parties) != 1:
        return None
    return LookUp(mention=heard.said(heard.start, parties[0].end), aspect=_aspect(match["aspect"]))


_POST = re.compile(rf"(?:the |their |our )?(?P<post>{POST_OF})", re.IGNORECASE | re.ASCII)


def _post(said: str, context: ParseContext) -> str | None:
    """Read 'the IT Director at Globex': a post at a company that is known, else it is no name of anybody."""
    match = _POST.fullmatch(said)
    if match is None or context.find_names is None:
        return None
    known = [one for one in context.find_names(match["post"]) if not one.is_person and not one.is_colleague]
    return match["post"] if any(one.end == len(match["post"]) for one in known) else None


def _clean(name: str) -> str | None:
    cleaned = _TAIL.sub("", _LEAD.sub("", name)).strip(" \"'“”的")
    return None if not cleaned or _NO_NAME.fullmatch(cleaned) else cleaned


def _aspect(word: str) -> str:
    return next((aspect for aspect, pattern in _COMPILED_ASPECTS if pattern.fullmatch(word)), "who")


COMMAND = Command(label="look_up", roles=STAFF, read=read, rank=60)
