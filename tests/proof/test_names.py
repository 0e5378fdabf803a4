"""Names as people type them, over 5,000 contacts of 900 companies: the record that is meant comes first.

How long a look-up takes is measured by `crmbot bench names`, not here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.directory import Candidate, Directory
from crm_core.database import Database
from crm_core.models import Account, AccountLevel, AccountStatus, Contact, ContactStatus
from crm_core.permissions import Actor, system_actor
from tests.proof.people import CONTACTS, companies, people

CASES = [json.loads(line) for line in Path(__file__).with_name("names.jsonl").read_text("utf-8").splitlines()]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
GOAL = 0.98
#: what is reached; never to be lowered
FLOOR = 0.99


@pytest.fixture
def customers(database: Database) -> Iterator[Session]:
    """A session over the 5,000 contacts."""
    with database.transaction() as session:
        load_people(session)
    with database.reading() as session:
        yield session


def load_people(session: Session) -> None:
    stamps = {"created_at": NOW, "updated_at": NOW}
    accounts = {
        name: Account(
            code=f"CRM2026{number:03}",
            name=name,
            short_names=[],
            level=AccountLevel.C,
            status=AccountStatus.NEW,
            **stamps,
        )
        for number, name in enumerate(companies(), 1)
    }
    session.add_all(accounts.values())
    session.flush()
    for person in people():
        spoken_to = NOW - timedelta(seconds=10**6 - person.recent) if person.recent else None
        session.add(
            Contact(
                name=person.name,
                title=person.title,
                account_id=accounts[person.company].id,
                status=ContactStatus.ACTIVE,
                last_interaction_at=spoken_to,
                **stamps,
            )
        )
    session.flush()


def test_the_set_is_large_and_of_many_kinds() -> None:
    assert len(people()) == CONTACTS == 5000
    assert len(CASES) >= 300
    assert len({case["kind"] for case in CASES}) >= 15


def test_the_right_record_comes_first(customers: Session) -> None:
    directory, actor = Directory(), system_actor(NOW)
    wrong = []
    for case in CASES:
        first = find_first(directory, customers, actor, case["text"])
        found = {"account": first.account_name or first.name} if first else {}
        if first and first.record_type == "contact":
            found["contact"] = first.name
        if found != case["expected"]:
            wrong.append(f"{case['kind']}: {case['text']!r} is {case['expected']}, got {found}")
    share = 1 - len(wrong) / len(CASES)
    assert share >= FLOOR, f"{share:.1%} right (goal {GOAL:.0%}):\n" + "\n".join(wrong)


def find_first(directory: Directory, session: Session, actor: Actor, mention: str) -> Candidate | None:
    resolution = directory.resolve(session, actor, mention)
    return resolution.candidates[0] if resolution.candidates else None
