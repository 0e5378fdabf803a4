"""English frames of a report: 'log call with Acme: ...', 'had a visit to Huawei yesterday 3pm with Li Na, ...', 'met Tom at Acme'.

Promise: finds the frame or nothing; linear in the text. Never: a question or a plan (log_interaction.py guards).
"""

from __future__ import annotations

import re
from dataclasses import replace

from nlu.commands._frame import LogFrame, Times
from nlu.commands._mentions import Mention, read_mentions
from nlu.entities.interaction_kinds import kind_of

_FLAGS = re.IGNORECASE | re.ASCII
_NOUN = (
    r"(?:(?:phone|video|zoom|teams|online|conference|web|skype|wechat|whatsapp|voice|sales|follow-?up|site|store|on-?site|client|customer|business|"
    r"virtual|birthday|care|face[- ]to[- ]face|in[- ]person|lunch|dinner|tencent|google|sms|text|courtesy|cold|discovery|intro(?:duction)?|check-?in)[ -])*"
    r"(?:calls?|cal|visits?|meetings?|meet|e-?mails?|chats?|conversation|messages?|demos?|webinars?|events?|gifts?|greetings?|lunch|dinner|coffee|"
    r"drinks|breakfast|interaction|activity|touchpoint|zoom|conference|seminar|presentation|discussion|session|exhibition|trade show|trade fair|expo|fair|launch|roadshow|workshop|sms|texts?|talk|care)"
)
_ADJECTIVES = r"(?:(?:a|an|the|my|our|this|that|another|quick|short|brief|long|good|great|nice|productive|first|second|another|successful|very|really|\d+[- ]?(?:min(?:ute)?s?|h(?:ou)?rs?)|half[- ]hour|one[- ]hour|today's|yesterday's|morning's|last|latest|new|interesting|positive|tough|difficult|monthly|weekly|quarterly|regular)\s+)*"
_LOG = r"(?:log(?:ged)?|record(?:ed)?|note(?: down)?|add|save|register|write down|put (?:down|in)|enter|jot down|track|capture|make a note of|create|file)"
#: Verbs that are used of other things more than of contacts: they need a 'with' or a colon.
_WEAK_LOG = re.compile(r"(?:add|save|create|file|put|track|capture)\b", _FLAGS)
_LINK = r"(?:with|w/|to|at|from|between (?:me|us) and|of|for|by|@)"

