"""From a name as somebody says it to the record that is meant: certain, to be chosen, unknown, or not for this person.

Promise: nothing is attached on a guess; a record out of the person's reach is never named. Never: a write.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.say import Text
from crm_core import customers
from crm_core.audit import REFUSED
from crm_core.customers import CustomerName
from crm_core.models import Account, AuditEvent, Contact, User
from crm_core.permissions import Actor, system_actor, visible
from nlu.name_forms import forms_of, normal_form, pinyin_of, surname_of
from nlu.names import CERTAIN, NamedRecord, NameMatch, NameMatcher, said_with_company
from nlu.understanding import KnownName

MAX_CANDIDATES = 5
#: of so many who are called alike it is asked which are within reach: a company of thousands has hundreds of 王总
MAX_MATCHES = 1000
#: a match below this is no candidate
MIN_SCORE = 0.55
#: ways of naming that fit as well as the best within this are one tie
MAX_TIE_GAP = 0.05
#: near misses within this of the best one are offered too
MAX_NEAR_GAP = 0.2
#: ways of naming that may be attached without asking, if they fit one visible record only; 王总 is a usual way
SURE = CERTAIN | {"surname"}
#: what stands between a company and its person: 华为的张伟, 张伟@华为, 'Acme, John'
_BETWEEN = " 的,，、@/()（）-–:：'’"
#: characters of a post at least
LEAST_POST = 2
#: what leads to a post: 'the buyer', "'s IT Director", 那个采购
_POST_LEAD = re.compile(r"^(?:s\s+|the\s+|their\s+|our\s+|那个|那位|这个|这位)+")
#: what makes the words behind a company its own: 天启的IT Director, "Globex's CTO"
_OWNS = re.compile(r"的|['’]s\s")
ResolutionKind = Literal["found", "ambiguous", "near", "unknown", "hidden"]
RecordKind = Literal["account", "contact"]
#: the trail's end where it is about customers, and the numbers of records
_Stamp = tuple[int | None, tuple[int | None, ...]]
_MODELS: Mapping[str, type[Account] | type[Contact]] = {"account": Account, "contact": Contact}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A record that may be meant."""

    record_type: RecordKind
    id: int
    name: str
    account_id: int | None
    account_name: str | None

    @property
    def label(self) -> Text:
        """The words on its button."""
        shown = f"{self.name}（{self.account_name}）" if self.account_name else self.name
        english = f"{self.name} ({self.account_name})" if self.account_name else self.name
        return Text(zh=shown, en=english)


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """What a mention came to. `candidates` are best first and all within the person's reach."""

    kind: ResolutionKind
    mention: str
    candidates: tuple[Candidate, ...] = ()
    #: whom the mention surely means where he is out of the person's reach: for the audit trail, never for a reply
    hidden: tuple[RecordKind, int] | None = None


