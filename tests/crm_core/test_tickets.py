from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import tickets
from crm_core.access import get_user
from crm_core.customers import create_account, create_contact
from crm_core.database import Database
from crm_core.errors import InvalidField, PermissionRefused, RecordNotFound
from crm_core.models import (
    AuditEvent,
    Contact,
    Ticket,
    TicketKind,
    TicketMessageAuthor,
    TicketPriority,
    TicketStatus,
)
from crm_core.permissions import Actor, customer_actor, system_actor
from crm_core.service_levels import is_overdue
from tests.crm_core.conftest import ActorOf, hire_everybody

PHOTO = {"kind": "image", "sha256": "0" * 64, "filename": "p.jpg"}


def describe_state(ticket: Ticket) -> tuple[TicketStatus, datetime | None, datetime | None]:
    return (ticket.status, ticket.solved_at, ticket.closed_at)


@pytest.fixture
def ann(session: Session, system: Actor) -> Contact:
    account = create_account(session, system, name="Acme")
    return create_contact(session, system, name="Ann", account_id=account.id)


@pytest.fixture
def customer(ann: Contact, now: datetime) -> Actor:
    return customer_actor(ann.id, "Ann", now, conversation_id=7)


@pytest.fixture
def ticket(session: Session, customer: Actor) -> Ticket:
    return tickets.open_ticket(session, customer, subject="Broken cup", text="My cup  is broken!\nHelp")


def test_a_customers_ticket_is_his_own_and_keeps_his_words(
    session: Session, ticket: Ticket, ann: Contact, customer: Actor
) -> None:
    assert (ticket.number, ticket.contact_id, ticket.account_id, ticket.conversation_id) == (
        "TK20260001",
        ann.id,
        ann.account_id,
        7,
    )
    assert (ticket.status, ticket.kind, ticket.priority) == (
        TicketStatus.OPEN,
        TicketKind.QUESTION,
        TicketPriority.MEDIUM,
    )
    lines = tickets.thread(session, customer, ticket)
    assert [(line.author, line.text) for line in lines] == [(TicketMessageAuthor.CUSTOMER, "My cup  is broken!\nHelp")]


@pytest.mark.parametrize(("kind", "answer", "solve"), [("complaint", 1, 24), ("question", 8, 72)])
def test_the_clocks_follow_from_the_kind(
    session: Session, customer: Actor, now: datetime, kind: str, answer: int, solve: int
) -> None:
    ticket = tickets.open_ticket(session, customer, subject="x", text="x", kind=kind)
    assert ticket.first_answer_due_at == now + timedelta(hours=answer)
    assert ticket.solve_due_at == now + timedelta(hours=solve)


def test_a_complaint_is_urgent(session: Session, customer: Actor) -> None:
    ticket = tickets.open_ticket(session, customer, subject="x", text="x", kind="complaint")
    assert ticket.priority is TicketPriority.HIGH


def test_a_photo_without_words_is_a_ticket_and_nothing_at_all_is_not(session: Session, customer: Actor) -> None:
    ticket = tickets.open_ticket(session, customer, subject="", text="", attachments=[PHOTO])
    assert tickets.thread(session, customer, ticket)[0].attachments == [PHOTO]
    with pytest.raises(InvalidField, match="text"):
        tickets.open_ticket(session, customer, subject="x", text=" ")


def test_a_long_subject_is_cut_and_the_words_are_not(session: Session, customer: Actor) -> None:
    ticket = tickets.open_ticket(session, customer, subject="长" * 500, text="长" * 5000)
    assert len(ticket.subject) == 200
    assert len(tickets.thread(session, customer, ticket)[0].text) == 5000


def test_a_refused_ticket_uses_no_number(session: Session, as_staff: ActorOf, ann: Contact) -> None:
    with pytest.raises(PermissionRefused):
        tickets.open_ticket(session, as_staff("wu"), subject="x", text="x", contact_id=ann.id)
    assert tickets.open_ticket(session, as_staff("zhou"), subject="x", text="x").number == "TK20260001"


