"""One import on its way: rows are read, understood, resolved and written a batch at a time, and counted.

Promise: every cell of a row is checked, so that a report names all that is wrong with it, not the first thing alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.errors import CrmError, InvalidField
from crm_core.models import Account
from crm_core.numbering import reserve_number
from crm_core.permissions import Actor, can
from crm_core.transfer import cells
from crm_core.transfer.columns import COLUMNS
from crm_core.transfer.drafts import Draft, Values
from crm_core.transfer.kind import Kind
from crm_core.transfer.kinds import KINDS
from crm_core.transfer.layout import FileLayout
from crm_core.transfer.loading import Duplicates, Loader
from crm_core.transfer.named import resolve_named
from crm_core.transfer.references import References
from crm_core.transfer.report import MAX_PROBLEMS, ImportReport, RowProblem, in_chinese

#: What is kept of a cell in the report.
_MAX_VALUE_CHARS = 100


#: A day and its time may stand in two columns.
_TIMED = (cells.moment, cells.due)


class Run:
    """One run over the tables of a file. Holds no session: each batch brings its own."""

    def __init__(
        self,
        actor: Actor,
        record_type: str,
        *,
        reason: str,
        duplicates: Duplicates,
        create_missing: bool,
        zone: tzinfo,
    ) -> None:
        self._actor = actor
        self._record_type = record_type
        self._kind: Kind = KINDS[record_type]
        self._zone = zone
        self._create_missing = create_missing
        self._references = References(actor)
        self._loader = Loader(self._kind, actor, self._references, reason=reason, duplicates=duplicates)
        self._accounts = Loader(KINDS["account"], actor, self._references, reason=reason)
        self._people = Loader(KINDS["contact"], actor, self._references, reason=reason, duplicates=duplicates)
        self._refers = {"account", "contact", "contacts"} & COLUMNS[record_type].keys()
        self._layouts: list[FileLayout] = []
        self._counts: Counter[str] = Counter()
        self._made: Counter[str] = Counter()
        self._skipped = 0
        self._problems: list[RowProblem] = []
        self._remarks: list[RowProblem] = []
        self.failed = 0

    def begin(self, layout: FileLayout) -> None:
        """Go on with this table."""
        self._layouts.append(layout)

    def read(self, layout: FileLayout, count: int) -> list[Draft]:
        """Read the next rows of the table; none when it ends."""
        drafts: list[Draft] = []
        for line, row in layout.rows:
            if not layout.is_record(row):
                self._skipped += 1
                continue
            drafts.append(self._draft(layout, line, row))
            if len(drafts) >= count:
                break
        return drafts

    def write(self, session: Session, drafts: Sequence[Draft]) -> None:
        """Resolve what the rows refer to, write them, and note what is wrong."""
        self._reserve(session)
        for draft in drafts:
            self._kind.split(draft)
            for name, into in self._kind.staff.items():
                self._references.resolve_staff(session, draft, name, into)
        if self._refers or self._kind.model is Account:
            self._references.read_accounts(session)
        self._resolve_accounts(session, drafts)
        self._resolve_contacts(session, drafts)
        resolve_named(session, self._actor, self._kind, drafts)
        for draft in drafts:
            self._apply_rules(self._kind, draft)
            self._prepare_person(draft)
        self._loader.load(session, drafts)
        self._write_people(session, drafts)
        for draft in drafts:
            self._count(draft)

    def report(self, *, is_dry_run: bool, is_spoilt: bool) -> ImportReport:
        """Say what was done; where one wrong row spoilt the whole, the good rows count for nothing."""
        counts = Counter() if is_spoilt else self._counts
        first = self._layouts[0] if self._layouts else None
        headings = (
            [" ".join(str(heading).split()) if heading is not None else "" for heading in first.headings]
            if first
            else []
        )
        held = first.fields if first else {}
        return ImportReport(
            record_type=self._record_type,
            is_dry_run=is_dry_run,
            created=counts["created"],
            updated=counts["updated"],
            unchanged=counts["unchanged"],
            duplicates=counts["duplicate"],
            failed=self.failed,
            skipped=self._skipped,
            references_created={} if is_spoilt else dict(self._made),
            problems=tuple(self._problems),
            remarks=tuple(self._remarks),
            columns={headings[position]: name for position, name in sorted(held.items())},
            ignored_headings=[name for position, name in enumerate(headings) if name and position not in held],
            sheets=[layout.sheet for layout in self._layouts],
            notes=list(dict.fromkeys(note for layout in self._layouts for note in layout.notes)),
        )

    def _draft(self, layout: FileLayout, line: int, row: Sequence[Any]) -> Draft:
        draft = Draft(line, {})
        if layout.is_shifted(row):
            draft.refuse("", None, "It has more cells than headings: put text that has a delimiter in it into quotes.")
            return draft
        for position, name in layout.fields.items():
            cell = row[position] if position < len(row) else None
            if cells.is_blank(cell) or name in draft.values:
                continue
            try:
                draft.values[name] = self._read_cell(layout, row, position, name)
            except InvalidField as error:
                draft.errors.append(error)
            else:
                self._note_currency(draft, layout, position, cell)
        said = {*draft.values, *(getattr(error, "field", "") for error in draft.errors)}
        for name, column in COLUMNS[self._record_type].items():
            if column.is_needed and name not in said:
                draft.refuse(name, None, "It must not be blank.")
        return draft

    def _read_cell(self, layout: FileLayout, row: Sequence[Any], position: int, name: str) -> Any:
        cell, column = row[position], COLUMNS[self._record_type][name]
        if cells.is_formula_error(cell):
            raise InvalidField(name, cell, "The cell holds a formula error: correct it in the file.")
        if column.read in _TIMED:
            cell = cells.join_time(cell, layout.other_cells(row, name, position))
        value = column.read(name, cell, self._zone)
        factor = layout.factors.get(position, 1)
        return value if factor == 1 or cells.has_unit(cell) else value * factor

    def _note_currency(self, draft: Draft, layout: FileLayout, position: int, cell: Any) -> None:
        if position not in layout.factors:
            return
        said = cells.currency_of(cell) or layout.currencies.get(position)
        # CNY is what an amount is in anyway: an update must not turn dollars into yuan because of a 元.
        if said not in {None, "CNY"} and "currency" not in layout.fields.values():
            draft.values["currency"] = said

    def _reserve(self, session: Session) -> None:
        series = self._kind.series
        layout = self._layouts[-1]
        if series is not None and layout.reserved:
            for year, value in layout.reserved.items():
                reserve_number(session, series.prefix, year, value)

    def _resolve_accounts(self, session: Session, drafts: Sequence[Draft]) -> None:
        if "account" not in self._refers:
            return
        # Where a deal is named there is its account too.
        if self._create_missing and "opportunity" not in self._kind.named:
            unknown: dict[str, Draft] = {}
            for draft in drafts:
                name = draft.values.get("account")
                if draft.is_sound and name and self._references.is_unknown_account(name):
                    owner = {"owner_id": draft.values["owner_id"]} if "owner_id" in draft.values else {}
                    unknown.setdefault(name, Draft(draft.line, {"name": name, **owner}))
            self._make_references(session, self._accounts, list(unknown.values()), "account")
        for draft in drafts:
            name = draft.values.get("account")
            if self._create_missing and not draft.is_sound and name and self._references.is_unknown_account(name):
                # It would have been made for a row without another error.
                del draft.values["account"]
            self._references.resolve_account(draft)

    def _resolve_contacts(self, session: Session, drafts: Sequence[Draft]) -> None:
        named = [draft for draft in drafts if draft.extras.get("names")]
        if not named:
            return
        self._references.read_contacts(session, (name for draft in named for name in draft.extras["names"]))
        if self._create_missing:
            self._make_contacts(session, named)
        for draft in named:
            people = [self._references.find_contact(draft, "contact", name) for name in draft.extras["names"]]
            ids = list(dict.fromkeys(person.id for person in people if person is not None))
            draft.extras["contact_ids"] = ids
            if ids:
                draft.values["contact_id"] = ids[0]
                accounts = {person.account_id for person in people if person is not None}
                if (
                    draft.values.get("account_id") is None
                    and len(accounts) == 1
                    and self._kind.model.__tablename__ != "task"
                ):
                    draft.values["account_id"] = accounts.pop()

    def _make_contacts(self, session: Session, drafts: Sequence[Draft]) -> None:
        unknown: dict[tuple[str, int | None], Draft] = {}
        for draft in drafts:
            account_id = draft.values.get("account_id")
            for name in draft.extras["names"] if draft.is_sound else ():
                # A number alone is nobody's name.
                if not name.strip("+-() 0123456789") or not self._references.is_unknown_contact(name, account_id):
                    continue
                unknown.setdefault((name, account_id), Draft(draft.line, {"name": name, "account_id": account_id}))
        made = list(unknown.values())
        self._make_references(session, self._people, made, "contact")
        for draft in made:
            if draft.record_id is not None:
                self._references.learn_contact(
                    draft.record_id, draft.values["name"], None, draft.values.get("account_id")
                )

    def _make_references(self, session: Session, loader: Loader, drafts: Sequence[Draft], name: str) -> None:
        for draft in drafts:
            self._apply_rules(loader.kind, draft)
        if drafts and can(self._actor, "create", loader.kind.model):
            loader.load(session, drafts)
            self._made[name] += sum(draft.verdict == "created" for draft in drafts)

    def _apply_rules(self, kind: Kind, draft: Draft) -> None:
        draft.values = _normalised(kind.rules, draft.values, draft.errors)

    def _prepare_person(self, draft: Draft) -> None:
        """Check the contact in an account's row before the account is written."""
        person = draft.extras.get("person")
        if person is not None:
            draft.extras["person"] = _normalised(KINDS["contact"].rules, person, draft.errors, prefix="contact_")

    def _write_people(self, session: Session, drafts: Sequence[Draft]) -> None:
        people: list[tuple[Draft, Draft]] = []
        for draft in drafts:
            person: Values | None = draft.extras.get("person")
            if person is not None and draft.is_sound and draft.record_id is not None and draft.verdict != "duplicate":
                people.append((draft, Draft(draft.line, {**person, "account_id": draft.record_id})))
        if not people:
            return
        self._people.load(session, [contact for _, contact in people])
        for draft, contact in people:
            draft.errors.extend(contact.errors)
            draft.remarks.extend(contact.remarks)
            if draft.verdict == "unchanged" and contact.verdict in {"created", "updated"}:
                draft.verdict = "updated"

    def _count(self, draft: Draft) -> None:
        layout = self._layouts[-1]
        if draft.errors:
            self.failed += 1
            with suppress(_Full):
                for error in sorted(draft.errors, key=lambda error: layout.position_of(getattr(error, "field", ""))):
                    _append(self._problems, _problem(layout, draft, error))
        else:
            self._counts[draft.verdict or "unchanged"] += 1
        with suppress(_Full):
            for name, message in draft.remarks:
                column = layout.heading_of(name)
                remark = RowProblem(line=draft.line, field=name, column=column, message=message, sheet=layout.sheet)
                _append(self._remarks, remark)


