"""Who may call which service on a rep's leads, deals, papers and requirements: every role, every call, in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from crm_core import deals, requirements
from crm_core.customers import create_account
from crm_core.deals import PlannedPayment
from crm_core.errors import ApprovalNeeded, PermissionRefused, RecordNotFound
from crm_core.models import (
    Account,
    Approval,
    Contract,
    Instalment,
    Lead,
    Opportunity,
    Payment,
    Quote,
    Requirement,
    User,
)
from crm_core.permissions import Actor, customer_actor
from crm_core.reports.pipeline import report_pipeline
from crm_core.reports.receivables import report_receivables
from crm_core.requirements import PlannedTask
from tests.crm_core.conftest import ActorOf

TODAY = date(2026, 11, 23)
#: li's records; wang is of his team, zhao of another; sun is li's supervisor, qian the manager
ORDER = ("li", "wang", "zhao", "sun", "qian", "zhou", "wu", "root")


@dataclass
class Desk:
    """Everything that hangs on one account of li's."""

    account: Account
    lead: Lead
    deal: Opportunity
    quote: Quote
    contract: Contract
    line: Instalment
    payment: Payment
    approval: Approval
    requirement: Requirement
    wang: User


@pytest.fixture
def desk(session: Session, as_staff: ActorOf) -> Desk:
    li = as_staff("li")
    account = create_account(session, li, name="Acme")
    deal = deals.create_opportunity(session, li, account_id=account.id, name="Deal", amount=Decimal(100))
    large = deals.create_opportunity(session, li, account_id=account.id, name="Large", amount=Decimal(5_000_000))
    deals.change_stage(session, li, large, stage="won", reason="x")
    return Desk(
        account=account,
        lead=deals.create_lead(session, li, name="Lead"),
        deal=deal,
        quote=deals.create_quote(session, li, deal, amount=Decimal(1)),
        contract=deals.create_contract(session, li, deal),
        line=deals.add_instalment(session, li, deal, due_on=TODAY, amount=Decimal(50)),
        payment=deals.record_payment(session, li, deal, amount=Decimal(1)),
        approval=deals.list_approvals(session, li)[0],
        requirement=requirements.create_requirement(session, li, account_id=account.id, title="Logo"),
        wang=session.query(User).filter_by(handle="wang").one(),
    )


Call = Callable[[Session, Actor, Desk], object]