class Directory:
    """The names of all customers, prepared for matching and renewed when a record changes."""

    def __init__(self) -> None:
        self._stamp: _Stamp | None = None
        self._matcher = NameMatcher([])
        self._names: dict[tuple[str, int], CustomerName] = {}
        self._people: dict[int, list[tuple[str, int]]] = {}
        self._colleagues: tuple[re.Pattern[str], ...] = ()

    def resolve(
        self,
        session: Session,
        actor: Actor,
        mention: str,
        *,
        organisation: str | None = None,
        within: int | None = None,
        record_type: RecordKind | None = None,
    ) -> Resolution:
        """Find whom a mention means.

        `organisation` is the company that was said with a person; `within` prefers the people of one account;
        `record_type` leaves out what can't be meant.
        """
        self._renew(session)
        matches = [
            match
            for match in self._matcher.match(mention, limit=MAX_MATCHES)
            if match.score >= MIN_SCORE and record_type in {None, self._name(match).record_type}
        ]
        if organisation is not None:
            return self._judge_with_company(session, actor, mention, matches, organisation)
        if within is not None:
            inside = self._of_account(mention, {within})
            # Somebody named exactly elsewhere is not pushed aside by one of this account who is called alike.
            if _has_sure(inside, SURE) or not _has_sure(matches, CERTAIN):
                matches = inside or matches
        combined = self._combined(session, actor, mention, matches) if record_type != "account" else []
        return self._judge(session, actor, mention, combined or matches)

    def find_account(self, session: Session, actor: Actor, name: str) -> Candidate | None:
        """Return the account that a name surely means, None if it is not sure or not for this person."""
        resolution = self.resolve(session, actor, name)
        one = resolution.candidates[0] if resolution.kind == "found" else None
        return one if one is not None and one.record_type == "account" else None

    def find_in(self, session: Session, text: str) -> list[str]:
        """Return the known names that stand in a text, in order."""
        self._renew(session)
        return [text[start:end] for _match, start, end in self._matcher.find_in(text)]

    def find_names(self, session: Session, text: str) -> tuple[KnownName, ...]:
        """Return where known names stand in a text, in order, with whose they are: for the grammars of commands."""
        self._renew(session)
        found: dict[tuple[int, int], list[CustomerName]] = {}
        for match, start, end in self._matcher.find_in(text):
            found.setdefault((start, end), []).append(self._name(match))
        customers_ = tuple(_known(start, end, names) for (start, end), names in found.items())
        return (*customers_, *self._colleagues_in(text, customers_))

    def _colleagues_in(self, text: str, taken: Sequence[KnownName]) -> list[KnownName]:
        """Find colleagues where no customer stands, of overlapping spellings the longest: 'Sarah Lee', not 'sarah'."""
        spans = {match.span() for pattern in self._colleagues for match in pattern.finditer(text)}
        found: list[KnownName] = []
        for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span)):
            if not any(one.start < end and start < one.end for one in (*taken, *found)):
                found.append(KnownName(start, end, is_person=True, accounts=frozenset(), is_colleague=True))
        return sorted(found, key=lambda one: one.start)

    def _judge(self, session: Session, actor: Actor, mention: str, matches: Sequence[NameMatch]) -> Resolution:
        """Choose among the visible records; what others own counts only as 'hidden', when the name is surely theirs."""
        seen = self._visible(session, actor, matches)
        visible = [match for match in matches if match.record.key in seen]
        sure = _best([match for match in visible if match.how in SURE])
        if sure:
            sure = self._with_namesakes(mention, sure, visible)
            kind: ResolutionKind = "found" if len(sure) == 1 else "ambiguous"
            return Resolution(kind=kind, mention=mention, candidates=self._candidates(sure))
        hidden = next((match for match in matches if match.how in CERTAIN), None)
        if hidden is not None:
            return self._hide(mention, hidden)
        near = _best(visible, MAX_NEAR_GAP)
        kind = "near" if near else "unknown"
        return Resolution(kind=kind, mention=mention, candidates=self._candidates(near))

    def _with_namesakes(self, mention: str, sure: list[NameMatch], visible: Sequence[NameMatch]) -> list[NameMatch]:
        """Add who may be meant as well: 恒信 is 恒信地产 or 恒信物业, 'lina' 李娜 or Li Na."""
        said = mention.casefold()
        if any(self._name(match).name.casefold() == said for match in sure):
            return sure
        if any(not self._is_account(match) for match in sure):
            alike = [match for match in visible if _joined(self._name(match).name) == _joined(said)]
        else:
            alike = [match for match in visible if self._is_account(match) and self._begins(match, said)]
        return [*sure, *(match for match in alike if match not in sure)]

    def _begins(self, match: NameMatch, said: str) -> bool:
        name = self._name(match)
        return any(spelling.casefold().startswith(said) for spelling in (name.name, *name.aliases))

    def _judge_with_company(
        self, session: Session, actor: Actor, mention: str, matches: Sequence[NameMatch], organisation: str
    ) -> Resolution:
        """Read 'Zhang Wei from Huawei': his namesakes elsewhere are near misses at best."""
        accounts, is_sure = self._accounts_of(organisation)
        inside = self._of_account(mention, accounts)
        judged = self._judge(session, actor, mention, inside or matches)
        if inside and is_sure:
            return judged
        named = [match for match in matches if match.how in CERTAIN and self._works_for(match, organisation)]
        if named:
            return self._judge(session, actor, mention, named)
        if inside and judged.kind == "hidden":
            return judged
        return replace(judged, kind="near" if judged.candidates else "unknown", hidden=None)

    def _hide(self, mention: str, match: NameMatch) -> Resolution:
        name = self._name(match)
        return Resolution(kind="hidden", mention=mention, hidden=(name.record_type, name.id))

    def _accounts_of(self, organisation: str) -> tuple[set[int], bool]:
        """Find the accounts that a company's name may mean, and whether it surely means them."""
        named = [match for match in self._matcher.match(organisation, limit=20) if self._is_account(match)]
        sure = {self._name(match).id for match in named if match.how in CERTAIN}
        near = {self._name(match).id for match in _best(named) if match.score >= MIN_SCORE}
        return sure or near, bool(sure)

    def _visible(self, session: Session, actor: Actor, matches: Sequence[NameMatch]) -> set[Hashable]:
        """Return the keys of the matches within the person's reach: one query for each kind of record."""
        found: set[Hashable] = set()
        for kind, model in _MODELS.items():
            ids = {self._name(match).id for match in matches if self._name(match).record_type == kind}
            if ids:
                query = select(model.id).where(model.id.in_(ids), visible(actor, model))
                found |= {(kind, record_id) for record_id in session.scalars(query)}
        return found

    def _is_account(self, match: NameMatch) -> bool:
        return self._name(match).record_type == "account"

    def _candidates(self, matches: Sequence[NameMatch]) -> tuple[Candidate, ...]:
        return tuple(_candidate(self._name(match)) for match in matches[:MAX_CANDIDATES])

    def _combined(self, session: Session, actor: Actor, mention: str, matches: Sequence[NameMatch]) -> list[NameMatch]:
        """Read '华为张伟', 华为的王总 or 'Li Na of Acme': a company and a person in one mention mean that person."""
        if any(match.how in {"exact", "alias"} for match in matches):
            return []
        said = said_with_company(mention)
        if said.organisation and said.person:
            accounts, is_sure = self._accounts_of(said.organisation)
            if not is_sure:
                return []
            people = self._of_account_or_post(session, actor, said.person, accounts)
            # Of a company out of reach one answer is given for everybody: else posts could be tried one by one.
            return people or self._out_of_reach(session, actor, accounts)
        return self._standing(session, actor, mention)

    def _out_of_reach(self, session: Session, actor: Actor, accounts: Collection[int]) -> list[NameMatch]:
        """Give the accounts as surely meant where none of them is within the person's reach."""
        keys = [("account", account_id) for account_id in sorted(accounts)]
        matches = [NameMatch(_record(key, self._names[key]), 1.0, "alias") for key in keys]
        return [] if self._visible(session, actor, matches) else matches

    def _standing(self, session: Session, actor: Actor, mention: str) -> list[NameMatch]:
        """Read a mention in which a company's or a person's known name stands: what is left names the other one."""
        found = self._matcher.find_in(mention)
        accounts = [one for one in found if self._is_account(one[0])]
        for start, end in sorted({(start, end) for _match, start, end in accounts}, key=lambda span: span[0] - span[1]):
            named = {self._name(match).id for match, *span in accounts if span == [start, end]}
            person = _without(mention, start, end)
            people = self._of_account_or_post(session, actor, person, named) if person else []
            if not people and person and _OWNS.match(mention, end):
                people = self._out_of_reach(session, actor, named)
            if people:
                return people
        return [match for match, start, end in found if self._works_for(match, _without(mention, start, end))]

    def _works_for(self, match: NameMatch, company: str) -> bool:
        """Tell whether a person's company begins with what was said of it: 大龙 for 大龙汽车零部件有限公司."""
        account = None if self._is_account(match) else self._name(match).account_name
        return account is not None and normal_form(company) in forms_of(account).openings

    def _of_account(self, mention: str, accounts: Collection[int]) -> list[NameMatch]:
        """Match a person's name among those who work for the accounts: nobody else competes with them."""
        keys = [key for account_id in accounts for key in self._people.get(account_id, ())]
        matches = NameMatcher(_record(key, self._names[key]) for key in keys).match(mention)
        return [match for match in matches if match.score >= MIN_SCORE]

    def _of_account_or_post(
        self, session: Session, actor: Actor, said: str, accounts: Collection[int]
    ) -> list[NameMatch]:
        return self._of_account(said, accounts) or self._of_post(session, actor, said, accounts)

    def _of_post(self, session: Session, actor: Actor, said: str, accounts: Collection[int]) -> list[NameMatch]:
        """Find who has a post at the accounts: 天启的CTO, 'IT Director at Globex'; a part of his title is near it.

        Only people within the actor's reach count: whether a colleague's customer has such a post is not told.
        """
        post = _joined(_POST_LEAD.sub("", said.casefold()))
        keys = [key for account_id in accounts for key in self._people.get(account_id, ())]
        if len(post) < LEAST_POST or not keys:
            return []
        ids = [key[1] for key in keys]
        query = select(Contact.id, Contact.title).where(
            Contact.id.in_(ids), Contact.title != "", visible(actor, Contact)
        )
        titles = {record_id: _joined((title or "").casefold()) for record_id, title in session.execute(query)}
        found = [(key, title) for key in keys if (title := titles.get(key[1])) and (post in title or title in post)]
        return [
            NameMatch(_record(key, self._names[key]), 0.98, "alias")
            if title == post
            else NameMatch(_record(key, self._names[key]), 0.6, "fuzzy")
            for key, title in sorted(found, key=lambda one: one[1] != post)
        ]

    def _name(self, match: NameMatch) -> CustomerName:
        return self._names[match.record.key]  # type: ignore[index]

    def forget(self) -> None:
        """Read the names anew when next asked: what was read may have been rolled back."""
        self._stamp = None

    def _renew(self, session: Session) -> None:
        stamp = _stamp(session)
        if stamp == self._stamp:
            return
        if self._stamp is not None and stamp[1:] == self._stamp[1:] and not _is_changed(session, self._stamp[0]):
            self._stamp = stamp
            return
        names = customers.list_names(session, system_actor(datetime.now(UTC)))
        self._names = {(name.record_type, name.id): name for name in names}
        self._matcher = NameMatcher(_record(key, name) for key, name in self._names.items())
        self._people = {}
        for key, name in self._names.items():
            if name.record_type == "contact" and name.account_id is not None:
                self._people.setdefault(name.account_id, []).append(key)
        people = session.execute(select(User.name, User.handle).where(User.active.is_(True)))
        spoken = {word for name, handle in people for word in (name, handle, *_spelt_out(name))}
        self._colleagues = tuple(_standing_alone(said) for said in spoken)
        self._stamp = stamp


