"""Take a task off the list: 删掉任务3, 'delete the task Send samples'; hear what is off: 'the demo with Acme is off'.

Promise: an order names a task by that word, or one of the speaker's own; what is only told to be off is never an order.
Never: 'delete that', which takes the last write back (undo.py), a deal or a customer's order that is off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_conditional, is_negated, is_question, is_reported
from nlu.commands._update_words import take_reason
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class CancelTask:
    """Which task is not to be done any more."""

    #: its number or its title as said, or the words for what is called off; empty where nothing was said of it
    reference: str
    reason: str | None = None
    #: it was ordered; else it was only told that something will not take place
    is_order: bool = True


_TASK = r"(?:任务|待办(?:事项)?|提醒|tasks?|to-?dos?|reminders?|follow-?ups?)"
_DROP_ZH = r"(?:删除|删掉|删了|删去|删|取消|撤掉|去掉|作废|划掉不做)(?:掉|了)?"
_DROP_EN = r"(?:delete|remove|cancel|drop|scrap|discard|get rid of|take off|kill|erase)"
_WHY = r"(?:\s*[,，;；。.]\s*(?P<why>[^?？]{2,200}?)|\s+[-–—]+\s+(?P<why2>[^?？]{2,200}?))?[\s。.!！]*"
_ORDERS = tuple(
    re.compile(pattern + _WHY, FLAGS)
    for pattern in (
        rf"(?:请?把|将)?(?P<ref>[^,，;；]{{0,60}}?)(?:的|这个|那个|这条|那条|这项|那项)*{_TASK}(?P<number>\s*[#＃]?\d+)?"
        rf"\s*(?:给我|可以|先|都)*{_DROP_ZH}(?:吧|好了|一下)*",
        rf"{_DROP_ZH}(?:一下|这个|那个|一个|我的|\s)*{_TASK}[:：\s]*(?P<ref>[^,，;；]{{0,60}}?)(?:吧)?",
        rf"{_DROP_ZH}(?:一下)?(?P<ref>[^,，;；]{{1,60}}?)(?:的|这个|那个|这条|那条)*{_TASK}(?:吧)?",
        rf"(?:please\s+)?{_DROP_EN}\s+(?:the\s+|my\s+|a\s+)?{_TASK}(?!\w)\s*(?:(?:to|about|for|on|of|called|named"
        r"|titled|number|no\.?)\s+|[:：]\s*)?(?P<ref>[^,;]{0,80}?)(?:\s+(?:from|off) (?:my|the) list)?",
        rf"(?:please\s+)?{_DROP_EN}\s+(?:the\s+|my\s+)?(?P<ref>[^,;]{{2,80}}?)\s+{_TASK}",
        r"(?:please\s+)?(?:delete|remove|take|drop|strike|cross)\s+(?:the\s+|my\s+)?(?P<ref>[^,;]{2,80}?)"
        r"\s+(?:from|off) (?:my|the) "
        r"(?:task |to-?do )?list",
    )
)
#: without the word 'task': only where the words name one of the speaker's own
_OF_OWN = tuple(
    re.compile(pattern + _WHY, FLAGS)
    for pattern in (
        rf"(?:请?把|将)?(?P<ref>[^,，;；]{{2,60}}?)(?:这件?事儿?|那件?事儿?|的事儿?)?(?:给我|可以|先|都)*{_DROP_ZH}(?:吧|好了)*",
        rf"{_DROP_ZH}(?:一下)?(?P<ref>[^,，;；]{{2,60}}?)(?:吧)?",
        rf"(?:please\s+)?{_DROP_EN}\s+(?:the\s+|my\s+)?(?P<ref>[^,;]{{3,80}}?)",
        r"(?P<ref>[^,，;；]{2,60}?)(?:这事儿?|的事儿?|这件事)?(?:就)?(?:先)?(?:不用|不必|不需要|不)(?:再)?(?:做|弄|办|管|跟|去|发|打)了",
        r"(?:我们?)?(?:不用|不必|不需要|无需)(?:再|去)*(?P<ref>[^,，;；]{2,60}?)了",
        r"(?:we |i )?(?:no longer need to|don'?t need to|needn'?t)\s+(?P<ref>[^,;]{3,80}?)(?: any ?more| after all)?",
    )
)
_EVENT_ZH = (
    r"(?:会议|会面|会谈|见面|面谈|面聊|碰面|碰头|拜访|走访|回访|上门|行程|出差|约会|约见|预约|邀约|约|电话|通话|视频"
    r"|演示|demo|培训|讲座|沙龙|活动|饭局|午餐|晚餐|午饭|晚饭|吃饭|参观|考察|路演|评审|验收|安排|日程|meeting|call|visit|会)"
)
_OFF_ZH = (
    r"(?:取消|黄|作罢|泡汤|告吹|吹|搁置|没戏|没成|停"
    r"|不(?:做|去|开|搞|约|见|办|来|谈|聊|吃|打|用|用去|用开|用做|需要|去见|去拜访))"
)
_EVENT_EN = (
    r"(?:meetings?|calls?|demos?|visits?|lunch|dinner|breakfast|coffee|drinks|trip|appointment|session|training|workshop"
    r"|presentation|catch-?up|review|zoom|webinar|kick-?off|walkthrough|site visit|conference call|meet-?up|sync)"
)
_CALLED_OFF = tuple(
    re.compile(pattern + _WHY, FLAGS)
    for pattern in (
        rf"(?P<ref>[^,，;；。]{{0,40}}?{_EVENT_ZH}[^,，;；。]{{0,8}}?)(?:的?(?:事儿?|计划|安排|行程))?"
        rf"(?:被|又|都|已经?|给|先|暂时|临时|突然|估计|大概|可能|就|对方|他们?|她们?|客户|我们?)*{_OFF_ZH}(?:掉)?了(?:吧|啊|呀)?",
        rf"(?P<ref>[^,，;；。]{{1,24}}?)(?:临时|突然|刚刚?|又|把)*取消(?:掉)?了?(?:我们?|跟我们?|和我们?|与我们?)?[^,，;；。]{{0,12}}?"
        rf"{_EVENT_ZH}",
        r"(?P<ref>[^,，;；。]{1,24}?)(?:又|今天|昨天|临时)*(?:放(?:了)?我们?(?:的)?鸽子|爽约了?)",
        rf"(?:the |our |my |tomorrow'?s |today'?s )?(?P<ref>[^,;.]{{0,60}}?\b{_EVENT_EN}\b[^,;.]{{0,60}}?)\s*"
        r"(?:\b(?:is|was|are|were|has been|have been|got|gets|just got)|'s)\s+"
        r"(?:all |been |now |just |also |both )*(?:off|called off|cancell?ed|scrapped|dead"
        r"|not (?:happening|going ahead|on)|no longer (?:happening|on))(?: again| now| for now| after all)?",
        rf"(?P<ref>[^,;.]{{2,40}}?)\s+(?:just |has |have |had to |had |also )*(?:cancell?ed|cancel|called off|call off"
        rf"|scrapped|bailed on|backed out of|pulled out of|skipped)\s+(?:on )?[^,;.]{{0,24}}?"
        rf"\b{_EVENT_EN}\b[^,;.]{{0,40}}?",
        r"(?P<ref>[^,;.]{2,40}?)\s+(?:cancell?ed|bailed) on (?:me|us)(?: [^,;.]{0,20})?",
        r"(?P<ref>[^,;.]{2,40}?)\s+(?:no-?showed|(?:didn'?t|did not|never) (?:show|turn)(?: up)?|stood (?:me|us) up"
        r"|was a no-?show)(?: [^,;.]{0,30})?",
        rf"(?P<ref>[^,;.]{{0,40}}?\b{_EVENT_EN}\b[^,;.]{{0,30}}?)\s+(?:didn'?t|did not) (?:happen|take place)",
        rf"(?:we |i )?(?:had to )?(?:call(?:ed)? off|cancell?ed|cancel|scrapped)\s+"
        rf"(?P<ref>[^,;.]{{0,40}}?\b{_EVENT_EN}\b[^,;.]{{0,40}}?)",
    )
)
#: what has taken place after all, or takes place another time: no word of a contact that is off
_TOOK_PLACE = re.compile(
    r"打电话来|来电|电话[里中]说|[打通]了(?:个|一个)?电话|聊了|谈了|见了|微信[上里]?说"
    r"|\b(?:called|phoned|rang|e-?mailed|texted|wrote|told|said)\b(?! off)",
    FLAGS,
)
#: the last write, which undo takes back: 刚才那个任务, 'that task', 'the last reminder'
_LAST = re.compile(
    r"(?:刚才|刚刚|上面|上一|最后|最近|这|那|它).{0,4}"
    r"|(?:that|this|it|the last|my last|last|the latest|the previous)(?: one)?",
    FLAGS,
)
_TRIM = " \"'“”‘’「」『』《》#＃的:："


def read(text: str, context: ParseContext) -> CancelTask | None:
    """Read which task is dropped, or what is told to be off; None where the words ask or deny."""
    body, reason = take_reason(hear(text).body)
    if not body or is_question(body) or is_reported(body) or is_conditional(body):
        return None
    return _read_order(body, reason) or _read_own(body, reason, context) or _read_told(body, reason)


def _read_order(body: str, reason: str | None) -> CancelTask | None:
    match = next((found for pattern in _ORDERS if (found := pattern.fullmatch(body))), None)
    if match is None or is_negated(body[: match.end("ref")].replace(match["ref"], "X", 1)):
        return None
    groups = match.groupdict()
    reference = (groups.get("number") or match["ref"]).strip(_TRIM)
    if _LAST.fullmatch(reference):
        return None
    return CancelTask(reference=reference, reason=reason or _why(match))


def _read_own(body: str, reason: str | None, context: ParseContext) -> CancelTask | None:
    """Read 'cancel the Northwind demo' and 不用给张伟发报价了 where a task of one's own is named: to be asked."""
    if context.knows_task is None:
        return None
    for match in (found for pattern in _OF_OWN if (found := pattern.fullmatch(body))):
        if context.knows_task(match["ref"]) and not _TOOK_PLACE.search(body):
            return CancelTask(reference=match["ref"].strip(_TRIM), reason=reason or _why(match), is_order=False)
    return None


def _read_told(body: str, reason: str | None) -> CancelTask | None:
    match = next((found for pattern in _CALLED_OFF if (found := pattern.fullmatch(body))), None)
    if match is None or _TOOK_PLACE.search(match[0].removesuffix(_why(match) or "")):
        return None
    return CancelTask(reference=match["ref"].strip(_TRIM), reason=reason or _why(match), is_order=False)


def _why(match: re.Match[str]) -> str | None:
    return match["why"] or match["why2"]


COMMAND = Command(label="cancel_task", roles=STAFF, read=read, rank=37)
