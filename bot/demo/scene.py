"""What every part of the demo company is written with: the session, the dice, the calendar and the data files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib import resources
from random import Random
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crm_core.models import Account, AccountStatus, Contact, Opportunity, Team, User

SHANGHAI = ZoneInfo("Asia/Shanghai")
HISTORY_DAYS = 182  # six months
#: public holidays that are the same days every year (month, day)
HOLIDAYS = frozenset({(1, 1), *((5, day) for day in range(1, 6)), *((10, day) for day in range(1, 8))})
MINUTES_STEP = 5  # people note times in steps of five minutes

Choice = TypeVar("Choice")
Row = dict[str, Any]


@dataclass
class Scene:
    """One loading of the company. Everything that happened lies before `now`."""

    session: Session
    #: seeded, so that two loadings at the same time are the same company
    dice: Random
    now: datetime
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    #: in the order of their codes
    accounts: list[Account] = field(default_factory=list)
    #: contacts by account id, key contact first, those who have left last
    contacts: dict[int, list[Contact]] = field(default_factory=dict)
    #: customers of the shops, who work for no account
    shoppers: list[Contact] = field(default_factory=list)
    #: opportunities by account id
    opportunities: dict[int, list[Opportunity]] = field(default_factory=dict)
    #: what an opportunity sells, by its id: a row of products.json with the quantity
    sold: dict[int, Row] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day in Shanghai."""
        return self.now.astimezone(SHANGHAI).date()

    def active_accounts(self) -> dict[int, list[Account]]:
        """Return the accounts that still buy or have just come, by owner's id."""
        by_owner: dict[int, list[Account]] = {}
        for account in self.accounts:
            if account.owner_id is not None and account.status in {AccountStatus.ACTIVE, AccountStatus.NEW}:
                by_owner.setdefault(account.owner_id, []).append(account)
        return by_owner

    def days_ago(self, days: int) -> date:
        """Return the day so many days before today."""
        return self.today - timedelta(days=days)

    def moment(self, day: date, first_hour: int = 9, last_hour: int = 18) -> datetime:
        """Roll a time of that day in Shanghai, from the first hour to before the last; office hours by default."""
        minutes = self.dice.randrange(first_hour * 60, last_hour * 60, MINUTES_STEP)
        return datetime.combine(day, time(minutes // 60, minutes % 60), SHANGHAI)

    def workday(self, day: date) -> date:
        """Return the day, or the Friday before a weekend."""
        return day - timedelta(days=max(0, day.weekday() - 4))

    def workdays(self) -> list[date]:
        """Return the workdays of the history, oldest first, today included."""
        days = [self.days_ago(days) for days in range(HISTORY_DAYS, -1, -1)]
        return [day for day in days if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS]

    def pick(self, weighted: Sequence[tuple[Choice, float]]) -> Choice:
        """Roll one of some weighted choices."""
        choices = [choice for choice, _ in weighted]
        return self.dice.choices(choices, [weight for _, weight in weighted])[0]

    def add_all(self, records: Sequence[object]) -> None:
        """Write records, so that they have their ids."""
        self.session.add_all(records)
        self.session.flush()


def read_rows(name: str) -> list[Row]:
    """Read a data file that is a list of objects."""
    rows: list[Row] = json.loads(_read(name))
    return rows


def read_object(name: str) -> Row:
    """Read a data file that is one object."""
    row: Row = json.loads(_read(name))
    return row


def read_lines(name: str) -> list[Row]:
    """Read a data file with one object a line."""
    return [json.loads(line) for line in _read(name).splitlines() if line]


def language_of(account: Account) -> str:
    """Return the language in which staff write about an account: that of its name."""
    return "en" if account.name.isascii() else "zh"


def _read(name: str) -> str:
    return (resources.files("bot.demo") / "data" / name).read_text(encoding="utf-8")
