"""Chinese frames of a report: 记一下刚才跟华为张伟的电话, 今天上午拜访了悦购超市的王总, 刚给张伟打了电话.

Promise: finds the frame or nothing; linear in the text. Never: a question or a plan (log_interaction.py guards).
"""

from __future__ import annotations

import re
from dataclasses import replace

from nlu.commands import _log_chinese_patterns as patterns
from nlu.commands._frame import LogFrame, Times
from nlu.commands._mentions import Mention, read_mentions
from nlu.entities.interaction_kinds import kind_of
from nlu.name_forms import surname_of


def find_frame(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    """Find the frame that the words from `start` on make up; None where they report nothing."""
    return _find_logged(text, start, end, times) or _find_narrative(text, start, end, times)


def _find_logged(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    last = patterns.LOG_LAST.search(text, max(start, end - 16), end)
    stop = last.start() if last and last.start() > start else end
    frame = (
        _find_put(text, start, end, times)
        or _find_begun(text, start, stop, times)
        or _find_report(text, start, stop, times)
        or _find_labelled(text, start, stop, times)
    )
    if frame is None and stop < end:
        position = _skip(text, start, stop, times)
        frame = _find_told(text, position, stop, times) or _find_noun_with(text, position, stop, times)
    if frame is None:
        return None
    is_last = stop < end and frame.content_start <= stop
    return replace(frame, is_explicit=True, content_end=stop if is_last else None)


def _find_put(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    """把刚才和李娜的电话记一下，她同意了."""
    match = patterns.PUT.match(text, start, end)
    if match is None:
        return None
    stop = match.end("inner")
    position = _skip(text, match.start("inner"), stop, times)
    frame = _find_told(text, position, stop, times) or _find_noun_with(text, position, stop, times)
    return replace(frame, end=match.end(), content_start=match.end()) if frame else None


def _find_report(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    """拜访记录：小米，讨论售后; 客户关怀：给王总送了礼品. Without 记录 or a story it is no report."""
    match = patterns.REPORT.match(text, start, end)
    if match is None or not (match["noun"] or match["mark"].strip()):
        return None
    position = _skip(text, match.end("mark"), end, times)
    kind = kind_of(match["kind"]) or "call"
    told = _find_told(text, position, end, times)
    if told:
        return replace(told, kind=kind, is_explicit=True)
    if match["noun"] is None:
        return None
    begin = _skip(text, match.end(), end, times)
    stop = _name_end(text, begin, end, times)
    mentions = _names(text, begin, stop, times) if _names_somebody(text[begin:stop]) else ()
    stop = stop if mentions else begin
    return replace(_frame(text, kind, mentions, stop, "", times=times, end=end), is_explicit=True)


def _find_labelled(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    """电话张伟：同意方案."""
    match = patterns.LABELLED.match(text, start, end)
    if match is None or (match["name"] and surname_of(match["name"]) is None):
        return None
    name, kind = ("name", match["kind"]) if match["name"] else ("name2", match["kind2"])
    mentions = _names(text, *match.span(name), times)
    return _frame(text, kind_of(kind) or "call", mentions, match.end(name), "", times=times, end=end)


def _names_somebody(words: str) -> bool:
    """客户考虑中 names nobody."""
    return not re.match("客户|对方|他|她|已|要|想|没|不|讨论|沟通|谈|确认", words)


def _find_begun(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    start = _skip(text, start, end, times) if text[start : start + 1] in {"刚", "把"} else start
    log = patterns.LOG.match(text, start, end)
    if log is None or patterns.OTHER_RECORD.match(text, log.end(), end):
        return None
    position = _skip(text, log.end(), end, times)
    frame = (
        _find_noun_with(text, position, end, times)
        or _find_told(text, position, end, times)
        or _find_noun_of(text, position, end, times)
        or _find_noun_first(text, position, end, times)
    )
    frame = frame if frame and frame.mentions else _find_bare(text, log, position, end, times)
    return replace(frame, is_explicit=True) if frame else None


def _find_bare(text: str, log: re.Match[str], position: int, end: int, times: Times) -> LogFrame | None:
    """记录一次电话: whom it was with has to be asked; what follows a colon is content."""
    match = patterns.BARE.match(text, position, end)
    is_named = match and (
        (match["kind"] and not patterns.WRITTEN.match(log[0] + text[position:end]))
        or "跟进" in log[0]
        or "互动" in log[0]
    )
    if (
        match is None
        or not is_named
        or not (match.end() >= end or ":" in match["mark"] or (":" in log[0] and not match["kind"]))
    ):
        return None
    kind = kind_of(match["kind"] or "") or "call"
    return _frame(text, kind, (), match.end(), "", times=times, end=end)


def _find_narrative(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    position = _skip(text, start, end, times)
    return _find_told(text, position, end, times, lead=text[start:position])


def _find_told(text: str, position: int, end: int, times: Times, lead: str = "了") -> LogFrame | None:
    """Find who did what; a verb without 了 counts where 刚, a past time or the content shows that it is done."""
    finders = (_find_with, _find_got, _find_joined, _find_went_to_see, _find_visit, _find_went, _find_came)
    for finder in finders:
        frame = finder(text, position, end, times)
        if frame is None or not frame.mentions:
            continue
        last = text[frame.end - 1] if text[frame.end - 1 : frame.end] in {"了", "过", "完"} else ""
        claimed = lead + frame.claim + last + text[frame.end : frame.end + 1]
        if patterns.DONE.search(claimed) or _is_told(text, frame, end, times):
            return replace(frame, claim=lead + frame.claim)
    return None


def _is_told(text: str, frame: LogFrame, end: int, times: Times) -> bool:
    """A verb without 了 is done if its time has passed, or if after a pause something is told of it."""
    if frame.claim == "去":
        is_asked = text[frame.end : end].rstrip().endswith(("?", "？"))
        return not is_asked and (bool(times.told(0, frame.end)) or _has_been(text[frame.end : end]))
    if any(not times.may_be_ahead(one) for one in times.told(0, frame.end)):
        return True
    has_pause = frame.content_start > frame.end
    return has_pause and patterns.TOLD.search(text, frame.end, end) is not None


def _has_been(words: str) -> bool:
    return re.search("(?<!除)了|过|见", words) is not None


def _skip(text: str, start: int, end: int, times: Times) -> int:
    position = start
    for _ in range(8):
        time = times.at(position)
        skipped = patterns.SKIP.match(text, position, end)
        if time is not None and time.end < end:
            position = time.end
        elif skipped:
            position = skipped.end()
        else:
            break
    return position


def _find_with(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = patterns.WITH.match(text, position, end)
    if match is None:
        return None
    claim = match["claim"]
    lasted = patterns.LASTED.match(text, match.end(), end)
    kind = (
        kind_of(lasted["kind"] if lasted else claim)
        or kind_of(match["name"])
        or kind_of(text[max(0, position - 6) : position])
        or _kind_of_talk(claim)
    )
    frame = _frame(text, kind, _names(text, *match.span("name"), times), match.end(), claim, times=times, end=end)
    talked = patterns.TALKED.search(claim)
    is_closed = frame.content_start > frame.end or (frame.end >= end and not re.search("[礼品卡糕花料案单]$", claim))
    if talked is None or is_closed:
        return frame
    return replace(frame, content_start=match.start("claim") + talked.start())


def _kind_of_talk(claim: str) -> str:
    if re.search("送|祝福|问候|贺卡", claim):
        return "care"
    if re.search("报价单?|方案|资料|邮件", claim):
        return "email"
    return (
        "visit"
        if re.search("见|面|吃|喝|会|碰|签|演示", claim)
        else "chat"
        if re.search("聊|消息|信息", claim)
        else "call"
    )


def _find_got(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = patterns.GOT.match(text, position, end)
    if match is None:
        return None
    kind = kind_of(match["kind"]) or "chat"
    names = _names(text, *match.span("name"), times)
    return _frame(text, kind, names, match.end(), match["claim"], times=times, end=end)


def _find_joined(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = patterns.JOINED.match(text, position, end)
    if match is None:
        return None
    kind = "visit" if match["kind"] == "会议" else "event"
    mentions, stop = _names(text, *match.span("name"), times) if match["name"] else (), match.end()
    met = patterns.ALSO_MET.match(text, stop, end)
    if met:
        finish = _name_end(text, met.end(), end, times)
        people = _names(text, met.end(), finish, times)
        mentions, stop = mentions + people, finish if people else stop
    return _frame(
        text,
        kind,
        mentions,
        stop,
        match["claim"],
        times=times,
        end=end,
    )


def _find_visit(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = patterns.VISIT.match(text, position, end)
    if match is None:
        return None
    stop = _name_end(text, match.end(), end, times)
    claim = match["claim"]
    mentions, stop = _with_met(text, _names(text, match.end(), stop, times), stop, end, times)
    return _frame(text, _kind_of_visit(claim), mentions, stop, claim, times=times, end=end)


def _kind_of_visit(claim: str) -> str:
    if re.search("电话|电访|致电|打给|给|呼|call", claim, re.IGNORECASE):
        return "call"
    if re.search("微信", claim):
        return "chat"
    if re.search("mail", claim, re.IGNORECASE):
        return "email"
    if re.search("线上|视频", claim):
        return "online_meeting"
    return (
        "care"
        if re.search("慰问|看望|探望", claim)
        else "call"
        if re.search("联系|回访|跟进", claim) and "上门" not in claim
        else "visit"
    )


def _find_went(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = patterns.WENT.match(text, position, end)
    if match is None:
        return None
    stop = _name_end(text, match.end(), end, times)
    mentions, stop = _with_met(text, _names(text, match.end(), stop, times), stop, end, times)
    return _frame(text, "visit", mentions, stop, match["claim"], times=times, end=end)


def _find_went_to_see(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    """到渤海化工拜访王磊和何静."""
    match = patterns.WENT_TO_SEE.match(text, position, end)
    if match is None:
        return None
    places = _names(text, *match.span("place"), times)
    stop = _name_end(text, match.end(), end, times)
    people = _names(text, match.end(), stop, times)
    if len(places) != 1 or not people:
        return None
    met = tuple(replace(one, organisation=one.organisation or places[0].text) for one in people)
    return _frame(text, "visit", places + met, stop, match["verb"], times=times, end=end)


def _with_met(
    text: str, mentions: tuple[Mention, ...], stop: int, end: int, times: Times
) -> tuple[tuple[Mention, ...], int]:
    """Add the people met at the company that was visited: 去了华为，见了张伟."""
    met = patterns.ALSO_MET.match(text, stop, end)
    if met is None or len(mentions) != 1:
        return mentions, stop
    finish = _name_end(text, met.end(), end, times)
    people = _names(text, met.end(), finish, times)
    added = tuple(replace(one, organisation=one.organisation or mentions[0].text) for one in people)
    return mentions + added, finish if people else stop


def _find_came(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = patterns.CAME.match(text, position, end)
    if match is None:
        return None
    kind = kind_of(match["claim"]) or ("call" if "打" in match["claim"] else "visit")
    return _frame(
        text,
        kind,
        _names(text, *match.span("name"), times),
        match.end(),
        match["claim"],
        times=times,
        end=end,
    )


def _find_noun_with(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = patterns.NOUN_WITH.match(text, position, end)
    if match is None:
        return None
    told = patterns.WITH.match(text, position, end)
    if told and told.end("name") <= match.end("name") and not patterns.BARE_CLAIM.fullmatch(told["claim"]):
        return None
    kind = kind_of(match["kind"]) or ("visit" if match["kind"] in {"洽谈", "会谈", "谈话", "会"} else "call")
    return _frame(text, kind, _names(text, *match.span("name"), times), match.end(), "", times=times, end=end)


def _find_noun_of(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = patterns.NOUN_OF.match(text, position, end)
    if match is None:
        return None
    kind = kind_of(match["kind"]) or "call"
    return _frame(text, kind, _names(text, *match.span("name"), times), match.end(), "", times=times, end=end)


def _find_noun_first(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = patterns.NOUN_FIRST.match(text, position, end)
    if match is None:
        return None
    told = _find_told(text, _skip(text, match.end(), end, times), end, times) if ":" in match["mark"] else None
    if told:
        return told
    begin = _skip(text, match.end(), end, times)
    by = re.compile(patterns.BY).match(text, begin, end)
    begin = by.end() if by else begin
    stop = _name_end(text, begin, end, times)
    kind = kind_of(match["kind"]) or "call"
    return _frame(text, kind, _names(text, begin, stop, times), stop, "", times=times, end=end)


def _name_end(text: str, start: int, end: int, times: Times) -> int:
    """Find where a name that nothing closes ends: at what is told, at a time, at the longest a name can be."""
    limit = min(end, start + patterns.LONGEST_NAME)
    stop = patterns.NAME_END.search(text, min(limit, start + 1), limit)
    border = stop.start() if stop else limit
    return min([border, *(time.start for time in times.within(start, border) if time.start > start)])


def _names(text: str, start: int, end: int, times: Times) -> tuple[Mention, ...]:
    """Read the names in a span, the times that stand among them left out."""
    for time in times.within(start, end):
        if time.start - start <= end - time.end:
            start = time.end
        else:
            end = time.start
    while start < end and text[start] in "的在于 ":
        start += 1
    start = _after_just(text, start, end)
    return tuple(one for one in read_mentions(text, start, end) if not patterns.PRONOUN.match(one.text))


def _after_just(text: str, start: int, end: int) -> int:
    skipped = re.compile("(?:刚刚|刚才|刚|了|一下|客户)+").match(text, start, end)
    return skipped.end() if skipped and skipped.end() < end else start


def _frame(
    text: str, kind: str, mentions: tuple[Mention, ...], stop: int, claim: str, *, times: Times, end: int
) -> LogFrame:
    done = patterns.AFTER_DONE.match(text, stop, end)
    after = done.end() if done and claim else stop
    time = times.at(after) or times.at(after + 1)
    if time is not None and time.start - after <= text[after : time.start].count(" ") and claim == "":
        after = time.end
    lead = patterns.CONTENT_LEAD.match(text, after, end)
    return LogFrame(kind, mentions, after, claim, is_explicit=False, content_start=lead.end() if lead else after)
