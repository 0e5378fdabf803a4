"""What follows from the values of an imported record: the times of a status, its stage, participants, first words.

Promise: each function does for a row what the record's service does for a turn. `of_x` adds to the values of one record
before it is written, given the record as it was; the others write beside the records of a batch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from crm_core import deals, fields
from crm_core.calendar import add_working_days
from crm_core.errors import InvalidField
from crm_core.interactions import MAX_AHEAD
from crm_core.models import (
    Account,
    Contact,
    ContactStatus,
    InteractionContact,
    LeadStatus,
    RequirementPriority,
    RequirementStatus,
    Stage,
    TaskStatus,
    TicketKind,
    TicketMessage,
    TicketMessageAuthor,
    TicketPriority,
    TicketStatus,
)
from crm_core.permissions import Actor
from crm_core.service_levels import SERVICE_LEVELS
from crm_core.transfer.drafts import Draft, Values
from crm_core.transfer.script import simplified
from crm_core.transfer.words import stage_words

Before = Mapping[str, Any] | None


def nothing(_session: Session, _actor: Actor, _values: Values, _before: Before) -> None:
    """Add nothing."""


def nothing_more(_session: Session, _actor: Actor, _drafts: Sequence[Draft]) -> None:
    """Write nothing beside the records."""


def _number_rule(pattern: str, example: str) -> fields.Rule:
    shape = re.compile(pattern)

    def rule(field: str, value: Any) -> str:
        spelled = str(value).strip().upper()
        if not shape.fullmatch(spelled):
            remedy = (
                f"Numbers look like {example}. Leave the column out (--map heading=), "
                "or rename it to keep it as a note."
            )
            raise InvalidField(field, value, remedy)
        return spelled

    return rule


account_code = _number_rule(r"CRM\d{4}\d{3,9}", "CRM2026001")
ticket_number = _number_rule(r"TK\d{4}\d{4,9}", "TK20260001")
requirement_code = _number_rule(r"DE\d{4}\d{4,9}", "DE20260001")
quote_number = _number_rule(r"QT\d{4}\d{4,9}", "QT20260001")


def stage(_field: str, value: Any) -> str:
    """Take the word for a stage; which one it is depends on the company's funnel."""
    return str(value).strip()


def satisfaction(field: str, value: Any) -> int:
    """Take a mark from 1 to 5."""
    if not 1 <= int(value) <= 5:
        raise InvalidField(field, value, "Give a mark from 1 to 5.")
    return int(value)


def of_account(_session: Session, _actor: Actor, values: Values, before: Before) -> None:
    """A changed status keeps its reason with it."""
    if before is not None and values.get("status", before["status"]) != before["status"]:
        values.setdefault("status_reason", values.get("reason") or "import")


def of_contact(_session: Session, actor: Actor, values: Values, before: Before) -> None:
    """Since when somebody has left is kept; a key contact stays one: his account needs one."""
    if before is not None and before["is_key_contact"]:
        values.pop("is_key_contact", None)
    was_active = before is None or before["status"] is ContactStatus.ACTIVE
    if values.get("status") is ContactStatus.DEPARTED and was_active:
        values["departed_at"] = actor.now
    elif values.get("status") is ContactStatus.ACTIVE and not was_active:
        values["departed_at"] = None


def of_lead(_session: Session, actor: Actor, values: Values, before: Before) -> None:
    """A lead with an owner is assigned; a score that somebody gave stays."""
    if "score" in values and (before is None or before["score"] != values["score"]):
        values["is_score_given"] = True
    if values.get("status") is LeadStatus.NEW and before is not None and before["status"] is LeadStatus.ASSIGNED:
        # It was new when the file was written, and was given to somebody since, at the latest by its first import.
        del values["status"]
    is_new = (before or {}).get("status", LeadStatus.NEW) is LeadStatus.NEW
    if values.get("owner_id") is not None and is_new and values.get("status", LeadStatus.NEW) is LeadStatus.NEW:
        values["status"] = LeadStatus.ASSIGNED
        values["assigned_at"] = actor.now


