"""Every role times every service call, on one rep's customer."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import crm_core
from crm_core import campaigns, customers, deals, interactions, merging, requirements, segments, targets, tasks, tickets
from crm_core.access import create_user
from crm_core.database import Base, Database
from crm_core.deals import approvals, contracts, leads, payments, quotes
from crm_core.errors import PermissionRefused, RecordNotFound
from crm_core.models import AccountProposal, Role, Stage, Team, User
from crm_core.permissions import Actor, customer_actor, staff_actor, system_actor
from tests.crm_core.conftest import actor_in, hire_everybody
from tests.crm_core.service_calls import CALLS, FILTER, INTERNAL, World
from tests.databases import import_every_table

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STAFF = {"o": "li", "m": "wang", "s": "sun", "x": "chen", "q": "qian", "z": "zhou", "a": "wu", "r": "root"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, World]]:
    """One rep's customer with everything that hangs on it; what a call does is rolled back."""
    import_every_table()
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('matrix') / 'crm.db'}")
    Base.metadata.create_all(database.engine)
    with database.transaction() as session:
        hire_everybody(session, NOW)
        create_user(session, system_actor(NOW), handle="chen", name="Chen", role=Role.SUPERVISOR, team="West")
        yield session, _build_world(session)
    database.dispose()


def _build_world(session: Session) -> World:
    system, owner = system_actor(NOW), actor_in(session, "li", NOW, message_id=5)
    deals.ensure_default_stages(session)
    account = customers.create_account(session, owner, name="Acme Trading", industry="Retail")
    customers.update_account(session, owner, account, status="active", reason="first order")  # type: ignore[arg-type]
    twin, merged = (customers.create_account(session, owner, name=name) for name in ("ACME TRADING LTD", "Acme Inc"))
    merging.merge_accounts(session, owner, keep=account, drop=merged)
    contact = customers.create_contact(
        session, owner, name="Ann", account_id=account.id, mobile="13800001111", email="ann@example.com", tags=["golf"]
    )
    deal = deals.create_opportunity(session, owner, account_id=account.id, name="Shelves", amount=Decimal(900))
    instalment = payments.add_instalment(session, owner, deal, due_on=date(2026, 12, 1), amount=Decimal(800))
    interaction = interactions.log_interaction(
        session, owner, kind="call", occurred_at=NOW, summary="Called", contact_ids=[contact.id]
    )
    campaign = campaigns.create_campaign(session, actor_in(session, "sun", NOW), name="Fair")
    proposal = AccountProposal(
        account_id=account.id,
        field="level",
        period="2026-11",
        current="C",
        proposed="S",
        reason_zh="年合作额",
        reason_en="annual amount",
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(proposal)
    requirement = requirements.create_requirement(session, owner, account_id=account.id, title="Wider shelves")
    requirements.split_requirement(session, owner, requirement, [requirements.PlannedTask(title="Draw")])
    target = targets.set_target(
        session,
        system,
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 30),
        amount=5,
        owner_id=owner.user_id,
    )
    return World(
        now=NOW,
        account=account,
        twin=twin,
        contact=contact,
        twin_contact=customers.create_contact(session, owner, name="Anne", account_id=account.id),
        lead=leads.create_lead(session, owner, name="Hot lead", company="Beta", mobile="13900002222"),
        deal=deal,
        quote=quotes.create_quote(session, owner, deal, amount=Decimal(900)),
        contract=contracts.create_contract(session, owner, deal, amount=Decimal(900)),
        instalment=instalment,
        payment=payments.record_payment(session, owner, deal, amount=Decimal(5)),
        approval=approvals.request_approval(
            session, owner, deal, amount=Decimal(900), currency="CNY", stage=session.get(Stage, "won"), reason="won"
        ),
        requirement=requirement,
        interaction=interaction,
        task=tasks.create_task(session, owner, title="Call", due_at=NOW, interaction_id=interaction.id),
        ticket=tickets.open_ticket(
            session, system, subject="Late", text="Late", contact_id=contact.id, conversation_id=7
        ),
        segment=segments.create_segment(session, owner, name="Mine", filter=FILTER),
        campaign=campaign,
        member=campaigns.add_members(session, system, campaign, account_ids=[account.id])[0],
        target=target,
        proposal=proposal,
        stage=session.get_one(Stage, "negotiation"),
        team=session.scalars(select(Team).where(Team.name == "East")).one(),
        owner=session.scalars(select(User).where(User.handle == "li")).one(),
        mate=session.scalars(select(User).where(User.handle == "wang")).one(),
        merged_id=merged.id,
    )


def _actors(session: Session, world: World) -> dict[str, Actor]:
    by_handle = {user.handle: user for user in session.scalars(select(User))}
    actors = {letter: staff_actor(by_handle[handle], now=NOW) for letter, handle in STAFF.items()}
    actors["c"] = customer_actor(world.contact.id, "Ann", NOW, conversation_id=7)
    actors["v"] = customer_actor(None, "visitor", NOW, conversation_id=8)
    return actors


def who_may(service: str, session: Session, world: World) -> str:
    """Return the letters of those whose call passes, or whose list shows something."""
    call, _ = CALLS[service]
    passed = ""
    for letter, actor in _actors(session, world).items():
        step = session.begin_nested()
        try:
            passed += letter if call(world, session, actor) else ""
        except (PermissionRefused, RecordNotFound):
            pass
        finally:
            step.rollback()
            session.info.clear()
    return passed


@pytest.mark.parametrize("service", CALLS)
def test_who_may_call_a_service(company: tuple[Session, World], service: str) -> None:
    assert who_may(service, *company) == CALLS[service][1]


def test_every_service_is_in_the_table() -> None:
    """A new service needs a row that says who may call it."""
    found = set(_services())
    assert found - set(CALLS) - INTERNAL == set(), "add a row to tests/crm_core/service_calls.py"
    assert (set(CALLS) | INTERNAL) - found == set(), "these are no services any more"


def _services() -> Iterator[str]:
    root = Path(crm_core.__file__).parent
    for info in pkgutil.walk_packages([str(root)], "crm_core."):
        if info.name.startswith(("crm_core.migrations", "crm_core.models")):
            continue
        for name, function in vars(importlib.import_module(info.name)).items():
            if name.startswith("_") or not inspect.isfunction(function) or function.__module__ != info.name:
                continue
            if list(inspect.signature(function).parameters)[:2] == ["session", "actor"]:
                yield f"{info.name.removeprefix('crm_core.')}.{name}"
