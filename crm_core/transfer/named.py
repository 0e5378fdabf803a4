"""Which deal, segment, campaign or team a cell means by its name.

Promise: exactly one record within the actor's reach, or a note of what to write; never a guess between two. A row that
names only an account means its only deal. One query a field for a batch of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from crm_core.models import Opportunity
from crm_core.permissions import Actor, visible
from crm_core.transfer.drafts import Draft
from crm_core.transfer.kind import Kind, Named
from crm_core.transfer.references import exact_name

_NO_DEAL = "This account has no deal: import those first, or name it."
_SEVERAL_DEALS = "This account has several deals: name the one that is meant."


def resolve_named(session: Session, actor: Actor, kind: Kind, drafts: Sequence[Draft]) -> None:
    """Replace what each row says of other records by their ids; what is not found is noted on the row."""
    for name, named in kind.named.items():
        known = _read(session, actor, named, name, drafts)
        for draft in drafts:
            _resolve(draft, name, named, known)
    if kind.named and "account_id" not in kind.model.__table__.columns:
        for draft in drafts:
            draft.values.pop("account_id", None)


def _read(session: Session, actor: Actor, named: Named, name: str, drafts: Sequence[Draft]) -> list[Any]:
    model: Any = named.model
    wanted = {spelled for draft in drafts if name in draft.values for spelled in _cases(str(draft.values[name]))}
    asked = [func.lower(model.name).in_(sorted(wanted))]
    if model is Opportunity:
        alone = {draft.values.get("account_id") for draft in drafts if name not in draft.values} - {None}
        asked.append(model.account_id.in_(sorted(alone)))
    within = () if model.__tablename__ == "team" else (visible(actor, model),)
    return list(session.scalars(select(model).where(or_(*asked), *within).order_by(model.id)))


def _cases(name: str) -> Iterable[str]:
    # A database's lower() may leave what is not ASCII as it is.
    return (name.strip().lower(), name.strip())


def _resolve(draft: Draft, name: str, named: Named, known: Sequence[Any]) -> None:
    said = draft.values.pop(name, None)
    account_id = draft.values.get("account_id") if named.model is Opportunity else None
    if said is None and not (named.is_needed and account_id is not None):
        if named.is_needed:
            draft.refuse(name, None, f"Name the {name}.")
        return
    found = [
        record
        for record in known
        if (said is None or exact_name(record.name) == exact_name(str(said)))
        and (account_id is None or record.account_id == account_id)
    ]
    if len(found) == 1:
        draft.values[named.into] = found[0].id
        if named.model is Opportunity:
            draft.defaults["currency"] = found[0].currency
        return
    if said is None:
        draft.refuse(name, None, _SEVERAL_DEALS if found else _NO_DEAL)
        return
    several = f"Several fit. Give the {name} and its account." if named.model is Opportunity else "Several fit."
    draft.refuse(name, said, several if found else f"There is no such {name}. Import those first.")
