"""The score of a lead: a sum of points by rules that are data, 0 to 100.

A rule gives its `points` where its `field` is `known`, or `contains` one of its words, whatever the case:
`{"points": 30, "field": "source", "contains": ["转介绍", "referral"]}`. Of the rules with words on one field the
best counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.deals.rule_sets import get_rule_set, store_rule_set
from crm_core.errors import InvalidField
from crm_core.permissions import Actor

MAX_SCORE = 100
SCORED_FIELDS = ("name", "company", "mobile", "email", "source", "region", "level", "notes")
_KEY = "lead_score"


def score_lead(session: Session, lead: Mapping[str, Any]) -> int:
    """Return the score (0 to 100) that the company's rules give to the fields of a lead."""
    return apply_score_rules(get_score_rules(session), lead)


def apply_score_rules(rules: Sequence[Mapping[str, Any]], lead: Mapping[str, Any]) -> int:
    """Return the score (0 to 100) that these rules give to the fields of a lead."""
    known = 0
    best: dict[str, int] = {}
    for rule in rules:
        value = str(lead.get(rule["field"]) or "").casefold()
        if rule.get("known"):
            known += rule["points"] if value else 0
        elif any(str(word).casefold() in value for word in rule["contains"]):
            best[rule["field"]] = max(best.get(rule["field"], rule["points"]), rule["points"])
    return max(0, min(MAX_SCORE, known + sum(best.values())))


def get_score_rules(session: Session) -> list[dict[str, Any]]:
    """Return the rules in force."""
    return list(get_rule_set(session, _KEY))


def set_score_rules(session: Session, actor: Actor, rules: Sequence[Mapping[str, Any]]) -> None:
    """Set the rules; leads are scored by them from now on.

    Raises:
        InvalidField: a rule has no points, an unknown field, or nothing to look for.
        PermissionRefused: the actor may not change the company's rules.
    """
    store_rule_set(session, actor, key=_KEY, value=[_checked(rule) for rule in rules])


def _checked(rule: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(rule.get("points"), int) or rule.get("field") not in SCORED_FIELDS:
        raise InvalidField("lead_score", dict(rule), f"Give whole points and one of: {', '.join(SCORED_FIELDS)}.")
    if rule.get("known"):
        return {"points": rule["points"], "field": rule["field"], "known": True}
    words = fields.word_list("contains", rule.get("contains") or [])
    if not words:
        raise InvalidField("lead_score", dict(rule), "Give `known`, or words in `contains`.")
    return {"points": rule["points"], "field": rule["field"], "contains": words}
