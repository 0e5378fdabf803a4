"""'Quote QT20260001 was accepted' / 报价QT20260001客户接受了: what the customer said to a price."""

from __future__ import annotations

from sqlalchemy import select

from bot.handlers.rep._form import Form, form_handler
from bot.say import say
from bot.turn import SELLERS, Example, Outcome
from bot.words import say_value
from crm_core import deals
from crm_core.models import Quote, QuoteStatus
from nlu.commands import update_quote

INTENT = "update_quote"


def fill(form: Form) -> Outcome:
    """Find the quote by its number and note the answer."""
    request = update_quote.read(form.text, form.context)
    if request is None:
        form.stop("asked", say(zh="是哪个报价？请说编号，例如 QT20260001。", en="Which quote? Give its number."))
    session, actor = form.turn.session, form.turn.actor
    quote_id = session.scalar(select(Quote.id).where(Quote.number == request.number, Quote.deleted_at.is_(None)))
    if quote_id is None:
        form.stop("answered", say(zh=f"没有报价 {request.number}。", en=f"There is no quote {request.number}."))
    quote = deals.get_quote(session, actor, quote_id)
    deals.update_quote(session, actor, quote, status=QuoteStatus(request.status))
    status = say_value(quote.status.value, form.turn.zone)
    return form.done(say(zh=f"报价 {quote.number}：{status.zh}", en=f"Quote {quote.number}: {status.en}"))


HANDLER = form_handler(
    intent=INTENT,
    roles=SELLERS,
    reads=update_quote.read,
    fill=fill,
    examples=(Example(zh="报价QT20260001客户接受了", en="quote QT20260001 was accepted"),),
)
