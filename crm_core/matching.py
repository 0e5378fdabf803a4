"""Which records may be the same customer: by mobile, by e-mail, by a name that is nearly the same.

Promise: reports, never merges. What the actor may not see is reported with `is_visible` False, so that a caller can
say that a colleague looks after it and nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.errors import InvalidField
from crm_core.models import Account, Contact
from crm_core.permissions import Actor, reach, scope_of

CustomerType = Literal["account", "contact"]

#: Least similarity (0 to 1) of two names without their company suffixes to be reported.
MIN_NAME_SIMILARITY = 0.88
#: Similarity that names of the same sound are reported with: less sure than the same name.
SOUND_SIMILARITY = 0.95
#: Similarity of a name that is another company's short name.
SHORT_NAME_SIMILARITY = 0.97
#: What a company's name carries beyond the words that tell it apart, in both languages.
_COMPANY_SUFFIX = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|集团公司|分公司|公司|集团|"
    r"\b(co|company|corp|corporation|inc|incorporated|limited|llc|ltd|plc|gmbh|group)\b\.?|[()（）\[\],，.。·\s-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Duplicate:
    """A record that may be the one that is about to be created."""

    record_type: CustomerType
    id: int
    name: str
    #: what agrees: mobile, email or name
    reason: Literal["mobile", "email", "name"]
    #: 1 for equal, less for names that are only near
    similarity: float
    #: whether the actor may see it
    is_visible: bool


def core_name(name: str) -> str:
    """Return what tells a company's name apart: no legal form, no punctuation, lower case; all of it if that is all."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return _COMPANY_SUFFIX.sub("", plain) or plain


@lru_cache(maxsize=32_768)
def sound_of(name: str) -> str:
    """Return how a name sounds, letters and digits only: Chinese by the first reading of each character, in Pinyin."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(_reading(char) for char in plain if char.isalnum())


@lru_cache(maxsize=8192)
def _reading(char: str) -> str:
    if char.isascii():
        return char
    from pypinyin import Style, pinyin

    return str(pinyin(char, style=Style.NORMAL)[0][0])


def find_duplicates(
    session: Session,
    actor: Actor,
    *,
    record_type: CustomerType,
    name: str | None = None,
    mobile: str | None = None,
    email: str | None = None,
    account_id: int | None = None,
    limit: int = 5,
) -> list[Duplicate]:
    """Find records that may be the same customer, surest first. Mobile, e-mail and account count for contacts only.

    A company's name may differ by legal form, slip or sound (华伟 for 华为), or be a short name (华为); a person's by
    sound alone, and only within the account that is given: elsewhere 张伟 and 章伟 are two people.
    """
    rows = _rows(session, actor, Account if record_type == "account" else Contact)
    found: dict[int, Duplicate] = {}
    if record_type == "contact":
        for reason, value in (("mobile", _spelled(fields.mobile, mobile)), ("email", _spelled(fields.email, email))):
            for row in rows:
                if value is not None and getattr(row, reason) == value:
                    found.setdefault(row.id, _duplicate(record_type, row, reason, 1.0))
    for row, similarity in _near_names(rows, name, is_company=record_type == "account", account_id=account_id):
        found.setdefault(row.id, _duplicate(record_type, row, "name", similarity))
    return sorted(found.values(), key=lambda duplicate: -duplicate.similarity)[:limit]


def _rows(session: Session, actor: Actor, model: Any) -> list[Any]:
    is_visible = reach(actor, scope_of(actor, "read", model), model).label("is_visible")
    extra = [Contact.mobile, Contact.email, Contact.account_id] if model is Contact else [Account.short_names]
    query = select(model.id, model.name, is_visible, *extra).where(model.deleted_at.is_(None))
    return list(session.execute(query).all())


def _near_names(
    rows: list[Any], name: str | None, *, is_company: bool, account_id: int | None
) -> list[tuple[Any, float]]:
    if not name or not name.strip():
        return []
    spell = core_name if is_company else str.casefold
    wanted = spell(name.strip())
    choices = [spell(row.name) for row in rows]
    # Two people are not one because their names are near: 张伟 and 张玮 differ.
    cutoff = MIN_NAME_SIMILARITY * 100 if is_company else 100
    hits = process.extract(wanted, choices, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None)
    found = {index: score / 100 for _, score, index in hits}
    sound = sound_of(wanted)
    for index, row in enumerate(rows):
        is_near = is_company or (account_id is not None and row.account_id == account_id)
        if is_near and found.get(index, 0) < SOUND_SIMILARITY and sound_of(choices[index]) == sound:
            found[index] = SOUND_SIMILARITY
        if is_company and wanted in map(core_name, row.short_names or ()):
            found[index] = max(found.get(index, 0), SHORT_NAME_SIMILARITY)
    return [(rows[index], similarity) for index, similarity in found.items()]


def _spelled(rule: fields.Rule, value: str | None) -> str | None:
    try:
        spelled = rule("value", value)
    except InvalidField:
        return None
    return None if spelled is None else str(spelled)


def _duplicate(record_type: CustomerType, row: Any, reason: Any, similarity: float) -> Duplicate:
    return Duplicate(
        record_type=record_type,
        id=row.id,
        name=row.name,
        reason=reason,
        similarity=similarity,
        is_visible=bool(row.is_visible),
    )
