"""From the values of a row to a record: who is meant, is it new, what changed. One class for each type of record.

Promise: all rules and permissions are those of the services. The lists of what is there already are read once for
a file and kept up with it, so that a row costs no search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import customers, deals, fields, interactions, tasks
from crm_core.audit import changing, snapshot
from crm_core.customer_fields import CONTACT_RULES
from crm_core.database import Base
from crm_core.errors import InvalidField
from crm_core.models import (
    Account,
    Contact,
    Interaction,
    InteractionContact,
    Lead,
    Opportunity,
    Task,
    TaskStatus,
)
from crm_core.permissions import Actor, require, visible
from crm_core.transfer.references import References

Verdict = Literal["created", "updated", "unchanged"]
Values = dict[str, Any]
Write = Callable[[Values], Verdict]


class Writer(Protocol):
    """Writes the rows of one type of record."""

    def __init__(self, session: Session, actor: Actor, references: References, reason: str) -> None:
        """Read what is there already."""

    def write(self, values: Values) -> Verdict:
        """Create or update the record of one row.

        Raises:
            CrmError: the row cannot be written; nothing of it is.
        """


def build_writer(record_type: str, session: Session, actor: Actor, *, reason: str) -> Write:
    """Return the function that writes one row of this type.

    Raises:
        PermissionRefused: the actor may not create such records at all.
    """
    require(actor, "create", record_type)
    return WRITERS[record_type](session, actor, References(session, actor), reason).write


class _Writer:
    def __init__(self, session: Session, actor: Actor, references: References, reason: str) -> None:
        self._session = session
        self._actor = actor
        self._references = references
        self._reason = reason
        self._known: dict[Any, int] = self._read_known()

    def _read_known(self) -> dict[Any, int]:
        raise NotImplementedError

    def _rows(self, model: type[Base], *columns: Any) -> Any:
        query = select(model.id, *columns).where(visible(self._actor, model))  # type: ignore[attr-defined]
        return self._session.execute(query)

    def _find(self, model: Any, *keys: Any) -> Any:
        """Find the record that is known under one of the keys, the surest first."""
        found = next((self._known[key] for key in keys if key in self._known), None)
        return self._session.get(model, found) if found is not None else None

    def _learn(self, record: Any, *keys: Any) -> None:
        for key in keys:
            self._known.setdefault(key, record.id)


def _verdict(record: Base, before: Mapping[str, Any]) -> Verdict:
    return "unchanged" if snapshot(record) == before else "updated"


class AccountWriter(_Writer):
    """Accounts, known by code or name; a contact in the same row is the account's key contact."""

    def _read_known(self) -> dict[Any, int]:
        known: dict[Any, int] = {}
        for id_, code, name in self._rows(Account, Account.code, Account.name):
            known[code] = id_
            known.setdefault(("name", name.casefold()), id_)
        self._contacts = ContactWriter(self._session, self._actor, self._references, self._reason)
        return known

    def write(self, values: Values) -> Verdict:
        """Create or update an account, and its key contact where the row names one."""
        self._references.resolve_owner(values)
        person = {field: values.pop(f"contact_{field}", None) for field in ("name", "title", "mobile", "email")}
        _join_region(values)
        code = values.pop("code", None)
        name_key = ("name", fields.clean_text(values["name"]).casefold())
        account = self._find(Account, *([code.strip().upper()] if code else []), name_key)
        if account is None:
            account = customers.create_account(self._session, self._actor, code=code, **values)
            verdict: Verdict = "created"
        else:
            before = snapshot(account)
            customers.update_account(self._session, self._actor, account, reason=self._reason, **values)
            verdict = _verdict(account, before)
        verdict = self._with_contact(account, person, verdict)
        # Last: what a failing row knows must not outlive its savepoint.
        self._learn(account, account.code, name_key)
        self._references.learn_account(account)
        return verdict

    def _with_contact(self, account: Account, person: Values, verdict: Verdict) -> Verdict:
        given = {field: value for field, value in person.items() if value is not None}
        if not given:
            return verdict
        # A switchboard's number has no name of its own.
        row = {"name": account.name, "is_key_contact": True, **given, "account_id": account.id}
        if account.owner_id is not None:
            row["owner_id"] = account.owner_id
        changed = self._contacts.write_resolved(row)
        return "updated" if verdict == "unchanged" and changed != "unchanged" else verdict


