"""'Convert lead Steve Harmon' / '把线索何雨晴转为客户': a lead becomes an account, a contact and a deal."""

from __future__ import annotations

from bot.handlers.rep import _targets
from bot.handlers.rep._form import Form, form_handler
from bot.say import say
from bot.turn import SELLERS, Example, Outcome
from crm_core import deals
from nlu.commands import convert_lead

INTENT = "convert_lead"


def fill(form: Form) -> Outcome:
    """Find the lead and convert it."""
    request = convert_lead.read(form.text, form.context)
    if request is None:
        form.ask("lead", say(zh="要转化哪条线索？", en="Which lead shall I convert?"), (form.cancel,))
    lead = _targets.find_lead(form, request.mention)
    made = deals.convert_lead(form.turn.session, form.turn.actor, lead)
    account, contact, deal = made.account, made.contact, made.opportunity
    return form.done(
        say(
            zh=f"线索已转化：客户 {account.name}（{account.code}）、联系人 {contact.name}、商机 {deal.name}",
            en=f"Lead converted: account {account.name} ({account.code}), contact {contact.name}, deal {deal.name}",
        )
    )


HANDLER = form_handler(
    intent=INTENT,
    roles=SELLERS,
    reads=convert_lead.read,
    fill=fill,
    examples=(Example(zh="把线索何雨晴转为客户", en="convert lead Steve Harmon"),),
)
