"""The company's rules on customers as data: the file `customer_rules.json`, and what the company changed of it.

Promise: a rule set that was changed is checked before it is stored. Never: a rule's effect.
"""

from __future__ import annotations

import json
from collections.abc import Set
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.deals.rule_sets import store_rule_set
from crm_core.errors import InvalidField
from crm_core.models import AccountLevel, RuleSet, SegmentKind
from crm_core.permissions import Actor
from crm_core.segment_filters import check_filter

#: what a level may ask for; `crm_core.levels` knows how
LEVEL_CONDITIONS = frozenset(
    {
        "annual_amount_at_least",
        "partner_years_at_least",
        "influence",
        "renewal_percent_at_least",
        "requirement_within_days",
    }
)
_FILE = Path(__file__).with_name("customer_rules.json")


def get_rules(session: Session, name: str) -> Any:
    """Return the rules of that name: the company's own, else (or where they are silent) those of the file.

    Raises:
        KeyError: there are no rules of that name.
    """
    own = session.scalar(select(RuleSet.value).where(RuleSet.key == name))
    known = deepcopy(_defaults()[name])
    return known if own is None else _completed(own, known)


def _completed(own: Any, known: Any) -> Any:
    """Add what a newer version of the file has beside the company's own rules."""
    if not isinstance(own, dict) or not isinstance(known, dict):
        return own
    return {**known, **{key: _completed(value, known.get(key)) for key, value in own.items()}}


def set_rules(session: Session, actor: Actor, name: str, rules: Any) -> None:
    """Set the company's own rules of that name, whole; it begins with what `get_rules` gives.

    Raises:
        InvalidField: there are no rules of that name, or they are not of the shape of the file's.
        PermissionRefused: the actor may not change the company's rules.
    """
    if name not in _defaults():
        raise InvalidField("name", name, f"Use one of: {', '.join(_defaults())}.")
    _check_shape(name, rules, _defaults()[name])
    for index, item in enumerate(rules["holidays"]["names"] if name == "care" else rules):
        if name in _CHECKS:
            _CHECKS[name](f"{name}[{index}]", item)
    store_rule_set(session, actor, key=name, value=rules)


def _check_shape(path: str, given: Any, known: Any) -> None:
    """Compare with the file: the same keys, the same kinds of values; what one list item may have, every one may."""
    if isinstance(known, dict) and isinstance(given, dict) and path not in _FREE:
        missing = [key for key in known if key not in given]
        unknown = [key for key in given if key not in known]
        if missing or unknown:
            raise InvalidField(path, [*missing, *unknown], f"Give exactly: {', '.join(known)}.")
        for key, value in known.items():
            _check_shape(f"{path}.{key}", given[key], value)
        return
    is_number = isinstance(known, int | float) and isinstance(given, int | float) and not isinstance(given, bool)
    if not is_number and type(given) is not type(known):
        raise InvalidField(path, given, f"Give a {type(known).__name__}.")
    if is_number and given < 0:
        raise InvalidField(path, given, "It must not be negative.")


def _check_tag(path: str, rule: Any) -> None:
    _check_keys(path, rule, {"key", "zh", "en", "family", "kind", "filter"})
    check_filter(fields.one_of(SegmentKind)(f"{path}.kind", rule["kind"]), rule["filter"])


def _check_level(path: str, rule: Any) -> None:
    _check_keys(path, rule, {"level", "any"})
    fields.one_of(AccountLevel)(f"{path}.level", rule["level"])
    for conditions in rule["any"]:
        unknown = set(conditions) - LEVEL_CONDITIONS
        if unknown:
            raise InvalidField(path, sorted(unknown), f"Use: {', '.join(sorted(LEVEL_CONDITIONS))}.")


def _check_holiday(path: str, holiday: Any) -> None:
    _check_keys(path, holiday, {"key", "zh", "en"}, {"date", "listed", "languages"})
    if "date" in holiday:
        fields.calendar_date(f"{path}.date", f"2024-{holiday['date']}")
    elif "listed" not in holiday:
        raise InvalidField(path, holiday["key"], "Give its date as MM-DD, or its name in China's list.")


def _check_keys(path: str, given: Any, needed: Set[str], allowed: Set[str] = frozenset()) -> None:
    if not isinstance(given, dict) or not needed <= set(given) <= needed | allowed:
        raise InvalidField(path, given, f"Give an object with: {', '.join(sorted(needed))}.")


_CHECKS = {"tags": _check_tag, "levels": _check_level, "care": _check_holiday}
#: Objects with keys of the company's choosing.
_FREE = frozenset({"exchange_rates.rates"})


@cache
def _defaults() -> dict[str, Any]:
    return dict(json.loads(_FILE.read_text(encoding="utf-8")))
