"""A row of a table as one record, or as one for each person that it tells of: cells are read, wrong ones noted.

Promise: every cell of a row is checked. Never: the database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import tzinfo
from typing import Any

from crm_core.errors import InvalidField
from crm_core.transfer import cells
from crm_core.transfer.columns import COLUMNS
from crm_core.transfer.drafts import Draft, Values
from crm_core.transfer.headings import known_headings, spell_heading
from crm_core.transfer.layout import FileLayout

#: 欧阳娜娜; Anna Müller is longer
_LONGEST_CHINESE_NAME = 5
_NAMED = frozenset({"account", "contact", "lead"})
#: 0755-8888-9999: two are longer
_LONGEST_NUMBER = 14
#: of a title that is the first line of a text
_MAX_TITLE_CHARS = 100
#: Under 万元 somebody has written yuan. No heading's unit makes so much of a plain number unasked.
_IMPLAUSIBLE = 1_000_000_000
#: A day and its time may stand in two columns.
_TIMED = (cells.moment, cells.due)
_DATED = (*_TIMED, cells.day, cells.month_or_day, cells.end_of_month_or_day)


class RowReader:
    """Reads the rows of one type of record."""

    def __init__(self, record_type: str, *, zone: tzinfo, year: int | None = None) -> None:
        self._record_type = record_type
        # An account's row may tell of people; they are written after it.
        self._is_account = record_type == "account"
        self._zone = zone
        self._year = year
        #: lines of numbers and addresses that no record keeps, one for each
        self.left_out: list[int] = []

    def read(self, layout: FileLayout, line: int, row: Sequence[Any]) -> list[Draft]:
        """Read a row: one record, or one for each person that it tells of; none where it names nobody."""
        if layout.is_shifted(row):
            draft = Draft(line, {})
            draft.refuse("", None, "It has more cells than headings: put text that has a delimiter in it into quotes.")
            return [draft]
        if not layout.people or self._is_account:
            draft = self._draft(layout, line, row, layout.fields)
            draft.extras["more_people"] = self._more_people(draft, layout, row)
            return [self._complete(draft)]
        of_person = {name for person in layout.people.values() for name in person.values()}
        first = {position: name for position, name in layout.fields.items() if name in of_person}
        shared = {position: name for position, name in layout.fields.items() if name not in of_person}
        drafts = []
        for number, person in {0: first, **layout.people}.items():
            if _says_anything(row, person):
                draft = self._complete(self._draft(layout, line, row, {**person, **shared}))
                draft.person = number
                drafts.append(draft)
        return drafts

    def _draft(self, layout: FileLayout, line: int, row: Sequence[Any], columns: Mapping[int, str]) -> Draft:
        draft = Draft(line, {})
        for position, name in columns.items():
            cell = row[position] if position < len(row) else None
            if cells.is_blank(cell):
                continue
            if name in draft.values:
                self._note_further(draft, name, cell)
                continue
            try:
                draft.values[name] = self._read_cell(layout, row, position, name)
            except InvalidField as error:
                # A day and its time in two columns are wrong once.
                if (error.field, error.value) not in {(each.field, each.value) for each in _invalid(draft)}:
                    draft.errors.append(error)
            else:
                self._note_currency(draft, layout, position, cell)
                # Most cells hold one number, and two are longer.
                if isinstance(cell, str) and (len(cell) > _LONGEST_NUMBER or cell.count("@") > 1):
                    self._note_further(draft, name, cell)
        return draft

    def _complete(self, draft: Draft) -> Draft:
        """Put a name in two columns together, and note which needed field says nothing."""
        columns = COLUMNS[self._record_type]
        parts = (
            [draft.values.pop(part, None) for part in ("first_name", "last_name")] if "first_name" in columns else []
        )
        if any(parts):
            draft.values.setdefault("name", _joined_name(*parts))
        if draft.values.keys() == {"name"} and self._is_heading(draft.values["name"]):
            draft.refuse(
                "name", draft.values["name"], "This is a heading and no name: give each record a row of its own."
            )
        said = {*draft.values, *(getattr(error, "field", "") for error in draft.errors)}
        for name, column in columns.items():
            if column.is_needed and name not in said and column.stand_in in draft.values:
                draft.values[name] = _first_line(draft.values[column.stand_in])
            elif column.is_needed and name not in said:
                draft.refuse(name, None, "It must not be blank.")
        return draft

    def _is_heading(self, name: Any) -> bool:
        """Tell whether a customer is called by a heading: a form is filled in downwards, each line of it no record."""
        known = known_headings(self._record_type)
        return self._record_type in _NAMED and isinstance(name, str) and spell_heading(name) in known

    def _more_people(self, draft: Draft, layout: FileLayout, row: Sequence[Any]) -> dict[int, Values]:
        """Read the second and further people of an account's row, each under his number."""
        people = {}
        for number, person in layout.people.items():
            if not _says_anything(row, person):
                continue
            told = self._draft(layout, draft.line, row, person)
            wrong = _invalid(told)
            if "contact_name" not in {*told.values, *(error.field for error in wrong)}:
                wrong.append(InvalidField("contact_name", None, "It must not be blank."))
            draft.errors.extend(InvalidField(f"{each.field}#{number}", each.value, each.remedy) for each in wrong)
            people[number] = {name.removeprefix("contact_"): value for name, value in told.values.items()}
        return people

    def _note_further(self, draft: Draft, name: str, cell: Any) -> None:
        """Join a list that stands in several columns; count the numbers and addresses that a record does not keep."""
        read, kept = COLUMNS[self._record_type][name].read, draft.values[name]
        if read is cells.words:
            draft.values[name] = list(dict.fromkeys([*kept, *cells.words(name, cell, self._zone)]))
        if read not in {cells.phone, cells.email}:
            return
        with suppress(InvalidField):
            said = (cells.phones if read is cells.phone else cells.emails)(name, cell, self._zone)
            left_out = [each for each in said if _bare(each) != _bare(kept)]
            self.left_out.extend([draft.line] * len(left_out))

    def _read_cell(self, layout: FileLayout, row: Sequence[Any], position: int, name: str) -> Any:
        cell, column = row[position], COLUMNS[self._record_type][name]
        if cells.is_formula_error(cell):
            raise InvalidField(name, cell, "The cell holds a formula error: correct it in the file.")
        if column.read in _TIMED:
            cell = cells.join_time(cell, layout.other_cells(row, name, position))
        if self._year is not None and column.read in _DATED:
            cell = cells.with_year(cell, self._year)
        value = column.read(name, cell, self._zone)
        factor = layout.factors.get(position, 1)
        if factor == 1 or cells.has_unit(cell):
            return value
        if (
            cells.currency_of(cell) not in {None, "CNY", layout.currencies.get(position)}
            or value * factor >= _IMPLAUSIBLE
        ):
            raise InvalidField(
                name, cell, f"It would count times {factor:,}: write its unit too, such as 120万 or 1200000元."
            )
        return value * factor

    def _note_currency(self, draft: Draft, layout: FileLayout, position: int, cell: Any) -> None:
        if position not in layout.factors:
            return
        said = cells.currency_of(cell) or layout.currencies.get(position)
        # CNY is what an amount is in anyway: an update must not turn dollars into yuan because of a 元.
        if said not in {None, "CNY"} and "currency" not in layout.fields.values():
            draft.values["currency"] = said


def _says_anything(row: Sequence[Any], columns: Mapping[int, str]) -> bool:
    return any(position < len(row) and not cells.is_blank(row[position]) for position in columns)


def _joined_name(first: str | None, last: str | None) -> str:
    """Put a name together in its own order: 张伟, Jane Doe."""
    if first and last and not f"{first}{last}".isascii() and len(f"{last}{first}") <= _LONGEST_CHINESE_NAME:
        return f"{last}{first}"
    return " ".join(part for part in (first, last) if part)


def _bare(number: str) -> str:
    """Spell a number or an address so that 138-0000-1111 and +86 13800001111 are one."""
    return number.casefold() if "@" in number else re.sub(r"\D", "", number)[-11:]


def _invalid(draft: Draft) -> list[InvalidField]:
    return [error for error in draft.errors if isinstance(error, InvalidField)]


def _first_line(text: Any) -> str:
    return str(text).strip().partition("\n")[0].strip()[:_MAX_TITLE_CHARS]
