"""A report read around the names that are known, in whatever order its words stand: '电话 华为李娜 发票已收到',
'phone call Lisa Wong Jul 16 2:20pm renewal', 刚从申汇银行出来.

Promise: only what shows that it happened (its words, its past time, or a story told after it); a plan, an order, a
question or a denial is none. Linear in the text. Never: a record, a name that nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlu.commands import _sketch_patterns as patterns
from nlu.commands._frame import LogFrame, Times
from nlu.commands._guards import is_negated, is_question, is_reported, is_unreal
from nlu.commands._mentions import Mention
from nlu.commands._parties import Party, find_parties
from nlu.commands._told_kind import sent_kind, told_kind
from nlu.commands._utterance import Utterance
from nlu.entities.interaction_kinds import find_kinds, kind_of
from nlu.name_forms import surname_of
from nlu.understanding import KnownName, Moment

_CLAUSE_END = re.compile(
    r"[,，;；。!！?？\n—]|[:：](?!\d)|\.(?=\s|$)|\s[-–]\s|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])"
)
_SENTENCE_END = re.compile(r"[;；。!！?？\n]|\.(?=\s|$)")
_CHINESE = re.compile("[\u3400-\u9fff]")
#: characters after the frame in which its time may stand
_NEAR = 16
#: stands for a name in what is judged
_MASK = "#"


@dataclass(frozen=True)
class _Scene:
    """The sentence with its names: what stands where."""

    heard: Utterance
    times: Times
    group: tuple[Party, ...]
    #: the words from the beginning to where the story starts, names masked; same length
    claim: str
    #: (start, end, kind) of the words of kind in the claim, by place in the text
    kinds: tuple[tuple[int, int, str], ...]
    #: where the names, times and kinds that stand together end
    frame_end: int

    @property
    def start(self) -> int:
        return self.heard.start


def sketch(heard: Utterance, times: Times, names: tuple[KnownName, ...], *, is_likely: bool = False) -> LogFrame | None:
    """Find the frame of a report around known names; None where nothing shows that it happened.

    `is_likely`: something else tells that it is a report; then only what speaks against it counts.
    """
    parties = find_parties(heard.folded, names, heard.start)
    scene = _scene(heard, times, parties)
    if scene is None or _is_no_report(scene) or _has_unread_clock(scene) or _has_stranger(scene):
        return None
    kind = _kind(scene)
    if kind is None or not (_is_told(scene) or (is_likely and _may_be_told(scene))):
        return None
    told = told_people(heard.folded, scene.frame_end, scene.group, parties)
    mentions = (*(one.mention for one in scene.group), *told)
    return LogFrame(
        kind, mentions, scene.frame_end, scene.claim, is_explicit=False, content_start=_content_start(scene)
    )


def _scene(heard: Utterance, times: Times, parties: list[Party]) -> _Scene | None:
    if not parties or parties[0].start > heard.start + patterns.MAX_HEAD:
        return None
    if _SENTENCE_END.search(heard.folded, heard.start, parties[0].start):
        return None
    masked = _masked(heard.folded, parties)
    kinds = tuple(one for one in find_kinds(masked) if one[0] >= heard.start)
    group = _group(masked, parties, kinds, times)
    frame_end = _frame_end(masked, group[-1].end, kinds, times, heard.end)
    stop = _CLAUSE_END.search(masked, frame_end, heard.end)
    then = patterns.THEN.search(masked, frame_end, stop.start() if stop else heard.end)
    claim_end = then.start() if then else stop.start() if stop else heard.end
    near = tuple(one for one in kinds if one[1] <= max(claim_end, frame_end))
    return _Scene(heard, times, group, masked[heard.start : max(claim_end, frame_end)], near, frame_end)


def _masked(text: str, parties: list[Party]) -> str:
    for one in parties:
        text = text[: one.start] + _MASK * (one.end - one.start) + text[one.end :]
    return text


def _group(
    masked: str, parties: list[Party], kinds: tuple[tuple[int, int, str], ...], times: Times
) -> tuple[Party, ...]:
    """Take those who are named together: between them stand only times, kinds and joining words."""
    group = [parties[0]]
    for one in parties[1:]:
        gap = _bare(masked, group[-1].end, one.start, kinds, times)
        if patterns.THIN.fullmatch(gap) is None or not _is_beside(masked, group, one, gap):
            break
        group.append(one)
    people = tuple(one for one in group if one.is_person)
    return people if people and all(one.mention.organisation or one.accounts for one in people) else tuple(group)


def _is_beside(masked: str, group: list[Party], one: Party, gap: str) -> bool:
    """Tell whether one who is named next took part in the same contact."""
    said = masked[group[-1].end : one.start]
    if one.accounts and group[0].accounts and not one.accounts & group[0].accounts:
        return one.is_person and patterns.TOGETHER.fullmatch(said) is not None
    is_after_comma = "," in gap or "，" in gap
    return not (is_after_comma and one.is_person and not group[-1].is_person) or patterns.LEADS.search(gap) is not None


def _bare(masked: str, start: int, end: int, kinds: tuple[tuple[int, int, str], ...], times: Times) -> str:
    """Give the words of a span without its times, kinds and names."""
    spans = [(one.start, one.end) for one in times.within(start, end)]
    spans += [(a, b) for a, b, _ in kinds if start <= a and b <= end]
    left = [char for place, char in enumerate(masked[start:end], start) if not any(a <= place < b for a, b in spans)]
    return "".join(left).replace(_MASK, "")


def _frame_end(masked: str, end: int, kinds: tuple[tuple[int, int, str], ...], times: Times, limit: int) -> int:
    """Pass over the times, kinds and their particles that follow the names."""
    for _ in range(6):
        place = end
        while place < limit and masked[place] in " ,，、()（）的":
            place += 1
        led = patterns.TIME_LEAD.match(masked, place, limit)
        time = times.at(place) or (times.at(led.end()) if led else None)
        kind = next((one for one in kinds if one[0] == place and one[1] - end < patterns.KIND_NEAR), None)
        if time is not None and (patterns.DUE_AFTER.match(masked, time.end) or times.is_ahead(time)):
            time = None
        if time is None and kind is None:
            break
        end = time.end if time is not None else kind[1] if kind is not None else end
        tail = patterns.TAIL.match(masked, end, limit)
        end = tail.end() if tail and kind is not None and tail[0].strip() else end
    return end


def _is_no_report(scene: _Scene) -> bool:
    claim, body = scene.claim, scene.heard.body
    if patterns.OTHER_ORDER.match(claim) and not patterns.ORDERED.match(claim):
        return True
    if may_be_to_come(scene.heard, scene.frame_end, scene.times):
        return True
    if not patterns.ORDERED.match(claim) and is_plan(scene.heard, scene.frame_end, scene.times):
        return True
    if is_negated(claim) or is_unreal(claim) or is_question(claim) or body.rstrip().endswith(("?", "？")):
        return True
    return is_reported(body) and not _begins_with_name(scene)


def may_be_to_come(heard: Utterance, end: int, times: Times) -> bool:
    """Tell whether the head names but a clock time that may be still to come, and nothing done: 3点拜访王磊."""
    named = times.within(heard.start, end)
    if not named or not all(times.may_be_ahead(one) for one in named):
        return False
    said = heard.folded[heard.start : end + _NEAR]
    return patterns.DONE_ZH.search(said) is None and patterns.DONE_EN.search(said) is None


def is_plan(heard: Utterance, end: int, times: Times) -> bool:
    """Tell whether the head names but a weekday, and nothing is past or told: 周五拜访何静, 'visit Acme Monday'."""
    named = times.within(heard.start, end)
    if not named or not all(times.is_bare_weekday(one) for one in named):
        return False
    said = heard.folded[heard.start : end + _NEAR]
    if patterns.DONE_ZH.search(said) or patterns.DONE_EN.search(said):
        return False
    told = heard.folded[end : heard.end]
    # A Chinese note of what was done needs no 了 where a topic follows: 周四给白雪打电话对账.
    is_chinese = _CHINESE.search(said) is not None
    is_told = not patterns.VERB_ONLY.fullmatch(told) if is_chinese else patterns.TELLS_EN.match(told) is not None
    return not is_told and patterns.BASE_VERB.search(said) is not None


def _begins_with_name(scene: _Scene) -> bool:
    return scene.claim.lstrip().startswith(_MASK)


def _is_told(scene: _Scene) -> bool:
    """Tell whether it happened: by its words, its past time, an order to note it, or the story told after it."""
    heard, times = scene.heard, scene.times
    end = scene.start + len(scene.claim)
    if times.has_future(scene.start, scene.frame_end):
        return False
    if _past(scene) is not None or patterns.ORDERED.match(scene.claim):
        return True
    if patterns.BASE_FORM.match(scene.claim) and not patterns.TELLS_EN.match(heard.folded, scene.frame_end, heard.end):
        return False
    near = scene.claim[: _kind_end(scene) + 2]
    if patterns.DONE_ZH.search(scene.claim) or patterns.DONE_EN.search(near):
        return not times.has_future(scene.start, end) or patterns.DONE_ZH.search(near) is not None
    return _is_note(scene)


def _may_be_told(scene: _Scene) -> bool:
    times = scene.times
    if len(times.told(scene.start, scene.frame_end)) < len(times.within(scene.start, scene.frame_end)):
        return False
    return not times.has_future(scene.start, scene.frame_end) and not patterns.BASE_FORM.match(scene.claim)


def _past(scene: _Scene) -> Moment | None:
    """Give the past time of the frame; a time long ago, or one of a promise, is of something else."""
    folded, times = scene.heard.folded, scene.times
    for time in times.told(scene.start, scene.frame_end):
        is_due = patterns.DUE_AFTER.match(folded, time.end) or patterns.PROMISES.search(folded[: time.start])
        if not is_due and not times.may_be_ahead(time) and (moment := times.past(time.start, time.end)) is not None:
            return moment
    return None


def _kind_end(scene: _Scene) -> int:
    """Give where, in the claim, names and kinds have been said."""
    return max([scene.group[-1].end, *(stop for _, stop, _ in scene.kinds)]) - scene.start


def _is_note(scene: _Scene) -> bool:
    """Tell whether kind, names and times stand side by side as in a note, and something is told after them."""
    heard = scene.heard
    head = _bare(scene.claim, 0, scene.frame_end - scene.start, _shifted(scene), _NO_TIMES)
    if not scene.kinds or patterns.OPENING.fullmatch(head) is None:
        return False
    rest = heard.folded[scene.frame_end : heard.end]
    if not _CHINESE.search(rest) and not _CHINESE.search(scene.claim):
        return patterns.TELLS_EN.match(rest) is not None
    tells = (patterns.TELLS_ZH, patterns.DONE_ZH, patterns.DONE_EN)
    return bool(patterns.TELLS_EN.match(rest)) or any(pattern.search(rest) for pattern in tells)


def _shifted(scene: _Scene) -> tuple[tuple[int, int, str], ...]:
    spans = [(one.start, one.end, "") for one in scene.times.within(scene.start, scene.frame_end)]
    return tuple((a - scene.start, b - scene.start, kind) for a, b, kind in (*scene.kinds, *spans))


class _None:
    """No times: they are masked with the kinds."""

    @staticmethod
    def within(_start: int, _end: int) -> list[object]:
        return []


_NO_TIMES: Times = _None()  # type: ignore[assignment]


def _kind(scene: _Scene) -> str | None:
    """Name the kind: a way of contact before a word that leaves it open; being somewhere is a visit."""
    claim = scene.claim
    said = [(scene.heard.folded[a:b], kind) for a, b, kind in scene.kinds]
    weak = (patterns.WEAK_CHAT, patterns.GREETING)
    strong = {kind for word, kind in said if not any(pattern.fullmatch(word) for pattern in weak)}
    if "event" in strong:
        return "event"
    if len(strong) == 1:
        return next(iter(strong))
    if len(strong) > 1:
        return _of_two(claim, strong)
    if patterns.PLACE.search(claim):
        return "visit"
    named = next((kind for _, kind in said), None) or told_kind(scene.heard.folded[scene.frame_end : scene.heard.end])
    return named or sent_kind(claim)


def _of_two(claim: str, kinds: set[str]) -> str | None:
    """'Sent a mooncake box by mail' is care, a call on Zoom an online meeting; of others none is surely meant."""
    named = kind_of(claim)
    return named if named in {"care", "online_meeting"} or kinds <= {"call", "chat", "email", "visit"} else None


def _content_start(scene: _Scene) -> int:
    """Give where the story begins: after the frame, or at the words of the head that tell something themselves."""
    head = _bare(scene.claim, 0, scene.group[0].start - scene.start, _shifted(scene), _NO_TIMES)
    folded = scene.heard.folded
    if patterns.SENT.match(head) and not _CHINESE.search(head):
        return scene.start
    place = scene.frame_end
    while place < scene.heard.end and folded[place] in " ,，:：;；.。—–-)）":
        place += 1
    return place


def _has_unread_clock(scene: _Scene) -> bool:
    """Tell whether the head names a clock time that was not read: when it was has to be asked."""
    found = (
        match.span() for match in patterns.CLOCK.finditer(scene.heard.folded, scene.start, scene.frame_end + _NEAR)
    )
    return any(not any(one.start < b and a < one.end for one in scene.times.found) for a, b in found)


def _has_stranger(scene: _Scene) -> bool:
    """Tell whether somebody stands in the list of people whom nobody knows."""
    more = patterns.UNKNOWN_MORE.match(scene.heard.folded, scene.group[-1].end)
    if more is not None and surname_of(more["name"]) is not None:
        return True
    before = scene.heard.folded[scene.start : scene.group[0].start]
    if not scene.group[0].is_person and len(scene.group) == 1 and patterns.POST_AT.search(before):
        return True
    last = scene.group[-1]
    employed = None if last.is_person else patterns.UNKNOWN_THERE.match(scene.heard.folded, last.end)
    return employed is not None and surname_of(employed["name"]) is not None


def told_people(folded: str, start: int, group: Sequence[Party], parties: Sequence[Party]) -> list[Mention]:
    """Give the company's people of whom the story says that they took part: …，跟王建国聊了; '…; Hans signed it'."""
    if not group or any(one.is_person for one in group):
        return []
    accounts = frozenset().union(*(one.accounts for one in group))
    found: list[Party] = []
    for one in parties:
        if not one.is_person or one.start < start or (one.accounts and not one.accounts & accounts):
            continue
        is_after_another = bool(found) and patterns.LIST.fullmatch(folded, found[-1].end, one.start) is not None
        if _took_part(folded[: one.start], folded[one.end :]) or is_after_another:
            found.append(one)
    organisation = group[0].mention.text
    return [replace(one.mention, organisation=one.mention.organisation or organisation) for one in found]