_EXPLICIT = re.compile(rf"{_LOG}\b(?:\s+(?:down|in|that|a new|new))?\s*(?P<between>[^,:;.!?\n]{{0,60}}?)\b(?P<kind>{_NOUN})\b(?:\s+(?:notes?|log|report|summary|record))?(?P<link>\s+{_LINK}\s+)?", _FLAGS)
_NOTES = re.compile(rf"{_ADJECTIVES}(?P<kind>{_NOUN})\s+(?:notes?|report|summary|minutes|recap|log)\s*(?::|-|–|—)?\s*(?:{_LINK}\s+)?(?=[A-Z\u3400-\u9fff])", re.IGNORECASE)
_LOG_COLON = re.compile(rf"(?:{_LOG}(?: this| it| that| interaction| activity| (?:a )?note)?|memo|fyi|call log|crm|crm note|activity|interaction|visit report)\s*(?::|-|–|—|,)\s*|{_LOG}\s+(?:(?:a |this |the )?note\s+)?(?:that\s+)?(?=(?:i|we)\b)|call (?:log|note|report)s?\s+", _FLAGS)
_NOUN_FRAME = re.compile(rf"{_ADJECTIVES}(?P<kind>{_NOUN})\s+{_LINK}\s+", _FLAGS)
_SKIP = re.compile(
    r"(?:(?:i've|we've|i have|we have|i|we|just|already|finally|also|so|then|and|earlier|me and my team|my team and i|ok|today|recently|quickly|briefly|had (?=just|already|called|spoken|met|visited))\b|[,\s])+",
    _FLAGS,
)
#: Verbs whose object is content: 'sent a proposal to Globex'.
_TOLD_VERBS = re.compile(r"(?:sent|gave|showed|delivered|forwarded|shipped|handed|offered|demoed|presented)\s+(?!it\b)(?:[\w'-]+\s+){1,6}?(?:to|at)\s+", _FLAGS)
_VERBS = (
    re.compile(rf"(?:have |had|held|did|made|took|attended|hosted|ran|gave|finished|completed|wrapped up|concluded|joined|conducted|done with)\s+{_ADJECTIVES}(?:[\w-]+\s+){{0,2}}?(?P<kind>{_NOUN})\b(?:\s+{_LINK}\s+)?", _FLAGS),
    re.compile(r"(?:(?:got|gotten|came|come|hung|hanging|coming|was|were|been) (?:off|up|on)|off|on|ended)\s+(?:the |a |an )?(?:quick |long |short |video |conference |zoom |teams |phone )*(?:phone|call|zoom|line|teams|meeting)?\s*with\s+", _FLAGS),
    re.compile(r"(?:called|phoned|rang|telephoned|dialled|dialed|e-?mailed|messaged|texted|whats ?apped|wechatted|visited|pinged|zoomed with|paid a visit to)\s+(?:up |in on )?", _FLAGS),
    re.compile(r"(?:sent|gave|showed|offered|mailed|brought)\s+(?=(?-i:[A-Z\u3400-\u9fff])\S*\s)", _FLAGS),
    re.compile(r"met(?: up)?(?: with)?\s+|ran into\s+|(?:was|were)\s+(?:at|over at|with)\s+", _FLAGS),
    re.compile(r"(?:spoke|spoken|talked|chatted|caught up|checked in|followed up|touched base|connected|sat down|corresponded|exchanged (?:emails|messages)|had (?:lunch|dinner|coffee|drinks|a drink|a meal|breakfast))\s+(?:over |on )?(?:the phone |wechat |zoom |whatsapp )?(?:with|to)\s+", _FLAGS),
    re.compile(r"(?:wrote(?: an? e-?mail| a message)?|sent (?:an? |the |some )?(?:\w+ )?(?:e-?mails?|messages?|texts?|sms|wechat(?: message)?)|presented|demoed)(?:\s+\w+){0,4}?\s+(?:to|for|at)\s+", _FLAGS),
    re.compile(rf"(?:got|received|took|had|answered)\s+(?:a |an )?{_ADJECTIVES}(?P<kind>{_NOUN})\s+(?:back )?(?:from|by)\s+", _FLAGS),
    re.compile(r"(?:dropped|stopped|swung|came|popped|went) (?:by|in(?: on| at)?|over to|to (?:see|visit|meet)|to)\s+", _FLAGS),
    re.compile(r"(?:came|got|am|are|was|were)?\s*(?:just )?back from (?:a |an |the |my |our )?(?:visit(?:ing)? (?:to |at |with )?|meeting (?:with |at )?|seeing |trip to )", _FLAGS),
)  # fmt: skip
_PASSIVE = re.compile(
    r"(?P<name>[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3}(?: (?:from|at|of) [A-Z][\w&.'-]*(?: [A-Z][\w&.'-]*){0,3})?) (?:just |has just |had )?"
    r"(?P<verb>called|phoned|rang|e-?mailed|messaged|texted|wrote|visited|dropped by|stopped by|came by|came in|paid us a visit|wechatted)\b"
    r"(?: (?:me|us|in|back|by|our office|the office|the store|to me|to us))*",
    re.ASCII,
)
_NOT_PASSIVE = frozenset("i we he she they it you who what someone somebody nobody anyone customer customers the a my our this that".split())
#: Where a name ends: punctuation, a preposition of the content, a verb of the customer.
_NAME_END = re.compile(
    r"[:;!?\n，。；：！？]|—|–|\s-+\s|(?<!\bmr)(?<!\bms)(?<!\bmrs)(?<!\bdr)(?<!\bltd)(?<!\binc)(?<!\bco)(?<!\bcorp)(?<!\bst)(?<!\bprof)\.(?=\s|$)|"
    r"\b(?:about|regarding|re|concerning|to discuss|to talk|to review|to see|because|since|after|before|during|via|by|over|on|who|which|that|where|"
    r"wants?|wanted|needs?|needed|asked|asks|said|says|told|is|are|was|were|has|have|had|will|would|likes?|liked|loves?|loved|interested|happy|unhappy|"
    r"discussed|discussing|agreed|confirmed|complained|mentioned|requested|requests|thinks|plans|accepted|rejected|signed|ordered|bought|"
    r"went|talked|spoke|reviewed|presented|showed|got|for|he|she|they|we|i|it|his|her|their|follow|next step|next steps|"
    r"very|not|no|still|again|today|went well|as|in order|this time|here|there|asking|saying|wanting|looking|checking|(?<!\bat )(?<!\bof )(?<!\bfrom )(?<!\bin )(?<=\w )(?:the|an?|our|some)|and (?=he|she|they|we|i|it|discuss|talk|agree|review|show|got|they))\b",
    _FLAGS,
)
_COMMA_NAME = re.compile(r",\s+(?:and\s+)?(?=[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,2}(?:\s*(?:,|\band\b|[:;.—–]|\s-|$)))", re.ASCII)
_MORE = re.compile(r"\s*,?\s*(?:\((?:together )?with\s+|(?:together |along )?with\s+|(?:from|at|to)\s+(?=[A-Z\u3400-\u9fff]))", re.ASCII)
#: 'Visited Golden Dragon, met Mr. Wu': the people of the company just named.
_ALSO_MET = re.compile(r"\s*[,;.]?\s*(?:and\s+)?(?:i |we )?(?:met(?: with)?|saw|spoke (?:with|to)|talked (?:with|to))\s+(?=[A-Z\u3400-\u9fff])", re.ASCII)
_TIME_LEAD = re.compile(r"[\s,(]*(?:(?:at|on|in|for|around|about)\s+)?(?=\S)", _FLAGS)
_LASTED = re.compile(r"[\s,(]*(?:for\s+)?(?:about\s+)?(?:\d+|an|one|two|half an)[ -]?(?:min(?:ute)?s?|h(?:ou)?rs?)\b\)?", _FLAGS)
_QUICK = re.compile(r"(?:a )?(?:quick|short|good|great|long|nice|brief)\b", _FLAGS)
#: What begins a story: 'discussed prices', 'they want ...'.
_TOLD_OF = re.compile(r"(?!need)[a-z]{3,}ed\b|(?:went|was|were|got|told|said|gave|they|he|she|wants?|likes?|needs)\b", _FLAGS)
_CHANNEL = re.compile(
    r"[\s,(]*(?:on|over|via|by|through|using) (?:the )?(?:phone|wechat|whats ?app|zoom|teams|video|e-?mail|text|sms|google meet|webex|skype|line|coffee|lunch|dinner|drinks|breakfast)\b\)?", _FLAGS
)
_CONTENT_LEAD = re.compile(r"[\s,:;.)，：。—–-]*(?:(?:about|regarding|re|concerning)\b:?\s+)?", _FLAGS)
_LONGEST_NAMES = 120


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
    colon = _LOG_COLON.match(text, start, end)
    if colon:
        inner = _find_narrative(text, colon.end(), end, times) or _find_noun(text, colon.end(), end, times, is_told=True)
        inner = inner or _find_passive(text, colon.end(), end, times)
        if inner:
            return LogFrame(inner.kind, inner.mentions, inner.end, inner.claim, is_explicit=True, content_start=inner.content_start)
    match = _EXPLICIT.match(text, start, end)
    if match and _WEAK_LOG.match(match[0]) and not _is_record(text, match, end):
        return None
    if match is None or re.search(r"\b(?:task|tasks|reminder|ticket|tickets|faq|contact|customer|account|lead)\b", match["between"], _FLAGS):
        return None
    before = _between(text, match, times)
    return _with_names(text, match, end, times, before=before, is_explicit=True)


