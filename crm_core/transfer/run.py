"""One import on its way: rows are read, understood, resolved and written a batch at a time, and counted.

Promise: every cell of a row is checked, so that a report names all that is wrong with it, not the first thing alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import tzinfo

from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.errors import CrmError, InvalidField
from crm_core.models import Account
from crm_core.numbering import reserve_number
from crm_core.permissions import Actor, can
from crm_core.transfer import chinese
from crm_core.transfer.columns import COLUMNS
from crm_core.transfer.drafts import Draft, Values
from crm_core.transfer.kind import Kind
from crm_core.transfer.kinds import KINDS
from crm_core.transfer.layout import FileLayout
from crm_core.transfer.loading import Duplicates, Loader
from crm_core.transfer.named import resolve_named
from crm_core.transfer.references import References
from crm_core.transfer.report import MAX_PROBLEMS, ImportReport, RowProblem
from crm_core.transfer.rows import RowReader

#: A problem is not told again so soon: the people of one row share its company.
_RECENT = 20
#: What is kept of a cell in the report.
_MAX_VALUE_CHARS = 100


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
        year: int | None = None,
    ) -> None:
        self._actor = actor
        self._record_type = record_type
        self._kind: Kind = KINDS[record_type]
        self._rows = RowReader(record_type, zone=zone, year=year)
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
        self._has_rows = False
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
            self._has_rows = True
            if not layout.is_record(row):
                self._skipped += 1
                continue
            found = self._rows.read(layout, line, row)
            self._skipped += not found
            drafts.extend(found)
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
        held = (
            {
                **first.fields,
                **{at: f"{name}#{number}" for number, person in first.people.items() for at, name in person.items()},
            }
            if first
            else {}
        )
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
            notes=[*dict.fromkeys(note for layout in self._layouts for note in layout.notes), *self._closing_notes()],
        )

    def _closing_notes(self) -> list[str]:
        """Say what only the whole run knows: numbers that no record keeps, a table without rows."""
        notes = []
        if self._rows.left_out:
            lines = ", ".join(str(line) for line in sorted(set(self._rows.left_out))[:10])
            count = len(self._rows.left_out)
            notes.append(
                f"A record keeps one number and one address: {count} more were left out (lines {lines}). "
                f"每条记录只保留一个号码和一个邮箱：另有 {count} 个未导入（行 {lines}）。"
            )
        if not self._has_rows:
            notes.append("There is no row below the headings. 表头下面没有数据。")
        return notes

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
                    like = self._references.account_like(name) if name not in unknown else None
                    if like is not None:
                        draft.remarks.append(("account", f"Made as a new account; is it {like}? Merge them then."))
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
        field = "contacts" if "contacts" in self._refers else "contact"
        for draft in named:
            people = [self._references.find_contact(draft, field, name) for name in draft.extras["names"]]
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
        """Check the contacts in an account's row before the account is written."""
        rules = KINDS["contact"].rules
        told: Mapping[int, Values] = draft.extras.get("people", {})
        draft.extras["people"] = {
            number: _normalised(rules, person, draft.errors, prefix="contact_", suffix=f"#{number}" if number else "")
            for number, person in told.items()
        }

    def _write_people(self, session: Session, drafts: Sequence[Draft]) -> None:
        people: list[tuple[Draft, Draft]] = []
        for draft in drafts:
            if draft.is_sound and draft.record_id is not None and draft.verdict != "duplicate":
                told: Mapping[int, Values] = draft.extras["people"]
                people.extend(
                    (draft, Draft(draft.line, {**each, "account_id": draft.record_id})) for each in told.values()
                )
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
                remark = RowProblem(
                    line=draft.line,
                    field=name,
                    column=column,
                    message=message,
                    message_zh=chinese.say(message, self._record_type),
                    sheet=layout.sheet,
                )
                _append(self._remarks, remark)


class _Full(Exception):
    """The report holds as much as it may."""


def _append(listed: list[RowProblem], problem: RowProblem) -> None:
    if len(listed) >= MAX_PROBLEMS:
        raise _Full
    # What is wrong with the company of a row is wrong for each of its people.
    if problem not in listed[-_RECENT:]:
        listed.append(problem)


def _normalised(
    rules: Mapping[str, fields.Rule], values: Values, errors: list[CrmError], *, prefix: str = "", suffix: str = ""
) -> Values:
    """Put every value through its field's rule; what is wrong is noted, and the rest goes on."""
    found: Values = {}
    for name, value in values.items():
        try:
            found.update(fields.normalise(rules, {name: value}))
        except InvalidField as error:
            errors.append(InvalidField(f"{prefix}{error.field}{suffix}", error.value, error.remedy))
    return found


def _problem(layout: FileLayout, draft: Draft, error: CrmError) -> RowProblem:
    if not isinstance(error, InvalidField):
        return RowProblem(line=draft.line, field="", message=str(error), message_zh="没有权限。", sheet=layout.sheet)
    value = "" if error.value is None else str(error.value)[:_MAX_VALUE_CHARS]
    is_of_further = draft.person and error.field in layout.people[draft.person].values()
    column = layout.heading_of(f"{error.field}#{draft.person}" if is_of_further else error.field)
    return RowProblem(
        line=draft.line,
        field=error.field,
        column=column,
        value=value,
        message=f"{error.field}: {value!r} is not valid. {error.remedy}" if error.field else error.remedy,
        message_zh=chinese.in_chinese(column or error.field, value, error.remedy),
        sheet=layout.sheet,
    )
