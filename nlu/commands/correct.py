"""Correct what was just written: 'no, I meant Thursday', 不是张伟是章伟, 金额是30万不是20万.

Promise: an explicit correction, or a value after 'no,' and 不对; small talk that begins with 'no' is none. Never: a
record, or which one is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FIELD_PATTERN, FLAGS, field_of
from nlu.commands._guards import is_question, is_reported
from nlu.commands._parties import find_parties
from nlu.entities.emails import find as find_emails
from nlu.entities.interaction_kinds import find_kinds, kind_of
from nlu.entities.money import find as find_money
from nlu.entities.phones import find as find_phones
from nlu.entities.stages import stage_of
from nlu.entities.times import find_times
from nlu.picking import read_description
from nlu.simplified import simplified
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class Correct:
    """What is right, and what stood there instead, in the person's words."""

    right: str
    wrong: str | None = None
    #: the field that was named: 金额, 'the date'
    field: str | None = None


_WHAT = (
    rf"(?:(?:the\s+)?(?P<field>{FIELD_PATTERN}|时间|日期|date|time|方式|kind|联系人|contact|客户|对象|person"
    r"|人名?|名字|公司)\s*)"
)
_X, _Y = r"(?P<wrong>[^,，。;；]{1,60}?)", r"(?P<right>[^,，。;；]{1,80}?)"
_NO_ZH = (
    r"(?:不对|错了|(?:刚才?|我|刚刚)*(?:说|打|写|记|搞|弄|填|讲)(?:错|反|混|岔|漏)了|口误|笔误|忘(?:了|记)说"
    r"|不好意思|抱歉|更正(?:一下)?|纠正(?:一下)?"
    r"|修正(?:一下)?|哦|噢|啊|哎呀?|等等|等一下|不是|不)"
)
_NO_EN = (
    r"(?:no+|nope|sorry|oops|wait|actually|correction|my (?:mistake|bad)|wrong|not quite|hang on|hold on|hmm|oh|ah|typo"
    r"|scratch that|i got (?:that|it|the \w+) wrong|i misspoke|let me correct (?:that|it)|on second thoughts?)"
)
#: what denies, where an interjection alone ('oh, I met …', 哦，…发的邮件) only goes on telling
_DENIES_ZH = (
    r"(?:不对|错了|(?:刚才?|我|刚刚)*(?:说|打|写|记|搞|弄|填|讲)(?:错|反|混|岔|漏)了|口误|笔误|忘(?:了|记)说|不好意思|抱歉"
    r"|更正(?:一下)?|纠正(?:一下)?|修正(?:一下)?|不是|不)"
)
_DENIES_EN = (
    r"(?:no+|nope|sorry|oops|correction|my (?:mistake|bad)|wrong|not quite|typo|scratch that"
    r"|i got (?:that|it|the \w+) wrong|i misspoke|let me correct (?:that|it))"
)
_SAY_EN = (
    r"(?:i meant(?: to say)?|i mean|i said|make (?:it|that)|change (?:it|that) to|(?:it"
    r"|that) (?:should be|was|is)|it's|that's|should (?:be|have been)|rather)"
)
#: what parts words of correction from what is right; 'actually前天' has nothing between
_GAP_EN = r"(?:[,.!:\s]+|(?=[\u3400-\u9fff]))"
#: what was done, at the end of 'it was with X that …': 是给王磊打的, 是上周五去的
_DONE_ZH = r"(?:打|发|聊|谈|说|讲|见|去|来|写|寄|开|约|拜访|联系|沟通|通)"
#: the wrong value is called wrong, by the field's name
_OFF_ZH = r"(?:不对|错了|有误|写错了?|记错了?|搞错了?|弄错了?|说错了?|打错了?)"
_IT_IS_EN = r"(?:it (?:was|is|should be)|it's|should (?:be|have been)|make (?:it|that)|that's)"
_END = r"[\s。.!,，]*(?:才对|吧|哦|哈|please|sorry|instead|actually)?[\s。.!]*"
#: a correction in so many words
_EXPLICIT = tuple(
    re.compile(pattern + _END, FLAGS)
    for pattern in (
        rf"(?:{_NO_ZH}[,，:：\s]*)*{_WHAT}?(?:应该|应当|应|其实)?(?:不是|不应该是|并不是|不叫){_X}[,，\s]*(?:而"
        rf"|应该)?(?:是|叫|为){_Y}",
        rf"(?:{_NO_ZH}[,，:：\s]*)*{_WHAT}?(?:应该|应当|应|其实)?(?:是|叫|为|改成"
        rf"|改为){_Y}[,，\s]*(?:而)?(?:不是|而非){_X}",
        rf"(?:{_NO_ZH}[,，:：\s]*)*(?:我)?(?:是说|说的是|指的是|的意思是|想说的是){_Y}(?:[,，\s]*(?:而)?不是{_X})?",
        rf"(?:{_NO_ZH}[,，:：\s]+)*(?:把)?{_WHAT}(?:应该是|应为|应该为|改成|改为|改到|是){_Y}",
        rf"(?:把)?{_X}(?:应该)?(?:改成|改为|换成){_Y}",
        rf"(?:更正(?:一下)?|纠正(?:一下)?|correction)[:：,，\s]+(?:应该)?(?:是)?{_Y}",
        rf"(?:{_NO_EN}[,.!:\s]+)*(?:{_SAY_EN}\s+)?(?:i meant|i mean)\s+{_Y}(?:[,\s]+(?:and )?not\s+{_X})?",
        rf"(?:{_NO_EN}[,.!:\s]+)*(?:it(?:'s| was| is)?\s+)?not\s+{_X}[,;\s]+(?:but|it(?:'s| was| is)|rather)\s+{_Y}",
        rf"(?:{_NO_EN}[,.!:\s]+)*(?:{_SAY_EN}\s+)?{_Y}[,\s]+(?:and )?not\s+{_X}",
        rf"(?:{_NO_EN}[,.!:\s]+)*{_WHAT}(?:should be|should have been|is actually|was actually|is"
        rf"|was)\s+{_Y}(?:[,\s]+(?:and )?not\s+{_X})?",
        rf"(?:{_NO_ZH}[,，\s]+)*{_WHAT}{_OFF_ZH}[,，。\s]*(?:应该|应)?(?:是|为|改成|改为|叫)?\s*{_Y}",
        rf"(?:我)?(?:搞|记|写|弄|说|打|填)错{_WHAT}了[,，。\s]*(?:应该|应)?(?:是|为|改成|改为|叫)?\s*{_Y}",
        rf"(?:{_NO_EN}{_GAP_EN})*(?:the\s+)?wrong\s+{_WHAT}[,.;:\s]+(?:{_IT_IS_EN}\s+)?{_Y}",
        rf"(?:{_NO_EN}{_GAP_EN})*{_WHAT}(?:is|was)\s+(?:wrong|incorrect|off)[,.;:\s]+(?:{_IT_IS_EN}\s+)?{_Y}",
        rf"(?:{_NO_EN}[,.!:\s]+)*(?:change|correct|set|update)\s+{_WHAT}to\s+{_Y}",
        rf"(?:{_NO_EN}[,.!:\s]+)*(?:change|correct)\s+{_X}\s+to\s+{_Y}",
        rf"(?:{_NO_EN}{_GAP_EN})*(?:make (?:it|that)|change (?:it|that) to)\s+"
        r"(?P<right>(?-i:[A-Z])[\w'-]+(?: (?-i:[A-Z])[\w'-]+)?)",
    )
)
#: 'no, Thursday': only a value or a known customer is a correction
_BARE = tuple(
    re.compile(pattern + _END, FLAGS)
    for pattern in (
        rf"(?:{_NO_ZH}[,，:：\s]*)*(?:还是)?改回(?:到|成|去)?{_Y}",
        rf"(?:{_NO_ZH}[,，:：\s]*)*{_NO_ZH}(?:[,，:：\s]+(?:应该)?(?:是|改成|改为|改到)?|(?:应该)?(?:是|改成"
        rf"|改为|改到)){_Y}",
        rf"(?:应该是|改成|改为|改到|其实是|实际是|其实应该是|应为|是){_Y}(?:才对)",
        rf"(?:应该是|改成|改为|改到|其实是|其实用的是|实际上?是|其实应该是){_Y}",
        rf"(?:actually|in fact|sorry)[, ]+(?:it|that|this) (?:was|is) {_Y}",
        rf"(?:it|that|this) (?:was|is) actually {_Y}",
        rf"(?:{_NO_EN}{_GAP_EN})+(?:{_SAY_EN}\s+)?{_Y}",
        rf"(?:(?:it|that|this) (?:was|is) )?{_Y}[,\s]+(?:actually|in fact|i meant?|rather|not (?:now|then))",
        rf"(?:是)?{_Y}(?:才对|来着)",
        rf"(?:{_NO_EN}{_GAP_EN})*(?:(?:put|move|change|set) (?:it|that) )?back to\s+{_Y}",
        rf"(?:make (?:it|that)|change (?:it|that) to|(?:it|that) (?:should be|should have been)|rather)\s+{_Y}",
        rf"(?:it|that|this)(?:'s| is| was)\s+(?:for|with)\s+{_Y}",
    )
)
#: 'it was with X that …', 'X would be better': a value or a known customer, and no label of a record
_LOOSE = tuple(
    re.compile(pattern + _END, FLAGS)
    for pattern in (
        rf"(?:{_NO_ZH}[,，:：\s]*)*(?:那?还是|那?就|时间|再)?(?:改|换|挪|调|推|延|提前|提到|定|放)(?:到|成|为|在"
        rf"|至)?{_Y}",
        rf"(?:{_NO_ZH}[,，:：\s]*)*(?:那?还是|那?就){_Y}",
        rf"(?:(?:{_NO_ZH}[,，:：\s]*)*{_DENIES_ZH}[,，:：\s]*(?:{_NO_ZH}[,，:：\s]*)*|(?:{_NO_ZH}[,，:：\s]*)+(?=应该|其实|是))"
        rf"(?:应该|其实)?是?(?:给|跟|和|与|同|找|在|去)?{_Y}(?:那边"
        rf"|那里)?{_DONE_ZH}的(?:电话|邮件|微信|会)?",
        rf"(?:应该|其实|实际上?|确切地?说)是(?:给|跟|和|与|同|找|在|去)?{_Y}(?:那边|那里)?{_DONE_ZH}的(?:电话|邮件"
        rf"|微信|会)?",
        rf"(?:{_NO_EN}{_GAP_EN})*{_Y}\s+(?:would be|is|will be|suits? (?:me|him|her|them)|works)\s+(?:much "
        rf"|a bit )?better",
        rf"(?:{_NO_EN}{_GAP_EN})*(?:let's|better|we'd better|i'd rather)\s+(?:do|say|make (?:it|that)|go for)\s+{_Y}",
        rf"(?:{_NO_EN}{_GAP_EN})*{_DENIES_EN}{_GAP_EN}(?:{_NO_EN}{_GAP_EN})*"
        r"(?:i|we) (?:met|saw|called|rang|visited|e-?mailed|spoke (?:to|with)|talked (?:to|with)"
        rf"|did it|went)(?: (?:him|her|them|it|there))?(?:\s+(?:with|to|on|at))?\s+{_Y}",
    )
)
_PRONOUN = re.compile(
    r"(?:我|你|您|他|她|它|这|那|这样|那样|这个|那个|谁|什么|真的|的|me|you|him|her|it|this|that|so|true|sure"
    r"|fine|ok(?:ay)?|yes|no|"
    r"i'm|we're|it's|he's|she's|they're|i am|we are|(?:a |the )?(?:problem|worries|idea|joke|thing|way|good|bad"
    r"|nice|right|wrong)|sorry|thanks?)[的了吧啊]*",
    FLAGS,
)
#: 把华为的级别改成A changes a record that is named, and corrects nothing
_FIELD_AT_END = re.compile(rf"(?:的|'s |\bof\b).*$|.(?:{FIELD_PATTERN})$", FLAGS)
_OTHER_FIELDS = {
    "时间": "time", "日期": "time", "date": "time", "time": "time", "方式": "kind", "kind": "kind", "联系人": "party",
    "contact": "party", "客户": "party", "对象": "party", "person": "party", "公司": "party", "company": "party",
    "人": "party", "人名": "party", "account": "party",
}  # fmt: skip


