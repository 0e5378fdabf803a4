"""Quotes, contracts, payment plans and what comes in: what is paid, open or overdue follows from the rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from crm_core import deals
from crm_core.customers import create_account
from crm_core.deals import PlannedPayment
from crm_core.deals.payment_states import allocate
from crm_core.errors import InvalidField, Overpaid
from crm_core.models import Account, Contract, Instalment, Opportunity, Payment, Quote
from crm_core.permissions import Actor
from tests.crm_core.conftest import ActorOf, actor_in, undo_message

TODAY = date(2026, 11, 23)
PLAN = [
    PlannedPayment(date(2026, 10, 31), Decimal(30), "deposit"),
    PlannedPayment(date(2026, 11, 23), Decimal(50)),
    PlannedPayment(date(2027, 1, 31), Decimal(20), "尾款"),
]


@pytest.fixture
def li(as_staff: ActorOf) -> Actor:
    return as_staff("li")


@pytest.fixture
def account(session: Session, li: Actor) -> Account:
    return create_account(session, li, name="Acme")


@pytest.fixture
def deal(session: Session, li: Actor, account: Account) -> Opportunity:
    return deals.create_opportunity(session, li, account_id=account.id, name="Shelves", amount=Decimal(100))


class TestQuotesAndContracts:
    def test_a_quote_has_a_number_a_day_and_a_status(self, session: Session, li: Actor, deal: Opportunity) -> None:
        quote = deals.create_quote(session, li, deal, amount=Decimal("99.5"), valid_until=date(2026, 12, 31))
        assert (quote.number, quote.quoted_on, quote.status.value, quote.amount) == (
            "QT20260001",
            TODAY,
            "sent",
            Decimal("99.50"),
        )
        deals.update_quote(session, li, quote, status="accepted")  # type: ignore[typeddict-item]
        assert quote.status.value == "accepted"
        with pytest.raises(InvalidField, match="valid_until"):
            deals.update_quote(session, li, quote, valid_until=date(2026, 11, 22))
        assert deals.list_quotes(session, li, opportunity_id=deal.id) == [quote]

    def test_a_contract_takes_amount_and_day_from_the_deal_and_gets_a_number(
        self, session: Session, li: Actor, deal: Opportunity
    ) -> None:
        own = deals.create_contract(session, li, deal, number="HT20260001", amount=Decimal(80))
        made = deals.create_contract(session, li, deal)
        # the series goes on past the number that somebody gave by hand
        assert (made.number, made.amount, made.currency, made.signed_on) == ("HT20260002", 100, "CNY", TODAY)
        with pytest.raises(InvalidField, match="number"):
            deals.create_contract(session, li, deal, number="HT20260002")
        assert deals.find_contract_by_number(session, li, " ht20260001 ") is own
        deals.terminate_contract(session, li, own, reason="they went broke")
        assert own.status.value == "terminated"

    def test_a_contract_without_any_amount_is_refused(self, session: Session, li: Actor, account: Account) -> None:
        deal = deals.create_opportunity(session, li, account_id=account.id, name="x")
        with pytest.raises(InvalidField, match="amount"):
            deals.create_contract(session, li, deal)


class TestThePlan:
    def test_a_payment_fills_the_plan_from_its_oldest_line(
        self, session: Session, li: Actor, deal: Opportunity
    ) -> None:
        deals.plan_payments(session, li, deal, PLAN)
        deals.record_payment(session, li, deal, amount=Decimal(40))
        state = deals.payment_state(session, li, deal, today=TODAY)
        assert [(one.paid, one.open, one.is_overdue) for one in state.instalments] == [
            (30, 0, False),
            (10, 40, False),  # due today is not late yet
            (0, 20, False),
        ]
        assert (state.total, state.paid, state.open, state.overdue) == (100, 40, 60, 0)
        tomorrow = deals.payment_state(session, li, deal, today=TODAY + timedelta(days=1))
        assert tomorrow.overdue == 40

    def test_a_payment_in_full_pays_what_is_next(self, session: Session, li: Actor, deal: Opportunity) -> None:
        lines = deals.plan_payments(session, li, deal, PLAN)
        assert deals.record_payment(session, li, deal).amount == 30
        last = deals.record_payment(session, li, deal, instalment_id=lines[2].id)
        assert (last.amount, last.received_on) == (20, TODAY)
        assert deals.record_payment(session, li, deal).amount == 50
        with pytest.raises(InvalidField, match="amount"):
            deals.record_payment(session, li, deal)
        assert deals.payment_state(session, li, deal, today=TODAY).open == 0

    def test_without_a_plan_a_payment_in_full_is_what_the_contracts_leave_open(
        self, session: Session, li: Actor, deal: Opportunity
    ) -> None:
        deals.record_payment(session, li, deal, amount=Decimal(1))
        assert deals.payment_state(session, li, deal, today=TODAY).open == 99
        deals.create_contract(session, li, deal, amount=Decimal(90))
        assert deals.record_payment(session, li, deal).amount == 89

    def test_more_than_the_deal_comes_to_is_refused_unless_it_is_said_to_be_a_surplus(
        self, session: Session, li: Actor, deal: Opportunity
    ) -> None:
        first = deals.record_payment(session, li, deal, amount=Decimal(90))
        with pytest.raises(Overpaid) as refused:
            deals.record_payment(session, li, deal, amount=Decimal(11))
        assert (refused.value.paid, refused.value.total, refused.value.surplus) == (90, 100, 1)
        assert deals.record_payment(session, li, deal, amount=Decimal(10)).amount == 10
        with pytest.raises(Overpaid):
            deals.update_payment(session, li, first, amount=Decimal(91))
        assert first.amount == 90
        deals.update_payment(session, li, first, amount=Decimal(95), is_surplus=True)
        deals.record_payment(session, li, deal, amount=Decimal(7), is_surplus=True)
        state = deals.payment_state(session, li, deal, today=TODAY)
        assert (state.paid, state.open) == (112, 0)

    def test_a_deal_of_unknown_worth_takes_any_payment(self, session: Session, li: Actor, account: Account) -> None:
        deal = deals.create_opportunity(session, li, account_id=account.id, name="Open end")
        assert deals.record_payment(session, li, deal, amount=Decimal(7)).amount == 7

    def test_other_currencies_are_kept_apart(self, session: Session, li: Actor, deal: Opportunity) -> None:
        deals.plan_payments(session, li, deal, PLAN)
        deals.record_payment(session, li, deal, amount=Decimal(100), currency="usd")
        state = deals.payment_state(session, li, deal, today=TODAY)
        assert (state.paid, state.overdue) == (0, 30)
        assert len(deals.list_overdue_payments(session, li, today=TODAY)) == 1

    def test_a_new_plan_takes_the_place_of_the_old_and_keeps_what_came_in(
        self, session: Session, li: Actor, deal: Opportunity
    ) -> None:
        old = deals.plan_payments(session, li, deal, PLAN)
        deals.record_payment(session, li, deal, instalment_id=old[0].id)
        new = deals.plan_payments(session, li, deal, [PlannedPayment(date(2026, 12, 1), Decimal(100))])
        state = deals.payment_state(session, li, deal, today=TODAY)
        assert [(one.instalment, one.paid) for one in state.instalments] == [(new[0], 30)]

    def test_wrong_plans_and_payments_are_refused(self, session: Session, li: Actor, deal: Opportunity) -> None:
        foreign = deals.create_opportunity(session, li, account_id=deal.account_id, name="other", amount=Decimal(9))
        line = deals.add_instalment(session, li, foreign, due_on=TODAY, amount=Decimal(9))
        with pytest.raises(InvalidField, match="more than the deal"):
            deals.add_instalment(session, li, foreign, due_on=TODAY, amount=Decimal("0.01"))
        for plan in ([], [PlannedPayment(TODAY, Decimal(0))], [PlannedPayment(TODAY, Decimal(101))]):
            with pytest.raises(InvalidField):
                deals.plan_payments(session, li, deal, plan)
        for wrong in (
            {"amount": Decimal(-1)},
            {"amount": Decimal(0)},
            {"amount": Decimal(1), "received_on": TODAY + timedelta(days=1)},
            {"amount": Decimal(1), "instalment_id": line.id},
            {"amount": Decimal(1), "currency": "yuan"},
        ):
            with pytest.raises(InvalidField):
                deals.record_payment(session, li, deal, **wrong)  # type: ignore[arg-type]
        with pytest.raises(InvalidField, match="reason"):
            deals.update_instalment(session, li, line, due_on=TODAY + timedelta(days=9))
        deals.update_instalment(session, li, line, due_on=TODAY + timedelta(days=9), reason="their budget is late")
        assert line.due_on == date(2026, 12, 2)

    def test_undoing_a_payment_opens_what_it_had_paid(self, session: Session, li: Actor, deal: Opportunity) -> None:
        deals.plan_payments(session, li, deal, PLAN)
        deals.record_payment(session, replace(li, message_id=5), deal, amount=Decimal(100))
        assert deals.list_overdue_payments(session, li, today=TODAY) == []
        undo_message(session, li, message_id=5)
        assert [one.state.open for one in deals.list_overdue_payments(session, li, today=TODAY)] == [30]

    def test_deals_that_are_paid_in_full_are_left_out(self, session: Session, li: Actor, deal: Opportunity) -> None:
        planned = deals.create_opportunity(session, li, account_id=deal.account_id, name="planned")
        deals.add_instalment(session, li, planned, due_on=TODAY, amount=Decimal(5), currency="USD")
        unknown = deals.create_opportunity(session, li, account_id=deal.account_id, name="no amount")
        assert deals.keep_unpaid(session, [unknown, planned, deal]) == [planned, deal]
        deals.record_payment(session, li, deal, amount=Decimal(100))
        deals.record_payment(session, li, planned, amount=Decimal(4), currency="USD")
        assert deals.keep_unpaid(session, [unknown, planned, deal]) == [planned]
        deals.create_contract(session, li, deal, amount=Decimal(101))
        assert deals.keep_unpaid(session, [deal, planned]) == [deal, planned]


class TestOverdue:
    def test_what_is_late_is_listed_oldest_first_within_reach(self, any_session: Session, now: datetime) -> None:
        session = any_session
        for handle, day in (("li", 5), ("wang", 3), ("zhao", 1)):
            actor = actor_in(session, handle, now)
            account = create_account(session, actor, name=f"Account of {handle}")
            deal = deals.create_opportunity(session, actor, account_id=account.id, name="Deal", amount=Decimal("0.30"))
            deals.plan_payments(
                session,
                actor,
                deal,
                [
                    PlannedPayment(date(2026, 11, day), Decimal("0.10")),
                    PlannedPayment(date(2026, 12, 5), Decimal("0.20")),
                ],
            )
            deals.record_payment(session, actor, deal, amount=Decimal("0.04"))

        def late(handle: str) -> list[tuple[str, Decimal, int]]:
            found = deals.list_overdue_payments(session, actor_in(session, handle, now), today=TODAY)
            return [(one.account_name, one.state.open, one.days_late) for one in found]

        mine = ("Account of li", Decimal("0.06"), 18)
        his = ("Account of wang", Decimal("0.06"), 20)
        assert late("li") == [mine]
        assert late("sun") == [his, mine]
        assert late("qian") == [("Account of zhao", Decimal("0.06"), 22), his, mine]
        assert late("zhou") == []
        ahead = deals.list_open_instalments(session, actor_in(session, "li", now), today=TODAY, until=date(2026, 12, 6))
        assert [(one.state.open, one.days_late, one.state.is_overdue) for one in ahead] == [
            (Decimal("0.06"), 18, True),
            (Decimal("0.20"), -12, False),
        ]

    def test_a_plan_that_is_paid_to_the_cent_is_not_listed(self, any_session: Session, now: datetime) -> None:
        li = actor_in(any_session, "li", now)
        account = create_account(any_session, li, name="Acme")
        deal = deals.create_opportunity(any_session, li, account_id=account.id, name="Deal")
        cents = [PlannedPayment(date(2026, 1, day), Decimal("0.10")) for day in range(1, 11)]
        deals.plan_payments(any_session, li, deal, cents)
        for _ in range(10):
            deals.record_payment(any_session, li, deal)
        assert deals.list_overdue_payments(any_session, li, today=TODAY) == []


AMOUNTS = st.decimals(min_value="0.01", max_value="1000000", places=2)


@given(
    plan=st.lists(AMOUNTS, min_size=1, max_size=6),
    received=st.lists(st.tuples(AMOUNTS, st.none() | st.integers(0, 7)), max_size=8),
)
def test_money_is_neither_lost_nor_made(plan: list[Decimal], received: list[tuple[Decimal, int | None]]) -> None:
    lines = [Instalment(id=index, amount=amount, currency="CNY") for index, amount in enumerate(plan)]
    payments = [Payment(amount=amount, instalment_id=to, currency="CNY") for amount, to in received]
    paid = allocate(lines, payments)
    assert all(0 <= paid[line.id] <= line.amount for line in lines)
    assert sum(paid.values()) == min(sum(plan), sum(amount for amount, _ in received))
    for line in lines:
        meant = sum(payment.amount for payment in payments if payment.instalment_id == line.id)
        assert paid[line.id] >= min(line.amount, meant)


def test_what_hangs_on_a_deal_follows_its_accounts_owner(
    session: Session, li: Actor, as_staff: ActorOf, deal: Opportunity, account: Account
) -> None:
    deals.create_quote(session, li, deal, amount=Decimal(1))
    deals.record_payment(session, li, deal, amount=Decimal(1))
    account.owner_id = deal.owner_id = as_staff("zhao").user_id
    session.flush()
    assert deals.list_quotes(session, li) == deals.list_payments(session, li) == []
    assert {type(one) for one in (*deals.list_quotes(session, as_staff("zhao")),)} == {Quote}
    assert session.query(Contract).count() == 0
