from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import access
from crm_core.database import Database
from crm_core.errors import InvalidField, LinkCodeInvalid, PermissionRefused, RecordNotFound, SignInFailed
from crm_core.models import AuditEvent, ChatIdentity, LinkCode, Role, User
from crm_core.permissions import Actor, system_actor
from tests.crm_core.conftest import ActorOf

PASSWORD = "Tulip#2026"  # long enough, with a letter, a digit and a special character


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real hash, at a cost fit for tests; hashes carry their parameters, so nothing else changes."""
    access._hash_of_nobody.cache_clear()
    monkeypatch.setattr(access, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


def _hire(session: Session, now: datetime, handle: str = "chen", password: str | None = PASSWORD) -> User:
    return access.create_user(session, system_actor(now), handle=handle, name="Chen", role=Role.REP, password=password)


def test_handles_are_unique_whatever_the_case(session: Session, system: Actor) -> None:
    access.create_user(session, system, handle="Chen.Yu", name="Chen", role=Role.REP)
    with pytest.raises(InvalidField, match="taken"):
        access.create_user(session, system, handle="chen.yu", name="Other", role=Role.REP)
    found = access.find_user(session, "@CHEN.YU")
    assert found is not None
    assert found.handle == "chen.yu"


@pytest.mark.parametrize("handle", ["", "陈", "a b", "-x", "x" * 65])
def test_badly_formed_handles_are_refused(session: Session, system: Actor, handle: str) -> None:
    with pytest.raises(InvalidField, match="handle"):
        access.create_user(session, system, handle=handle, name="Chen", role=Role.REP)


def test_a_team_is_added_once(session: Session, system: Actor) -> None:
    first = access.create_user(session, system, handle="a1", name="A", role=Role.REP, team="North")
    second = access.create_user(session, system, handle="a2", name="B", role=Role.REP, team="North")
    assert first.team_id == second.team_id


def test_only_those_who_may_change_users_hire(session: Session, as_staff: ActorOf) -> None:
    with pytest.raises(PermissionRefused):
        access.create_user(session, as_staff("qian"), handle="new", name="New", role=Role.ADMIN)


@pytest.mark.parametrize("password", ["short1!", "onlyletters!", "12345678!", "Letters123", "密码密码密码密码"])
def test_weak_passwords_are_refused_without_being_repeated(password: str) -> None:
    with pytest.raises(InvalidField) as refused:
        access.hash_password(password)
    assert password not in str(refused.value)


def test_sign_in_with_the_right_password(session: Session, now: datetime) -> None:
    user = _hire(session, now)
    assert access.sign_in(session, handle="CHEN", password=PASSWORD, now=now) is user


@pytest.mark.parametrize("handle", ["chen", "nobody", "nopassword", "gone"])
def test_every_failure_looks_alike(session: Session, now: datetime, handle: str) -> None:
    _hire(session, now)
    _hire(session, now, "nopassword", None)
    _hire(session, now, "gone").active = False
    with pytest.raises(SignInFailed) as failed:
        access.sign_in(session, handle=handle, password="Wrong#2026", now=now)
    assert str(failed.value) == "Wrong handle or password, or the account is locked for a while."


def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(any_database: Database, now: datetime) -> None:
    with any_database.transaction() as session:
        _hire(session, now)
    for _ in range(access.MAX_FAILED_SIGN_INS):
        with pytest.raises(SignInFailed):
            access.sign_in_durably(any_database, handle="chen", password="Wrong#2026", now=now)
    with pytest.raises(SignInFailed):
        access.sign_in_durably(any_database, handle="chen", password=PASSWORD, now=now + timedelta(minutes=14))
    later = now + timedelta(minutes=16)
    assert access.sign_in_durably(any_database, handle="chen", password=PASSWORD, now=later).handle == "chen"


def test_a_success_forgets_earlier_failures(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        _hire(session, now)
    for _ in range(2):
        for _ in range(access.MAX_FAILED_SIGN_INS - 1):
            with pytest.raises(SignInFailed):
                access.sign_in_durably(database, handle="chen", password="Wrong#2026", now=now)
        access.sign_in_durably(database, handle="chen", password=PASSWORD, now=now)


def test_changing_the_password_takes_the_old_one(session: Session, as_staff: ActorOf, now: datetime) -> None:
    user = _hire(session, now)
    actor = as_staff("chen")
    with pytest.raises(SignInFailed):
        access.change_password(session, actor, user=user, old="Wrong#2026", new="Orchid#2026")
    with pytest.raises(InvalidField):
        access.change_password(session, actor, user=user, old=PASSWORD, new=PASSWORD)
    access.change_password(session, actor, user=user, old=PASSWORD, new="Orchid#2026")
    assert not user.must_change_password
    assert access.sign_in(session, handle="chen", password="Orchid#2026", now=now) is user


def test_no_secret_enters_the_audit_trail(session: Session, as_staff: ActorOf, now: datetime) -> None:
    user = _hire(session, now)
    access.set_password(session, as_staff("root"), user, "Orchid#2026")
    trail = [(event.before, event.after) for event in session.scalars(select(AuditEvent))]
    assert "argon2" not in str(trail)


def test_a_link_code_works_once(session: Session, as_staff: ActorOf, now: datetime) -> None:
    user = access.get_user(session, "li")
    code = access.make_link_code(session, as_staff("li"), user=user, now=now)
    typed = f" {code.lower().replace('-', ' ')} "
    redeemed = access.redeem_link_code(session, code=typed, channel="telegram", external_id="77", now=now)
    assert redeemed is user
    identity = access.find_identity(session, "telegram", "77")
    assert identity is not None
    assert identity.user_id == user.id
    with pytest.raises(LinkCodeInvalid):
        access.redeem_link_code(session, code=code, channel="telegram", external_id="78", now=now)


def test_a_link_code_expires_and_is_replaced_by_a_newer_one(session: Session, as_staff: ActorOf, now: datetime) -> None:
    user = access.get_user(session, "li")
    old = access.make_link_code(session, as_staff("li"), user=user, now=now)
    new = access.make_link_code(session, as_staff("li"), user=user, now=now)
    for code, at in ((old, now), (new, now + timedelta(hours=25)), ("AAAAA-AAAAA", now)):
        with pytest.raises(LinkCodeInvalid):
            access.redeem_link_code(session, code=code, channel="telegram", external_id="77", now=at)


def test_a_link_code_is_kept_as_a_hash_and_made_only_for_oneself(
    session: Session, as_staff: ActorOf, now: datetime
) -> None:
    user = access.get_user(session, "li")
    code = access.make_link_code(session, as_staff("li"), user=user, now=now)
    kept = session.scalars(select(LinkCode.code_hash)).all()
    assert code.replace("-", "") not in "".join(kept)
    with pytest.raises(PermissionRefused):
        access.make_link_code(session, as_staff("wang"), user=user, now=now)


def test_a_stranger_becomes_one_identity(any_session: Session, now: datetime) -> None:
    first = access.find_or_create_identity(any_session, channel="web", external_id="v1", now=now)
    again = access.find_or_create_identity(any_session, channel="web", external_id="v1", display_name="小明", now=now)
    assert first is again
    assert again.display_name == "小明"
    assert again.user_id is None
    assert len(any_session.scalars(select(ChatIdentity)).all()) == 1


def test_asking_for_nobody_says_so(session: Session) -> None:
    with pytest.raises(RecordNotFound, match="nobody"):
        access.get_user(session, "nobody")
