"""Which record or earlier row has nearly the name of a row: companies anywhere, people within their account.

Promise: proposes one, or none; a person without an account is never taken for another one because of his name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.matching import sound_of
from crm_core.models import Account, Contact
from crm_core.permissions import Actor, visible
from crm_core.transfer.drafts import Draft
from crm_core.transfer.kind import Kind
from crm_core.transfer.names import NameIndex
from crm_core.transfer.references import References

#: Accounts with more people than this are no small circle in which a sound tells who is meant.
_MAX_PEOPLE = 2000


class Near(NamedTuple):
    """A record or an earlier row of nearly the same name."""

    record_id: int | None
    earlier: Draft | None
    #: what is known of it
    values: Mapping[str, Any]


class Likeness:
    """The names that the rows of a batch are compared with."""

    def __init__(self, kind: Kind, references: References) -> None:
        self._is_account = kind.model is Account
        self._is_contact = kind.model is Contact
        self._references = references
        self._new_accounts = NameIndex()
        self._new: list[Draft] = []
        self._people: dict[tuple[int | None, str], Near] = {}

    def read(self, session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
        """Begin a batch: read the people of its accounts."""
        self._new_accounts, self._new, self._people = NameIndex(), [], {}
        account_ids = {draft.values.get("account_id") for draft in drafts} - {None}
        if not self._is_contact or not account_ids:
            return
        columns = (Contact.id, Contact.account_id, Contact.name, Contact.mobile, Contact.email)
        query = select(*columns).where(Contact.account_id.in_(account_ids), visible(actor, Contact))
        counts: dict[int | None, int] = {}
        for id_, account_id, name, mobile, email in session.execute(query.order_by(Contact.id).limit(_MAX_PEOPLE * 10)):
            counts[account_id] = counts.get(account_id, 0) + 1
            if counts[account_id] <= _MAX_PEOPLE:
                near = Near(id_, None, {"mobile": mobile, "email": email})
                self._people.setdefault((account_id, sound_of(name)), near)

    def add(self, draft: Draft) -> None:
        """Know a row that will be a new record."""
        if self._is_account:
            self._new_accounts.add(len(self._new), draft.values["name"])
            self._new.append(draft)
        elif self._is_contact and draft.values.get("account_id") is not None:
            near = Near(None, draft, draft.values)
            self._people.setdefault((draft.values["account_id"], sound_of(draft.values["name"])), near)

    def find(self, draft: Draft) -> Near | None:
        """Return the record's id or the earlier row whose name is nearly this row's."""
        name = draft.values.get("name")
        if name is None:
            return None
        if self._is_account:
            found = self._references.near_account_id(name)
            if found is not None:
                return Near(found, None, {})
            position = self._new_accounts.find_near(name)
            return Near(None, self._new[position], {}) if position is not None else None
        account_id = draft.values.get("account_id")
        return self._people.get((account_id, sound_of(name))) if self._is_contact and account_id is not None else None
