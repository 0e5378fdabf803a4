"""What a segment's filter can ask of an account or a contact: columns, tags, and figures counted on the way.

Promise: every field says which comparisons it knows and checks the value. Never: a word of a caller inside SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from operator import eq, ge, gt, le, lt
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, extract, false, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from crm_core import fields
from crm_core.errors import InvalidField
from crm_core.models import (
    Account,
    AccountLevel,
    AccountStatus,
    Contact,
    ContactStatus,
    Influence,
    Interaction,
    InteractionContact,
    Opportunity,
    SegmentKind,
    Stage,
    Ticket,
    TicketKind,
    TicketStatus,
    User,
)

Comparison = Callable[[Any, Any], Any]
_ORDER: dict[str, Comparison] = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq}
#: 'ten days or more ago' is 'at or before ten days ago'
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_PRESENCE = ("empty", "not_empty")
MAX_VALUES = 200
YEAR = timedelta(days=365)


class has_word(FunctionElement[bool]):  # noqa: N801 - spelled like the SQL functions beside it
    """Whether a JSON list holds a word."""

    type = Boolean()
    inherit_cache = True


@compiles(has_word, "sqlite")
def _has_word_in_sqlite(element: has_word, compiler: Any, **options: Any) -> str:
    words, word = (compiler.process(clause, **options) for clause in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({words}) WHERE json_each.value = {word})"  # noqa: S608 - compiled clauses


@compiles(has_word, "postgresql")
def _has_word_in_postgresql(element: has_word, compiler: Any, **options: Any) -> str:
    words, word = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST({words} AS JSONB) @> jsonb_build_array(CAST({word} AS TEXT)))"


@dataclass(frozen=True, kw_only=True)
class FilterField:
    """One thing that a filter can ask for."""

    ops: Sequence[str]
    #: (path, value of one comparison) -> plain JSON as it is stored
    spell: Callable[[str, Any], Any]
    #: (op, value, now) -> condition
    build: Callable[[str, Any, datetime], ColumnElement[bool]]

    def check(self, path: str, op: str, value: Any) -> Any:
        """Return the value as it is stored.

        Raises:
            InvalidField: it does not fit.
        """
        if op in _PRESENCE:
            return None
        if op not in {"in", "not_in"}:
            return self.spell(path, value)
        if not isinstance(value, list) or not 0 < len(value) <= MAX_VALUES:
            raise InvalidField(path, value, f"Give a list of 1 to {MAX_VALUES} values.")
        return [self.spell(path, one) for one in value]


def _text(column: Any) -> FilterField:
    def build(op: str, value: Any, _now: datetime) -> ColumnElement[bool]:
        if op == "contains":
            found: ColumnElement[bool] = column.icontains(value, autoescape=True)
            return found
        return _equal(column, op, value)

    ops = ("==", "!=", "in", "not_in", "contains", *_PRESENCE)
    return FilterField(ops=ops, spell=fields.required_text(300), build=build)


def _choice(column: Any, enum: type[StrEnum]) -> FilterField:
    spell = fields.one_of(enum)
    return FilterField(
        ops=("==", "!=", "in", "not_in", *_PRESENCE),
        spell=lambda path, value: spell(path, value).value,
        build=lambda op, value, _now: _equal(column, op, value),
    )


def _equal(column: Any, op: str, value: Any) -> ColumnElement[bool]:
    conditions: dict[str, Callable[[], Any]] = {
        "==": lambda: column == value,
        # What is not known is not that value either.
        "!=": lambda: or_(column != value, column.is_(None)),
        "in": lambda: column.in_(value),
        "not_in": lambda: or_(column.not_in(value), column.is_(None)),
        "empty": lambda: column.is_(None),
        "not_empty": lambda: column.is_not(None),
    }
    found: ColumnElement[bool] = conditions[op]()
    return found


def _number(expression: Callable[[datetime], Any]) -> FilterField:
    def build(op: str, value: Any, now: datetime) -> ColumnElement[bool]:
        if op in _PRESENCE:
            return _equal(expression(now), op, value)
        found: ColumnElement[bool] = _ORDER[op](expression(now), Decimal(str(value)))
        return found

    return FilterField(ops=(*_ORDER, *_PRESENCE), spell=_spell_number, build=build)


def _spell_number(path: str, value: Any) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise InvalidField(path, value, "Give a number.")
    amount = fields.amount(path, value)
    if amount is None:
        raise InvalidField(path, value, "Give a number.")
    return int(amount) if amount == amount.to_integral_value() else str(amount)


def _day(column: Any) -> FilterField:
    def spell(path: str, value: Any) -> str:
        day = fields.calendar_date(path, value)
        if day is None:
            raise InvalidField(path, value, "Give a date as YYYY-MM-DD.")
        return day.isoformat()

    def build(op: str, value: Any, _now: datetime) -> ColumnElement[bool]:
        if op in _PRESENCE:
            return _equal(column, op, value)
        found: ColumnElement[bool] = _ORDER[op](column, date.fromisoformat(value))
        return found

    return FilterField(ops=(*_ORDER, *_PRESENCE), spell=spell, build=build)


def _days_since(moment: Any) -> FilterField:
    """Compare the days since a moment; what never happened is in no comparison."""

    def build(op: str, value: Any, now: datetime) -> ColumnElement[bool]:
        if op in _PRESENCE:
            return _equal(moment, op, value)
        found: ColumnElement[bool] = _ORDER[_MIRRORED[op]](moment, now - timedelta(days=float(value)))
        return found

    return FilterField(ops=(*_MIRRORED, *_PRESENCE), spell=_spell_number, build=build)


def _words(column: Any) -> FilterField:
    def build(op: str, value: Any, _now: datetime) -> ColumnElement[bool]:
        held: ColumnElement[bool] = has_word(column, value)
        return held if op == "has" else ~held

    return FilterField(ops=("has", "has_not"), spell=fields.required_text(200), build=build)


def _yes_no(condition: Any) -> FilterField:
    def spell(path: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise InvalidField(path, value, "Give true or false.")
        return value

    return FilterField(ops=("==",), spell=spell, build=lambda _op, value, _now: condition if value else ~condition)


def _staff(column: Any) -> FilterField:
    handle = select(User.handle).where(User.id == column).scalar_subquery()
    spell = fields.required_text(64)
    return FilterField(
        ops=("==", "!=", "in", "not_in", *_PRESENCE),
        spell=lambda path, value: str(spell(path, value)).removeprefix("@").casefold(),
        build=lambda op, value, _now: _equal(handle, op, value),
    )


_WON = Opportunity.stage.in_(select(Stage.key).where(Stage.is_closed, Stage.probability_percent > 0))
_PURCHASED = and_(
    Opportunity.account_id == Account.id,
    Opportunity.deleted_at.is_(None),
    Opportunity.closed_at.is_not(None),
    _WON,
)


def _purchase(figure: Any, since: timedelta | None = None) -> Callable[[datetime], Any]:
    def expression(now: datetime) -> Any:
        query = select(figure).where(_PURCHASED).correlate(Account)
        return (query if since is None else query.where(Opportunity.closed_at >= now - since)).scalar_subquery()

    return expression


_LAST_PURCHASE = select(func.max(Opportunity.closed_at)).where(_PURCHASED).correlate(Account).scalar_subquery()
_FIRST_PURCHASE = select(func.min(Opportunity.closed_at)).where(_PURCHASED).correlate(Account).scalar_subquery()


def _spend_top_percent() -> FilterField:
    """Compare the place among those who bought within a year, by what they spent in their currency, in percent."""

    def build(_op: str, value: Any, now: datetime) -> ColumnElement[bool]:
        spend = func.sum(Opportunity.amount)
        place = func.rank().over(partition_by=Account.currency, order_by=spend.desc())
        buyers = func.count().over(partition_by=Account.currency)
        ranked = (
            select(Account.id, place.label("place"), buyers.label("buyers"))
            .join(Opportunity, _PURCHASED)
            .where(Opportunity.closed_at >= now - YEAR, Opportunity.currency == Account.currency)
            .group_by(Account.id, Account.currency)
            .having(spend > 0)
            .subquery()
        )
        top = select(ranked.c.id).where((ranked.c.place - 1) * 100 < ranked.c.buyers * int(float(value)))
        return Account.id.in_(top)

    return FilterField(ops=("<=",), spell=_spell_number, build=build)


def _interactions(days: int, of: Any) -> Callable[[datetime], Any]:
    def expression(now: datetime) -> Any:
        recent = Interaction.occurred_at >= now - timedelta(days=days)
        query = select(func.count()).select_from(Interaction).where(of, recent, Interaction.deleted_at.is_(None))
        return query.correlate(Account, Contact).scalar_subquery()

    return expression


def _tickets(of: Any, *conditions: Any, days: int | None = None) -> Callable[[datetime], Any]:
    def expression(now: datetime) -> Any:
        query = select(func.count()).select_from(Ticket).where(of, *conditions)
        if days is not None:
            query = query.where(Ticket.created_at >= now - timedelta(days=days))
        return query.correlate(Account, Contact).scalar_subquery()

    return expression


_IS_OPEN = Ticket.status.in_((TicketStatus.OPEN, TicketStatus.PENDING))
_IS_COMPLAINT = Ticket.kind == TicketKind.COMPLAINT
_OF_ACCOUNT = or_(
    Ticket.account_id == Account.id,
    and_(
        Ticket.account_id.is_(None), Ticket.contact_id.in_(select(Contact.id).where(Contact.account_id == Account.id))
    ),
)
_OF_CONTACT = Ticket.contact_id == Contact.id
_TOOK_PART = Interaction.id.in_(
    select(InteractionContact.interaction_id).where(InteractionContact.contact_id == Contact.id).correlate(Contact)
)
_OPEN_DEALS = (
    select(func.count())
    .select_from(Opportunity)
    .where(Opportunity.account_id == Account.id, Opportunity.deleted_at.is_(None), Opportunity.closed_at.is_(None))
    .correlate(Account)
    .scalar_subquery()
)


def _plain_account_fields() -> dict[str, FilterField]:
    return {
        "name": _text(Account.name),
        "industry": _text(Account.industry),
        "size_band": _text(Account.size_band),
        "region": _text(Account.region),
        "source": _text(Account.source),
        "level": _choice(Account.level, AccountLevel),
        "status": _choice(Account.status, AccountStatus),
        "influence": _choice(Account.influence, Influence),
        "owner": _staff(Account.owner_id),
        "annual_amount": _number(lambda _now: Account.annual_amount),
        "renewal_percent": _number(lambda _now: Account.renewal_percent),
        "partner_since": _day(Account.partner_since),
        "tags": _words(Account.tags),
        "computed_tags": _words(Account.computed_tags),
    }


def _account_fields() -> dict[str, FilterField]:
    return {
        **_plain_account_fields(),
        "days_since_created": _days_since(Account.created_at),
        "days_since_interaction": _days_since(Account.last_interaction_at),
        "days_since_purchase": _days_since(_LAST_PURCHASE),
        "days_since_first_purchase": _days_since(_FIRST_PURCHASE),
        "purchases_30_days": _number(_purchase(func.count(), timedelta(days=30))),
        "purchases_365_days": _number(_purchase(func.count(), YEAR)),
        "spend_365_days": _number(_purchase(func.coalesce(func.sum(Opportunity.amount), 0), YEAR)),
        "spend_top_percent": _spend_top_percent(),
        "open_deals": _number(lambda _now: _OPEN_DEALS),
        "interactions_30_days": _number(_interactions(30, Interaction.account_id == Account.id)),
        "open_tickets": _number(_tickets(_OF_ACCOUNT, _IS_OPEN)),
        "complaints_90_days": _number(_tickets(_OF_ACCOUNT, _IS_COMPLAINT, days=90)),
    }


def _contact_fields() -> dict[str, FilterField]:
    own = {
        "name": _text(Contact.name),
        "title": _text(Contact.title),
        "decision_role": _text(Contact.decision_role),
        "language": _text(Contact.language),
        "status": _choice(Contact.status, ContactStatus),
        "is_key_contact": _yes_no(Contact.is_key_contact.is_(True)),
        "has_mobile": _yes_no(Contact.mobile.is_not(None)),
        "has_email": _yes_no(Contact.email.is_not(None)),
        "birthday_month": _number(lambda _now: extract("month", Contact.birthday)),
        "tags": _words(Contact.tags),
        "computed_tags": _words(Contact.computed_tags),
        "days_since_created": _days_since(Contact.created_at),
        "days_since_interaction": _days_since(Contact.last_interaction_at),
        "interactions_30_days": _number(_interactions(30, _TOOK_PART)),
        "open_tickets": _number(_tickets(_OF_CONTACT, _IS_OPEN)),
        "complaints_90_days": _number(_tickets(_OF_CONTACT, _IS_COMPLAINT, days=90)),
    }
    return own | {f"account.{name}": _of_account(field) for name, field in _account_fields().items()}


def _of_account(field: FilterField) -> FilterField:
    """Ask the same of the contact's account."""

    def build(op: str, value: Any, now: datetime) -> ColumnElement[bool]:
        accounts = select(Account.id).where(Account.deleted_at.is_(None), field.build(op, value, now))
        return or_(false(), Contact.account_id.in_(accounts))

    return FilterField(ops=field.ops, spell=field.spell, build=build)


FIELDS: Mapping[SegmentKind, Mapping[str, FilterField]] = {
    SegmentKind.ACCOUNT: _account_fields(),
    SegmentKind.CONTACT: _contact_fields(),
}
