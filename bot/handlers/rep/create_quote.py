"""'Quoted Acme 120k, valid until Dec 31' / 给恒信地产报价30万: the price that was offered for a deal."""

from __future__ import annotations

from bot.handlers.rep import _changes, _paper_form
from bot.handlers.rep._form import Form, form_handler
from bot.say import say
from bot.turn import SELLERS, Example, Outcome
from crm_core import deals
from nlu.commands import create_quote

INTENT = "create_quote"
_QUESTION = say(
    zh="请说客户和金额，例如：给恒信地产报价30万，有效期到12月31日",
    en="Tell me the account and the amount, for example: quoted Acme 120k, valid until Dec 31",
)


def fill(form: Form) -> Outcome:
    """Find the deal and write the quote."""
    deal, paper, values = _paper_form.find_values(form, create_quote.read(form.text, form.context), _QUESTION)
    if paper.day is not None:
        values["quoted_on"] = _changes.day_of(form, paper.day)
    if paper.until is not None:
        values["valid_until"] = _changes.day_of(form, paper.until)
    quote = deals.create_quote(form.turn.session, form.turn.actor, deal, **values)
    until = quote.valid_until
    return form.done(
        say(
            zh=f"已记录报价 {quote.number}：{quote.amount:,.2f} {quote.currency} · {deal.name} · {quote.quoted_on}",
            en=f"Quote {quote.number} recorded: {quote.amount:,.2f} {quote.currency} · {deal.name} · {quote.quoted_on}",
        )
        + say(zh=f" · 有效期到 {until}" if until else "", en=f" · valid until {until}" if until else "")
    )


HANDLER = form_handler(
    intent=INTENT,
    roles=SELLERS,
    reads=create_quote.read,
    fill=fill,
    examples=(Example(zh="给恒信地产报价30万，有效期到12月31日", en="quoted Acme 120k, valid until Dec 31"),),
)
