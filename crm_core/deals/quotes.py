"""Quotes (报价): what was offered for an opportunity, when, and what the customer said to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import record_created, record_deleted
from crm_core.errors import InvalidField
from crm_core.models import Opportunity, Quote, QuoteStatus
from crm_core.numbering import next_number
from crm_core.permissions import Actor, require, visible
from crm_core.records import change_fields, get_record

QUOTE_PREFIX = "QT"


class QuoteFields(TypedDict, total=False):
    """What can be said of a quote beside its amount."""

    currency: str
    status: QuoteStatus
    quoted_on: date
    valid_until: date | None
    notes: str | None


class QuoteChanges(QuoteFields, total=False):
    """What can be changed of a quote."""

    amount: Decimal


QUOTE_RULES: dict[str, fields.Rule] = {
    "amount": fields.amount,
    "currency": fields.currency,
    "status": fields.one_of(QuoteStatus),
    "quoted_on": fields.calendar_date,
    "valid_until": fields.calendar_date,
    "notes": fields.optional_text(10_000),
}


def create_quote(
    session: Session, actor: Actor, opportunity: Opportunity, *, amount: Decimal, **others: Unpack[QuoteFields]
) -> Quote:
    """Note a quote; without a day it is today's, without a status it was sent. It gets the next number of the year.

    Raises:
        InvalidField: a value breaks its rule, or it ends before it begins.
        PermissionRefused: the actor may not quote for this opportunity.
    """
    require(actor, "create", Quote, on=opportunity)
    today = actor.now.astimezone(actor.zone).date()
    given = {"currency": opportunity.currency, "quoted_on": today, **others, "amount": amount}
    values = fields.normalise(QUOTE_RULES, given)
    _check(values["amount"], values["quoted_on"], values.get("valid_until"))
    quote = Quote(
        **values,
        number=next_number(session, QUOTE_PREFIX, today.year, 4),
        opportunity_id=opportunity.id,
        created_at=actor.now,
        updated_at=actor.now,
    )
    return record_created(session, actor, quote)


def update_quote(session: Session, actor: Actor, quote: Quote, **changes: Unpack[QuoteChanges]) -> Quote:
    """Change fields of a quote, its status among them.

    Raises:
        InvalidField: a value breaks its rule, or it ends before it begins.
        PermissionRefused: the actor may not change it.
    """
    values = fields.normalise(QUOTE_RULES, changes)
    _check(
        values.get("amount", quote.amount),
        values.get("quoted_on", quote.quoted_on),
        values.get("valid_until", quote.valid_until),
    )
    change_fields(session, actor, quote, values)
    return quote


def get_quote(session: Session, actor: Actor, quote_id: int) -> Quote:
    """Return a quote.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, Quote, quote_id)


def list_quotes(session: Session, actor: Actor, *, opportunity_id: int | None = None, limit: int = 50) -> list[Quote]:
    """Return quotes within the actor's reach, newest first."""
    query = select(Quote).where(visible(actor, Quote))
    if opportunity_id is not None:
        query = query.where(Quote.opportunity_id == opportunity_id)
    return list(session.scalars(query.order_by(Quote.quoted_on.desc(), Quote.id.desc()).limit(limit)))


def delete_quote(session: Session, actor: Actor, quote: Quote, *, reason: str | None = None) -> None:
    """Mark a quote as deleted; its number stays given out.

    Raises:
        PermissionRefused: the actor may not delete it.
    """
    require(actor, "delete", quote)
    record_deleted(session, actor, quote, reason=reason)


def _check(amount: Decimal | None, quoted_on: date | None, valid_until: date | None) -> None:
    if amount is None:
        raise InvalidField("amount", amount, "Give the amount that was quoted.")
    if quoted_on is None:
        raise InvalidField("quoted_on", quoted_on, "Give the day of the quote.")
    if valid_until is not None and valid_until < quoted_on:
        raise InvalidField("valid_until", valid_until.isoformat(), "A quote cannot end before its day.")
