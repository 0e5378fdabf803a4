"""'Acme paid ¥88,000 yesterday' / '收到恒信地产20万回款': what came in for a deal, or is to come in on a named day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.handlers.rep import _changes, _targets
from bot.handlers.rep._form import Form, form_handler
from bot.say import Text, say
from bot.turn import SELLERS, Example, Outcome
from crm_core import deals
from crm_core.errors import Overpaid
from crm_core.models import Opportunity, Payment
from nlu.commands import record_payment
from nlu.commands.record_payment import RecordPayment
from nlu.entities.money import Money
from nlu.understanding import Moment

INTENT = "record_payment"


def fill(form: Form) -> Outcome:
    """Find the deal and write the payment, or the line of its plan."""
    request = record_payment.read(form.text, form.context)
    if request is None or request.amount is None:
        form.ask(
            "text",
            say(
                zh="请说客户和金额，例如：收到恒信地产20万回款",
                en="Tell me the account and the amount, for example: Acme paid 20k yesterday",
            ),
        )
    deal = _targets.find_paying_deal(form, request.mention, request.deal)
    money = in_currency_of(deal, request.amount)
    _changes.confirm_amount(form, money, "amount")
    if request.is_planned and request.day is not None:
        return _plan(form, money, request.day, deal)
    return _record(form, request, money, deal)


def in_currency_of(deal: Opportunity, money: Money) -> Money:
    """Take an amount without a currency for one in the deal's: 'Acme paid 20k' for a deal in dollars."""
    return money if money.is_currency_said else replace(money, currency=deal.currency or money.currency)


def _record(form: Form, request: RecordPayment, money: Money, deal: Opportunity) -> Outcome:
    received_on = _changes.day_of(form, request.day) if request.day else None
    try:
        payment = _store(form, money, received_on, deal, request.method)
    except Overpaid as error:
        _confirm_surplus(form, error, deal)
        payment = _store(form, money, received_on, deal, request.method, is_surplus=True)
    method = f" · {request.method}" if request.method else ""
    text = say(
        zh=f"已记录回款：{payment.amount:,.2f} {payment.currency} · {deal.name} · {payment.received_on}{method}",
        en=f"Payment recorded: {payment.amount:,.2f} {payment.currency} · {deal.name} · {payment.received_on}{method}",
    )
    return form.done(text + _say_rest(form, deal))


def _store(
    form: Form,
    money: Money,
    received_on: date | None,
    deal: Opportunity,
    method: str | None,
    *,
    is_surplus: bool = False,
) -> Payment:
    return deals.record_payment(
        form.turn.session,
        form.turn.actor,
        deal,
        amount=money.amount,
        currency=money.currency,
        received_on=received_on,
        method=method,
        is_surplus=is_surplus,
    )


def _confirm_surplus(form: Form, error: Overpaid, deal: Opportunity) -> None:
    """Ask before more is kept than the deal comes to: mostly a slip, or meant for another deal."""
    figures = f"{error.paid:,.2f} / {error.total:,.2f} {error.currency}"
    form.confirm(
        "surplus_sure",
        say(
            zh=f"{deal.name} 已回款 {figures}，再记这笔会多出 {error.surplus:,.2f}。仍要记录吗？",
            en=f"{deal.name}: {figures} came in already; this would be {error.surplus:,.2f} too much. Record it?",
        ),
        yes=say(zh="是多付，记录", en="Yes, it is a surplus"),
    )


def _plan(form: Form, money: Money, day: Moment, deal: Opportunity) -> Outcome:
    line = deals.add_instalment(
        form.turn.session,
        form.turn.actor,
        deal,
        due_on=_changes.day_of(form, day),
        amount=money.amount,
        currency=money.currency,
    )
    return form.done(
        say(
            zh=f"还没到账，已加入回款计划：{line.amount:,.2f} {line.currency} · {deal.name} · {line.due_on}",
            en=f"Not received yet, so I planned it: {line.amount:,.2f} {line.currency} · {deal.name} · {line.due_on}",
        )
    )


def _say_rest(form: Form, deal: Opportunity) -> Text:
    today = form.turn.now.astimezone(form.turn.zone).date()
    state = deals.payment_state(form.turn.session, form.turn.actor, deal, today=today)
    if not state.open:
        return Text(zh="", en="")
    return say(
        zh=f"\n还有 {state.open:,.2f} {state.currency} 未回款", en=f"\nStill open: {state.open:,.2f} {state.currency}"
    )


HANDLER = form_handler(
    intent=INTENT,
    roles=SELLERS,
    reads=record_payment.read,
    fill=fill,
    examples=(Example(zh="收到恒信地产20万回款", en="Acme paid 20k yesterday"),),
)
