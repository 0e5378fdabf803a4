"""What a stage asks for, large deals that wait for a manager, and the funnel as the company sets it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from crm_core import deals
from crm_core.customers import create_account
from crm_core.database import Database
from crm_core.errors import ApprovalNeeded, InvalidField, PermissionRefused, StageNotReady
from crm_core.models import Account, Approval, ApprovalStatus, ContractStatus, Opportunity
from crm_core.permissions import Actor
from crm_core.tasks import complete_task, list_tasks
from tests.crm_core.conftest import ActorOf, actor_in, hire_everybody, undo_message

LARGE = Decimal("1000000.01")


@pytest.fixture
def li(as_staff: ActorOf) -> Actor:
    return as_staff("li")


@pytest.fixture
def qian(as_staff: ActorOf) -> Actor:
    return as_staff("qian")


@pytest.fixture
def account(session: Session, li: Actor) -> Account:
    return create_account(session, li, name="华为技术有限公司", short_names=["华为"])


@pytest.fixture
def deal(session: Session, li: Actor, account: Account) -> Opportunity:
    return deals.create_opportunity(session, li, account_id=account.id, name="Shelves", amount=LARGE)


class TestWhatAStageAsksFor:
    def test_a_deal_is_won_or_lost_for_a_reason(self, session: Session, li: Actor, account: Account) -> None:
        deal = deals.create_opportunity(session, li, account_id=account.id, name="Shelves")
        for stage in ("won", "lost"):
            with pytest.raises(StageNotReady) as refused:
                deals.change_stage(session, li, deal, stage=stage, reason="  ")
            assert (refused.value.stage, refused.value.missing) == (stage, ("reason",))
        assert (deal.stage, deal.closed_at) == ("contacted", None)
        deals.change_stage(session, li, deal, stage="won", reason="最好的价格")
        assert (deal.outcome_reason, deal.closed_at) == ("最好的价格", li.now)

    def test_a_reason_may_be_told_later_and_is_forgotten_with_reopening(
        self, session: Session, li: Actor, account: Account
    ) -> None:
        deal = deals.create_opportunity(session, li, account_id=account.id, name="x", stage="lost", reason="price")
        deals.change_stage(session, li, deal, stage="输单", reason="the price was too high")
        assert deal.outcome_reason == "the price was too high"
        deals.change_stage(session, li, deal, stage="proposal")
        assert (deal.outcome_reason, deal.closed_at) == (None, None)

    def test_fields_and_records_that_entering_needs_are_named_all_at_once(
        self, session: Session, li: Actor, qian: Actor, account: Account
    ) -> None:
        deals.update_stage(
            session,
            qian,
            deals.get_stage(session, "negotiation"),
            required_fields=["amount", "expected_close", "quote"],
        )
        deal = deals.create_opportunity(session, li, account_id=account.id, name="Shelves")
        with pytest.raises(StageNotReady) as refused:
            deals.change_stage(session, li, deal, stage="negotiation")
        assert refused.value.missing == ("amount", "expected_close", "quote")
        deals.update_opportunity(session, li, deal, amount=Decimal(5), expected_close=li.now.date())
        deals.create_quote(session, li, deal, amount=Decimal(5))
        assert deals.change_stage(session, li, deal, stage="negotiation").stage == "negotiation"

    def test_entering_gives_the_owner_the_stages_task_once(
        self, session: Session, li: Actor, qian: Actor, account: Account
    ) -> None:
        stage = deals.get_stage(session, "proposal")
        deals.update_stage(
            session,
            qian,
            stage,
            task_zh="发送报价",
            task_en="Send the quote",
            task_working_days=2,
            is_task_required=True,
        )
        deal = deals.create_opportunity(session, li, account_id=account.id, name="Shelves")
        deals.change_stage(session, qian, deal, stage="proposal")
        (task,) = list_tasks(session, li)
        assert (task.title, task.opportunity_id, task.account_id) == ("发送报价", deal.id, account.id)
        # Monday 10:00 UTC+0 clock of the actor's zone plus two working days, at the end of that day
        assert task.due_at == datetime(2026, 11, 25, 18, 0, tzinfo=li.zone)
        deals.change_stage(session, li, deal, stage="contacted")
        deals.change_stage(session, li, deal, stage="proposal")
        assert list_tasks(session, li) == [task]
        for forward in ("negotiation", "won"):
            with pytest.raises(StageNotReady) as refused:
                deals.change_stage(session, li, deal, stage=forward, reason="x")
            assert refused.value.missing == ("task",)
        complete_task(session, li, task)
        assert deals.change_stage(session, li, deal, stage="negotiation").stage == "negotiation"

    def test_a_stages_result_is_asked_for_going_forward_only(
        self, session: Session, li: Actor, qian: Actor, account: Account
    ) -> None:
        deals.update_stage(session, qian, deals.get_stage(session, "qualified"), is_result_required=True)
        deal = deals.create_opportunity(session, li, account_id=account.id, name="x", stage="qualified")
        with pytest.raises(StageNotReady) as refused:
            deals.change_stage(session, li, deal, stage="proposal")
        assert (refused.value.stage, refused.value.missing) == ("qualified", ("result",))
        deals.change_stage(session, li, deal, stage="contacted")
        deals.change_stage(session, li, deal, stage="qualified")
        deals.change_stage(session, li, deal, stage="proposal", result="budget 50k, decides in May")
        assert deal.stage_results == {"qualified": "budget 50k, decides in May"}

    def test_a_task_of_a_stage_that_is_undone_goes_too(
        self, session: Session, li: Actor, qian: Actor, account: Account
    ) -> None:
        deals.update_stage(session, qian, deals.get_stage(session, "proposal"), task_en="Send the quote")
        deal = deals.create_opportunity(session, li, account_id=account.id, name="x")
        deals.change_stage(session, replace(li, message_id=7), deal, stage="proposal")
        undo_message(session, li, message_id=7)
        assert (deal.stage, list_tasks(session, li)) == ("contacted", [])


class TestTheFunnel:
    def test_a_manager_puts_stages_in_and_takes_them_out(self, session: Session, qian: Actor) -> None:
        deals.ensure_default_stages(session)
        trial = deals.add_stage(
            session, qian, key="trial", before="negotiation", probability_percent=60, name_zh="试用", name_en="Trial"
        )
        keys = [stage.key for stage in deals.list_stages(session)]
        assert keys == ["contacted", "qualified", "proposal", "trial", "negotiation", "won", "lost"]
        assert deals.get_stage(session, "试用") is trial
        deals.delete_stage(session, qian, trial)
        assert "trial" not in [stage.key for stage in deals.list_stages(session)]

    def test_stages_in_use_and_closed_ones_stay(self, session: Session, qian: Actor, deal: Opportunity) -> None:
        for key in (deal.stage, "won"):
            with pytest.raises(InvalidField):
                deals.delete_stage(session, qian, deals.get_stage(session, key))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"required_fields": ["shoe size"]},
            {"probability_percent": 101},
            {"probability_percent": -1},
            {"name_zh": ""},
        ],
    )
    def test_what_cannot_be_a_stage_is_refused(self, session: Session, qian: Actor, wrong: dict[str, object]) -> None:
        with pytest.raises(InvalidField):
            deals.update_stage(session, qian, deals.get_stage(session, "proposal"), **wrong)  # type: ignore[typeddict-item]

    def test_a_won_stage_cannot_become_a_lost_one(self, session: Session, qian: Actor) -> None:
        with pytest.raises(InvalidField):
            deals.update_stage(session, qian, deals.get_stage(session, "won"), probability_percent=0)

    @pytest.mark.parametrize("handle", ["li", "sun", "zhou", "wu"])
    def test_only_managers_change_it(self, session: Session, as_staff: ActorOf, handle: str) -> None:
        actor = as_staff(handle)
        stage = deals.get_stage(session, "proposal")
        with pytest.raises(PermissionRefused):
            deals.update_stage(session, actor, stage, name_zh="x")
        with pytest.raises(PermissionRefused):
            deals.add_stage(session, actor, key="x", before="won", probability_percent=1)
        with pytest.raises(PermissionRefused):
            deals.delete_stage(session, actor, stage)


class TestApproval:
    @pytest.mark.parametrize("handle", ["li", "sun"])
    def test_a_large_deal_waits_for_a_manager(
        self, session: Session, as_staff: ActorOf, deal: Opportunity, handle: str
    ) -> None:
        deals.change_stage(session, as_staff(handle), deal, stage="won", reason="best price")
        assert (deal.stage, deal.closed_at) == ("contacted", None)
        (approval,) = deals.list_approvals(session, as_staff("qian"))
        assert (approval.stage, approval.amount, approval.status) == ("won", LARGE, ApprovalStatus.PENDING)
        assert deals.find_pending_approval(session, deal) is approval
        deals.approve(session, as_staff("qian"), approval, comment="well done")
        assert (deal.stage, deal.outcome_reason, deal.closed_at) == ("won", "best price", as_staff("qian").now)
        assert (approval.status, approval.decided_by_id) == (ApprovalStatus.APPROVED, as_staff("qian").user_id)
        assert deals.find_pending_approval(session, deal) is None

    def test_asking_twice_asks_once_and_the_amount_follows(
        self, session: Session, li: Actor, qian: Actor, deal: Opportunity
    ) -> None:
        deals.change_stage(session, li, deal, stage="won", reason="a")
        deals.change_stage(session, li, deal, stage="won", reason="b")
        deals.update_opportunity(session, li, deal, amount=LARGE * 2)
        (approval,) = deals.list_approvals(session, qian)
        assert (approval.amount, approval.request_reason) == (LARGE * 2, "b")

    def test_a_refused_deal_stays_where_it_is(
        self, session: Session, li: Actor, qian: Actor, deal: Opportunity
    ) -> None:
        deals.change_stage(session, li, deal, stage="won", reason="a")
        (approval,) = deals.list_approvals(session, li)
        with pytest.raises(InvalidField):
            deals.refuse(session, qian, approval, reason=" ")
        deals.refuse(session, qian, approval, reason="the margin is too thin")
        assert (deal.stage, approval.status, approval.comment) == (
            "contacted",
            ApprovalStatus.REFUSED,
            "the margin is too thin",
        )
        with pytest.raises(InvalidField, match="status"):
            deals.approve(session, qian, approval)
        deals.change_stage(session, li, deal, stage="won", reason="a")
        assert len(deals.list_approvals(session, qian)) == 1

    def test_a_deal_that_goes_elsewhere_takes_its_request_back(
        self, session: Session, li: Actor, qian: Actor, deal: Opportunity
    ) -> None:
        deals.change_stage(session, li, deal, stage="won", reason="a")
        deals.change_stage(session, li, deal, stage="lost", reason="they chose another")
        assert deals.list_approvals(session, qian) == []
        assert deal.stage == "lost"

    def test_nobody_approves_his_own_or_his_teams_deal_but_a_manager(
        self, session: Session, li: Actor, as_staff: ActorOf, deal: Opportunity
    ) -> None:
        deals.change_stage(session, li, deal, stage="won", reason="a")
        approval = session.query(Approval).one()
        for handle in ("li", "wang", "sun", "zhao", "zhou", "wu"):
            with pytest.raises(PermissionRefused):
                deals.approve(session, as_staff(handle), approval)
            with pytest.raises(PermissionRefused):
                deals.refuse(session, as_staff(handle), approval, reason="x")
        assert deals.list_approvals(session, as_staff("wang")) == []
        assert deals.list_approvals(session, as_staff("zhou")) == []
        assert deals.list_approvals(session, as_staff("sun")) == [approval]

    def test_a_manager_needs_to_ask_nobody(self, session: Session, qian: Actor, deal: Opportunity) -> None:
        assert deals.change_stage(session, qian, deal, stage="won", reason="a").stage == "won"

    def test_the_limit_is_the_companys_and_includes_its_own_amount(
        self, session: Session, li: Actor, qian: Actor, account: Account
    ) -> None:
        deals.set_approval_limits(session, qian, {"CNY": Decimal(500), "usd": Decimal(50)})
        stages = {}
        for name, amount, currency in (
            ("at", "500", "CNY"),
            ("above", "500.01", "CNY"),
            ("dollars", "51", "USD"),
            ("no limit known", "0.01", "EUR"),
        ):
            deal = deals.create_opportunity(
                session, li, account_id=account.id, name=name, amount=Decimal(amount), currency=currency
            )
            stages[name] = deals.change_stage(session, li, deal, stage="won", reason="a").stage
        assert stages == {"at": "won", "above": "contacted", "dollars": "contacted", "no limit known": "contacted"}
        with pytest.raises(PermissionRefused):
            deals.set_approval_limits(session, li, {"CNY": Decimal(10**9)})
        with pytest.raises(InvalidField):
            deals.set_approval_limits(session, qian, {"yuan": Decimal(1)})

    def test_a_won_deal_does_not_outgrow_what_was_approved(
        self, session: Session, li: Actor, qian: Actor, account: Account
    ) -> None:
        deal = deals.create_opportunity(
            session, li, account_id=account.id, name="small", amount=Decimal(10), stage="won", reason="a"
        )
        for changes in ({"amount": LARGE}, {"currency": "XAU"}):
            with pytest.raises(ApprovalNeeded):
                deals.update_opportunity(session, li, deal, **changes)  # type: ignore[arg-type]
        deals.update_opportunity(session, qian, deal, amount=LARGE)
        assert deal.amount == LARGE

    def test_a_deal_cannot_be_born_won_around_the_manager(self, session: Session, li: Actor, account: Account) -> None:
        deal = deals.create_opportunity(
            session, li, account_id=account.id, name="x", amount=LARGE, stage="won", reason="a"
        )
        assert (deal.stage, deals.find_pending_approval(session, deal) is not None) == ("contacted", True)

    def test_a_large_contract_waits_too_unless_its_deal_was_approved(
        self, session: Session, li: Actor, qian: Actor, deal: Opportunity
    ) -> None:
        contract = deals.create_contract(session, li, deal)
        assert contract.status is ContractStatus.PENDING
        deals.refuse(session, qian, deals.list_approvals(session, qian)[0], reason="terms")
        assert contract.status is ContractStatus.REFUSED
        deals.change_stage(session, li, deal, stage="won", reason="a")
        deals.approve(session, qian, deals.list_approvals(session, qian)[0])
        assert deals.create_contract(session, li, deal).status is ContractStatus.SIGNED
        larger = deals.create_contract(session, li, deal, amount=LARGE + 1)
        assert larger.status is ContractStatus.PENDING
        deals.approve(session, qian, deals.list_approvals(session, qian)[0])
        assert (larger.status, deal.stage) == (ContractStatus.SIGNED, "won")

    def test_undoing_the_request_takes_it_back(
        self, session: Session, li: Actor, qian: Actor, deal: Opportunity
    ) -> None:
        deals.change_stage(session, replace(li, message_id=3), deal, stage="won", reason="a")
        undo_message(session, li, message_id=3)
        assert deals.list_approvals(session, qian) == []


def test_two_managers_decide_once(any_database: Database, now: datetime) -> None:
    with any_database.transaction() as session:
        hire_everybody(session, now)
        li = actor_in(session, "li", now)
        account = create_account(session, li, name="Acme")
        deal = deals.create_opportunity(session, li, account_id=account.id, name="x", amount=LARGE)
        deals.change_stage(session, li, deal, stage="won", reason="a")
        approval_id, deal_id = deals.list_approvals(session, li)[0].id, deal.id

    def decide(turn: int) -> str:
        try:
            with any_database.transaction() as session:
                actor = actor_in(session, "qian" if turn % 2 else "root", now + timedelta(seconds=turn))
                approval = deals.approvals.get_approval(session, actor, approval_id)
                if turn % 2:
                    deals.approve(session, actor, approval)
                else:
                    deals.refuse(session, actor, approval, reason="no")
        except InvalidField:
            return "late"
        return "decided"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(decide, range(6))) == ["decided", *["late"] * 5]
    with any_database.reading() as session:
        approval = session.get_one(Approval, approval_id)
        assert (session.get_one(Opportunity, deal_id).stage == "won") == (approval.status is ApprovalStatus.APPROVED)
