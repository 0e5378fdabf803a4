"""Changes told around a known name, clause by clause: 渤海化工地址换了，现在在…; 'Acme has 300 people'.

Promise: every clause is a change, its reason or an order to keep it; where one is none of these, nothing is read, so
that nothing is dropped. Never: a name that nobody knows, a deal, a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from nlu.commands import _statement_patterns as patterns
from nlu.commands._anchored import read_anchored
from nlu.commands._fields import FIELD_PATTERN, FLAGS, field_of, is_amount, read_value
from nlu.commands._guards import is_negated, is_question, is_unreal
from nlu.commands._mentions import Mention
from nlu.commands._parties import Party, find_parties
from nlu.commands._utterance import Utterance
from nlu.entities.times import find_times
from nlu.understanding import Moment, ParseContext


@dataclass(frozen=True)
class Told:
    """A field's new value in words."""

    field: str
    words: str
    #: set or add
    verb: str = "set"


@dataclass(frozen=True)
class Statement:
    """What is told of whom."""

    mention: Mention
    is_person: bool
    told: tuple[Told, ...]
    reason: str | None = None
    #: account, contact or opportunity
    record_type: str = "account"


@dataclass
class _Reading:
    """What has been read of the clauses so far."""

    told: list[Told] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    #: the field that was said to have changed, its value not said yet
    awaited: str | None = None


#: longer than this is a story
LONGEST = 200
_CLAUSE = re.compile(
    r"\s*(?:[,，](?!\d{3}(?!\d))|[;；。!！\n])\s*|\.\s+(?=[A-Z])|\s+[-–—]+\s+|(?<=changed)\s*[:：]\s*"
    r"|\s+(?=(?:because|since|due to|as (?:they|he|she|it|the))\s)|\s*(?=因为|由于)"
    rf"|\s+and\s+(?:also\s+)?(?=(?:the\s+|its\s+|his\s+|her\s+|their\s+)?(?:{FIELD_PATTERN}|has|employs|is now)\b)"
    rf"|(?<=[\u3400-\u9fff\w])\s*(?:并且|同时|而且)\s*"
    rf"|(?<=[\u3400-\u9fff\w])\s+(?=[\u3400-\u9fff])(?=的?(?:{FIELD_PATTERN})[\s:：]?\S)",
    FLAGS,
)
#: fields of an account or a contact that a clause may name; a deal's and a task's are read elsewhere
_OF_ACCOUNT = frozenset(
    {
        "annual_amount", "level", "status", "industry", "size_band", "address", "region", "website", "source", "tags",
        "owner", "influence", "partner_since", "short_names", "notes",
    }
)  # fmt: skip
_OF_PERSON = frozenset(
    {"title", "mobile", "email", "birthday", "decision_role", "status", "tags", "owner", "account", "language"}
)
_NAMES_TITLE = frozenset({"升职", "升", "晋升", "调岗", "转岗", "换岗", "高升", "荣升", "提拔", "promoted"})
_NAMES_ADDRESS = frozenset({"搬家", "搬", "搬迁", "迁址", "moved", "moved office", "moved offices", "relocated"})
_COMPANY_OF = re.compile(r"\s*(?:[,，(（]\s*)?(?:已经?|刚刚?|都)*\s*(?:从|在|于|at|from|of|for|with)?\s*", FLAGS)
#: whose he was: 黄海波上个月就离开凯泰达了, 'Laura Bennett has quit Acme'
_LEAVES = re.compile(
    r"(?:离开|离职于|辞别|告别|\b(?:left|quit|leaving|leaves|resigned from|retired from|departed))\s*$", FLAGS
)
_REST_OF_NAME = re.compile(r"(?:的|那边|公司|里|那)?\s*", FLAGS)
_LONGEST_OF = {
    "title": 40, "industry": 20, "source": 30, "tags": 60, "region": 30, "address": 120, "decision_role": 30,
    "owner": 30, "account": 60, "short_names": 30, "notes": 200,
}  # fmt: skip
_URL = re.compile(r"(?:https?://\S+|(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?)", FLAGS)
_PLACE = re.compile(
    r"\d|[路街道号楼区市县镇村省园厦层座巷弄]|\b(?:street|st|road|rd|avenue|ave|lane|drive|square|park|plaza|building"
    r"|tower"
    r"|floor|house|quay|wharf|way|court|city)\b",
    FLAGS,
)
_PEOPLE = re.compile(r"\d")
_POST = re.compile(r"[\u3400-\u9fffA-Za-z][\u3400-\u9fff\w &/.'-]*", FLAGS)
_STATES = frozenset({"active", "silent", "lost", "new", "departed"})
_MOST_TAG = 12