def _known(start: int, end: int, names: Sequence[CustomerName]) -> KnownName:
    accounts = (name.id if name.record_type == "account" else name.account_id for name in names)
    is_person = all(name.record_type == "contact" for name in names)
    return KnownName(start, end, is_person, frozenset(one for one in accounts if one is not None))


def _spelt_out(name: str) -> tuple[str, ...]:
    """Spell a Chinese name as English writes it: 王芳 is Wang Fang."""
    surname = surname_of(name)
    if surname is None or not surname or name.isascii():
        return ()
    given = "".join(pinyin_of(name.removeprefix(surname)))
    return (f"{''.join(pinyin_of(surname))} {given}",) if given else ()


def _standing_alone(said: str) -> re.Pattern[str]:
    border = r"(?![A-Za-z0-9_])" if said.isascii() else ""
    return re.compile(rf"{'(?<![A-Za-z0-9_@])@?' if border else ''}{re.escape(said)}{border}", re.IGNORECASE)


#: in one statement, because every look at a name asks for it
_CHANGES = select(func.max(AuditEvent.id)).where(AuditEvent.record_type.in_(("account", "contact")))
_COUNTS = [select(func.count()).select_from(model).scalar_subquery() for model in (Account, Contact, User)]
_STAMP = select(_CHANGES.scalar_subquery(), *_COUNTS)


