"""The types of record that a file can hold, each a `Kind`.

Promise: the rules on values are the services' own tables. A new type is one `Kind` here (or in deal_kinds and
marketing_kinds) and its columns in crm_core/transfer/columns. What a file says has happened already: no approval is
asked for, no clock is started anew.
"""

from __future__ import annotations

from crm_core import deals, fields
from crm_core.customer_fields import ACCOUNT_RULES, CONTACT_RULES
from crm_core.interactions import INTERACTION_RULES
from crm_core.models import (
    Account,
    Contact,
    Interaction,
    Lead,
    Opportunity,
    Requirement,
    RequirementKind,
    RequirementPriority,
    RequirementStatus,
    Task,
    Ticket,
    TicketKind,
    TicketPriority,
    TicketStatus,
)
from crm_core.tasks import TASK_RULES
from crm_core.transfer import consequences
from crm_core.transfer.deal_kinds import DEAL_KINDS
from crm_core.transfer.drafts import Draft
from crm_core.transfer.kind import Identity, Kind, Series
from crm_core.transfer.marketing_kinds import MARKETING_KINDS


def _split_account(draft: Draft) -> None:
    """Join the parts of the region; the contact in an account's row becomes a row of his own."""
    values = draft.values
    joined = ""
    for part in [values.pop(part, None) or "" for part in ("province", "city", "district")]:
        # 上海, 上海市: a city that is its own province is named once.
        joined = part if part.startswith(joined.removesuffix("市")) else f"{joined}{part}"
    if joined:
        values.setdefault("region", joined)
    person = {name: values.pop(f"contact_{name}", None) for name in ("name", "title", "mobile", "email")}
    given = {name: value for name, value in person.items() if value is not None}
    # A switchboard's number has no name of its own.
    first = {0: {"name": values.get("name"), "is_key_contact": True, **given}} if given else {}
    draft.extras["people"] = {**first, **draft.extras.pop("more_people", {})}


def _split_parties(draft: Draft) -> None:
    """Put aside whom a row names: contacts are looked up for many rows at once."""
    names = draft.values.pop("contacts", None) or [name for name in [draft.values.pop("contact", None)] if name]
    draft.extras["names"] = list(dict.fromkeys(names))


def _split_ticket(draft: Draft) -> None:
    _split_parties(draft)
    draft.extras["text"] = draft.values.pop("text", None) or draft.values.get("subject")


_LINKS: dict[str, fields.Rule] = {"account_id": fields.as_given, "contact_id": fields.as_given}

KINDS: dict[str, Kind] = {
    "account": Kind(
        model=Account,
        rules={**ACCOUNT_RULES, "code": consequences.account_code},
        identities=(Identity(("code",), ("code",)), Identity(("name",), ())),
        series=Series("code", "CRM", 3),
        split=_split_account,
        derive=consequences.of_account,
    ),
    "contact": Kind(
        model=Contact,
        rules=CONTACT_RULES,
        identities=(
            Identity(("mobile",), ("mobile",)),
            Identity(("email",), ("email",)),
            Identity(("name", "account_id"), ("name", "account_id"), is_weak=True),
        ),
        derive=consequences.of_contact,
        finish=consequences.name_key_contacts,
    ),
    "lead": Kind(
        model=Lead,
        rules=deals.LEAD_RULES,
        identities=(
            Identity(("mobile",), ("mobile",)),
            Identity(("email",), ("email",)),
            Identity(("name", "company"), ("name",), is_weak=True),
        ),
        derive=consequences.of_lead,
    ),
    "opportunity": Kind(
        model=Opportunity,
        rules={
            **deals.OPPORTUNITY_RULES,
            **_LINKS,
            "stage": consequences.stage,
            "outcome_reason": fields.optional_text(2000),
            "closed_at": fields.moment,
        },
        identities=(Identity(("account_id", "name"), ("account_id", "name")),),
        derive=consequences.of_opportunity,
    ),
    "interaction": Kind(
        model=Interaction,
        rules={**INTERACTION_RULES, **_LINKS, "owner_id": fields.as_given},
        identities=(Identity(("occurred_at", "kind", "account_id", "summary"), ("occurred_at",)),),
        split=_split_parties,
        derive=consequences.of_interaction,
        finish=consequences.link_participants,
    ),
    "task": Kind(
        model=Task,
        rules={**TASK_RULES, **_LINKS, "completed_at": fields.moment},
        identities=(Identity(("owner_id", "title", "account_id", "contact_id"), ("owner_id", "title")),),
        split=_split_parties,
        derive=consequences.of_task,
        needed={"owner_id": "Say whose task it is."},
    ),
    "ticket": Kind(
        model=Ticket,
        rules={
            **_LINKS,
            "number": consequences.ticket_number,
            "subject": fields.required_text(200),
            "kind": fields.one_of(TicketKind),
            "priority": fields.one_of(TicketPriority),
            "status": fields.one_of(TicketStatus),
            "assignee_id": fields.as_given,
            "created_at": fields.moment,
            "first_answered_at": fields.moment,
            "solved_at": fields.moment,
            "closed_at": fields.moment,
            "csat": consequences.satisfaction,
        },
        identities=(
            Identity(("number",), ("number",)),
            Identity(("created_at", "subject", "account_id", "contact_id"), ("created_at",)),
        ),
        series=Series("number", "TK", 4),
        staff={"assignee": "assignee_id"},
        split=_split_ticket,
        derive=consequences.of_ticket,
        finish=consequences.write_first_lines,
        kept=frozenset({"created_at"}),
    ),
    "requirement": Kind(
        model=Requirement,
        rules={
            **_LINKS,
            "code": consequences.requirement_code,
            "title": fields.required_text(200),
            "description": fields.optional_text(20_000),
            "kind": fields.one_of(RequirementKind),
            "priority": fields.one_of(RequirementPriority),
            "status": fields.one_of(RequirementStatus),
            "delay_reason": fields.optional_text(2000),
            "owner_id": fields.as_given,
            "created_at": fields.moment,
            "confirmation": fields.optional_text(20_000),
            "answered_at": fields.moment,
            "completed_at": fields.moment,
            "closed_at": fields.moment,
        },
        identities=(Identity(("code",), ("code",)), Identity(("account_id", "title"), ("account_id", "title"))),
        series=Series("code", "DE", 4),
        split=_split_parties,
        derive=consequences.of_requirement,
        kept=frozenset({"created_at"}),
    ),
    **DEAL_KINDS,
    **MARKETING_KINDS,
}
