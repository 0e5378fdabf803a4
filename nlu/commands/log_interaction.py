"""Log an interaction: 'log call with Acme: wants a quote, follow up Tuesday 3pm', 记一下刚才跟华为张伟的电话.

Promise: the summary is the person's own words; what happened resolves to the past, what is due to the future; linear in
the text. Never: a record (names are given as said), a question or a plan taken for a report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import ModuleType

from nlu.commands import _log_chinese, _log_english
from nlu.commands._command import STAFF, Command
from nlu.commands._follow_ups import FollowUp, read_content
from nlu.commands._frame import LogFrame, Times
from nlu.commands._guards import is_conditional, is_negated, is_question, is_unreal
from nlu.commands._labelled import Form, read_form
from nlu.commands._labelled_report import read_report
from nlu.commands._mentions import Mention
from nlu.commands._occurred import happened_at, has_unread_date
from nlu.commands._parties import find_parties
from nlu.commands._sharpen import sharpen
from nlu.commands._sketch import is_plan, joined_people, may_be_to_come, sketch, told_people
from nlu.commands._statements import read_statement
from nlu.commands._told_kind import told_kind
from nlu.commands._utterance import Utterance, hear
from nlu.entities.interaction_kinds import kind_of
from nlu.entities.times import find_times
from nlu.understanding import KnownName, Moment, ParseContext

#: 'Called John back, mark it done', 'met a new buyer, add her': a story that ends in another command.
_OTHER_COMMAND = re.compile(
    r"\b(?:task (?:is )?(?:done|complete[d]?)|mark (?:it|that|this|the task)(?: as)? (?:done|complete[d]?)|"
    r"add (?:her|him|them)(?: as .*)?|undo)[.!\s]*$|(?:任务(?:已)?完成(?:了)?|标记完成|完成任务|加为联系人"
    r"|建个联系人)[。.!！\s]*$"
    # 不在大龙汽配了: nobody was seen there
    r"|^[^,，;；。]{0,8}?(?:已经?|现在|早就?|也|都)*不(?:再)?在[^,，]{1,16}了[。.!！\s]*$"
    # 上个月从恒信物业辞职了: he left, and saw nobody there
    r"|^[^,，;；。]{0,14}从[^,，]{1,16}(?:离职|辞职|退休|调走|离开)了?[。.!！\s]*$"
    # 回访王磊那个done了: the task of that name, and no report
    r"|^[^,，;；。了过]{2,30}[那这](?:个|条|件|项)(?:任务|待办|事儿?|task|todo)?(?:我)?(?:已经?|都|也)*"
    r"(?:done|完成|搞定|做完|办完|弄完|finished?|ok)(?:了|啦|掉)?[。.!！\s]*$",
    re.IGNORECASE | re.ASCII,
)
#: The first word, with a Chinese name after it that is not 一下, 和 or the like.
_ENGLISH_BEGINNING = re.compile("[a-z][a-z'-]*[:,]? (?![一下和跟与给在了个这今昨前上])", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class LogInteraction:
    """What a person reports of a contact with a customer."""

    #: call, visit, online_meeting, email, chat, event or care; None where nothing was said of it
    kind: str | None
    #: people and companies as said, in the text's order
    mentions: tuple[Mention, ...]
    #: when it happened; None: not said, so just now
    occurred_at: Moment | None
    #: what was told, in the person's words, without frame and follow-ups; empty if nothing was
    summary: str
    follow_ups: tuple[FollowUp, ...] = ()
    #: when it is to happen, where the words speak of what has not happened yet: a plan, no report
    planned_for: Moment | None = None
    #: words that speak of a time which has to be asked for
    unresolved_times: tuple[str, ...] = ()


#: verbs of contact that leave its way open
_OPEN_CLAIM = re.compile(
    r"问候|拜.{0,2}[年节]|祝|聊|谈|联系|沟通|交流|对接|说|开会|会议"
    r"|\b(?:met|meeting|spoke|talked|caught up|checked in|followed up|connected|sent)\b",
    re.IGNORECASE | re.ASCII,
)


def read(text: str, context: ParseContext) -> LogInteraction | None:
    """Read a report; None where the text is none, or is a question, a denial or a plan."""
    form = read_form(text)
    if form is not None:
        return _of_form(form, context)
    text = _SLASHED.sub(", ", text) if len(_SLASHED.findall(text)) > 1 else text
    heard = hear(text)
    if _OTHER_COMMAND.search(heard.body, max(0, len(heard.body) - 40)) or is_conditional(text):
        return None
    if read_statement(heard, context) is not None:  # what became of a customer is no contact with him
        return None
    times = Times(text, context)
    if _APPOINTS.match(heard.folded, heard.start) and _is_to_come(heard, context):
        return None
    frame = find_frame(heard, times)
    if frame is not None and not _is_claimed(heard, frame, times):
        frame = None
    if context.find_names is not None:
        frame = _among_known(heard, frame, times, context.find_names(heard.folded))
    if frame is None or has_unread_date(heard, times) or _REMINDS.search(heard.folded, heard.start, frame.end):
        return None
    return request_of(heard, frame, times, context)


def _is_to_come(heard: Utterance, context: ParseContext) -> bool:
    """Tell whether a time that may lie ahead is named: 12月3日 of an appointment is the next one."""
    times = find_times(heard.folded, context.now, context.timezone, "future")
    return any(isinstance(one.value, Moment) and one.value.start > context.now for one in times)


def _of_form(form: Form, context: ParseContext) -> LogInteraction | None:
    """Read a form that tells of a contact."""
    report = read_report(form, context) if form.command == "log_interaction" else None
    return LogInteraction(**vars(report)) if report is not None else None


#: parts the pieces of a note: 'Tom Wilson / phone / 8:45 today / wants it in writing'
_SLASHED = re.compile(r"\s+[/|]\s+")
#: an appointment that was made is no contact yet: 约了何静后天下午两点来公司
_APPOINTS = re.compile(
    r"(?:昨天|今天|前天|上午|早上|刚才)?(?:我们?|咱们?)?(?:已经?|刚刚?|刚才)?(?:(?:和|跟|与"
    r"|同)(?:(?![通聊谈打见碰吃]|电话|微信|拜访|沟通|开会)[^,，;；。]){1,16}?)?"
    r"(?:已经?|刚刚?)?约(?:了|好了?|定了?|到了?)"
    r"|(?:(?:i|we)(?:'ve| have)?\s+)?(?:just\s+|already\s+)?(?:arranged|agreed|scheduled|booked|set up|fixed up)\s+"
    r"(?:with\s+[^,;.]{2,40}?\s+)?(?:to\s+(?:meet|visit|see|call|demo|drop)|an?\s+(?:[a-z]+\s+)?(?:meeting|visit"
    r"|call|demo"
    r"|appointment|slot|lunch|session))\b",
    re.IGNORECASE,
)
#: an order to be reminded of what is named behind it
_REMINDS = re.compile(r"提醒(?:一下)?我|\bremind\s?(?:me\b|我)", re.IGNORECASE)


def _among_known(
    heard: Utterance, frame: LogFrame | None, times: Times, names: tuple[KnownName, ...]
) -> LogFrame | None:
    """Set the frame's names right by those that are known; without a frame, read around the known names."""
    if frame is None or not frame.mentions:
        return sketch(heard, times, names) or frame
    parties = find_parties(heard.folded, names, heard.start)
    own = [(one.start, one.end) for one in names if one.is_colleague]
    others = [one for one in frame.mentions if (one.start, one.end) not in own]
    if not others:
        return sketch(heard, times, names) or frame
    mentions = sharpen(others, parties, heard.folded)
    frame = replace(frame, mentions=mentions)
    if not _is_claimed(heard, frame, times):  # what was taken for a part of a name may deny it: 如果华为张伟打电话来
        return None
    further, end = joined_people(heard, times, mentions, parties)
    if further:
        end = _after_times(end, times)
        start = max(frame.content_start, end)
        return replace(frame, mentions=(*mentions, *further), end=max(frame.end, end), content_start=start)
    named = [one for one in parties if one.mention in mentions]
    return replace(frame, mentions=(*mentions, *told_people(heard.folded, frame.end, named, parties)))


