"""What can be said of an account and of a contact, and the rule on each value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from crm_core import fields
from crm_core.models import AccountLevel, AccountStatus, ContactStatus, Influence


class AccountFields(TypedDict, total=False):
    """What can be said of an account beside its name."""

    short_names: Sequence[str]
    industry: str | None
    size_band: str | None
    region: str | None
    address: str | None
    website: str | None
    level: AccountLevel
    status: AccountStatus
    status_reason: str | None
    source: str | None
    tags: Sequence[str]
    owner_id: int | None
    annual_amount: Decimal | None
    currency: str
    partner_since: date | None
    influence: Influence | None
    renewal_percent: int | None
    notes: str | None


class AccountChanges(AccountFields, total=False):
    """What can be changed of an account."""

    name: str


class ContactFields(TypedDict, total=False):
    """What can be said of a contact beside his name."""

    title: str | None
    mobile: str | None
    email: str | None
    birthday: date | None
    decision_role: str | None
    is_key_contact: bool
    status: ContactStatus
    account_id: int | None
    owner_id: int | None
    language: str | None
    tags: Sequence[str]
    attributes: Mapping[str, Any]


class ContactChanges(ContactFields, total=False):
    """What can be changed of a contact."""

    name: str


ACCOUNT_RULES: dict[str, fields.Rule] = {
    "name": fields.required_text(200),
    "short_names": fields.word_list,
    "industry": fields.optional_text(100),
    "size_band": fields.size_band,
    "region": fields.optional_text(200),
    "address": fields.optional_text(300),
    "website": fields.optional_text(300),
    "level": fields.one_of(AccountLevel),
    "status": fields.one_of(AccountStatus),
    "status_reason": fields.optional_text(2000),
    "source": fields.optional_text(100),
    "tags": fields.word_list,
    "owner_id": fields.as_given,
    "annual_amount": fields.amount,
    "currency": fields.currency,
    "partner_since": fields.calendar_date,
    "influence": fields.optional_of(Influence),
    "renewal_percent": fields.percent,
    "notes": fields.optional_text(10_000),
}

CONTACT_RULES: dict[str, fields.Rule] = {
    "name": fields.required_text(200),
    "title": fields.optional_text(100),
    "mobile": fields.mobile,
    "email": fields.email,
    "birthday": fields.calendar_date,
    "decision_role": fields.optional_text(64),
    "is_key_contact": fields.as_given,
    "status": fields.one_of(ContactStatus),
    "account_id": fields.as_given,
    "owner_id": fields.as_given,
    "language": fields.language,
    "tags": fields.word_list,
    "attributes": fields.as_given,
}