# A letter for each of ORDER: y may, - may not.
CALLS: dict[str, tuple[str, Call]] = {
    "read a lead": ("y--yyyyy", lambda s, a, d: deals.get_lead(s, a, d.lead.id)),
    "create a lead": ("yyyyy--y", lambda s, a, _: deals.create_lead(s, a, name="x")),
    "change a lead": ("y--yy--y", lambda s, a, d: deals.update_lead(s, a, d.lead, region="x")),
    "assign a lead": ("---yy--y", lambda s, a, d: deals.assign_lead(s, a, d.lead, owner_id=d.wang.id)),
    "give out leads": ("---yy--y", lambda s, a, _: deals.assign_waiting_leads(s, a)),
    "discard a lead": ("y--yy--y", lambda s, a, d: deals.discard_lead(s, a, d.lead, reason="x")),
    "delete a lead": ("---yy--y", lambda s, a, d: deals.delete_lead(s, a, d.lead)),
    "convert a lead": ("y--yy--y", lambda s, a, d: deals.convert_lead(s, a, d.lead)),
    "set rules": ("----y--y", lambda s, a, _: deals.set_score_rules(s, a, [])),
    "set limits": ("----y--y", lambda s, a, _: deals.set_approval_limits(s, a, {})),
    "read a deal": ("y--yyyyy", lambda s, a, d: deals.get_opportunity(s, a, d.deal.id)),
    "create a deal": ("y--yy--y", lambda s, a, d: deals.create_opportunity(s, a, account_id=d.account.id, name="x")),
    "change a deal": ("y--yy--y", lambda s, a, d: deals.update_opportunity(s, a, d.deal, name="x")),
    "hand a deal over": ("---yy--y", lambda s, a, d: deals.update_opportunity(s, a, d.deal, owner_id=d.wang.id)),
    "move a deal": ("y--yy--y", lambda s, a, d: deals.change_stage(s, a, d.deal, stage="won", reason="x")),
    "delete a deal": ("---yy--y", lambda s, a, d: deals.delete_opportunity(s, a, d.deal)),
    "change the funnel": (
        "----y--y",
        lambda s, a, _: deals.update_stage(s, a, deals.get_stage(s, "won"), name_zh="成"),
    ),
    "read an approval": ("y--yy-yy", lambda s, a, d: deals.get_approval(s, a, d.approval.id)),
    "approve": ("----y--y", lambda s, a, d: deals.approve(s, a, d.approval)),
    "refuse": ("----y--y", lambda s, a, d: deals.refuse(s, a, d.approval, reason="x")),
    "read a quote": ("y--yy-yy", lambda s, a, d: deals.get_quote(s, a, d.quote.id)),
    "quote": ("y--yy--y", lambda s, a, d: deals.create_quote(s, a, d.deal, amount=Decimal(1))),
    "change a quote": ("y--yy--y", lambda s, a, d: deals.update_quote(s, a, d.quote, amount=Decimal(2))),
    "delete a quote": ("---yy--y", lambda s, a, d: deals.delete_quote(s, a, d.quote)),
    "read a contract": ("y--yy-yy", lambda s, a, d: deals.get_contract(s, a, d.contract.id)),
    "sign a contract": ("y--yy--y", lambda s, a, d: deals.create_contract(s, a, d.deal)),
    "change a contract": ("y--yy--y", lambda s, a, d: deals.update_contract(s, a, d.contract, notes="x")),
    "end a contract": ("y--yy--y", lambda s, a, d: deals.terminate_contract(s, a, d.contract, reason="x")),
    "delete a contract": ("---yy--y", lambda s, a, d: deals.delete_contract(s, a, d.contract)),
    "see what is paid": ("y--yy-yy", lambda s, a, d: deals.payment_state(s, a, d.deal, today=TODAY)),
    "plan payments": (
        "y--yy--y",
        lambda s, a, d: deals.plan_payments(s, a, d.deal, [PlannedPayment(TODAY, Decimal(1))]),
    ),
    "change an instalment": ("y--yy--y", lambda s, a, d: deals.update_instalment(s, a, d.line, amount=Decimal(2))),
    "delete an instalment": ("y--yy--y", lambda s, a, d: deals.delete_instalment(s, a, d.line)),
    "read a payment": ("y--yy-yy", lambda s, a, d: deals.get_payment(s, a, d.payment.id)),
    "record a payment": ("y--yy--y", lambda s, a, d: deals.record_payment(s, a, d.deal)),
    "correct a payment": ("y--yy--y", lambda s, a, d: deals.update_payment(s, a, d.payment, amount=Decimal(2))),
    "delete a payment": ("---yy--y", lambda s, a, d: deals.delete_payment(s, a, d.payment)),
    "read a requirement": ("y--yyyyy", lambda s, a, d: requirements.get_requirement(s, a, d.requirement.id)),
    "note a requirement": (
        "y--yyy-y",
        lambda s, a, d: requirements.create_requirement(s, a, account_id=d.account.id, title="x"),
    ),
    "change a requirement": (
        "y--yy--y",
        lambda s, a, d: requirements.update_requirement(s, a, d.requirement, title="x"),
    ),
    "move a requirement": ("y--yy--y", lambda s, a, d: requirements.change_status(s, a, d.requirement, status="doing")),
    "answer a requirement": ("y--yy--y", lambda s, a, d: requirements.answer_requirement(s, a, d.requirement)),
    "split a requirement": (
        "y--yy--y",
        lambda s, a, d: requirements.split_requirement(s, a, d.requirement, [PlannedTask("x")]),
    ),
    "delete a requirement": ("---yy--y", lambda s, a, d: requirements.delete_requirement(s, a, d.requirement)),
    "see one's funnel": ("yyyyyyyy", lambda s, a, _: report_pipeline(s, a, start=a.now, end=a.now)),
    "see a colleague's funnel": (
        "-y-yy-yy",
        lambda s, a, d: report_pipeline(s, a, start=a.now, end=a.now, owner_id=d.wang.id),
    ),
    "see a colleague's payments": (
        "-y-yy-yy",
        lambda s, a, d: report_receivables(s, a, start=a.now, end=a.now, owner_id=d.wang.id),
    ),
}


def _may(session: Session, call: Call, actor: Actor, desk: Desk) -> bool:
    savepoint = session.begin_nested()
    try:
        call(session, actor, desk)
    except ApprovalNeeded:
        raise
    except (PermissionRefused, RecordNotFound):
        return False
    finally:
        savepoint.rollback()
        session.expire_all()
    return True


def test_table_of_calls(session: Session, as_staff: ActorOf, desk: Desk) -> None:
    actors = [as_staff(handle) for handle in ORDER]
    actual = {
        name: "".join("y" if _may(session, call, actor, desk) else "-" for actor in actors)
        for name, (_, call) in CALLS.items()
    }
    assert actual == {name: expected for name, (expected, _) in CALLS.items()}


def test_a_customer_calls_none_of_them(session: Session, desk: Desk, system: Actor) -> None:
    customer = customer_actor(None, "visitor", system.now)
    assert [name for name, (_, call) in CALLS.items() if _may(session, call, customer, desk)] == []
