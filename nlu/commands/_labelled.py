"""Forms: 【拜访纪要】时间：…；客户：…；对方：…；内容：…, 'Visit report - Account: … - With: … - Next: …'.

A form begins with its title or with a label, and at least two of its parts are labelled. Promise: every part is kept
in order, what nobody knows the label of with its label; linear in the text. Never: a blank form, one that was
cancelled, a record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from nlu.commands import _labelled_words as words
from nlu.commands._utterance import hear
from nlu.entities.money import Money, parse_money
from nlu.entities.times import resolve_time
from nlu.simplified import simplified
from nlu.understanding import Moment, ParseContext, Tense


@dataclass(frozen=True)
class Part:
    """One labelled value of a form."""

    #: what it is of the record: a field, or account, people, when, way, next ...
    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Form:
    """A form that was filled in."""

    #: the command that it gives
    command: str
    #: the words of its title; empty where it has none
    title: str
    parts: tuple[Part, ...]
    #: what stands between title and labels, piece by piece
    loose: tuple[str, ...] = ()

    def get(self, *names: str) -> str | None:
        """Give the first value of the first of these parts that has one."""
        return next((one.value for name in names for one in self.parts if one.name == name), None)

    def all(self, *names: str) -> list[str]:
        """Give all values of these parts, in the form's order."""
        return [one.value for one in self.parts if one.name in names]

    def others(self, *taken: str) -> list[str]:
        """Give what is none of these parts, each with its label."""
        kept = [one for one in self.parts if one.name not in {*taken, words.OLD}]
        return [f"{one.label}: {one.value}" if one.label.isascii() else f"{one.label}：{one.value}" for one in kept]


#: the command of a form that was cancelled, or is only an example: none
VOID = ""
#: longer messages are stories
LONGEST = 2000
#: labelled parts without which a text is no form; one is enough under a title in brackets
LEAST = 2
_EDGES = " \t,，;；。|/、-–—•*·"
_SPLIT = re.compile(r"\s*[;；|。,，]\s*|\s+[-–—]+\s+")
_FLAGS = re.IGNORECASE | re.ASCII
_NUMBERED = re.compile(r"\s*(?:\d{1,2}[.、)）]|[-–—•*·【\[(])\s*$")


@lru_cache(maxsize=64)
def read_form(text: str) -> Form | None:
    """Read a form; None where the text is none or is blank. One that does not count gives the command VOID."""
    if len(text) > LONGEST or not any(mark in text for mark in (":", "：", "=", "】")):
        return None
    heard = hear(text)
    said = text[heard.start :].strip()
    folded = simplified(said)
    titled = _title(folded)
    start = titled[1].end() if titled else 0
    labels = [one for one in _labels(folded, start) if titled or one.start() > start or one.start() == 0]
    if not labels or (not titled and labels[0].start("label") > _MOST_LEAD):
        return None
    loose = _pieces(said[start : labels[0].start()])
    parts = tuple(_parts(said, labels))
    if not _is_filled(titled, parts):
        return None
    title = titled[1]["whole"].strip() if titled else ""
    if _is_void(titled, loose, parts):
        return Form(VOID, title, parts, loose)
    command = _command(titled, parts)
    return Form(command, title, parts, loose) if command is not None else None


#: characters of a bullet or a bracket before the first label
_MOST_LEAD = 4


def _title(folded: str) -> tuple[str, re.Match[str]] | None:
    """Give what a form is about by its title, with where the title ends; the longest title counts."""
    found = [(label, match) for label, pattern in words.TITLES if (match := pattern.match(folded))]
    found = [(label, match) for label, match in found if not _is_label(folded, match)]
    return max(found, key=lambda one: one[1].end("whole"), default=None)


