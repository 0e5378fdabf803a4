"""Customers that are in the books twice, found over all records: by mobile, e-mail, name, sound of the name.

Promise: reports within the actor's reach, surest first; `crm_core.merging` is for those who decide. Thousands of
records take well under a second: records are compared only where they share a key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.matching import MIN_NAME_SIMILARITY, SOUND_SIMILARITY, CustomerType, core_name, sound_of
from crm_core.models import Account, Contact
from crm_core.permissions import Actor, visible

#: names that share so many first or last characters are compared letter by letter
_END_CHARS = 2
#: of so many names with one end only the neighbours in order of the alphabet are compared
_MAX_BLOCK = 200
_NEIGHBOURS = 5

Reason = Literal["mobile", "email", "name", "sound"]


@dataclass(frozen=True, kw_only=True)
class DuplicatePair:
    """Two records that may be one customer; the first is the older."""

    record_type: CustomerType
    ids: tuple[int, int]
    names: tuple[str, str]
    #: what agrees: mobile, email, name (but for its legal form, or nearly), sound of the name
    reason: Reason
    #: 1 for equal, less for names that are only near
    similarity: float


def list_duplicates(
    session: Session, actor: Actor, record_type: CustomerType, *, limit: int = 50
) -> list[DuplicatePair]:
    """Return pairs of records within the actor's reach that may be one customer, surest first."""
    model: Any = Account if record_type == "account" else Contact
    extra = [Contact.mobile, Contact.email, Contact.account_id] if record_type == "contact" else []
    rows = session.execute(select(model.id, model.name, *extra).where(visible(actor, model)).order_by(model.id)).all()
    by_id = {row.id: row for row in rows}
    candidates = _of_contacts(rows) if record_type == "contact" else _of_accounts(rows)
    best: dict[tuple[int, int], tuple[float, Reason]] = {}
    for one, two, similarity, reason in candidates:
        ids = (min(one, two), max(one, two))
        if similarity > best.get(ids, (0.0, ""))[0]:
            best[ids] = (similarity, reason)
    ordered = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
    return [
        DuplicatePair(
            record_type=record_type,
            ids=ids,
            names=(by_id[ids[0]].name, by_id[ids[1]].name),
            reason=reason,
            similarity=similarity,
        )
        for ids, (similarity, reason) in ordered[:limit]
    ]


_Candidate = tuple[int, int, float, Reason]


def _of_contacts(rows: Sequence[Any]) -> Iterator[_Candidate]:
    yield from _alike(((row.mobile, row.id) for row in rows), 1.0, "mobile")
    yield from _alike(((row.email, row.id) for row in rows), 1.0, "email")
    # The same name alone says little: two Zhang Weis of two companies are two people.
    at_work = [row for row in rows if row.account_id is not None]
    yield from _alike(((f"{row.account_id}:{row.name.casefold()}", row.id) for row in at_work), 0.99, "name")
    sounds = ((f"{row.account_id}:{sound_of(row.name)}", row.id) for row in at_work)
    yield from _alike(sounds, SOUND_SIMILARITY, "sound")


def _of_accounts(rows: Sequence[Any]) -> Iterator[_Candidate]:
    cores = {row.id: core_name(row.name) for row in rows}
    yield from _alike(((core, id_) for id_, core in cores.items()), 1.0, "name")
    yield from _alike(((sound_of(core), id_) for id_, core in cores.items()), SOUND_SIMILARITY, "sound")
    yield from _near(cores)


def _alike(keys: Iterable[tuple[str | None, int]], similarity: float, reason: Reason) -> Iterator[_Candidate]:
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for key, id_ in keys:
        if key:
            groups[key].append(id_)
    for ids in groups.values():
        # Of many with one key each is paired with the oldest: merging them one by one ends in one.
        yield from ((ids[0], other, similarity, reason) for other in ids[1:])


def _near(cores: dict[int, str]) -> Iterator[_Candidate]:
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for id_, core in cores.items():
        if len(core) > _END_CHARS:
            blocks[f"^{core[:_END_CHARS]}"].append(id_)
            blocks[f"{core[-_END_CHARS:]}$"].append(id_)
    for ids in blocks.values():
        for one, two in _pairs(ids, cores):
            similarity = fuzz.ratio(cores[one], cores[two], score_cutoff=MIN_NAME_SIMILARITY * 100) / 100
            # Branch 12 is not branch 13, however alike they are written.
            if similarity and _digits(cores[one]) == _digits(cores[two]):
                yield (one, two, min(similarity, 0.94), "name")


def _pairs(ids: list[int], cores: dict[int, str]) -> Iterator[tuple[int, int]]:
    if len(ids) <= _MAX_BLOCK:
        yield from combinations(ids, 2)
        return
    ordered = sorted(ids, key=cores.__getitem__)
    for index, one in enumerate(ordered):
        yield from ((one, two) for two in ordered[index + 1 : index + 1 + _NEIGHBOURS])


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
