"""'New customer Acme Ltd' / '新建客户 悦购超市': an account, checked for duplicates first."""

from __future__ import annotations

from bot.handlers.rep import _parties
from bot.say import Choice, Draft, draft, say
from bot.turn import SELLERS, Dialogue, Example, Handler, Outcome, Turn
from crm_core import customers
from crm_core.matching import find_duplicates
from nlu.commands import create_account

INTENT = "create_account"


def run(turn: Turn) -> Outcome:
    """Read the name and write the account; a likely duplicate is asked about first."""
    request = create_account.read(turn.text, turn.context)
    if request is None or not request.name:
        reply = draft(
            zh="请说客户名称，例如：新建客户 悦购超市", en="Tell me the name, for example: new customer Acme Ltd"
        )
        return Outcome(kind="asked", replies=(reply,), dialogue=Dialogue(intent=INTENT))
    found = find_duplicates(turn.session, turn.actor, record_type="account", name=request.name)
    if any(not one.is_visible and one.similarity >= 1 for one in found):
        return _parties.refuse()
    names = "、".join(one.name for one in found if one.is_visible)
    return _ask_duplicate(request.name, names) if names else _create(turn, request.name)


def press(turn: Turn) -> Outcome:
    """Create it all the same, or not."""
    return _parties.say_cancelled() if turn.arguments.get("cancel") else _create(turn, str(turn.arguments["name"]))


def _ask_duplicate(name: str, names: str) -> Outcome:
    anyway = Choice(label=say(zh="仍然新建", en="Create anyway"), intent=INTENT, arguments={"name": name})
    cancel = Choice(label=say(zh="取消", en="Cancel"), intent=INTENT, arguments={"cancel": True})
    text = say(zh=f"已有相近的客户：{names}。还要新建吗？", en=f"There is a similar account: {names}. Create anyway?")
    return Outcome(kind="asked", replies=(Draft(text=text, choices=(anyway, cancel)),))


def _create(turn: Turn, name: str) -> Outcome:
    account = customers.create_account(turn.session, turn.actor, name=name)
    undo = Choice(label=say(zh="撤销", en="Undo"), intent="undo", arguments={"message_id": turn.inbox_id})
    text = say(
        zh=f"已新建客户：{account.name}（{account.code}）", en=f"Account created: {account.name} ({account.code})"
    )
    return Outcome(kind="done", replies=(Draft(text=text, choices=(undo,)),))


HANDLER = Handler(
    intent=INTENT,
    roles=SELLERS,
    run=run,
    resume=run,
    press=press,
    examples=(Example(zh="新建客户 悦购超市", en="new customer Acme Ltd"),),
    min_probability=0.6,
)
