"""Whom a cell means: an owner by handle or name, an account by code or name, a contact by number or name.

Promise: exactly one record, or a note of what to write; never a guess between two. The accounts are read once for a
file and kept up with it; owners are few; contacts are read for a batch of rows at a time.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm_core import access
from crm_core.errors import InvalidField, PermissionRefused
from crm_core.fields import clean_text, mobile
from crm_core.models import Account, Contact, ContactStatus, User
from crm_core.permissions import Actor, reach, scope_of, visible
from crm_core.records import default_owner_id
from crm_core.transfer.drafts import Draft
from crm_core.transfer.names import NameIndex, core_of
from crm_core.transfer.script import simplified

_SEVERAL = -1  # more than one record goes by a key
_READ_AT_ONCE = 5000


class AccountRef(NamedTuple):
    """What the rows of a file need to know of an account."""

    id: int
    code: str
    name: str
    owner_id: int | None


class _Person(NamedTuple):
    id: int
    account_id: int | None
    is_active: bool


class References:
    """What the rows of one file refer to. Holds no session: each batch brings its own."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._owners: dict[str, int] | None = None
        #: name of colleagues -> their handles
        self._handles: dict[str, list[str]] = {}
        self._permitted: dict[tuple[type, int], PermissionRefused | None] = {}
        self._is_read = False
        self._owner_of_account: dict[int, int | None] = {}
        #: accounts out of the actor's reach
        self._hidden: set[int] = set()
        self._called: dict[int, str] = {}
        self._by_exact: dict[str, int] = {}
        self._by_core: dict[str, int] = {}
        self._near = NameIndex()
        self._contacts: dict[str, list[_Person]] = {}

    def read_accounts(self, session: Session) -> None:
        """Read the accounts, once: those of colleagues too, so that none is made a second time."""
        if self._is_read:
            return
        self._is_read = True
        is_visible = reach(self._actor, scope_of(self._actor, "read", Account), Account).label("is_visible")
        columns = (Account.id, Account.code, Account.name, Account.owner_id, Account.short_names, is_visible)
        query = select(*columns).where(Account.deleted_at.is_(None)).order_by(Account.id)
        for id_, code, name, owner_id, short_names, is_within in session.execute(query).yield_per(_READ_AT_ONCE):
            self.learn_account(AccountRef(id_, code, name, owner_id), short_names or ())
            if not is_within:
                self._hidden.add(id_)

    def learn_account(self, account: AccountRef, short_names: Iterable[str] = ()) -> None:
        """Know an account, one that this file brought too, under its code, name, short names and core name."""
        self._owner_of_account[account.id] = account.owner_id
        for key in dict.fromkeys((exact_name(account.code), exact_name(account.name), *map(exact_name, short_names))):
            _note(self._by_exact, key, account.id)
        _note(self._by_core, core_of(account.name), account.id)
        self._called[account.id] = account.name
        self._near.add(account.id, account.name)

    def account_id_by_name(self, name: str) -> int | None:
        """Return the account of exactly this name or code; None where there is none, or more than one."""
        found = self._by_exact.get(exact_name(name))
        return found if found != _SEVERAL else None

    def near_account_id(self, name: str) -> int | None:
        """Return the account whose name is nearly this one: other legal form, same sound, a slip of the pen."""
        return self._near.find_near(name)

    def owner_of_account(self, account_id: int | None) -> int | None:
        """Return the owner of an account that is known."""
        return self._owner_of_account.get(account_id) if account_id is not None else None

    def resolve_staff(self, session: Session, draft: Draft, field: str, into: str) -> None:
        """Replace a handle (or a name that only one colleague has) by an id."""
        written = draft.values.pop(field, None)
        if written is None:
            return
        if self._owners is None:
            self._owners, self._handles = _read_staff(session)
        found = self._owners.get(simplified(exact_name(access.normalise_handle(str(written)))))
        if found == _SEVERAL:
            handles = ", ".join(self._handles[simplified(exact_name(str(written)))])
            draft.refuse(field, written, f"Several colleagues have this name: give the handle ({handles}).")
            return
        if found is None:
            draft.refuse(field, written, "Give the handle of a member of staff (crmbot user list).")
            return
        draft.values[into] = found

    def permitted_owner(
        self, session: Session, model: type[Any], owner_id: int | None, account_id: int | None = None
    ) -> int | None:
        """Return who owns a new record, see `records.default_owner_id`; the answer for a person is remembered.

        Raises:
            PermissionRefused: the actor may not give such records to that person.
        """
        if owner_id is None and (owner := self.owner_of_account(account_id)) is not None:
            return owner
        if owner_id is None:
            return default_owner_id(session, self._actor, model, None)
        key = (model, owner_id)
        if key not in self._permitted:
            try:
                default_owner_id(session, self._actor, model, owner_id)
                self._permitted[key] = None
            except PermissionRefused as error:
                self._permitted[key] = error
        if (refused := self._permitted[key]) is not None:
            raise refused
        return owner_id

    def resolve_account(self, draft: Draft) -> None:
        """Replace `account` (a code or name) by `account_id`."""
        name = draft.values.pop("account", None)
        if name is None:
            return
        found = self._find_account(str(name))
        if found is None:
            draft.refuse("account", name, self._unknown_account(str(name)))
        elif found == _SEVERAL:
            draft.refuse("account", name, "Several accounts have this name. Give the code.")
        elif found in self._hidden:
            draft.refuse("account", name, "A colleague looks after this account.")
        else:
            draft.values["account_id"] = found

    def is_unknown_account(self, name: str) -> bool:
        """Tell whether no account goes by this name or code."""
        return self._find_account(name) is None

    def read_contacts(self, session: Session, names: Iterable[str]) -> None:
        """Read the contacts of one batch of rows, by number and by name."""
        wanted = sorted({clean_text(name) for name in names})
        numbers = sorted({number for name in wanted if (number := _number(name))})
        self._contacts = {}
        if not wanted:
            return
        addresses = sorted({name.lower() for name in wanted if "@" in name})
        columns = (Contact.id, Contact.name, Contact.mobile, Contact.email, Contact.account_id, Contact.status)
        called = or_(Contact.name.in_(wanted), Contact.mobile.in_(numbers), Contact.email.in_(addresses))
        query = select(*columns).where(visible(self._actor, Contact), called).order_by(Contact.id)
        for id_, name, number, address, account_id, status in session.execute(query):
            self.learn_contact(id_, name, number, account_id, email=address, is_active=status is ContactStatus.ACTIVE)

    def learn_contact(
        self,
        id_: int,
        name: str,
        number: str | None,
        account_id: int | None,
        *,
        email: str | None = None,
        is_active: bool = True,
    ) -> None:
        """Know a contact of this batch under his name, number and address."""
        person = _Person(id_, account_id, is_active)
        for key in filter(None, (exact_name(name), number, email)):
            self._contacts.setdefault(key, []).append(person)

    def find_contact(self, draft: Draft, field: str, name: str) -> _Person | None:
        """Return the contact of this number or name, within the row's account where it has one."""
        found = self._contacts_called(name, draft.values.get("account_id"))
        active = [person for person in found if person.is_active] or found
        if len(active) == 1:
            return active[0]
        many = "Several contacts have this name. Give the mobile or the account."
        none = "There is no such contact. Import contacts first, or add --create-missing."
        draft.refuse(field, name, many if active else none)
        return None

    def is_unknown_contact(self, name: str, account_id: int | None) -> bool:
        """Tell whether nobody goes by this name or number, in the account where one is given."""
        return not self._contacts_called(name, account_id)

    def _contacts_called(self, name: str, account_id: int | None) -> list[_Person]:
        found = self._contacts.get(_number(name) or exact_name(name), [])
        return [person for person in found if account_id is None or person.account_id == account_id]

    def _find_account(self, name: str) -> int | None:
        return self._by_exact.get(exact_name(name)) or self._by_core.get(core_of(name))

    def account_like(self, name: str) -> str | None:
        """Return the name of the account that may be meant; what others look after is not named."""
        near = self._near.find_near(name) or self._near.find_containing(name)
        return self._called[near] if near is not None and near not in self._hidden else None

    def _unknown_account(self, name: str) -> str:
        like = self.account_like(name)
        hint = f" Is it {like}?" if like is not None else ""
        return f"There is no such account.{hint} Import accounts first, or add --create-missing."


@lru_cache(maxsize=8192)
def exact_name(name: str) -> str:
    """Spell a name so that width, case, brackets and spaces between Chinese make no difference."""
    plain = unicodedata.normalize("NFKC", clean_text(name)).casefold()
    return plain.replace(" ", "") if not plain.isascii() else plain


def _note(keys: dict[str, int], key: str, id_: int) -> None:
    if key:
        keys[key] = id_ if keys.get(key, id_) == id_ else _SEVERAL


def _number(name: str) -> str | None:
    if not any(char.isdigit() for char in name):
        return None
    try:
        return mobile("mobile", name)
    except InvalidField:
        return None


def _read_staff(session: Session) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Return who is called so, by name and by handle, and the handles of each name."""
    staff: dict[str, int] = {}
    handles: dict[str, list[str]] = {}
    rows = session.execute(select(User.id, User.handle, User.name).where(User.active.is_(True))).all()
    for id_, handle, name in rows:
        key = simplified(exact_name(name))
        _note(staff, key, id_)
        handles.setdefault(key, []).append(handle)
    # A handle belongs to one person, whatever others are called.
    return staff | {exact_name(handle): id_ for id_, handle, _ in rows}, handles
