"""The small company over which the commands are read: loads world.json and puts it back as it was after each line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.migrate import upgrade
from bot.terminal_session import TerminalSession, TurnResult
from bot.wiring import Program
from crm_core import fields
from crm_core.deals import ensure_default_stages
from crm_core.models import (
    Account,
    AccountLevel,
    AccountStatus,
    Contact,
    ContactStatus,
    Interaction,
    InteractionContact,
    InteractionKind,
    Lead,
    LeadStatus,
    Opportunity,
    Requirement,
    RequirementPriority,
    Role,
    Task,
    Team,
    User,
)
from tests.journeys.conftest import build_program

#: before every `now` of the set
CREATED_AT = datetime(2025, 12, 1, 1, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
WORLD = json.loads(Path(__file__).with_name("world.json").read_text("utf-8"))
_STAMPS = {"created_at": CREATED_AT, "updated_at": CREATED_AT}


@dataclass
class World:
    """The program over the small company, and its database as it was at the start."""

    program: Program
    template: Path
    times: list[datetime] = field(default_factory=lambda: [CREATED_AT])

    def says(self, case: Mapping[str, Any]) -> TurnResult:
        """Say the lines of a case to the company as it was at the start; return what the last one came to."""
        session = self._begin(case)
        for line in case.get("before", ()):
            session.say(line)
        return session.say(case["text"])

    def opens(self, **case: Any) -> TerminalSession:
        """Open a conversation over the company as it was at the start; a rep's on a Monday unless said otherwise."""
        return self._begin({"as": "liming", "role": "rep", "now": "2026-11-23T10:00:00+08:00", **case})

    def plays(self, case: Mapping[str, Any]) -> list[TurnResult]:
        """Play the turns of a dialogue over the company as it was at the start; return what each came to.

        A turn is a line, or the choice whose label holds some words: {"press": words} by its value, {"number": words}
        by its place. Words that no choice holds are said as they stand.
        """
        session, results = self._begin(case), list[TurnResult]()
        for turn in case["turns"]:
            results.append(session.say(turn if isinstance(turn, str) else _chosen(turn, results)))
        return results

    def _begin(self, case: Mapping[str, Any]) -> TerminalSession:
        self._restore()
        self.times[0] = datetime.fromisoformat(case["now"])
        # A worker for each case: it remembers no names of the case before.
        worker = self.program.worker({"terminal": self.program.terminal}, ignores_backoff=True)
        session = TerminalSession(
            worker=worker,
            terminal=self.program.terminal,
            handle=case["as"],
            role=case["role"],
        )
        session.open()
        session.pending()
        return session

    def _restore(self) -> None:
        live = self.program.settings.data_dir / "crmbot.db"
        with sqlite3.connect(self.template) as source, sqlite3.connect(live) as target:
            source.backup(target)
        target.close()
        source.close()


def _chosen(turn: Mapping[str, str], results: list[TurnResult]) -> str:
    ((how, words),) = turn.items()
    for result in reversed(results):
        offered = [choice for reply in result.replies for choice in reply["choices"]]
        for number, choice in enumerate(offered, 1):
            if words.casefold() in choice["label"].casefold():
                return str(number) if how == "number" else choice["value"]
    return words


def open_world(folder: Path, models: Path) -> World:
    """Build the program over the small company in a folder."""
    times = [CREATED_AT]
    program = build_program(f"sqlite:///{folder / 'crmbot.db'}", folder, models, lambda: times[0])
    upgrade(program.database)
    with program.database.transaction() as session:
        _load(session)
    template = folder / "template.db"
    with sqlite3.connect(folder / "crmbot.db") as source, sqlite3.connect(template) as target:
        source.backup(target)
    target.close()
    source.close()
    return World(program, template, times)


