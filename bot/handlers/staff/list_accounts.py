"""'My accounts' / '我的客户': one's own customers, those spoken to last on top, with level and status."""

from __future__ import annotations

from bot.say import Draft, Text, draft, say
from bot.turn import STAFF, Example, Handler, Outcome, Turn
from bot.words import say_value
from crm_core import customers
from crm_core.models import Account
from nlu.commands import list_accounts
from nlu.commands.list_accounts import ListAccounts

#: lines of one reply
SHOWN = 20
#: more than anybody looks after
MOST = 5000


def run(turn: Turn) -> Outcome:
    """List the person's own customers, of one level if that was said."""
    request = list_accounts.read(turn.text, turn.context) or ListAccounts()
    found = customers.list_accounts(turn.session, turn.actor, owner_id=turn.actor.user_id, limit=MOST)
    found = [one for one in found if request.level in {None, one.level.value}]
    if not found:
        none = draft(zh="你名下没有这样的客户。", en="You look after no such customers.")
        return Outcome(kind="answered", replies=(none,))
    text = say(zh=f"你名下有 {len(found)} 个客户：", en=f"You look after {len(found)} customer(s):")
    for account in found[:SHOWN]:
        text += _line(turn, account)
    if len(found) > SHOWN:
        text += say(zh=f"\n……还有 {len(found) - SHOWN} 个", en=f"\n… and {len(found) - SHOWN} more")
    return Outcome(kind="answered", replies=(Draft(text=text),))


def _line(turn: Turn, account: Account) -> Text:
    status = say_value(account.status.value, turn.zone, "status")
    return Text(
        zh=f"\n• {account.name}（{account.code}）· {account.level.value} 级 · {status.zh}",
        en=f"\n• {account.name} ({account.code}) · level {account.level.value} · {status.en}",
    )


HANDLER = Handler(
    intent="list_accounts",
    roles=STAFF,
    run=run,
    examples=(Example(zh="我的客户", en="my accounts"),),
    min_probability=0.97,
)
