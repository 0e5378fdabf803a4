"""'Payment plan for Acme: 40k on Dec 15 and 35k on Jan 31' / 恒信地产回款计划：…: when a deal is to be paid."""

from __future__ import annotations

from bot.handlers.rep import _changes, _targets
from bot.handlers.rep._form import Form, form_handler
from bot.handlers.rep.record_payment import in_currency_of
from bot.say import Text, say
from bot.turn import SELLERS, Example, Outcome
from crm_core import deals
from nlu.commands import plan_payments

INTENT = "plan_payments"


def fill(form: Form) -> Outcome:
    """Find the deal and add every line to its plan."""
    request = plan_payments.read(form.text, form.context)
    if request is None:
        form.ask(
            "text",
            say(
                zh="请说客户、金额和日期，例如：恒信地产回款计划：12月15日10万，1月15日8万",
                en="Tell me the account, amounts and days, like: payment plan for Acme: 40k on Dec 15, 35k on Jan 31",
            ),
        )
    deal = _targets.find_paying_deal(form, request.mention)
    text = say(zh=f"已加入回款计划 · {deal.name}：", en=f"Payment plan of {deal.name}:")
    for number, line in enumerate(request.lines):
        money = in_currency_of(deal, line.amount)
        _changes.confirm_amount(form, money, f"amount{number}")
        kept = deals.add_instalment(
            form.turn.session,
            form.turn.actor,
            deal,
            due_on=_changes.day_of(form, line.day),
            amount=money.amount,
            currency=money.currency,
        )
        said = f"\n• {kept.due_on} · {kept.amount:,.2f} {kept.currency}"
        text += Text(zh=said, en=said)
    return form.done(text)


HANDLER = form_handler(
    intent=INTENT,
    roles=SELLERS,
    reads=plan_payments.read,
    fill=fill,
    examples=(
        Example(
            zh="恒信地产回款计划：12月15日10万，1月15日8万", en="payment plan for Acme: 40k on Dec 15 and 35k on Jan 31"
        ),
    ),
)