def read_statement(heard: Utterance, context: ParseContext) -> Statement | None:
    """Read what is told of the first known name of an utterance, or of what it names anywhere."""
    return _read_after_name(heard, context) or _read_anchored(heard, context)


def _read_anchored(heard: Utterance, context: ParseContext) -> Statement | None:
    """Read the changes of a known deal or customer in any order of words."""
    found = read_anchored(heard, context)
    if found is None:
        return None
    told = tuple(Told(one.field, one.words, one.verb) for one in found.changes)
    mention = Mention(found.mention, found.start, found.end)
    return Statement(mention, is_person=False, told=told, reason=found.reason, record_type=found.record_type)


def _read_after_name(heard: Utterance, context: ParseContext) -> Statement | None:
    if context.find_names is None or heard.end - heard.start > LONGEST or is_question(heard.body):
        return None
    names = context.find_names(heard.folded)
    parties = find_parties(heard.folded, names, heard.start)
    if not parties:
        return None
    tags = patterns.TAG_LEAD.fullmatch(heard.folded, heard.start, parties[0].start)
    before = patterns.FIELD_OF.fullmatch(heard.folded, heard.start, parties[0].start)
    if tags is None and before is None and not patterns.LEAD.fullmatch(heard.folded, heard.start, parties[0].start):
        return None
    party, rest = _set_company_aside(heard, parties)
    rest = f" {before['field']} {rest.removeprefix(':').lstrip()}" if before else rest
    own = patterns.OWN.match(rest)
    rest = rest[own.end() :] if own else rest
    if tags is not None:
        match = patterns.TAG_VALUE.fullmatch(rest)
        value = (match["value"] or match["quoted"] or match["bare"]) if match else ""
        return _statement(party, _Reading([Told("tags", value.strip(" 。.!\"'“”‘’「」"), "add")])) if value else None
    reading = _read_clauses(rest, party, context)
    return _statement(party, reading) if reading and reading.told and not reading.awaited else None


def _statement(party: Party, reading: _Reading) -> Statement:
    reason = "，".join(reading.reasons) if reading.reasons else None
    if reason and reason.isascii():
        reason = ", ".join(reading.reasons)
    kind = "contact" if party.is_person else "account"
    return Statement(party.mention, party.is_person, tuple(reading.told), reason, kind)


def _set_company_aside(heard: Utterance, parties: Sequence[Party]) -> tuple[Party, str]:
    """Give the party with the company said of him right after, and what is told: 'Michael Brown 在 Northwind 升…'."""
    party, rest = parties[0], heard.text[parties[0].end : heard.end]
    if not party.is_person or party.mention.organisation:
        return party, rest
    for company in parties[1:]:
        if company.is_person or not _is_his(party, company):
            continue
        before = heard.folded[party.end : company.start]
        after = heard.folded[company.end : heard.end]
        if (
            not _COMPANY_OF.fullmatch(before)
            and not _LEAVES.search(before)
            and not re.match(r"的?(?:关键|主要|首要|核心|第一|key|main|primary)", after)
        ):
            break
        cut = _REST_OF_NAME.match(after)
        end = company.end + (cut.end() if cut else 0)
        kept = re.sub(r"(?:从|在|于|at|from|of|for|with)\s*$", "", before, flags=FLAGS)
        party = replace(party, mention=replace(party.mention, organisation=company.mention.text))
        return party, kept + heard.text[end : heard.end]
    return party, rest


def _is_his(party: Party, company: Party) -> bool:
    return not party.accounts or bool(party.accounts & company.accounts)


def _read_clauses(rest: str, party: Party, context: ParseContext) -> _Reading | None:
    """Read every clause, or nothing at all."""
    whole = _read_clause(patterns.NOTE_AFTER.sub("", rest.strip()), _Reading(), party, context)
    if whole is not None and whole.told and not whole.awaited and whole.told[0].field in {"address", "tags"}:
        return whole
    reading = _Reading()
    for clause in (piece.strip() for piece in _CLAUSE.split(rest)):
        if not clause or patterns.NOTE.fullmatch(clause):
            continue
        read = _read_clause(patterns.NOTE_AFTER.sub("", clause), reading, party, context)
        if read is None and not _keep(clause, reading, context):
            return None
        reading = read or reading
    return reading


