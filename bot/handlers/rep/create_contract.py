"""'Signed the contract with Acme for 120k' / 登记合同 恒信地产 30万: what was signed."""

from __future__ import annotations

from bot.handlers.rep import _changes, _paper_form
from bot.handlers.rep._form import Form, form_handler
from bot.say import say
from bot.turn import SELLERS, Example, Outcome
from crm_core import deals
from crm_core.models import ContractStatus
from nlu.commands import create_contract

INTENT = "create_contract"
_QUESTION = say(
    zh="请说客户和金额，例如：登记合同 恒信地产 30万，合同号HT-88",
    en="Tell me the account and the amount, for example: signed the contract with Acme for 120k, number A-88",
)


def fill(form: Form) -> Outcome:
    """Find the deal and write the contract."""
    deal, paper, values = _paper_form.find_values(form, create_contract.read(form.text, form.context), _QUESTION)
    if paper.day is not None:
        values["signed_on"] = _changes.day_of(form, paper.day)
    if paper.number is not None:
        values["number"] = paper.number
    contract = deals.create_contract(form.turn.session, form.turn.actor, deal, **values)
    facts = f"{contract.amount:,.2f} {contract.currency} · {deal.name} · {contract.signed_on}"
    text = say(zh=f"已记录合同 {contract.number}：{facts}", en=f"Contract {contract.number} recorded: {facts}")
    if contract.status is ContractStatus.PENDING:
        text += say(zh="\n金额超过限额，等经理审批。", en="\nAbove the limit: it waits for a manager.")
    return form.done(text)


HANDLER = form_handler(
    intent=INTENT,
    roles=SELLERS,
    reads=create_contract.read,
    fill=fill,
    examples=(
        Example(zh="登记合同 恒信地产 30万，合同号HT-88", en="signed the contract with Acme for 120k, number A-88"),
    ),
)