class ContactWriter(_Writer):
    """Contacts, known by mobile, by e-mail, or by name within the account."""

    def _read_known(self) -> dict[Any, int]:
        known: dict[Any, int] = {}
        columns = (Contact.name, Contact.mobile, Contact.email, Contact.account_id)
        for id_, name, mobile, email, account_id in self._rows(Contact, *columns):
            for key in _contact_keys(name, mobile, email, account_id):
                known.setdefault(key, id_)
        return known

    def write(self, values: Values) -> Verdict:
        """Create or update a contact."""
        self._references.resolve_owner(values)
        self._references.resolve_account(values)
        return self.write_resolved(values)

    def write_resolved(self, values: Values) -> Verdict:
        """Create or update a contact whose account and owner are ids already."""
        values = fields.normalise(CONTACT_RULES, values)
        keys = _contact_keys(values["name"], values.get("mobile"), values.get("email"), values.get("account_id"))
        contact = self._find_person(keys, values)
        if contact is None:
            contact = customers.create_contact(self._session, self._actor, **values)
            self._learn(contact, *keys)
            return "created"
        before = snapshot(contact)
        customers.update_contact(self._session, self._actor, contact, reason=self._reason, **values)
        self._learn(contact, *keys)
        return _verdict(contact, before)

    def _find_person(self, keys: list[Any], values: Values) -> Contact | None:
        contact: Contact | None = self._find(Contact, *keys)
        by_number = any(self._known.get(key) == contact.id for key in keys[:-1]) if contact else False
        if contact is None or by_number:
            return contact
        # Two people may share a name: where a number tells them apart, the name does not join them.
        pairs = ((contact.mobile, values.get("mobile")), (contact.email, values.get("email")))
        return None if any(old and new and old != new for old, new in pairs) else contact


class LeadWriter(_Writer):
    """Leads, known by mobile, or by name and company."""

    def _read_known(self) -> dict[Any, int]:
        known: dict[Any, int] = {}
        for id_, name, company, mobile in self._rows(Lead, Lead.name, Lead.company, Lead.mobile):
            for key in _lead_keys(name, company, mobile):
                known.setdefault(key, id_)
        return known

    def write(self, values: Values) -> Verdict:
        """Create or update a lead."""
        self._references.resolve_owner(values)
        values = fields.normalise(deals.LEAD_RULES, values)
        keys = _lead_keys(values["name"], values.get("company"), values.get("mobile"))
        lead = self._find(Lead, *keys)
        if lead is None:
            self._learn(deals.create_lead(self._session, self._actor, **values), *keys)
            return "created"
        before = snapshot(lead)
        deals.update_lead(self._session, self._actor, lead, reason=self._reason, **values)
        return _verdict(lead, before)


class OpportunityWriter(_Writer):
    """Opportunities, known by account and name."""

    def _read_known(self) -> dict[Any, int]:
        rows = self._rows(Opportunity, Opportunity.account_id, Opportunity.name)
        return {(account_id, name.casefold()): id_ for id_, account_id, name in rows}

    def write(self, values: Values) -> Verdict:
        """Create or update an opportunity; a stage is given by key or by name in either language."""
        self._references.resolve_owner(values)
        self._references.resolve_account(values)
        stage, why = values.pop("stage", None), values.pop("outcome_reason", None)
        account_id = values.pop("account_id")
        key = (account_id, fields.clean_text(values["name"]).casefold())
        deal = self._find(Opportunity, key)
        before = snapshot(deal) if deal is not None else None
        if deal is None:
            deal = deals.create_opportunity(self._session, self._actor, account_id=account_id, **values)
        else:
            deals.update_opportunity(self._session, self._actor, deal, reason=self._reason, **values)
        if stage is not None and (deals.get_stage(self._session, stage).key != deal.stage or why):
            deals.change_stage(self._session, self._actor, deal, stage=stage, reason=why or self._reason)
        self._learn(deal, key)
        return "created" if before is None else _verdict(deal, before)


