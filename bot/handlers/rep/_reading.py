"""Reading a report that no grammar reads, by the customers whom it names: '给科硕彭博文打电话了', 'webex with Hans'.

Promise: only what surely is a report of contact (its meaning, a way of contact, a known customer), never a question, a
denial or a plan. Never: a write.
"""

from __future__ import annotations

import re

from bot.turn import Turn
from nlu.commands._frame import LogFrame, Times
from nlu.commands._guards import is_negated, is_question, is_reported, is_unreal
from nlu.commands._mentions import Mention
from nlu.commands._utterance import hear
from nlu.commands.log_interaction import LogInteraction, request_of
from nlu.entities.interaction_kinds import find_kinds, kind_of
from nlu.understanding import ParseContext

#: how sure the meaning must be that something is reported
SURE_PROBABILITY = 0.8
#: characters between two names of one list of people
MAX_GAP = 6
#: characters of a sentence in which whom it is about must stand
MAX_HEAD = 60
#: a person after his company by surname and title: 江东机电徐厂长
_TITLED = re.compile(
    r"(?:的)?(?P<name>[\u3400-\u9fff](?:总|董|工|姐|哥|厂长|经理|主任|行长|社长|校长|院长|部长|处长|科长|店长"
    r"|董事长|总监|老师|先生|女士))"
)
_TELLS = re.compile(r"^[\s,，。;；:：—–-]*(?:打了?|发了?|聊了?|通了?|开了?|去了?|过了?)?(?:个|一下|了|的)*")
_KIND_NEAR = 10


def read_by_names(turn: Turn, text: str, context: ParseContext) -> LogInteraction | None:
    """Read a report around the known names that stand in it; None if it is not surely one."""
    understood = turn.understanding
    if understood.intent != "log_interaction" or understood.probability < SURE_PROBABILITY or kind_of(text) is None:
        return None
    heard = hear(text)
    mentions = _mentions(turn, heard.folded[: heard.start + MAX_HEAD], heard.start)
    if not mentions:
        return None
    end = _frame_end(heard.folded, mentions)
    head = heard.folded[heard.start : end]
    claimed = _without(head, mentions, heard.start)
    if is_negated(claimed) or is_unreal(claimed) or is_question(heard.body) or is_reported(heard.body):
        return None
    times = Times(text, context)
    if times.has_future(heard.start, end):
        return None
    frame = LogFrame(kind_of(head) or kind_of(text), mentions, end, head, is_explicit=False, content_start=end)
    return request_of(heard, frame, times, context)


def _mentions(turn: Turn, head: str, start: int) -> tuple[Mention, ...]:
    """Return the first cluster of known names, a person by title after his company among them."""
    found: list[Mention] = []
    for begin, end in turn.services.directory.find_spans(turn.session, head):
        if begin < start or (found and begin - found[-1].end > MAX_GAP):
            continue
        found.append(Mention(head[begin:end], begin, end))
        titled = _TITLED.match(head, end)
        if titled:
            found.append(Mention(titled["name"], titled.start("name"), titled.end("name"), head[begin:end]))
    return tuple(found)


def _frame_end(folded: str, mentions: tuple[Mention, ...]) -> int:
    """Return where the content begins: after the names and the way of contact beside them."""
    end = mentions[-1].end
    for start, stop, _kind in find_kinds(folded):
        if end <= start <= end + _KIND_NEAR and not re.search(r"[,，。;；:：]", folded[end:start]):
            end = stop
    told = _TELLS.match(folded[end:])
    return end + (told.end() if told else 0)


def _without(head: str, mentions: tuple[Mention, ...], start: int) -> str:
    for one in mentions:
        begin, end = one.start - start, one.end - start
        if 0 <= begin < end <= len(head):
            head = head[:begin] + "#" * (end - begin) + head[end:]
    return head
