"""Whom 'him', 她 and 'they' mean: the one customer of whom the message right before this one spoke.

A message before that only spoke of 'him' itself leads to the one before it, within half an hour.
Promise: only one who is certain, and only where the sentence is a command with his name in it; the echo names him.
A pronoun behind a name in the sentence itself means that one: 'called Tom, he wants a quote'. A company is never 'him':
who of it is meant is asked.
Never: a guess between two, or a sentence that gives somebody else's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot import asked_again, just_written
from bot.models import InboxMessage
from bot.turn import SELLERS, Turn
from crm_core.interactions import list_contact_ids
from crm_core.models import Account, Contact, Interaction, Lead, Opportunity, Payment, Task
from crm_core.undo import Written, get_record
from nlu.commands import correct, log_interaction, look_up, recognise
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._parties import find_parties
from nlu.entities.times import find_times
from nlu.parser import RECOGNISED_PROBABILITY

_FLAGS = re.IGNORECASE | re.ASCII
_PRONOUN = re.compile(
    r"他|她|它|这家|这个?(?:客户|商机|单子)|\b(?:he|she|him|his|her|they|them|their|it|its)\b", _FLAGS
)
_MAKES_IT = re.compile(r"(?:no|sorry|actually|ok|[,.\s])*(?:make|change) (?:it|that)\b", _FLAGS)
_FOLLOW_ZH, _FOLLOW_EN = "跟进|联系|回访|拜访|打电话给", "follow up|check in|catch up|call|call back"
_FOLLOWS_UP = re.compile(rf"{_FOLLOW_ZH}|\b(?:{_FOLLOW_EN})\b", _FLAGS)
#: a follow-up that names nobody
_FOLLOWS = re.compile(
    rf"(?:我|要|得|再|继续|去|要再|我再|，|,|\s)*(?P<zh>{_FOLLOW_ZH})(?:一下|一次)?[。.!！吧]*"
    rf"|(?:i'll|i will|let's|then|and|please|again|,|\s)*(?P<en>{_FOLLOW_EN})(?: again)?(?: on| by)?[\s.!]*",
    _FLAGS,
)
_JOINT = re.compile(r"(?:再|然后|另外|还有|顺便|接着|也)[,，\s]*|(?:then|also|and|next|plus)[,\s]+", _FLAGS)
_THEIR_CONTACT = re.compile(
    r"给(?:它|他们|她们|这个?客户|这家)(?:加|新?建|新增|添加)(?:一?[个位])?联系人[:：,，\s]*(?P<rest>.+)", _FLAGS
)
#: the command that asks whom a pronoun means (bot/handlers/staff/which_person.py), and what stands for him meanwhile
WHICH_PERSON, GAP = "which_person", "§"
#: commands that are about somebody
_ABOUT = frozenset(
    {
        "update_record", "create_task", "log_interaction", "record_payment", "create_opportunity", "create_requirement",
        "create_contact", "postpone_task",
    }
)  # fmt: skip
_WHOSE_EN = re.compile(
    r"\b(?:his|their|its)\b|\bher\b(?=\s+(?:new\s+)?(?:phone|mobile|number|e-?mail|title|birthday|address))", _FLAGS
)
_PERSON = re.compile(r"(?<!其)(?:他|她)(?!们|家|人)|\b(?:he|she|him|her)\b", _FLAGS)
_COMPANY = re.compile(r"(?<!其)(?:他们|她们|他家|它)(?:公司|家)?|这个?客户|\b(?:they|them)\b", _FLAGS)
#: what can only mean a person: 'they' and 它 may mean the company
_PERSON_OF = re.compile(r"(?<!其)(?:他|她)(?!们|家|人)|\b(?:he|she|him)\b|\bhis\b|\bher\b", _FLAGS)
_CLAUSE = re.compile(r"[,，;；。]")
#: where a message may have ended one thing and begun another
_PIECE = re.compile(r"[,，;；。?？!！:：]|\s(?:and|but)\s")
#: a word that English writes with a capital inside a sentence: a name, known or not
_NAME = re.compile(r"(?<=[a-z,] )(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)[A-Z][a-z]+")
_DEAL = re.compile(r"它|这个?(?:商机|单子)|\bit\b", _FLAGS)


@dataclass(frozen=True)
class Subject:
    """Whom a message spoke of; empty where nobody, or more than one."""

    person: str = ""
    company: str = ""
    deal: str = ""
    company_id: int | None = None

    @property
    def is_only_company(self) -> bool:
        """Tell whether a company was spoken of, and nobody of it."""
        return not self.person and self.company_id is not None


@dataclass(frozen=True)
class FollowUp:
    """A follow-up of whoever was spoken of, as it was said."""

    verb: str
    when: str
    is_english: bool


def with_names(turn: Turn) -> Turn:
    """Give a turn with the name in the place of a pronoun, where that makes a command of it."""
    turn = _without_joint(asked_again.complete(turn))
    text = turn.text
    if turn.person.role not in SELLERS or turn.dialogue is not None:
        return turn
    # The shape comes first: of whom was spoken costs queries, and most sentences name their people themselves.
    follow_up = _read_follow_up(turn)
    if follow_up is None and not _PRONOUN.search(text):
        return turn
    if is_question(text):
        return _asked_of(turn)
    if is_reported(text) or _denies(turn) or _corrects(turn):
        return turn
    return _with_subject(turn, follow_up)


def _with_subject(turn: Turn, follow_up: FollowUp | None) -> Turn:
    """Give an order or a report with the name of whom the message before spoke of, or ask which person is meant."""
    text = turn.text
    border = _first_named(turn) if follow_up is None else len(text)
    if follow_up is None and not _PRONOUN.search(text, 0, border):
        return turn
    subject = _subject(turn)
    if follow_up is None and _PERSON_OF.search(text, 0, border) and subject.is_only_company:
        return _asking_whom(turn, subject, border)
    replaced = _named(text[:border], subject) + text[border:]
    named = _follow_up(follow_up, subject) or _new_contact(text, subject) or replaced
    return _read_as(turn, named, _ABOUT) if named != text else turn


def _read_as(turn: Turn, named: str, labels: frozenset[str]) -> Turn:
    """Give the turn with other words where they are one of some commands; else the turn as it is."""
    for words in dict.fromkeys((_JOINT.sub("", named, count=1), named)):
        label = recognise(words, turn.context)
        if label in labels:
            understood = replace(turn.understanding, text=words, intent=label, probability=RECOGNISED_PROBABILITY)
            return replace(turn, understanding=understood)
    return turn


def _asked_of(turn: Turn) -> Turn:
    """Give a question with the name in the place of a pronoun: 他手机多少来着, "what's her number?"."""
    if len(turn.text) > asked_again.LONGEST or is_reported(turn.text):
        return turn
    border = _first_named(turn)
    if not _PRONOUN.search(turn.text, 0, border):
        return turn
    named = _named(turn.text[:border], _subject(turn)) + turn.text[border:]
    return _read_as(turn, named, frozenset({look_up.COMMAND.label})) if named != turn.text else turn


def _denies(turn: Turn) -> bool:
    """Tell whether the words deny; what a report tells of is no denial: 刚给他打了电话，价格没问题."""
    if not is_negated(turn.text):
        return False
    told, *_ = _CLAUSE.split(turn.text, maxsplit=1)
    return is_negated(told) or told == turn.text


def _asking_whom(turn: Turn, subject: Subject, border: int) -> Turn:
    """Give a turn that asks which person of a company is meant, where a name makes a command of the words."""
    text = turn.text
    gapped = _WHOSE_EN.sub(f"{GAP}'s", text[:border], count=1)
    if gapped == text[:border]:
        gapped = _PERSON.sub(GAP, text[:border], count=1)
    whole = gapped + text[border:]
    read = _read_as(turn, whole.replace(GAP, subject.company), _ABOUT)
    if read is turn or GAP not in whole:
        return turn
    understood = replace(turn.understanding, text=whole, intent=WHICH_PERSON, probability=RECOGNISED_PROBABILITY)
    return replace(turn, understanding=understood, arguments={"about": ["account", subject.company_id]})


def _corrects(turn: Turn) -> bool:
    """Tell whether 'make it the 15th' puts right what was just written: its 'it' is no name."""
    if _MAKES_IT.match(turn.text) is None or correct.read(turn.text, turn.context) is None:
        return False
    return just_written.find(turn) is not None


def _first_named(turn: Turn) -> int:
    """Return where the sentence itself begins to name somebody, else its end: a pronoun behind him is his own."""
    text, find_names = turn.text, turn.context.find_names
    parties = find_parties(text, find_names(text)) if find_names else []
    report = log_interaction.read(text, turn.context)
    told = report.mentions if report is not None else ()
    return min([*(one.start for one in parties), *(one.start for one in told)], default=len(text))


def _without_joint(turn: Turn) -> Turn:
    """Leave out what only joins an order to the one before it: 再建个商机, 'then remind me ...'."""
    match = _JOINT.match(turn.text)
    if match is None or turn.person.role not in SELLERS or recognise(turn.text, turn.context) is not None:
        return turn
    rest = turn.text[match.end() :]
    label = recognise(rest, turn.context)
    if label not in _ABOUT:
        return turn
    understood = replace(turn.understanding, text=rest, intent=label, probability=RECOGNISED_PROBABILITY)
    company_id = _subject(turn).company_id
    about = {} if company_id is None else {"about": ["account", company_id]}
    return replace(turn, understanding=understood, arguments=about)


def _new_contact(text: str, subject: Subject) -> str | None:
    """Read 给它加个联系人 柯南 13700001111: a contact of the company that was spoken of."""
    match = _THEIR_CONTACT.fullmatch(text) if subject.company else None
    return f"新增联系人 {match['rest']}，公司:{subject.company}" if match else None


def _read_follow_up(turn: Turn) -> FollowUp | None:
    """Read 周五再跟进一下 and 'follow up Friday': a follow-up that names nobody, at a time."""
    if _FOLLOWS_UP.search(turn.text) is None:
        return None
    when = next(iter(find_times(turn.text, turn.now, turn.zone, "future")), None)
    if when is None:
        return None
    match = _FOLLOWS.fullmatch(" ".join(f"{turn.text[: when.start]} {turn.text[when.end :]}".split()))
    return FollowUp(verb=match["zh"] or match["en"], when=when.text, is_english=bool(match["en"])) if match else None


def _follow_up(follow_up: FollowUp | None, subject: Subject) -> str | None:
    """Say a follow-up as a reminder of the one who was spoken of."""
    whom = subject.person or subject.company
    if follow_up is None or not whom:
        return None
    if not follow_up.is_english:
        return f"提醒我{follow_up.when}{follow_up.verb}{whom}"
    lead = "" if follow_up.verb.casefold().startswith("call") else "with "
    return f"remind me to {follow_up.verb} {lead}{whom} {follow_up.when}"


def _named(text: str, subject: Subject) -> str:
    person = subject.person or subject.company
    company = subject.company or subject.person
    if subject.deal:
        text = _DEAL.sub(subject.deal, text)
    if person:
        text = _WHOSE_EN.sub(f"{person}'s", text)
    if company:
        text = _COMPANY.sub(company, text)
    return _PERSON.sub(person, text) if person else text


def _subject(turn: Turn) -> Subject:
    """Name of whom the message before spoke, with his company where his name alone may mean another."""
    subject = _spoken_of(turn)
    if not subject.person or not subject.company:
        return subject
    if turn.services.directory.resolve(turn.session, turn.actor, subject.person).kind != "ambiguous":
        return subject
    is_latin = subject.person.isascii() and subject.company.isascii()
    person = f"{subject.person} of {subject.company}" if is_latin else f"{subject.company}的{subject.person}"
    return replace(subject, person=person)


def _spoken_of(turn: Turn) -> Subject:
    """Name of whom the message before spoke; one that spoke of 'him' itself leads to the one before it."""
    before: int | None = None
    for _ in range(_MOST_BACK):
        written = just_written.find(turn, before=before)
        if written is not None:
            return _of_records(turn, _records(turn, written))
        before = just_written.message_before(turn, before)
        words = _words_of(turn, before) if before is not None else ""
        found = _of_words(turn, words) if words else Subject()
        if found != Subject() or not _only_means_another(turn, words):
            return found
    return Subject()


#: messages back that spoke of the same one by a pronoun, and how old the oldest may be
_MOST_BACK = 4
_OLDEST = timedelta(minutes=30)


def _words_of(turn: Turn, message_id: int) -> str:
    """Give what a message said; nothing where it is so old that nobody thinks of it any more."""
    kept = turn.session.get(InboxMessage, message_id)
    is_old = kept is None or turn.now - kept.received_at > _OLDEST
    return "" if is_old else just_written.words_of(turn, message_id)


def _only_means_another(turn: Turn, words: str) -> bool:
    """Tell whether a message speaks of whom the one before it spoke, and brings up nobody of its own."""
    first = _PRONOUN.search(words)
    if first is None or is_reported(words) or _PIECE.search(words, 0, first.start()):
        return False  # 周海是谁，他在哪 and 'Bob said he ...' bring up somebody, known or not
    find_names = turn.context.find_names
    if _NAME.search(words) or (find_names and find_names(words)):
        return False
    return look_up.read(words, turn.context) is None and log_interaction.read(words, turn.context) is None


def _of_words(turn: Turn, words: str) -> Subject:
    asked = look_up.read(words, turn.context)
    if asked is not None and (found := _of_mention(turn, asked.mention)) is not None:
        return found
    find_names = turn.context.find_names
    parties = find_parties(words, find_names(words)) if find_names else []
    if len(parties) != 1:
        return Subject()
    one = parties[0].mention
    is_person = any(known.is_person for known in find_names(one.text)) if find_names else False
    if is_person:
        return Subject(person=one.text, company=one.organisation or "")
    return _of_mention(turn, one.text) or Subject(company=one.text)


def _of_mention(turn: Turn, mention: str) -> Subject | None:
    """Name whom a question was about: 'who's the IT Director at Globex' means him, not his company."""
    found = turn.services.directory.resolve(turn.session, turn.actor, mention)
    if found.kind != "found":
        return None
    one = found.candidates[0]
    if one.record_type == "contact":
        return Subject(person=one.name, company=one.account_name or "", company_id=one.account_id)
    return Subject(company=one.name, company_id=one.id)