def _after_times(place: int, times: Times) -> int:
    """Pass over the times that follow a place at once."""
    while (time := times.at(place) or times.at(place + 1)) is not None:
        place = time.end
    return place


def read_likely(text: str, context: ParseContext) -> LogInteraction | None:
    """Read names and a way of contact that stand together although nothing shows that it happened: to be asked."""
    if read_form(text) is not None:  # one that can't be read, or that says that it does not count
        return None
    heard = hear(text)
    times = Times(text, context)
    names = context.find_names(heard.folded) if context.find_names else ()
    frame = sketch(heard, times, names, is_likely=True)
    return None if frame is None or has_unread_date(heard, times) else request_of(heard, frame, times, context)


def draft(text: str, context: ParseContext) -> LogInteraction:
    """Read what can be read of a text that is known to be a report, however it is worded."""
    heard = hear(text)
    times = Times(text, context)
    frame = find_frame(heard, times)
    if frame is None:
        frame = LogFrame(kind_of(text), (), heard.start, "", is_explicit=False, content_start=heard.start)
    return request_of(heard, frame, times, context)


def find_frame(heard: Utterance, times: Times) -> LogFrame | None:
    """Find the frame in either language: the one that names somebody, that of the first words where both do."""
    if heard.start >= heard.end:
        return None
    finders = _finders(heard)
    frames = [frame for module in finders if (frame := module.find_frame(heard.folded, heard.start, heard.end, times))]
    return next((frame for frame in frames if frame.mentions), frames[0] if frames else None)


