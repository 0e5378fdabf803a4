"""The filter language of segments and computed tags: structured, checked, and turned into one condition of SQL.

A filter is `{"all": [...]}`, `{"any": [...]}` or `{"not": {...}}` of filters and of conditions such as
`{"field": "level", "op": "in", "value": ["S", "A"]}`.

Promise: a filter that passed `check_filter` runs on every database. Never: a text from outside in the SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from crm_core.errors import InvalidField
from crm_core.models import SegmentKind
from crm_core.segment_fields import FIELDS, FilterField

MAX_DEPTH = 5
MAX_CONDITIONS = 50
_JOINTS = ("all", "any", "not")


def check_filter(kind: SegmentKind, filter_: Any) -> dict[str, Any]:
    """Return the filter with its values spelled as they are compared.

    Raises:
        InvalidField: something in it is unknown or of the wrong kind; the message says where.
    """
    checked = _check(FIELDS[kind], filter_, "filter", 1)
    if _count(checked) > MAX_CONDITIONS:
        raise InvalidField("filter", _count(checked), f"Use at most {MAX_CONDITIONS} conditions.")
    return checked


def build_condition(kind: SegmentKind, filter_: Mapping[str, Any], *, now: datetime) -> ColumnElement[bool]:
    """Build the condition on accounts or contacts that a checked filter stands for."""
    if "all" in filter_:
        return and_(*(build_condition(kind, part, now=now) for part in filter_["all"]))
    if "any" in filter_:
        return or_(*(build_condition(kind, part, now=now) for part in filter_["any"]))
    if "not" in filter_:
        return not_(build_condition(kind, filter_["not"], now=now))
    field = FIELDS[kind][filter_["field"]]
    return field.build(filter_["op"], filter_.get("value"), now)


def describe_filter(filter_: Mapping[str, Any]) -> str:
    """Return a filter as one line, such as '(level in S, A) and (days_since_interaction >= 30)'."""
    if "not" in filter_:
        return f"not ({describe_filter(filter_['not'])})"
    for joint, word in (("all", " and "), ("any", " or ")):
        if joint in filter_:
            return word.join(f"({describe_filter(part)})" for part in filter_[joint])
    value = filter_.get("value", "")
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{filter_['field']} {filter_['op']} {shown}".strip()


def _check(known: Mapping[str, FilterField], part: Any, path: str, depth: int) -> dict[str, Any]:
    if not isinstance(part, Mapping):
        raise InvalidField(path, part, f"Give an object with one of {', '.join(_JOINTS)}, or a condition.")
    if depth > MAX_DEPTH:
        raise InvalidField(path, "…", f"Nest at most {MAX_DEPTH} levels.")
    joint = next((word for word in _JOINTS if word in part), None)
    if joint is None:
        return _check_condition(known, part, path)
    if len(part) != 1:
        raise InvalidField(path, sorted(part), "Use one of all, any, not at a time.")
    inner = part[joint]
    if joint == "not":
        return {"not": _check(known, inner, f"{path}.not", depth + 1)}
    if not isinstance(inner, list) or not inner:
        raise InvalidField(f"{path}.{joint}", inner, "Give a list of at least one condition.")
    return {joint: [_check(known, one, f"{path}.{joint}[{index}]", depth + 1) for index, one in enumerate(inner)]}


def _check_condition(known: Mapping[str, FilterField], part: Mapping[str, Any], path: str) -> dict[str, Any]:
    name, op = part.get("field"), str(part.get("op"))
    field = known.get(str(name))
    if field is None:
        raise InvalidField(f"{path}.field", name, f"Use one of: {', '.join(known)}.")
    if op not in field.ops:
        raise InvalidField(f"{path}.op", op, f"Use one of: {', '.join(field.ops)}.")
    unknown = set(part) - {"field", "op", "value"}
    if unknown:
        raise InvalidField(path, sorted(unknown), "A condition has field, op and value.")
    value = field.check(f"{path}.value", op, part.get("value"))
    return {"field": name, "op": op} if value is None else {"field": name, "op": op, "value": value}


def _count(part: Mapping[str, Any]) -> int:
    if "not" in part:
        return _count(part["not"])
    return sum(_count(one) for one in part.get("all", part.get("any", ()))) if "field" not in part else 1
