"""'New contact Li Na, buyer at Acme, 13800001111' / '新增联系人…': a contact, checked for duplicates first."""

from __future__ import annotations

from bot.directory import Candidate
from bot.handlers.rep import _parties
from bot.handlers.rep._parties import Named
from bot.say import Choice, Draft, draft, say
from bot.turn import SELLERS, Dialogue, Example, Handler, Outcome, Turn
from crm_core import customers
from crm_core.matching import find_duplicates
from nlu.commands import create_contact
from nlu.commands.create_contact import CreateContact

INTENT = "create_contact"


def run(turn: Turn) -> Outcome:
    """Read the sentence; an account that is in doubt or a likely duplicate is asked about, nothing written."""
    request = create_contact.read(turn.text, turn.context)
    if request is None or not request.name:
        reply = draft(
            zh="请说姓名和公司，例如：新增联系人 李娜，华为采购经理，手机13800001111",
            en="Tell me the name and company, for example: new contact Li Na, buyer at Acme, 13800001111",
        )
        return Outcome(kind="asked", replies=(reply,), dialogue=Dialogue(intent=INTENT))
    return _go_on(turn, request, {"text": turn.text})


def press(turn: Turn) -> Outcome:
    """Take the account chosen, or 'create it all the same'."""
    data = _parties.settle(turn)
    if data is None:
        return _parties.say_cancelled()
    request = create_contact.read(data["text"], turn.context)
    return run(turn) if request is None else _go_on(turn, request, data)


def _go_on(turn: Turn, request: CreateContact, data: dict[str, object]) -> Outcome:
    account: Candidate | None = None
    if request.account:
        settled = data.get("settled") or {}
        parties = _parties.find_parties(turn, [Named(request.account)], settled, intent=INTENT, data=data)  # type: ignore[arg-type]
        if isinstance(parties, Outcome):
            return parties
        account = parties.accounts[0] if parties.accounts else None
    if not data.get("anyway"):
        asked = _ask_duplicate(turn, request, data)
        if asked is not None:
            return asked
    contact = customers.create_contact(
        turn.session,
        turn.actor,
        name=request.name,
        account_id=account.id if account else None,
        title=request.title,
        mobile=request.mobile,
        email=request.email,
    )
    undo = Choice(label=say(zh="撤销", en="Undo"), intent="undo", arguments={"message_id": turn.inbox_id})
    facts = " · ".join(fact for fact in (contact.title, account.name if account else None, contact.mobile) if fact)
    text = say(zh=f"已新建联系人：{contact.name} {facts}", en=f"Contact created: {contact.name} {facts}")
    return Outcome(kind="done", replies=(Draft(text=text, choices=(undo,)),))


def _ask_duplicate(turn: Turn, request: CreateContact, data: dict[str, object]) -> Outcome | None:
    found = find_duplicates(
        turn.session,
        turn.actor,
        record_type="contact",
        name=request.name,
        mobile=request.mobile,
        email=request.email,
    )
    shown = [one for one in found if one.is_visible and (one.reason != "name" or one.similarity >= 1)]
    if not shown:
        return None
    names = "、".join(one.name for one in shown)
    anyway = Choice(
        label=say(zh="仍然新建", en="Create anyway"),
        intent=INTENT,
        arguments={"data": {**data, "anyway": True}},
    )
    cancel = Choice(label=say(zh="取消", en="Cancel"), intent=INTENT, arguments={"cancel": True})
    text = say(
        zh=f"可能已有同一个人：{names}。还要新建吗？", en=f"This may be the same person: {names}. Create anyway?"
    )
    return Outcome(kind="asked", replies=(Draft(text=text, choices=(anyway, cancel)),))


HANDLER = Handler(
    intent=INTENT,
    roles=SELLERS,
    run=run,
    resume=run,
    press=press,
    examples=(
        Example(
            zh="新增联系人 李娜，华为采购经理，手机13800001111", en="new contact Li Na, buyer at Acme, 13800001111"
        ),
    ),
    min_probability=0.6,
)