def _read_clause(clause: str, before: _Reading, party: Party, context: ParseContext) -> _Reading | None:
    """Read one clause after those before; None where it tells of no field."""
    reading = _Reading([*before.told], [*before.reasons], before.awaited)
    because = patterns.REASON.fullmatch(clause)
    if because:
        if not reading.told:
            return None
        reading.reasons.append(because["reason"].strip(" 。.!"))
        return reading
    not_so = patterns.NOT_SO.fullmatch(clause)
    if not_so:
        return _await(reading, field_of(not_so["field"]), party)
    told = None if is_negated(clause) else _tell(clause, party, context)
    if told is not None and _is_evidence(clause, told, reading):
        return None
    if told is None and reading.awaited:
        told = _tell_awaited(clause, reading.awaited, context)
    if told is not None:
        reading.told.append(told)
        reading.awaited = None
        return reading
    intro = patterns.INTRO.fullmatch(clause)
    return _await(reading, _awaited_by(intro), party) if intro else None


#: how a field is set by an order, and not only told
_SETS = re.compile(r"[改换更调设填写定]|\bto\b|=|[:：]", FLAGS)


def _is_evidence(clause: str, told: Told, reading: _Reading) -> bool:
    """Tell whether what was bought is only why a level is judged so: 升级为B级，今年采购额到8万了."""
    is_judged = any(one.field in {"level", "status"} for one in reading.told)
    return is_judged and told.field == "annual_amount" and _SETS.search(clause) is None


def _await(reading: _Reading, name: str | None, party: Party) -> _Reading | None:
    if name not in (_OF_PERSON if party.is_person else _OF_ACCOUNT):
        return None
    reading.awaited = name
    return reading


def _awaited_by(intro: re.Match[str]) -> str | None:
    named = next((intro[group] for group in ("field", "field2", "field3", "field4", "field5") if intro[group]), None)
    if named:
        return field_of(named)
    verb = (intro["verb"] or intro["verb2"] or "").lower()
    if verb in _NAMES_TITLE:
        return "title"
    return "address" if verb in _NAMES_ADDRESS else None


def _tell(clause: str, party: Party, context: ParseContext) -> Told | None:
    """Read the field that a clause tells by its name or by its wording."""
    named = patterns.NAMED.fullmatch(clause)
    if named:
        told = _told(_field(named["field"]), named["value"], party, context)
        if told is not None:
            return told
    who = "person" if party.is_person else "account"
    for name, fixed, of, wordings in patterns.CLAUSES:
        if of not in {who, "either"}:
            continue
        match = next((found for wording in wordings if (found := wording.fullmatch(clause))), None)
        if match is None:
            continue
        groups = match.groupdict()
        told = _told(name, fixed or groups.get("value") or groups.get("value2") or "", party, context)
        if told is not None:
            return told
    return None


def _field(word: str) -> str | None:
    """Name the field of an account or a contact; a company's bare size is its headcount."""
    return "size_band" if word.lower() == "size" else field_of(word)


def _tell_awaited(clause: str, name: str, context: ParseContext) -> Told | None:
    match = patterns.AFTER_INTRO.fullmatch(clause)
    words = match["value"].strip(" 。.!") if match else ""
    return Told(name, words) if words and _fits(name, words, context) else None


def _told(name: str | None, words: str, party: Party, context: ParseContext) -> Told | None:
    words = _trimmed(name, words.strip(' \t。.!！"“”'))
    if name == "is_key_contact":
        return Told(name, words)
    if name is None or name not in (_OF_PERSON if party.is_person else _OF_ACCOUNT):
        return None
    if (name == "owner" and not _is_colleague(words, context)) or (
        name == "account" and not _is_company(words, context)
    ):
        return None
    return Told(name, words, "add" if name == "tags" else "set") if _fits(name, words, context) else None


#: when it was, behind a value
_WHEN = re.compile(r"\s+(?:last|this) (?:week|month|year|quarter)$|\s+(?:yesterday|today|recently|now)$", FLAGS)


def _trimmed(name: str | None, words: str) -> str:
    """Take off what is no part of a value: when it changed; between tags a mark stands."""
    if name == "tags":
        return re.sub(r"\s+和\s*|(?<=[A-Za-z])和", "、", words)
    return _WHEN.sub("", words) if name in {"address", "title"} else words


