from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.access import find_team, set_active
from crm_core.audit import snapshot
from crm_core.customers import create_account, create_contact, list_accounts
from crm_core.deals import create_lead, create_opportunity, ensure_default_stages
from crm_core.duplicates import list_duplicates
from crm_core.errors import InvalidField, PermissionRefused, RecordNotFound
from crm_core.handover import hand_over, held_columns
from crm_core.interactions import log_interaction
from crm_core.models import AuditEvent, Role, User
from crm_core.permissions import system_actor
from crm_core.staff import create_team, list_members, rename_team, supervisors_of, update_user
from crm_core.tasks import complete_task, create_task
from crm_core.tickets import assign_ticket, open_ticket
from tests.crm_core.conftest import ActorOf, actor_in, undo_message


def user(session: Session, handle: str) -> User:
    return session.scalars(select(User).where(User.handle == handle)).one()


def test_a_leavers_records_go_to_his_successor_and_his_deeds_stay(any_session: Session, now: datetime) -> None:
    session = any_session
    ensure_default_stages(session)
    li, support = actor_in(session, "li", now), actor_in(session, "zhou", now)
    account = create_account(session, li, name="Acme")
    contact = create_contact(session, li, name="Shopper")
    lead = create_lead(session, li, name="Hot lead")
    deal = create_opportunity(session, li, account_id=account.id, name="Shelves")
    task, done = (create_task(session, li, title=title) for title in ("Call", "Called"))
    complete_task(session, li, done)
    call = log_interaction(session, li, kind="call", occurred_at=now, summary="Called", account_id=account.id)
    ticket = open_ticket(session, support, subject="Late", text="Late", account_id=account.id)
    assign_ticket(session, support, ticket, user=user(session, "li"))
    moved = (account, contact, lead, deal, task)
    before = {record: snapshot(record) for record in (*moved, ticket, done, call)}

    manager = actor_in(session, "qian", now, message_id=6)
    given = hand_over(
        session, manager, leaver=user(session, "li"), successor=user(session, "zhao"), reason="li has left"
    )
    zhao = user(session, "zhao").id
    assert {record.owner_id for record in moved} == {zhao}
    assert (ticket.assignee_id, done.owner_id, call.owner_id) == (zhao, li.user_id, li.user_id)
    assert given.accounts == ("Acme",)
    assert given.moved == {"account": 1, "contact": 1, "lead": 1, "opportunity": 1, "task": 1, "ticket": 1}
    assert list_accounts(session, li) == []
    reasons = set(session.scalars(select(AuditEvent.reason).where(AuditEvent.message_id == 6)))
    assert reasons == {"li has left"}
    undo_message(session, manager, message_id=6)
    assert {record: snapshot(record) for record in before} == before


def test_a_hand_over_may_be_of_some_accounts_only(session: Session, as_staff: ActorOf) -> None:
    ensure_default_stages(session)
    li = as_staff("li")
    one, two = (create_account(session, li, name=name) for name in ("One", "Two"))
    deal = create_opportunity(session, li, account_id=one.id, name="Shelves")
    lead = create_lead(session, li, name="Hot lead")
    given = hand_over(
        session,
        as_staff("sun"),
        leaver=user(session, "li"),
        successor=user(session, "wang"),
        reason="new territory",
        account_ids=[one.id],
    )
    assert given.moved == {"account": 1, "opportunity": 1}
    assert [record.owner_id for record in (one, deal, two, lead)] == [
        as_staff("wang").user_id,
        as_staff("wang").user_id,
        li.user_id,
        li.user_id,
    ]


def test_who_may_hand_over(session: Session, as_staff: ActorOf) -> None:
    li, wang, zhao = (user(session, handle) for handle in ("li", "wang", "zhao"))
    for handle in ("li", "zhou", "wu"):
        with pytest.raises(PermissionRefused):
            hand_over(session, as_staff(handle), leaver=li, successor=wang, reason="left")
    with pytest.raises(PermissionRefused):
        hand_over(session, as_staff("sun"), leaver=li, successor=zhao, reason="left")
    for successor, reason in ((li, "left"), (wang, " ")):
        with pytest.raises(InvalidField):
            hand_over(session, as_staff("qian"), leaver=li, successor=successor, reason=reason)
    wang.active = False
    with pytest.raises(InvalidField):
        hand_over(session, as_staff("qian"), leaver=li, successor=wang, reason="left")


def test_every_record_that_belongs_to_somebody_can_be_handed_over() -> None:
    held = {(model.__tablename__, field) for model, field in held_columns()}
    assert {("account", "owner_id"), ("requirement", "owner_id"), ("segment", "owner_id")} <= held
    assert not {name for name, _ in held} & {"interaction", "target", "conversation"}


