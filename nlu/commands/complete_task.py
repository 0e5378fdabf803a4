"""Complete a task: 'done 3', 任务3完成了, "mark 'send quote' as done"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._guards import is_negated, is_question, is_reported
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
    return _own_task(body, context)


def _own_task(body: str, context: ParseContext) -> CompleteTask | None:
    """Read '浦新制药验收完成' and 'complete Call Initech' where the words name one of the speaker's own tasks."""
    match = next((found for pattern in _LOOSE if (found := pattern.fullmatch(body))), None)
    if match is None or context.knows_task is None or not context.knows_task(match["title"]):
        return None
    return CompleteTask(reference=match["title"].strip())


COMMAND = Command(label="complete_task", roles=STAFF, read=read, rank=41)