class InteractionWriter(_Writer):
    """Interactions, known by customer, kind and time; a repeated row is left as it is."""

    def _read_known(self) -> dict[Any, int]:
        columns = (Interaction.account_id, Interaction.kind, Interaction.occurred_at, Interaction.summary)
        rows = self._rows(Interaction, *columns)
        return {(account_id, kind.value, at, summary): id_ for id_, account_id, kind, at, summary in rows}

    def write(self, values: Values) -> Verdict:
        """Log an interaction that is not there yet."""
        self._references.resolve_owner(values)
        self._references.resolve_account(values)
        names = values.pop("contacts", [])
        values["contact_ids"] = [self._references.contact(name, values.get("account_id")).id for name in names]
        if values.get("account_id") is None and values["contact_ids"]:
            values["account_id"] = self._session.get_one(Contact, values["contact_ids"][0]).account_id
        summary = fields.clean_text(values["summary"])
        key = (values.get("account_id"), values["kind"], values["occurred_at"], summary)
        if key in self._known:
            return self._join_contacts(self._known[key], values["contact_ids"])
        self._learn(interactions.log_interaction(self._session, self._actor, **values), key)
        return "created"

    def _join_contacts(self, interaction_id: int, contact_ids: list[int]) -> Verdict:
        present = set(interactions.list_contact_ids(self._session, interaction_id))
        missing = [contact_id for contact_id in dict.fromkeys(contact_ids) if contact_id not in present]
        links = [InteractionContact(interaction_id=interaction_id, contact_id=contact_id) for contact_id in missing]
        self._session.add_all(links)
        self._session.flush()
        return "updated" if missing else "unchanged"


class TaskWriter(_Writer):
    """Tasks, known by owner, title and customer."""

    def _read_known(self) -> dict[Any, int]:
        columns = (Task.owner_id, Task.title, Task.account_id, Task.contact_id)
        return {
            (owner, title.casefold(), account, contact): id_
            for id_, owner, title, account, contact in self._rows(Task, *columns)
        }

    def write(self, values: Values) -> Verdict:
        """Create or update a task."""
        self._references.resolve_owner(values)
        self._references.resolve_account(values)
        name = values.pop("contact", None)
        account_id = values.get("account_id")
        values["contact_id"] = self._references.contact(name, account_id).id if name else None
        status, why = values.pop("status", None), values.pop("delay_reason", None)
        title = fields.clean_text(values["title"]).casefold()
        owner_id = values.get("owner_id", self._actor.user_id)
        key = (owner_id, title, account_id, values["contact_id"])
        task = self._find(Task, key)
        before = snapshot(task) if task is not None else None
        if task is None:
            task = tasks.create_task(self._session, self._actor, **values)
        elif "due_at" in values:
            tasks.update_task(self._session, self._actor, task, due_at=values["due_at"])
        self._set_status(task, status, why)
        self._learn(task, key)
        return "created" if before is None else _verdict(task, before)

    def _set_status(self, task: Task, status: str | None, why: str | None) -> None:
        if status is None or status == task.status:
            return
        if status == TaskStatus.DONE:
            tasks.complete_task(self._session, self._actor, task)
            return
        if status == TaskStatus.DELAYED and not why:
            raise InvalidField("delay_reason", None, "A delayed task needs a reason.")
        with changing(self._session, self._actor, task, reason=self._reason):
            task.status, task.delay_reason = TaskStatus(status), why


def _contact_keys(name: str, mobile: str | None, email: str | None, account_id: int | None) -> list[Any]:
    keys: list[Any] = [("mobile", mobile)] if mobile else []
    keys += [("email", email)] if email else []
    return [*keys, ("name", name.casefold(), account_id)]


def _lead_keys(name: str, company: str | None, mobile: str | None) -> list[Any]:
    return [("mobile", mobile)] if mobile else [("name", name.casefold(), (company or "").casefold())]


def _join_region(values: Values) -> None:
    parts = [values.pop(part, None) for part in ("province", "city", "district")]
    joined = "".join(dict.fromkeys(part for part in parts if part))
    if joined:
        values.setdefault("region", joined)


WRITERS: dict[str, type[Writer]] = {
    "account": AccountWriter,
    "contact": ContactWriter,
    "lead": LeadWriter,
    "opportunity": OpportunityWriter,
    "interaction": InteractionWriter,
    "task": TaskWriter,
}
