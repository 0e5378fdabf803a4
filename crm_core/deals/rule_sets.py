"""The company's rules on leads and deals as data: the file `rules.json`, and what the company set instead.

Promise: a rule that is set has been checked. Never: applying a rule.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.audit import changing, record_created
from crm_core.models import RuleSet
from crm_core.permissions import Actor, require

_FILE = Path(__file__).with_name("rules.json")


def get_rule_set(session: Session, key: str) -> Any:
    """Return the rules of a key: the company's own, else those of the file."""
    own = session.scalar(select(RuleSet.value).where(RuleSet.key == key))
    return own if own is not None else deepcopy(_defaults()[key])


def store_rule_set(session: Session, actor: Actor, *, key: str, value: Any) -> None:
    """Set the rules of a key, already checked.

    Raises:
        PermissionRefused: the actor may not change the company's rules.
    """
    require(actor, "update", RuleSet)
    row = session.scalar(select(RuleSet).where(RuleSet.key == key))
    if row is None:
        record_created(session, actor, RuleSet(key=key, value=value, created_at=actor.now, updated_at=actor.now))
        return
    with changing(session, actor, row, reason=f"rules {key}"):
        row.value = value


@cache
def _defaults() -> dict[str, Any]:
    return dict(json.loads(_FILE.read_text(encoding="utf-8")))
