"""Changes of a known deal or customer in any order of words: 合同开始磨了，科硕WMS改成谈判; 'mark Globex silent'.

What is known is the anchor; a value that only one field has, at the end of a clause, is the change, where every word
between the two only leads to it. Promise: what is no change is why, or nothing is read. Never: a record; a doubt, a
question, a denial or a plan for a change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from nlu.commands import _anchored_words as words
from nlu.commands._fields import is_amount, read_value
from nlu.commands._guards import is_conditional, is_negated, is_question
from nlu.commands._utterance import Utterance
from nlu.entities.times import find_times
from nlu.understanding import Moment, ParseContext


@dataclass(frozen=True)
class AnchoredChange:
    """A field's new value in words."""

    field: str
    words: str
    #: set, or add where a date is put off by a span
    verb: str = "set"


@dataclass(frozen=True)
class Anchored:
    """What is told of a deal or an account."""

    mention: str
    start: int
    end: int
    #: opportunity or account
    record_type: str
    changes: tuple[AnchoredChange, ...]
    reason: str | None


@dataclass(frozen=True)
class _Anchor:
    start: int
    end: int
    mention: str
    record_type: str


@dataclass
class _Told:
    changes: list[AnchoredChange] = field(default_factory=list)
    #: values that are changes only beside another change: 'Bohai MES 380k, close 12 Feb'
    beside: list[AnchoredChange] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


#: longer than this is a story
LONGEST = 160
#: stands in for the anchor
_MARK = words.MARK


def read_anchored(heard: Utterance, context: ParseContext) -> Anchored | None:
    """Read the changes of the one deal or customer that an utterance names; None where a clause stays unread."""
    if context.find_names is None or heard.end - heard.start > LONGEST:
        return None
    if is_question(heard.body) or is_conditional(heard.body) or words.DOUBT.search(heard.body):
        return None
    for anchor in _anchors(heard, context):
        told = _read(heard, anchor, context)
        if told is not None:
            reason = ("，" if re.search("[\u3400-\u9fff]", heard.body) else ", ").join(told.reasons)
            mention, kind = anchor.mention, anchor.record_type
            return Anchored(mention, anchor.start, anchor.end, kind, tuple(told.changes), reason or None)
    return None


def _anchors(heard: Utterance, context: ParseContext) -> list[_Anchor]:
    """Give what may be meant: the one deal that is named, else the one customer, or the deal that he has."""
    found = context.find_deals(heard.folded) if context.find_deals else ()
    deals = [one for one in found if heard.start <= one.start and one.end <= heard.end]
    if deals:
        return [_Anchor(one.start, one.end, one.name, "opportunity") for one in deals] if len(deals) == 1 else []
    names = context.find_names(heard.folded) if context.find_names else ()
    companies = [one for one in names if not one.is_person and heard.start <= one.start and one.end <= heard.end]
    if len(companies) != 1 or any(one.is_person for one in names):
        return []
    start, end = companies[0].start, companies[0].end
    rest = words.REST_OF_NAME.match(heard.text, end, heard.end)
    mention, end = heard.text[start:end], rest.end() if rest else end
    anchors = [_Anchor(start, end, mention, "account")]
    return [*anchors, _Anchor(start, end, mention, "opportunity")] if words.OF_DEAL.search(heard.body) else anchors


def _read(heard: Utterance, anchor: _Anchor, context: ParseContext) -> _Told | None:
    """Read every clause, or nothing at all; the clause of the anchor names nobody else."""
    said = heard.text[heard.start : anchor.start] + _MARK + heard.text[anchor.end : heard.end]
    told = _Told()
    for clause in (piece.strip() for piece in words.CLAUSE.split(said)):
        if clause and not _take(clause, told, anchor, context):
            return None
    if told.changes and all(_add(one, told) for one in told.beside):
        return told
    return None


def _take(clause: str, told: _Told, anchor: _Anchor, context: ParseContext) -> bool:
    """Take a clause, or its parts, for a change, a reason or an order to keep it; False where it is none."""
    change = _change(clause, anchor, context)
    if change is not None:
        return _add(change, told)
    if _take_bare(clause, told, anchor, context):
        return True
    parts = [part.strip() for part in words.WEAK.split(clause) if part.strip()]
    if len(parts) > 1:
        inside = _Told([*told.changes])
        kept = [_take_part(part, inside, anchor, context) for part in parts]
        if len(inside.changes) > len(told.changes) and all(kept):
            told.changes, told.reasons = inside.changes, [*told.reasons, *inside.reasons]
            told.beside += inside.beside
            return True
    return _take_reason(clause, told, context)


