"""'No, I meant Thursday' / '不是张伟是章伟': corrects the records that the person's last message wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot import agenda, due, just_written, orders
from bot.directory import Candidate
from bot.handlers import load_handlers
from bot.handlers.rep import _corrections
from bot.handlers.rep._corrections import AMOUNTS, TEXTS, TIMES, Value
from bot.handlers.rep._form import Form, form_handler
from bot.handlers.rep.log_interaction import KIND_WORDS
from bot.say import Text, say
from bot.turn import SELLERS, Example, Outcome
from bot.words import say_field, say_value
from crm_core import customers, deals, interactions, requirements, tasks
from crm_core.database import Base
from crm_core.describe import describe
from crm_core.models import (
    Account,
    AuditEvent,
    Contact,
    Instalment,
    Interaction,
    Lead,
    Opportunity,
    Payment,
    Requirement,
    Task,
)
from crm_core.undo import find_last_undone, get_record, list_written
from nlu.commands import correct
from nlu.commands._fields import read_value
from nlu.commands.correct import Correct
from nlu.entities.money import Money, parse_money
from nlu.self_correction import put_right

INTENT = "correct"
_LABELS: dict[str, tuple[type[Base], ...]] = {
    "level": (Account,),
    "stage": (Opportunity,),
    "status": (Account,),
    "priority": (Requirement,),
    "mobile": (Contact, Lead),
    "email": (Contact, Lead),
}
#: fields that a person corrects by their names
_NAMED: dict[type[Base], frozenset[str]] = {
    Contact: frozenset({"name", "title", "mobile", "email", "birthday", "decision_role", "notes"}),
    Account: frozenset({"name", "industry", "size_band", "region", "address", "website", "source", "notes"}),
    Lead: frozenset({"name", "mobile", "email", "source", "region", "notes"}),
    Opportunity: frozenset({"name", "source"}),
    Interaction: frozenset({"summary"}),
}
_DEAL_FIELDS = frozenset({"amount", "stage", "expected_close"})
_SHOWN = (
    "due_at", "occurred_at", "expected_close", "stage", "amount", "kind", "contacts", "account", "name", "title",
    "summary", "mobile", "email", "level", "status", "received_on", "due_on", "priority", "company", "region",
    "industry", "decision_role", "source",
)  # fmt: skip


#: what leads to the right value in answer to 'what is wrong?'
_IS = re.compile(r"^(?:应该)?(?:是|改成|改为)|^(?:it'?s|it was|it should be|should be|make it)\s+", re.IGNORECASE)


def fill(form: Form) -> Outcome:
    """Find what the right value belongs to among what was just written, change it, and echo."""
    answer = form.given(agenda.FIX_SLOT)
    request = correct.read(f"不对，{_IS.sub('', answer)}" if answer else form.text, form.context)
    anew = _say_again(form, request) if request is not None else None
    if anew is not None:
        return anew
    records = _just_written(form)
    if request is None or not records:
        form.stop(
            "asked",
            say(
                zh="最近没有可以更正的记录，什么都没有改。要改哪一条？例如：把任务3的截止时间改到周四",
                en="There is nothing recent to correct; nothing was changed. Which record do you mean?",
            ),
        )
    before = {id(record): describe(form.turn.session, record, form.turn.zone) for record in records}
    right = _corrections.read_right(form, request)
    changed = _apply(form, request, right, records)
    if not changed and (deal := _only_deal(form, request, records)) is not None:
        records = [deal]
        before = {id(deal): describe(form.turn.session, deal, form.turn.zone)}
        changed = _apply(form, request, right, records)
    if not changed:
        form.stop(
            "asked",
            say(
                zh="没看出要更正哪一项，什么都没有改。请说完整些，例如：把任务3的截止时间改到周四",
                en="I can't tell what to correct; nothing was changed. Say it in full, for example: set the due "
                "date of "
                "task 3 to Thursday",
            ),
        )
    return _echo(form, [(record, before[id(record)]) for record in records])


def _only_deal(form: Form, request: Correct, records: Sequence[Base]) -> Opportunity | None:
    """Return the one open deal of the customer just reported on: 金额改成28万 after a call with him means it."""
    accounts = {record.account_id for record in records if isinstance(record, Interaction) and record.account_id}
    if request.field not in _DEAL_FIELDS or len(accounts) != 1:
        return None
    opened = deals.list_opportunities(form.turn.session, form.turn.actor, account_id=accounts.pop())
    return opened[0] if len(opened) == 1 else None


def _say_again(form: Form, request: Correct) -> Outcome | None:
    """Say the message anew that was taken back just now, with the right value: 'undo', 'no, I meant Thursday'."""
    turn = form.turn
    window = timedelta(minutes=turn.services.settings.undo_minutes)
    undone = find_last_undone(turn.session, turn.actor, within=window)
    said = just_written.words_of(turn, undone.message_id) if undone is not None and undone.message_id else ""
    if not said:
        return None
    if request.wrong and request.wrong in said:
        anew: str | None = said.replace(request.wrong, request.right)
    else:
        anew = put_right(said, request.right, form.context)
    outcome = None if anew is None else orders.hand_on(turn, anew, load_handlers())
    return outcome or form.stop(
        "asked",
        say(zh="刚才那条已经撤销了，请完整地再说一遍。", en="I took that back already; please say it in full again."),
    )


def _just_written(form: Form) -> list[Base]:
    """Return the records of the person's last writing message, within the time in which it could be undone.

    A correction of them belongs to the same matter, so the records that it left alone are still meant.
    """
    window = timedelta(minutes=form.turn.services.settings.undo_minutes)
    keys: dict[tuple[str, int | None], AuditEvent] = {}
    for written in list_written(form.turn.session, form.turn.actor, within=window):
        own = {(event.record_type, event.record_id): event for event in written.events}
        if keys and not set(own) & set(keys):
            break
        keys = {**own, **keys}
    found = (get_record(form.turn.session, event) for event in keys.values())
    return [record for record in found if record is not None]


def _apply(form: Form, request: Correct, right: Value, records: Sequence[Base]) -> bool:
    if right.kind == "time" and request.field != "party":
        return _correct_time(form, request, right.words, records)
    if right.kind == "amount" and isinstance(right.value, Money):
        return _correct_amount(form, right.value, records) or _replace_words(form, request, records)
    if right.kind == "kind":
        return _correct_kind(form, right.value, records)
    plain = _corrections.plain_amount(right)
    if plain is not None and _correct_plain(form, request, plain, records):
        return True
    if _correct_label(form, right, records) or _correct_named(form, request, right, records):
        return True
    return _correct_party(form, request, records) or _replace_words(form, request, records)


def _correct_named(form: Form, request: Correct, right: Value, records: Sequence[Base]) -> bool:
    """Correct the field that is called by its name: 名字是贺岚, 'the title should be CFO'."""
    for record in records if request.field else ():
        if request.field in _NAMED.get(type(record), ()):
            write(form, record, {str(request.field): right.value})
            return True
    return False


def _correct_time(form: Form, request: Correct, words: str, records: Sequence[Base]) -> bool:
    timed = [(record, TIMES[type(record)]) for record in records if type(record) in TIMES]
    held = [(record, field, getattr(record, field)) for record, field in timed if getattr(record, field) is not None]
    if request.wrong:
        held = [one for one in held if _corrections.is_said_time(form, request.wrong, one[2])]
    else:
        # What is still to come is what one mistakes most: the follow-up before the call itself.
        ahead = [one for one in held if not isinstance(one[0], Interaction | Payment)]
        held = ahead or held
    for record, field, was in held[:1]:
        is_past = isinstance(record, Interaction | Payment)
        value = _corrections.new_time(form, words, was, is_past=is_past)
        if value is None:
            return False
        write(form, record, {field: value})
        if isinstance(record, Task):
            due.schedule_reminders(form.turn.session, record, now=form.turn.now)
    return bool(held)


def _correct_amount(form: Form, money: Money, records: Sequence[Base]) -> bool:
    for record in records:
        field = AMOUNTS.get(type(record))
        if field is not None:
            # Dollars stay dollars where only the number was wrong.
            currency = {"currency": money.currency} if money.is_currency_said else {}
            write(form, record, {field: money.amount, **currency})
            return True
    return False


def _correct_plain(form: Form, request: Correct, money: Money, records: Sequence[Base]) -> bool:
    """Correct an amount by a bare number only where one was told, and is the one that is called wrong.

    A bare number may as well be a quantity, a postcode or part of a name.
    """
    wrong = parse_money(request.wrong) if request.wrong else None
    if request.field not in {None, "amount", "annual_amount"} or (request.wrong and wrong is None):
        return False
    held = [(one, getattr(one, AMOUNTS[type(one)])) for one in records if type(one) in AMOUNTS]
    fitting = [one for one, was in held if was is not None and (wrong is None or was == wrong.amount)]
    return _correct_amount(form, money, fitting)


def _correct_kind(form: Form, kind: str, records: Sequence[Base]) -> bool:
    found = [record for record in records if isinstance(record, Interaction)]
    for record in found:
        write(form, record, {"kind": kind, "summary": _of_kind(record, kind)})
    return bool(found)


def _of_kind(record: Interaction, kind: str) -> str:
    """Name the right kind in a summary that says nothing else: 'Visit with Li Na'."""
    was, is_now = KIND_WORDS[record.kind.value], KIND_WORDS[kind]
    if record.summary.startswith(f"{was.en} with "):
        return f"{is_now.en}{record.summary.removeprefix(was.en)}"
    is_neutral = record.summary.startswith("与") and record.summary.endswith(f"的{was.zh}")
    return f"{record.summary.removesuffix(was.zh)}{is_now.zh}" if is_neutral else record.summary


def _correct_label(form: Form, right: Value, records: Sequence[Base]) -> bool:
    """Correct what is one of a few words: a stage, a level, a status, a priority, a number to call."""
    for record in records:
        for field in (field for field, types in _LABELS.items() if type(record) in types):
            value = right.value if right.kind == field else read_value(field, right.words, form.context)
            if value is not None and right.kind in {field, "words"}:
                write(form, record, {field: value})
                return True
    return False


def _correct_party(form: Form, request: Correct, records: Sequence[Base]) -> bool:
    """Put the right person or company in the place of the wrong one, in the report and its tasks."""
    held = [record for record in records if isinstance(record, Interaction | Task)]
    wrong = [record for record in held if request.wrong is None or _names(form, record, request.wrong)]
    moved = next((record for record in records if isinstance(record, Contact)), None)
    if moved is not None and not held and request.field == "party":
        write(form, moved, {"account_id": form.party("right", request.right, kind="account", makes=("account",)).id})
        return True
    if not wrong or (request.wrong is None and request.field != "party" and not _is_known(form, request.right)):
        return False
    party = form.party("right", request.right)
    for record in wrong:
        _replace_party(form, record, party, request.wrong)
    return True


def _is_known(form: Form, name: str) -> bool:
    turn = form.turn
    return turn.services.directory.resolve(turn.session, turn.actor, name).kind != "unknown"


def _names(form: Form, record: Base, name: str) -> bool:
    """Tell whether a record is about somebody of that name."""
    fields = describe(form.turn.session, record, form.turn.zone)
    contacts = fields.get("contacts")
    held = [*(contacts if isinstance(contacts, list) else []), fields.get("account") or ""]
    turn = form.turn
    meant = {one.name for one in turn.services.directory.resolve(turn.session, turn.actor, name).candidates}
    return any(name.casefold() in str(one).casefold() or one in meant for one in held if one)


def _replace_party(form: Form, record: Interaction | Task, party: Candidate, wrong: str | None) -> None:
    session = form.turn.session
    contact_id = party.id if party.record_type == "contact" else None
    if isinstance(record, Task):
        replaced = _name_of(session, record.contact_id, record.title) or wrong
        values = {"contact_id": contact_id, "account_id": party.account_id, **_retitled(record, replaced, party)}
        write(form, record, values)
        return
    held = interactions.list_contact_ids(session, record.id)
    kept = [one for one in held if wrong and not _is_called(session, one, wrong)]
    if contact_id is None:  # another company: its own people of these names took part
        kept = [one for one in (_namesake(form, each, party) for each in held) if one is not None]
    ids = [*kept, *([contact_id] if contact_id else [])]
    gone = [one for one in held if one not in kept]
    replaced = next((name for one in gone if (name := _name_of(session, one, record.summary))), wrong)
    write(form, record, {"contact_ids": ids, "account_id": party.account_id, **_resummarised(record, replaced, party)})


def _namesake(form: Form, contact_id: int, company: Candidate) -> int | None:
    """Return who of a company has that contact's name: 不是星澜的，是华为的; himself if he works there."""
    turn = form.turn
    contact = turn.session.get(Contact, contact_id)
    if contact is None or contact.account_id == company.account_id:
        return contact_id
    found = turn.services.directory.resolve(turn.session, turn.actor, contact.name, organisation=company.name)
    is_one = found.kind == "found" and found.candidates[0].record_type == "contact"
    return found.candidates[0].id if is_one else None


