"""Which deal, segment, campaign or team a cell means by its name.

Promise: exactly one record within the actor's reach, or a note of what to write; never a guess between two. A row that
names only an account means its only deal. One query a field for a batch of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from crm_core.models import Contract, Opportunity
from crm_core.permissions import Actor, visible
from crm_core.transfer.drafts import Draft
from crm_core.transfer.kind import Kind, Named
from crm_core.transfer.references import exact_name

_NO_DEAL = "This account has no deal: import those first, or name it."
_SEVERAL_DEALS = "This account has several deals: name the one that is meant."


def resolve_named(session: Session, actor: Actor, kind: Kind, drafts: Sequence[Draft]) -> None:
    """Replace what each row says of other records by their ids; what is not found is noted on the row."""
    if Opportunity in {named.model for named in kind.named.values()}:
        _name_deals_of_contracts(session, actor, drafts)
    for name, named in kind.named.items():
        known = _read(session, actor, named, name, drafts)
        for draft in drafts:
            _resolve(draft, name, named, known)
    if kind.named and "account_id" not in kind.model.__table__.columns:
        for draft in drafts:
            draft.values.pop("account_id", None)


def _name_deals_of_contracts(session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
    """Let a row that names a contract and no deal mean the contract's deal."""
    named = [(draft, str(number)) for draft in drafts if (number := draft.values.pop("contract", None)) is not None]
    wanted = sorted({spelled for _, number in named for spelled in _cases(number)})
    query = (
        select(Contract.number, Opportunity.id, Opportunity.account_id)
        .join(Opportunity, Opportunity.id == Contract.opportunity_id)
        .where(func.lower(Contract.number).in_(wanted), visible(actor, Contract), visible(actor, Opportunity))
    )
    rows = session.execute(query) if wanted else ()
    deals = {exact_name(number): (id_, account_id) for number, id_, account_id in rows}
    for draft, number in named:
        deal_id, account_id = deals.get(exact_name(number), (None, None))
        if deal_id is None:
            draft.extras["contract"] = (number, "There is no such contract. Import those first.")
        elif draft.values.get("account_id") in {None, account_id}:
            draft.extras["deal_id"] = deal_id
        else:
            draft.refuse("contract", number, "This contract is with another account.")


def _read(session: Session, actor: Actor, named: Named, name: str, drafts: Sequence[Draft]) -> list[Any]:
    model: Any = named.model
    wanted = {spelled for draft in drafts if name in draft.values for spelled in _cases(str(draft.values[name]))}
    asked = [func.lower(model.name).in_(sorted(wanted))]
    if model is Opportunity:
        alone = {draft.values.get("account_id") for draft in drafts if name not in draft.values} - {None}
        asked.append(model.account_id.in_(sorted(alone)))
        asked.append(model.id.in_(sorted({draft.extras["deal_id"] for draft in drafts if "deal_id" in draft.extras})))
    within = () if model.__tablename__ == "team" else (visible(actor, model),)
    return list(session.scalars(select(model).where(or_(*asked), *within).order_by(model.id)))


def _cases(name: str) -> Iterable[str]:
    # A database's lower() may leave what is not ASCII as it is.
    return (name.strip().lower(), name.strip())


def _resolve(draft: Draft, name: str, named: Named, known: Sequence[Any]) -> None:
    said = draft.values.pop(name, None)
    # A deal that is named goes before the contract's.
    deal_id = draft.extras.get("deal_id") if said is None and named.model is Opportunity else None
    account_id = draft.values.get("account_id") if named.model is Opportunity else None
    if said is None and deal_id is None and not (named.is_needed and account_id is not None):
        if named.is_needed:
            draft.refuse(name, None, f"Name the {name}.")
        return
    found = [
        record
        for record in known
        if (deal_id is None or record.id == deal_id)
        and (said is None or exact_name(record.name) == exact_name(str(said)))
        and (account_id is None or record.account_id == account_id)
    ]
    if len(found) == 1:
        draft.values[named.into] = found[0].id
        if named.model is Opportunity:
            draft.defaults["currency"] = found[0].currency
        return
    if said is None and "contract" in draft.extras:
        draft.refuse("contract", *draft.extras["contract"])
        return
    if said is None:
        draft.refuse(name, None, _SEVERAL_DEALS if found else _NO_DEAL)
        return
    several = f"Several fit. Give the {name} and its account." if named.model is Opportunity else "Several fit."
    draft.refuse(name, said, several if found else f"There is no such {name}. Import those first.")
