"""The demo company's requirements: what some accounts asked for lately, from answered and confirmed to waiting.

Promise: no dice, so what is written after it stays as it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.demo.scene import SHANGHAI, Row, Scene, language_of, read_rows
from crm_core.models import (
    Account,
    AccountStatus,
    Requirement,
    RequirementKind,
    RequirementPriority,
    RequirementStatus,
)
from crm_core.numbering import next_number
from crm_core.requirements import CODE_PREFIX
from crm_core.service_levels import answer_due_at

#: how many days ago one came in, and where it stands now
LIFE = (
    (60, RequirementStatus.CLOSED),
    (45, RequirementStatus.CLOSED),
    (30, RequirementStatus.DONE),
    (14, RequirementStatus.DOING),
    (9, RequirementStatus.DELAYED),
    (5, RequirementStatus.DOING),
    (2, RequirementStatus.TODO),
    (1, RequirementStatus.TODO),
)
_CONFIRMED = {"zh": "收到了，没有问题，谢谢。", "en": "Received, all fine, thank you."}
_DELAYED = {"zh": "供应商排期推迟", "en": "The supplier is late"}


def write_requirements(scene: Scene) -> list[Requirement]:
    """Write one requirement for each of the first active accounts, twice around the list, oldest first."""
    rows = read_rows("requirements.json")
    accounts = [account for account in scene.accounts if account.status is AccountStatus.ACTIVE][: 2 * len(rows)]
    life = sorted(((LIFE[index % len(LIFE)], index) for index in range(len(accounts))), reverse=True)
    made = [
        _requirement(scene, accounts[index], rows[index % len(rows)], days, status) for (days, status), index in life
    ]
    scene.add_all(made)
    return made


def _requirement(scene: Scene, account: Account, row: Row, days: int, status: RequirementStatus) -> Requirement:
    day = scene.workday(scene.days_ago(days))
    at = datetime(day.year, day.month, day.day, 10, 30, tzinfo=SHANGHAI)
    language = language_of(account)
    title, description = row[language]
    priority = RequirementPriority(row["priority"])
    due_at = answer_due_at(priority, at, SHANGHAI)
    is_answered = status is not RequirementStatus.TODO
    is_over = status in {RequirementStatus.DONE, RequirementStatus.CLOSED}
    answered_at = min(at + timedelta(hours=4), due_at) if is_answered else None
    completed_at = at + timedelta(days=6) if is_over else None
    contacts = scene.contacts[account.id]
    return Requirement(
        code=next_number(scene.session, CODE_PREFIX, day.year, 4),
        title=title,
        description=description,
        kind=RequirementKind(row["kind"]),
        priority=priority,
        status=status,
        delay_reason=_DELAYED[language] if status is RequirementStatus.DELAYED else None,
        account_id=account.id,
        contact_id=contacts[0].id if contacts else None,
        owner_id=account.owner_id,
        answer_due_at=due_at,
        answered_at=answered_at,
        completed_at=completed_at,
        closed_at=completed_at if status is RequirementStatus.CLOSED else None,
        confirmation=_CONFIRMED[language] if status is RequirementStatus.CLOSED else None,
        confirmation_files=[],
        created_at=at,
        updated_at=completed_at or answered_at or at,
    )
