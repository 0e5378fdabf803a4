"""Recurring care of customers, as tasks for their owners: birthdays, holidays, long silence, stale data.

Promise: the run of a day that was missed is caught up, and a day that runs twice makes no task twice. The rules are
data (`customer_rules.json`, set `care`). Never: a message to a customer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, extract, func, or_, select
from sqlalchemy.orm import Session

from crm_core.customer_rules import get_rules
from crm_core.errors import PermissionRefused
from crm_core.models import Account, AccountStatus, Contact, ContactStatus, Task
from crm_core.permissions import Actor, Scope, scope_of
from crm_core.rule_tasks import create_rule_task, due_on

MAX_LISTED = 30  # accounts named in the notes of one data check


def generate(session: Session, actor: Actor) -> list[Task]:
    """Make the care tasks of the actor's day for all owners; return the new ones.

    Raises:
        PermissionRefused: the actor may not give tasks to everybody.
    """
    if scope_of(actor, "assign", Task) is not Scope.ALL:
        raise PermissionRefused("assign", "task", reason="recurring care gives tasks to everybody")
    rules = get_rules(session, "care")
    today = actor.now.astimezone(actor.zone).date()
    made = [
        *_birthdays(session, actor, rules["birthday"], today),
        *_holidays(session, actor, rules["holidays"], today),
        *_silences(session, actor, rules["no_contact"], today),
        *_data_checks(session, actor, rules["data_check"], today),
    ]
    return [task for task in made if task is not None]


def holiday_date(holiday: Mapping[str, Any], year: int) -> date | None:
    """Return the day of a holiday of the rules in a year: fixed ('10-01'), or from China's list by its name there."""
    if "date" in holiday:
        return date.fromisoformat(f"{year}-{holiday['date']}")
    return _listed_day(holiday["listed"], year)


@lru_cache(maxsize=64)
def _listed_day(name: str, year: int) -> date | None:
    from holidays import country_holidays  # its country modules are many

    listed = country_holidays("CN", years=year, language="en_US", observed=False)
    return min((day for day, title in listed.items() if name in title.split("; ")), default=None)


def _birthdays(session: Session, actor: Actor, rule: Mapping[str, Any], today: date) -> Iterator[Task | None]:
    """Ahead by some days, so that there is time for a card; the last days again, should a run have been missed."""
    days = [today + timedelta(days=offset) for offset in range(rule["days_ahead"] + 1)]
    owner_id = func.coalesce(Account.owner_id, Contact.owner_id)
    query = (
        select(Contact, Contact.birthday, owner_id)
        .outerjoin(Account, Account.id == Contact.account_id)
        .where(Contact.status == ContactStatus.ACTIVE, Contact.deleted_at.is_(None), Account.deleted_at.is_(None))
        .where(or_(*(_born_on(day) for day in days)))
        .order_by(Contact.id)
    )
    for contact, birthday, owner in session.execute(query).all():
        if birthday is None:
            continue
        day = _birthday_among(birthday, days)
        yield create_rule_task(
            session,
            actor,
            origin=f"birthday:{contact.id}:{day.year}",
            owner_id=owner,
            zh=f"生日关怀：{contact.name}（{day:%m-%d} 生日）",
            en=f"Birthday care: {contact.name} (birthday on {day:%d %b})",
            due_at=due_on(day, rule["hour"], actor.zone),
            account_id=contact.account_id,
            contact_id=contact.id,
        )


def _birthday_among(birthday: date, days: list[date]) -> date:
    return next(day for day in days if _birthday_in(birthday, day.year) == day)


def _birthday_in(birthday: date, year: int) -> date:
    try:
        return birthday.replace(year=year)
    except ValueError:  # 29 February, in a year without one
        return date(year, 2, 28)


def _born_on(day: date) -> ColumnElement[bool]:
    born = and_(extract("month", Contact.birthday) == day.month, extract("day", Contact.birthday) == day.day)
    if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:
        leap = and_(extract("month", Contact.birthday) == 2, extract("day", Contact.birthday) == 29)
        return or_(born, leap)
    return born


def _holidays(session: Session, actor: Actor, rule: Mapping[str, Any], today: date) -> Iterator[Task | None]:
    last = today + timedelta(days=rule["days_ahead"])
    for holiday in rule["names"]:
        found = (holiday_date(holiday, year) for year in (today.year, today.year + 1))
        day = next((day for day in found if day is not None and today <= day <= last), None)
        if day is not None:
            yield from _holiday_tasks(session, actor, rule, holiday, day=day, today=today)


def _holiday_tasks(
    session: Session, actor: Actor, rule: Mapping[str, Any], holiday: Mapping[str, Any], *, day: date, today: date
) -> Iterator[Task | None]:
    query = select(Account).where(_is_kept(), Account.level.in_(rule["levels"]))
    if "languages" in holiday:
        speaking = select(Contact.account_id).where(
            Contact.language.in_(holiday["languages"]), Contact.status == ContactStatus.ACTIVE
        )
        query = query.where(Account.id.in_(speaking))
    for account in session.scalars(query.order_by(Account.id)).all():
        yield create_rule_task(
            session,
            actor,
            origin=f"holiday:{holiday['key']}:{account.id}:{day.year}",
            owner_id=account.owner_id,
            zh=f"{holiday['zh']}关怀：{account.name}",
            en=f"{holiday['en']} greetings: {account.name}",
            # The day before: on the day itself nobody works.
            due_at=due_on(max(day - timedelta(days=1), today), rule["hour"], actor.zone),
            account_id=account.id,
        )


