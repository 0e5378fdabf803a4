"""'Set Acme's level to A because …' / '把华为的级别改成A，因为…': any field of a customer, deal, lead or task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import due
from bot.handlers.rep import _changes, _targets
from bot.handlers.rep._form import Form, form_handler
from bot.say import Text, say
from bot.turn import RECORDERS, Example, Outcome
from bot.words import say_field, say_value
from crm_core import customers, deals
from crm_core.describe import describe
from crm_core.models import Account, Contact, Task
from nlu.commands import update_record
from nlu.commands.update_record import Change, UpdateRecord

INTENT = "update_record"
_CONTACT_FIELDS = frozenset({"mobile", "email", "title", "birthday", "decision_role", "is_key_contact", "account"})
_DEAL_FIELDS = frozenset({"stage", "amount", "expected_close"})
_ACCOUNT_FIELDS = frozenset(
    {
        "level", "industry", "size_band", "address", "website", "annual_amount", "partner_since", "short_names",
        "influence",
    }
)  # fmt: skip


_OTHERS = {"score": "lead", "due_at": "task", "priority": "requirement"}
#: what follows from another field, or stands beside it
_FOLLOWS = frozenset(
    {
        "probability",
        "stage_results",
        "closed_at",
        "status_reason",
        "departed_at",
        "account_id",
        "completed_at",
        "stage_entered_at",
    }
)


def fill(form: Form) -> Outcome:
    """Find the record, read the values, write, and echo what changed."""
    request = update_record.read(form.text, form.context)
    if request is None:
        form.ask(
            "text",
            say(
                zh="要改谁的什么？例如：把华为的级别改成A，因为采购量上升",
                en="What shall I change? For example: set Acme's level to A because they buy more",
            ),
        )
    record = _find(form, request)
    if not request.changes:
        request = replace(request, changes=(_ask_stage(form),))
    before = describe(form.turn.session, record, form.turn.zone)
    _changes.apply(form, request, record)
    if isinstance(record, Task):
        due.schedule_reminders(form.turn.session, record, now=form.turn.now)
    after = describe(form.turn.session, record, form.turn.zone)
    return _echo(form, str(after.get("name") or after.get("title")), before, after)


def _ask_stage(form: Form) -> Change:
    """Ask to which stage a deal goes of which only that was said."""
    words = form.given("stage")
    if words is None:
        question = say(
            zh="推进到哪个阶段？例如：方案报价、商务谈判、赢单",
            en="To which stage? For example: proposal, negotiation, won",
        )
        form.ask("stage", question, (form.cancel,))
    return Change(field="stage", words=words)


def _find(form: Form, request: UpdateRecord) -> _changes.Changeable:
    kind = _kind_of(request)
    if not request.changes and form.given("deal") is None and form.settled("deal") is None:
        return _targets.find_deal(form, "deal")
    if kind == "opportunity":
        return _lost_account(form, request) or _targets.find_deal(form, request.mention, request.organisation)
    find = _FINDERS.get(kind or "")
    return find(form, request.mention) if find else _find_customer(form, request, kind)


_FINDERS: Mapping[str, Callable[[Form, str], _changes.Changeable]] = {
    "lead": _targets.find_lead,
    "task": _targets.find_task,
    "requirement": _targets.find_requirement,
}


def _lost_account(form: Form, request: UpdateRecord) -> Account | None:
    """Return the account of 'mark Stellar as lost' where no deal is open with it: the customer is lost, not a deal."""
    if [(one.field, one.words) for one in request.changes] != [("stage", "lost")] or request.organisation:
        return None
    turn = form.turn
    named = turn.services.directory.find_account(turn.session, turn.actor, request.mention)
    if named is None or deals.list_opportunities(turn.session, turn.actor, account_id=named.id):
        return None
    return customers.get_account(turn.session, turn.actor, named.id)


def _find_customer(form: Form, request: UpdateRecord, kind: str | None) -> Account | Contact:
    turn = form.turn
    mention = _changes.mention_of(request)
    only = "account" if kind == "account" else "contact" if kind == "contact" and request.organisation else None
    party = form.party("record", mention, kind=only, makes=())  # type: ignore[arg-type]
    if party.record_type == "account" and kind == "contact":
        chosen = form.settled("contact_of")
        contact_id = chosen[1] if chosen else _targets.contacts_of(form, party.id, slot="contact_of")
        return customers.get_contact(turn.session, turn.actor, contact_id)
    if party.record_type == "account":
        return customers.get_account(turn.session, turn.actor, party.id)
    return customers.get_contact(turn.session, turn.actor, party.id)


def _kind_of(request: UpdateRecord) -> str | None:
    """Tell which kind of record the words and the fields speak of; None: an account or a contact, as the name says."""
    if request.record_type is not None:
        return request.record_type
    fields = {change.field for change in request.changes}
    if fields & _DEAL_FIELDS:
        return "opportunity"
    if fields & _CONTACT_FIELDS:
        return "contact"
    if fields & _ACCOUNT_FIELDS:
        return "account"
    return next((kind for field, kind in _OTHERS.items() if field in fields), None)


def _echo(form: Form, name: str, before: dict[str, object], after: dict[str, object]) -> Outcome:
    text = say(zh=f"已更新 {name}：", en=f"Updated {name}:")
    changed = [field for field in after if after[field] != before.get(field) and field not in _FOLLOWS]
    if not changed:
        form.stop(
            "answered", say(zh=f"{name} 本来就是这样，没有改动。", en=f"{name} is like that already; nothing changed.")
        )
    for field in changed:
        label = say_field(field)
        was, is_now = (
            say_value(before.get(field), form.turn.zone, field),
            say_value(after[field], form.turn.zone, field),
        )
        text += Text(zh=f"\n{label.zh}：{was.zh} → {is_now.zh}", en=f"\n{label.en}: {was.en} → {is_now.en}")
    return form.done(text)


HANDLER = form_handler(
    intent=INTENT,
    roles=RECORDERS,
    reads=update_record.read,
    fill=fill,
    examples=(
        Example(zh="把恒信地产的级别改成A，因为采购量上升", en="set Acme's level to A because they buy more"),
        Example(zh="把张伟的电话改成13800001111", en="set Li Na's phone to 13800001111"),
        Example(zh="把恒信的礼品卡商机推进到商务谈判", en="move the Acme deal to negotiation"),
        Example(zh="给恒信地产打上VIP标签", en="tag Acme as VIP"),
        Example(zh="把恒信地产转给赵雪", en="assign Acme to rep2"),
    ),
)