def read(text: str, context: ParseContext) -> Correct | None:
    """Read what is right; None where the words correct nothing."""
    body = _JOINT.sub("", _THOUSANDS.sub("", simplified(text).strip()), count=1)
    if len(body) > 160 or is_question(body) or is_reported(_TAKES_BACK.sub("", body, count=1)):
        return None
    for pattern in _EXPLICIT:
        match = pattern.fullmatch(body)
        if match:
            found = _correct(match)
            if found is not None and _may_be(found, context):
                return found
    hour = _MAKE_IT.fullmatch(body)
    if hour is not None and _BARE_HOUR.fullmatch(hour["right"]):
        return Correct(right=hour["right"], field="time")
    return _read_bare(body, context) or _read_reasoned(body, context)


def _read_bare(body: str, context: ParseContext) -> Correct | None:
    """Read what is right where it is nothing but a value or a known customer."""
    for pattern in _BARE:
        match = pattern.fullmatch(body)
        right = _plain(_PARTY_LEAD.sub("", match["right"].strip(_EDGES))) if match else ""
        if right and (_is_value(right, context) or _is_label(right) or _is_customer(right, context)):
            return Correct(right=right)
    for pattern in _LOOSE if len(body) <= _LONGEST_LOOSE else ():
        match = pattern.fullmatch(body)
        right = _plain(_PARTY_LEAD.sub("", match["right"].strip(_EDGES))) if match else ""
        if right and not _PRONOUN.fullmatch(right) and (_is_value(right, context) or _is_customer(right, context)):
            return Correct(right=right)
    return None


