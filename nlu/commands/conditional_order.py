"""An order that waits for something: 'once Hans confirms, send the contract', 等王磊确认了再发合同.

Promise: the whole sentence, so that nothing of it is done before its time. Never: a story, a question, a reminder
(which create_task.py reads with its condition), a record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._follow_ups import find_title
from nlu.commands._guards import is_question
from nlu.commands._utterance import Utterance, hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class ConditionalOrder:
    """What is to be done once something has happened."""

    #: the order with its condition, as said
    title: str


#: a time, not an event, may be waited for: it is a due date
_FIRST = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        r"(?:等(?!等|会儿?|一下|一会|下)|待)(?:到)?[^,，。;；]{1,40}?(?:[,，]\s*)?(?:再|才|就|后)(?!次|三|说)(?P<order>.+)",
        r"(?:等(?!等|会儿?|一下|一会|下)|待)[^,，。;；]{1,40}?(?:了|后|之后|以后|好|完)[^,，。;；]{0,4}[,，]\s*(?P<order>.+)",
        r"(?:那?(?:要是|如果|假如|假使|万一|倘若|若是?|一旦|只要|除非))[^。;；]{1,50}?"
        r"(?:[,，]\s*(?:那|就|我们?|你)*|就|的话[,，]?)(?P<order>.+)",
        r"[^,，。;；]{1,16}?(?:要是|如果|若是?|一旦|只要)[^。;；]{1,40}?(?:的话)?(?:[,，]\s*(?:那|就)?|就)(?P<order>.+)",
        r"[^,，。;；]{0,10}?(?:收到|拿到|签完|签好|签了|谈妥|付了?|到账|打款|确认|批(?:了|下来|准)|同意|回复|验收)"
        r"[^,，。;；]{0,24}?(?:之后|以后|后|了)[,，]?再(?!次|三|说)(?P<order>.+)",
        r"(?:and |but |so |then )?(?:if|once|unless|in case|as soon as|provided(?: that)?|assuming)\s+[^,;]{2,70}?"
        r"(?:,\s*(?:then\s+)?|\s+then\s+)(?P<order>.+)",
        r"(?:when|after|until)\s+(?![^,]*\b(?:met|spoke|was|were|came|went|had|did|said|told|sent|saw|i|we|[a-z]{2,}ed)\b)"
        r"[^,;]{2,60}?,\s*(?P<order>.+)",
    )
)
_HEADS_EN = (
    r"(?:move|mark|set|change|update|send|close|complete|create|open|book|assign|tag|put|raise|lower|upgrade|downgrade|convert"
    r"|delete|cancel|call|e-?mail|invite|prepare|ship|order|push|make|add)"
)
_LAST = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        rf"(?P<order>(?:please )?{_HEADS_EN}\b[^,:;]{{2,80}}?),?\s+(?:only |but only )?"
        r"(?:if|once|when|as soon as|unless|after|provided(?: that)?)\s+(?:he|she|they|it|we|the|[A-Z][\w']*)\b"
        r"(?! (?:was|were|had|did|said|told|called|met|went)\b)"
        r"(?=[^.;]*?\s(?:\w+s|have|has|agree|confirm|sign|pay|reply|accept|say|come|are)\b)[^.;]{2,60}",
        r"(?P<order>(?:请?把|将|给|推进|改).{2,60}?)[,，]\s*(?:但)?(?:如果|要是|假如|等|前提是|只要|除非).{2,40}",
    )
)
#: a change of a record, beside what find_title() knows to be done
_CHANGES = re.compile(
    r"(?:[^,，。]{0,12}?)(?:把|将|推进|改成|改为|标(?:记|为|成)|升(?:级|到|为)|转给|转成|新建|建|记|发|寄|签|打|通知|安排|关|完成)"
    rf"|(?:please |we |i |then |you )*(?:can |will |should |'ll )?{_HEADS_EN}\b",
    FLAGS,
)
#: a reminder or a task is told whole to create_task.py; a customer's or somebody else's words are a story
_OTHERS = re.compile(
    r"提醒|任务[:：]|待办|记得|别忘|\b(?:remind|to-?do|reminder|task)\b|说|表示|问|觉得|客户想|\b(?:said|says|told|asked)\b|怎么|如何"
    r"|聊了|谈了|[打通]了|拜访了|见了|记录|\b(?:log|called|met|spoke|visited|faq)\b|[?？]",
    FLAGS,
)
LONGEST = 160


def read(text: str, context: ParseContext) -> ConditionalOrder | None:  # noqa: ARG001 - the contract of a command
    """Read an order with its condition; None where nothing is ordered, or no condition stands beside it."""
    heard = hear(text)
    body = heard.body
    if not body or len(body) > LONGEST or is_question(body) or _OTHERS.search(body):
        return None
    first = next((found for pattern in _FIRST if (found := pattern.fullmatch(body))), None)
    last = next((found for pattern in _LAST if (found := pattern.fullmatch(body))), None)
    match = first or last
    if match is None or not _is_order(match["order"]):
        return None
    return ConditionalOrder(title=_title(heard))


def _is_order(words: str) -> bool:
    return find_title(words, has_time=True) is not None or _CHANGES.match(words) is not None


def _title(heard: Utterance) -> str:
    return " ".join(heard.said(heard.start, heard.end).split())


COMMAND = Command(label="conditional_order", roles=STAFF, read=read, rank=6)
