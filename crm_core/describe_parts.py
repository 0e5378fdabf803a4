"""References as the world reads them: another record by name beside its id, staff by handle."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.models import Account, Contact, Team, User


def account_of(session: Session, account_id: int | None) -> Mapping[str, object]:
    """Return an account by name, beside its id."""
    account = session.get(Account, account_id) if account_id is not None else None
    return {"account": account.name if account else None, "account_id": account_id}


def contact_names(session: Session, contact_ids: list[int]) -> list[str]:
    """Return the names of contacts in the order of their ids."""
    if len(contact_ids) == 1:  # the usual case, and the contact is mostly loaded
        return [session.get_one(Contact, contact_ids[0]).name]
    query = select(Contact.id, Contact.name).where(Contact.id.in_(contact_ids))
    names = {row.id: row.name for row in session.execute(query)}
    return [names[contact_id] for contact_id in contact_ids]


def handle(session: Session, user_id: int | None) -> str | None:
    """Return the handle of a member of staff."""
    user = session.get(User, user_id) if user_id is not None else None
    return user.handle if user else None


def team_name(session: Session, team_id: int | None) -> str | None:
    """Return the name of a team."""
    team = session.get(Team, team_id) if team_id is not None else None
    return team.name if team else None
