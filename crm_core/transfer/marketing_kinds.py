"""Segments, campaigns with their members, and targets, as a file holds them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.campaigns import CAMPAIGN_RULES
from crm_core.errors import InvalidField
from crm_core.models import Campaign, CampaignMember, Opportunity, Segment, SegmentKind, Target, TargetMetric, Team
from crm_core.permissions import Actor
from crm_core.segment_filters import check_filter
from crm_core.segments import SEGMENT_RULES
from crm_core.targets import TARGET_RULES
from crm_core.transfer.drafts import Draft, Values
from crm_core.transfer.kind import Identity, Kind, Named

Before = Mapping[str, Any] | None


def _of_segment(_session: Session, _actor: Actor, values: Values, before: Before) -> None:
    """The filter is checked and spelled as the segments' own page would."""
    was = before or {}
    kind = values.get("kind") or was.get("kind") or SegmentKind.ACCOUNT
    if "filter" not in values and before is None:
        raise InvalidField("filter", None, 'Give the filter as JSON, such as {"all": [{"field": "level", …}]}.')
    if "filter" in values:
        values["filter"] = check_filter(SegmentKind(kind), values["filter"])


def _filter(field: str, value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError as error:
        raise InvalidField(field, value, "Give the filter as JSON.") from error


def _of_campaign(_session: Session, _actor: Actor, values: Values, before: Before) -> None:
    _require_order(values, before or {})


def _of_member(_session: Session, _actor: Actor, values: Values, before: Before) -> None:
    if before is None and values.get("account_id") is None and values.get("contact_id") is None:
        raise InvalidField("account", None, "Say which account or contact it is meant for.")


def _of_target(_session: Session, _actor: Actor, values: Values, before: Before) -> None:
    _require_order(values, before or {})
    if values.get("team_id") is not None and values.get("owner_id") is not None:
        raise InvalidField("team", None, "A target is a person's or a team's, not both.")
    if not values.get("amount", (before or {}).get("amount")):
        raise InvalidField("amount", values.get("amount"), "Give an amount above nothing.")


def _require_order(values: Values, before: Mapping[str, Any]) -> None:
    starts_on, ends_on = (values.get(name, before.get(name)) for name in ("starts_on", "ends_on"))
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise InvalidField("ends_on", ends_on.isoformat(), "It cannot end before it starts.")


def _split_member(draft: Draft) -> None:
    """Put aside the contact: contacts are looked up for many rows at once."""
    name = draft.values.pop("contacts", None)
    draft.extras["names"] = [name] if name else []


def _split_target(draft: Draft) -> None:
    """A target without a metric counts won money, in yuan."""
    draft.values.setdefault("metric", TargetMetric.WON_AMOUNT.value)
    draft.values.setdefault("currency", "CNY")


MARKETING_KINDS: dict[str, Kind] = {
    "segment": Kind(
        model=Segment,
        rules={**SEGMENT_RULES, "filter": _filter},
        identities=(Identity(("name",), ("name",)),),
        derive=_of_segment,
    ),
    "campaign": Kind(
        model=Campaign,
        rules=CAMPAIGN_RULES,
        identities=(Identity(("name",), ("name",)),),
        named={"segment": Named(Segment, "segment_id", is_needed=False)},
        derive=_of_campaign,
    ),
    "campaign_member": Kind(
        model=CampaignMember,
        rules={
            "campaign_id": fields.as_given,
            "account_id": fields.as_given,
            "contact_id": fields.as_given,
            "opportunity_id": fields.as_given,
            "reached_at": fields.moment,
            "responded_at": fields.moment,
            "response": fields.optional_text(10_000),
        },
        identities=(Identity(("campaign_id", "account_id", "contact_id"), ("campaign_id",)),),
        staff={},
        named={
            "campaign": Named(Campaign, "campaign_id"),
            "opportunity": Named(Opportunity, "opportunity_id", is_needed=False),
        },
        split=_split_member,
        derive=_of_member,
    ),
    "target": Kind(
        model=Target,
        rules={**TARGET_RULES, "team_id": fields.as_given, "owner_id": fields.as_given},
        identities=(
            Identity(("starts_on", "ends_on", "metric", "currency", "team_id", "owner_id"), ("starts_on", "ends_on")),
        ),
        named={"team": Named(Team, "team_id", is_needed=False)},
        is_owned=False,
        split=_split_target,
        derive=_of_target,
    ),
}