#: characters of a correction told loosely
_LONGEST_LOOSE = 60


def _read_reasoned(body: str, context: ParseContext) -> Correct | None:
    """Read a correction with its reason behind it: 改三点半吧，她两点有会, "make it 3 instead, he's in a meeting"."""
    parted = _REASON.fullmatch(body)
    if parted is None or _ORDERS.match(parted["why"]):
        return None
    said = parted["said"]
    hour = _MAKE_IT.fullmatch(said)
    if hour is not None and _BARE_HOUR.fullmatch(hour["right"]):
        return Correct(right=hour["right"], field="time")
    return _read_bare(said, context)


#: what takes back before it corrects; 忘了说 gives nobody's words
_TAKES_BACK = re.compile(rf"(?:{_NO_ZH}[,，:：\s]*)+", FLAGS)
#: takes the write back instead of correcting it (undo.py)
_UNDOES = re.compile(
    r"(?:请|帮我|给我)?(?:撤销|撤回|撤掉|删掉|删了|删除|去掉|还原|恢复|取消)(?:吧|掉|了|一下|它|这条|那条|刚才)*"
    r"|(?:please )?(?:undo|revert|delete|remove|cancel|roll ?back|take)(?: (?:it|that|this|back|please))*",
    FLAGS,
)
#: what leads to a person or a company: '(it was) with Raj', 是跟何静
_PARTY_LEAD = re.compile(r"^(?:(?:for|with)\s+|(?:跟|和|与|给|同|找)(?=[\u3400-\u9fffA-Za-z]))", FLAGS)
_EDGES = " \t\"'“”‘’「」,，。."


