"""Staff and how they prove who they are: users, teams, passwords, sign-in, one-time link codes, chat identities.

Promise: passwords are kept as argon2 hashes and codes as SHA-256, five failures lock an account for a quarter of
an hour. Never: a session cookie, a channel's word.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from crm_core.audit import changing, record_change, record_created
from crm_core.database import Database
from crm_core.errors import InvalidField, LinkCodeInvalid, RecordNotFound, SignInFailed
from crm_core.models import ChatIdentity, LinkCode, Role, Team, User
from crm_core.permissions import Actor, require, staff_actor
from crm_core.staff import require_another_admin

MIN_PASSWORD_CHARS = 8
MAX_FAILED_SIGN_INS = 5
LOCK_OUT = timedelta(minutes=15)
LINK_CODE_LIFETIME = timedelta(hours=24)
LINK_CODE_CHARS = 10
#: No 0/O, 1/I/L: a code is read from one screen and typed on another. 31 ** 10 codes, about 49 bits.
LINK_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

#: built once: every message asks it
_BY_ACCOUNT = select(ChatIdentity).where(
    ChatIdentity.channel == bindparam("channel"), ChatIdentity.external_id == bindparam("external_id")
)
_HANDLE = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


def create_user(
    session: Session,
    actor: Actor,
    *,
    handle: str,
    name: str,
    role: Role,
    team: str | None = None,
    password: str | None = None,
    language: str | None = None,
    timezone: str | None = None,
    email: str | None = None,
    must_change_password: bool = True,
) -> User:
    """Add a member of staff; a team that does not exist yet is added too. Without a password he cannot sign in.

    Raises:
        InvalidField: the handle is taken or badly formed, the name is empty, or the password breaks a rule.
    """
    require(actor, "create", User)
    if not name.strip():
        raise InvalidField("name", name, "Give the person's name.")
    user = User(
        handle=_free_handle(session, handle),
        name=name.strip(),
        role=role,
        team_id=get_or_create_team(session, actor, name=team).id if team else None,
        password_hash=hash_password(password) if password is not None else None,
        must_change_password=must_change_password,
        language=language,
        timezone=timezone,
        email=email,
        created_at=actor.now,
    )
    return record_created(session, actor, user)


def get_or_create_team(session: Session, actor: Actor, *, name: str) -> Team:
    """Return the team of that name, adding it if there is none."""
    team = session.scalar(select(Team).where(Team.name == name.strip()))
    if team is not None:
        return team
    require(actor, "create", Team)
    return record_created(session, actor, Team(name=name.strip(), created_at=actor.now))


def find_team(session: Session, name: str) -> Team | None:
    """Find a team by its name, whatever the case; of a bilingual name such as '华东 / East China' either part does."""
    wanted = name.strip().casefold()
    return next((team for team in list_teams(session) if wanted in _spellings(team.name)), None)


def _spellings(name: str) -> set[str]:
    folded = name.casefold()
    return {folded, *(part.strip() for part in folded.split("/"))}


def list_teams(session: Session) -> list[Team]:
    """Return all teams by name."""
    return list(session.scalars(select(Team).order_by(Team.name)))


def find_user(session: Session, handle: str) -> User | None:
    """Find a member of staff by handle, whatever the case; a leading @ is ignored. Inactive staff are found too."""
    return session.scalar(select(User).where(User.handle == normalise_handle(handle)))


def get_user(session: Session, handle: str) -> User:
    """Return a member of staff by handle.

    Raises:
        RecordNotFound: nobody has this handle.
    """
    user = find_user(session, handle)
    if user is None:
        raise RecordNotFound("user", handle)
    return user


def find_users_by_name(session: Session, name: str) -> list[User]:
    """Find active staff whose name or handle is `name`, whatever the case."""
    wanted = name.strip().casefold()
    users = list_users(session)
    return [user for user in users if wanted in {user.name.casefold(), user.handle}]


def list_users(session: Session, *, include_inactive: bool = False) -> list[User]:
    """Return the staff by handle."""
    query = select(User).order_by(User.handle)
    return list(session.scalars(query if include_inactive else query.where(User.active)))


def list_members(session: Session, *, team_ids: Iterable[int]) -> list[User]:
    """Return the staff of these teams by handle, those who have left included: their records remain."""
    query = select(User).where(User.team_id.in_(list(team_ids))).order_by(User.handle)
    return list(session.scalars(query))


def normalise_handle(handle: str) -> str:
    """Spell a handle as it is stored: lower case, no surrounding space, no leading @."""
    return handle.strip().removeprefix("@").casefold()


def set_password(session: Session, actor: Actor, user: User, password: str, *, must_change: bool = True) -> None:
    """Give a member of staff a new password and lift a lock-out.

    Raises:
        InvalidField: the password breaks a rule.
    """
    require(actor, "update", user)
    user.password_hash = hash_password(password)
    user.must_change_password = must_change
    user.failed_sign_ins = 0
    user.locked_until = None
    session.flush()
    record_change(session, actor, "updated", user, reason="password set")


def change_password(session: Session, actor: Actor, *, user: User, old: str, new: str) -> None:
    """Let a member of staff replace his own password.

    Raises:
        SignInFailed: the old password is wrong.
        InvalidField: the new password breaks a rule or is the old one.
    """
    if not _verify(user.password_hash, old):
        raise SignInFailed("The old password is wrong.")
    if old == new:
        raise InvalidField("password", "…", "Choose a password that differs from the old one.")
    user.password_hash = hash_password(new)
    user.must_change_password = False
    session.flush()
    record_change(session, actor, "updated", user, reason="password changed")


def set_active(session: Session, actor: Actor, user: User, *, active: bool) -> None:
    """Let a member of staff in or shut him out; his records remain until `handover.hand_over`.

    Raises:
        InvalidField: the last admin would be shut out.
    """
    require(actor, "update", user)
    if not active and user.role is Role.ADMIN:
        require_another_admin(session, user)
    with changing(session, actor, user):
        user.active = active


def hash_password(password: str) -> str:
    """Hash a password with argon2id after checking the rules.

    Raises:
        InvalidField: shorter than eight characters, or without a letter, a digit or a special character.
    """
    kinds = (str.isalpha, str.isdigit, _is_special)
    if len(password) < MIN_PASSWORD_CHARS or not all(any(map(kind, password)) for kind in kinds):
        # The value itself never goes into a message.
        raise InvalidField("password", "…", "Use at least 8 characters with letters, digits and a special character.")
    return _hasher().hash(password)


def sign_in(session: Session, *, handle: str, password: str, now: datetime) -> User:
    """Check a handle and password and return the member of staff.

    A failure is counted in this session: commit it although this raises, or call `sign_in_durably` instead.

    Raises:
        SignInFailed: wrong, locked, inactive or without a password. The reasons look alike from outside.
    """
    user = session.scalar(select(User).where(User.handle == normalise_handle(handle)).with_for_update())
    verified = _verify(user.password_hash if user else None, password)
    return _conclude_sign_in(session, user, verified=verified, now=now)


def sign_in_durably(database: Database, *, handle: str, password: str, now: datetime) -> User:
    """Sign in, keeping the count of failures. The slow hash is computed outside the transaction.

    Raises:
        SignInFailed: see `sign_in`.
    """
    with database.reading() as session:
        user = find_user(session, handle)
        known_hash = user.password_hash if user else None
    verified = _verify(known_hash, password)
    with database.transaction() as session:
        query = select(User).where(User.handle == normalise_handle(handle)).with_for_update()
        user = session.scalar(query)
        is_same = user is not None and user.password_hash == known_hash
        try:
            return _conclude_sign_in(session, user, verified=verified and is_same, now=now)
        except SignInFailed as error:
            failure = error
    raise failure


def make_link_code(session: Session, actor: Actor, *, user: User, now: datetime) -> str:
    """Make the one-time code by which a member of staff links a chat account; earlier unused codes die.

    Everyone may make his own; making another's takes the right to change users. Valid for 24 hours.
    """
    if actor.user_id != user.id:
        require(actor, "update", user)
    unused = update(LinkCode).where(LinkCode.user_id == user.id, LinkCode.used_at.is_(None))
    session.execute(unused.values(expires_at=now))
    code = "".join(secrets.choice(LINK_CODE_ALPHABET) for _ in range(LINK_CODE_CHARS))
    session.add(LinkCode(code_hash=_hash_code(code), user_id=user.id, expires_at=now + LINK_CODE_LIFETIME))
    session.flush()
    record_change(session, actor, "updated", user, reason="link code made")
    return f"{code[:5]}-{code[5:]}"


def redeem_link_code(session: Session, *, code: str, channel: str, external_id: str, now: datetime) -> User:
    """Use up a link code: the chat account becomes the member of staff's. Case, spaces and hyphens do not matter.

    Raises:
        LinkCodeInvalid: unknown, already used, expired, or its owner has left.
    """
    # One conditional UPDATE, so that of two chats that send the same code only one gets in.
    claim = (
        update(LinkCode)
        .where(LinkCode.code_hash == _hash_code(code), LinkCode.used_at.is_(None), LinkCode.expires_at > now)
        .values(used_at=now)
        .returning(LinkCode.user_id)
    )
    user_id = session.scalar(claim)
    user = session.get(User, user_id) if user_id is not None else None
    if user is None or not user.active:
        raise LinkCodeInvalid("This code is unknown, used or expired. Ask for a new one.")
    link_identity(session, channel=channel, external_id=external_id, user_id=user.id, now=now)
    reason = f"chat account linked on {channel}"
    record_change(session, staff_actor(user, now=now), "updated", user, reason=reason)
    return user


def link_identity(
    session: Session,
    *,
    channel: str,
    external_id: str,
    user_id: int | None = None,
    contact_id: int | None = None,
    now: datetime,
) -> ChatIdentity:
    """Make a chat account that of a member of staff or of a contact (both None: a visitor's again)."""
    identity = find_or_create_identity(session, channel=channel, external_id=external_id, now=now)
    identity.user_id = user_id
    identity.contact_id = contact_id
    session.flush()
    return identity


def find_identity(session: Session, channel: str, external_id: str) -> ChatIdentity | None:
    """Find what is known of a chat account."""
    return session.scalar(_BY_ACCOUNT, {"channel": channel, "external_id": external_id})


def find_or_create_identity(
    session: Session,
    *,
    channel: str,
    external_id: str,
    display_name: str | None = None,
    known: ChatIdentity | None = None,
    now: datetime,
) -> ChatIdentity:
    """Return the chat account, noting it as a visitor's at first; a new display name replaces the old one.

    `known`: the account, where the caller has found it already.
    """
    identity = known or find_identity(session, channel, external_id)
    if identity is None:
        _insert_identity(session, channel, external_id, now)
        identity = find_identity(session, channel, external_id)
    if identity is None:  # pragma: no cover - the insert or a rival's has just put it there
        raise RecordNotFound("chat_identity", external_id)
    if display_name and identity.display_name != display_name[:200]:
        identity.display_name = display_name[:200]
        session.flush()
    return identity


def _insert_identity(session: Session, channel: str, external_id: str, now: datetime) -> None:
    # Two workers may meet the same stranger at once: the second insert does nothing instead of failing.
    dialects: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    insert = dialects[session.get_bind().dialect.name]
    values = {"channel": channel, "external_id": external_id, "created_at": now}
    session.execute(insert(ChatIdentity).values(values).on_conflict_do_nothing())


def _free_handle(session: Session, handle: str) -> str:
    spelled = normalise_handle(handle)
    if not _HANDLE.fullmatch(spelled):
        raise InvalidField("handle", handle, "Use up to 64 of a-z, 0-9 and . _ - @, beginning with a letter or digit.")
    if session.scalar(select(func.count()).select_from(User).where(User.handle == spelled)):
        raise InvalidField("handle", handle, "This handle is taken; choose another.")
    return spelled


def _is_special(char: str) -> bool:
    return not char.isalnum() and not char.isspace()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _hash_of_nobody() -> str:
    return _hasher().hash(secrets.token_hex())


def _verify(password_hash: str | None, password: str) -> bool:
    # An unknown handle costs the same time as a wrong password, so timing does not tell who exists.
    try:
        matches = _hasher().verify(password_hash or _hash_of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


def _conclude_sign_in(session: Session, user: User | None, *, verified: bool, now: datetime) -> User:
    if user is None or not user.active or (user.locked_until is not None and user.locked_until > now):
        raise SignInFailed("Wrong handle or password, or the account is locked for a while.")
    if verified:
        user.failed_sign_ins = 0
        user.locked_until = None
        session.flush()
        return user
    user.failed_sign_ins += 1
    if user.failed_sign_ins >= MAX_FAILED_SIGN_INS:
        user.locked_until = now + LOCK_OUT
        user.failed_sign_ins = 0
    session.flush()
    raise SignInFailed("Wrong handle or password, or the account is locked for a while.")


def _hash_code(code: str) -> str:
    plain = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
