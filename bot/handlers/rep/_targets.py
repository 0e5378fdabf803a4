"""Finding the deal, the lead, the task or the colleague that a sentence names; of several, asking which."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot import own_tasks
from bot.handlers.rep._form import Form
from bot.say import Choice, Text, say
from crm_core import access, customers, deals, requirements, tasks
from crm_core.errors import PermissionRefused, RecordNotFound
from crm_core.models import Lead, LeadStatus, Opportunity, Requirement, Task, User
from crm_core.permissions import Actor
from nlu.names import CERTAIN, NamedRecord, NameMatch, NameMatcher

#: buttons of one question
MAX_CHOICES = 6
#: how like a deal's name (0 to 100) the words must be to be offered
MIN_LIKENESS = 75
_NUMBER = re.compile(r"(?:[a-z]+\s*|任务|待办|商机|线索)?[#＃]?\s*(\d{1,9})(?:号)?", re.IGNORECASE | re.ASCII)
#: a deal that is spoken of without its name
_THE_DEAL = re.compile(
    r"(?:(?:the|this|that|our|my|a)\s+)?(?:deal|opportunity|opp)|[这那该]?个?(?:商机|单子|单)|[这那]笔单子", re.I
)
_PLAIN = re.compile(r"[\s\W_]+")
_SELF = re.compile(r"(?:me|myself|mine|我(?:自己)?|自己|本人)", re.IGNORECASE)
RecordT = TypeVar("RecordT", bound="HasId")


class HasId(Protocol):
    """A stored record."""

    id: Any


def find_deal(form: Form, mention: str, organisation: str | None = None, *, slot: str = "deal") -> Opportunity:
    """Find the open deal that is meant: by number, by its name, or by its customer.

    Raises:
        Interrupted: several fit, or none does.
        PermissionRefused: it is a colleague's.
    """
    turn = form.turn
    said = form.given(slot) or mention
    referred = _by_reference(form, slot, DEALS, said)
    if referred is not None:
        return referred
    if _THE_DEAL.fullmatch(said):
        account_id = form.about.account_id if form.about else None
        return choose(form, slot, DEALS, deals.list_opportunities(turn.session, turn.actor, account_id=account_id))
    found = [] if organisation and not form.given(slot) else _named_deals(form, said)
    if not found:
        found = _deals_of_customer(form, said, None if form.given(slot) else organisation, slot)
    return choose(form, slot, DEALS, found)


def _named_deals(form: Form, said: str) -> list[Opportunity]:
    wanted = _plain(said)
    opened = deals.list_opportunities(form.turn.session, form.turn.actor, limit=1000)
    exact = [deal for deal in opened if _plain(deal.name) == wanted]
    return exact or [
        deal for deal in opened if len(wanted) > 1 and wanted in _plain(deal.name) and _is_telling(form, said)
    ]


def _is_telling(form: Form, said: str) -> bool:
    """A customer's name alone names no deal, but all of his: those are found by the customer."""
    return form.turn.services.directory.find_in(form.turn.session, said) != [said.strip()]


def _deals_of_customer(form: Form, said: str, organisation: str | None, slot: str) -> list[Opportunity]:
    turn = form.turn
    names = [organisation] if organisation else turn.services.directory.find_in(turn.session, said)
    customer = next(iter(names), said)
    party = form.party(f"{slot}_account", customer, kind="account" if names else None, makes=())
    if party.account_id is None:
        return []
    opened = deals.list_opportunities(turn.session, turn.actor, account_id=party.account_id)
    rest = _plain(said.replace(customer, "")) if not organisation else _plain(said)
    inside = [deal for deal in opened if rest and rest in _plain(deal.name)]
    alike = [deal for deal in opened if rest and fuzz.partial_ratio(rest, _plain(deal.name)) >= MIN_LIKENESS]
    if rest and not inside and not alike and opened:
        options = [choice_of(form, slot, "opportunity", deal.id, say_deal(deal)) for deal in opened[:MAX_CHOICES]]
        question = say(
            zh=f"没有找到商机“{said}”，指的是？", en=f"I can't find the deal '{said}'. Do you mean one of these?"
        )
        form.ask(slot, question, (*options, form.cancel))
    return inside or alike or opened


