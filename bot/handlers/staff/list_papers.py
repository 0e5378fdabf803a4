"""'Contracts of Acme' / 恒信地产的报价: quotes and contracts, as far as the asker may see them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.handlers.rep import _parties
from bot.say import Draft, Text, draft, say
from bot.turn import SELLERS, Example, Handler, Outcome, Turn
from bot.words import say_value
from crm_core import deals
from crm_core.models import Contract, Opportunity, Quote
from nlu.commands import list_papers
from nlu.commands.list_papers import ListPapers

SHOWN = 15


def run(turn: Turn) -> Outcome:
    """List the quotes or contracts that are asked for, newest first."""
    request = list_papers.read(turn.text, turn.context) or ListPapers(which="quotes")
    account_id = _parties.find_account_id(turn, request.mention) if request.mention is not None else None
    if isinstance(account_id, Outcome):
        return account_id
    papers = _find(turn, request, account_id)
    if not papers:
        return Outcome(kind="answered", replies=(draft(zh="没有记录。", en="There are none."),))
    text = Text(zh="", en="")
    for paper in papers[:SHOWN]:
        text += _line(turn, paper)
    if len(papers) > SHOWN:
        text += say(zh=f"\n……还有 {len(papers) - SHOWN} 份", en=f"\n… and {len(papers) - SHOWN} more")
    return Outcome(kind="answered", replies=(Draft(text=Text(zh=text.zh.lstrip(), en=text.en.lstrip())),))


def _find(turn: Turn, request: ListPapers, account_id: int | None) -> Sequence[Quote | Contract]:
    lists = deals.list_contracts if request.which == "contracts" else deals.list_quotes
    if account_id is None:
        return lists(turn.session, turn.actor, limit=SHOWN * 3)
    own = deals.list_opportunities(turn.session, turn.actor, account_id=account_id, include_closed=True)
    return [paper for deal in own for paper in lists(turn.session, turn.actor, opportunity_id=deal.id)]


def _line(turn: Turn, paper: Quote | Contract) -> Text:
    deal = turn.session.get_one(Opportunity, paper.opportunity_id)
    day = paper.quoted_on if isinstance(paper, Quote) else paper.signed_on
    status = say_value(paper.status.value, turn.zone)
    facts = f"{paper.number} · {deal.name} · {paper.amount:,.2f} {paper.currency} · {day}"
    return say(zh=f"\n• {facts} · {status.zh}", en=f"\n• {facts} · {status.en}")


HANDLER = Handler(
    intent="list_papers",
    roles=SELLERS | {"analyst"},
    run=run,
    examples=(Example(zh="恒信地产的报价", en="quotes for Acme"), Example(zh="我的合同列表", en="my contracts")),
    min_probability=0.9,
)
