"""English frames of a report: 'log call with Acme: ...', 'had a visit to Huawei yesterday 3pm with Li Na', 'met Tom'.

Promise: finds the frame or nothing; linear in the text. Never: a question or a plan (log_interaction.py guards).
"""

from __future__ import annotations

import re
from dataclasses import replace

from nlu.commands import _log_english_patterns as patterns
from nlu.commands._frame import LogFrame, Times
from nlu.commands._mentions import Mention, read_mentions
from nlu.entities.interaction_kinds import kind_of


def find_frame(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    """Find the frame that the words from `start` on make up; None where they report nothing."""
    return (
        _find_logged(text, start, end, times)
        or _find_notes(text, start, end, times)
        or _find_narrative(text, start, end, times)
        or _find_noun(text, start, end, times)
        or _find_passive(text, start, end, times)
    )


def _find_logged(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    colon = patterns.LOG_COLON.match(text, start, end)
    if colon:
        inner = _find_narrative(text, colon.end(), end, times) or _find_noun(
            text, colon.end(), end, times, is_told=True
        )
        inner = inner or _find_passive(text, colon.end(), end, times)
        if inner:
            return LogFrame(
                inner.kind, inner.mentions, inner.end, inner.claim, is_explicit=True, content_start=inner.content_start
            )
    match = patterns.EXPLICIT.match(text, start, end)
    if match and patterns.WEAK_LOG.match(match[0]) and not _is_record(text, match, end):
        return None
    if match is None or re.search(
        r"\b(?:task|tasks|reminder|ticket|tickets|faq|contact|customer|account|lead)\b",
        match["between"],
        patterns.FLAGS,
    ):
        return None
    before = _between(text, match, times)
    return _with_names(text, match, end, times, before=before, is_explicit=True)


def _is_record(text: str, match: re.Match[str], end: int) -> bool:
    """'Add a call note for Acme', 'add call with Acme: ...', not 'add dinner with Mary to my calendar'."""
    if re.search(r"\b(?:notes?|log|report|summary|record|interaction|activity|touchpoint)\b", match[0], patterns.FLAGS):
        return True
    return re.compile(r"[^,.;\n]{0,60}:\s").match(text, match.end(), end) is not None


def _between(text: str, match: re.Match[str], times: Times) -> tuple[Mention, ...]:
    """Read the name in 'log Acme call: ...', if what stands before the kind is one."""
    begin, stop = match.span("between")
    for time in times.within(begin, stop):
        if text[begin : time.start].strip() == "" or time.end == stop:
            begin, stop = (time.end, stop) if text[begin : time.start].strip() == "" else (begin, time.start)
    lead = re.compile(patterns.ADJECTIVES, patterns.FLAGS).match(text, begin, stop)
    begin = lead.end() if lead else begin
    said = re.sub(r"^'s\s+", "", text[begin:stop]).strip()
    if not said or said.lower() in {"a", "an", "the", "my", "our", "s", "'s", "about", "that", "this"}:
        return ()
    said_start = begin + text[begin:stop].index(said)
    return read_mentions(text, said_start, said_start + len(said.removesuffix("'s").rstrip("'")))


def _find_narrative(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    position = _skip(text, start, end, times)
    for pattern in patterns.VERBS:
        match = pattern.match(text, position, end)
        if match:
            frame = _with_names(text, match, end, times, before=(), is_explicit=False)
            if frame and frame.mentions:
                return frame
    return _find_told_verb(text, position, end, times)


def _find_told_verb(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    """'Sent a proposal to Globex': what was sent is content, so the content begins at the verb."""
    told = patterns.TOLD_VERBS.match(text, position, end)
    if told is None:
        return None
    frame = _with_names(text, told, end, times, before=(), is_explicit=False)
    if not frame.mentions:
        return None
    kind = "email" if frame.kind == "call" else frame.kind
    return LogFrame(kind, frame.mentions, frame.end, frame.claim, is_explicit=False, content_start=told.start())


def _skip(text: str, start: int, end: int, times: Times) -> int:
    """Pass over 'yesterday', 'I just', 'this morning we': they claim nothing yet."""
    position = start
    for _ in range(6):
        time = times.at(position)
        skipped = patterns.SKIP.match(text, position, end)
        if time is not None and time.end < end:
            position = time.end
        elif skipped:
            position = skipped.end()
        else:
            break
    return position


def _find_notes(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    """'Call notes: Umbrella, wants 10% off', 'meeting notes Contoso: go live in March'."""
    match = patterns.NOTES.match(text, start, end)
    frame = _with_names(text, match, end, times, before=(), is_explicit=True) if match else None
    return frame if frame and frame.mentions else None


def _find_noun(text: str, start: int, end: int, times: Times, *, is_told: bool = False) -> LogFrame | None:
    """'Call with Acme: wants a quote' is a report by its colon; after 'log:' also without."""
    position = _skip_times(text, start, end, times)
    match = patterns.NOUN_FRAME.match(text, position, end) or _noun_with_time(text, position, end, times)
    frame = match and _with_names(text, match, end, times, before=(), is_explicit=False)
    if not frame or not frame.mentions or any(times.may_be_ahead(one) for one in times.within(start, frame.end)):
        return None
    mark = text[frame.end : frame.content_start].strip()
    is_marked = mark[:1] in {":", "-", "—", "–", "：", "."} or (
        mark[:1] == "," and _is_past_noun(text, start, frame, times)
    )
    is_over = not text[frame.end : end].strip(" .!") and times.past(position, frame.end) is not None
    is_over = is_over and not times.has_future(start, frame.end)
    return frame if is_told or is_over or (is_marked and text[frame.content_start : end].strip()) else None


def _noun_with_time(text: str, position: int, end: int, times: Times) -> re.Match[str] | None:
    """Match 'video call this afternoon at 2 with ' whose time has come and names its day."""
    noun = patterns.NOUN_THEN.match(text, position, end)
    if noun is None:
        return None
    stop = _pass_times(text, noun.end(), end, times)
    told = times.within(noun.end(), stop)
    link = patterns.THEN_LINK.match(text, stop, end)
    if link is None or not told or not patterns.NAMES_DAY.search(told[0].text) or times.has_future(noun.end(), stop):
        return None
    spread = rf"{patterns.NOUN_THEN.pattern}.{{{link.end() - noun.end()}}}"
    return re.compile(spread, patterns.FLAGS).match(text, position, link.end())


def _is_past_noun(text: str, start: int, frame: LogFrame, times: Times) -> bool:
    """'Quick chat with Tom, all good', 'zoom with Acme today, ...': told of, not planned."""
    return (
        times.past(start, frame.end) is not None
        or patterns.TOLD_OF.match(text, frame.content_start) is not None
        or patterns.QUICK.match(text, start) is not None
    )


def _skip_times(text: str, start: int, end: int, times: Times) -> int:
    time = times.at(start)
    if time is None:
        return start
    position = time.end
    while position < end and text[position] in " ,":
        position += 1
    return position


def _find_passive(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    """'Mr. Chen from Acme called: wants a discount'."""
    match = patterns.PASSIVE.match(text, _skip_times(text, start, end, times), end)
    if match is None or match["name"].split()[0].lower() in patterns.NOT_PASSIVE:
        return None
    mentions = read_mentions(text, *match.span("name"))
    kind = kind_of(match["verb"]) or ("email" if match["verb"] == "wrote" else "visit")
    stop = _pass_times(text, match.end(), end, times)
    return _frame(text, kind, mentions, stop, match[0], start=start, is_explicit=False)


def _with_names(
    text: str, match: re.Match[str], end: int, times: Times, *, before: tuple[Mention, ...], is_explicit: bool
) -> LogFrame:
    """Read the names and times that follow a kind or a verb."""
    mentions, position = _first_names(text, match, end, times, before)
    position = _pass_times(text, position, end, times)
    more = patterns.MORE.match(text, position, end)
    if more and not times.at(more.end()):
        stop = _names_end(text, more.end(), end, times)
        mentions += read_mentions(text, more.end(), stop)
        position = _pass_times(text, stop, end, times)
    kind = _kind(text, match, position)
    met = patterns.ALSO_MET.match(text, position, end)
    if met and len(mentions) == 1:
        stop = _names_end(text, met.end(), end, times)
        people = read_mentions(text, met.end(), stop)
        mentions += tuple(replace(one, organisation=one.organisation or mentions[0].text) for one in people)
        position = stop if people else position
    return _frame(text, kind, mentions, position, match[0], start=match.start(), is_explicit=is_explicit)


def _first_names(
    text: str, match: re.Match[str], end: int, times: Times, before: tuple[Mention, ...]
) -> tuple[tuple[Mention, ...], int]:
    """Read the names right after the kind; 'log Acme call: ...' has had them before it."""
    has_link = "link" not in match.re.groupindex or match["link"] is not None
    if before and not has_link:
        return before, match.end()
    position = match.end() if has_link else _after_colon(text, match.end(), end)
    stop = _names_end(text, position, end, times)
    return before + read_mentions(text, position, stop), stop


def _kind(text: str, match: re.Match[str], end: int) -> str:
    """Name the kind by its noun or verb, and by the channel that was named after the names."""
    words = match["kind"] if "kind" in match.re.groupindex and match["kind"] else match[0]
    told = text[match.start() : end]
    if patterns.ANY_KIND.fullmatch(words.strip()):
        return _by_channel(told, kind_of(told) or "call")
    named = _kind_of_object(text, match, end)
    return named or _by_channel(told, kind_of(words) or kind_of(match[0]) or _kind_of_verb(match[0]))


def _kind_of_object(text: str, match: re.Match[str], end: int) -> str | None:
    """'Sent Emily a birthday card' is care, 'sent her a message' a chat, 'met Tom at the expo' an event."""
    verb = match[0].lower()
    given = patterns.GIVEN.match(text, end) if verb.startswith(("gave", "showed")) else None
    if given is not None:
        words = given["kind"] or given["way"]
        return kind_of(words) or ("call" if _RUNG.search(words) else "visit")
    if verb.startswith(("sent", "gave", "brought", "mailed", "offered", "shot", "fired", "dropped")):
        told = patterns.SENT_OBJECT.match(text, end)
        kind = kind_of(match[0] + told[0]) if told else None
        return kind if kind in {"care", "chat", "email"} else None
    if verb.startswith(("met", "ran into", "spoke", "talked", "chatted", "caught up")):
        place = patterns.AT_EVENT.search(text, match.end())
        return "event" if place and kind_of(place[0]) == "event" else None
    return None


_RUNG = re.compile(r"\b(?:ring|buzz)\b", patterns.FLAGS)


def _kind_of_verb(words: str) -> str:
    if words.lower().startswith(("sent", "mailed", "shot", "fired", "replied", "responded", "answered", "wrote")):
        return "email"
    is_meal = words.lower().startswith(("took", "treated", "invited"))
    return "visit" if is_meal or patterns.BEEN_THERE.search(words) else "call"


def _by_channel(words: str, kind: str) -> str:
    """'Met with Tom on Zoom' is an online meeting, 'spoke over WeChat' a chat."""
    if re.search(r"\b(?:zoom|teams|online|video|webex|google meet)\b", words, patterns.FLAGS):
        return "online_meeting"
    if kind == "call" and re.search(r"\b(?:over|on|via) (?:wechat|whatsapp)\b", words, patterns.FLAGS):
        return "chat"
    return kind


def _after_colon(text: str, position: int, end: int) -> int:
    while position < end and text[position] in " :-,：":
        position += 1
    return position


def _names_end(text: str, start: int, end: int, times: Times) -> int:
    """Find where names that begin at `start` end: at a stop word, a time, or a comma that no further name follows."""
    article = re.compile(r"(?:the|a|an|our|my|some)\s+", patterns.FLAGS).match(text, start, end)
    start = article.end() if article else start
    limit = min(end, start + patterns.LONGEST_NAMES)
    stop = patterns.NAME_END.search(text, start, limit)
    border = stop.start() if stop else limit
    # A time may reach over the border, as the colon of 9:30 does.
    for time in (one for one in times.within(start, end) if one.start < border):
        lead = re.compile(r"\s(?:at|on|in|around|about)\s+$|\s+$", patterns.FLAGS).search(
            text, max(start, time.start - 10), time.start
        )
        border = min(border, lead.start() if lead else time.start)
    comma = text.find(",", start, border)
    while comma >= 0 and patterns.COMMA_NAME.match(text, comma, min(end, border + 1)):
        comma = text.find(",", comma + 1, border)
    legal = (
        re.compile(r",\s*(?:ltd|inc|llc|co)\b\.?", patterns.FLAGS).match(text, comma, border) if comma >= 0 else None
    )
    if legal:
        comma = text.find(",", legal.end(), border)
    return comma if comma >= 0 else border


def _pass_times(text: str, position: int, end: int, times: Times) -> int:
    """Pass over the times and lengths that stand between the names and the content."""
    for _ in range(4):
        lead = patterns.TIME_LEAD.match(text, position, end)
        place = lead.end() if lead else position
        time = times.at(place) or times.at(position)
        lasted = patterns.LASTED.match(text, position, end) or patterns.CHANNEL.match(text, position, end)
        if time is not None:
            position = time.end
        elif lasted:
            position = lasted.end()
        else:
            break
    while position < end and text[position] == ")":
        position += 1
    return position


def _frame(
    text: str, kind: str | None, mentions: tuple[Mention, ...], end: int, claim: str, *, start: int, is_explicit: bool
) -> LogFrame:
    lead = patterns.CONTENT_LEAD.match(text, end)
    return LogFrame(kind, mentions, end, claim or text[start:end], is_explicit, lead.end() if lead else end)
