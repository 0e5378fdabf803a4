"""Whose records a report counts: one's own, a colleague's, a team's or everybody's, as far as the asker may see.

Never: a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, true
from sqlalchemy.orm import Session

from crm_core.access import list_members
from crm_core.errors import PermissionRefused, RecordNotFound
from crm_core.models import Team, Ticket, User
from crm_core.permissions import Actor, Scope, held_by, require, scope_of


@dataclass(frozen=True, kw_only=True)
class Circle:
    """Whose records are counted; `user_ids` None: everybody's and nobody's."""

    #: own, team or all; a colleague's figures are `own` too, with him as the person
    scope: Scope
    user_ids: Sequence[int] | None
    #: the team where the figures are one team's
    team: Team | None = None
    #: the person where the figures are one person's
    person: User | None = None

    def of(self, model: Any) -> ColumnElement[bool]:
        """Build the filter of the records of this type that are counted, deleted ones included."""
        if self.user_ids is None:
            return true()
        mine = held_by(model, self.user_ids)
        if model is Ticket and self.team is not None:
            return or_(mine, Ticket.team_id == self.team.id)
        return mine


def choose_circle(session: Session, actor: Actor, *, team_id: int | None = None, owner_id: int | None = None) -> Circle:
    """Return whose records the actor's report counts: all that he may see, or one team's or person's of it.

    Raises:
        PermissionRefused: the actor may not see reports, or not those of that team or person.
        RecordNotFound: there is no such team or person.
    """
    require(actor, "read", "report")
    scope = scope_of(actor, "read", "report")
    if owner_id is not None:
        return _person(session, actor, scope, owner_id)
    if scope is Scope.OWN and team_id is None:
        own = actor.user_id or 0
        return Circle(scope=scope, user_ids=[own], person=session.get(User, own))
    if scope is Scope.ALL and team_id is None:
        return Circle(scope=scope, user_ids=None)
    wanted = team_id if team_id is not None else actor.team_id
    if scope is not Scope.ALL and (scope is Scope.OWN or wanted != actor.team_id):
        raise PermissionRefused("read", "report", reason=f"reports reach {scope}, not another team")
    team = session.get(Team, wanted) if wanted is not None else None
    if team is None and wanted is not None:
        raise RecordNotFound("team", wanted)
    members = [user.id for user in list_members(session, team_ids=[wanted])] if wanted is not None else []
    own_id = [actor.user_id] if scope is Scope.TEAM and actor.user_id is not None else []
    return Circle(scope=Scope.TEAM, user_ids=[*members, *own_id], team=team)


def _person(session: Session, actor: Actor, scope: Scope, owner_id: int) -> Circle:
    person = session.get(User, owner_id)
    if person is None:
        raise RecordNotFound("user", owner_id)
    in_team = scope is Scope.TEAM and person.team_id is not None and person.team_id == actor.team_id
    if scope is not Scope.ALL and not in_team and owner_id != actor.user_id:
        raise PermissionRefused("read", "report", reason=f"reports reach {scope}, not {person.handle}'s")
    return Circle(scope=Scope.OWN, user_ids=[owner_id], person=person)