def _is_record(text: str, match: re.Match[str], end: int) -> bool:
    """'Add a call note for Acme', 'add call with Acme: ...', not 'add dinner with Mary to my calendar'."""
    if re.search(r"\b(?:notes?|log|report|summary|record|interaction|activity|touchpoint)\b", match[0], _FLAGS):
        return True
    return re.compile(r"[^,.;\n]{0,60}:\s").match(text, match.end(), end) is not None


def _between(text: str, match: re.Match[str], times: Times) -> tuple[Mention, ...]:
    """Read the name in 'log Acme call: ...', if what stands before the kind is one."""
    begin, stop = match.span("between")
    for time in times.within(begin, stop):
        if text[begin : time.start].strip() == "" or time.end == stop:
            begin, stop = (time.end, stop) if text[begin : time.start].strip() == "" else (begin, time.start)
    lead = re.compile(_ADJECTIVES, _FLAGS).match(text, begin, stop)
    begin = lead.end() if lead else begin
    said = re.sub(r"^'s\s+", "", text[begin:stop]).strip()
    if not said or said.lower() in {"a", "an", "the", "my", "our", "s", "'s", "about", "that", "this"}:
        return ()
    said_start = begin + text[begin:stop].index(said)
    mentions = read_mentions(text, said_start, said_start + len(said.removesuffix("'s").rstrip("'")))
    return mentions