def test_an_answer_stops_the_clock_takes_the_ticket_and_waits_for_the_customer(
    session: Session, ticket: Ticket, as_staff: ActorOf, now: datetime
) -> None:
    zhou = as_staff("zhou")
    line = tickets.answer_ticket(session, zhou, ticket, text="A new one is on its way.")
    assert (line.author, line.user_id) == (TicketMessageAuthor.STAFF, zhou.user_id)
    assert (ticket.status, ticket.first_answered_at, ticket.assignee_id) == (
        TicketStatus.PENDING,
        now,
        zhou.user_id,
    )
    tickets.answer_ticket(session, as_staff("root"), ticket, text="Sent.")
    assert ticket.assignee_id == zhou.user_id
    last = tickets.last_staff_message(session, ticket)
    assert last is not None
    assert last.text == "Sent."


def test_what_is_internal_stays_inside(
    session: Session, ticket: Ticket, customer: Actor, as_staff: ActorOf, system: Actor
) -> None:
    tickets.add_note(session, as_staff("zhou"), ticket, text="Third time!")
    tickets.answer_ticket(session, system, ticket, text="Reply was not delivered.", is_internal=True)
    assert len(tickets.thread(session, customer, ticket)) == 1
    assert len(tickets.thread(session, as_staff("zhou"), ticket)) == 3
    assert ticket.first_answered_at is None
    assert tickets.last_staff_message(session, ticket) is None
    with pytest.raises(PermissionRefused):
        tickets.add_note(session, customer, ticket, text="psst")


def test_a_customer_answers_and_takes_nothing(session: Session, ticket: Ticket, customer: Actor) -> None:
    with pytest.raises(PermissionRefused):
        tickets.answer_ticket(session, customer, ticket, text="I am staff")
    with pytest.raises(PermissionRefused):
        tickets.take_ticket(session, customer, ticket)


@pytest.mark.parametrize("finish", [tickets.solve_ticket, tickets.close_ticket])
def test_the_customers_next_word_reopens_and_starts_the_clock_anew(
    session: Session,
    ticket: Ticket,
    customer: Actor,
    as_staff: ActorOf,
    now: datetime,
    finish: Callable[[Session, Actor, Ticket], Ticket],
) -> None:
    finish(session, as_staff("zhou"), ticket)
    assert ticket.solved_at is not None
    assert tickets.find_open_ticket(session, customer, conversation_id=7) is None
    later = replace(customer, now=now + timedelta(days=2))
    tickets.add_customer_message(session, later, ticket, text="Still broken")
    assert describe_state(ticket) == (TicketStatus.OPEN, None, None)
    assert ticket.solve_due_at == later.now + timedelta(hours=72)
    assert tickets.find_open_ticket(session, customer, conversation_id=7) is ticket


def test_adding_to_an_open_ticket_is_in_the_trail_of_the_ticket(
    session: Session, ticket: Ticket, customer: Actor
) -> None:
    tickets.add_customer_message(session, replace(customer, message_id=5), ticket, text="It is blue")
    events = session.scalars(select(AuditEvent).where(AuditEvent.message_id == 5)).all()
    assert [(event.record_type, event.action) for event in events] == [
        ("ticket_message", "created"),
        ("ticket", "updated"),
    ]


def test_a_customer_closes_reopens_and_rates_his_ticket(
    session: Session, ticket: Ticket, customer: Actor, now: datetime
) -> None:
    tickets.close_ticket(session, customer, ticket)
    assert (ticket.status, ticket.closed_at) == (TicketStatus.CLOSED, now)
    tickets.set_csat(session, customer, ticket, score=5)
    assert ticket.csat == 5
    with pytest.raises(InvalidField):
        tickets.set_csat(session, customer, ticket, score=6)
    tickets.reopen_ticket(session, customer, ticket)
    assert ticket.status is TicketStatus.OPEN


