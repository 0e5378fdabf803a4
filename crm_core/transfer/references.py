"""Whom a cell means: an owner by handle, an account by code or name, a contact by number or name.

Promise: exactly one record or an InvalidField that says what to write; never a guess between two.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import access
from crm_core.errors import InvalidField
from crm_core.fields import clean_text, mobile
from crm_core.matching import core_name
from crm_core.models import Account, Contact, ContactStatus
from crm_core.permissions import Actor, visible


class References:
    """What the rows of one file refer to."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor
        self._owners: dict[str, int] = {}
        self._accounts: dict[str, set[int]] = {}
        query = select(Account.id, Account.code, Account.name, Account.short_names)
        for id_, code, name, short_names in session.execute(query.where(visible(actor, Account))):
            self._learn(id_, code, name, short_names or ())

    def learn_account(self, account: Account) -> None:
        """Know an account that this file brought."""
        self._learn(account.id, account.code, account.name, account.short_names)

    def resolve_owner(self, values: dict[str, Any]) -> None:
        """Replace `owner` (a handle) by `owner_id`.

        Raises:
            InvalidField: nobody has this handle, or only somebody who has left.
        """
        handle = values.pop("owner", None)
        if handle is None:
            return
        spelled = access.normalise_handle(handle)
        if spelled not in self._owners:
            user = access.find_user(self._session, spelled)
            if user is None or not user.active:
                raise InvalidField("owner", handle, "Give the handle of a member of staff (crmbot user list).")
            self._owners[spelled] = user.id
        values["owner_id"] = self._owners[spelled]

    def resolve_account(self, values: dict[str, Any]) -> None:
        """Replace `account` (a code or name) by `account_id`.

        Raises:
            InvalidField: no such account, or several.
        """
        name = values.pop("account", None)
        if name is None:
            return
        found = self._accounts.get(_exact(name)) or self._accounts.get(_core(name)) or set()
        if not found:
            raise InvalidField("account", name, "There is no such account. Import accounts first.")
        if len(found) > 1:
            raise InvalidField("account", name, "Several accounts have this name. Give the code.")
        values["account_id"] = next(iter(found))

    def contact(self, name: str, account_id: int | None) -> Contact:
        """Return the contact of this number or name, within the account where one is given.

        Raises:
            InvalidField: no such contact, or several.
        """
        query = select(Contact).where(visible(self._actor, Contact), _is_called(name))
        if account_id is not None:
            query = query.where(Contact.account_id == account_id)
        found = list(self._session.scalars(query.order_by(Contact.id)))
        active = [contact for contact in found if contact.status is ContactStatus.ACTIVE] or found
        if len(active) != 1:
            many = "Several contacts have this name. Give the mobile or the account."
            none = "There is no such contact. Import contacts first."
            raise InvalidField("contact", name, many if active else none)
        return active[0]

    def _learn(self, id_: int, code: str, name: str, short_names: Any) -> None:
        for key in {_exact(code), _exact(name), _core(name), *map(_exact, short_names)}:
            self._accounts.setdefault(key, set()).add(id_)


def _exact(name: str) -> str:
    return clean_text(name).casefold()


def _core(name: str) -> str:
    # Kept apart from exact names by a space in front, which no clean name has.
    return f" {core_name(name)}"


def _is_called(name: str) -> Any:
    try:
        number = mobile("mobile", name)
    except InvalidField:
        number = None
    return Contact.mobile == number if number else Contact.name == clean_text(name)