def test_staff_and_teams_are_changed_by_admins_only(session: Session, as_staff: ActorOf) -> None:
    root, li = as_staff("root"), user(session, "li")
    north = create_team(session, root, name="North")
    update_user(session, root, li, team_id=north.id, role=Role.SUPERVISOR, timezone="Europe/Berlin", email="L@X.com")
    assert (li.team_id, li.role, li.email) == (north.id, Role.SUPERVISOR, "l@x.com")
    rename_team(session, root, north, name="North / 北区")
    assert find_team(session, "北区") is north
    assert list_members(session, as_staff("wu"), north) == [li]
    for wrong in ({"timezone": "Mars/Base"}, {"email": "x"}, {"name": " "}, {"handle": "x"}):
        with pytest.raises(InvalidField):
            update_user(session, root, li, **wrong)
    with pytest.raises(InvalidField, match="Another team"):
        create_team(session, root, name="north / 北区")
    with pytest.raises(RecordNotFound):
        update_user(session, root, li, team_id=999)
    for handle in ("sun", "qian", "wu"):
        with pytest.raises(PermissionRefused):
            update_user(session, as_staff(handle), li, name="Mr Li")
        with pytest.raises(PermissionRefused):
            create_team(session, as_staff(handle), name="South")


def test_the_last_admin_stays(session: Session, as_staff: ActorOf) -> None:
    root = user(session, "root")
    with pytest.raises(InvalidField, match="only admin"):
        update_user(session, as_staff("root"), root, role=Role.REP)
    with pytest.raises(InvalidField, match="only admin"):
        set_active(session, as_staff("root"), root, active=False)
    update_user(session, as_staff("root"), user(session, "li"), role=Role.ADMIN)
    set_active(session, as_staff("root"), root, active=False)
    assert not root.active


def test_a_person_is_led_by_his_teams_supervisor_or_else_a_manager(session: Session) -> None:
    assert [one.handle for one in supervisors_of(session, user(session, "li"))] == ["sun"]
    assert [one.handle for one in supervisors_of(session, user(session, "zhao"))] == ["qian"]


def test_duplicates_are_found_over_all_records(any_session: Session, now: datetime) -> None:
    session, li = any_session, actor_in(any_session, "li", now)
    for name in (
        "华为技术有限公司",
        "华为技术股份有限公司",
        "华伟技术",
        "Acme Trading Co., Ltd",
        "ACME TRADING",
        "Acme Tradings Inc.",
        "第12分店",
        "第13分店",
        "小米科技",
    ):
        create_account(session, li, name=name)
    pairs = {pair.names: pair.reason for pair in list_duplicates(session, li, "account")}
    assert pairs == {
        ("华为技术有限公司", "华为技术股份有限公司"): "name",
        ("华为技术有限公司", "华伟技术"): "sound",
        ("Acme Trading Co., Ltd", "ACME TRADING"): "name",
        ("Acme Trading Co., Ltd", "Acme Tradings Inc."): "name",
        ("ACME TRADING", "Acme Tradings Inc."): "name",
    }
    assert list_duplicates(session, actor_in(session, "wang", now), "account") == []
    shop, other = list_accounts(session, li)[:2]
    for name, mobile, email, account in (
        ("张伟", "138-0000-1111", None, shop),
        ("Zhang Wei", "+86 138 0000 1111", None, other),
        ("章伟", None, "z@x.com", shop),
        ("李娜", None, "Z@X.com", other),
        ("张伟", None, None, other),
    ):
        create_contact(session, li, name=name, mobile=mobile, email=email, account_id=account.id)
    contacts = {(pair.names, pair.reason) for pair in list_duplicates(session, li, "contact")}
    assert contacts == {
        (("张伟", "Zhang Wei"), "mobile"),
        (("章伟", "李娜"), "email"),
        (("张伟", "章伟"), "sound"),
    } | {(("Zhang Wei", "张伟"), "sound")}


def test_thousands_of_names_are_compared_at_once(session: Session, now: datetime) -> None:
    from crm_core.models import Account

    stamps = {"created_at": now, "updated_at": now}
    rows = [Account(code=f"X{turn}", name=f"上海星{turn:04d}商贸有限公司", **stamps) for turn in range(3000)]
    session.add_all([*rows, Account(code="Y", name="上海星0007商贸股份有限公司", **stamps)])
    session.flush()
    pairs = list_duplicates(session, system_actor(now), "account")
    assert [pair.names for pair in pairs] == [("上海星0007商贸有限公司", "上海星0007商贸股份有限公司")]
