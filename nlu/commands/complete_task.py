"""Complete a task: 'done 3', 任务3完成了, "mark 'send quote' as done"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._guards import is_conditional, is_negated, is_question, is_reported
from nlu.commands._own_tasks import BORDER, THE_TASK, find_reference, trim
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class CompleteTask:
    """Which task is done."""

    #: its number in digits, or its title as said
    reference: str


_QUOTED = r"[\"'“”‘’「『《](?P<quoted>[^\"'“”‘’」』》]{1,200})[\"'“”‘’」』》]"
_NUMBER = r"(?:(?:task|to-?do|item|任务|待办|事项)\s*(?:no\.?|number|号)?\s*)?[#＃]?\s*(?P<number>\d{1,9})"
_TITLE = r"(?P<title>[^?？]{2,200}?)"
#: a title, not a word that only points to one
_NAMED_TITLE = rf"(?!(?:it|that|this|them|those|these|one|who|what|which|whether|if)\b){_TITLE}"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        r"(?:(?:i'm |i am )?done(?: with)?|finish(?:ed)?|complet(?:e|ed)|close(?= task)|check off|tick off"
        rf"|mark(?: off)?)\s*:?\s*{_NUMBER}"
        r"(?:\s+(?:as\s+)?(?:done|complete[d]?|finished))?",
        rf"{_NUMBER}\s+(?:is |has been |was )?(?:done|complete[d]?|finished)(?: now)?",
        rf"(?:mark|set)\s+(?:(?:the\s+)?task\s+)?(?:{_QUOTED})\s*(?:as\s+)?(?:done|complete[d]?|finished)",
        rf"mark\s+(?:the\s+)?(?:task\s+)?{_TITLE}\s+as\s+(?:done|complete[d]?|finished)",
        rf"(?:done|finish(?:ed)?|complet(?:e|ed))\s*(?:with)?\s*(?:(?:the\s+)?task\s*:?\s*)?(?:{_QUOTED})",
        rf"(?:done|finished|completed)\s*[:：]\s*{_TITLE}",
        rf"(?:complete|finish|close)\s+(?:the\s+)?task\s*[:：]?\s+{_TITLE}",
        rf"(?:tick|check|cross)\s+off\s+(?:the\s+|my\s+)?{_NAMED_TITLE}(?:\s+task)?",
        rf"(?:tick|check|cross)\s+(?:the\s+|my\s+)?{_NAMED_TITLE}\s+off(?:\s+(?:the|my)\s+list)?",
        rf"(?:完成|搞定|做完|办完|结束|勾掉|划掉|打勾|关闭)(?:了)?\s*(?=任务|待办|#|\d){_NUMBER}(?:了)?",
        r"(?:把|将)?(?=任务|待办|事项|task|#|\d+\s*(?:完成|done"
        rf"|搞定)){_NUMBER}\s*(?:这?个任务)?(?:我)?(?:已经?|都|可以)?(?:完成|做完|搞定|办完|结束|处理完"
        r"|做好|弄完|关|标记(?:为|成)?(?:已)?完成|"
        r"(?:设|改|标)(?:为|成)(?:已)?完成|done)(?:了|啦|掉)?",
        rf"(?:把|将)?(?:任务|待办)?\s*{_QUOTED}\s*(?:这?个?(?:任务|待办))?\s*(?:标记|设|改|标|勾选)?(?:为"
        r"|成)?(?:已经?)?(?:完成|做完|搞定|done)(?:了|啦)?",
        rf"(?:完成|搞定|做完)(?:了)?(?:任务|待办)[:：\s]*(?!列表|率|情况){_TITLE}",
        rf"(?:任务|待办)[:：\s]+{_TITLE}(?:已经?)?(?:完成|做完|搞定)(?:了|啦)?",
        rf"{_TITLE}(?:的|这个|那个)(?:任务|待办)(?:我)?(?:已经?|都)?(?:完成|做完|搞定|办完|做好)(?:了|啦)?",
    )
)


#: that something is done, said of whatever stands beside it: it must be a task
_DONE_ZH = (
    r"(?:已经?|都|我|刚刚?|终于|全部|也)*(?:完成|搞定|做完|办完|办好|弄好|做好|弄完|处理完"
    r"|处理好|结束|发完|办妥|落实|ok|done)(?:了|啦|掉)?"
)
_CLOSED_ZH = (
    r"(?:把)?(?:这个|那个|该|相关)?(?:任务|待办)(?:可以)?(?:完成|关掉|关闭|关|勾掉|划掉"
    r"|结束|标记?(?:为)?完成|ok)(?:了|吧|一下)*"
)
_LOOSE = tuple(
    re.compile(pattern + r"[\s。.!！]*", re.IGNORECASE | re.ASCII)
    for pattern in (
        r"(?:完成|搞定|做完|办完|办好|处理完|勾掉|划掉)(?:了)?[:：\s]*(?P<title>[^?？]{2,80}?)",
        rf"(?:把|将)?(?P<title>[^?？,，;；]{{2,80}}?)(?:的任务|任务|这个任务|这事儿?|那事儿?)?{_DONE_ZH}",
        rf"(?:把|将)?(?P<title>[^?？]{{2,80}}?)(?:了|过|完)*[,，;；]\s*{_CLOSED_ZH}",
        r"(?:请?把|将)(?P<title>[^?？,，;；]{2,80}?)(?:的?(?:任务|待办|这?件?事儿?))?(?:给我|可以|先|都)*"
        r"(?:关掉|关闭|关了|关上|结掉|结了|勾掉|划掉|办结|完结|标记?(?:为|成)?(?:已)?完成|(?:设|改)(?:为|成)(?:已)?完成)(?:吧|了)?",
        r"(?P<title>[^?？,，;；]{3,80}?)(?:好|完|妥|过去|出去|到位)了",
        r"(?:please\s+)?(?:complete|finish|close|tick off|check off|mark off|done with"
        r"|finished with|finished|completed|done[:,]?|i(?:'ve| have)? (?:finished|completed"
        r"|done))\s+(?:the\s+)?(?P<title>[^?？]{3,80}?)(?:\s+task)?",
        r"(?:the\s+)?(?P<title>[^?？,;]{3,80}?)(?:\s+task)?\s+(?:is\s+|are\s+|was\s+|has been\s+"
        r"|have been\s+|all\s+|now\s+)*(?:done|finished|complete[d]?|sorted|taken care of)",
        r"(?P<title>[^?？]{3,80}?),\s*(?:so\s+)?(?:(?:please\s+)?(?:close|complete|tick off"
        r"|mark off) (?:the|that|this) (?:task|to-?do)|(?:the|that) task (?:is|can be) (?:done"
        r"|closed)|mark (?:it|that|the task)(?: as)? (?:done|complete[d]?))",
    )
)

#: an order to close a task, with whatever names it before: 那条任务可以划掉, 'tick it off', Globex那条待办结束
_CROSS_OFF = (
    r"(?:划掉|勾掉|勾选|打勾|打钩|关掉|关闭|关了?|结掉|结束|了结|办结|完结|完成|销掉|消掉"
    r"|(?:标|设|改|记)(?:记)?(?:为|成)?(?:已)?完成|close\s*掉?|done\s*掉?|tick\s*掉|complete\s*掉?)(?:了|吧|一下|啦)*"
)
_CLOSING = tuple(
    re.compile(pattern + r"[\s。.!！]*", re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"(?P<ref>.{{0,40}}?)\s*(?:{THE_TASK})\s*(?:就|给我|可以|帮我|请|先|都|也|能|算|\s)*{_CROSS_OFF}",
        rf"(?:可以|请|帮我|就|先)*(?:{_CROSS_OFF})(?P<ref>.{{0,40}}?)(?:{THE_TASK})",
        r"(?:(?:so|please|pls|and|you can|can you|let's|then)\s+)*(?:tick|check|cross|mark|knock|strike)\s+"
        r"(?:it|that|this|that one|this one|(?:the|that|this)\s+(?P<ref>.{0,40}?)\s*(?:task|to-?do|reminder"
        r"|one)?)\s*off"
        r"(?:\s+(?:the|my) list)?",
        r"(?:(?:so|please|pls|and|you can|can you|let's|then)\s+)*(?:tick|check|cross|mark)\s+off\s+"
        r"(?:the|that|this|my)?\s*(?P<ref>.{0,40}?)\s*(?:task|to-?do|reminder|one)?",
        r"(?:(?:so|please|pls|and|you can|can you|let's|then)\s+)*(?:close|complete|finish|mark)\s+"
        r"(?:it|(?:the|that|this|my)\s+(?P<ref>.{0,40}?)\s*(?:task|to-?do|reminder|one))"
        r"(?:\s+(?:as\s+)?(?:done|completed?|finished))?",
        r"(?P<ref>.{0,40}?)\s*(?:the|that|this)?\s*(?:task|to-?do|reminder)\s+(?:can be|is|should be)\s+"
        r"(?:closed|done|completed?|ticked off|finished)",
    )
)


def read(text: str, context: ParseContext) -> CompleteTask | None:
    """Read which task is done."""
    heard = hear(text)
    body = heard.body
    if not body or is_question(body) or is_negated(body) or is_reported(body):
        return None
    for pattern in _PATTERNS:
        match = pattern.fullmatch(body)
        if match:
            groups = [name for name in ("number", "quoted", "title") if match.groupdict().get(name)]
            return CompleteTask(reference=heard.group(match, groups[0]) or "")
    return _own_task(body, context) or _closed(body, context)


def _own_task(body: str, context: ParseContext) -> CompleteTask | None:
    """Read '浦新制药验收完成' and 'complete Call Initech' where the words name one of the speaker's own tasks."""
    match = next((found for pattern in _LOOSE if (found := pattern.fullmatch(body))), None)
    if match is None or context.knows_task is None:
        return None
    named = next((words for words in (match["title"], trim(match["title"])) if context.knows_task(words)), None)
    return CompleteTask(reference=named.strip()) if named else None


def _closed(body: str, context: ParseContext) -> CompleteTask | None:
    """Read an order to close a task beside a clause that tells which: NDA续完了，Globex那条待办结束."""
    clauses = [clause for clause in BORDER.split(body) if clause]
    for place, clause in enumerate(clauses):
        match = next((found for pattern in _CLOSING if (found := pattern.fullmatch(clause))), None)
        if match is None:
            continue
        others = [one for number, one in enumerate(clauses) if number != place and not is_conditional(one)]
        named = trim(match["ref"] or "")
        references = (find_reference(words, context) for words in _namings(named, others))
        reference = next((one for one in references if one), None)
        return CompleteTask(reference=reference) if reference else None
    return None


def _namings(named: str, others: list[str]) -> list[str]:
    """Give the words that may name the task, the likeliest first: the order's own, with the clauses beside it."""
    return [words for words in (named, *(f"{named} {one}".strip() for one in others), *others) if words]


COMMAND = Command(label="complete_task", roles=STAFF, read=read, rank=41)
