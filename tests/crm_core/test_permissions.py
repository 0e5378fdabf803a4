from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.audit import record_refusal
from crm_core.customers import create_account, create_contact
from crm_core.database import Base
from crm_core.deals import create_opportunity, ensure_default_stages
from crm_core.errors import PermissionRefused
from crm_core.interactions import log_interaction
from crm_core.models import (
    Account,
    AuditEvent,
    Contact,
    Interaction,
    InteractionKind,
    Lead,
    Opportunity,
    Role,
    Task,
    Ticket,
    User,
)
from crm_core.permissions import (
    PERMISSIONS,
    RECORD_TYPES,
    Actor,
    Scope,
    can,
    customer_actor,
    require,
    scope_of,
    system_actor,
    visible,
)
from tests.crm_core.conftest import STAFF, ActorOf, actor_in

# Role -> the letters of read, create, update, delete, assign, export (o own, t team, a all, - none), written out
# by hand: a change of the table must be a decision twice.
EXPECTED = {
    Role.REP: {
        "account": "ooo---",
        "contact": "ooo---",
        "lead": "ooo---",
        "opportunity": "ooo---",
        "quote": "ooo---",
        "contract": "ooo---",
        "instalment": "oooo--",
        "payment": "ooo---",
        "approval": "oo----",
        "requirement": "ooo---",
        "interaction": "oooo--",
        "task": "oooo--",
        "ticket": "ooo---",
        "account_proposal": "o-o---",
        "segment": "aooo--",
        "campaign": "a-----",
        "campaign_member": "ooo---",
        "target": "o-----",
        "rule_set": "a-----",
        "article": "a-----",
        "stage": "a-----",
        "user": "a-----",
        "team": "a-----",
        "audit_event": "------",
        "report": "o-----",
    },
    Role.SUPERVISOR: {
        "account": "tttttt",
        "contact": "tttttt",
        "lead": "tttttt",
        "opportunity": "tttttt",
        "quote": "tttttt",
        "contract": "tttttt",
        "instalment": "tttttt",
        "payment": "tttttt",
        "approval": "tt---t",
        "requirement": "tttttt",
        "interaction": "tttttt",
        "task": "tttttt",
        "ticket": "tttttt",
        "account_proposal": "t-t---",
        "segment": "atttt-",
        "campaign": "atttt-",
        "campaign_member": "tttttt",
        "target": "tttttt",
        "rule_set": "a-----",
        "article": "aaaaaa",
        "stage": "a-----",
        "user": "a-----",
        "team": "a-----",
        "audit_event": "t-----",
        "report": "t-----",
    },
    Role.MANAGER: {
        **dict.fromkeys(RECORD_TYPES, "aaaaaa"),
        "user": "a-----",
        "team": "a-----",
        "audit_event": "a-----",
    },
    Role.SUPPORT: {
        "account": "a-----",
        "contact": "aaa---",
        "lead": "a-----",
        "opportunity": "a-----",
        "quote": "------",
        "contract": "------",
        "instalment": "------",
        "payment": "------",
        "approval": "------",
        "requirement": "aao---",
        "interaction": "aaoo--",
        "task": "oooo--",
        "ticket": "aaaaaa",
        "account_proposal": "------",
        "segment": "a-----",
        "campaign": "a-----",
        "campaign_member": "a-----",
        "target": "------",
        "rule_set": "a-----",
        "article": "aaaaaa",
        "stage": "a-----",
        "user": "a-----",
        "team": "a-----",
        "audit_event": "------",
        "report": "o-----",
    },
    Role.ANALYST: dict.fromkeys(RECORD_TYPES, "a----a"),
    Role.ADMIN: dict.fromkeys(RECORD_TYPES, "aaaaaa"),
}
ACTIONS = ("read", "create", "update", "delete", "assign", "export")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_table_of_permissions(role: Role, record_type: str, now: datetime) -> None:
    actor = Actor(kind="staff", name="somebody", role=role, user_id=1, now=now)
    letters = {Scope.NONE: "-", Scope.OWN: "o", Scope.TEAM: "t", Scope.ALL: "a"}
    actual = "".join(letters[scope_of(actor, action, record_type)] for action in ACTIONS)  # type: ignore[arg-type]
    assert actual == EXPECTED[role][record_type]


def test_table_names_every_role_and_no_unknown_record() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert {name for grants in PERMISSIONS.values() for name in grants} <= set(RECORD_TYPES)


MODELS = (Account, Contact, Lead, Opportunity, Interaction, Task, Ticket)


def _records_of(session: Session, owner: str | None, now: datetime) -> dict[type[Base], int]:
    """Create one record of each kind for an owner, straight into the tables."""
    owner_id = session.scalar(select(User.id).where(User.handle == owner)) if owner else None
    stamps = {"created_at": now, "updated_at": now}
    account = Account(name=f"Account of {owner}", code=f"CRM-{owner}", owner_id=owner_id, **stamps)
    session.add(account)
    session.flush()
    records: list[Base] = [
        account,
        Contact(name="Contact", account_id=account.id, **stamps),
        Lead(name="Lead", owner_id=owner_id, **stamps),
        Opportunity(name="Deal", account_id=account.id, stage="contacted", owner_id=owner_id, **stamps),
        Interaction(kind=InteractionKind.CALL, occurred_at=now, summary="Called", account_id=account.id, **stamps),
        Ticket(number=f"TK-{owner}", subject="Broken", account_id=account.id, **stamps),
    ]
    if owner_id is not None:
        records.append(Task(title="Task", owner_id=owner_id, **stamps))
    session.add_all(records)
    session.flush()
    return {type(record): record.id for record in records}  # type: ignore[attr-defined]


