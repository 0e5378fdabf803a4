"""What noting a quote and noting a contract have in common: the deal, the amount, the days."""

from __future__ import annotations

from typing import Any

from bot.handlers.rep import _changes, _targets
from bot.handlers.rep._form import Form
from bot.say import Text
from crm_core.models import Opportunity
from nlu.commands._papers import Paper


def find_values(form: Form, paper: Paper | None, question: Text) -> tuple[Opportunity, Paper, dict[str, Any]]:
    """Return the deal that a paper belongs to and its amount and currency.

    Raises:
        Interrupted: something has to be asked.
        PermissionRefused: it is a colleague's.
    """
    if paper is None or paper.amount is None:
        form.ask("text", question)
    deal = _targets.find_paying_deal(form, paper.mention)
    _changes.confirm_amount(form, paper.amount, "amount")
    return deal, paper, {"amount": paper.amount.amount, "currency": paper.amount.currency}
