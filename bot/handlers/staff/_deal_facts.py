"""How far a deal is, what it is worth and when it is to close, as far as the asker may see it."""

from __future__ import annotations

from bot.directory import Resolution
from bot.say import Text, say
from bot.turn import Turn
from bot.words import say_value
from crm_core import deals
from crm_core.models import Opportunity

#: aspects of a look-up that a deal answers
ASPECTS = frozenset({"stage", "amount", "close"})
LINES = 5


def say_facts(turn: Turn, words: str) -> Text | None:
    """Say the facts of the deals that the words name, by a deal's name or by its customer's; None if they name none."""
    found = deals.find_opportunities(turn.session, turn.actor, words, include_closed=True) or _of_customer(turn, words)
    if not found:
        return None
    text: Text | None = None
    for deal in found[:LINES]:
        line = _say(turn, deal)
        text = line if text is None else text + Text(zh="\n", en="\n") + line
    return text


def find_colleagues(turn: Turn, words: str) -> Resolution | None:
    """Return the customer whom only others may see if the words begin with his name."""
    named = next(iter(turn.services.directory.find_in(turn.session, words)), None)
    if named is None or not words.startswith(named):
        return None
    found = turn.services.directory.resolve(turn.session, turn.actor, named)
    return found if found.kind == "hidden" else None


def _of_customer(turn: Turn, words: str) -> list[Opportunity]:
    named = next(iter(turn.services.directory.find_in(turn.session, words)), words)
    meant = turn.services.directory.resolve(turn.session, turn.actor, named)
    account_id = meant.candidates[0].account_id if meant.kind == "found" else None
    if account_id is None:
        return []
    found = deals.list_opportunities(turn.session, turn.actor, account_id=account_id)
    rest = words.replace(named, "").strip(" 的")
    return [deal for deal in found if rest and rest.casefold() in deal.name.casefold()] or found


def _say(turn: Turn, deal: Opportunity) -> Text:
    stage = say_value(deal.stage, turn.zone, "stage")
    worth = f" · {deal.amount:,.2f} {deal.currency}" if deal.amount is not None else ""
    text = Text(zh=f"{deal.name}：{stage.zh}{worth}", en=f"{deal.name}: {stage.en}{worth}")
    if deal.expected_close is None:
        return text
    return text + say(zh=f" · 预计成交 {deal.expected_close}", en=f" · expected to close {deal.expected_close}")
