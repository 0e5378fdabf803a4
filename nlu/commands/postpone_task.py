"""Postpone a task: 把任务3推迟到周五，因为客户出差; "postpone 'send quote' to Friday because they travel"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_conditional, is_negated, is_question, is_reported
from nlu.commands._own_tasks import BORDER, THE_TASK, find_reference, trim
from nlu.commands._update_words import take_reason
from nlu.commands._utterance import hear
from nlu.entities.durations import Duration
from nlu.entities.durations import find as find_durations
from nlu.entities.times import find_times, resolve_time
from nlu.understanding import Entity, Moment, ParseContext


@dataclass(frozen=True, kw_only=True)
class PostponeTask:
    """Which task, until when or by how much, and why."""

    #: its number or its title as said
    reference: str
    until: Moment | None = None
    by: timedelta | None = None
    reason: str | None = None


_TASK = r"(?:任务|待办|tasks?|to-?dos?|reminders?|提醒|跟进)"
_LATER_ZH = r"(?:postpone|推迟|延期|延后|延迟|顺延|往后推|推后|推|延)"
_LATER_EN = r"(?:postpone|delay|defer|snooze|push back|put off)"
_MOVE_EN = r"(?:push)"
_BACK_EN = r"(?:push|move|put)"
_PATTERNS = tuple(
    re.compile(pattern + r"(?:[,，]\s*(?P<why>[^?？]{2,200}?))?[\s。.!]*", FLAGS)
    for pattern in (
        rf"(?:请?把|将)?(?P<ref>.{{1,80}}?)(?:的?{_TASK})?{_LATER_ZH}(?:到|至)(?P<when>[^,，]{{2,30}})",
        rf"(?:请?把|将)?(?P<ref>.{{1,80}}?)(?:的?{_TASK})?(?:推迟|延期|延后|延迟|顺延|往后推"
        rf"|推后)(?:了)?(?P<by>[\d一二两三四五六七八九十半]+个?[^,，]{{1,6}})",
        rf"(?:推迟|延期|延后){_TASK}?\s*(?P<ref>.{{1,80}}?)(?:到|至)(?P<when>[^,，]{{2,30}})",
        rf"{_LATER_EN}\s+(?P<ref>.{{1,80}}?)\s+(?:to|till|until)\s+(?P<when>[^,，]{{2,40}})",
        rf"{_LATER_EN}\s+(?P<ref>.{{1,80}}?)\s+(?:by|for)\s+(?P<by>[^,，]{{2,20}})",
        rf"{_BACK_EN}\s+(?P<ref>.{{1,80}}?)\s+back\s+(?:to|till|until)\s+(?P<when>[^,，]{{2,40}})",
        rf"{_MOVE_EN}\s+(?P<ref>(?:the\s+)?{_TASK}\s+.{{1,80}}?|.{{1,80}}?\s+{_TASK})\s+(?:back\s+)?(?:to|till"
        rf"|until)\s+(?P<when>[^,，]{{2,40}})",
        rf"(?:push|move|shift)\s+(?P<ref>(?:the\s+)?{_TASK}\s+.{{1,80}}?"
        rf"|.{{1,80}}?\s+{_TASK})\s+(?:back\s+)?by\s+(?P<by>[^,，]{{2,20}})",
        rf"(?P<ref>{_TASK}\s*[#＃]?\d+)\s+(?:is\s+)?(?:postponed|delayed|moved)\s+(?:to|till"
        rf"|until)\s+(?P<when>[^,，]{{2,40}})",
    )
)
#: moved to another time: only where the words name one of the speaker's own tasks
_OF_OWN_TASK = tuple(
    re.compile(pattern + r"(?:\s*[,，;；]\s*(?P<why>[^?？]{2,200}?))?[\s。.!]*", FLAGS)
    for pattern in (
        r"(?:请?把|将)?(?P<ref>[^,，;；]{2,80}?)(?:的?(?:任务|待办|这件?事|这事儿?|那事儿?))?(?:要|得|需要|需|先"
        r"|再)?(?:改|挪|调整?|移|放|换|推|拖|延|后延"
        r"|改期|顺延)(?:到|至|成)(?P<when>[^,，;；]{2,30}?)(?:再(?:说|做|弄|办|去))?",
        r"(?:push|move|shift|reschedule|bump|slide|slip|put)\s+(?:the\s+)?(?P<ref>[^,;]{3,80}?)\s+"
        r"(?:back\s+|out\s+|off\s+|over\s+)?"
        r"(?:to|till|until)\s+(?P<when>[^,;]{2,40}?)",
        r"(?:push|move|shift|bump|slide)\s+(?:the\s+)?(?P<ref>[^,;]{3,80}?)\s+(?:back\s+|out\s+)?"
        r"by\s+(?P<by>[^,;]{2,20}?)",
        r"(?:the\s+)?(?P<ref>[^,;]{3,80}?)\s+(?:is|was|has been|got|gets|needs to be|has to be)\s+"
        r"(?:postponed|delayed|moved|pushed(?: back)?|rescheduled|put off)\s+"
        r"(?:to|till|until)\s+(?P<when>[^,;]{2,40}?)",
    )
)
#: 把任务推迟一下, 'postpone a task': which one and until when has to be asked
_NOTHING_SAID = re.compile(
    rf"(?:请?把|将)?(?:我的|这个|那个|一个)?{_TASK}{_LATER_ZH}(?:一下|下|一会儿?|几天)?|{_LATER_ZH}(?:一下|一个"
    rf"|个)?{_TASK}"
    rf"|{_LATER_EN}\s+(?:a|the|my|this|that|one of my)?\s*{_TASK}",
    FLAGS,
)
_NO_TASK = re.compile(
    r".*(?:的?(?:预计|成交|签约|金额|阶段|级别|日期|时间|生日)|会议室|发布|上线|\bclose|\bdeal).*", FLAGS
)
_TYPE = re.compile(rf"(?:the\s+|my\s+)?{_TASK}\s*[:：]?\s*|\s*{_TASK}$", FLAGS)
#: what moves a task, right before its new time: 挪到, 'delay 到', 'push … to'
_MOVES_ZH = re.compile(
    r"(?:给我|帮我|要|得|需要|需|先|再|就|都|只能|想)*(?:改期?|挪|调整?|移|放|换|推迟?|拖|延期?|延迟|延后"
    r"|往后[延推拖挪]?|后延|推后|顺延"
    r"|(?:postpone|delay|defer|push|move|shift|reschedule)(?:ed)?)(?:一下|了)?\s*(?:到|至|成|to)\s*$"
    r"|(?:^|(?<=[\s,，]))(?:顺延|推迟|延期|改期|延后|后延|推后|往后[推挪延]|推|挪|延|改)\s*$",
    FLAGS,
)
#: a space between Chinese words parts the clauses of a telegram: 催永丰款 顺延周三 会计请假
_SPACED = re.compile(rf"{BORDER.pattern}|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", FLAGS)
_VERB_EN = r"(?:push|move|shift|bump|slide|slip|delay|postpone|defer|reschedule|put)"
_LEAD_EN = r"(?:(?:so|then|and|please|pls|just|can you|could you|let's|i'll|we'll|we|i|have to|need to|must)\s+)*"
_MOVES_EN = re.compile(
    rf"{_LEAD_EN}{_VERB_EN}\s+(?P<ref>.{{2,80}}?)"
    r"(?:\s+(?:back|out|off|over|forward))?\s+(?:to|till|until|for)\s+(?:the\s+)?$",
    FLAGS,
)
#: the task itself moves: 'the samples task moves to Thursday', 'the NDA can wait until next Friday'
_MOVES_ITSELF = re.compile(
    rf"{_LEAD_EN}(?:the\s+)?(?P<ref>.{{2,80}}?)\s+(?:moves|slips|shifts|slides|(?:can|has to|will have to|must"
    rf"|needs to)\s+"
    r"(?:wait|move))\s+(?:to|till|until)\s+(?:the\s+)?$",
    FLAGS,
)
#: so much later: 'push the samples back a day', 星澜合同往后挪两天
_LATER_BY = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        rf"{_LEAD_EN}{_VERB_EN}\s+(?P<ref>.{{2,80}}?)\s+(?:back|out|(?:back |out )?by)(?:\s+(?:another"
        rf"|about))?\s+(?P<by>[^,;]{{2,20}})",
        r"(?P<ref>.{0,80}?)(?:要|得|需要|先|再|就|只能)*(?:往后|向后)?(?:推迟?|延期?|延迟|延后|顺延|推后|拖|挪|晚"
        r"|缓)(?:后|一?下)?"
        r"(?P<by>(?:[\d一二两三四五六七八九十半]+个?)[^,，]{1,6})",
    )
)


def read(text: str, context: ParseContext) -> PostponeTask | None:
    """Read which task is put off, until when and why."""
    body, reason = take_reason(hear(text).body)
    if not body or is_reported(body) or is_question(body) or is_conditional(body) or _ASKS_WHETHER.match(body):
        return None
    if _NOTHING_SAID.fullmatch(body):
        return PostponeTask(reference="", reason=reason)
    return _read(body, reason, context) or _anchored(body, reason, context)


def _read(body: str, reason: str | None, context: ParseContext) -> PostponeTask | None:
    match = next((found for pattern in _PATTERNS if (found := pattern.fullmatch(body))), None)
    match = match or _of_own_task(body, context)
    if (
        match is None
        or _STORY.search(match["ref"])
        or _NO_TASK.fullmatch(match["ref"])
        or is_question(match["ref"])
        or "," in match["ref"]
        or "，" in match["ref"]
        or _FORBIDS.search(match["ref"].strip())
    ):
        return None
    if _is_only_deal(match["ref"], context):
        return None
    if match.groupdict().get("when") and _SIGNED.search(match["when"]):
        return None
    why = match["why"] or ""
    if is_negated(body.removesuffix(why).replace(match["ref"], "X", 1)) or (
        not match["ref"].isascii() and is_negated(match["ref"][:2])
    ):
        return None
    until, by = _when(match.groupdict(), context)
    if until is None and by is None:
        return None
    reference = _TYPE.sub("", match["ref"].strip(), count=1).strip(" \"'“”‘’「」#＃的")
    return PostponeTask(reference=reference or match["ref"].strip(), until=until, by=by, reason=reason or match["why"])


def _is_only_deal(words: str, context: ParseContext) -> bool:
    """Tell whether words name a deal and no task: 华为ERP升级推到明年1月 moves when it closes."""
    if context.knows_deal is None or not context.knows_deal(words):
        return False
    return context.knows_task is None or not context.knows_task(words)


def _of_own_task(body: str, context: ParseContext) -> re.Match[str] | None:
    """Read 'push the Northwind demo to Monday' and 给张伟发报价改到明天 where one of the speaker's tasks is named."""
    found = (match for pattern in _OF_OWN_TASK if (match := pattern.fullmatch(body)))
    return next((match for match in found if _names_own_task(match["ref"], context)), None)


