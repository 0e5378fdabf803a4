"""What follows a deal, as a file holds it: quotes, contracts, lines of the payment plan, payments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.database import Base
from crm_core.deals.contracts import CONTRACT_PREFIX, CONTRACT_RULES
from crm_core.deals.payments import INSTALMENT_RULES, PAYMENT_RULES
from crm_core.deals.quotes import QUOTE_PREFIX, QUOTE_RULES
from crm_core.errors import InvalidField
from crm_core.models import Contract, ContractStatus, Instalment, Opportunity, Payment, Quote
from crm_core.permissions import Actor
from crm_core.transfer import consequences
from crm_core.transfer.drafts import Values
from crm_core.transfer.kind import Identity, Kind, Named, Series

_OF_DEAL = {"opportunity": Named(Opportunity, "opportunity_id")}
_LINK: dict[str, fields.Rule] = {"opportunity_id": fields.as_given}


def _of_quote(_session: Session, _actor: Actor, values: Values, before: Mapping[str, Any] | None) -> None:
    was = before or {}
    quoted_on, valid_until = (values.get(name, was.get(name)) for name in ("quoted_on", "valid_until"))
    if valid_until is not None and valid_until < quoted_on:
        raise InvalidField("valid_until", valid_until.isoformat(), "A quote cannot end before its day.")
    _require_amount(values, was)


def _of_amount(_session: Session, _actor: Actor, values: Values, before: Mapping[str, Any] | None) -> None:
    _require_amount(values, before or {})


def _of_payment(session: Session, actor: Actor, values: Values, before: Mapping[str, Any] | None) -> None:
    """A payment came in already; the line of the plan that it is for is found by its due day."""
    _require_amount(values, before or {})
    due_on = values.pop("instalment_due_on", None)
    if due_on is not None:
        values["instalment_id"] = _line_due_on(session, values.get("opportunity_id"), due_on)
    received_on = values.get("received_on")
    if received_on is not None and received_on > actor.now.astimezone(actor.zone).date():
        raise InvalidField("received_on", received_on.isoformat(), "It has not come in yet: import it as instalment.")


def _line_due_on(session: Session, opportunity_id: int | None, due_on: date) -> int:
    query = select(Instalment.id).where(
        Instalment.opportunity_id == opportunity_id, Instalment.due_on == due_on, Instalment.deleted_at.is_(None)
    )
    found = session.scalars(query.order_by(Instalment.id)).first()
    if found is None:
        raise InvalidField("instalment_due_on", due_on.isoformat(), "The deal's plan has no line due on that day.")
    return found


def _require_amount(values: Values, before: Mapping[str, Any]) -> None:
    if not values.get("amount", before.get("amount")):
        raise InvalidField("amount", values.get("amount"), "Give an amount above nothing.")


def _kind(
    model: type[Base],
    rules: Mapping[str, fields.Rule],
    *,
    derive: Callable[[Session, Actor, Values, Mapping[str, Any] | None], None],
    day: str,
    prefix: str | None = None,
) -> Kind:
    """Build a kind that is told apart by its deal, its day and its amount; before that by its number, with `prefix`."""
    by_number = (Identity(("number",), ("number",)),) if prefix else ()
    by_day = Identity(("opportunity_id", day, "amount"), ("opportunity_id", day))
    return Kind(
        model=model,
        rules={**_LINK, **rules},
        identities=(*by_number, by_day),
        series=Series("number", prefix, 4) if prefix else None,
        staff={},
        named=_OF_DEAL,
        derive=derive,
    )


_QUOTE_RULES = {**QUOTE_RULES, "number": consequences.quote_number}
_CONTRACT_RULES = {**CONTRACT_RULES, "status": fields.one_of(ContractStatus)}
_PAYMENT_RULES = {**PAYMENT_RULES, "instalment_due_on": fields.calendar_date}
DEAL_KINDS: dict[str, Kind] = {
    "quote": _kind(Quote, _QUOTE_RULES, derive=_of_quote, day="quoted_on", prefix=QUOTE_PREFIX),
    "contract": _kind(Contract, _CONTRACT_RULES, derive=_of_amount, day="signed_on", prefix=CONTRACT_PREFIX),
    "instalment": Kind(
        model=Instalment,
        rules={**_LINK, **INSTALMENT_RULES},
        identities=(Identity(("opportunity_id", "due_on"), ("opportunity_id", "due_on")),),
        staff={},
        named=_OF_DEAL,
        derive=_of_amount,
    ),
    "payment": _kind(Payment, _PAYMENT_RULES, derive=_of_payment, day="received_on"),
}
