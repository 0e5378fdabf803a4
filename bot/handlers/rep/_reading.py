"""Reading a report that no grammar reads, by the customers whom it names: '给科硕彭博文打电话了', 'webex with Hans'.

Promise: only what surely is a report of contact (its meaning, a way of contact, a known customer), never a question, a
denial or a plan. Never: a write.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from bot.directory import Candidate
from bot.handlers.rep._parties import Parties
from bot.turn import Turn
from nlu.commands._frame import LogFrame, Times
from nlu.commands._guards import is_negated, is_question, is_reported, is_unreal
from nlu.commands._mentions import Mention
from nlu.commands._utterance import Utterance, hear
from nlu.commands.log_interaction import LogInteraction, request_of
from nlu.entities.interaction_kinds import find_kinds, kind_of
from nlu.understanding import ParseContext

#: how sure the meaning must be that something is reported
SURE_PROBABILITY = 0.5
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
#: what stands before somebody who took part
_WITH = re.compile(r"(?:[跟和与同]|联系人[:：是]?|对方是|见(?:到了?|了|的)?|\b(?:with|met|saw))\s*$", re.IGNORECASE)
#: orders about other records that name a way of contact as well: 'complete Call Initech'
_OTHER_ORDER = re.compile(
    r"\s*(?:please |帮我|把|将)?(?:complete|finish|close|cancel|delete|remove|move|postpone|reschedule|update|set|mark"
    r"|show|list|find|完成|取消|关闭|删除|推迟|延期|更新|修改|查)(?:\b|(?=[\u3400-\u9fff]))",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?:\d{1,2}|十?[一二两三四五六七八九十])点(?!了?[东小什])|\d{1,2}\s?(?:am|pm)\b|\d{1,2}:\d\d", re.IGNORECASE
)
#: a first character of a name that reads as 'with': 同有医疗
_JOINING = "同和与跟对向"
#: what may stand around the names that were read as one: 瑞轩酒店拜访方圆, 去的普方, 'Globex earlier'
_AROUND = re.compile(
    r"\s*(?:(?:去|到|来|在|从|拜访|走访|回访|见|看望|约见|跟|和|与|那边|这边|那里|老板|的|了|过|一?趟)+|earlier|later|again)\s*",
    re.IGNORECASE,
)
#: whoever speaks in the story took part: 'visited Stellar; Priya Nair wants …', 去了海云，贾明反馈…
_CLAUSE_START = re.compile(r"[,，;；。.:：]\s*$")
_SPEAKS = re.compile(
    r"\s*(?:反馈|说|表示|希望|提出|提到|要求|要|想|同意|确认|认为|觉得|问|答应|抱怨|建议|介绍|很|非常|挺|对)"
    r"|\s+(?:wants?|wanted|needs?|needed|asked|asks|said|says|agreed|confirmed|mentioned|liked|likes|complained"
    r"|requested|told|signed|thinks|would like|is happy|was happy)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:[、,和与及]|and)\s*", re.IGNORECASE)
_CLAUSE = re.compile(r"[。;；:：]|[,，](?!\s*(?:and\b)?)")
_LABEL = re.compile(r"(?:时间|事由|拜访人|地点|主题)[:：]")
_KIND_NEAR = 10
#: the words next to the names, in which the time may stand: 'zoom with Hans Müller, today at noon'
_AFTER = re.compile(r"[\s,，;；:：—–-]*(?P<clause>[^,，。;；:：]{1,40})")
#: a time of what is promised, and the time before which hardly anybody reports what happened
_PROMISES = re.compile(r"\b(?:by|before|until|send|due)\b|前|截止", re.IGNORECASE)
LONG_AGO = timedelta(days=60)
#: a greeting by telephone or message is of two kinds
_BY_WAY = re.compile(r"微信|电话|短信|邮件|\b(?:call(?:ed)?|phoned?|e-?mail(?:ed)?|whatsapp)\b", re.IGNORECASE)
#: characters of a follow-up's title
LEAST_TITLE = 2


def read_by_names(turn: Turn, text: str, context: ParseContext) -> LogInteraction | None:
    """Read a report around the known names that stand in it; None if it is not surely one."""
    understood = turn.understanding
    if understood.intent != "log_interaction" or understood.probability < SURE_PROBABILITY or kind_of(text) is None:
        return None
    heard = hear(text)
    mentions = _mentions(turn, heard.folded, heard.start)
    if not mentions or mentions[0].start > heard.start + MAX_HEAD or _has_more_names(turn, heard.folded, mentions):
        return None
    end = _frame_end(heard.folded, mentions)
    head = heard.folded[heard.start : end]
    if _is_no_report(heard, head, mentions) or _LABEL.search(heard.folded) or not _is_of_one_kind(heard.folded, end):
        return None
    times = Times(text, context)
    if times.has_future(heard.start, end) or _OTHER_ORDER.match(head) or _has_unread_clock(heard, end, times):
        return None
    frame = LogFrame(kind_of(head) or kind_of(text), mentions, end, head, is_explicit=False, content_start=end)
    return _sure(request_of(heard, frame, times, context), heard, times, context)


def _sure(request: LogInteraction, heard: Utterance, times: Times, context: ParseContext) -> LogInteraction | None:
    """Add the time that stands after the names; None where follow-up or time are read doubtfully."""
    end = max(one.end for one in request.mentions)
    after = _AFTER.match(heard.folded, end)
    late = times.past(*after.span("clause")) if after and not _PROMISES.search(after["clause"]) else None
    is_old = late is not None and context.now - late.start > LONG_AGO
    if is_old or any(len(one.title) < LEAST_TITLE for one in request.follow_ups):
        return None
    return replace(request, occurred_at=request.occurred_at or late)


def by_known_names(turn: Turn, text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Cut what was read as one name where known names stand in it: 瑞轩酒店拜访方圆, 'Globex earlier'."""
    heard = hear(text)
    spans = turn.services.directory.find_spans(turn.session, heard.folded)
    return tuple(one for mention in mentions for one in _known(mention, spans, heard))