class _Full(Exception):
    """The report holds as much as it may."""


def _append(listed: list[RowProblem], problem: RowProblem) -> None:
    if len(listed) >= MAX_PROBLEMS:
        raise _Full
    listed.append(problem)


def _normalised(
    rules: Mapping[str, fields.Rule], values: Values, errors: list[CrmError], *, prefix: str = ""
) -> Values:
    """Put every value through its field's rule; what is wrong is noted, and the rest goes on."""
    found: Values = {}
    for name, value in values.items():
        try:
            found.update(fields.normalise(rules, {name: value}))
        except InvalidField as error:
            errors.append(InvalidField(f"{prefix}{error.field}", error.value, error.remedy))
    return found


def _problem(layout: FileLayout, draft: Draft, error: CrmError) -> RowProblem:
    if not isinstance(error, InvalidField):
        return RowProblem(line=draft.line, field="", message=str(error), message_zh="没有权限。", sheet=layout.sheet)
    value = "" if error.value is None else str(error.value)[:_MAX_VALUE_CHARS]
    column = layout.heading_of(error.field)
    return RowProblem(
        line=draft.line,
        field=error.field,
        column=column,
        value=value,
        message=f"{error.field}: {value!r} is not valid. {error.remedy}" if error.field else error.remedy,
        message_zh=in_chinese(column or error.field, value, error.remedy),
        sheet=layout.sheet,
    )