def _name_of(session: Session, contact_id: int | None, words: str) -> str | None:
    """Return the name of a contact as far as it stands in some words."""
    contact = session.get(Contact, contact_id) if contact_id is not None else None
    return contact.name if contact is not None and contact.name in words else None


def _is_called(session: Session, contact_id: int, name: str) -> bool:
    contact = session.get(Contact, contact_id)
    return contact is not None and (name.casefold() in contact.name.casefold() or len(name) < len(contact.name))


def _retitled(task: Task, wrong: str | None, party: Candidate) -> dict[str, Any]:
    return {"title": task.title.replace(wrong, party.name)} if wrong and wrong in task.title else {}


def _resummarised(interaction: Interaction, wrong: str | None, party: Candidate) -> dict[str, Any]:
    return {"summary": interaction.summary.replace(wrong, party.name)} if wrong and wrong in interaction.summary else {}


def _replace_words(form: Form, request: Correct, records: Sequence[Base]) -> bool:
    """Replace the wrong words where they stand in a name, a title or a summary."""
    if not request.wrong:
        return False
    changed = False
    for record in records:
        for field in TEXTS.get(type(record), ()):
            was = str(getattr(record, field) or "")
            place = was.casefold().find(request.wrong.casefold())
            if place >= 0:
                write(form, record, {field: was[:place] + request.right + was[place + len(request.wrong) :]})
                changed = True
    return changed


