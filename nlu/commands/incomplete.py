"""Orders of which one piece is missing: 改一下华为的级别, 'remind me tomorrow', 永丰食品到账了, 'assign Acme'.

Promise: what is missing, and the sentence that the answer makes whole; that sentence is read by the command's own
grammar. Never: a record.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FIELD_PATTERN, FLAGS, field_of
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._statements import read_statement
from nlu.commands._utterance import hear
from nlu.entities.money import find as find_money
from nlu.entities.stages import stage_of
from nlu.entities.times import find_times
from nlu.understanding import ParseContext

#: stands for the missing piece in a template
GAP = "§"
_SELLERS = frozenset({"rep", "supervisor", "manager", "admin"})
LONGEST = 80


@dataclass(frozen=True, kw_only=True)
class Incomplete:
    """What is missing, and how the answer makes a sentence of it."""

    #: value, name, owner, tags, title, time, amount, payment, payer, parties, requirement
    asks: str
    #: sentences with GAP in the answer's place; the first that a grammar reads is meant
    templates: tuple[str, ...]
    #: the field whose value is missing
    field: str | None = None

    def narrow(self, answer: str, context: ParseContext) -> str | None:
        """Return an order that misses less where the answer to 'who paid how much?' gives one of both; else None."""
        said = _PAYER.sub("", _LEAD.sub("", answer.strip(), count=1).strip(_EDGES))
        if self.asks != "payment" or not said:
            return None
        money, is_english = find_money(said, context), _is_english(self.templates[0])
        if not money and context.find_names is not None and context.find_names(said):
            return f"{said} paid" if is_english else f"{said}到账了"
        if len(money) == 1 and (money[0].start, money[0].end) == (0, len(said)):
            return f"payment of {said}" if is_english else f"收到{said}回款"
        return None

    def complete(self, answer: str) -> list[str]:
        """Return the sentences that the answer makes."""
        said = _LEAD.sub("", answer.strip(), count=1).strip(_EDGES)
        said = _PAYER.sub("", said) if self.asks in {"payment", "payer"} else said
        return [template.replace(GAP, said) for template in self.templates]


_EDGES = ' \t,，。.!！:："“”'
#: what leads to a value in an answer: 'to December 9', 改成90万, 'it's 225k'
_LEAD = re.compile(
    r"^(?:(?:the\s+|his\s+|her\s+|their\s+)?new\s+(?:one|number|mobile|phone|e-?mail|address|title)\s*(?:is|:)?\s*"
    r"|(?:他的?|她的?)?新(?:号码?|手机号?码?|电话|邮箱|地址|职位|的)(?:是|为|[:：])?"
    r"|to\s+|at\s+|as\s+|it'?s\s+|it is\s+|make it\s+|it should be\s+|改为|改成|改到|推迟到"
    r"|延到|延期到|到(?!账)|为|成|应该是|是|叫|提醒我|remind me (?:to )?)",
    FLAGS,
)
_N = r"(?P<name>[^,，:：;；?？]{2,40}?)"
_F = f"(?P<field>{FIELD_PATTERN})"
_CHANGE_ZH = r"(?:修改|更新|更改|调整|变更|设置|改动|改|换|调|动)(?:一下|下|一改)?"
_CHANGE_EN = r"(?:change|update|set|edit|modify|adjust|correct|fix|amend)"
_VALUE = tuple(
    re.compile(pattern + r"[\s。.!！]*", FLAGS)
    for pattern in (
        rf"{_CHANGE_ZH}(?P<of>)\s*{_N}(?:\s*的\s*|\s){_F}",
        rf"(?:把|将)(?P<of>)\s*{_N}\s*的?\s*{_F}\s*(?:给)?(?:要|得|需要)?{_CHANGE_ZH}",
        rf"{_N}\s*的\s*{_F}\s*(?:要|得|需要)(?P<of>)?{_CHANGE_ZH}",
        rf"{_N}\s*的?\s*{_F}\s*(?:给我)?(?:修改|更新|更改|调整|变更|改动|改|换|调)(?:一下|下)",
        rf"{_N}(?:要|得|需要|想)?{_CHANGE_ZH}{_F}",
        rf"{_CHANGE_EN}\s+(?:the\s+)?{_F}(?P<of>)\s+(?:of|for|on)\s+(?:the\s+)?{_N}",
        rf"{_CHANGE_EN}\s+(?:the\s+)?{_N}(?:'s|s')(?P<of>)\s+{_F}",
        rf"{_CHANGE_EN}\s+(?:the\s+)?{_N}\s+{_F}",
    )
)
#: what is told to be new without its value: 王总换手机号了, "James Lee's number has changed"
_NEW_FIELD = (
    r"(?P<field>手机号?码?|电话(?:号码?)?|号码|邮箱(?:地址)?|邮件地址|地址|微信号?|职位|职务|网站|网址"
    r"|(?:phone |mobile |cell )?number|mobile|phone|e-?mail(?: address)?|address|(?:job )?title|website)"
)
_TOLD_NEW = tuple(
    re.compile(pattern + r"[\s。.!！]*", FLAGS)
    for pattern in (
        rf"{_N}(?:的)?(?:刚刚?|又|最近|已经?)*(?:换|改|变|更新)(?:了)?(?:个|一个)?(?:新)?的?{_NEW_FIELD}(?:了|啦)",
        rf"{_N}的?{_NEW_FIELD}(?:刚刚?|又|最近|已经?)*(?:换|改|变|更新)(?:了|啦|过了)",
        rf"{_N}(?:'s|s')\s+{_NEW_FIELD}\s+(?:has |have |is |was )?(?:just |recently )?"
        r"(?:changed|new|different|updated)(?: now)?",
        rf"{_N}\s+(?:has|have|'s|got|has got)\s+(?:just )?(?:got )?a\s+new\s+{_NEW_FIELD}",
        rf"{_N}\s+(?:has\s+)?(?:just\s+)?(?:changed|switched|updated)\s+(?:his|her|their|its)\s+{_NEW_FIELD}",
    )
)
#: a field without whose: 改客户级别, 'change a deal's amount'
_WHOSE = re.compile(
    rf"{_CHANGE_ZH}(?:一个|某个|个)?(?P<kind>客户|商机|联系人|任务)的?{_F}"
    rf"|{_CHANGE_EN}\s+(?:an?|the|some)\s+(?P<kind2>customer|account|deal|opportunity|contact|task)(?:'s)?\s+"
    rf"(?P<field2>{FIELD_PATTERN})",
    FLAGS,
)
_TAGS = re.compile(
    rf"(?:给|为|把){_N}(?:打|加|贴|添加)(?:上|个|一个|一下)?标签|(?:tag|label)\s+(?P<name2>[^,:;?]{{2,40}}?)"
    r"|add\s+(?:a\s+)?(?:tag|label)\s+to\s+(?P<name3>[^,:;?]{2,40}?)",
    FLAGS,
)
_OWNER = re.compile(
    rf"(?:把|将){_N}(?:转|转交|移交|分配|交接?|指派)(?:给|出去)?(?:别人|其他人|同事|人)?(?:一下|了)?"
    r"|(?:assign|reassign|transfer|hand over)\s+(?P<name2>[^,:;?]{2,40}?)(?:\s+to\s+(?:someone(?: else)?"
    r"|somebody(?: else)?|a colleague))?",
    FLAGS,
)
#: what shows that the value was said as well
_SAYS_MORE = re.compile(r"\b(?:to|as|is|from|because|with)\b|[改换]成|改为|[:：=]", FLAGS)
_LABEL = re.compile(r"标签|\b(?:add|label)\b", FLAGS)
_SOMEBODY = re.compile(r"同事|别人|其他人|出去|\b(?:someone|somebody|colleague)\b", FLAGS)
_TO_WHOM = re.compile(
    r"(?:转|转交|移交|分配|指派|交)给(?P<who>[^,，:：;；?？]{2,20}?)|(?:assign|transfer|hand over)(?: (?:it"
    r"|this|that))?\s+to\s+(?P<who2>@?[\w .-]{2,30}?)",
    FLAGS,
)
_STAGE = re.compile(
    r"(?:推进|推|转|改|进|进入|移)(?:到|至|成|为|入)(?P<stage>[^,，]{2,8}?)(?:阶段)?|(?:move|advance"
    r"|push|change)(?: it)?\s+to\s+(?:the\s+)?(?P<stage2>[a-z ]{3,20}?)(?:\s+stage)?",
    FLAGS,
)
_REMINDER = re.compile(
    r"(?:(?:到时候?|请|记得|帮我)?(?:提醒|叫)(?:一下)?我(?:一下)?|(?:设|定|建|加)(?:置|定)?一?个提醒)"
    r"|(?P<en>(?:please )?(?:remind me|(?:set|create|add)(?: me)?(?: up)? an? reminder(?: for me)?)(?: (?:for"
    r"|on|at|about|to))?)",
    FLAGS,
)
_PAID = re.compile(
    rf"{_N}(?:那边)?的?(?:回款|货款|尾款|首款|定金|款|钱)?(?:已经?|刚刚?|终于)?(?:到账|到帐|到"
    rf"|入账|付款|打款|付|打过来|回款|付钱)了"
    r"|(?P<name2>[^,:;?]{2,40}?)\s+(?:has\s+|have\s+|just\s+|finally\s+)*(?:paid|transferred|wired|settled)(?:\s+us)?"
    r"|(?:(?:record|log|add)\s+(?:a\s+)?)?payment\s+(?:from|by)\s+(?P<name3>[^,:;?]{2,40}?)"
    r"|(?:记录?|登记|录入?)(?:一下|一?笔)?(?P<name4>[^,，:：;；?？\d]{2,30}?)的?(?:回款|付款|货款|打款)",
    FLAGS,
)
_PAYMENT = re.compile(
    r"(?:刚|刚刚)?(?:收到|记录?|登记|录入?|新增|添加)(?:了|一下)?(?:一?笔|一?个)?(?:回款|付款|货款|打款|款项|款)(?:了)?"
    r"|(?:(?:record|log|add|enter|register)\s+(?:a\s+)?payment|(?:got|received|just received)\s+(?:a\s+)?payment"
    r"|payment (?:received|came in))",
    FLAGS,
)
#: a sum that came in, of nobody
_PAYMENT_OF = re.compile(
    r"(?:刚|刚刚|今天)?(?:收到|记录?|登记|录入?)(?:了|一下)?(?:一?笔)?(?P<money>[^,，]{1,20}?)的?(?:回款|货款|打款|款项|款)(?:了)?"
    r"|(?:(?:record|log|got|received)\s+)?(?:a\s+)?payment\s+of\s+(?P<money_en>[^,]{1,20})",
    FLAGS,
)
#: what leads to a payer, and what follows him, in an answer: 渤海的, 'from Acme'
_PAYER = re.compile(r"^(?:from\s+|by\s+|是|客户|来自)+|(?:那边|公司|家)?的$", FLAGS)
_LATER = re.compile(
    r"(?:把|将)?(?P<name>[^,，:：;；?？]{1,40}?)(?:要|得|需要)?(?:推迟|延期|延后|顺延|往后(?:推"
    r"|延)|后延|改期|缓一缓|缓缓)(?:一下|下|几天|了|一点)?"
    r"|(?:推迟|延期|延后|顺延)(?:一下)?(?P<name2>[^,，:：;；?？]{1,40}?)"
    r"|(?:postpone|delay|put off|push back|reschedule|defer|snooze)\s+(?:the\s+)?(?P<name3>[^,:;?]{1,60}?)(?:\s+"
    r"(?:a bit|a little|for now|please))?",
    FLAGS,
)
_LATER_BARE = re.compile(
    r"(?:推迟|延期|延后|顺延|改期)(?:一下)?|(?P<en>(?:postpone|delay|reschedule|snooze)(?: (?:it|something|one))?)",
    FLAGS,
)
_TASK_NUMBER = re.compile(r"(?:任务|待办|task|to-?do)?\s*[#＃]?\s*\d{1,9}(?:号)?(?:任务)?", FLAGS)
_MERGE = re.compile(
    r"合并(?:一下)?(?:两个|2个|重复的?)?(?P<kind>客户|联系人|公司)?(?:资料|记录)?"
    r"|merge\s+(?:(?:two|2|duplicate|the|some)\s+)*(?P<kind2>accounts?|contacts?|customers?|records?|duplicates?)",
    FLAGS,
)
_NEED = re.compile(
    r"(?:新增|新建|添加|登记|记录?|加|提|新)(?:一下)?(?:一?[个条])?(?:新|客户)?(?:的)?需求|(?:new"
    r"|add|log|record)\s+(?:a\s+)?(?:new\s+)?requirement",
    FLAGS,
)


def read(text: str, context: ParseContext) -> Incomplete | None:
    """Read what is missing of an order; None where nothing is, or the words ask, deny or report."""
    heard = hear(text)
    body = heard.body.strip(_EDGES)
    if not 2 <= len(body) <= LONGEST or is_question(body) or is_reported(body) or is_negated(body):
        return None
    if read_statement(heard, context) is not None:
        return None
    readers = _OF_EVERYBODY + (_OF_SELLERS if context.role in _SELLERS else ())
    return next((found for reads in readers if (found := reads(body, context))), None)


def is_told_new(text: str, context: ParseContext) -> bool:
    """Tell whether words only say that somebody has a new number, address or post: 齐琪换电话了."""
    body = hear(text).body.strip(_EDGES)
    is_said = len(body) <= LONGEST and not is_question(body) and not is_reported(body) and not is_negated(body)
    return is_said and context.role in _SELLERS and _told_new(body, context) is not None


def _value(body: str, context: ParseContext) -> Incomplete | None:
    match = next((found for pattern in _VALUE if (found := pattern.fullmatch(body))), None)
    if match is None or _SAYS_MORE.search(match["name"]):
        return None
    if not _is_known(match["name"], context, is_explicit="of" in match.groupdict()):
        return None
    name, word = match["name"].strip(), match["field"]
    field = field_of(word)
    template = f"set the {word} of {name} to {GAP}" if _is_english(body) else f"把{name}的{word}改成{GAP}"
    return Incomplete(asks="value", templates=(template,), field=field)


def _told_new(body: str, context: ParseContext) -> Incomplete | None:
    match = next((found for pattern in _TOLD_NEW if (found := pattern.fullmatch(body))), None)
    if match is None or context.find_names is None or not context.find_names(match["name"]):
        return None
    name, word = match["name"].strip(), match["field"]
    template = f"set the {word} of {name} to {GAP}" if _is_english(body) else f"把{name}的{word}改成{GAP}"
    return Incomplete(asks="value", templates=(template,), field=field_of(word))


def _whose(body: str, _context: ParseContext) -> Incomplete | None:
    match = _WHOSE.fullmatch(body)
    if match is None:
        return None
    if match["field2"]:
        return Incomplete(asks="name", templates=(f"set {GAP}", f"change the {match['field2']} of {GAP}"))
    return Incomplete(asks="name", templates=(f"把{GAP}", f"修改{GAP}的{match['field']}"))


def _tags(body: str, context: ParseContext) -> Incomplete | None:
    match = _TAGS.fullmatch(body)
    name = _name(match)
    if not name or _SAYS_MORE.search(name) or not _is_known(name, context, is_explicit=_LABEL.search(body) is not None):
        return None
    return Incomplete(
        asks="tags", templates=((f"tag {name} as {GAP}" if _is_english(body) else f"给{name}打上标签：{GAP}"),)
    )


def _owner(body: str, context: ParseContext) -> Incomplete | None:
    match = _OWNER.fullmatch(body)
    name = _name(match)
    if (
        not name
        or _SAYS_MORE.search(name)
        or not _is_known(name, context, is_explicit=_SOMEBODY.search(body) is not None)
    ):
        return None
    return Incomplete(
        asks="owner", templates=((f"assign {name} to {GAP}" if _is_english(body) else f"把{name}转给{GAP}"),)
    )


def _to_whom(body: str, _context: ParseContext) -> Incomplete | None:
    match = _TO_WHOM.fullmatch(body)
    if match is None:
        return None
    template = f"assign {GAP} to {match['who2']}" if match["who2"] else f"把{GAP}转给{match['who']}"
    return Incomplete(asks="name", templates=(template,))


def _stage(body: str, _context: ParseContext) -> Incomplete | None:
    match = _STAGE.fullmatch(body)
    stage = (match["stage"] or match["stage2"]) if match else None
    if stage is None or stage_of(stage) is None:
        return None
    return Incomplete(
        asks="name", templates=((f"move {GAP} to {stage}" if _is_english(body) else f"把{GAP}推进到{stage}"),)
    )


def _reminder(body: str, context: ParseContext) -> Incomplete | None:
    times = find_times(body, context.now, context.timezone, "future")
    when = times[0] if times else None
    rest = f"{body[: when.start]} {body[when.end :]}" if when else body
    match = _REMINDER.fullmatch(" ".join(rest.split()).strip(_EDGES))
    if match is None:
        return None
    said = when.text if when else ""
    template = f"remind me {said} to {GAP}".replace("  ", " ") if match["en"] else f"{said}提醒我{GAP}"
    return Incomplete(asks="title", templates=(template,))


def _paid(body: str, context: ParseContext) -> Incomplete | None:
    by_whom = _PAYMENT_OF.fullmatch(body)
    said = (by_whom["money"] or by_whom["money_en"]).strip() if by_whom else ""
    money = find_money(said, context) if said else []
    if len(money) == 1 and (money[0].start, money[0].end) == (0, len(said)):
        template = f"{GAP} paid {said}" if _is_english(body) else f"收到{GAP}{said}回款"
        return Incomplete(asks="payer", templates=(template,))
    if _PAYMENT.fullmatch(body):
        template = f"record payment from {GAP}" if _is_english(body) else f"收到{GAP}回款"
        return Incomplete(asks="payment", templates=(template,))
    match = _PAID.fullmatch(body)
    name = _name(match)
    if not name or context.find_names is None or not _is_known(name, context):
        return None
    return Incomplete(asks="amount", templates=((f"{name} paid {GAP}" if _is_english(body) else f"{name}到账{GAP}"),))


def _later(body: str, context: ParseContext) -> Incomplete | None:
    bare = _LATER_BARE.fullmatch(body)
    if bare is not None:
        return Incomplete(asks="", templates=("postpone a task" if bare["en"] else "推迟任务",))
    match = _LATER.fullmatch(body)
    name = _name(match)
    if not name or find_times(body, context.now, context.timezone, "future"):
        return None
    is_task = _TASK_NUMBER.fullmatch(name) is not None
    if not is_task and (context.knows_task is None or not context.knows_task(name)):
        return None
    return Incomplete(
        asks="time", templates=((f"postpone {name} to {GAP}" if _is_english(body) else f"把{name}推迟到{GAP}"),)
    )


def _merge(body: str, _context: ParseContext) -> Incomplete | None:
    match = _MERGE.fullmatch(body)
    if match is None:
        return None
    kind = match["kind"] or match["kind2"] or ""
    if _is_english(body):
        template = f"merge {'' if kind.startswith(('dup', 'rec')) else kind + ' '}{GAP}"
    else:
        template = f"合并{kind.replace('公司', '客户')}{GAP}"
    return Incomplete(asks="parties", templates=(template,))


def _need(body: str, _context: ParseContext) -> Incomplete | None:
    if _NEED.fullmatch(body) is None:
        return None
    return Incomplete(
        asks="requirement", templates=((f"new requirement: {GAP}" if _is_english(body) else f"新增需求 {GAP}"),)
    )


_Reads = Callable[[str, ParseContext], Incomplete | None]
_OF_EVERYBODY: tuple[_Reads, ...] = (_reminder, _later)
_OF_SELLERS: tuple[_Reads, ...] = (_merge, _need, _paid, _told_new, _whose, _value, _tags, _owner, _to_whom, _stage)


def _name(match: re.Match[str] | None) -> str:
    """Give the name of a match, in whichever language it was given."""
    groups = match.groupdict() if match else {}
    return next((groups[key].strip() for key in ("name", "name2", "name3", "name4") if groups.get(key)), "")


def _is_known(name: str, context: ParseContext, *, is_explicit: bool = False) -> bool:
    """Tell whether a customer, a deal or a task is named; without names at hand an explicit wording is enough."""
    if context.find_names is None:
        return is_explicit
    asks = (context.knows_deal, context.knows_task)
    return bool(context.find_names(name)) or any(knows is not None and knows(name) for knows in asks)


def _is_english(body: str) -> bool:
    """Tell the language of an order by its verb, which is at an end of it, and not by a name in it."""
    return re.match(r"[a-z]", body, FLAGS) is not None and re.search(r"[一-鿿]", _QUOTED.sub("", body)) is None


_QUOTED = re.compile(r"(?<=\s)[一-鿿A-Za-z0-9]*[一-鿿][一-鿿A-Za-z0-9]*(?='s|\s|$)")

COMMAND = Command(label="incomplete", roles=STAFF, read=read, rank=44)
