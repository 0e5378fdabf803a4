from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import care
from crm_core.customer_rules import get_rules, set_rules
from crm_core.customers import create_account, create_contact, mark_departed, update_contact
from crm_core.errors import InvalidField, PermissionRefused
from crm_core.interactions import log_interaction
from crm_core.models import Account, AccountLevel, RuleSet, Task, User
from crm_core.permissions import Actor, system_actor
from crm_core.tasks import delete_task, list_tasks
from tests.crm_core.conftest import ActorOf, actor_in, undo_message


def titles(tasks: list[Task]) -> list[str]:
    return [task.title for task in tasks]


def run(session: Session, at: datetime, zone: object) -> list[Task]:
    return care.generate(session, system_actor(at, zone=zone))  # type: ignore[arg-type]


def well_known(session: Session, owner: Actor, name: str) -> Account:
    """Create an account whose data leaves nothing to check."""
    account = create_account(
        session, owner, name=name, industry="Retail", size_band="<50", region="Beijing", source="fair"
    )
    create_contact(session, owner, name=f"CEO of {name}", account_id=account.id, title="CEO", mobile="13800001111")
    return account


@pytest.fixture
def complete(session: Session, as_staff: ActorOf) -> Account:
    return well_known(session, as_staff("li"), "Acme")


def test_a_birthday_is_a_task_three_days_before_once(any_session: Session, now: datetime, zone: object) -> None:
    session, li = any_session, actor_in(any_session, "li", now)
    account = well_known(session, li, "Acme")
    for name, birthday in (("张伟", date(1990, 11, 26)), ("Later", date(1990, 11, 27)), ("Leap", date(2000, 2, 29))):
        create_contact(
            session, li, name=name, account_id=account.id, birthday=birthday, title="CEO", mobile="13800001111"
        )
    gone = create_contact(session, li, name="Gone", account_id=account.id, birthday=date(1990, 11, 26))
    mark_departed(session, li, gone)
    (task,) = run(session, now, zone)
    assert (task.title, task.owner_id) == ("生日关怀：张伟（11-26 生日）", li.user_id)
    assert task.due_at == datetime.fromisoformat("2026-11-26T10:00:00+08:00")
    assert run(session, now, zone) == []
    delete_task(session, li, task)
    assert titles(run(session, now + timedelta(days=2), zone)) == ["生日关怀：Later（11-27 生日）"]
    february = datetime.fromisoformat("2027-02-26T09:00:00+08:00")
    assert any(title.startswith("生日关怀：Leap（02-28") for title in titles(run(session, february, zone)))


def test_care_speaks_the_owners_language(
    session: Session, as_staff: ActorOf, complete: Account, now: datetime, zone: object
) -> None:
    session.scalars(select(User).where(User.handle == "li")).one().language = "en"
    create_contact(
        session,
        as_staff("li"),
        name="Ann",
        account_id=complete.id,
        birthday=date(1980, 11, 24),
        title="CEO",
        mobile="13800001111",
    )
    assert titles(run(session, now, zone)) == ["Birthday care: Ann (birthday on 24 Nov)"]


@pytest.mark.parametrize(
    ("day", "title"),
    [
        ("2027-01-30", "春节关怀：Acme"),
        ("2027-01-29", None),
        ("2026-12-25", "元旦关怀：Acme"),
        ("2026-09-20", "中秋节关怀：Acme"),
        ("2026-10-03", None),
        ("2026-12-20", None),  # Christmas is for those who speak English
    ],
)
def test_holidays_come_a_week_ahead_for_the_best_customers(
    session: Session, as_staff: ActorOf, complete: Account, zone: object, day: str, title: str | None
) -> None:
    well_known(session, as_staff("li"), "Small")
    complete.level = AccountLevel.A
    at = datetime.fromisoformat(f"{day}T09:00:00+08:00")
    for account in session.scalars(select(Account)):
        account.last_interaction_at = account.updated_at = at
    found = [text for text in titles(run(session, at, zone)) if "关怀" in text]
    assert found == ([title] if title else [])


def test_silence_is_noticed_by_level_and_again_later(
    session: Session, as_staff: ActorOf, complete: Account, now: datetime, zone: object
) -> None:
    log_interaction(
        session,
        as_staff("li"),
        kind="call",
        occurred_at=now - timedelta(days=20),
        summary="Called",
        account_id=complete.id,
    )
    assert run(session, now, zone) == []
    complete.level = AccountLevel.S
    (task,) = run(session, now, zone)
    assert task.title == "联系客户：Acme（20 天未联系，S级）"
    assert task.due_at == datetime.fromisoformat("2026-11-24T18:00:00+08:00")
    assert run(session, now + timedelta(days=5), zone) == []
    assert titles(run(session, now + timedelta(days=8), zone)) == ["联系客户：Acme（28 天未联系，S级）"]