def _silences(session: Session, actor: Actor, rule: Mapping[str, Any], today: date) -> Iterator[Task | None]:
    """The best customers first, and so many a day for each owner, lest the first run bury him."""
    last = func.coalesce(Account.last_interaction_at, Account.created_at)
    limits = [
        and_(Account.level == level, last <= actor.now - timedelta(days=days)) for level, days in rule["days"].items()
    ]
    rank = case({level: place for place, level in enumerate(rule["days"])}, value=Account.level)
    query = select(Account).where(_is_kept(), or_(*limits), Account.owner_id.is_not(None)).order_by(rank, last)
    due_at = due_on(today + timedelta(days=rule["due_in_days"]), rule["hour"], actor.zone)
    given = _given_today(session, actor, today)
    for account in session.scalars(query).all():
        if given[account.owner_id] < rule["max_a_day"]:
            task = _silence_task(session, actor, account, every_days=rule["days"][account.level.value], due_at=due_at)
            given[account.owner_id] += task is not None
            yield task


def _given_today(session: Session, actor: Actor, today: date) -> Counter[int | None]:
    since = due_on(today, 0, actor.zone)
    query = select(Task.owner_id, func.count()).where(Task.origin.startswith("no_contact:"), Task.created_at >= since)
    return Counter({row[0]: row[1] for row in session.execute(query.group_by(Task.owner_id))})


def _silence_task(
    session: Session, actor: Actor, account: Account, *, every_days: int, due_at: datetime
) -> Task | None:
    since = account.last_interaction_at or account.created_at
    days = (actor.now - since).days
    return create_rule_task(
        session,
        actor,
        # Again after as many days more, should nothing have happened.
        origin=f"no_contact:{account.id}:{since:%Y-%m-%d}:{days // every_days}",
        owner_id=account.owner_id,
        zh=f"联系客户：{account.name}（{days} 天未联系，{account.level}级）",
        en=f"Get in touch: {account.name} (no contact for {days} days, level {account.level})",
        due_at=due_at,
        account_id=account.id,
    )


def _data_checks(session: Session, actor: Actor, rule: Mapping[str, Any], today: date) -> Iterator[Task | None]:
    """Once a month for each owner, with the accounts whose data is missing or old."""
    if today.day < rule["day"]:
        return
    stale = _stale_accounts(session, actor, rule)
    due_at = due_on(today + timedelta(days=rule["due_in_days"]), rule["hour"], actor.zone)
    for owner_id, lines in stale.items():
        more = [f"… +{len(lines) - MAX_LISTED}"] if len(lines) > MAX_LISTED else []
        yield create_rule_task(
            session,
            actor,
            origin=f"data_check:{owner_id}:{today:%Y-%m}",
            owner_id=owner_id,
            zh=f"核对客户资料：{len(lines)} 个客户待更新（{today:%Y-%m}）",
            en=f"Check customer data: {len(lines)} to bring up to date ({today:%Y-%m})",
            due_at=due_at,
            notes="\n".join([*lines[:MAX_LISTED], *more]),
        )


def _stale_accounts(session: Session, actor: Actor, rule: Mapping[str, Any]) -> dict[int, list[str]]:
    """Return, for each owner, a line for each account: its name and what is missing or old."""
    old = actor.now - timedelta(days=rule["stale_after_days"])
    missing = _contact_gaps(session, rule["contact_fields"])
    stale: defaultdict[int, list[str]] = defaultdict(list)
    query = select(Account).where(_is_kept(), Account.owner_id.is_not(None)).order_by(Account.name, Account.id)
    for account in session.scalars(query).all():
        gaps = [field for field in rule["account_fields"] if not getattr(account, field)]
        gaps += missing.get(account.id, ["key contact"])
        if account.updated_at < old:
            gaps.append(f"updated {account.updated_at.astimezone(actor.zone):%Y-%m-%d}")
        if gaps and account.owner_id is not None:
            stale[account.owner_id].append(f"{account.name}: {', '.join(gaps)}")
    return stale


def _contact_gaps(session: Session, names: list[str]) -> dict[int, list[str]]:
    """Return what is missing of key contacts, by account; an account without one is not there."""
    gaps: defaultdict[int, list[str]] = defaultdict(list)
    query = select(Contact).where(
        Contact.is_key_contact.is_(True),
        Contact.status == ContactStatus.ACTIVE,
        Contact.deleted_at.is_(None),
        Contact.account_id.is_not(None),
    )
    for contact in session.scalars(query.order_by(Contact.id)).all():
        missing = [name for name in names if not getattr(contact, name)]
        if contact.account_id is not None:
            gaps[contact.account_id] += [f"{contact.name} ({', '.join(missing)})"] if missing else []
    return gaps


def _is_kept() -> ColumnElement[bool]:
    return and_(Account.deleted_at.is_(None), Account.status != AccountStatus.LOST)