# Whose records each person reads; "pool" are records without an owner.
READS = {
    "li": {"li", "pool"},
    "wang": {"wang", "pool"},
    "zhao": {"zhao", "pool"},
    "sun": {"li", "wang", "sun", "pool"},
    "qian": {"li", "wang", "zhao", "sun", "pool"},
    "zhou": {"li", "wang", "zhao", "sun", "pool"},
    "wu": {"li", "wang", "zhao", "sun", "pool"},
    "root": {"li", "wang", "zhao", "sun", "pool"},
}


@pytest.fixture
def owned(any_session: Session, now: datetime) -> dict[str, dict[type[Base], int]]:
    ensure_default_stages(any_session)
    return {owner: _records_of(any_session, None if owner == "pool" else owner, now) for owner in READS["root"]}


def test_lists_and_single_records_agree_on_what_each_person_reads(
    any_session: Session, owned: dict[str, dict[type[Base], int]], now: datetime
) -> None:
    # one database for all eight: creating one takes PostgreSQL a second
    differing = [case for handle in STAFF for case in _find_differing(any_session, owned, handle, now)]
    assert differing == []


def _find_differing(
    any_session: Session, owned: dict[str, dict[type[Base], int]], handle: str, now: datetime
) -> Iterator[tuple[str, str, str, bool]]:
    """Name who reads what otherwise than expected: alone, or in a list."""
    actor = actor_in(any_session, handle, now)
    for model in MODELS:
        listed = set(any_session.scalars(select(model.id).where(visible(actor, model))))
        for owner, records in owned.items():
            if model not in records:
                continue
            record = any_session.get_one(model, records[model])
            expected = owner in READS[handle]
            if model is Ticket and owner == "pool":
                expected = actor.role not in {Role.REP, Role.SUPERVISOR}  # nobody's ticket is the desk's, not a rep's
            if model is Task and handle == "zhou":
                expected = False  # a task is a promise of one person
            if {can(actor, "read", record), records[model] in listed} != {expected}:
                yield handle, model.__name__, owner, expected


def test_a_contact_follows_its_accounts_owner(session: Session, as_staff: ActorOf, system: Actor) -> None:
    li, wang = as_staff("li"), as_staff("wang")
    account = create_account(session, li, name="华为技术有限公司")
    contact = create_contact(session, li, name="张伟", account_id=account.id)
    account.owner_id = wang.user_id
    session.flush()
    assert can(wang, "update", contact)
    assert not can(li, "read", contact)


def test_an_interaction_belongs_to_whom_its_customer_belongs(any_session: Session, now: datetime) -> None:
    manager, li, wang = (actor_in(any_session, handle, now) for handle in ("qian", "li", "wang"))
    account = create_account(any_session, li, name="Acme")
    alone = create_contact(any_session, li, name="Shopper")
    for customer in ({"account_id": account.id}, {"contact_ids": [alone.id]}):
        call = log_interaction(
            any_session,
            manager,
            kind="call",
            occurred_at=now,
            summary="Called",
            **customer,
        )
        assert can(li, "read", call)
        assert not can(wang, "read", call)


def test_what_a_manager_adds_to_an_account_is_its_owners(session: Session, as_staff: ActorOf) -> None:
    account = create_account(session, as_staff("li"), name="Acme")
    ensure_default_stages(session)
    contact = create_contact(session, as_staff("qian"), name="Ann", account_id=account.id)
    deal = create_opportunity(session, as_staff("qian"), account_id=account.id, name="Shelves")
    assert contact.owner_id == deal.owner_id == as_staff("li").user_id


def test_deleted_records_are_in_no_list(session: Session, as_staff: ActorOf, now: datetime) -> None:
    account = create_account(session, as_staff("li"), name="Acme")
    account.deleted_at = now
    session.flush()
    assert session.scalars(select(Account).where(visible(as_staff("root"), Account))).all() == []


def test_a_customer_reaches_only_his_own_contact_and_tickets(session: Session, system: Actor, now: datetime) -> None:
    me = create_contact(session, system, name="Me")
    other = create_contact(session, system, name="Other")
    account = create_account(session, system, name="Acme")
    mine = Ticket(number="TK1", subject="a", contact_id=me.id, created_at=now, updated_at=now)
    theirs = Ticket(number="TK2", subject="b", contact_id=other.id, created_at=now, updated_at=now)
    here = Ticket(number="TK3", subject="c", conversation_id=7, created_at=now, updated_at=now)
    session.add_all([mine, theirs, here])
    session.flush()
    customer = customer_actor(me.id, "Me", now, conversation_id=7)
    assert can(customer, "update", mine)
    assert can(customer, "read", here)
    assert can(customer, "read", me)
    assert not can(customer, "read", theirs)
    assert not can(customer, "read", other)
    assert not can(customer, "read", account)
    stranger = customer_actor(None, "visitor", now)
    assert session.scalars(select(Ticket).where(visible(stranger, Ticket))).all() == []


def test_a_refusal_says_why_and_is_written_into_the_trail(session: Session, as_staff: ActorOf) -> None:
    account = create_account(session, as_staff("wang"), name="Acme")
    li = as_staff("li")
    with pytest.raises(PermissionRefused) as refused:
        require(li, "update", account)
    assert refused.value.record_id == account.id
    record_refusal(session, li, refused.value)
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.actor, event.action, event.record_type, event.record_id) == (
        "li",
        "refused_update",
        "account",
        account.id,
    )
    assert "reaches own" in (event.reason or "")


def test_the_program_itself_may_do_everything(now: datetime) -> None:
    assert all(scope_of(system_actor(now), "delete", name) is Scope.ALL for name in RECORD_TYPES)