def _finders(heard: Utterance) -> tuple[ModuleType, ...]:
    """'Log call with 李娜' and 'visited 李娜' are English sentences, 'log 一下和李娜的电话' is a Chinese one."""
    if heard.body.isascii():
        return (_log_english,)
    if _ENGLISH_BEGINNING.match(heard.folded, heard.start):
        return (_log_english, _log_chinese)
    return (_log_chinese, _log_english)


def _is_claimed(heard: Utterance, frame: LogFrame, times: Times) -> bool:
    """Tell whether the frame says that it happened: no question, denial, wish or plan."""
    head = heard.folded[heard.start : frame.end]
    told = heard.folded[frame.end : frame.content_start]
    asked = heard.folded[frame.end : frame.end + 12]
    if is_negated(_without_names(head, heard, frame)) or is_question(head + (asked if _is_short(asked) else "")):
        return False
    if frame.is_explicit:
        return True
    if may_be_to_come(heard, frame.end, times) or is_plan(heard, frame.end, times):
        return False
    is_told = bool(told.strip()) or bool(heard.folded[frame.content_start : heard.end].strip()) or bool(frame.mentions)
    return (
        is_told and not is_unreal(_without_names(head, heard, frame)) and not times.has_future(heard.start, frame.end)
    )


def _is_short(asked: str) -> bool:
    """What follows the frame belongs to its question if it ends at once: 打电话了吗."""
    return len(asked.strip(" ?？。.!！,，")) <= 4


def _without_names(head: str, heard: Utterance, frame: LogFrame) -> str:
    """Names may look like anything (Will, 不二家): they are judged as names."""
    for mention in frame.mentions:
        start, end = mention.start - heard.start, mention.end - heard.start
        if 0 <= start < end <= len(head):
            head = head[:start] + "#" * (end - start) + head[end:]
    return head


def request_of(heard: Utterance, frame: LogFrame, times: Times, context: ParseContext) -> LogInteraction:
    """Read the whole report once its frame is known."""
    content = read_content(heard.text, heard.folded, frame.content_start, frame.content_end or heard.end, context)
    past = times.past(heard.start, frame.end)
    told = heard.folded[frame.end : heard.end]
    return LogInteraction(
        kind=_kind_named(frame, told) or frame.kind,
        mentions=_as_written(heard, frame.mentions),
        occurred_at=happened_at(heard, frame, times, content.follow_ups) or content.occurred,
        summary=content.summary,
        follow_ups=content.follow_ups,
        planned_for=times.future(heard.start, frame.end) if past is None else None,
        unresolved_times=content.unresolved_times,
    )


def _kind_named(frame: LogFrame, told: str) -> str | None:
    """Name the kind that the story names, where the words before it leave it open."""
    if kind_of(frame.claim) is not None and not _OPEN_CLAIM.search(frame.claim):
        return None
    return told_kind(told)


def _as_written(heard: Utterance, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    return tuple(
        Mention(heard.text[one.start : one.end], one.start, one.end, _organisation(heard, one)) for one in mentions
    )


def _organisation(heard: Utterance, mention: Mention) -> str | None:
    """Give the company as it was written, in traditional characters where it was."""
    if mention.organisation is None:
        return None
    place = heard.folded.find(mention.organisation)
    return mention.organisation if place < 0 else heard.text[place : place + len(mention.organisation)]


COMMAND = Command(label="log_interaction", roles=STAFF, read=read, rank=40)
