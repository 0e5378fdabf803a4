"""'I rang him' after a company was looked up: asks which of its people is meant, then does what was said of him."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import agenda, orders
from bot.handlers import load_handlers
from bot.handlers.rep import _parties
from bot.say import Choice, Draft, Text, say
from bot.spoken_of import GAP, WHICH_PERSON
from bot.turn import SELLERS, Dialogue, Handler, Outcome, Turn
from crm_core import customers
from nlu.commands._guards import is_denied

INTENT = WHICH_PERSON
#: people that are offered; others are named
MOST_OFFERED = 6


def run(turn: Turn) -> Outcome:
    """Ask which person of the company was meant; the words hold a gap in his place."""
    about = turn.arguments.get("about")
    if about is None or turn.text.count(GAP) != 1:
        return _parties.say_nothing_done()
    return _ask(turn, {"text": turn.text, "said_at": turn.now.isoformat(), "account": int(about[1]), "slot": "account"})


def resume(turn: Turn) -> Outcome:
    """Take a name in answer."""
    data = dict(turn.dialogue.data) if turn.dialogue else {}
    if "text" not in data:
        return _parties.say_nothing_done()
    return _parties.say_cancelled() if is_denied(turn.text) else _go_on(turn, data, turn.text.strip(" 。.!！,，"))


def press(turn: Turn) -> Outcome:
    """Take the person of a button."""
    data = dict(turn.arguments["data"])
    if turn.arguments.get("cancel"):
        return _parties.say_cancelled()
    if not agenda.is_open(turn, INTENT, data):
        return _parties.say_closed()
    return _go_on(turn, data, _parties.candidate_of(turn, *turn.arguments["record"]).name)


def _go_on(turn: Turn, data: Mapping[str, Any], name: str) -> Outcome:
    """Do what was said, with the name in the place of the gap: of that company's person, not of a namesake."""
    company = customers.get_account(turn.session, turn.actor, int(data["account"])).name
    text = str(data["text"])
    person = f"{name} of {company}" if text.isascii() else f"{company}的{name}"
    outcome = orders.hand_on(turn, text.replace(GAP, person), load_handlers())
    return _ask(turn, data) if outcome is None else outcome


def _ask(turn: Turn, data: Mapping[str, Any]) -> Outcome:
    account = customers.get_account(turn.session, turn.actor, int(data["account"]))
    people = customers.list_contacts(turn.session, turn.actor, account_id=account.id)[:MOST_OFFERED]
    choices = [
        Choice(
            label=Text(zh=one.name, en=one.name),
            intent=INTENT,
            arguments={"data": dict(data), "record": ["contact", one.id]},
        )
        for one in people
    ]
    cancel = Choice(label=say(zh="取消", en="Cancel"), intent=INTENT, arguments={"cancel": True, "data": dict(data)})
    text = say(zh=f"是{account.name}的哪一位？", en=f"Who at {account.name} do you mean?")
    return Outcome(
        kind="asked",
        replies=(Draft(text=text, choices=(*choices, cancel)),),
        dialogue=Dialogue(intent=INTENT, data=dict(data)),
    )


HANDLER = Handler(intent=INTENT, roles=SELLERS, run=run, resume=resume, press=press, min_probability=0.9)
