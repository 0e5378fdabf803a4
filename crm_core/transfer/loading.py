"""A batch of rows becomes records: known ones are changed, new ones made, in a handful of statements.

Promise: a row with an error writes nothing; numbers are taken only for rows that are written, so series have no gaps;
every record that is made or changed has its line in the audit trail. Never: a commit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from crm_core.audit import record_refusal
from crm_core.errors import CrmError, PermissionRefused
from crm_core.matching import sound_of
from crm_core.models import Account
from crm_core.numbering import next_numbers, reserve_number
from crm_core.permissions import Actor, Scope, record_type, scope_of, visible
from crm_core.transfer.drafts import Draft, Values
from crm_core.transfer.kind import Identity, Kind
from crm_core.transfer.likeness import Likeness
from crm_core.transfer.references import AccountRef, References, exact_name
from crm_core.transfer.trail import Trail

#: update: what is surely the same is changed, what is nearly the same is made and listed; merge: both are changed;
#: list: neither is written, both are listed
Duplicates = Literal["update", "merge", "list"]
#: identifying fields that people write in many ways
_WRITTEN = frozenset({"name", "company", "title", "subject", "summary"})
_NUMBER_PARTS = re.compile(r"[A-Z]+(\d{4})(\d+)")


class _Known(NamedTuple):
    id: int
    values: Mapping[str, Any]


class Loader:
    """Writes the rows of one type of record. Holds no session: each batch brings its own."""

    def __init__(
        self, kind: Kind, actor: Actor, references: References, *, reason: str, duplicates: Duplicates = "update"
    ) -> None:
        self.kind = kind
        self._actor = actor
        self._references = references
        self._duplicates = duplicates
        self._table: Table = kind.model.__table__  # type: ignore[assignment]
        self._defaults = _defaults(self._table)
        self._trail = Trail(actor, kind.model, reason)
        self._likeness = Likeness(kind, references)
        #: ids of the records that earlier batches meant
        self._written: set[int] = set()

    def load(self, session: Session, drafts: Sequence[Draft]) -> None:
        """Write the sound rows of a batch; every draft has a verdict or an error afterwards."""
        sound = [draft for draft in drafts if draft.is_sound]
        self._name_owners(sound)
        self._identify(session, sound)
        rows = self._read_rows(session, [draft.record_id for draft in sound if draft.record_id is not None])
        self._change(session, [draft for draft in sound if draft.record_id is not None and draft.verdict is None], rows)
        self._make(session, [draft for draft in sound if _is_new(draft)])
        for draft in sound:
            _follow(draft)
        self._trail.write(session)
        written = [draft for draft in sound if draft.is_sound and draft.verdict != "duplicate"]
        self._written.update(draft.record_id for draft in written if draft.record_id is not None)
        if written:
            self.kind.finish(session, self._actor, written)

    def _name_owners(self, drafts: Sequence[Draft]) -> None:
        """Where the owner is a part of what a record is known by, a row without one means the actor's own."""
        if self.kind.is_owned and any("owner_id" in identity.fields for identity in self.kind.identities):
            for draft in drafts:
                if self._actor.user_id is not None and draft.values.get("owner_id") is None:
                    draft.values["owner_id"] = self._actor.user_id

    def _identify(self, session: Session, drafts: Sequence[Draft]) -> None:
        """Find for every row the record, or the earlier row of the batch, that it means."""
        known = [self._known_by(session, identity, drafts) for identity in self.kind.identities]
        self._likeness.read(session, self._actor, drafts)
        new: dict[tuple[int, tuple[Any, ...]], Draft] = {}
        for draft in drafts:
            self._match(draft, known, new)
            if draft.record_id is None and draft.same_as is None and draft.verdict is None:
                self._likeness.add(draft)
                for key in _keys(self.kind, draft.values):
                    new.setdefault(key, draft)

    def _match(
        self, draft: Draft, known: Sequence[Mapping[Any, _Known]], new: Mapping[tuple[int, tuple[Any, ...]], Draft]
    ) -> None:
        for position, key in _keys(self.kind, draft.values):
            earlier = new.get((position, key))
            found = known[position].get(key) or (_Known(0, earlier.values) if earlier is not None else None)
            if found is None:
                continue
            if not _may_join(self.kind.identities[position], draft.values, found.values):
                if self.kind.identities[position].is_weak:
                    draft.remarks.append(("name", "Same name, other number: kept as another person."))
                continue
            draft.record_id, draft.same_as = (found.id, None) if found.id else (None, earlier)
            self._note_match(draft, found, ", ".join(self.kind.identities[position].fields))
            return
        self._match_nearly(draft)

    def _note_match(self, draft: Draft, found: _Known, by: str) -> None:
        if self._duplicates == "list":
            draft.verdict = "duplicate"
            where = f"record {found.id}" if found.id else f"line {draft.same_as.line if draft.same_as else '?'}"
            draft.remarks.append((by, f"The same as {where}: left out."))
        elif by in {"mobile", "email"} and not _sounds_alike(draft.values.get("name"), found.values.get("name")):
            draft.remarks.append(
                (by, f"The same {by} as another name: taken for one person, the name is now this one.")
            )

    def _match_nearly(self, draft: Draft) -> None:
        near = self._likeness.find(draft)
        if near is None or not _agree_in_numbers(draft.values, near.values):
            return
        record_id, earlier, _ = near
        where = f"record {record_id}" if earlier is None else f"line {earlier.line}"
        if self._duplicates == "list":
            draft.verdict = "duplicate"
            draft.remarks.append(("name", f"Nearly the same name as {where}: left out."))
        elif self._duplicates == "merge":
            draft.record_id, draft.same_as = record_id, earlier
            # The name that is there stays: it is what others know the record by.
            draft.values.pop("name", None)
            draft.remarks.append(("name", f"Nearly the same name as {where}: merged into it."))
        else:
            draft.remarks.append(("name", f"Nearly the same name as {where}: check whether it is a duplicate."))

    def _known_by(self, session: Session, identity: Identity, drafts: Sequence[Draft]) -> dict[Any, _Known]:
        """Read the records that may be meant by an identity of these rows, the oldest of several first."""
        if not identity.asked:
            return self._accounts_by_name(drafts)
        keyed = [draft.values for draft in drafts if _key(identity, draft.values) is not None]
        if not keyed:
            return {}
        names = dict.fromkeys(
            (*identity.fields, *(name for name in ("name", "mobile", "email") if name in self._table.c))
        )
        columns = [self._table.c[name] for name in names]
        asked = [_one_of(self._table.c[name], {values.get(name) for values in keyed}) for name in identity.asked]
        query = select(self._table.c.id, *columns).where(and_(*asked)).order_by(self._table.c.id)
        if "deleted_at" in self._table.c:
            query = query.where(self._table.c.deleted_at.is_(None))
        found: dict[Any, _Known] = {}
        for row in map(dict, session.execute(query).mappings()):
            key = _key(identity, row)
            if key is not None:
                found.setdefault(key, _Known(row["id"], row))
        return found

    def _accounts_by_name(self, drafts: Sequence[Draft]) -> dict[Any, _Known]:
        ids = {draft.values["name"]: self._references.account_id_by_name(draft.values["name"]) for draft in drafts}
        return {(exact_name(name),): _Known(id_, {"name": name}) for name, id_ in ids.items() if id_ is not None}

    def _read_rows(self, session: Session, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        if not ids:
            return {}
        query = select(self._table).where(self._table.c.id.in_(set(ids)))
        return {row["id"]: dict(row) for row in session.execute(query).mappings()}

    def _change(self, session: Session, drafts: Sequence[Draft], rows: Mapping[int, dict[str, Any]]) -> None:
        reachable = self._reachable(session, rows)
        changes = []
        for draft in drafts:
            row = rows[draft.record_id]  # type: ignore[index]
            try:
                if row["id"] not in reachable:
                    raise self._refusal(row["id"], "it is out of reach")
                changed = self._changed(session, draft, row)
            except CrmError as error:
                self._note_error(session, draft, error)
                continue
            draft.verdict = "updated" if changed else "unchanged"
            if changed and row["id"] in self._written:
                other = self._fields_unlike(changed, row)
                said = f"The same as an earlier row of this file: what this row says of {other} counts."
                draft.remarks.extend([("", said)] if other else [])
            if changed:
                self._trail.note_updated(row["id"], {name: row[name] for name in changed}, changed)
                row.update(changed)
                changes.append({**changed, "id": row["id"], "updated_at": self._actor.now})
        for group in _by_fields(changes):
            session.execute(update(self.kind.model), group)
        self._learn_changed(changes, rows)

    def _changed(self, session: Session, draft: Draft, row: Mapping[str, Any]) -> Values:
        values = {name: value for name, value in draft.values.items() if name not in self.kind.kept}
        self.kind.derive(session, self._actor, values, row)
        owner_id = values.get("owner_id")
        if owner_id is not None and owner_id != row.get("owner_id"):
            self._references.permitted_owner(session, self.kind.model, owner_id)
        return {name: value for name, value in values.items() if value != row.get(name)}

    def _make(self, session: Session, drafts: Sequence[Draft]) -> None:
        made = [draft for draft in drafts if draft.same_as is None]
        for draft in drafts:
            if draft.same_as is not None:
                self._note_repeated(draft, draft.same_as)
                draft.same_as.values.update({name: value for name, value in draft.values.items() if value is not None})
        ready = [(draft, row) for draft in made if (row := self._new_row(session, draft)) is not None]
        if not ready:
            return
        self._number(session, [row for _, row in ready])
        ids = _new_ids(session, self._table, len(ready))
        session.execute(insert(self._table), [{**row, "id": id_} for (_, row), id_ in zip(ready, ids, strict=True)])
        for (draft, row), id_ in zip(ready, ids, strict=True):
            draft.record_id, draft.verdict, draft.values = id_, "created", row
            self._trail.note_created(id_, row)
            if self.kind.model is Account:
                ref = AccountRef(id_, row["code"], row["name"], row["owner_id"])
                self._references.learn_account(ref, row["short_names"])

    def _note_repeated(self, draft: Draft, earlier: Draft) -> None:
        """Say that a row repeats an earlier one, and what it says otherwise; several people of one company do not."""
        other = self._fields_unlike(draft.values, earlier.values)
        if other:
            said = f"The same as line {earlier.line}: taken for one record; what this row says of {other} counts."
            draft.remarks.append(("", said))
        elif not draft.extras.get("people"):
            draft.remarks.append(("", f"The same as line {earlier.line}: taken for one record."))

    def _fields_unlike(self, new: Mapping[str, Any], old: Mapping[str, Any]) -> str:
        fields = [name for name, value in new.items() if value is not None and old.get(name) not in {None, value}]
        return ", ".join(sorted(name.removesuffix("_id") for name in fields))

    def _new_row(self, session: Session, draft: Draft) -> Values | None:
        """Return all columns of a new record, or None where the row has an error."""
        values = {**draft.defaults, **draft.values}
        try:
            if "owner_id" in self._table.c and (self.kind.is_owned or values.get("owner_id") is not None):
                account_id = values.get("account_id")
                values["owner_id"] = self._references.permitted_owner(
                    session, self.kind.model, values.get("owner_id"), account_id
                )
            for name, remedy in self.kind.needed.items():
                if values.get(name) is None:
                    draft.refuse(name.removesuffix("_id"), None, remedy)
                    return None
            self.kind.derive(session, self._actor, values, None)
        except CrmError as error:
            self._note_error(session, draft, error)
            return None
        values.setdefault("created_at", self._actor.now)
        fresh = {name: default(None) if callable(default) else default for name, default in self._defaults.items()}
        return {**fresh, "updated_at": self._actor.now, **values}

    def _number(self, session: Session, rows: Sequence[Values]) -> None:
        """Give every new record its number; one that the file brings is kept, and the series goes on after it."""
        series = self.kind.series
        if series is None:
            return
        for row in rows:
            given = _NUMBER_PARTS.fullmatch(row[series.field] or "")
            if given is not None and row[series.field].startswith(series.prefix):
                reserve_number(session, series.prefix, int(given[1]), int(given[2]))
        open_rows = [row for row in rows if row[series.field] is None]
        if open_rows:
            year = self._actor.now.astimezone(self._actor.zone).year
            numbers = next_numbers(session, series.prefix, year, series.digits, count=len(open_rows))
            for row, number in zip(open_rows, numbers, strict=True):
                row[series.field] = number

    def _reachable(self, session: Session, rows: Mapping[int, Any]) -> set[int]:
        model: Any = self.kind.model
        if not rows or scope_of(self._actor, "update", model) is Scope.ALL:
            return set(rows)
        query = select(model.id).where(model.id.in_(list(rows)), visible(self._actor, model, action="update"))
        return set(session.scalars(query))

    def _refusal(self, record_id: int, reason: str) -> PermissionRefused:
        return PermissionRefused("update", record_type(self.kind.model), record_id, reason)

    def _note_error(self, session: Session, draft: Draft, error: CrmError) -> None:
        draft.errors.append(error)
        if isinstance(error, PermissionRefused):
            record_refusal(session, self._actor, error)

    def _learn_changed(self, changes: Sequence[Mapping[str, Any]], rows: Mapping[int, Mapping[str, Any]]) -> None:
        if self.kind.model is not Account:
            return
        for change in changes:
            if {"name", "short_names", "owner_id"} & change.keys():
                row = rows[change["id"]]
                ref = AccountRef(row["id"], row["code"], row["name"], row["owner_id"])
                self._references.learn_account(ref, row["short_names"] or ())


def _is_new(draft: Draft) -> bool:
    return draft.record_id is None and draft.verdict is None and draft.is_sound


def _follow(draft: Draft) -> None:
    """Let a row that repeats an earlier one of its batch share what became of that one."""
    if draft.same_as is None or draft.verdict is not None:
        return
    if draft.same_as.is_sound:
        draft.record_id, draft.verdict, draft.values = draft.same_as.record_id, "updated", draft.same_as.values
    else:
        draft.refuse("", None, f"It repeats line {draft.same_as.line}, which is wrong.")


def _keys(kind: Kind, values: Mapping[str, Any]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    for position, identity in enumerate(kind.identities):
        key = _key(identity, values)
        if key is not None:
            yield position, key


def _key(identity: Identity, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Return what the identity's fields say, in one spelling; None where the first of them says nothing."""
    parts = [values.get(name) for name in identity.fields]
    if parts[0] is None or ("name" in identity.fields and values.get("name") is None):
        return None
    # Numbers have one spelling already.
    return tuple(
        exact_name(part) if type(part) is str and name in _WRITTEN else part
        for name, part in zip(identity.fields, parts, strict=True)
    )


def _one_of(column: ColumnElement[Any], wanted: set[Any]) -> ColumnElement[bool]:
    given = {value for value in wanted if value is not None}
    # A name may be there in another case; what else differs is found by its likeness.
    spelled = {way for value in given for way in _cases(value)}
    within = column.in_(sorted(spelled, key=str))
    return or_(within, column.is_(None)) if None in wanted else within


def _cases(value: Any) -> set[Any]:
    return {value, value.lower(), value.upper(), value.title()} if type(value) is str else {value}


def _may_join(identity: Identity, values: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Tell whether a match holds: two people may share a name, and colleagues a landline."""
    if identity.is_weak:
        return _agree_in_numbers(values, found)
    number = values.get("mobile") if identity.fields == ("mobile",) else None
    is_landline = number is not None and not re.fullmatch(r"\+861\d{10}", number) and number.startswith("+86")
    return not is_landline or _sounds_alike(values.get("name"), found.get("name"))


def _agree_in_numbers(values: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    pairs = [(values.get(name), found.get(name)) for name in ("mobile", "email")]
    return not any(new and old and new != old for new, old in pairs)


def _sounds_alike(one: str | None, other: str | None) -> bool:
    return one is None or other is None or sound_of(one) == sound_of(other)


def _by_fields(changes: Sequence[Values]) -> list[list[Values]]:
    """Group changes by the fields that they set: one statement writes all of a group."""
    groups: dict[frozenset[str], list[Values]] = {}
    for change in changes:
        groups.setdefault(frozenset(change), []).append(change)
    return list(groups.values())


def _defaults(table: Table) -> Values:
    """Return what each column holds of a record of which nothing was said: a value, or what makes one."""
    # What the database fills in by itself is left to it.
    said = [column for column in table.columns if column.default is not None or column.server_default is None]
    defaults: dict[str, Any] = {column.name: column.default for column in said if column.name != "id"}
    return {name: None if default is None else default.arg for name, default in defaults.items()}


def _new_ids(session: Session, table: Table, count: int) -> list[int]:
    """Return ids for new rows, taken beforehand, so that many rows go in with one statement.

    On SQLite the transaction holds the only write lock, so the highest id cannot move.
    """
    if session.get_bind().dialect.name == "sqlite":
        highest = session.scalar(select(func.max(table.c.id))) or 0
        return list(range(highest + 1, highest + count + 1))
    taken = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
    return list(session.scalars(select(taken).select_from(func.generate_series(1, count))))
