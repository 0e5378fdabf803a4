"""Record what a customer paid: 收到华为20万回款, 华为昨天付了尾款88,000元, 'Acme paid ¥88,000 yesterday'.

Promise: an amount that came in, or is to come in on a named day; never one that is only hoped for. Never: a record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._labelled import Form, read_amount, read_form, read_moment
from nlu.commands._utterance import hear
from nlu.entities.money import Money
from nlu.entities.money import find as find_money
from nlu.entities.times import find_times
from nlu.understanding import Moment, ParseContext


@dataclass(frozen=True, kw_only=True)
class RecordPayment:
    """What came in, from whom."""

    mention: str
    amount: Money | None
    #: when it came in, or when it is to come in
    day: Moment | None = None
    #: it is still to come: a line of the plan
    is_planned: bool = False
    #: the deal that it is for, as said
    deal: str | None = None
    #: how it came in, in the person's words
    method: str | None = None


_KW = (
    r"(?:回款|付款|打款|收款|汇款|货款|尾款|payment|第[一二三四五\d][笔期]款?|首付款?|首款|预付款?|定金|订金"
    r"|进度款|款项|款)"
)
_GOT = r"(?:收到|到账|到帐|入账|进账|收|记录?|登记|录入?|新增|添加|确认)"
_PAID = r"(?:回款|付款|打款|汇款|转账|支付|付清|付|汇|打|转|到账|到帐|入账|结清|结)"
_NAME = r"(?P<name>[^§†,，:：;；?？]{2,40}?)"
_TO = (
    r"(?:[,，]?\s*(?:用于|是|对应|for(?: the)?|on(?: the)?)\s*(?P<deal>[^§†,，]{2,60}?)(?:的(?:商机|单子|项目"
    r"|款)?|\s+(?:deal|order|opportunity))?)?"
)
#: how it came in
_METHOD = re.compile(
    r"[\s,，(（]*(?:(?:是|用|走|通过|以)的?)?(?P<zh>(?:银行|对公|网银|现金|微信|支付宝|线上|线下)(?:转账|汇款"
    r"|支付|付款)|转账|电汇|支票|现金|承兑(?:汇票)?"
    r"|汇票|支付宝|对公账户?)(?:的|付的|支付)?[)）]?(?=$|[\s,，。.!])"
    r"|[\s,(]*\b(?:by|via|through|in)\s+(?P<en>(?:bank |wire )?transfer|wire|che(?:que|ck)|cash"
    r"|(?:credit )?card|paypal|ach"
    r"|sepa)\b[)]?|[\s,]+(?P<bare>(?:bank|wire) transfer)(?=$|[\s,.!])|\s*,\s*(?P<last>wire|che(?:que|ck)"
    r"|cash)(?=[\s.!]*$)",
    FLAGS,
)
_KW_EN = (
    r"(?:(?:first|second|third|fourth|final|last|down|initial|advance|partial|\d(?:st|nd|rd|th))\s+)*(?:payment|deposit"
    r"|instal?lment|balance|prepayment|pre-payment|advance|down[- ]payment|transfer|remittance|milestone)s?"
)
#: part of the whole that a payment is: 30%的, 三成
_SHARE = r"(?:(?:百分之)?[\d一二三四五六七八九十]{1,4}(?:%|％|成)?的?|一半|部分|全款|全部|余下的)?"
_CAME_EN = (
    r"(?:(?:has|have|had|just|finally|already|also)\s+)*(?:came in|come in|came through|arrived|landed|(?:was "
    r"|been |is )?received"
    r"|is in|cleared|hit (?:our|the) (?:bank )?account)"
)
#: what may follow: that it is here
_HERE = (
    r"(?:[,，]?\s*(?:(?:帮我|请|麻烦|给我|你|给)*(?:记|登记?|录|录入|记录|入)(?:一下|个|上|下|为|成|入)*(?:回款"
    r"|收款|到款"
    r"|款|账|帐)?(?:吧)?"
    r"|(?:please\s+)?(?:log|record|book|note|register)\s+(?:it|that|this|the payment)(?:\s+please)?))?"
    r"(?:[,，]?\s*(?:是|也|都)?(?:已经?|刚刚?)?(?:到账|到帐|入账|received|(?:入|到|进)的(?:账|帐)|(?:到|付|打|收"
    r"|汇|转)(?:账|款|到"
    r"|过来|来)?[的了]?))?[\s。.!,，]*"
)
_PATTERNS = tuple(
    re.compile(pattern + _HERE, FLAGS)
    for pattern in (
        rf"(?:刚|刚刚|我们)?{_GOT}(?:一?下|了)?(?:一笔)?(?:来自)?{_NAME}(?:那边"
        rf"|公司)?的?{_KW}?[:：,，\s]*§的?(?:{_KW})?(?:了)?{_TO}",
        rf"(?:刚|刚刚|我们)?{_GOT}(?:一?下|了)?(?:一笔)?§的?{_KW}[,，:：]?\s*(?:来自|客户[:：是]?)?{_NAME}(?:的"
        rf"|付的)?{_TO}",
        rf"{_NAME}(?:那边|公司)?(?:的{_KW})?\s*(?:已经?|刚刚?|终于|都|计划|预计|将|会"
        rf"|要)*{_PAID}了?(?:一笔)?(?:{_KW})?[:：\s]*§(?:的?{_KW})?(?:过来)?(?:了)?{_TO}",
        rf"{_NAME}(?:的)?(?:{_KW})?\s*§(?:的?{_KW})?(?:已经?|都|刚刚?)?(?:到账|到帐|收到|入账|进账|回款|付清"
        rf"|打过来)了?{_TO}",
        rf"(?:{_GOT}(?:一?下|了)?(?:一笔|一个)?|计划|预计)?(?:{_KW})(?:记录|计划)?[:：,，\s]*{_NAME}[,，:：\s]*§{_TO}",
        rf"(?:(?:i|we)(?:'ve| have)?\s+(?:just\s+)?)?(?:record|log|register|add|enter|book|note|plan)\s+(?:(?:a"
        rf"|an|the)\s+)?(?:§\s+)?"
        rf"(?:payment|deposit|instal?lment|receipt)s?\s*(?:[:：]\s*)?(?:of\s*§\s*)?(?:from|by|for"
        rf"|of)?\s*{_NAME}(?:[,:\s]+(?:of\s+)?§)?{_TO}",
        rf"(?:(?:i|we)(?:'ve| have)?\s+(?:just\s+)?)?(?:received|got|collected|record|log)\s+(?:(?:a|an"
        rf"|the)\s+)?(?:payment of |deposit of )?§\s*"
        rf"(?:payment |deposit )?(?:from|by)\s+{_NAME}{_TO}",
        rf"{_NAME}\s+(?:has\s+|have\s+|just\s+|already\s+|'ve\s+|will\s+)*(?:paid|pay|transferred|wired"
        rf"|settled)(?:\s+us)?\s*(?:(?:a|the)\s+(?:deposit|payment)\s+of\s+)?§{_TO}",
        rf"(?:payment|deposit)(?: received)?\s*[:：]?\s*(?:of\s+§\s+)?(?:from\s+)?{_NAME}[,:\s]+§{_TO}",
        rf"(?:payment|deposit)(?: received)?\s*[:：]?\s*(?:of\s+)?§\s+(?:received\s+)?from\s+{_NAME}{_TO}",
        rf"{_NAME}(?:那边|公司)?的?[那这]一?[笔单](?:{_KW}|钱)?(?:已经?|刚刚?|终于|也|都)*"
        rf"(?:到账?|进来|打进来|进账?|入账|打过来|收到|付|回)了[:：,，\s]*§(?:的?{_KW})?{_TO}",
        rf"{_NAME}\s*(?:那边|公司)?的?\s*(?:{_KW}|{_KW_EN})\s*(?:已经?|刚刚?|终于|也|都)*(?:到账?|进来|进账|入账"
        rf"|收到)了[:：,，\s]*§{_TO}",
        rf"(?:the\s+)?{_NAME}(?:'s|s')\s+§\s+{_CAME_EN}{_TO}",
        # it is here: 永丰到了一笔5万, '…first instalment 40k is in'
        rf"{_NAME}(?:那边|公司)?(?:刚刚?|已经?|又|也)*(?:到|进|打来|打过来|汇来|转来|汇过来|转过来|付来)了"
        rf"(?:一?笔)?(?:{_KW})?[:：\s]*§(?:的?{_KW})?{_TO}",
        rf"{_NAME}(?:那边|公司)?的?{_SHARE}{_KW}[,，:：\s]*§\s*(?:已经?|都|刚刚?|也)*(?:进账|进来|打进来|到位"
        rf"|落袋)了{_TO}",
        rf"(?:(?:a|an|the|another)\s+)?{_KW_EN}\s+from\s+{_NAME}[\s,:]+(?:of\s+)?§(?:\s+{_CAME_EN})?{_TO}",
        # a part of the whole, told before its amount: 科硕打了30%的预付款过来，18万
        rf"{_NAME}(?:那边|公司)?\s*(?:已经?|刚刚?|终于|都|今天"
        rf"|昨天)*{_PAID}了?(?:一笔)?{_SHARE}(?:{_KW})?(?:过来|给我们|进来)?了?[,，:：\s]*§"
        rf"(?:的?{_KW})?(?:过来)?了?{_TO}",
        rf"{_NAME}(?:那边|公司)?的?{_SHARE}{_KW}[,，:：\s]*§\s*(?:已经?|都|刚刚?)*(?:到账|到帐|到|收到|入账"
        rf"|打过来)了{_TO}",
        rf"(?:the\s+)?{_NAME}(?:'s|s')?\s+{_KW_EN}(?:\s+of|\s*[:,])?\s*§\s*{_CAME_EN}{_TO}",
        rf"(?:(?:a|the|another)\s+)?{_KW_EN}\s+of\s+§\s+(?:{_CAME_EN}\s+)?from\s+{_NAME}(?:\s+{_CAME_EN})?{_TO}",
        rf"§\s+(?:{_KW_EN}\s+)?(?:{_CAME_EN}\s+)?from\s+{_NAME}(?:\s+{_CAME_EN})?{_TO}",
        rf"{_NAME}\s+(?:has\s+|have\s+|just\s+|already\s+|finally\s+)*(?:sent(?: over)?|paid|wired|transferred"
        rf"|remitted)(?:\s+us)?\s+"
        rf"(?:(?:a|the|their|its)\s+)?(?:{_KW_EN}\s*(?:of|,|:)?\s*)?§(?:\s+{_KW_EN})?{_TO}",
    )
)
_TIME_EDGE = re.compile(r"\s*(?:于|在|on|at|by|before)\s*$", FLAGS)
_PLANNED = re.compile(r"计划|预计|将|会|要|\bplan|\bwill\b|\bdue\b", FLAGS)
_NO_NAME = re.compile(
    r".*\b(?:not|never|\w+n'?t)\b.*|.*(?:可能|也许|应该|打算|还没|没有?|尚未|未|不会?|别)(?:给|向)?|.*(?:说|问"
    r"|告诉|希望|如果|什么|多少|怎么|电话|拜访|会议|任务"
    r"|提醒|商机|会员|顾客|订单|我|你|他|她|"
    r"\b(?:said|says|told|asks?|wants?|if|call|visit|meeting|task|remind|i|you|he|she|they|we|customer)\b).*",
    FLAGS,
)


def read(text: str, context: ParseContext) -> RecordPayment | None:
    """Read what came in and from whom; None where the words ask, deny or hope."""
    form = read_form(text)
    if form is not None:
        return _of_form(form, context)
    heard = hear(text)
    body = heard.body
    if not body or len(body) > 200 or is_reported(body) or is_question(body):
        return None
    body, method = _take_method(_PROOF.sub("", body))
    template, amount, day = _mark(body, context)
    match = next((found for pattern in _PATTERNS if (found := pattern.fullmatch(template))), None)
    if match is None or amount is None or _NO_NAME.fullmatch(match["name"]):
        return None
    around = template.replace(match["name"], "X", 1)
    if is_negated(around):
        return None
    is_ahead = day is not None and day.start > context.now
    if _PLANNED.search(around) and not is_ahead:
        return None
    return RecordPayment(
        mention=_HALF_WORD.sub("", match["name"]).strip(" 的"),
        amount=amount,
        day=day,
        is_planned=is_ahead,
        deal=match["deal"] or None,
        method=method,
    )


def _of_form(form: Form, context: ParseContext) -> RecordPayment | None:
    """Read a form of what came in: 回款登记：客户：…；金额：…；到账日期：…."""
    mention = form.get("account", "deal", "name", "people") or next(iter(form.loose), None)
    amount = read_amount(form)
    if form.command != "record_payment" or mention is None or amount is None:
        return None
    day = read_moment(form, context, "past", "paid_on", "when", "paper_day", "due_at") if form.all(*_DAYS) else None
    if form.all(*_DAYS) and day is None:
        return None
    is_ahead = day is not None and day.start > context.now
    deal = form.get("deal") if form.get("account") else None
    method = form.get("method", "way")
    return RecordPayment(mention=mention, amount=amount, day=day, is_planned=is_ahead, deal=deal, method=method)


_DAYS = ("paid_on", "when", "paper_day", "due_at")
#: what a word for the payment begins with, left at the end of the name: 申汇首|付款
_HALF_WORD = re.compile(r"的?(?:首|预|尾|前|后|剩余|余|第[一二三四五\d][笔期]?)$")


#: what shows that it came in, before it is told: 财务甩给我截图, 'bank says:'
_PROOF = re.compile(
    r"^(?:财务|出纳|会计|银行|网银)(?:那边|刚刚?|今天|早上|上午|下午|都|已经?)*(?:(?:发|甩|传|转|丢|给)(?:来|给"
    r"|过来)?我?了?)?"
    r"(?:一?[个张条])?(?:到账|入账|进账)?(?:截图|回单|短信|水单|通知|凭证)(?:了|来了)?[,，:：\s]*"
    r"|^(?:bank (?:alert|notice|advice|slip)|remittance advice)\s*[:,-]\s*",
    FLAGS,
)


def _take_method(body: str) -> tuple[str, str | None]:
    """Take 银行转账, 'by wire' off a body."""
    match = _METHOD.search(body)
    if match is None or match.start() == 0:
        return body, None
    return f"{body[: match.start()]} {body[match.end() :]}".strip(), match["zh"] or match["en"] or match[
        "bare"
    ] or match["last"]


def _mark(body: str, context: ParseContext) -> tuple[str, Money | None, Moment | None]:
    """Put § for the amount and leave the day out, so that the patterns read only what is around them."""
    money = find_money(body, context)
    amount = money[0].value if money and isinstance(money[0].value, Money) else None
    marked = body[: money[0].start] + "§" + body[money[0].end :] if money else body
    tense = "future" if _PLANNED.search(body) else "past"
    times = find_times(marked, context.now, context.timezone, tense)  # type: ignore[arg-type]
    day = times[0].value if times and isinstance(times[0].value, Moment) else None
    if day is not None:
        before = _TIME_EDGE.sub("", marked[: times[0].start])
        marked = f"{before.rstrip()} {marked[times[0].end :].lstrip()}".strip()
        marked = (
            marked if marked.replace("§", "").isascii() else re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", marked)
        )
    return marked.strip(" ,，"), amount, day


COMMAND = Command(label="record_payment", roles=STAFF, read=read, rank=39)