def _plain(words: str) -> str:
    """Leave out what only says 'the one of': 华为的, 'the Huawei one'."""
    return read_description(words) if _ONE_OF.fullmatch(words) else words


#: one of several namesakes, by his company
_ONE_OF = re.compile(r"[^的]{2,20}的(?:那个)?|the [\w ]{2,30} one|the one (?:at|from|of) .{2,30}", FLAGS)


def _correct(match: re.Match[str]) -> Correct | None:
    groups = match.groupdict()
    right, wrong = (
        _plain(_PARTY_LEAD.sub("", (groups[side] if groups.get(side) else "").strip(_EDGES)))
        for side in ("right", "wrong")
    )
    if not right or _PRONOUN.fullmatch(right) or (wrong and _PRONOUN.fullmatch(wrong)) or _UNDOES.fullmatch(right):
        return None
    is_of_kinds = bool(wrong and kind_of(wrong) and kind_of(right))
    if wrong and not is_of_kinds and _FIELD_AT_END.search(wrong):
        return None
    word = (groups.get("field") or "").strip().lower()
    field = _OTHER_FIELDS.get(word) or (field_of(word) if word else None)
    return Correct(right=right, wrong=wrong or None, field=field)


def _may_be(found: Correct, context: ParseContext) -> bool:
    """'It was not X but Y' may be said of anything; a replacement without a field must be of one value by another."""
    if found.wrong and not found.field and _is_label(found.right) and not _is_label(found.wrong):
        return False
    if found.wrong and not found.field and max(len(found.wrong), len(found.right)) > _LONGEST_NAME:
        return False
    if found.wrong and _is_deal(found.wrong, context) and _is_value(found.right, context):
        return False
    if found.wrong and not found.field and max(len(found.wrong.split()), len(found.right.split())) > _MOST_WORDS:
        return False
    if found.wrong and not found.field and "-" in found.right.split():  # 'talked to Li Na - not interested'
        return False
    return bool(found.wrong or found.field or _is_value(found.right, context) or len(found.right) <= _LONGEST_NAME)