def test_a_stranger_does_not_learn_of_a_ticket(session: Session, ticket: Ticket, now: datetime) -> None:
    stranger = customer_actor(None, "visitor", now, conversation_id=8)
    with pytest.raises(RecordNotFound):
        tickets.get_by_number(session, stranger, ticket.number)
    with pytest.raises(RecordNotFound):
        tickets.get_ticket(session, stranger, ticket.id)
    assert tickets.find_tickets_of(session, stranger, conversation_id=7) == []
    with pytest.raises(PermissionRefused):
        tickets.add_customer_message(session, stranger, ticket, text="hello")


@pytest.mark.parametrize(
    "typed", ["TK20260001", "tk20260001", "20260001", "#TK20260001", "TK 2026 0001", "0001", "#1", "1"]
)
def test_a_ticket_is_found_by_what_people_type(session: Session, ticket: Ticket, as_staff: ActorOf, typed: str) -> None:
    assert tickets.get_by_number(session, as_staff("zhou"), typed) is ticket


@pytest.mark.parametrize("typed", ["TK20260099", "99", "", "abc", "9" * 30, "²"])
def test_an_unknown_number_is_not_found(session: Session, ticket: Ticket, as_staff: ActorOf, typed: str) -> None:
    with pytest.raises(RecordNotFound):
        tickets.get_by_number(session, as_staff("zhou"), typed)


def test_a_rep_is_refused_a_ticket_that_is_not_his(session: Session, as_staff: ActorOf, system: Actor) -> None:
    ticket = tickets.open_ticket(session, system, subject="x", text="x")
    with pytest.raises(PermissionRefused):
        tickets.get_by_number(session, as_staff("li"), ticket.number)
    tickets.assign_ticket(session, as_staff("zhou"), ticket, user=get_user(session, "li"))
    assert tickets.get_by_number(session, as_staff("li"), ticket.number) is ticket


def test_lists_by_state(session: Session, as_staff: ActorOf, customer: Actor, now: datetime) -> None:
    zhou = as_staff("zhou")
    mine = tickets.open_ticket(session, customer, subject="mine", text="x")
    tickets.take_ticket(session, zhou, mine)
    urgent = tickets.open_ticket(session, customer, subject="urgent", text="x", kind="complaint")
    solved = tickets.open_ticket(session, customer, subject="solved", text="x")
    tickets.solve_ticket(session, zhou, solved)

    def listed(which: tickets.TicketFilter, at: datetime = now) -> list[Ticket]:
        return tickets.list_tickets(session, replace(zhou, now=at), which=which)

    assert listed("open") == [urgent, mine]
    assert listed("mine") == [mine]
    assert listed("unassigned") == [urgent]
    assert listed("solved") == [solved]
    assert len(listed("all")) == 3
    assert listed("overdue") == []
    two_hours_later = now + timedelta(hours=2)
    assert listed("overdue", two_hours_later) == [urgent]
    for ticket in (mine, urgent, solved):
        assert is_overdue(ticket, two_hours_later) == (ticket is urgent)
        assert is_overdue(ticket, now + timedelta(days=9)) == (ticket is not solved)


def test_open_tickets_of_a_customer_come_first(session: Session, customer: Actor, ann: Contact) -> None:
    first = tickets.open_ticket(session, customer, subject="first", text="x")
    second = tickets.open_ticket(session, customer, subject="second", text="x")
    tickets.close_ticket(session, customer, second)
    assert tickets.find_tickets_of(session, customer, contact_id=ann.id) == [first, second]
    assert tickets.find_tickets_of(session, customer) == []


def test_concurrent_customers_get_numbers_without_gap(any_database: Database, now: datetime) -> None:
    with any_database.transaction() as session:
        hire_everybody(session, now)

    def open_one(turn: int) -> str:
        with any_database.transaction() as session:
            return tickets.open_ticket(session, system_actor(now), subject=f"{turn}", text="x").number

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(open_one, range(24)))
    assert sorted(numbers) == [f"TK2026{value:04d}" for value in range(1, 25)]
