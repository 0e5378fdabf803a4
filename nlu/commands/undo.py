"""Undo: 'undo', 撤销, 撤回刚才那条; or one that is named: 'undo the call with Li Na', 撤销刚才给华为建的商机."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from nlu.commands import correct
from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_affirmed, is_negated, is_question, is_reported
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class Undo:
    """What to take back: the last thing, or the newest of a kind or about somebody."""

    #: interaction, task, opportunity, lead, contact, account, payment or requirement
    record_type: str | None = None
    #: the customer or the title, as said
    mention: str | None = None
    #: the words name one that is not simply the last
    is_named: bool = False
    #: so many messages back: 1 is the last, 2 the one before it
    back: int = 1
    #: the place within the list of what can be taken back, from 1: 撤销第2个
    place: int | None = None
    #: so many of the last messages at once; None: all that can be taken back
    count: int | None = 1
    #: the record itself is to go, however it was written: 那条任务删了吧
    is_deletion: bool = False


_LAST = (
    r"(?:\s*(?:that|it|this|last|the last|my last|previous|the previous|one|entry|action|change|log|record"
    r"|thing|step|please|,|now))*"
)
#: what is said before it: 'oops, …', 哎呀，…
_LEAD_IN = re.compile(
    r"(?:(?:oops|sorry|no|wait|hmm+|ah|oh|hang on|my mistake|actually|please|哎呀?|啊|哦|糟糕"
    r"|wrong (?:one|person|task|deal|customer|company|client|button|contact)|(?:that|it)(?:'s| was"
    r"| is) (?:the )?wrong(?: (?:one|task|deal|customer|company|person|contact))?"
    r"|not that one|didn't mean that|不对|不好意思|抱歉|不是[这那][个条]"
    r"|等等|等一下|嗯|哎|[^,，]{0,6}(?:错了?(?:人|客户|单|地方)?了?"
    r"|不对))[\s,，.。!！]+)+",
    FLAGS,
)
_PATTERNS = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        r"(?:i|let me) take (?:it|that) back|(?:please )?(?:delete|remove|drop|cancel)\s+(?:(?:what )?(?:i"
        r"|you) just (?:did|logged|wrote|saved|recorded)"
        r"|(?:the )?(?:last|previous) (?:one|entry|record|change|action|thing)|that (?:entry|record"
        r"|one|log|change)|the last)",
        r"(?:please )?(?:delete|remove)\s+(?:that|it|this)(?: please)?",
        rf"(?:undo|revert|roll ?back|take back|scratch)(?:\s*一下)?{_LAST}",
        r"take (?:it|that) back|undo\s*(?:刚才|上一?)(?:那?(?:个|条))?",
        r"(?:(?:我)?(?:记|录|写|弄|搞|点|发|操作)错(?:了|人了|客户了)?[,，。\s]*)?(?:把)?(?:刚才|刚刚|上面"
        r"|上一?|最后|最近)?(?:那|的|这|一|次|修改|操作)*(?:条|个|步)?(?:记录)?(?:给我)?"
        r"(?:撤销|撤回|回退|回滚|还原|撤掉|撤一下|删[了掉除]|去掉)(?:一下|掉|刚才|刚刚|上一?|最后"
        r"|最近|那|这|一|次|的|条|个"
        r"|步|操作|记录|修改|了)*",
        r"(?:我)?(?:记|录)错了",
        r"(?:please )?(?:put|change|set|turn|switch|roll|take) (?:it|that|this|them"
        r"|everything) back(?: (?:to )?(?:how|what|the way) (?:it|they)"
        r" (?:was|were)(?: before)?| (?:again|please|as it was))*",
        r"(?:please )?(?:restore|reverse) (?:it|that|this|the (?:old|original|previous) (?:one|value|version))",
        r"(?:please )?(?:scrap|bin|erase|get rid of|take out|wipe) (?:that|it|this)(?: (?:entry|record|one|log"
        r"|change))?",
        r"(?:给我|帮我)?(?:恢复|改回|变回|还原|退回(?=去|到?原|到?之前))(?:成|到|为)?(?:原来|原先|之前|以前|原本"
        r"|原)?(?:的)?"
        r"(?:样子?|状态|数据|内容|值)?(?:去|吧|了)*",
        # a bare 作废 is said of contracts and leads as well
        r"(?:把)?(?=.*(?:刚|上面|上一|那|这|条|个|笔|步|记录|操作))(?:刚才?|刚刚|上面|上一?)?(?:那|这)?(?:一)?(?:条|个"
        r"|笔|步)?(?:记录|操作)?(?:我)?(?:改|记|写|建|录|加|登)?的?(?:不算数?|作废|不作数)(?:了|吧)*",
    )
)
#: the last write is not wanted: a clause that denies nothing else
_UNWANTED = re.compile(
    r"(?:先)?不要(?:刚才?|刚刚|上面|上一?)?(?:那|这)(?:一)?(?:条|个|笔|步)(?:记录)?了"
    r"|(?:刚才?|刚刚|上面|上一?)?(?:那|这)(?:一)?(?:条|个|笔|步)(?:记录)?(?:就|先)?(?:不要|不算|不作数)了?"
    r"|(?:i )?(?:don't|do not) want (?:that|this) (?:entry|record|one|log|change)(?: any ?more)?",
    FLAGS,
)
_NAMED = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        r"(?:undo|revert|roll ?back|take back)\s+(?P<what>.{3,80}?)",
        r"(?:把)?(?P<what>.{2,40}?)(?:给我)?(?:撤销|撤回|撤掉|回退)(?:了|掉|吧|一下)*",
        r"(?:撤销|撤回|撤掉|回退)(?:一下|掉)?(?P<what>.{2,40}?)",
    )
)
_DELETED = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        r"(?:把)?(?P<what>(?:刚才|刚刚|上面|上一|那|这|最后|最近)[^,，]{1,40}?)(?:删掉|删了|删除|去掉|不要)(?:了|吧)*",
        r"(?:delete|remove|cancel|scratch)\s+(?P<what>(?:that|the last|my last|the latest) .{3,60}?)(?: i just \w+)?",
    )
)
_DIGIT = {
    **{word: number for number, word in enumerate("一二三四五六七八九", start=1)}, "两": 2, "俩": 2,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "two": 2, "three": 3, "four": 4, "five": 5, "couple of": 2,
}  # fmt: skip
_ZH_NUMBER = r"[一二两俩三四五六七八九\d]"
_OF = r"(?:个|条|步|次|项|笔)?(?:操作|记录|修改|改动)?"
_UNDO_ZH, _UNDO_EN = r"(?:撤销|撤回|撤掉|回退|还原)", r"(?:undo|revert|roll ?back|take back)"
#: 上上个, 倒数第二个, 'the one before (that)', 'second last'
_BACK = re.compile(
    rf"(?:把)?(?:{_UNDO_ZH})?(?:掉|一下)?(?:倒数第(?P<zh>{_ZH_NUMBER}){_OF}|(?P<before>上上(?:一)?{_OF}"
    rf"|再前面(?:一|那){_OF}|更早的?(?:一|那){_OF}))(?:的)?(?:{_UNDO_ZH})?(?:掉|了|吧)*"
    rf"|{_UNDO_EN}\s+(?:(?P<one>the (?:one|change|action|entry|thing) before(?: that| it| this| the last(?: one)?)?)"
    r"|(?:the\s+|my\s+)?(?P<en>second|third|fourth)[- ](?:to[- ])?last(?: (?:one|change|action|entry|thing))?)",
    FLAGS,
)
_PLACE = re.compile(
    rf"(?:把)?(?:{_UNDO_ZH})?(?:掉|一下)?第(?P<zh>{_ZH_NUMBER}){_OF}(?:{_UNDO_ZH})?(?:掉|了|吧)*"
    rf"|{_UNDO_EN}\s+(?:the\s+)?(?:(?:number|no\.?|#)\s*(?P<digit>\d)|(?P<en>first|second|third"
    rf"|fourth)(?: one| change| action| entry)?)",
    FLAGS,
)
_COUNT = re.compile(
    rf"(?:把)?(?:{_UNDO_ZH})?(?:掉|一下)?(?:刚才|刚刚)?(?:前面?|最近|最后|上|后)(?:的)?(?P<zh>{_ZH_NUMBER}){_OF}(?:"
    rf"都|全部?)?(?:给我)?(?:{_UNDO_ZH})?(?:掉|了|吧)*"
    rf"|{_UNDO_EN}\s+(?:the\s+|my\s+)?(?:last|previous|latest)\s+(?P<en>two|three|four|five|couple of|\d)(?:\s+\w+)?",
    FLAGS,
)
_EVERYTHING = re.compile(
    rf"(?:把)?(?:刚才|刚刚|今天)?(?:的)?(?:操作|记录)?(?:全部?|都|所有的?)(?:操作|记录)?(?:都|给我)*{_UNDO_ZH}(?:掉"
    rf"|了|吧)*|{_UNDO_ZH}(?:全部|所有)(?:的?(?:操作|记录|修改))?"
    rf"|{_UNDO_EN}\s+(?:everything|all)(?: of (?:it|them|that))?(?: (?:i (?:just )?(?:did|wrote)|changes|actions))?",
    FLAGS,
)
_KINDS = (
    ("opportunity", r"商机|单子|deal|opportunity"),
    ("requirement", r"需求|requirement"),
    ("payment", r"回款|付款|payment"),
    ("lead", r"线索|lead"),
    ("task", r"任务|待办|提醒|跟进|task|to-?do|reminder|follow-?up"),
    ("contact", r"联系人|contact"),
    (
        "interaction",
        r"互动|电话|通话|拜访|会议|邮件|聊天|记录|call|visit|meeting|e-?mail|chat|interaction|note"
        r"|log(?: entry)?",
    ),
    ("account", r"客户|公司|account|customer|company"),
)
_FILLER = re.compile(
    r"\b(?:the|that|this|my|last|latest|just|i|we|made|created|logged|with|for|to|from|of|about|named|called"
    r"|new|entry|record|change|one|"
    r"update|edit|changes|updates|edits|on|deal|account|tag|tags|label|stage|level|amount|status|owner|assignment)\b|标签"
    r"|阶段|级别|金额|状态|转交|分配|刚才|刚刚|刚|上一?[个条次]|最近|最后|那[个条]|这[个条]|我|给|和|跟|与|对|为|建"
    r"|新建|创建|新增|添加|记录?的?|加|更改|改动|改|修改|变更|调整"
    r"|的|了|一下|操作",
    FLAGS,
)


def read(text: str, context: ParseContext) -> Undo | None:
    """Read what is to be taken back."""
    body = hear(text).body
    if not body or is_question(body):
        return None
    plain = _LEAD_IN.sub("", body, count=1)
    is_plain = bool(plain) and not is_negated(plain) and not is_reported(plain)
    counted = _counted(plain) if is_plain else None
    if counted is not None:
        return counted
    if is_plain and any(pattern.fullmatch(plain) for pattern in _PATTERNS):
        return Undo()
    return _among_remarks(body, context) or (_read_named(plain) if is_plain else None)


def _read_named(body: str) -> Undo | None:
    match = next((found for pattern in (*_NAMED, *_DELETED) if (found := pattern.fullmatch(body))), None)
    if match is None:
        return None
    named = _named(match["what"].strip(" \"'“”"))
    is_deletion = match.re in _DELETED and named.record_type == "task" and not _CHANGE.search(match["what"])
    return replace(named, is_deletion=is_deletion)


#: what is taken back is the change of a task, and not the task: 把刚才任务的修改删掉
_CHANGE = re.compile(r"修改|改动|操作|变更|更改|调整|\b(?:changes?|updates?|edits?)\b", FLAGS)


#: where a message falls into clauses, and how many remarks stand beside the order at most
_CLAUSES = re.compile(r"\s*[,，.。;；!！~—–]+\s*|\s+-\s+")
_MOST_REMARKS = 3
_LONGEST_REMARK = 40
#: a clause that says that the write itself was a mistake
_MISTAKEN = re.compile(
    r"(?:(?:oops|sorry|no+|wait|hmm+|ah|oh|hang on|hold on|actually)\s*)*(?:"
    r"(?:oops|sorry|no+|wait|hmm+|ah|oh|hang on|hold on|actually|not (?:that|this)(?: one)?|typo"
    r"|my (?:mistake|bad|fault)|by (?:mistake|accident)|(?:i )?(?:didn't|did not) mean (?:to \w+ )?(?:that|it|this|to)"
    r"|(?:i|we) (?:just )?(?:made a mistake|changed my mind|misspoke|mistyped)"
    r"|no need to (?:note|log|record|save|write|keep)\b.*"
    r"|(?:it's |that's |i )?(?:(?:a )?duplicate|(?:logged|entered|saved|wrote) (?:(?:it|that|this) )?twice))"
    r"|(?:(?:i|we) (?:just )?(?:logged|put|recorded|wrote|entered|added|saved|picked|tapped|clicked|chose|marked|moved"
    r"|typed|changed|set|got|said|meant)\b(?: (?:it|that|this|down|in|on|for|to|under|with|at|the))*\s+)?"
    r"(?:the )?wrong(?: \w+)?"
    r"|(?:that|it|this|(?:that|the) (?:last |previous )?(?:one|entry|record|log|change|call|visit|meeting|task|note))"
    r"(?:'s| was| is) (?:(?:the )?wrong(?: \w+)?|a mistake|an error|a duplicate))"
    r"|(?:哦|噢|啊|哎呀?|嗯)*不+(?:对+|是)?(?:不对)*|哦|噢|啊|哎呀?|等等|等一下|不好意思|抱歉|糟糕|反悔了|手滑了?|口误|笔误"
    r"|不是[这那][个条]|(?:我|刚才?|刚刚|又|是|不小心|误)*(?:误操作|不小心[^,，]{1,6})了?"
    r"|(?:我|刚才?|刚刚|又|是)*(?:记|录|写|弄|搞|点|发|操作|填|说|选|改|登|建|加|输|打|标|认|存)(?:错|重|反|混|岔|多)了?"
    r"[\u3400-\u9fff]{0,4}"
    r"|(?:刚才?|刚刚|上面|上一?|这|那|最后)(?:一)?[条个笔步][^,，]{0,6}(?:错|不对|重|多)了?"
    r"|(?:刚才?|刚刚|[这那][个条])[^,，]{0,6}不要[记录建加写登]了",
    FLAGS,
)
#: an order that can mean nothing but the write: by its verb, or by naming what was written
_SURELY = re.compile(
    r"\b(?:undo|revert|roll ?(?:it |that |this )?back)\b|撤销|回退|回滚"
    r"|刚|上面|上一|最后|最近|[这那][条笔步]|记录|\b(?:entry|record|log|logged|last|previous|just)\b",
    FLAGS,
)
#: a clause that orders or tells something of its own is no remark
_NO_REMARK = re.compile(
    r"(?:再|另外?|顺便|同时|然后|并|还有|把|将|给|提醒|帮|记得|记一|建|新|加|改|换|推|通知|约|跟|和|(?:他|她|他们"
    r"|客户).{0,4}说"
    r"|(?:also|then|plus|remind|add|log|move|change|set|create|send|call|e-?mail|book|make|said|if|when|once)\b)",
    FLAGS,
)
_POLITE = re.compile(
    r"^(?:(?:请|麻烦|帮我|给我|那就|就|先|please|just|so|and|now)\s*)+|(?:\s*(?:please|now|thanks|谢谢|吧|哈|啊))+$",
    FLAGS,
)


def _among_remarks(body: str, context: ParseContext) -> Undo | None:
    """Read a clause that takes a write back among others that only say why: 'delete that, wrong person'."""
    clauses = [_POLITE.sub("", clause) for clause in _CLAUSES.split(body) if clause.strip()]
    if not clauses or len(clauses) > 1 + _MOST_REMARKS or is_question(body):
        return None
    orders = {clause: found for clause in clauses if (found := _ordered(clause)) is not None}
    remarks = [clause for clause in clauses if clause not in orders]
    if not orders or any(len(one) > _LONGEST_REMARK or _NO_REMARK.match(one) for one in remarks):
        return None
    if any(is_affirmed(one) for one in remarks):  # 'yes, remove it' agrees to something else
        return None
    if _is_of_business(orders, remarks):
        return None
    if remarks and correct.read(body, context) is not None:  # 'scratch that, Wednesday'
        return None
    return next((found for found in orders.values() if found.is_named), Undo())


def _is_of_business(orders: dict[str, Undo], remarks: list[str]) -> bool:
    """Tell whether somebody's words, or a remark on what the order then means, stand beside it.

    'The price list is out of date, get rid of it' speaks of the price list, and of no write.
    """
    others = [one for one in remarks if not _MISTAKEN.fullmatch(one)]
    if any(is_reported(one) for one in others):
        return True
    is_sure = any(found.is_named or _SURELY.search(clause) for clause, found in orders.items())
    return bool(others) and not is_sure


def _ordered(clause: str) -> Undo | None:
    if _takes_back(clause):
        return Undo()
    deletes = not is_negated(clause) and any(pattern.fullmatch(clause) for pattern in _DELETED)
    found = _read_named(clause) if deletes else None
    return found if found is not None and found.record_type == "task" and found.mention is None else None


def _takes_back(clause: str) -> bool:
    if _UNWANTED.fullmatch(clause):
        return True
    return not is_negated(clause) and any(pattern.fullmatch(clause) for pattern in _PATTERNS)


def _counted(body: str) -> Undo | None:
    """Read what is told by its order instead of by its name."""
    if not _SAYS_UNDO.search(body):
        return None
    if _EVERYTHING.fullmatch(body):
        return Undo(count=None)
    back, count, place = (pattern.fullmatch(body) for pattern in (_BACK, _COUNT, _PLACE))
    if back:
        return Undo(back=2 if back["before"] or back["one"] else _number(back["zh"] or back["en"]))
    if count:
        return Undo(count=_number(count["zh"] or count["en"]))
    return Undo(place=_number(place["zh"] or place["digit"] or place["en"])) if place else None


_SAYS_UNDO = re.compile(rf"{_UNDO_ZH}|{_UNDO_EN}", FLAGS)


def _number(words: str) -> int:
    return int(words) if words.isdigit() else _DIGIT[words.casefold()]


def _named(what: str) -> Undo:
    record_type = next((kind for kind, words in _KINDS if re.search(words, what, FLAGS)), None)
    words = next((pattern for kind, pattern in _KINDS if kind == record_type), None)
    rest = re.sub(words, " ", what, flags=FLAGS) if words else what
    mention = " ".join(_FILLER.sub(" ", rest).split())
    return Undo(record_type=record_type, mention=mention or None, is_named=bool(record_type or mention))


COMMAND = Command(label="undo", roles=STAFF, read=read)