def _find_narrative(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    position = _skip(text, start, end, times)
    for pattern in _VERBS:
        match = pattern.match(text, position, end)
        if match:
            frame = _with_names(text, match, end, times, before=(), is_explicit=False)
            if frame and frame.mentions:
                return frame
    told = _TOLD_VERBS.match(text, position, end)
    frame = _with_names(text, told, end, times, before=(), is_explicit=False) if told else None
    if told is None or frame is None or not frame.mentions:
        return None
    kind = "email" if frame.kind == "call" else frame.kind
    return LogFrame(kind, frame.mentions, frame.end, frame.claim, is_explicit=False, content_start=told.start())


def _skip(text: str, start: int, end: int, times: Times) -> int:
    """Pass over 'yesterday', 'I just', 'this morning we': they claim nothing yet."""
    position = start
    for _ in range(6):
        time = times.at(position)
        skipped = _SKIP.match(text, position, end)
        if time is not None and time.end < end:
            position = time.end
        elif skipped:
            position = skipped.end()
        else:
            break
    return position


def _find_notes(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    """'Call notes: Umbrella, wants 10% off', 'meeting notes Contoso: go live in March'."""
    match = _NOTES.match(text, start, end)
    frame = _with_names(text, match, end, times, before=(), is_explicit=True) if match else None
    return frame if frame and frame.mentions else None


def _find_noun(text: str, start: int, end: int, times: Times, *, is_told: bool = False) -> LogFrame | None:
    """'Call with Acme: wants a quote' is a report by its colon; after 'log:' also without."""
    match = _NOUN_FRAME.match(text, _skip_times(text, start, end, times), end)
    frame = match and _with_names(text, match, end, times, before=(), is_explicit=False)
    if not frame or not frame.mentions:
        return None
    mark = text[frame.end : frame.content_start].strip()
    is_marked = mark[:1] in {":", "-", "—", "–", "：", "."} or (mark[:1] == "," and _is_past_noun(text, start, frame, times))
    return frame if is_told or (is_marked and text[frame.content_start : end].strip()) else None


def _is_past_noun(text: str, start: int, frame: LogFrame, times: Times) -> bool:
    """'Quick chat with Tom, all good', 'zoom with Acme today, ...': told of, not planned."""
    return times.past(start, frame.end) is not None or _TOLD_OF.match(text, frame.content_start) is not None or _QUICK.match(text, start) is not None


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
    match = _PASSIVE.match(text, _skip_times(text, start, end, times), end)
    if match is None or match["name"].split()[0].lower() in _NOT_PASSIVE:
        return None
    mentions = read_mentions(text, *match.span("name"))
    kind = kind_of(match["verb"]) or ("email" if match["verb"] == "wrote" else "visit")
    stop = _pass_times(text, match.end(), end, times)
    return _frame(text, kind, mentions, stop, match[0], start=start, is_explicit=False)


def _with_names(
    text: str, match: re.Match[str], end: int, times: Times, *, before: tuple[Mention, ...], is_explicit: bool
) -> LogFrame:
    """Read the names and times that follow a kind or a verb."""
    has_link = "link" not in match.re.groupindex or match["link"] is not None
    position, mentions = match.end(), list(before)
    if not has_link and not before:
        position = _after_colon(text, position, end)
    if has_link or not before:
        stop = _names_end(text, position, end, times)
        mentions += read_mentions(text, position, stop)
        position = stop
    position = _pass_times(text, position, end, times)
    more = _MORE.match(text, position, end)
    if more and not times.at(more.end()):
        stop = _names_end(text, more.end(), end, times)
        mentions += read_mentions(text, more.end(), stop)
        position = _pass_times(text, stop, end, times)
    words = match["kind"] if "kind" in match.re.groupindex and match["kind"] else match[0]
    kind = kind_of(words) or kind_of(match[0]) or ("email" if words.startswith(("sent", "mailed")) else "visit" if re.search(r"\b(?:went|came|back|saw|sat|was|were|ran)\b", match[0], _FLAGS) else "call")
    if re.fullmatch(r"interaction|activity|touchpoint|conversation|discussion|session|talk", words.strip(), _FLAGS):
        kind = kind_of(text[match.start() : position]) or "call"
    kind = _by_channel(text[match.start() : position], kind)
    met = _ALSO_MET.match(text, position, end)
    if met and len(mentions) == 1:
        stop = _names_end(text, met.end(), end, times)
        people = read_mentions(text, met.end(), stop)
        mentions += [replace(one, organisation=one.organisation or mentions[0].text) for one in people]
        position = stop if people else position
    return _frame(text, kind, tuple(mentions), position, match[0], start=match.start(), is_explicit=is_explicit)


def _by_channel(words: str, kind: str) -> str:
    """'Met with Tom on Zoom' is an online meeting, 'spoke over WeChat' a chat."""
    if re.search(r"\b(?:zoom|teams|online|video|webex|google meet)\b", words, _FLAGS):
        return "online_meeting"
    if kind == "call" and re.search(r"\b(?:over|on|via) (?:wechat|whatsapp)\b", words, _FLAGS):
        return "chat"
    return kind


def _after_colon(text: str, position: int, end: int) -> int:
    while position < end and text[position] in " :-,：":
        position += 1
    return position


def _names_end(text: str, start: int, end: int, times: Times) -> int:
    """Find where names that begin at `start` end: at a stop word, a time, or a comma that no further name follows."""
    article = re.compile(r"(?:the|a|an|our|my|some)\s+", _FLAGS).match(text, start, end)
    start = article.end() if article else start
    limit = min(end, start + _LONGEST_NAMES)
    stop = _NAME_END.search(text, start, limit)
    border = stop.start() if stop else limit
    for time in times.within(start, border):
        lead = re.compile(r"\s(?:at|on|in|around|about)\s+$|\s+$", _FLAGS).search(text, max(start, time.start - 10), time.start)
        border = min(border, lead.start() if lead else time.start)
    comma = text.find(",", start, border)
    while comma >= 0 and _COMMA_NAME.match(text, comma, min(end, border + 1)):
        comma = text.find(",", comma + 1, border)
    legal = re.compile(r",\s*(?:ltd|inc|llc|co)\b\.?", _FLAGS).match(text, comma, border) if comma >= 0 else None
    if legal:
        comma = text.find(",", legal.end(), border)
    return comma if comma >= 0 else border


def _pass_times(text: str, position: int, end: int, times: Times) -> int:
    """Pass over the times and lengths that stand between the names and the content."""
    for _ in range(4):
        lead = _TIME_LEAD.match(text, position, end)
        place = lead.end() if lead else position
        time = times.at(place) or times.at(position)
        lasted = _LASTED.match(text, position, end) or _CHANNEL.match(text, position, end)
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
    lead = _CONTENT_LEAD.match(text, end)
    return LogFrame(kind, mentions, end, text[start:end] if not claim else claim, is_explicit, lead.end() if lead else end)