def _is_company(words: str, context: ParseContext) -> bool:
    found = context.find_names(words) if context.find_names else ()
    return any(not one.is_person and (one.start, one.end) == (0, len(words)) for one in found)


def _is_colleague(words: str, context: ParseContext) -> bool:
    found = context.find_names(words) if context.find_names else ()
    return any(one.is_colleague and (one.start, one.end) == (0, len(words)) for one in found)


#: what a value of a field looks like
_LOOKS = {"website": _URL, "address": _PLACE, "size_band": _PEOPLE}
_WHOLE = frozenset({"website"})


def _fits(name: str, words: str, context: ParseContext) -> bool:
    """Tell whether words are a value of a field and nothing more."""
    if not words or len(words) > _LONGEST_OF.get(name, 60) or is_question(words):
        return False
    if name == "annual_amount":
        return is_amount(words, context)
    if name in _LOOKS:
        look = _LOOKS[name]
        return (look.fullmatch(words) if name in _WHOLE else look.search(words)) is not None
    if name == "title":
        return _POST.fullmatch(words) is not None and not is_unreal(words)
    value = read_value(name, words, context)
    return value in _STATES if name == "status" else value is not None


def _keep(clause: str, reading: _Reading, context: ParseContext) -> bool:
    """Keep a clause that tells of no field: a further tag, or why; not what is to be done, nor another change."""
    if not reading.told or reading.awaited:
        return False
    last = reading.told[-1]
    if last.field == "tags" and len(clause) <= _MOST_TAG and not reading.reasons:
        reading.told[-1] = replace(last, words=f"{last.words}、{clause}")
        return True
    if last.field not in {"level", "status"} and not reading.reasons:
        return _is_old_value(clause)
    if is_question(clause) or _is_order(clause) or _is_plan(clause, context) or _is_setting(clause):
        return False
    reading.reasons.append(clause.strip(" 。.!"))
    return True


def _is_old_value(clause: str) -> bool:
    """Tell whether a clause only says what is no more: 'not Manager', 不是科长."""
    return (
        re.fullmatch(
            r"(?:and )?(?:not|no longer)\s+(?:the\s+)?[\w ]{2,30}|(?:不是|不再是|而不是)[^,，]{1,20}", clause, FLAGS
        )
        is not None
    )


def _is_setting(clause: str) -> bool:
    named = patterns.NAMED.fullmatch(clause)
    return named is not None and _SETS.search(named["link"]) is not None


def _is_order(clause: str) -> bool:
    """Tell whether a clause orders something of its own, which is no reason."""
    return _ORDER.match(clause) is not None


_ORDER = re.compile(
    r"(?:and\s+|also\s+|then\s+|请|再|另外|顺便|帮我)*(?:把|将|给|新建|新增|创建|添加|登记|录入|记录|记一?下|更新|修改"
    r"|完成|推迟|安排|建个?|约|发|寄|打电话"
    r"|set|change|update|move|mark|tag|assign|create|add|log|schedule|call|send|book|remind)(?=[\u3400-\u9fff\s])",
    FLAGS,
)


def _is_plan(clause: str, context: ParseContext) -> bool:
    times = find_times(clause, context.now, context.timezone, "past")
    if re.search(r"提醒|记得|别忘|\bremind\b", clause, FLAGS):
        return True
    return any(isinstance(one.value, Moment) and one.value.start > context.now for one in times)


def split_reason(reason: str, context: ParseContext, *, is_person: bool = False) -> tuple[str | None, tuple[Told, ...]]:
    """Take the changes off a reason that go on after it: '采购额过了六十万，年采购额改成62万'."""
    kept: list[str] = []
    told: list[Told] = []
    mention = Mention("", 0, 0)
    party = Party(0, 0, mention, is_person=is_person, accounts=frozenset())
    for clause in re.split(r"\s*[,，;；]\s*(?:and\s+)?", reason):
        named = patterns.NAMED.fullmatch(clause) if kept and not is_negated(clause) else None
        is_order = named is not None and _SETS.search(named["link"]) is not None
        one = _told(field_of(named["field"]), named["value"], party, context) if named and is_order else None
        told.append(one) if one else kept.append(clause)
    if not told:
        return reason, ()
    return ("，" if not reason.isascii() else ", ").join(kept) or None, tuple(told)