def _is_label(folded: str, title: re.Match[str]) -> bool:
    """Tell whether what looks like a title is the first label of a form: 客户：恒信, 'Deal: …'."""
    first = words.CANDIDATE.match(folded)
    is_bare = not any(title[group] for group in ("creates", "creates2", "changes", "changes2", "notes"))
    if first is None or not is_bare or words.part_of(first["label"]) is None:
        return False
    behind = words.CANDIDATE.match(folded, first.end())
    return behind is None or words.part_of(behind["label"]) is None  # 商机：客户：… is a title, 客户：… is none


def _labels(folded: str, start: int) -> list[re.Match[str]]:
    """Find the labels from a place on: those that somebody knows, and unknown ones that begin a piece."""
    found: list[re.Match[str]] = []
    place = start
    while (match := words.CANDIDATE.search(folded, place)) is not None:
        known = _longest_known(folded, match)
        if known is not None:
            found.append(known)
            place = known.end()
        else:
            place = match.end()
    return found


def _longest_known(folded: str, match: re.Match[str]) -> re.Match[str] | None:
    """Give the label at the end of the words before a colon: 'Orion Contact:' has the label 'Contact'."""
    place = match.start("label")
    end = match.end("label")
    while place < end:
        again = words.CANDIDATE.match(folded, place)
        if again is not None and again.end("label") == end and words.part_of(again["label"]) is not None:
            return match if place == match.start("label") else again
        space = folded.find(" ", place, end)
        if space < 0:
            break
        place = space + 1
    return match if _is_unknown_label(folded, match) else None


def _is_unknown_label(folded: str, match: re.Match[str]) -> bool:
    """Tell whether words that nobody knows are a label: short, and after a mark that ends a piece."""
    before = folded[: match.start("label")].rstrip()
    is_piece = before.endswith((";", "；", "。", "|")) or _NUMBERED.search(before[-4:]) is not None
    return is_piece and match["mark"] in {":", "："} and len(match["label"]) <= _LONGEST_UNKNOWN


_LONGEST_UNKNOWN = 16


def _parts(said: str, labels: Sequence[re.Match[str]]) -> list[Part]:
    ends = [*(one.start() for one in labels[1:]), len(said)]
    found: list[Part] = []
    for label, end in zip(labels, ends, strict=True):
        value = _NUMBERED.sub("", said[label.end() : end]).strip(_EDGES)
        name = words.part_of(label["label"]) or words.OTHER
        if value and not words.BLANK.fullmatch(value):
            found.append(Part(name, said[label.start("label") : label.end("label")].strip(), value))
    return found


def _pieces(between: str) -> tuple[str, ...]:
    return tuple(piece for piece in (one.strip(_EDGES) for one in _SPLIT.split(between)) if piece)


def _is_filled(titled: tuple[str, re.Match[str]] | None, parts: Sequence[Part]) -> bool:
    known = {one.name for one in parts} - {words.OTHER}
    if titled is None:
        return len(known) >= LEAST
    is_bracketed = titled[1]["whole"].lstrip()[:1] in "【[〔《"
    return bool(known) and (is_bracketed or len(parts) >= LEAST)


#: where the first words of a state end: what is told behind them is no state
_CLAUSE_END = re.compile(r"[,，;；。.]")


def _is_void(titled: tuple[str, re.Match[str]] | None, loose: Sequence[str], parts: Sequence[Part]) -> bool:
    heads = [titled[1]["whole"] if titled else "", *loose]
    heads += [_CLAUSE_END.split(one.value, maxsplit=1)[0] for one in parts if _is_state(one)]
    return any(words.VOID.search(one) for one in heads)


def _is_state(part: Part) -> bool:
    """Tell whether a part says if it took place at all: a rival's or an order's words say nothing of that."""
    return part.name == "status" or (part.name == words.OTHER and words.STATE.fullmatch(part.label) is not None)