def _known(mention: Mention, spans: list[tuple[int, int]], heard: Utterance) -> list[Mention]:
    """Return the known names of a mention if nothing but verbs and particles stands around them, else the mention."""
    start, end = mention.start, mention.end
    inside = [span for span in spans if start - 1 <= span[0] and span[1] <= end]
    overlap = any(before[1] > after[0] for before, after in pairwise(inside))
    if not inside or overlap or mention.organisation or inside == [(start, end)]:
        return [mention]
    is_wider = inside[0][0] < start
    if is_wider and heard.folded[inside[0][0]] not in _JOINING:
        return [mention]
    gaps = [heard.folded[a[1] : b[0]] for a, b in pairwise([(start, start), *inside, (end, end)])]
    said = [gap for gap in gaps if gap.strip()]
    if not (said or is_wider) or not all(_AROUND.fullmatch(gap) for gap in said):
        return [mention]
    return [Mention(heard.text[begin:stop], begin, stop) for begin, stop in inside]


def add_people_told_of(turn: Turn, text: str, parties: Parties) -> Parties:
    """Add the account's people who took part by the words before them: '昨天去了华为，跟王建国和陈志强聊了'."""
    if parties.contacts or not parties.accounts:
        return parties
    found: list[Candidate] = []
    account, last = parties.accounts[0], -1
    for begin, end in turn.services.directory.find_spans(turn.session, text):
        is_with = (
            _WITH.search(text[:begin]) is not None
            or (found and _AND.fullmatch(text[last:begin]))
            or (_CLAUSE_START.search(text[:begin]) and _SPEAKS.match(text[end:]))
        )
        if not is_with:
            continue
        meant = turn.services.directory.resolve(turn.session, turn.actor, text[begin:end], within=account.id)
        one = meant.candidates[0] if meant.kind == "found" else None
        if one is not None and one.record_type == "contact" and one.account_id == account.id:
            found.append(one)
            last = end
    return replace(parties, contacts=tuple(found)) if found else parties


def _has_unread_clock(heard: Utterance, end: int, times: Times) -> bool:
    """Tell whether the head names a clock time that was not read (今天午饭后一点): when it was has to be asked."""
    found = (match.span() for match in _CLOCK.finditer(heard.folded, heard.start, end))
    return any(not any(one.start < stop and start < one.end for one in times.found) for start, stop in found)


def _is_no_report(heard: Utterance, head: str, mentions: tuple[Mention, ...]) -> bool:
    claimed = _without(head, mentions, heard.start)
    return is_negated(claimed) or is_unreal(claimed) or is_question(heard.body) or is_reported(heard.body)


def _is_of_one_kind(folded: str, end: int) -> bool:
    """'微信问候' and '碰见…当面聊' are of two kinds: which one is meant has to be asked."""
    kinds = {kind for start, _stop, kind in find_kinds(folded) if start <= end + _KIND_NEAR}
    return len(kinds) <= 1 and not ("care" in kinds and _BY_WAY.search(folded))


def _has_more_names(turn: Turn, folded: str, mentions: tuple[Mention, ...]) -> bool:
    """Tell whether somebody else is named further on, or by title before: whether he took part has to be asked."""
    last = mentions[-1].end
    others = [begin for begin, _ in turn.services.directory.find_spans(turn.session, folded) if begin >= last]
    titled = [match.start("name") for match in _TITLED.finditer(folded)]
    own = {one.start for one in mentions}
    return bool(others) or any(start not in own and start < last + MAX_HEAD for start in titled)


def _mentions(turn: Turn, folded: str, start: int) -> tuple[Mention, ...]:
    """Return the first cluster of known names, a person by title after his company among them."""
    found: list[Mention] = []
    for begin, end in turn.services.directory.find_spans(turn.session, folded):
        if begin < start or (found and begin - found[-1].end > MAX_GAP):
            continue
        if found and _CLAUSE.search(folded[found[-1].end : begin]):
            continue
        found.append(Mention(folded[begin:end], begin, end))
        titled = _TITLED.match(folded, end)
        if titled:
            found.append(Mention(titled["name"], titled.start("name"), titled.end("name"), folded[begin:end]))
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