def _load(session: Session) -> None:
    ensure_default_stages(session)
    users = _users(session)
    accounts = _accounts(session, users)
    contacts = _contacts(session, accounts)
    for row in WORLD["opportunities"]:
        session.add(_opportunity(row, accounts[row["account"]]))
    for row in WORLD["leads"]:
        owner = users[row["owner"]].id if "owner" in row else None
        given = {**row, "owner_id": owner, "mobile": fields.mobile("mobile", row["mobile"])}
        given.pop("owner", None)
        session.add(Lead(**given, status=LeadStatus.ASSIGNED if owner else LeadStatus.NEW, score=0, **_STAMPS))
    for row in WORLD["tasks"]:
        session.add(_task(row, users[row["owner"]].id, accounts[row["account"]].id))
    for number, row in enumerate(WORLD["requirements"], 1):
        session.add(_requirement(row, number, accounts[row["account"]]))
    for row in WORLD["interactions"]:
        _add_interaction(session, row, users[row["owner"]], contacts[row["account"], row["contact"]])


def _users(session: Session) -> dict[str, User]:
    names = dict.fromkeys(row["team"] for row in WORLD["users"] if row["team"])
    teams = {name: Team(name=name, created_at=CREATED_AT) for name in names}
    session.add_all(teams.values())
    session.flush()
    users = {}
    for row in WORLD["users"]:
        team = teams[row["team"]].id if row["team"] else None
        user = User(handle=row["handle"], name=row["name"], role=Role(row["role"]), team_id=team, created_at=CREATED_AT)
        users[row["handle"]] = user
    session.add_all(users.values())
    session.flush()
    return users


def _accounts(session: Session, users: Mapping[str, User]) -> dict[str, Account]:
    accounts = {}
    for number, row in enumerate(WORLD["accounts"], 1):
        accounts[row["key"]] = Account(
            code=f"CRM2025{number:03}",
            name=row["name"],
            short_names=row["short_names"],
            owner_id=users[row["owner"]].id if "owner" in row else None,
            level=AccountLevel(row["level"]),
            status=AccountStatus.NEW,
            tags=[],
            **_STAMPS,
        )
    session.add_all(accounts.values())
    session.flush()
    return accounts


def _contacts(session: Session, accounts: Mapping[str, Account]) -> dict[tuple[str, str], Contact]:
    contacts = {}
    for row in WORLD["contacts"]:
        account = accounts[row["account"]]
        contacts[row["account"], row["name"]] = Contact(
            name=row["name"],
            title=row["title"],
            mobile=fields.mobile("mobile", row["mobile"]),
            account_id=account.id,
            owner_id=account.owner_id,
            status=ContactStatus(row.get("status", "active")),
            **_STAMPS,
        )
    session.add_all(contacts.values())
    session.flush()
    return contacts


def _opportunity(row: Mapping[str, str], account: Account) -> Opportunity:
    return Opportunity(
        name=row["name"],
        account_id=account.id,
        owner_id=account.owner_id,
        stage=row["stage"],
        amount=Decimal(row["amount"]),
        currency=row["currency"],
        expected_close=datetime.fromisoformat(row["expected_close"]).date(),
        **_STAMPS,
    )


def _task(row: Mapping[str, str], owner_id: int, account_id: int) -> Task:
    due_at = datetime.fromisoformat(row["due_at"]).replace(tzinfo=SHANGHAI)
    return Task(title=row["title"], owner_id=owner_id, account_id=account_id, due_at=due_at, **_STAMPS)


def _requirement(row: Mapping[str, str], number: int, account: Account) -> Requirement:
    return Requirement(
        code=f"DE2025{number:04}",
        title=row["title"],
        priority=RequirementPriority(row["priority"]),
        account_id=account.id,
        owner_id=account.owner_id,
        answer_due_at=CREATED_AT,
        **_STAMPS,
    )


def _add_interaction(session: Session, row: Mapping[str, str], owner: User, contact: Contact) -> None:
    occurred_at = datetime.fromisoformat(row["occurred_at"]).replace(tzinfo=SHANGHAI)
    interaction = Interaction(
        kind=InteractionKind(row["kind"]),
        occurred_at=occurred_at,
        summary=row["summary"],
        account_id=contact.account_id,
        owner_id=owner.id,
        **_STAMPS,
    )
    session.add(interaction)
    session.flush()
    session.add(InteractionContact(interaction_id=interaction.id, contact_id=contact.id))
    contact.last_interaction_at = occurred_at