def _names_own_task(words: str, context: ParseContext) -> bool:
    if context.knows_task is None or not context.knows_task(words):
        return False
    return context.knows_deal is None or not context.knows_deal(words)


def _anchored(body: str, reason: str | None, context: ParseContext) -> PostponeTask | None:
    """Read a move of one of the speaker's own tasks, whichever clause names it; the others tell why.

    星澜合同法务还没回，任务延到下周一; 'push the Acme samples back a day, the supplier is late'.
    """
    if context.knows_task is None or _STORY.search(body):
        return None
    parted = (BORDER, _SPACED) if _SPACED.search(body) else (BORDER,)
    found = (_of_clauses([clause for clause in border.split(body) if clause], reason, context) for border in parted)
    return next((one for one in found if one is not None), None)


def _of_clauses(clauses: list[str], reason: str | None, context: ParseContext) -> PostponeTask | None:
    for place, clause in enumerate(clauses):
        moved = _moved(clause, context)
        if moved is None or is_negated(clause) or is_conditional(clause) or is_question(clause):
            continue
        named, until, by = moved
        others = clauses[:place] + clauses[place + 1 :]
        if _NO_TASK.fullmatch(named) or (context.knows_deal is not None and context.knows_deal(named)):
            return None
        reference = find_reference(named, context, is_whole=True) if named else _named_beside(others, context)
        if reference is None:
            return None
        why = reason or next((one for one in others if trim(one) != reference), None)
        return PostponeTask(reference=reference, until=until, by=by, reason=why)
    return None


