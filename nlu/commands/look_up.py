"""Look somebody up: 'who is Zhang Wei', 张伟是谁, 华为的电话, 'last contact with Acme'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._asked_about import ADDRESS, find_asked_number
from nlu.commands._command import STAFF, Command
from nlu.commands._guards import is_negated
from nlu.commands._parties import find_parties
from nlu.commands._utterance import Utterance, hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class LookUp:
    """Whom to look up, and what of him is asked."""

    mention: str
    #: who, phone, email, title, address, owner, account, contacts, last_contact, timeline, level, amount or stage
    aspect: str


_ASPECTS = (
    (
        "phone",
        r"phone(?: number)?s?|mobile|cell|telephone|tel|number|电话(?:号码?)?|手机号?(?:码)?|联系电话|联系方式"
        r"|号码|contact (?:details|info(?:rmation)?)",
    ),
    ("email", r"e-?mail(?: address)?|邮箱(?:地址)?|电子邮件|邮件地址"),
    ("title", r"(?:job )?title|position|职位|职务|岗位"),
    ("address", r"address|location|地址"),
    ("owner", r"owner|account manager|sales ?rep|负责人|客户经理|归属人|跟进人"),
    ("contacts", r"contacts?|联系人|对接人"),
    ("account", r"company|employer|公司|单位"),
    (
        "timeline",
        r"timeline|history|interactions?|activities|records?|notes|互动记录|跟进记录|跟进历史|历史记录|互动"
        r"|拜访记录|往来|动态|时间线",
    ),
    ("level", r"level|grade|等级|级别"),
    ("stage", r"stage|deals?|opportunit(?:y|ies)|pipeline|商机|阶段|进展"),
    ("amount", r"amount|contract value|金额|合同金额"),
    ("who", r"profile|info(?:rmation)?|details?|card|record|资料|信息|详情|档案|情况|名片|客户资料|客户信息|基本信息"),
)
_EN_ASPECT = "|".join(pattern for _, pattern in _ASPECTS)
_ZH_ASPECT = (
    "电话(?:号码?)?|手机号?(?:码)?|联系电话|联系方式|号码|邮箱(?:地址)?|电子邮件|职位|职务|地址|负责人|客户经理"
    "|跟进人|联系人|对接人|公司|单位|互动记录|跟进记录|跟进历史|历史记录|拜访记录|动态|时间线|等级|级别|商机"
    "|资料|信息|详情|档案|情况|名片|客户资料|客户信息|基本信息"
)
_NAME = r"(?P<name>[^?？,，。:：;；!！\n]{1,60}?)"
_END = r"\s*[?？。.!！]*"
_ASK = "(?:查(?:一下|一查|查|询|找)?|搜(?:索|一下)?|找(?:一下)?|看(?:一下|看|下)?|打开|给我|发我|告诉我|显示|帮我查)?"
_DID = (
    r"(?:contact(?:ed)?|talk(?:ed)? (?:to|with)|spoke (?:to|with)|speak (?:to|with)|call(?:ed)?|visit(?:ed)?"
    r"|meet|met|see|saw|interact(?:ed)? with|touch(?:ed)? base with)"
)
_PATTERNS = tuple(
    (aspect, re.compile(pattern, re.IGNORECASE | re.ASCII))
    for aspect, pattern in (
        (
            "who",
            r"(?:find|look ?up|search(?: for)?|who(?: is|'s)|查(?:一下|一查|找|询)?|搜索?|找(?:一下)?"
            r"|这个号码?|号码)\s*[:：]?\s*"
            rf"(?P<name>\+?\d[\d ()-]{{6,18}}\d)\s*(?:是谁|是哪位|是哪家)?{_END}",
        ),
        (
            "last_contact",
            r"(?:when (?:was|is) )?(?:the |my |our )?(?:last|latest|most recent) (?:contact|call|visit"
            r"|interaction|meeting|touch ?point|touch|activity|conversation|e-?mail|chat)s?(?: date)? (?:with"
            rf"|to|of|from|for|at) {_NAME}{_END}",
        ),
        (
            "last_contact",
            rf"when did (?:i|we|anyone|someone) last {_DID} {_NAME}{_END}|when was {'(?P<name2>[^?]{1,60}?)'} "
            rf"last (?:contacted|visited|called){_END}",
        ),
        (
            "last_contact",
            r"(?:上一?次|最近一次|最后一次|最近)(?:是)?(?:什么时候|哪天|啥时候|几号)?(?:我|我们)?(?:和|跟|与"
            rf"|同)?(?:联系|拜访|沟通|互动|跟进|通话|通电话|见面?|打电话给?)(?:了|过|的)?{_NAME}(?:是"
            rf"|在)?(?:什么时候|啥时候|哪天|几号|何时|的时间)?{_END}",
        ),
        (
            "last_contact",
            rf"(?:上一?次|最近一次|最后一次|最近)(?:和|跟|与|同){_NAME}(?:的)?(?:联系|拜访|沟通|互动|跟进|通话"
            rf"|通电话|见面?|聊天?|打电话)(?:是|在|的)*(?:什么时候|啥时候|哪天|几号|何时|时间)?{_END}",
        ),
        (
            "last_contact",
            rf"(?:和|跟|与|同)?{_NAME}的?(?:上一?次|最近一次|最后一次|最近)(?:的)?(?:联系|拜访|沟通|互动|跟进"
            rf"|通话)(?:是|在|的|时间)*(?:什么时候|啥时候|哪天|几号|何时)?{_END}",
        ),
        (
            "last_contact",
            rf"(?:when was )?the last time (?:i|we|anyone) (?:met|saw|called|spoke (?:to|with)"
            rf"|talked (?:to|with)|visited|e-?mailed|contacted) {_NAME}{_END}"
            rf"|last time (?:i|we|anyone) (?:met|saw|called|spoke (?:to|with)|talked (?:to|with)"
            rf"|visited|e-?mailed|contacted) {'(?P<name2>[^?]{1,60}?)'}{_END}",
        ),
        (
            "last_contact",
            rf"(?:跟|和|与|同)?{_NAME}(?:那边|这边|那里)?(?:上一?[回次]|最近一?次?|最后一次|之前)(?:跟我们?|和我们?|我们?|是|都)*"
            rf"(?:聊|谈|说|讲|沟通|讨论|见面?聊|拜访)(?:了|的|过|到)*(?:点|些)?(?:什么|啥|哪些(?:内容|事)?)(?:内容|来着|了)?{_END}",
        ),
        (
            "last_contact",
            rf"(?:我们?)?(?:上一?[回次]|最近一?次?)(?:跟|和|与|同)?{_NAME}(?:那边)?(?:聊|谈|说|讲|沟通|讨论)(?:了|的|过|到)*"
            rf"(?:点|些)?(?:什么|啥|哪些(?:内容|事)?)(?:来着)?{_END}",
        ),
        (
            "last_contact",
            rf"what (?:did|was) (?:we|i|you)? ?(?:last )?(?:talk(?:ed)?|discuss(?:ed)?|sa(?:y|id)|go over"
            rf"|cover)(?: about)? (?:with|to) "
            rf"{_NAME}(?: last time| last| recently)?{_END}|what did {'(?P<name2>[^?]{1,60}?)'} (?:say|want"
            rf"|tell (?:me|us)) last time{_END}",
        ),
        (
            "contacts",
            rf"(?:the )?(?:names? of )?(?:everybody|everyone|anyone|all (?:the |our )?(?:people|contacts|folks)"
            rf"|(?:the |our )?"
            rf"(?:people|contacts|folks))(?: (?:that )?we (?:know|have|deal with))? (?:on|at|in|from|over at"
            rf"|with) (?:the )?"
            rf"{_NAME}(?:(?:'s)? (?:side|team|end))?{_END}",
        ),
        (
            "contacts",
            rf"(?:我们?)?{_NAME}(?:那边|那里|公司|这家)(?:我们?)?(?:都)?(?:有|认识)(?:谁|哪些人|哪几个人|哪几位|些谁|什么人){_END}",
        ),
        (
            "timeline",
            rf"(?:show (?:me )?)?(?:the |our |my |full )?(?:history|timeline|activity"
            rf"|interactions?) (?:with|of|for) {_NAME}{_END}",
        ),
        (
            "timeline",
            rf"(?:我们?)?(?:跟|和|与){_NAME}(?:的)?(?:都|之间)?(?:有)?(?:过)?(?:哪些"
            rf"|什么|所有)?(?:互动|往来|联系记录|沟通记录|跟进记录){_END}",
        ),
        (
            "contacts",
            rf"(?:find|show(?: me)?|list|get|see) (?:all |the |our |my )?(?:contacts?|people) (?:at|of"
            rf"|for|in|from) {_NAME}{_END}",
        ),
        (
            "contacts",
            rf"who(?:'s| is| are| do we know) (?:our |my |the )?(?:contacts?|people|person)? ?(?:at|in"
            rf"|with) {_NAME}{_END}",
        ),
        (
            "contacts",
            rf"{_NAME}(?:那边|公司)?(?:都)?有(?:哪些|什么|谁)?(?:联系人|对接人){_END}|{'(?P<name2>[^?？]{2,30}?)'}(?:那边"
            rf"|公司)?(?:的)?(?:联系人|对接人)(?:都)?(?:是|有)(?:谁|哪些){_END}",
        ),
        (
            "aspect",
            r"(?:what(?:'s| is| are) |give me |show me |get |find |tell me |i need |send me )?(?:the "
            rf")?(?P<aspect>{_EN_ASPECT})(?: (?:number|details))? (?:of|for|about) {_NAME}{_END}",
        ),
        (
            "aspect",
            rf"(?:what(?:'s| is| are) |give me |show me |get |find |tell me |i need |send me )?{_NAME}(?:'s"
            rf"|s') (?P<aspect>{_EN_ASPECT}){_END}",
        ),
        (
            "who",
            r"who(?:'s| is|s| are) (?!(?:the|my|your|our|on|in|there|this|that|it|responsible|next|going"
            rf"|coming)\b){_NAME}{_END}",
        ),
        (
            "who",
            r"(?:look up|lookup|search(?: for)?|tell me about|what do we know about|pull up|info(?:rmation)? "
            rf"(?:on|about)|details (?:on|about|of|for)) {_NAME}{_END}",
        ),
        (
            "who",
            r"(?:find|show(?: me)?|open) (?:the )?(?:contact|customer|account|client|company"
            rf"|person)\s+{_NAME}{_END}",
        ),
        ("owner", rf"who (?:owns|manages|looks after|is responsible for|handles) {_NAME}{_END}"),
        (
            "aspect",
            rf"{_ASK}(?:客户|联系人|公司)?{_NAME}的(?P<aspect>{_ZH_ASPECT})(?:是|有)?(?:多少|什么|哪些|几号"
            rf"|哪个|啥|谁|在哪里?)?{_END}",
        ),
        (
            "who",
            rf"{_NAME}(?:到底)?是(?:谁|哪位|哪个人|哪家公司|什么人|干什么的|做什么的|哪个公司的?)(?:啊|呀"
            rf"|呢)?{_END}|谁是{'(?P<name2>[^?？]{1,30}?)'}{_END}",
        ),
        ("owner", rf"谁(?:在)?(?:负责|跟进?|管)(?:的)?{_NAME}{_END}"),
        ("owner", rf"{_NAME}(?:是)?(?:谁(?:在)?(?:负责|跟进?|管)的?|归谁(?:管|负责)?){_END}"),
        (
            "aspect",
            rf"{_ASK}(?P<name>[\u3400-\u9fff]{{2,8}}?|[A-Za-z][\w .&'-]{{1,30}}?)的?\s?(?P<aspect>电话|手机号?"
            rf"|联系方式|邮箱)(?:号码?)?(?:是)?(?:多少|几号|什么){_END}",
        ),
        (
            "aspect",
            r"(?:查(?:一下|一查|查|询|找)|看(?:一下|看)|打开)(?:客户|联系人"
            rf"|公司)?{_NAME}的?(?P<aspect>{_ZH_ASPECT}){_END}",
        ),
        (
            "who",
            r"(?:查(?:一下|一查|查|询|找)|搜(?:索|一下)|找一下|查(?=客户|联系人|公司))(?:一下)?(?:客户|联系人"
            rf"|公司)?[:：\s]*{_NAME}(?:这个(?:人|客户|公司))?{_END}",
        ),
    )
)
#: a number or an address alone: whose is it?
_NUMBER = re.compile(
    r"(?:whose (?:number|phone|mobile|e-?mail|address) is|who(?:'s| is| has"
    r"| does)?(?: (?:this|the) number)?|(?:查(?:一下)?|谁的(?:电话|手机号?|号码|邮箱)是|这个(?:号码"
    r"|电话)))?\s*(?P<name>\+?\d[\d -]{6,16}\d|[^\s@,，]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,})\s*"
    r"(?:is who|belong(?:s)? to(?: who)?|是?谁的?(?:电话|手机号?|号码|邮箱)?|是哪(?:个|位)(?:客户|人)?的?)?[?？。.!]*",
    re.IGNORECASE | re.ASCII,
)
_COMPILED_ASPECTS = tuple(
    (aspect, re.compile(f"(?:{pattern})", re.IGNORECASE | re.ASCII)) for aspect, pattern in _ASPECTS
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
        or _read_card(heard)
    )


def _read_number(heard: Utterance) -> LookUp | None:
    """Read a number or an address alone, or 'whose number is …'."""
    number = ADDRESS.fullmatch(heard.body) or _NUMBER.fullmatch(heard.body)
    if number is None:
        asked = find_asked_number(heard)
        return LookUp(mention=asked, aspect="who") if asked else None
    said = number.groupdict().get("name")
    return LookUp(mention=said.strip() if said else heard.said(heard.start, heard.end), aspect="who")


def _read_card(heard: Utterance) -> LookUp | None:
    for aspect, pattern in _PATTERNS:
        match = pattern.fullmatch(heard.body)
        if match is None:
            continue
        group = "name" if match["name"] else "name2"
        name = _clean(heard.group(match, group) or "")
        if name is None:
            return None
        return LookUp(mention=name, aspect=_aspect(match["aspect"]) if aspect == "aspect" else aspect)
    return None


#: how far a deal is, and what it is worth
_DEAL = r"(?:的|那个?|这个?)*(?:商机|单子|[这那]?单|项目|deal|opportunity|opp)?"
_DEALS = tuple(
    (aspect, re.compile(pattern + _END, re.IGNORECASE | re.ASCII))
    for aspect, pattern in (
        (
            "stage",
            rf"{_NAME}{_DEAL}(?:现在|目前|已经)?(?:是|在|到|处于|进行到|走到|推进到"
            rf"|跟到)?(?:了)?(?:哪个|哪一个|什么|哪一?|啥)(?:阶段|步"
            rf"|stage|状态|进度|地步)(?:了|啦)?",
        ),
        (
            "stage",
            rf"{_NAME}{_DEAL}(?:的)?(?:阶段|进展|进度|状态)(?:现在|目前)?(?:是|到"
            rf"|在)?(?:什么|哪里?|哪个|怎么样|怎样|如何|咋样|啥)(?:了|样了)?",
        ),
        (
            "stage",
            rf"{_NAME}(?:的|那个?|这个?)*(?:商机|单子|[这那]单|项目|deal)(?:现在"
            rf"|目前)?(?:怎么样|怎样|如何|咋样|什么情况)了?",
        ),
        (
            "stage",
            rf"(?:what|which)(?:'s| is| are)?\s+(?:the\s+)?stage\s+(?:is|of"
            rf"|for)?\s*(?:the\s+)?{_NAME}(?:\s+(?:deal|opportunity))?(?:\s+(?:in|at|on))?(?:\s+now)?",
        ),
        (
            "stage",
            rf"where (?:are we|do we stand|does it stand|is)\s+(?:with"
            rf"|on)?\s*(?:the\s+)?{_NAME}(?:\s+(?:deal|opportunity))(?:\s+(?:at|now))*",
        ),
        (
            "stage",
            rf"(?:what(?:'s| is) the status of|how(?:'s| is)|status of)\s+(?:the\s+)?{_NAME}\s+(?:deal"
            rf"|opportunity)(?:\s+(?:going|doing|looking|coming along))?",
        ),
        ("stage", rf"how far (?:along )?(?:is|are we with)\s+(?:the\s+)?{_NAME}(?:\s+(?:deal|opportunity))?"),
        ("amount", rf"how (?:much|big) is\s+(?:the\s+)?{_NAME}(?:\s+(?:deal|opportunity))?(?:\s+worth)?(?:\s+now)?"),
        ("amount", rf"what(?:'s| is)\s+(?:the\s+)?{_NAME}(?:\s+(?:deal|opportunity))?\s+worth"),
        ("amount", rf"what(?:'s| is) the (?:value|amount|size) of\s+(?:the\s+)?{_NAME}(?:\s+(?:deal|opportunity))?"),
        ("amount", rf"{_NAME}{_DEAL}(?:的)?(?:金额|预算|合同额|多大|值)(?:是|有|现在)*(?:多少钱?|多大|几何)?"),
        ("amount", rf"{_NAME}(?:的|那个?|这个?)*(?:商机|单子|[这那]?单|项目|deal)(?:是|有|值|一共)*多少钱?"),
        (
            "close",
            rf"{_NAME}{_DEAL}(?:预计|大概|计划)?(?:什么时候|何时|几号|哪天|几月)(?:能|可以|会"
            rf"|要)?(?:成交|签约?|签单|关单|结单|落地|close)",
        ),
        (
            "close",
            rf"when (?:will|does|is|do we)\s+(?:the\s+)?{_NAME}(?:\s+(?:deal|opportunity))?\s+(?:close"
            rf"|closing|expected to close|going to close|sign)",
        ),
    )
)
#: one fact, asked by its bare name after a known one: 星澜周总电话
_FACT = re.compile(
    rf"\s*(?:的|'s)?\s*(?P<aspect>电话(?:号码?)?|手机号?(?:码)?|联系方式|邮箱|号码|phone(?: number)?|mobile"
    rf"|number|e-?mail|contact (?:details|info))"
    rf"(?:\s*(?:[给发](?:我|一?下)(?:一下|下|看看)?|报一?下|是多少|有吗|多少|please|pls)){{0,2}}{_END}",
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
    rf"{_NAME}(?:现在|目前|一共|总共|大概|到底)*(?:是|有|值|报|谈到|报到)?了?多少(?:钱|万)?了?{_END}",
    re.IGNORECASE | re.ASCII,
)


def _read_worth(heard: Utterance, context: ParseContext) -> LookUp | None:
    """Read what a deal is worth that is called by its name or by its customer's; else it is a price that is asked."""
    match = _WORTH.fullmatch(heard.body)
    name = _clean(heard.group(match, "name") or "") if match else None
    if not name or context.find_names is None or context.knows_deal is None:
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


def _clean(name: str) -> str | None:
    cleaned = _TAIL.sub("", _LEAD.sub("", name)).strip(" \"'“”的")
    return None if not cleaned or _NO_NAME.fullmatch(cleaned) else cleaned


def _aspect(word: str) -> str:
    return next((aspect for aspect, pattern in _COMPILED_ASPECTS if pattern.fullmatch(word)), "who")


COMMAND = Command(label="look_up", roles=STAFF, read=read, rank=60)
