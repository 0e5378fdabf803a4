"""What a form tells of a contact with a customer: kind, who took part, when, what was said and what is next.

Promise: nothing that was filled in is dropped: what has no place of its own goes into the summary with its label.
Never: a name that is only guessed; a time to come for what happened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from nlu.commands._follow_ups import FollowUp, read_content
from nlu.commands._labelled import Form, read_moment
from nlu.commands._mentions import Mention, read_mentions
from nlu.commands._parties import find_parties
from nlu.commands._told_kind import told_kind
from nlu.entities.interaction_kinds import kind_of
from nlu.entities.times import find_times, resolve_time
from nlu.simplified import simplified
from nlu.understanding import Moment, ParseContext


@dataclass(frozen=True)
class Report:
    """What a form tells, by its parts."""

    kind: str | None
    mentions: tuple[Mention, ...]
    occurred_at: Moment | None
    planned_for: Moment | None
    summary: str
    follow_ups: tuple[FollowUp, ...]


_PLACED = frozenset({"account", "people", "name", "when", "way", "next", "next_when", "ours", "place", "title"})
_OCCASIONS = frozenset({"when", "people", "account", "summary", "topic", "place"})
_ITEM = re.compile(r"\s*[;；]\s*|(?<![\d:：])\s*\d[.、)）]\s*(?=\D)")
_NAMES = re.compile(
    r"\s*(?:[、,，;；/&+]|\band\b|\s和\s|(?<=[\u3400-\u9fff])[和与及](?=[\u3400-\u9fff]))\s*", re.IGNORECASE
)
_POST = re.compile(r"\s*[(（\[][^()（）\[\]]{1,30}[)）\]]\s*$")
#: a meeting by its title alone may be of either kind: its place decides
_SOMEWHERE_ELSE = re.compile(r"线上|远程|视频|腾讯|zoom|teams|online|remote|virtual|webex|钉钉|飞书", re.IGNORECASE)


def read_report(form: Form, context: ParseContext) -> Report | None:
    """Read a form that tells of a contact; None where it names nobody."""
    mentions = _mentions(form, context)
    if not mentions:
        return None
    when = read_moment(form, context, "past", "when")
    later = read_moment(form, context, "future", "when") if form.all("when") else None
    is_ahead = later is not None and later.start > context.now and (when is None or _is_nearer(later, when, context))
    if form.all("when") and when is None and not is_ahead:
        return None  # a time that nobody reads has to be asked for in other words
    return Report(
        kind=_kind(form),
        mentions=mentions,
        occurred_at=None if is_ahead else when,
        planned_for=later if is_ahead else None,
        summary=_summary(form, context),
        follow_ups=_follow_ups(form, context),
    )


def _is_nearer(later: Moment, when: Moment, context: ParseContext) -> bool:
    """Tell whether a day without its year is rather to come: 11月26日 said on the 23rd."""
    return when.start > context.now or later.start - context.now < _SOON < context.now - when.start


_SOON = timedelta(days=45)


def _kind(form: Form) -> str | None:
    """Name the kind: as it was filled in, by the title, by the place, or by what was told."""
    way = form.get("way")
    named = kind_of(way) if way else None
    place = form.get("place") or ""
    if named is None and _SOMEWHERE_ELSE.search(place):
        return "online_meeting"
    titled = kind_of(form.title)
    loose = next((kind for one in form.loose if (kind := kind_of(one))), None)
    told = next((kind for one in form.all("summary", "topic") if (kind := told_kind(one))), None)
    labels = [one.label for one in form.parts if one.name in _OCCASIONS]  # 拜访日期, 通话内容
    meant = next((kind for one in (*labels, *form.all("topic")) if (kind := kind_of(one))), None)
    return named or titled or loose or ("visit" if place else None) or told or meant


def _mentions(form: Form, context: ParseContext) -> tuple[Mention, ...]:
    """Give the people who took part, each with the form's company; the company where no person is named."""
    known = [one for one in form.loose if _is_known(one, context)]
    company = form.get("account") or next((one for one in known if not _is_person(one, context)), None)
    people = form.all("people", "name") or [one for one in known if _is_person(one, context)]
    found = [
        mention for value in people for piece in _NAMES.split(value) for mention in _person(piece, company, context)
    ]
    if found:
        return tuple(found)
    return (Mention(company, 0, len(company)),) if company else ()


def _is_known(words: str, context: ParseContext) -> bool:
    found = context.find_names(words) if context.find_names else ()
    return any((one.start, one.end) == (0, len(words)) for one in found)


def _is_person(words: str, context: ParseContext) -> bool:
    found = context.find_names(words) if context.find_names else ()
    return any(one.is_person for one in found)


def _person(piece: str, company: str | None, context: ParseContext) -> list[Mention]:
    """Give one who is named; none of our own people, and of a company alone only the company."""
    said = _POST.sub("", piece.strip(" .。"))
    names = context.find_names(simplified(said)) if context.find_names else ()
    if not said or any(one.is_colleague and one.start == 0 for one in names):
        return []
    parties = [one for one in find_parties(simplified(said), names) if one.start == 0]
    if parties and parties[0].is_person:
        mention = parties[0].mention
        return [Mention(said[mention.start : mention.end], mention.start, mention.end, mention.organisation or company)]
    if parties:
        return [] if company else [parties[0].mention]
    read = read_mentions(said, 0, len(said))
    return [Mention(one.text, one.start, one.end, one.organisation or company) for one in read[:1]]


def _summary(form: Form, context: ParseContext) -> str:
    told = form.all("topic", "summary")
    others = form.others(*_PLACED, "topic", "summary")
    place = form.get("place")
    if place:
        others.append(f"Place: {place}" if place.isascii() else f"地点：{place}")
    ours = form.get("ours")
    if ours:
        others.append(f"Our side: {ours}" if ours.isascii() else f"我方：{ours}")
    loose = [
        one for one in form.loose if not _is_known(one, context) and not _is_time(one, context) and not kind_of(one)
    ]
    pieces = [*told, *loose, *others]
    return ("; " if all(one.isascii() for one in pieces) else "；").join(pieces)


def _is_time(words: str, context: ParseContext) -> bool:
    found = find_times(words, context.now, context.timezone, "past")
    return any((one.start, one.end) == (0, len(words)) for one in found)


def _follow_ups(form: Form, context: ParseContext) -> tuple[FollowUp, ...]:
    """Give what is to be done: each item of the next steps; a date for the next contact dates the last of them."""
    items = [item.strip(" ,，.。") for value in form.all("next") for item in _ITEM.split(value)]
    found = [one for item in items if item for one in _items(item, context)]
    words = form.get("next_when")
    due = resolve_time(words, context.now, context.timezone, "future") if words else None
    if words and due is None:
        found.append(FollowUp(words, None, words))
    elif due is not None and found and found[-1].due is None:
        found[-1] = FollowUp(found[-1].title, due, words)
    elif due is not None:
        found.append(
            FollowUp("follow up" if form.title.isascii() and words and words.isascii() else "跟进", due, words)
        )
    return tuple(found)


def _items(item: str, context: ParseContext) -> list[FollowUp]:
    lead = "next step: " if item.isascii() else "下一步：" if re.search("[\u3400-\u9fff]", item) else ""
    text = lead + item
    content = read_content(text, simplified(text), 0, len(text), context)
    return list(content.follow_ups) or [FollowUp(item, None)]