def _records(turn: Turn, written: Written) -> list[Any]:
    found = (get_record(turn.session, event) for event in written.events)
    return [record for record in found if record is not None]


def _of_records(turn: Turn, records: Iterable[Any]) -> Subject:
    """Name the person, the company and the deal of what was written, as far as each is only one."""
    people, companies, deals = set[int](), set[int](), set[str]()
    for record in records:
        if isinstance(record, Opportunity):
            deals.add(record.name)
        if isinstance(record, Interaction):
            people.update(list_contact_ids(turn.session, record.id))
        people.update(one for one in (_contact_of(record),) if one is not None)
        companies.update(one for one in (_account_of(turn, record),) if one is not None)
    person = turn.session.get(Contact, people.pop()) if len(people) == 1 else None
    company_id = companies.pop() if len(companies) == 1 else None
    company = turn.session.get(Account, company_id) if company_id is not None else None
    return Subject(
        person=person.name if person else "",
        company=company.name if company else "",
        deal=deals.pop() if len(deals) == 1 else "",
        company_id=company_id,
    )


def _contact_of(record: Any) -> int | None:
    if isinstance(record, Contact):
        return record.id
    return record.contact_id if isinstance(record, Task | Lead) else None


def _account_of(turn: Turn, record: Any) -> int | None:
    if isinstance(record, Account):
        return record.id
    if isinstance(record, Payment):
        deal = turn.session.get(Opportunity, record.opportunity_id)
        return deal.account_id if deal is not None else None
    return getattr(record, "account_id", None)