def _named_beside(others: list[str], context: ParseContext) -> str | None:
    """Return the task that a clause beside the order names: 星澜合同法务还没回，任务延到下周一."""
    if any(is_conditional(clause) or is_reported(clause) for clause in others):
        return None
    return next((found for clause in others if (found := find_reference(clause, context))), None)


def _moved(clause: str, context: ParseContext) -> tuple[str, Moment | None, timedelta | None] | None:
    """Read what a clause moves, and until when or by how much; the words are empty for 'the task'."""
    for pattern in _LATER_BY:
        match = pattern.fullmatch(clause)
        by = _when({"by": match["by"]}, context)[1] if match else None
        if match and by is not None:
            return _without_type(match["ref"]), None, by
    for time in find_times(clause, context.now, context.timezone, "future"):
        named = _before(clause, time)
        if named is not None and isinstance(time.value, Moment) and time.value.start > context.now:
            return _without_type(named), time.value, None
    return None


def _before(clause: str, time: Entity) -> str | None:
    """Return the words before a time to which something is moved; None where nothing is."""
    if _AFTER_TIME.fullmatch(clause, time.end) is None:
        return None
    head = clause[: time.start]
    moves = _MOVES_ZH.search(head)
    if moves is not None:
        return head[: moves.start()]
    english = _MOVES_EN.fullmatch(head) or _MOVES_ITSELF.fullmatch(head)
    return english["ref"] if english else None