def test_the_first_run_buries_nobody(session: Session, as_staff: ActorOf, now: datetime, zone: object) -> None:
    for turn in range(7):
        account = well_known(session, as_staff("li"), f"A{turn}")
        account.level = AccountLevel.S if turn == 6 else AccountLevel.A
        account.last_interaction_at = now - timedelta(days=40 + turn)
    first = titles(run(session, now, zone))
    assert len(first) == 5
    assert first[0] == "联系客户：A6（46 天未联系，S级）"
    assert run(session, now, zone) == []
    assert len(run(session, now + timedelta(days=1), zone)) == 2


def test_stale_data_is_one_task_a_month_for_each_owner(any_session: Session, now: datetime, zone: object) -> None:
    session, li = any_session, actor_in(any_session, "li", now)
    bare = create_account(session, li, name="Bare")
    create_contact(session, li, name="Ann", account_id=bare.id, title="CEO")
    well_known(session, li, "Full")
    create_account(session, actor_in(session, "zhao", now), name="Nobody there")
    first, second = run(session, now, zone)
    assert second.notes == "Nobody there: industry, size_band, region, source, key contact"
    assert first.title == "核对客户资料：1 个客户待更新（2026-11）"
    assert first.notes == "Bare: industry, size_band, region, source, Ann (mobile)"
    assert second.owner_id != first.owner_id
    assert run(session, now + timedelta(days=3), zone) == []
    later = run(session, now + timedelta(days=190), zone)
    assert any("Full: updated 2026-11-23" in (task.notes or "") for task in later)


def test_a_company_sets_its_own_rules(
    session: Session, as_staff: ActorOf, complete: Account, now: datetime, zone: object
) -> None:
    rules = get_rules(session, "care")
    rules["no_contact"]["days"]["C"] = 10
    set_rules(session, as_staff("qian"), "care", rules)
    # What a newer version of the program knows beside them is added.
    row = session.query(RuleSet).one()
    row.value = {key: value for key, value in row.value.items() if key != "data_check"}
    complete.last_interaction_at = now - timedelta(days=11)
    assert titles(run(session, now, zone)) == ["联系客户：Acme（11 天未联系，C级）"]


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("care", ("birthday", "hour"), "ten"),
        ("care", ("birthday", "days_ahead"), -1),
        ("care", ("no_contact", "days"), {"S": 14}),
        ("care", ("holidays", "names", 0, "date"), "13-01"),
        ("care", ("holidays", "names", 1), {"key": "x", "zh": "x", "en": "x"}),
        ("levels", (0, "level"), "Z"),
        ("levels", (0, "any", 0), {"shoe_size": 44}),
        ("tags", (0, "filter"), {"field": "shoe_size", "op": "==", "value": 44}),
        ("tags", (0, "kind"), "lead"),
        ("statuses", (), []),
        ("weather", (), {}),
    ],
)
def test_wrong_rules_are_refused(
    session: Session, as_staff: ActorOf, name: str, place: tuple[Any, ...], value: object
) -> None:
    rules: Any = get_rules(session, name) if name != "weather" else {}
    if place:
        part = rules
        for step in place[:-1]:
            part = part[step]
        part[place[-1]] = value
    with pytest.raises(InvalidField):
        set_rules(session, as_staff("root"), name, rules if place else value)


def test_only_the_program_and_managers_start_the_round(session: Session, as_staff: ActorOf) -> None:
    for handle in ("li", "sun", "zhou", "wu"):
        with pytest.raises(PermissionRefused):
            care.generate(session, as_staff(handle))
    care.generate(session, as_staff("qian"))


def test_the_last_key_contacts_leaving_is_a_task_for_the_owner(
    session: Session, as_staff: ActorOf, now: datetime
) -> None:
    li = as_staff("li")
    account = create_account(session, li, name="Acme")
    ann = create_contact(session, li, name="Ann", account_id=account.id)
    bob = create_contact(session, li, name="Bob", account_id=account.id)
    assert (ann.is_key_contact, bob.is_key_contact) == (True, False)
    with pytest.raises(InvalidField, match="key contact"):
        update_contact(session, li, ann, is_key_contact=False)
    # Whoever marks it: support may give nobody a task, the rule does.
    leaving = actor_in(session, "zhou", now, message_id=3)
    mark_departed(session, leaving, ann, reason="retired")
    assert ann.departed_at == now
    (task,) = list_tasks(session, li)
    assert task.title == "为Acme确认新的关键联系人（Ann已离开）"
    undo_message(session, leaving, message_id=3)
    assert (ann.status, ann.departed_at, list_tasks(session, li)) == ("active", None, [])
    mark_departed(session, li, ann, successor_id=bob.id)
    assert bob.is_key_contact
    assert list_tasks(session, li) == []
    with pytest.raises(InvalidField, match="successor"):
        mark_departed(session, li, bob, successor_id=bob.id)
    other = create_account(session, li, name="Other")
    update_contact(session, li, bob, account_id=other.id)
    assert bob.is_key_contact
    assert "Bob已离开" in list_tasks(session, li)[0].title