def _command(titled: tuple[str, re.Match[str]] | None, parts: Sequence[Part]) -> str | None:
    """Name the command by the title, or by the labels where there is none."""
    names = {one.name for one in parts}
    if titled is None:
        return _by_labels(names)
    label, title = titled
    changes = title["changes"] or title["changes2"]
    creates = title["creates"] or title["creates2"]
    if label == "log_interaction" and words.AHEAD.search(title["whole"]):
        return "create_task"
    if changes and not creates and label in _CHANGED:
        return "update_record"
    if label == "create_account" and "people" in names and names & _TOLD and not creates:
        return "log_interaction"
    return label


#: what a form may change
_CHANGED = frozenset({"create_contact", "create_account", "create_opportunity", "create_lead", "create_task"})
_TOLD = frozenset({"summary", "topic", "next", "when", "way"})
_DEAL = frozenset({"amount", "expected_close", "stage"})
_REACHED = frozenset({"mobile", "email", "wechat"})
_COMPANY = frozenset({"industry", "size_band", "region", "address", "website", "level", "annual_amount", "short_names"})


def _by_labels(names: set[str]) -> str | None:
    """Name the command of a form without a title: what only one kind of record has decides."""
    if "amount" in names and (of_money := _of_money(names)):
        return of_money
    if "deal" in names and names & _DEAL and not names & {"people", "way"}:
        return "create_opportunity"
    if names & _TOLD and names & {"account", "people"} and (not names & {"mobile", "email"} or "way" in names):
        return "log_interaction" if names & {"summary", "topic", "next", "way"} or "people" in names else None
    if names >= {"need", "priority"}:
        return "create_requirement"
    is_task = "task" in names or ("next" in names and not names & {"account", "people", "summary"})
    return "create_task" if is_task and names & {"due_at", "assignee"} else _of_person_or_company(names)


def _of_money(names: set[str]) -> str | None:
    if names & {"paid_on", "method"}:
        return "record_payment"
    if names >= {"number", "paper_day"}:
        return "create_contract"
    return "create_quote" if "until" in names else None


def _of_person_or_company(names: set[str]) -> str | None:
    is_person = bool(names & {"name", "people"}) and bool(names & (_REACHED | {"title"}))
    if is_person and names & {"source", "need"}:
        return "create_lead"
    if is_person:
        return "create_contact"
    if names & {"account", "name"} and names & _COMPANY:
        return "create_account"
    return None


def read_moment(form: Form, context: ParseContext, tense: Tense, *names: str) -> Moment | None:
    """Read the day and the clock time of a form, which may stand under two labels or beside none."""
    said = [*form.all(*names), *(() if form.all(*names) else form.loose)]
    zone = context.timezone
    moments = [(one, resolve_time(one, context.now, zone, tense)) for one in said]
    read = [(one, moment) for one, moment in moments if moment is not None]
    if len(read) > 1 and not read[0][1].has_time:
        joined = resolve_time(f"{read[0][0]} {read[1][0]}", context.now, zone, tense)
        return joined or read[0][1]
    return read[0][1] if read else None


def is_known_company(form: Form, context: ParseContext) -> bool:
    """Tell whether a form without a title is filled in for a company that is known: it changes that one."""
    name = form.get("account", "name")
    known = context.find_names(name) if name and not form.title and context.find_names else ()
    return any((one.start, one.end) == (0, len(name or "")) and not one.is_person for one in known)


def is_known_deal(form: Form, context: ParseContext) -> bool:
    """Tell whether a form without a title is filled in for a deal that is known."""
    name = form.get("deal", "name")
    return bool(name) and not form.title and context.knows_deal is not None and context.knows_deal(str(name))


def read_amount(form: Form) -> Money | None:
    """Read the amount of a form in its currency; None where it has none that can be read."""
    amount, currency = form.get("amount", "annual_amount"), form.get("currency")
    if amount is None:
        return None
    return parse_money(f"{new_value(amount)} {currency}" if currency else new_value(amount))


def new_value(value: str) -> str:
    """Give the new one of two values: 60万→57万, 由B调整为A."""
    match = words.FROM_TO.fullmatch(value)
    return match["new"].strip(_EDGES) if match else value