def _without_type(words: str) -> str:
    """Leave out what only says that it is a task: 任务, 那条, 'the task'."""
    said = words.strip()
    return "" if re.fullmatch(rf"(?:把|将|the|that|this|\s)*(?:{THE_TASK}|it)?", said, FLAGS) else trim(said)


#: whether it should be put off, and that it should not
_ASKS_WHETHER = re.compile(r"[^,，]{0,12}(?:要不要|该不该|用不用|需不需要|可不可以|能不能)", FLAGS)
_FORBIDS = re.compile(r"(?:别|不要|不用|不必|先不|不能|不)(?:再)?$", FLAGS)
#: what may stand behind the new time
_AFTER_TIME = re.compile(r"(?:再(?:说|做|弄|办|去)|之?前|吧|了|please|\s)*[\s。.!！]*", FLAGS)
#: somebody tells of a contact: no title of a task
_STORY = re.compile(
    r"记一?下|[打通]了|电话说|聊了|谈了|拜访了|见了|(?:他|她|客户|对方)(?:们)?(?:说|要|希望|想)|\b(?:said|told"
    r"|spoke|called|met)\b",
    FLAGS,
)


#: a deal that is to be signed later, and a task of which it isn't said until when
_SIGNED = re.compile(r"(?:签约?|签单|成交|关单|结单|close[sd]?|sign(?:ed)?)\s*$", FLAGS)


def _when(groups: dict[str, str | None], context: ParseContext) -> tuple[Moment | None, timedelta | None]:
    when, by = groups.get("when"), groups.get("by")
    if when:
        return resolve_time(when, context.now, context.timezone, "future"), None
    found = find_durations(by or "", context)
    value = found[0].value if found else None
    return None, value.length if isinstance(value, Duration) else None


COMMAND = Command(label="postpone_task", roles=STAFF, read=read, rank=38)