def joined_people(
    heard: Utterance, times: Times, mentions: Sequence[Mention], parties: Sequence[Party]
) -> tuple[list[Mention], int]:
    """Give the known people whom a joining word adds after the frame's names, 还有陈志强, and where they end."""
    folded = heard.folded
    organisation = next((one.organisation for one in mentions if one.organisation), None)
    taken = [one for one in parties if any(one.mention.start == mention.start for mention in mentions)]
    end = max([0, *(one.end for one in mentions), *(one.end for one in taken)])
    accounts = frozenset().union(*(one.accounts for one in taken))
    found: list[Mention] = []
    for one in parties:
        gap = _bare(folded, end, one.start, (), times) if end <= one.start else ""
        is_next = patterns.FURTHER.fullmatch(gap) is not None
        if not (is_next and one.is_person) or patterns.NO_FURTHER.match(folded, one.end):
            continue
        is_theirs = not one.accounts or bool(one.accounts & accounts)
        found.append(one.mention if not is_theirs else _employed(one.mention, organisation))
        end = one.end
    return found, end


def _employed(mention: Mention, organisation: str | None) -> Mention:
    return replace(mention, organisation=mention.organisation or organisation)


def _took_part(before: str, after: str) -> bool:
    if patterns.WITH.search(before):
        return True
    follows = (patterns.SPEAKS, patterns.LIST, patterns.ALONE)
    return patterns.CLAUSE_START.search(before) is not None and any(one.match(after) for one in follows)
