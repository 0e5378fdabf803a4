"""The company's rules on customers as data: the file `customer_rules.json`, and what the company changed of it.

Promise: a rule set that was changed is checked before it is stored. Never: a rule's effect.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.models import RuleSet

_FILE = Path(__file__).with_name("customer_rules.json")


def get_rules(session: Session, name: str) -> Any:
    """Return the rules of that name: the company's own, else those of the file.

    Raises:
        KeyError: there are no rules of that name.
    """
    own = session.scalar(select(RuleSet.value).where(RuleSet.key == name))
    return own if own is not None else deepcopy(_defaults()[name])


@cache
def _defaults() -> dict[str, Any]:
    return dict(json.loads(_FILE.read_text(encoding="utf-8")))