def of_opportunity(session: Session, actor: Actor, values: Values, before: Before) -> None:
    """A stage is a row of the company's funnel; a closed one has its time and its reason."""
    if "stage" not in values and before is None:
        values["stage"] = deals.ensure_default_stages(session)[0].key
    if "stage" in values:
        found = _find_stage(session, values["stage"])
        values["stage"] = found.key
        if before is None or before["stage"] != found.key:
            values["closed_at"] = (values.get("closed_at") or actor.now) if found.is_closed else None
            values["stage_entered_at"] = values["closed_at"] or actor.now
        if not found.is_closed:
            values.pop("outcome_reason", None)


def _find_stage(session: Session, word: str) -> Stage:
    stages = {stage.key: stage for stage in deals.ensure_default_stages(session)}
    key = stage_words().get(simplified(word.casefold()), "")
    named = next((stage for stage in stages.values() if word in {stage.name_zh, stage.key}), None)
    return named or stages.get(key) or deals.get_stage(session, word)


def of_interaction(_session: Session, actor: Actor, values: Values, _before: Before) -> None:
    """It has happened, with somebody, and it is the actor's own unless the row says whose it was."""
    if values["occurred_at"] > actor.now + MAX_AHEAD:
        raise InvalidField("occurred_at", values["occurred_at"].isoformat(), "It has not happened yet: make it a task.")
    if values.get("account_id") is None and not values.get("contact_id"):
        raise InvalidField("account", None, "Say with which account or contact it was.")
    values.pop("contact_id", None)


def of_task(_session: Session, actor: Actor, values: Values, before: Before) -> None:
    """Done has its time, delayed its reason."""
    status = values.get("status")
    if status is TaskStatus.DONE:
        values["completed_at"] = values.get("completed_at") or (before or {}).get("completed_at") or actor.now
    elif status is not None:
        values["completed_at"] = None
    reason = values.get("delay_reason") or (before or {}).get("delay_reason")
    if status is TaskStatus.DELAYED and not reason:
        raise InvalidField("delay_reason", None, "A delayed task needs a reason.")


def of_ticket(_session: Session, actor: Actor, values: Values, before: Before) -> None:
    """The clocks run from the day on which the ticket was opened; what is solved has its time."""
    if before is None:
        opened = min(values.setdefault("created_at", actor.now), actor.now)
        kind = values.setdefault("kind", TicketKind.QUESTION)
        clocks = SERVICE_LEVELS[kind]
        default = TicketPriority.HIGH if kind is TicketKind.COMPLAINT else TicketPriority.MEDIUM
        values.setdefault("priority", default)
        values |= {
            "created_at": opened,
            "first_answer_due_at": opened + clocks.first_answer,
            "solve_due_at": opened + clocks.solve,
        }
    status = values.get("status", (before or {}).get("status", TicketStatus.OPEN))
    if status in {TicketStatus.SOLVED, TicketStatus.CLOSED}:
        solved = values.get("solved_at") or (before or {}).get("solved_at") or actor.now
        answered = values.get("first_answered_at") or (before or {}).get("first_answered_at") or solved
        values |= {"solved_at": solved, "first_answered_at": answered}
    if status is TicketStatus.CLOSED:
        values["closed_at"] = values.get("closed_at") or (before or {}).get("closed_at") or values["solved_at"]


def of_requirement(_session: Session, actor: Actor, values: Values, before: Before) -> None:
    """The clock runs from the day on which the customer asked; what is done or closed has its time."""
    if before is None:
        asked = min(values.get("created_at") or actor.now, actor.now)
        priority = values.setdefault("priority", RequirementPriority.MEDIUM)
        values |= {"created_at": asked, "answer_due_at": _answer_due(asked, priority, actor)}
    status = values.get("status", (before or {}).get("status"))
    if status is RequirementStatus.DELAYED and not (values.get("delay_reason") or (before or {}).get("delay_reason")):
        raise InvalidField("delay_reason", None, "A delayed requirement needs a reason.")
    if status is RequirementStatus.CLOSED and not (values.get("confirmation") or (before or {}).get("confirmation")):
        raise InvalidField("confirmation", None, "A closed requirement needs the customer's confirmation.")
    stamped: tuple[str, ...] = ()
    if status in {RequirementStatus.DONE, RequirementStatus.CLOSED}:
        stamped = ("answered_at", "completed_at", *(["closed_at"] if status is RequirementStatus.CLOSED else []))
    for name in stamped:
        values[name] = values.get(name) or (before or {}).get(name) or actor.now