def write(form: Form, record: Any, values: dict[str, Any]) -> None:
    """Write values into a record by the service of its kind."""
    session, actor = form.turn.session, form.turn.actor
    if isinstance(record, Account):
        customers.update_account(session, actor, record, reason=form.text, **values)
    elif isinstance(record, Opportunity) and "stage" in values:
        deals.change_stage(session, actor, record, stage=values["stage"], reason=form.text)
    else:
        _UPDATES[type(record)](session, actor, record, **values)


_UPDATES: dict[type[Base], Any] = {
    Interaction: interactions.update_interaction,
    Task: tasks.update_task,
    Contact: customers.update_contact,
    Lead: deals.update_lead,
    Opportunity: deals.update_opportunity,
    Payment: deals.update_payment,
    Instalment: deals.update_instalment,
    Requirement: requirements.update_requirement,
}


def _echo(form: Form, changed: Sequence[tuple[Base, dict[str, object]]]) -> Outcome:
    text, zone = say(zh="已更正：", en="Corrected:"), form.turn.zone
    for record, before in changed:
        after = describe(form.turn.session, record, zone)
        for field in _SHOWN:
            if after.get(field) != before.get(field):
                label = say_field("task_title" if isinstance(record, Task) and field == "title" else field)
                was, is_now = say_value(before.get(field), zone), say_value(after.get(field), zone)
                text += Text(zh=f"\n{label.zh}：{was.zh} → {is_now.zh}", en=f"\n{label.en}: {was.en} → {is_now.en}")
    return form.done(text)


HANDLER = form_handler(
    intent=INTENT,
    roles=SELLERS,
    reads=correct.read,
    fill=fill,
    examples=(
        Example(zh="不是张伟是章伟", en="no, I meant Thursday"),
        Example(zh="金额是30万不是20万", en="it was a visit, not a call"),
    ),
)