def _stamp(session: Session) -> _Stamp:
    """Return what changes with every change of a name: the audit trail's end, and the number of records."""
    last_change, *counts = session.execute(_STAMP).one()
    return last_change, tuple(counts)


def _is_changed(session: Session, since: int | None) -> bool:
    """Tell whether customers were changed since that end of the trail: a refused attempt leaves its line there too."""
    of_customers = (AuditEvent.id > (since or 0), AuditEvent.record_type.in_(("account", "contact")))
    query = select(AuditEvent.id).where(*of_customers, AuditEvent.action.not_like(f"{REFUSED}%"))
    return session.scalar(query.limit(1)) is not None


def _joined(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _best(matches: Sequence[NameMatch], gap: float = MAX_TIE_GAP) -> list[NameMatch]:
    """Keep the matches about as good as the best."""
    return [match for match in matches if match.score >= matches[0].score - gap]


def _has_sure(matches: Sequence[NameMatch], ways: Collection[str]) -> bool:
    return any(match.how in ways for match in matches)


def _without(mention: str, start: int, end: int) -> str:
    return f"{mention[:start]} {mention[end:]}".strip(_BETWEEN)


def _record(key: tuple[str, int], name: CustomerName) -> NamedRecord:
    recency = name.last_interaction_at.timestamp() if name.last_interaction_at else 0.0
    return NamedRecord(key=key, name=name.name, aliases=name.aliases, recency=recency)


def _candidate(name: CustomerName) -> Candidate:
    return Candidate(
        record_type=name.record_type,
        id=name.id,
        name=name.name,
        account_id=name.id if name.record_type == "account" else name.account_id,
        account_name=name.account_name if name.record_type == "contact" else None,
    )
