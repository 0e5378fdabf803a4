"""'Overdue payments' / '逾期回款': what is late, what falls due and what came in, as far as the asker may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from bot.say import Draft, Text, draft, say
from bot.turn import SELLERS, Example, Handler, Outcome, Turn
from crm_core.deals import OpenInstalment
from crm_core.reports.receivables import report_receivables
from nlu.commands import list_payments
from nlu.commands.list_payments import ListPayments

SHOWN = 8


def run(turn: Turn) -> Outcome:
    """List the payments that are asked for: of the period that was named, else of this month."""
    request = list_payments.read(turn.text, turn.context) or ListPayments()
    start, end = _period(turn, request)
    found = report_receivables(turn.session, turn.actor, start=start, end=end)
    upcoming = () if request.is_overdue else found.upcoming
    if not found.overdue and not upcoming and (request.is_overdue or not found.received):
        reply = draft(zh="没有逾期或待收的回款。", en="No payment is overdue or due.")
        return Outcome(kind="answered", replies=(reply,))
    text = Text(zh="", en="")
    if found.overdue:
        sums = _sums(found.overdue_amounts)
        text += say(zh=f"逾期 {len(found.overdue)} 笔，{sums}", en=f"{len(found.overdue)} overdue, {sums}")
        text += _lines(found.overdue)
    if upcoming:
        text += say(zh=f"\n{end:%Y-%m-%d} 前到期 {len(upcoming)} 笔", en=f"\n{len(upcoming)} due before {end:%Y-%m-%d}")
        text += _lines(upcoming)
    if found.received and not request.is_overdue:
        text += say(zh=f"\n已到账 {_sums(found.received)}", en=f"\nReceived {_sums(found.received)}")
    return Outcome(kind="answered", replies=(Draft(text=Text(zh=text.zh.lstrip(), en=text.en.lstrip())),))


def _period(turn: Turn, request: ListPayments) -> tuple[datetime, datetime]:
    if request.period is not None:
        start = request.period.start
        return start, request.period.end or start
    first = turn.now.astimezone(turn.zone).date().replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return datetime.combine(first, time(), turn.zone), datetime.combine(following, time(), turn.zone)


def _lines(found: Sequence[OpenInstalment]) -> Text:
    text = Text(zh="", en="")
    for one in found[:SHOWN]:
        line = one.state.instalment
        what = f"{one.account_name} · {one.opportunity.name} · {one.state.open:,.2f} {line.currency} · {line.due_on}"
        late = one.days_late
        text += say(
            zh=f"\n• {what}{f'（逾期 {late} 天）' if late > 0 else ''}",
            en=f"\n• {what}{f' ({late} days late)' if late > 0 else ''}",
        )
    if len(found) > SHOWN:
        text += say(zh=f"\n……还有 {len(found) - SHOWN} 笔", en=f"\n… and {len(found) - SHOWN} more")
    return text


def _sums(amounts: Mapping[str, Decimal]) -> str:
    return "; ".join(f"{amount:,.2f} {currency}" for currency, amount in amounts.items())


HANDLER = Handler(
    intent="list_payments",
    roles=SELLERS | {"analyst"},
    run=run,
    examples=(Example(zh="逾期回款", en="overdue payments"), Example(zh="本月回款", en="payments due this month")),
    min_probability=0.9,
)
