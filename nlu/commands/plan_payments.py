"""Plan when a deal is to be paid: 永丰食品回款计划：12月15日10万，…; 'payment plan for Acme: 40k on Dec 15 …'.

Promise: every line has its amount and its day; a line that lacks either leaves the whole unread. Never: a record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_conditional, is_negated, is_question, is_reported
from nlu.commands._labelled import Form, read_form
from nlu.commands._utterance import hear
from nlu.entities.money import Money
from nlu.entities.money import find as find_money
from nlu.entities.times import find_times
from nlu.understanding import Moment, ParseContext


@dataclass(frozen=True, kw_only=True)
class PlannedLine:
    """What is to come in on a day."""

    amount: Money
    day: Moment


@dataclass(frozen=True, kw_only=True)
class PlanPayments:
    """The lines of a deal's plan; none where they have to be asked for."""

    mention: str
    lines: tuple[PlannedLine, ...]


_NAME = r"(?P<name>[^,，:：;；?？]{2,60}?)"
_NEW_ZH = r"(?:新增|新建|制定|设置|设定|录入|添加|创建|登记|加|建|做|定)(?:一下|一个|个)?"
_PLAN_ZH = r"(?:分期)?(?:回款|付款|收款|分期)(?:计划|安排|节奏|方案)"
_TIMES_ZH = r"(?:分|共|分成)(?:[两二三四五六\d]|几)(?:期|笔|次|个节点)(?:回款|付款|打款|支付|付|收款|到账|收|给)?"
_PLAN_EN = r"(?:payment|instal?lment|billing|collection)\s+(?:plan|schedule)"
_PATTERNS = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        rf"(?:给|为|把|将)?{_NAME}(?:的|\s)*(?:{_NEW_ZH})?{_PLAN_ZH}(?:是|为|如下|改成|定为)?[:：,，\s]*(?P<lines>.*)",
        rf"{_NEW_ZH}{_NAME}(?:的|\s)*{_PLAN_ZH}(?:是|为|如下)?[:：,，\s]*(?P<lines>.*)",
        rf"{_NAME}(?:的款项?|的合同款|货款|合同款)?\s*{_TIMES_ZH}[:：,，\s]*(?P<lines>.*)",
        rf"(?:(?:new|set|add|create|make|set up|enter|record|log)\s+)?(?:an?\s+|the\s+)?{_PLAN_EN}\s+(?:for|of"
        rf"|with)\s+(?:the\s+)?{_NAME}"
        r"(?:\s+is|\s+as follows)?\s*(?:[:,;–—]|\s-\s|\s(?=\d|[$€£¥]))\s*(?P<lines>.*)",
        rf"(?:(?:new|set|add|create|enter|record|log)\s+)?(?:the\s+)?{_NAME}(?:'s)?\s+{_PLAN_EN}\s*(?:is"
        rf"|[:,;–—]|\s-\s)\s*(?P<lines>.*)",
        rf"(?:(?:new|set|add|create|enter|record|log|plan)\s+)?(?:the\s+)?(?:instal?lments|payments"
        rf"|milestones)\s+(?:for|of|on|from)\s+(?:the\s+)?{_NAME}"
        r"\s*(?:are|is|as follows)?\s*(?:[:;–—]|\s-\s)\s*(?P<lines>.*)",
        rf"{_NAME}(?:的|\s)*(?:分[两二三四五六\d]期|分批)[:：,，\s]+(?P<lines>.*)",
        rf"{_NAME}\s+(?:(?:will|is going to|is to"
        rf"|should)\s+)?pays?(?:\s+us)?\s+in\s+(?:\w+\s+)?(?:instal?lments|parts|payments|stages)\s*"
        r"(?:[:,;–—]|\s-\s)\s*(?P<lines>.*)",
    )
)
_LINE = re.compile(r"\s*(?:[;；、，]|,(?!\d{3})|\band\b|\bthen\b|然后|再|和(?=\d)|\n)+\s*", FLAGS)
#: an order to keep the plan, behind its lines
_ORDER_LAST = re.compile(
    r"[,，;；。\s]*(?:(?:请|帮我|麻烦|给我)*(?:录|记|建|做|登记|录入|保存|排|生成)(?:一?下|上|个|成|为"
    r"|进)*(?:分期)?(?:回款|付款|收款)?计划"
    r"|(?:please\s+)?(?:log|record|add|save|enter)\s+(?:it|that|this)\s+as\s+(?:an?\s+|the\s+)?(?:payment"
    r"|instal?lment)\s+"
    r"(?:plan|schedule))[\s。.!！吧]*$",
    FLAGS,
)
_NO_NAME = re.compile(
    r"(?:查看?|看看?|列出|显示|我的?|本月|逾期|哪些).*|(?:show|list|my|the|what|which|overdue)\b.*", FLAGS
)


def read(text: str, context: ParseContext) -> PlanPayments | None:
    """Read the deal and each line; None where the words ask, deny, or a line is incomplete."""
    form = read_form(text)
    if form is not None:
        return _of_form(form, context)
    body = _ORDER_LAST.sub("", hear(text).body)
    if not body or len(body) > 400 or is_reported(body) or is_question(body) or is_conditional(body):
        return None
    for pattern in _PATTERNS:
        match = pattern.fullmatch(body)
        if match is None or _NO_NAME.fullmatch(match["name"]):
            continue
        lines = _lines(match["lines"], context)
        if lines and not is_negated(body.replace(match["name"], "X", 1)):
            return PlanPayments(mention=match["name"].strip(" 的"), lines=lines)
    return None


def _of_form(form: Form, context: ParseContext) -> PlanPayments | None:
    """Read a form whose lines have labels of their own: 回款计划 客户：…；首期：10万，2月1日；尾款：…."""
    mention = form.get("deal", "account", "name")
    if form.command != "plan_payments" or mention is None:
        return None
    kept = [one for one in form.parts if one.name not in {"deal", "account", "name"}]
    lines = [_lines(one.value, context) for one in kept]
    if not lines or not all(lines):
        return None
    return PlanPayments(mention=mention, lines=tuple(line for each in lines for line in each))


def _lines(words: str, context: ParseContext) -> tuple[PlannedLine, ...]:
    """Read each piece as an amount with a day; nothing where a piece is neither."""
    found = []
    for piece in _LINE.split(words.strip(" 。.!！")):
        if not piece.strip():
            continue
        line = _line(piece, context)
        if line is None:
            return ()
        found.append(line)
    return tuple(found)


def _line(piece: str, context: ParseContext) -> PlannedLine | None:
    times = [one for one in find_times(piece, context.now, context.timezone, "future") if isinstance(one.value, Moment)]
    if len(times) != 1 or not isinstance(times[0].value, Moment):
        return None
    rest = piece[: times[0].start] + " " + piece[times[0].end :]
    money = find_money(rest, context)
    if len(money) != 1 or not isinstance(money[0].value, Money):
        return None
    return PlannedLine(amount=money[0].value, day=times[0].value)


COMMAND = Command(label="plan_payments", roles=STAFF, read=read, rank=37)