def _answer_due(asked: datetime, priority: RequirementPriority, actor: Actor) -> datetime:
    """Return by when the customer must have an answer. Source: design page, 4 (24 h, 3 working days, 1 week)."""
    if priority is RequirementPriority.HIGH:
        return asked + timedelta(hours=24)
    return (
        add_working_days(asked, 3, actor.zone) if priority is RequirementPriority.MEDIUM else asked + timedelta(days=7)
    )


def name_key_contacts(session: Session, _actor: Actor, drafts: Sequence[Draft]) -> None:
    """Make the first contact of every account that has no key contact its key contact."""
    account_ids = {draft.values["account_id"] for draft in drafts if draft.values.get("account_id") is not None}
    if not account_ids:
        return
    present = (
        Contact.account_id.in_(account_ids),
        Contact.status == ContactStatus.ACTIVE,
        Contact.deleted_at.is_(None),
    )
    named = select(Contact.account_id).where(*present, Contact.is_key_contact.is_(True))
    first = select(func.min(Contact.id)).where(*present, Contact.account_id.not_in(named)).group_by(Contact.account_id)
    session.execute(
        update(Contact).where(Contact.id.in_(session.scalars(first).all())).values(is_key_contact=True),
        execution_options={"synchronize_session": False},
    )


def link_participants(session: Session, _actor: Actor, drafts: Sequence[Draft]) -> None:
    """Keep who took part, and when each customer was last spoken to."""
    wanted = {(draft.record_id, id_) for draft in drafts for id_ in draft.extras.get("contact_ids", ())}
    columns = (InteractionContact.interaction_id, InteractionContact.contact_id)
    ids = {draft.record_id for draft in drafts}
    present = {(row[0], row[1]) for row in session.execute(select(*columns).where(columns[0].in_(ids)))}
    missing = sorted(wanted - present)
    if missing:
        session.execute(
            insert(InteractionContact),
            [{"interaction_id": interaction_id, "contact_id": contact_id} for interaction_id, contact_id in missing],
        )
    joined = {interaction_id for interaction_id, _ in missing}
    for draft in drafts:
        if draft.verdict == "unchanged" and draft.record_id in joined:
            draft.verdict = "updated"
    _raise_last_interaction(session, drafts)


def _raise_last_interaction(session: Session, drafts: Sequence[Draft]) -> None:
    latest: dict[tuple[type[Any], int], datetime] = {}
    for draft in drafts:
        at = draft.values["occurred_at"]
        account_id = draft.values.get("account_id")
        people = [(Contact, id_) for id_ in draft.extras.get("contact_ids", ())]
        for key in [*people, *([(Account, account_id)] if account_id is not None else [])]:
            latest[key] = max(latest.get(key, at), at)
    for model in (Account, Contact):
        rows = [
            {"id": id_, "at": at}
            for (kind, id_), at in sorted(latest.items(), key=lambda item: item[0][1])
            if kind is model
        ]
        _raise_times(session, model, rows)


def _raise_times(session: Session, model: type[Any], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    table = model.__table__
    ids = [row["id"] for row in rows]
    query = select(table.c.id, table.c.last_interaction_at).where(table.c.id.in_(ids))
    known: dict[int, datetime | None] = {row[0]: row[1] for row in session.execute(query)}
    later = [row for row in rows if (known.get(row["id"]) or row["at"]) <= row["at"]]
    if later:
        session.execute(update(model), [{"id": row["id"], "last_interaction_at": row["at"]} for row in later])


def write_first_lines(session: Session, _actor: Actor, drafts: Sequence[Draft]) -> None:
    """Keep the customer's own words as the first line of a new ticket."""
    lines = [
        {
            "ticket_id": draft.record_id,
            "author": TicketMessageAuthor.CUSTOMER,
            "user_id": None,
            "text": draft.extras["text"],
            "is_internal": False,
            "attachments": [],
            "created_at": draft.values["created_at"],
        }
        for draft in drafts
        if draft.verdict == "created" and draft.same_as is None and draft.extras.get("text")
    ]
    if lines:
        session.execute(insert(TicketMessage), lines)
