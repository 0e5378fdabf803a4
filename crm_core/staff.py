"""Who works here: changes of a member of staff, teams, and who leads whom.

Promise: whoever changes staff has the right to, and the last admin cannot shut himself out. Never: a password.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing, record_created
from crm_core.errors import InvalidField, RecordNotFound
from crm_core.models import Role, Team, User
from crm_core.permissions import Actor, require


def _timezone(field: str, value: Any) -> str | None:
    name = fields.optional_text(64)(field, value)
    if name is None:
        return None
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidField(field, value, "Give a zone such as Asia/Shanghai.") from error
    return str(name)


USER_RULES: dict[str, fields.Rule] = {
    "name": fields.required_text(200),
    "role": fields.one_of(Role),
    "team_id": fields.as_given,
    "language": fields.language,
    "timezone": _timezone,
    "email": fields.email,
}


def update_user(session: Session, actor: Actor, user: User, **changes: Any) -> User:
    """Change name, role, team, language, zone or e-mail of a member of staff.

    Raises:
        InvalidField: a value breaks its rule, or the last admin would lose his role.
        RecordNotFound: there is no such team.
        PermissionRefused: the actor may not change staff.
    """
    require(actor, "update", user)
    values = fields.normalise(USER_RULES, changes)
    if values.get("team_id") is not None and session.get(Team, values["team_id"]) is None:
        raise RecordNotFound("team", values["team_id"])
    if user.role is Role.ADMIN and values.get("role", Role.ADMIN) is not Role.ADMIN:
        require_another_admin(session, user)
    with changing(session, actor, user):
        for field, value in values.items():
            setattr(user, field, value)
    return user


def require_another_admin(session: Session, user: User) -> None:
    """Make sure that somebody else is an active admin.

    Raises:
        InvalidField: nobody is.
    """
    others = select(func.count()).where(User.role == Role.ADMIN, User.active.is_(True), User.id != user.id)
    if not session.scalar(others):
        raise InvalidField("role", user.role.value, "He is the only admin: make another one first.")


def create_team(session: Session, actor: Actor, *, name: str) -> Team:
    """Add a team.

    Raises:
        InvalidField: the name is blank or taken.
        PermissionRefused: the actor may not add teams.
    """
    require(actor, "create", Team)
    return record_created(session, actor, Team(name=_free_name(session, name), created_at=actor.now))


def rename_team(session: Session, actor: Actor, team: Team, *, name: str) -> Team:
    """Give a team another name.

    Raises:
        InvalidField: the name is blank or taken.
        PermissionRefused: the actor may not change teams.
    """
    require(actor, "update", team)
    spelled = _free_name(session, name, beside=team)
    with changing(session, actor, team):
        team.name = spelled
    return team


def list_members(session: Session, actor: Actor, team: Team) -> list[User]:
    """Return the active members of a team, supervisors first.

    Raises:
        PermissionRefused: the actor may not read staff.
    """
    require(actor, "read", User)
    members = session.scalars(select(User).where(User.team_id == team.id, User.active.is_(True)))
    return sorted(members, key=lambda user: (user.role is not Role.SUPERVISOR, user.handle))


def supervisors_of(session: Session, user: User) -> list[User]:
    """Return the active supervisors of a person's team; of one without, the managers."""
    query = select(User).where(User.active.is_(True), User.id != user.id)
    if user.team_id is not None:
        of_team = query.where(User.team_id == user.team_id, User.role == Role.SUPERVISOR)
        found = list(session.scalars(of_team.order_by(User.handle)))
        if found:
            return found
    return list(session.scalars(query.where(User.role == Role.MANAGER).order_by(User.handle)))


def _free_name(session: Session, name: str, *, beside: Team | None = None) -> str:
    spelled = str(fields.required_text(100)("name", name))
    taken = select(Team.id).where(func.lower(Team.name) == spelled.lower())
    if beside is not None:
        taken = taken.where(Team.id != beside.id)
    if session.scalar(taken) is not None:
        raise InvalidField("name", name, "Another team has this name.")
    return spelled