def find_paying_deal(form: Form, mention: str, about: str | None = None, *, slot: str = "deal") -> Opportunity:
    """Find the deal that a payment is for: a won one of the customer before an open one.

    Raises:
        Interrupted: several fit, or none does.
        PermissionRefused: it is a colleague's.
    """
    turn = form.turn
    chosen = _by_reference(form, slot, DEALS)
    if chosen is not None:
        return chosen
    named = turn.services.directory.find_in(turn.session, mention)
    party = form.party(f"{slot}_account", named[0] if named else mention, makes=())
    if party.account_id is None:
        return choose(form, slot, DEALS, [])
    rest = _plain(about or (mention.replace(named[0], "") if named else ""))
    found = deals.list_opportunities(turn.session, turn.actor, account_id=party.account_id, include_closed=True)
    alive = [deal for deal in found if deal.stage != deals.LOST]
    alike = [deal for deal in alive if rest and fuzz.partial_ratio(rest, _plain(deal.name)) >= MIN_LIKENESS]
    won = [deal for deal in alive if deal.stage == deals.WON]
    # What is paid in full gets no further payment, where another deal waits for one.
    fitting = alike or ([] if rest else won) or alive
    return choose(form, slot, DEALS, deals.keep_unpaid(turn.session, fitting) or fitting)


def find_lead(form: Form, mention: str, *, slot: str = "lead") -> Lead:
    """Find the lead that is meant, by number, name or company.

    Raises:
        Interrupted: several fit, or none does.
        PermissionRefused: it is a colleague's.
    """
    turn = form.turn
    said = form.given(slot) or mention
    referred = _by_reference(form, slot, LEADS, said)
    if referred is not None:
        return referred
    leads = deals.list_leads(turn.session, turn.actor, limit=1000)
    matcher = NameMatcher([NamedRecord(lead.id, lead.name, (lead.company,) if lead.company else ()) for lead in leads])
    by_id: dict[Hashable, Lead] = {lead.id: lead for lead in leads}
    matches = matcher.match(said, limit=10)
    sure = [by_id[match.record.key] for match in _sure(matches)]
    opened = [lead for lead in sure if lead.status not in {LeadStatus.CONVERTED, LeadStatus.DISCARDED}] or sure
    others = _colleagues_lead(form, said) if not opened else None
    if others is not None:
        raise PermissionRefused("read", "lead", others, reason="named, and a colleague's")
    if not opened and matches:
        near = [by_id[match.record.key] for match in matches[:MAX_CHOICES]]
        options = [choice_of(form, slot, "lead", lead.id, say_lead(lead)) for lead in near]
        question = say(
            zh=f"没有找到线索“{said}”，指的是？", en=f"I can't find the lead '{said}'. Do you mean one of these?"
        )
        form.ask(slot, question, (*options, form.cancel))
    return choose(form, slot, LEADS, opened)


def _colleagues_lead(form: Form, said: str) -> int | None:
    query = select(Lead.id).where(Lead.deleted_at.is_(None), or_(Lead.name == said, Lead.company == said)).limit(1)
    return form.turn.session.scalar(query)


def find_task(form: Form, mention: str, *, slot: str = "task") -> Task:
    """Find the open task that is meant: by number, by a part of its title, or by its customer.

    Raises:
        Interrupted: several fit, or none does.
    """
    said = form.given(slot) or mention
    referred = _by_reference(form, slot, TASKS, said)
    return referred if referred is not None else choose(form, slot, TASKS, list_own_tasks(form, said))