#: a deal that is called one instead of by its name
_CALLED_DEAL = re.compile(r"(?:商机|单子|[这那]单|项目|\b(?:deal|opportunity|opp))$", FLAGS)


def _is_deal(words: str, context: ParseContext) -> bool:
    """Tell whether words are a deal by its name, or called one: 天启售后系统改为45w, 华为那个单子改成95万."""
    is_known = context.knows_deal is not None and context.knows_deal(words)
    return is_known or _CALLED_DEAL.search(words) is not None


def _is_label(words: str) -> bool:
    """Tell whether the words are a stage, a level or a status: 把华为ERP改成赢单 changes a deal, not a name."""
    return (
        bool(stage_of(words))
        or re.fullmatch(r"[SABC](?:级|类)?(?:客户)?|(?:活跃|沉默|流失)(?:客户)?", words, FLAGS) is not None
    )


#: words of a name or a value on either side
_MOST_WORDS = 5
#: characters of a name after 'I meant'
_LONGEST_NAME = 30


#: what joins a correction to what was said before
_JOINT = re.compile(r"^(?:顺便|顺带|另外|还有|对了|also|and|oh)[,，\s]*(?=\S)", FLAGS)
#: a correction, and a clause that only says why
_REASON = re.compile(
    rf"(?P<said>(?:(?:{_NO_EN}|{_NO_ZH})[,，\s]+)*[^,，;；。]{{2,40}})(?:[,，;；。]\s*|\s+(?=(?:because|since|as)\s))"
    r"(?P<why>[^;；。]{2,60})[。.!！]?",
    FLAGS,
)
#: a clause that orders something of its own
_ORDERS = re.compile(
    r"(?:再|另外?|顺便|同时|然后|并|还有|把|将|给|提醒|帮|记|建|新建|加|通知|约|不是|而是"
    r"|(?:also|and|then|plus|please|remind|add|log|move|change|set|create|send|call|email|not|but)\b)",
    FLAGS,
)
#: a bare hour after 'make it': the time of what was written
_BARE_HOUR = re.compile(r"(?:at )?(?:1[0-2]|[1-9])(?:[:.][0-5]\d)?", FLAGS)
_MAKE_IT = re.compile(
    r"(?:no[,. ]+)?(?:make (?:it|that)|change (?:it|that) to)\s+(?P<right>[^,;]{1,12}?)" + _END, FLAGS
)


def _is_value(words: str, context: ParseContext) -> bool:
    """Tell whether the words are nothing but a time, an amount, a number, an address or a way of contact."""
    said = _BESIDE.sub("", words.strip(_EDGES)).strip(_EDGES)
    times = find_times(said, context.now, context.timezone, "future")
    spans = [(one.start, one.end) for one in times]
    for find in (find_money, find_phones, find_emails):
        spans += [(one.start, one.end) for one in find(said, context)]
    spans += [(start, end) for start, end, _kind in find_kinds(said)]
    return (0, len(said)) in spans or _PLAIN_NUMBER.fullmatch(said) is not None


#: the comma of 18,000 parts nothing
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
#: an amount without its currency: 'no, it was 18,000'
_PLAIN_NUMBER = re.compile(r"\d{4,9}(?:\.\d{1,2})?", FLAGS)


def _is_customer(words: str, context: ParseContext) -> bool:
    """Tell whether the words are nothing but a known customer: 搞错了，是星澜的张伟."""
    said = words.strip(_EDGES)
    parties = find_parties(said, context.find_names(said)) if context.find_names else []
    return len(parties) == 1 and (parties[0].start, parties[0].end) == (0, len(said))


#: what stands beside a value without changing it
_BESIDE = re.compile(
    r"^(?:(?:at|on|by|the|an?|about|around|with|for|it was|是|在|到|于|大概|大约|约|一[个次]|上门)\s*)+"
    r"|\s*(?:吧|之?前|左右|的|了|成交|签约|到期|交付|见面)+$",
    FLAGS,
)

COMMAND = Command(label="correct", roles=STAFF, read=read, rank=30)
