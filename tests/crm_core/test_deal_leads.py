"""Leads: scored and given out by rules that are data, checked for doubles, converted in one step."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core import deals
from crm_core.access import create_user
from crm_core.customers import create_account, create_contact
from crm_core.database import Database
from crm_core.deals.scoring import SCORED_FIELDS, apply_score_rules
from crm_core.errors import InvalidField, PermissionRefused, RecordNotFound
from crm_core.interactions import list_contact_ids, log_interaction
from crm_core.models import Account, AuditEvent, Contact, Lead, LeadStatus, Opportunity, Role, User
from crm_core.permissions import Actor, system_actor
from crm_core.tasks import create_task
from tests.crm_core.conftest import ActorOf, actor_in, hire_everybody, undo_message


@pytest.fixture
def li(as_staff: ActorOf) -> Actor:
    return as_staff("li")


@pytest.fixture
def qian(as_staff: ActorOf) -> Actor:
    return as_staff("qian")


class TestScore:
    RULES = (
        {"points": 20, "field": "source", "contains": ["展会", "expo"]},
        {"points": 30, "field": "source", "contains": ["referral"]},
        {"points": 10, "field": "mobile", "known": True},
    )

    @pytest.mark.parametrize(
        ("lead", "score"),
        [
            ({}, 0),
            ({"mobile": "+8613900001111"}, 10),
            ({"source": "广州展会", "mobile": "1"}, 30),
            ({"source": "Referral at the EXPO"}, 30),  # of one field the best counts
            ({"source": "street"}, 0),
        ],
    )
    def test_points_are_added_up(self, lead: dict[str, str], score: int) -> None:
        assert apply_score_rules(self.RULES, lead) == score

    def test_the_company_sets_its_own_rules(self, session: Session, li: Actor, qian: Actor) -> None:
        before = deals.create_lead(session, li, name="A", mobile="13900001111", source="展会")
        assert before.score == 35
        deals.set_score_rules(session, qian, self.RULES)
        assert deals.create_lead(session, li, name="B", mobile="13900001112", source="展会").score == 30
        with pytest.raises(PermissionRefused):
            deals.set_score_rules(session, li, [])
        for wrong in ({"points": "5", "field": "name", "known": True}, {"points": 5, "field": "x"}, {"points": 5}):
            with pytest.raises(InvalidField):
                deals.set_score_rules(session, qian, [wrong])
        with pytest.raises(InvalidField):
            deals.set_score_rules(session, qian, [{"points": 5, "field": "source"}])

    def test_the_score_follows_the_lead_until_a_person_gives_one(self, session: Session, li: Actor) -> None:
        lead = deals.create_lead(session, li, name="A")
        deals.update_lead(session, li, lead, mobile="13900001111")
        assert lead.score == 15
        deals.update_lead(session, li, lead, score=90)
        deals.update_lead(session, li, lead, email="a@example.com")
        assert lead.score == 90

    @given(
        rules=st.lists(
            st.fixed_dictionaries({"points": st.integers(-50, 150), "field": st.sampled_from(SCORED_FIELDS)}).flatmap(
                lambda rule: st.sampled_from([{**rule, "known": True}, {**rule, "contains": ["a"]}])
            ),
            max_size=12,
        ),
        lead=st.dictionaries(st.sampled_from(SCORED_FIELDS), st.text(max_size=3)),
    )
    def test_it_is_always_within_0_and_100(self, rules: list[dict[str, Any]], lead: dict[str, str]) -> None:
        assert 0 <= apply_score_rules(rules, lead) <= 100


class TestAssignment:
    def test_the_least_loaded_gets_it_then_who_waited_longest_then_the_first_by_handle(
        self, session: Session, system: Actor
    ) -> None:
        hours = iter(range(100))

        def give() -> str:
            later = replace(system, now=system.now + timedelta(hours=next(hours)))
            lead = deals.create_lead(session, later, name="Lead")
            assert (lead.owner_id, lead.status) == (None, LeadStatus.NEW)
            deals.assign_lead(session, later, lead)
            assert (lead.status, lead.assigned_at) == (LeadStatus.ASSIGNED, later.now)
            return _handle(session, lead)

        assert [give() for _ in range(4)] == ["li", "wang", "zhao", "li"]
        # wang's lead is over: he has the least to do, and after that waited the longest but for zhao
        session.query(Lead).filter_by(id=2).one().status = LeadStatus.CONVERTED
        session.flush()
        assert [give() for _ in range(3)] == ["wang", "zhao", "wang"]

    def test_region_and_level_decide_before_load(self, session: Session, system: Actor, qian: Actor) -> None:
        deals.set_assignment_rules(
            session,
            qian,
            [
                {"regions": ["浙江"], "levels": ["S", "A"], "handles": ["sun"]},
                {"regions": ["浙江", "上海"], "teams": ["East"]},
                {"regions": ["四川"], "teams": ["West"], "max_open": 1},
            ],
        )
        owners = []
        for region, level in (
            ("浙江省杭州市", "S"),
            ("浙江省杭州市", "A"),
            ("浙江省杭州市", None),
            ("上海市", "S"),
            ("四川省成都市", None),
            ("四川省成都市", None),  # zhao is full: the rest of the reps take turns
            (None, None),
        ):
            lead = deals.create_lead(session, system, name="Lead", region=region, level=level)  # type: ignore[arg-type]
            owners.append(_handle(session, deals.assign_lead(session, system, lead)))
        assert owners == ["sun", "sun", "li", "wang", "zhao", "li", "wang"]

    def test_the_most_promising_are_given_out_first(self, session: Session, system: Actor, qian: Actor) -> None:
        deals.set_assignment_rules(session, qian, [{"handles": ["zhao"], "max_open": 2}, {"handles": ["li"]}])
        for name, score in (("low", 10), ("high", 90), ("middle", 50)):
            deals.create_lead(session, system, name=name, score=score)
        assigned = deals.assign_waiting_leads(session, qian)
        assert [(lead.name, _handle(session, lead)) for lead in assigned] == [
            ("high", "zhao"),
            ("middle", "zhao"),
            ("low", "li"),
        ]
        assert deals.assign_waiting_leads(session, qian) == []

    def test_a_supervisor_assigns_within_his_team(self, session: Session, system: Actor, as_staff: ActorOf) -> None:
        sun = as_staff("sun")
        owners = {_handle(session, deals.assign_lead(session, sun, _waiting(session, system))) for _ in range(4)}
        assert owners == {"li", "wang"}
        with pytest.raises(PermissionRefused):
            deals.assign_lead(session, sun, _waiting(session, system), owner_id=as_staff("zhao").user_id)

    def test_those_who_left_get_nothing_and_without_anybody_it_says_so(
        self, any_session: Session, now: datetime
    ) -> None:
        system = system_actor(now)
        for handle in ("li", "wang", "zhao"):
            actor_in(any_session, handle, now)
            any_session.query(User).filter_by(handle=handle).one().active = False
        lead = _waiting(any_session, system)
        assert deals.propose_owner(any_session, system, lead) is None
        with pytest.raises(InvalidField, match="owner"):
            deals.assign_lead(any_session, system, lead)
        with pytest.raises(RecordNotFound):
            deals.assign_lead(any_session, system, lead, owner_id=999)
        late = create_user(any_session, system, handle="late", name="Late", role=Role.REP)
        assert deals.propose_owner(any_session, system, lead) is late

    @pytest.mark.parametrize("handle", ["li", "zhou", "wu"])
    def test_others_may_not_assign(self, session: Session, as_staff: ActorOf, system: Actor, handle: str) -> None:
        lead = _waiting(session, system)
        with pytest.raises(PermissionRefused):
            deals.assign_lead(session, as_staff(handle), lead)
        with pytest.raises(PermissionRefused):
            deals.assign_waiting_leads(session, as_staff(handle))
        with pytest.raises(PermissionRefused):
            deals.set_assignment_rules(session, as_staff(handle), [])

    @pytest.mark.parametrize(
        "wrong", [{"handles": ["nobody"]}, {"teams": ["North"]}, {"levels": ["Z"]}, {"shoes": ["x"]}, {"max_open": -1}]
    )
    def test_rules_that_name_nothing_are_refused(self, session: Session, qian: Actor, wrong: dict[str, Any]) -> None:
        with pytest.raises(InvalidField):
            deals.set_assignment_rules(session, qian, [wrong])


class TestLookingUp:
    def test_leads_are_found_by_name_company_phone_and_number(self, session: Session, li: Actor) -> None:
        lead = deals.create_lead(session, li, name="李雷", company="新零售有限公司", mobile="139 0000 2222")
        for text in ("李雷", "新零售", "13900002222", "+86 139-0000-2222", f"#{lead.id}"):
            assert deals.find_leads(session, li, text) == [lead], text
        assert deals.find_leads(session, li, "") == []
        deals.discard_lead(session, li, lead, reason="no budget")
        assert deals.find_leads(session, li, "李雷") == []
        assert deals.find_leads(session, li, "李雷", include_closed=True) == [lead]

    def test_likely_doubles_are_named_with_what_agrees(self, session: Session, li: Actor, as_staff: ActorOf) -> None:
        account = create_account(session, li, name="新零售（杭州）有限公司")
        person = create_contact(session, li, name="Han Mei", mobile="13900003333", account_id=account.id)
        lead = deals.create_lead(session, as_staff("zhao"), name="x", company="Shelf World Ltd.", mobile="13900002222")
        found = deals.find_lead_duplicates(
            session, li, name="y", company="Shelf World Limited", mobile="+86 139 0000 3333"
        )
        assert [(one.record_type, one.id, one.reason, one.is_visible) for one in found] == [
            ("contact", person.id, "mobile", True),
            ("lead", lead.id, "name", False),
        ]
        (same,) = deals.find_lead_duplicates(session, li, company="新零售(杭州)公司")
        assert (same.record_type, same.id) == ("account", account.id)
        assert deals.find_lead_duplicates(session, li, name="Nobody", mobile="not a phone") == []

    def test_a_discard_has_its_reason(self, session: Session, li: Actor) -> None:
        lead = deals.create_lead(session, li, name="x")
        with pytest.raises(InvalidField, match="reason"):
            deals.discard_lead(session, li, lead, reason=" ")
        with pytest.raises(InvalidField, match="status"):
            deals.update_lead(session, li, lead, status=LeadStatus.CONVERTED)
        deals.discard_lead(session, li, lead, reason="no budget")
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
        assert (event.reason, event.after) == ("no budget", {"status": "discarded"})


class TestConversion:
    def test_the_history_goes_along_and_the_lead_says_what_it_became(
        self, session: Session, li: Actor, now: datetime
    ) -> None:
        lead = deals.create_lead(session, li, name="李雷", company="新零售", region="浙江", level="A", source="expo")  # type: ignore[arg-type]
        task = create_task(session, li, title="Send the catalogue", lead_id=lead.id)
        call = log_interaction(session, li, kind="call", occurred_at=now, summary="wants shelves", lead_id=lead.id)
        made = deals.convert_lead(session, li, lead, opportunity_name="货架", amount=Decimal(5000), currency="USD")
        assert (lead.status, lead.converted_at) == (LeadStatus.CONVERTED, now)
        assert (lead.account_id, lead.contact_id, lead.opportunity_id) == (
            made.account.id,
            made.contact.id,
            made.opportunity.id,
        )
        assert (made.account.region, made.account.level.value, made.account.source) == ("浙江", "A", "expo")
        assert (made.opportunity.name, made.opportunity.amount, made.opportunity.currency) == ("货架", 5000, "USD")
        assert (task.account_id, task.contact_id, task.opportunity_id) == (
            made.account.id,
            made.contact.id,
            made.opportunity.id,
        )
        assert (call.account_id, call.opportunity_id) == (made.account.id, made.opportunity.id)
        assert list_contact_ids(session, call.id) == [made.contact.id]
        assert made.account.last_interaction_at == made.contact.last_interaction_at == now

    def test_what_is_there_already_is_used(self, session: Session, li: Actor) -> None:
        account = create_account(session, li, name="新零售有限公司")
        person = create_contact(session, li, name="李雷")
        lead = deals.create_lead(session, li, name="李雷", company="新零售")
        made = deals.convert_lead(session, li, lead, account_id=account.id, contact_id=person.id)
        assert (made.account, made.contact, person.account_id) == (account, person, account.id)
        other = create_account(session, li, name="Other")
        with pytest.raises(InvalidField, match="contact"):
            lead = deals.create_lead(session, li, name="李雷")
            deals.convert_lead(session, li, lead, account_id=other.id, contact_id=person.id)

    def test_a_colleagues_account_is_not_taken(self, session: Session, li: Actor, as_staff: ActorOf) -> None:
        theirs = create_account(session, as_staff("zhao"), name="Theirs")
        lead = deals.create_lead(session, li, name="x")
        with pytest.raises(PermissionRefused):
            deals.convert_lead(session, li, lead, account_id=theirs.id)
        with pytest.raises(PermissionRefused):
            deals.convert_lead(session, as_staff("zhao"), lead)
        assert lead.status is LeadStatus.ASSIGNED

    def test_undo_takes_all_of_it_back(self, session: Session, li: Actor) -> None:
        lead = deals.create_lead(session, li, name="李雷", company="新零售")
        made = deals.convert_lead(session, replace(li, message_id=9), lead)
        undo_message(session, li, message_id=9)
        assert (lead.status, lead.account_id) == (LeadStatus.ASSIGNED, None)
        assert None not in {made.account.deleted_at, made.contact.deleted_at, made.opportunity.deleted_at}


def test_a_lead_is_converted_once_by_however_many(any_database: Database, now: datetime) -> None:
    with any_database.transaction() as session:
        hire_everybody(session, now)
        lead_id = deals.create_lead(session, actor_in(session, "li", now), name="李雷", company="新零售").id

    def convert(_turn: int) -> str:
        try:
            with any_database.transaction() as session:
                li = actor_in(session, "li", now)
                return deals.convert_lead(session, li, deals.get_lead(session, li, lead_id)).account.code
        except InvalidField:
            return "late"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(convert, range(6))) == ["CRM2026001", *["late"] * 5]
    with any_database.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(model)) for model in (Account, Contact, Opportunity)]
        assert counts == [1, 1, 1]


def _waiting(session: Session, system: Actor) -> Lead:
    return deals.create_lead(session, system, name="Waiting")


def _handle(session: Session, lead: Lead) -> str:
    return session.get_one(User, lead.owner_id).handle