def list_own_tasks(form: Form, said: str) -> list[Task]:
    """Return the person's open tasks that words name by their title or their customer; without words, all of them."""
    own = tasks.list_tasks(form.turn.session, form.turn.actor, limit=1000)
    wanted = _plain(said)
    if not wanted:
        return own
    found = [task for task in own if wanted in _plain(task.title)] or own_tasks.most_alike(own, said)
    return found or _tasks_of_customer(form, said, own)


def _tasks_of_customer(form: Form, said: str, own: Sequence[Task]) -> list[Task]:
    turn = form.turn
    for name in turn.services.directory.find_in(turn.session, said):
        found = turn.services.directory.resolve(turn.session, turn.actor, name)
        ids = {(one.record_type, one.id) for one in found.candidates}
        of_them = [t for t in own if ("contact", t.contact_id) in ids or ("account", t.account_id) in ids]
        of_them = of_them or [task for task in own if _plain(name) in _plain(task.title)]
        if of_them:
            return of_them
    return []


def find_requirement(form: Form, mention: str, *, slot: str = "requirement") -> Requirement:
    """Find the open requirement that is meant: by its code, by a part of its title, or by its customer.

    Raises:
        Interrupted: several fit, or none does.
    """
    chosen = _by_reference(form, slot, REQUIREMENTS)
    if chosen is not None:
        return chosen
    said = form.given(slot) or mention
    found = requirements.find_requirements(form.turn.session, form.turn.actor, said)
    return choose(form, slot, REQUIREMENTS, found or _requirements_of_customer(form, said))


#: a word of a title: of Latin letters whole, of Chinese two characters
_TITLE_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]{2}", re.IGNORECASE | re.ASCII)


def _requirements_of_customer(form: Form, said: str) -> list[Requirement]:
    """Return a customer's requirements whose titles hold every other word, in any order: 华为SAP对接."""
    names = form.turn.services.directory.find_in(form.turn.session, said)
    if not names:
        return []
    wanted = _TITLE_WORD.findall(said.replace(names[0], "").casefold())
    theirs = requirements.find_requirements(form.turn.session, form.turn.actor, names[0])
    return [one for one in theirs if wanted and all(word in one.title.casefold() for word in wanted)]


def find_colleague(form: Form, said: str, *, slot: str = "colleague") -> User:
    """Find the active member of staff that a name, a handle or 'me' means.

    Raises:
        Interrupted: nobody of that name, or several.
    """
    turn = form.turn
    words = (form.given(slot) or said).strip("@ ")
    if _SELF.fullmatch(words) and turn.person.user is not None:
        return turn.person.user
    chosen = form.settled(slot)
    users = list(turn.session.scalars(select(User).where(User.active.is_(True)).order_by(User.id)))
    if chosen is not None:
        return next(user for user in users if user.id == chosen[1])
    by_handle = access.find_user(turn.session, words)
    if by_handle is not None and by_handle.active:
        return by_handle
    matcher = NameMatcher([NamedRecord(user.id, user.name) for user in users])
    by_id: dict[Hashable, User] = {user.id: user for user in users}
    matches = matcher.match(words, limit=5)
    found = [by_id[match.record.key] for match in _sure(matches)]
    if len(found) == 1:
        return found[0]
    near = found or [by_id[match.record.key] for match in matches]
    options = [
        choice_of(
            form, slot, "user", user.id, Text(zh=f"{user.name}（{user.handle}）", en=f"{user.name} ({user.handle})")
        )
        for user in near
    ]
    question = say(zh=f"没有找到同事“{words}”，是哪一位？", en=f"I can't find the colleague '{words}'. Who is it?")
    return form.ask(slot, question, (*options, form.cancel))


@dataclass(frozen=True)
class Kind(Generic[RecordT]):
    """How a kind of record is called, and one of it on a button."""

    record_type: str
    name: Text
    label: Callable[[RecordT], Text]
    #: by its number, within the person's reach
    get: Callable[[Session, Actor, int], RecordT]