def _take_part(part: str, told: _Told, anchor: _Anchor, context: ParseContext) -> bool:
    change = _change(part, anchor, context)
    if change is not None:
        return _add(change, told)
    return _take_bare(part, told, anchor, context) or _take_reason(part, told, context)


def _add(change: AnchoredChange, told: _Told) -> bool:
    if any(one.field == change.field for one in told.changes):
        return any(one == change for one in told.changes)
    told.changes.append(change)
    return True


def _take_reason(clause: str, told: _Told, context: ParseContext) -> bool:
    bare = clause.replace(_MARK, "").strip(words.EDGES)
    if not bare or words.KEEP.fullmatch(bare):
        return True
    if words.OTHER.search(bare) or _names_somebody(bare, context) or is_question(bare):
        return False
    if is_negated(bare) and words.STOP.search(bare):
        return False
    if told.changes and _is_ahead(bare, context):
        return False
    told.reasons.append(words.BECAUSE.sub("", bare))
    return True


def _names_somebody(bare: str, context: ParseContext) -> bool:
    return bool(context.find_names(bare)) if context.find_names else False


def _is_ahead(bare: str, context: ParseContext) -> bool:
    """Tell whether a clause speaks of a day to come: that is to be done, and no reason."""
    times = find_times(bare, context.now, context.timezone, "past")
    return any(isinstance(one.value, Moment) and one.value.start > context.now for one in times)


def _change(clause: str, anchor: _Anchor, context: ParseContext) -> AnchoredChange | None:
    """Read a clause of which every word only leads to a value at its end."""
    bare = words.TAIL.sub("", words.SPACED_SCALE.sub("", clause.strip(words.EDGES)))
    if anchor.record_type == "opportunity":
        return (
            _gone(clause)
            or _stage(bare, context)
            or _expected(bare, context)
            or _date_shift(bare)
            or _amount(bare, context)
            or _date(bare, context)
            or _signs(bare, context)
        )
    return _level(bare) or _step(bare) or _status(bare)


def _gone(bare: str) -> AnchoredChange | None:
    return AnchoredChange("stage", "lost") if words.GONE.fullmatch(bare.strip(words.EDGES)) else None


def _signs(bare: str, context: ParseContext) -> AnchoredChange | None:
    """Read when a deal closes where only the verb and the day stand there: 签12月底, 'close 12 Feb'."""
    match = words.SIGNS.fullmatch(bare.strip())
    day = (match["after"] or match["before"] or "").strip() if match else ""
    found = find_times(day, context.now, context.timezone, "future") if day else []
    is_day = len(found) == 1 and (found[0].start, found[0].end) == (0, len(day))
    return AnchoredChange("expected_close", day) if is_day else None


def _take_bare(clause: str, told: _Told, anchor: _Anchor, context: ParseContext) -> bool:
    """Take a value that stands alone, which is a change beside another one: 'Bohai MES 380k, close 12 Feb'."""
    said = clause.strip(words.EDGES)
    value = words.BARE.sub("", said, count=1) if said.startswith(_MARK) else said
    if anchor.record_type != "opportunity" or not value:
        return False
    if not value.isdigit() and is_amount(value, context):
        told.beside.append(AnchoredChange("amount", value))
        return True
    if words.STAGE.fullmatch(value) and read_value("stage", value, context):
        told.beside.append(AnchoredChange("stage", value))
        return True
    return False


def _leads(link: str, *others: re.Pattern[str]) -> bool:
    """Tell whether words only lead to a value, and speak of no other field."""
    return words.LINK.fullmatch(link) is not None and not any(other.search(link) for other in others)


def _stage(bare: str, context: ParseContext) -> AnchoredChange | None:
    match = words.STAGE.search(bare)
    if match is None or read_value("stage", match["value"], context) is None:
        return None
    link = bare[: match.start()]
    if not _leads(link, words.AMOUNT, words.CLOSE, words.LEVEL) or not words.ARRIVES.search(link):
        return None
    return AnchoredChange("stage", match["value"])


