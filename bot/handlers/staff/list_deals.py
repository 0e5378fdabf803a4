"""'My pipeline' / '我的商机': open deals by stage, what they are worth, and the next to close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from bot.handlers.staff import _colleagues
from bot.say import Draft, Text, say
from bot.turn import STAFF, Example, Handler, Outcome, Turn
from crm_core import deals
from crm_core.models import Opportunity, Stage
from nlu.commands import list_deals
from nlu.commands.list_deals import ListDeals

SHOWN = 15
_PERCENT = Decimal(100)


def run(turn: Turn) -> Outcome:
    """List the deals that are asked for."""
    request = list_deals.read(turn.text, turn.context) or ListDeals()
    colleague = _colleagues.find_asked(turn, request.whose, Opportunity)
    if isinstance(colleague, Draft):
        return Outcome(kind="answered", replies=(colleague,))
    is_other = colleague is not None and colleague.id != turn.actor.user_id
    found = _find(turn, request, colleague.id if colleague else None)
    heading = say(zh=f"{colleague.name}：", en=f"{colleague.name}: ") if colleague and is_other else Text(zh="", en="")
    if not found:
        nothing = heading + say(zh="没有符合的商机。", en="There are no such deals.")
        return Outcome(kind="answered", replies=(Draft(text=nothing),))
    stages = {stage.key: stage for stage in deals.list_stages(turn.session)}
    text = heading + _say_total(found, stages)
    text += _say_stages(found, stages)
    for deal in found[:SHOWN]:
        text += _line(turn, deal, stages)
    if len(found) > SHOWN:
        text += say(zh=f"\n……还有 {len(found) - SHOWN} 个", en=f"\n… and {len(found) - SHOWN} more")
    return Outcome(kind="answered", replies=(Draft(text=text),))


def _find(turn: Turn, request: ListDeals, whose: int | None) -> list[Opportunity]:
    is_own = turn.person.role == "rep" or not request.everyone
    own_id = turn.actor.user_id if is_own and turn.person.role in {"rep", "supervisor"} else None
    owner_id = whose or own_id
    closed = request.stage in {deals.WON, deals.LOST}
    found = deals.list_opportunities(turn.session, turn.actor, owner_id=owner_id, include_closed=closed, limit=1000)
    if request.stage is not None:
        found = [deal for deal in found if deal.stage == request.stage]
    if request.period is not None:
        first = request.period.start.date()
        last = request.period.end.date() if request.period.end else None
        dated = [(deal, deal.expected_close) for deal in found if deal.expected_close is not None]
        found = [deal for deal, day in dated if day >= first and (last is None or day < last)]
    return found


def _say_total(found: Sequence[Opportunity], stages: dict[str, Stage]) -> Text:
    totals: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for deal in found:
        sums = totals[deal.currency]
        sums[0] += deal.amount or 0
        sums[1] += (deal.amount or 0) * stages[deal.stage].probability_percent / _PERCENT
    worth = "; ".join(f"{total:,.0f} {currency}" for currency, (total, _) in totals.items())
    weighted = "; ".join(f"{sums[1]:,.0f} {currency}" for currency, sums in totals.items())
    return say(
        zh=f"{len(found)} 个商机，金额 {worth}，加权 {weighted}",
        en=f"{len(found)} deal(s) worth {worth}, weighted {weighted}",
    )


def _say_stages(found: Sequence[Opportunity], stages: dict[str, Stage]) -> Text:
    text = Text(zh="", en="")
    for key, stage in stages.items():
        count = sum(deal.stage == key for deal in found)
        if count:
            text += say(zh=f"\n{stage.name_zh}：{count} 个", en=f"\n{stage.name_en}: {count}")
    return text


def _line(turn: Turn, deal: Opportunity, stages: dict[str, Stage]) -> Text:
    stage, today = stages[deal.stage], turn.now.astimezone(turn.zone).date()
    amount = f" · {deal.amount:,.0f} {deal.currency}" if deal.amount is not None else ""
    close = f" · {deal.expected_close}" if deal.expected_close else ""
    late = bool(deal.expected_close and deal.expected_close < today and deal.closed_at is None)
    return say(
        zh=f"\n• {deal.name} · {stage.name_zh}{amount}{close}{'（已过期）' if late else ''}",
        en=f"\n• {deal.name} · {stage.name_en}{amount}{close}{' (overdue)' if late else ''}",
    )


HANDLER = Handler(
    intent="list_deals",
    roles=STAFF,
    run=run,
    examples=(Example(zh="我的商机", en="my pipeline"), Example(zh="谈判阶段的商机", en="deals closing this month")),
    min_probability=0.9,
)