def choose(form: Form, slot: str, kind: Kind[RecordT], found: Sequence[RecordT]) -> RecordT:
    """Return the only one, else ask which; with none, say so.

    Raises:
        Interrupted: there is not exactly one.
    """
    if len(found) == 1:
        return found[0]
    name = kind.name
    if not found:
        form.stop(
            "answered",
            say(zh=f"没有找到这样的{name.zh}，什么都没有改。", en=f"I found no such {name.en}; nothing was changed."),
        )
    options = [choice_of(form, slot, kind.record_type, one.id, kind.label(one)) for one in found[:MAX_CHOICES]]
    question = say(zh=f"指的是哪个{name.zh}？", en=f"Which {name.en} do you mean?")
    return form.ask(slot, question, (*options, form.cancel))


def choice_of(form: Form, slot: str, record_type: str, record_id: int, label: Text) -> Choice:
    """Build the button that settles a slot."""
    return Choice(label=label, intent=form.intent, arguments=form.choosing(slot, record_type, record_id))


def say_deal(deal: Opportunity) -> Text:
    """Name a deal on a button."""
    amount = f" {deal.amount:,.0f} {deal.currency}" if deal.amount is not None else ""
    return Text(zh=f"{deal.name}{amount}", en=f"{deal.name}{amount}")


def say_lead(lead: Lead) -> Text:
    """Name a lead on a button."""
    where = f" · {lead.company}" if lead.company else ""
    return Text(zh=f"{lead.name}{where}", en=f"{lead.name}{where}")


def say_task(task: Task) -> Text:
    """Name a task on a button; without its number, which would be taken for the button's place."""
    return Text(zh=task.title, en=task.title)


def say_requirement(requirement: Requirement) -> Text:
    """Name a requirement on a button."""
    return Text(zh=f"{requirement.code} {requirement.title}", en=f"{requirement.code} {requirement.title}")


DEALS = Kind("opportunity", say(zh="商机", en="deal"), say_deal, deals.get_opportunity)
LEADS = Kind("lead", say(zh="线索", en="lead"), say_lead, deals.get_lead)
REQUIREMENTS = Kind("requirement", say(zh="需求", en="requirement"), say_requirement, requirements.get_requirement)
TASKS = Kind("task", say(zh="任务", en="task"), say_task, tasks.get_task)


def contacts_of(form: Form, account_id: int, *, slot: str) -> int:
    """Return the id of the account's only contact, else ask which one is meant.

    Raises:
        Interrupted: the account has several contacts, or none.
    """
    turn = form.turn
    found = customers.list_contacts(turn.session, turn.actor, account_id=account_id)
    if len(found) == 1:
        return found[0].id
    if not found:
        form.stop("answered", say(zh="这个客户还没有联系人。", en="This account has no contacts yet."))
    options = [choice_of(form, slot, "contact", one.id, Text(zh=one.name, en=one.name)) for one in found[:MAX_CHOICES]]
    return form.ask(
        slot, say(zh="指的是哪位联系人？", en="Which of its contacts do you mean?"), (*options, form.cancel)
    )


def _by_reference(form: Form, slot: str, kind: Kind[RecordT], said: str = "") -> RecordT | None:
    """Return the record that a button settled, or whose number was said; None where it has to be found by a name."""
    session, actor = form.turn.session, form.turn.actor
    chosen = form.settled(slot)
    if chosen is not None and chosen[0] == kind.record_type:
        return kind.get(session, actor, chosen[1])
    number = _NUMBER.fullmatch(said)
    if number is None:
        return None
    try:
        return kind.get(session, actor, int(number[1]))
    except RecordNotFound:
        return form.stop("answered", say(zh="没有这个编号。", en="There is no such number."))


def _sure(matches: Sequence[NameMatch]) -> list[NameMatch]:
    best = [match for match in matches if match.how in CERTAIN or match.how == "surname"]
    return [match for match in best if match.score >= best[0].score - 0.05]


def _plain(text: str) -> str:
    return _PLAIN.sub("", text).casefold()
