"""Who gets a lead (线索分配): by region, level and load, with rules that are data.

A rule names whom the leads of some regions and levels go to: `{"regions": ["浙江", "上海"], "levels": ["S", "A"],
"teams": ["East"], "handles": ["li"]}`; what it leaves out does not matter to it. The first rule that fits and has
somebody free decides; without one, every active rep. Of several the one with the least open leads and deals gets
it, then the one whose last lead is longest ago, then the first by handle: the same records give the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing
from crm_core.deals.rule_sets import get_rule_set, store_rule_set
from crm_core.errors import InvalidField, RecordNotFound
from crm_core.models import AccountLevel, Lead, LeadStatus, Opportunity, Role, Team, User
from crm_core.permissions import Actor, require, visible
from crm_core.records import require_assign

_KEY = "lead_assignment"
_NEVER = datetime.min.replace(tzinfo=UTC)
_OPEN = (LeadStatus.NEW, LeadStatus.ASSIGNED)
_SPELLINGS: dict[str, fields.Rule] = {
    "regions": fields.word_list,
    "levels": fields.word_list,
    "teams": fields.word_list,
    "handles": fields.word_list,
    "max_open": fields.whole_number,
}


def get_assignment_rules(session: Session) -> list[dict[str, Any]]:
    """Return the rules in force, the first that fits decides."""
    return list(get_rule_set(session, _KEY))


def set_assignment_rules(session: Session, actor: Actor, rules: Sequence[Mapping[str, Any]]) -> None:
    """Set the rules; `max_open` of a rule is how many open leads one of its people may hold.

    Raises:
        InvalidField: a rule names an unknown level, team, person or key.
        PermissionRefused: the actor may not change the company's rules.
    """
    teams = set(session.scalars(select(Team.name)))
    handles = set(session.scalars(select(User.handle)))
    checked = [fields.normalise(_SPELLINGS, rule) for rule in rules]
    for rule in checked:
        for key, known in (("levels", set(AccountLevel)), ("teams", teams), ("handles", handles)):
            unknown = [word for word in rule.get(key, []) if word not in known]
            if unknown:
                raise InvalidField(key, unknown, f"Known {key}: {', '.join(sorted(known))}.")
    store_rule_set(session, actor, key=_KEY, value=checked)


def propose_owner(session: Session, actor: Actor, lead: Lead) -> User | None:
    """Return who should get the lead, of those to whom the actor may give one; None where nobody is free.

    Raises:
        PermissionRefused: the actor may not assign this lead.
    """
    require(actor, "assign", lead)
    people = [user for user in _sellers(session) if _may_give(actor, user)]
    teams = {team.id: team.name for team in session.scalars(select(Team))}
    loads, latest = _loads(session), _latest(session)
    for rule in [*_fitting(session, lead), {}]:
        free = [user for user in people if _is_meant(user, rule, teams) and _has_room(loads, user, rule)]
        if free:
            return min(free, key=lambda user: (sum(loads[user.id]), latest.get(user.id, _NEVER), user.handle))
    return None


def assign_lead(session: Session, actor: Actor, lead: Lead, *, owner_id: int | None = None) -> Lead:
    """Give a lead to a person, or to whom the rules choose.

    Raises:
        InvalidField: it is converted or discarded already, or the rules find nobody.
        RecordNotFound: there is no such person.
        PermissionRefused: the actor may not assign this lead, or not to that person.
    """
    require(actor, "assign", lead)
    if lead.status not in _OPEN:
        raise InvalidField("status", lead.status.value, "Only a new or assigned lead can be given to somebody.")
    owner = session.get(User, owner_id) if owner_id is not None else propose_owner(session, actor, lead)
    if owner is None and owner_id is not None:
        raise RecordNotFound("user", owner_id)
    if owner is None:
        raise InvalidField("owner", None, "The rules find nobody who is free: name a person.")
    require_assign(actor, lead, to=owner)
    with changing(session, actor, lead, reason="assigned"):
        lead.owner_id = owner.id
        lead.status = LeadStatus.ASSIGNED
        lead.assigned_at = actor.now
    return lead


def assign_waiting_leads(session: Session, actor: Actor, *, limit: int = 200) -> list[Lead]:
    """Give out the leads that nobody owns, the most promising first; return those that found somebody.

    Raises:
        PermissionRefused: the actor may not assign leads.
    """
    require(actor, "assign", Lead)
    query = select(Lead).where(visible(actor, Lead), Lead.owner_id.is_(None), Lead.status == LeadStatus.NEW)
    waiting = session.scalars(query.order_by(Lead.score.desc(), Lead.created_at, Lead.id).limit(limit)).all()
    assigned: list[Lead] = []
    for lead in waiting:
        owner = propose_owner(session, actor, lead)
        if owner is not None:
            assigned.append(assign_lead(session, actor, lead, owner_id=owner.id))
    return assigned


def _sellers(session: Session) -> list[User]:
    query = select(User).where(User.active, User.role.in_((Role.REP, Role.SUPERVISOR)))
    return list(session.scalars(query.order_by(User.handle)))


def _may_give(actor: Actor, user: User) -> bool:
    return actor.role is not Role.SUPERVISOR or user.team_id == actor.team_id


def _fitting(session: Session, lead: Lead) -> list[dict[str, Any]]:
    return [rule for rule in get_assignment_rules(session) if _fits(rule, lead)]


def _fits(rule: Mapping[str, Any], lead: Lead) -> bool:
    regions, levels = rule.get("regions"), rule.get("levels")
    region = (lead.region or "").casefold()
    if regions and not any(word.casefold() in region for word in regions):
        return False
    return not levels or (lead.level is not None and lead.level.value in levels)


def _is_meant(user: User, rule: Mapping[str, Any], teams: Mapping[int, str]) -> bool:
    named, of_teams = rule.get("handles"), rule.get("teams")
    if not named and not of_teams:
        return user.role is Role.REP
    team = teams.get(user.team_id) if user.team_id is not None else None
    in_team = bool(of_teams) and team in (of_teams or ()) and user.role is Role.REP
    return in_team or user.handle in (named or ())


def _has_room(loads: Mapping[int, tuple[int, int]], user: User, rule: Mapping[str, Any]) -> bool:
    most = rule.get("max_open")
    return most is None or loads[user.id][0] < most


def _loads(session: Session) -> dict[int, tuple[int, int]]:
    """Count the open leads and the open deals of everybody."""
    leads = select(Lead.owner_id, func.count()).where(Lead.status.in_(_OPEN), Lead.deleted_at.is_(None))
    deals = select(Opportunity.owner_id, func.count()).where(
        Opportunity.closed_at.is_(None), Opportunity.deleted_at.is_(None)
    )
    of_leads = _by_owner(session, leads.group_by(Lead.owner_id))
    of_deals = _by_owner(session, deals.group_by(Opportunity.owner_id))
    return {user.id: (of_leads.get(user.id, 0), of_deals.get(user.id, 0)) for user in _sellers(session)}


def _by_owner(session: Session, query: Any) -> dict[int, int]:
    return {owner_id: count for owner_id, count in session.execute(query) if owner_id is not None}


def _latest(session: Session) -> dict[int, datetime]:
    query = select(Lead.owner_id, func.max(Lead.assigned_at)).where(Lead.assigned_at.is_not(None))
    rows = session.execute(query.group_by(Lead.owner_id))
    return {owner_id: at for owner_id, at in rows if owner_id is not None and at is not None}
