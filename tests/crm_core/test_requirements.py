"""Requirements: their codes, their clocks, their tasks and the customer's last word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import requirements
from crm_core.customers import create_account, create_contact
from crm_core.database import Database
from crm_core.describe import describe
from crm_core.errors import InvalidField, PermissionRefused, RecordNotFound
from crm_core.interactions import log_interaction
from crm_core.models import Account, Requirement, RequirementPriority, RequirementStatus
from crm_core.permissions import Actor
from crm_core.requirements import PlannedTask, change_status, create_requirement
from crm_core.service_levels import answer_due_at, is_answer_overdue
from crm_core.tasks import complete_task, list_tasks
from tests.crm_core.conftest import ActorOf, actor_in, hire_everybody, undo_message

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def li(as_staff: ActorOf) -> Actor:
    return as_staff("li")


@pytest.fixture
def account(session: Session, li: Actor) -> Account:
    return create_account(session, li, name="华为技术有限公司")


@pytest.fixture
def requirement(session: Session, li: Actor, account: Account) -> Requirement:
    return create_requirement(session, li, account_id=account.id, title="Print our logo", priority="high")


class TestClocks:
    @pytest.mark.parametrize(
        ("priority", "since", "due"),
        [
            ("high", "2026-09-30T15:00", "2026-10-01T15:00"),  # 24 hours know no holiday
            ("medium", "2026-11-23T10:00", "2026-11-26T10:00"),
            ("medium", "2026-09-30T15:00", "2026-10-10T15:00"),
            ("medium", "2026-02-12T15:00", "2026-02-24T15:00"),
            ("low", "2026-11-23T10:00", "2026-11-30T10:00"),
        ],
    )
    def test_each_priority_has_its_clock(self, priority: str, since: str, due: str) -> None:
        came_in = datetime.fromisoformat(since).replace(tzinfo=SHANGHAI)
        answer_by = answer_due_at(RequirementPriority(priority), came_in, SHANGHAI)
        assert answer_by == datetime.fromisoformat(due).replace(tzinfo=SHANGHAI)

    def test_another_priority_sets_the_clock_from_when_it_came_in(
        self, session: Session, li: Actor, requirement: Requirement, now: datetime
    ) -> None:
        later = replace(li, now=now + timedelta(hours=5))
        requirements.update_requirement(session, later, requirement, priority="low")
        assert requirement.answer_due_at == now + timedelta(weeks=1)

    def test_what_waits_too_long_is_due_until_it_is_answered(self, any_session: Session, now: datetime) -> None:
        li = actor_in(any_session, "li", now)
        account = create_account(any_session, li, name="Acme")
        waiting = [
            create_requirement(any_session, li, account_id=account.id, title=word, priority=word)
            for word in ("low", "high", "medium")
        ]
        at = now + timedelta(days=6)
        assert [one.title for one in requirements.list_due(any_session, li, now=at)] == ["high", "medium"]
        assert requirements.list_due(any_session, actor_in(any_session, "wang", now), now=at) == []
        requirements.answer_requirement(any_session, replace(li, now=at), waiting[1])
        assert (waiting[1].status, waiting[1].answered_at) == (RequirementStatus.DOING, at)
        change_status(any_session, li, waiting[2], status="done")
        assert requirements.list_due(any_session, li, now=at) == []
        assert [is_answer_overdue(one, at + timedelta(days=9)) for one in waiting] == [True, False, False]

    def test_it_is_escalated_to_the_owner_and_above_him(
        self, session: Session, as_staff: ActorOf, requirement: Requirement, account: Account
    ) -> None:
        def receivers() -> list[int | None]:
            return list(requirements.escalation_receivers(session, requirement))

        assert receivers() == [as_staff("li").user_id, as_staff("sun").user_id]
        requirement.owner_id = account.owner_id = None
        session.flush()
        assert receivers() == [as_staff("qian").user_id]


class TestTheWayOfARequirement:
    def test_it_is_split_into_tasks_and_done_when_they_are(
        self, session: Session, li: Actor, as_staff: ActorOf, requirement: Requirement, now: datetime
    ) -> None:
        sun = as_staff("sun")
        due = now + timedelta(days=1)
        made = requirements.split_requirement(
            session,
            sun,
            requirement,
            [PlannedTask("Ask the printer", due), PlannedTask("Send a sample", None, sun.user_id)],
        )
        assert [(task.owner_id, task.due_at, task.requirement_id, task.account_id) for task in made] == [
            (li.user_id, due, requirement.id, requirement.account_id),
            (sun.user_id, None, requirement.id, requirement.account_id),
        ]
        assert requirement.status is RequirementStatus.DOING
        complete_task(session, li, made[0])
        with pytest.raises(InvalidField) as refused:
            change_status(session, li, requirement, status="done")
        assert refused.value.value == ["Send a sample"]
        complete_task(session, sun, made[1])
        change_status(session, li, requirement, status="done")
        assert (requirement.completed_at, requirement.answered_at) == (now, now)
        assert requirements.list_requirement_tasks(session, li, requirement) == made

    def test_it_is_closed_with_the_customers_confirmation_only(
        self, session: Session, li: Actor, requirement: Requirement, now: datetime
    ) -> None:
        for nothing in ({}, {"confirmation": "  "}, {"files": ()}):
            with pytest.raises(InvalidField, match="confirmation"):
                change_status(session, li, requirement, status="closed", **nothing)  # type: ignore[arg-type]
        change_status(session, li, requirement, status="closed", files=["a1b2"])
        assert (requirement.closed_at, requirement.confirmation_files) == (now, ["a1b2"])
        with pytest.raises(InvalidField, match="reason"):
            change_status(session, li, requirement, status="doing")
        change_status(session, li, requirement, status="doing", reason="the colour is wrong")
        assert (requirement.closed_at, requirement.completed_at, requirement.confirmation_files) == (None, None, [])
        change_status(session, li, requirement, status="closed", confirmation="可以了，谢谢")
        assert requirement.confirmation == "可以了，谢谢"

    def test_a_delay_has_its_reason(self, session: Session, li: Actor, requirement: Requirement) -> None:
        with pytest.raises(InvalidField, match="reason"):
            change_status(session, li, requirement, status="delayed")
        change_status(session, li, requirement, status="delayed", reason="等印刷厂")
        assert (requirement.status, requirement.delay_reason) == (RequirementStatus.DELAYED, "等印刷厂")

    def test_an_interaction_about_it_may_be_the_answer(
        self, session: Session, li: Actor, requirement: Requirement, account: Account, now: datetime
    ) -> None:
        at = now - timedelta(minutes=5)
        call = log_interaction(session, li, kind="call", occurred_at=at, summary="it works", account_id=account.id)
        requirements.link_interaction(session, li, requirement, call, is_answer=True)
        assert (call.requirement_id, requirement.answered_at) == (requirement.id, at)
        other = create_account(session, li, name="Other")
        elsewhere = log_interaction(session, li, kind="call", occurred_at=at, summary="x", account_id=other.id)
        with pytest.raises(InvalidField, match="requirement"):
            requirements.link_interaction(session, li, requirement, elsewhere)

    def test_undo_takes_it_back_with_its_tasks_and_its_code_stays_given_out(
        self, session: Session, li: Actor, account: Account
    ) -> None:
        message = replace(li, message_id=4)
        made = create_requirement(session, message, account_id=account.id, title="x")
        requirements.split_requirement(session, message, made, [PlannedTask("y")])
        undo_message(session, li, message_id=4)
        assert requirements.list_requirements(session, li) == list_tasks(session, li) == []
        assert create_requirement(session, li, account_id=account.id, title="z").code == "DE20260002"


class TestLookingUp:
    def test_found_by_code_number_title_and_account(
        self, session: Session, li: Actor, requirement: Requirement
    ) -> None:
        for text in ("DE20260001", "de20260001", f"#{requirement.id}", "logo", "华为"):
            assert requirements.find_requirements(session, li, text) == [requirement], text
        assert requirements.find_requirements(session, li, "") == []
        change_status(session, li, requirement, status="closed", confirmation="ok")
        assert requirements.find_requirements(session, li, "logo") == []
        assert requirements.list_requirements(session, li, include_closed=True) == [requirement]

    def test_it_reads_with_names_beside_ids(
        self, session: Session, li: Actor, account: Account, requirement: Requirement
    ) -> None:
        person = create_contact(session, li, name="张伟", account_id=account.id)
        requirements.update_requirement(session, li, requirement, contact_id=person.id)
        fields = describe(session, requirement, SHANGHAI)
        assert {name: fields[name] for name in ("code", "account", "account_id", "contacts", "owner", "priority")} == {
            "code": "DE20260001",
            "account": "华为技术有限公司",
            "account_id": account.id,
            "contacts": ["张伟"],
            "owner": "li",
            "priority": "high",
        }
        assert fields["answer_due_at"] == "2026-11-24T10:00:00+08:00"

    def test_wrong_values_are_refused(self, session: Session, li: Actor, account: Account) -> None:
        other = create_account(session, li, name="Other")
        theirs = create_contact(session, li, name="x", account_id=other.id)
        for wrong in (
            {"title": " "},
            {"priority": "urgent"},
            {"kind": "odd"},
            {"contact_id": theirs.id},
            {"code": "DE1"},
        ):
            with pytest.raises(InvalidField):
                create_requirement(session, li, account_id=account.id, **{"title": "t", **wrong})  # type: ignore[arg-type]
        with pytest.raises(RecordNotFound):
            create_requirement(session, li, account_id=999, title="t")
        create_requirement(session, li, account_id=account.id, title="t", code="de20260007")
        with pytest.raises(InvalidField, match="code"):
            create_requirement(session, li, account_id=account.id, title="t", code="DE20260007")
        assert create_requirement(session, li, account_id=account.id, title="t").code == "DE20260008"


def test_a_code_of_a_colleagues_requirement_opens_nothing(
    session: Session, as_staff: ActorOf, requirement: Requirement
) -> None:
    wang = as_staff("wang")
    with pytest.raises(PermissionRefused):
        requirements.find_requirements(session, wang, requirement.code)
    assert requirements.find_requirements(session, wang, "logo") == requirements.list_requirements(session, wang) == []


def test_support_notes_what_a_reps_customer_needs_and_the_rep_has_it(
    session: Session, as_staff: ActorOf, account: Account
) -> None:
    made = create_requirement(session, as_staff("zhou"), account_id=account.id, title="x")
    assert made.owner_id == as_staff("li").user_id


def test_codes_of_accounts_and_requirements_have_no_gap_with_many_writers(
    any_database: Database, now: datetime
) -> None:
    with any_database.transaction() as session:
        hire_everybody(session, now)
        home = create_account(session, actor_in(session, "li", now), name="Home").id

    def write(turn: int) -> None:
        with any_database.transaction() as session:
            li = actor_in(session, "li", now)
            create_account(session, li, name=f"Account {turn}")
            create_requirement(session, li, account_id=home, title=f"Requirement {turn}")
            if turn % 4 == 0:
                session.rollback()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(48)))
    with any_database.reading() as session:
        codes = sorted(session.scalars(select(Account.code)))
        assert codes == [f"CRM2026{value:03d}" for value in range(1, 38)]
        codes = sorted(session.scalars(select(Requirement.code)))
        assert codes == [f"DE2026{value:04d}" for value in range(1, 37)]