def _amount(bare: str, context: ParseContext) -> AnchoredChange | None:
    for match in words.NUMBER.finditer(bare):
        value = bare[match.start() :].strip()
        link = words.FROM_OLD.sub(" ", bare[: match.start()])
        if not _leads(link, words.CLOSE, words.STAGE_WORD, words.LEVEL) or not words.ARRIVES.search(link):
            continue
        scaled = _in_scale_of(value, bare[: match.start()])
        if is_amount(scaled, context):
            return AnchoredChange("amount", scaled)
    return None


def _in_scale_of(value: str, before: str) -> str:
    """Give 一百三 the 万 that stands beside the old amount: 从150万降到一百三, '210k → 195'."""
    arrow = re.search(r"\d\s*(万|w|k|m)\s*(?:→|->|=>)\s*$", before, re.IGNORECASE)
    if arrow and re.fullmatch(r"\d[\d.]*", value):
        return value + arrow[1]
    old = re.search(r"从\s*[^从]{0,12}?(万|w|k)", before, re.IGNORECASE)
    short = words.SHORT_HUNDRED.fullmatch(value)
    if old is None or short is None:
        return value
    return f"{short['hundreds']}百{short['tens']}十{old[1]}"


def _date(bare: str, context: ParseContext) -> AnchoredChange | None:
    for one in find_times(bare, context.now, context.timezone, "future"):
        if not isinstance(one.value, Moment) or one.end < len(bare.rstrip()):
            continue
        link = words.ARTICLE.sub("", bare[: one.start])
        if not _leads(link, words.AMOUNT, words.STAGE_WORD, words.LEVEL) or not words.ARRIVES.search(link):
            return None
        moves = words.CLOSE.search(link) or words.PUTS_OFF.search(link)
        return AnchoredChange("expected_close", bare[one.start : one.end]) if moves else None
    return None


def _expected(bare: str, context: ParseContext) -> AnchoredChange | None:
    """Read when a deal is to close, told with its verb: 预计12月底签, 'closing in March'."""
    match = words.EXPECTED.fullmatch(bare.replace(_MARK, "").strip())
    day = (match["zh"] or match["en"]).strip() if match else ""
    return AnchoredChange("expected_close", day) if day and read_value("expected_close", day, context) else None


def _date_shift(bare: str) -> AnchoredChange | None:
    """Read by how much a closing date is put off: 'move the close date out by two weeks', 成交日期往后推两周."""
    match = words.SHIFT.search(bare)
    if match is None or words.EARLIER.search(bare):
        return None
    link = re.sub(r"\s(?:by|another)\s", " ", bare[: match.start()] + match["verb"])
    if not _leads(link, words.AMOUNT, words.STAGE_WORD, words.LEVEL) or not words.CLOSE.search(link):
        return None
    if not words.PUTS_OFF.search(link):
        return None
    return AnchoredChange("expected_close", match["value"], "add")


def _level(bare: str) -> AnchoredChange | None:
    match = words.LEVEL_VALUE.search(bare)
    if match is None:
        return None
    link = bare[: match.start()]
    letter = match["value"] or match["letter"]
    arrives = words.ARRIVES.search(link) or words.DESERVES.search(link)
    if not arrives or not _leads(link, words.AMOUNT, words.CLOSE, words.STATUS_WORD):
        return None
    is_bare = match["value"] is None and match[0].strip() == letter
    return None if is_bare and not words.JUDGES.search(link) else AnchoredChange("level", letter.upper())


def _step(bare: str) -> AnchoredChange | None:
    match = words.STEP.fullmatch(bare)
    if match is None:
        return None
    is_up = match["up"] or match["up2"]
    return AnchoredChange("level", "next" if is_up else "previous")


def _status(bare: str) -> AnchoredChange | None:
    match = words.STATUS_VALUE.search(bare)
    if match is None:
        return None
    link = bare[: match.start()]
    if not _leads(link, words.AMOUNT, words.CLOSE, words.LEVEL) or not words.ARRIVES.search(link):
        return None
    if not (words.STATUS_WORD.search(link) or words.MARKS.search(link)):
        return None
    return AnchoredChange("status", match["value"])
