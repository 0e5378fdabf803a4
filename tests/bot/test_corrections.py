"""Colleagues' work and customers' choices become proposals; a person decides, and what is decided stays decided."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.corrections import Proposal, accept, find_proposals, proposed_intents, reject
from bot.models import ExampleStatus
from bot.teaching import list_taught
from crm_core import tickets
from crm_core.database import Database
from crm_core.errors import PermissionRefused
from crm_core.models import Role, Ticket, TicketKind, TicketPriority, User
from crm_core.permissions import Actor, staff_actor, system_actor
from crm_core.ticket_kinds import reclassify
from knowledge_base.articles import add_pair
from knowledge_base.models import Article, Audience

ANSWER = "Gold members return unworn shoes within sixty days, free of charge."


@pytest.fixture
def support(database: Database, now: datetime) -> Actor:
    with database.transaction() as session:
        user = User(handle="xiaoli", name="小李", role=Role.SUPPORT, created_at=now)
        session.add(user)
        session.flush()
        return staff_actor(user, now=now)


def article(session: Session, now: datetime) -> Article:
    return add_pair(
        session,
        question="How long may gold members return shoes?",
        answer=ANSWER,
        language="en",
        audience=Audience.CUSTOMER,
        author=None,
        now=now,
    )


def ticket(session: Session, now: datetime, text: str) -> Ticket:
    return tickets.open_ticket(session, system_actor(now), subject=text, text=text, language="en")


def test_a_ticket_answered_with_an_article_s_words_proposes_another_wording_of_its_question(
    database: Database, support: Actor, now: datetime
) -> None:
    with database.transaction() as session:
        known = article(session, now)
        asked = ticket(session, now, "can i bring sneakers back after a month with the gold card")
        tickets.answer_ticket(session, support, asked, text=f"Hello! {ANSWER}")
        (proposal,) = find_proposals(session, now)
        assert (proposal.reason, proposal.article_id, proposal.ticket) == ("answered", known.id, asked.number)
        assert accept(session, support, proposal) is known
        assert known.similar == ["can i bring sneakers back after a month with the gold card"]
        assert find_proposals(session, now) == []


def test_a_ticket_answered_with_new_words_proposes_a_new_article(
    database: Database, support: Actor, now: datetime
) -> None:
    with database.transaction() as session:
        article(session, now)
        asked = ticket(session, now, "店里能给手机充电吗")
        tickets.answer_ticket(session, support, asked, text="可以，每家门店收银台都有充电线。")
        (proposal,) = find_proposals(session, now)
        assert (proposal.article_id, proposal.answer) == (None, "可以，每家门店收银台都有充电线。")
        written = accept(session, support, proposal)
        assert written is not None
        assert (written.question, written.answer) == (proposal.text, proposal.answer)


def test_a_reclassified_ticket_proposes_its_words_as_an_example(
    database: Database, support: Actor, now: datetime
) -> None:
    with database.transaction() as session:
        moved = ticket(session, now, "third time my lamp came broken")
        reclassify(session, support, moved, kind=TicketKind.COMPLAINT)
        assert (moved.priority, moved.solve_due_at) == (TicketPriority.HIGH, moved.created_at + timedelta(hours=24))
        (proposal,) = find_proposals(session, now)
        assert (proposal.reason, proposal.label) == ("reclassified", "complaint")
        assert [(one.text, one.label) for one in proposed_intents([proposal])] == [(proposal.text, "complaint")]
        accept(session, support, proposal)
        assert [(one.text, one.label) for one in list_taught(session)] == [(proposal.text, "complaint")]
        assert find_proposals(session, now) == []


def test_what_was_rejected_is_not_proposed_again(database: Database, support: Actor, now: datetime) -> None:
    with database.transaction() as session:
        moved = ticket(session, now, "third time my lamp came broken")
        reclassify(session, support, moved, kind=TicketKind.COMPLAINT)
        reject(session, support, find_proposals(session, now)[0])
        assert find_proposals(session, now) == []
        assert list_taught(session) == []
        assert len(list_taught(session, ExampleStatus.DROPPED)) == 1


def test_words_with_a_number_or_an_address_are_somebody_s_and_never_proposed(
    database: Database, support: Actor, now: datetime
) -> None:
    with database.transaction() as session:
        for text in ("call me on 13812345678 please", "write to li@example.com about it", "x" * 300):
            moved = ticket(session, now, text)
            reclassify(session, support, moved, kind=TicketKind.COMPLAINT)
        assert find_proposals(session, now) == []


def test_only_who_curates_decides_and_only_staff_reclassify(database: Database, now: datetime) -> None:
    rep = staff_actor(User(id=2, handle="amy", name="Amy", role=Role.REP, created_at=now), now=now)
    proposal = Proposal(text="third time broken", language="en", reason="reclassified", label="complaint")
    with database.transaction() as session:
        with pytest.raises(PermissionRefused):
            accept(session, rep, proposal)
        with pytest.raises(PermissionRefused):
            reject(session, rep, proposal)
        with pytest.raises(PermissionRefused):
            reclassify(session, system_actor(now), ticket(session, now, "hello there"), kind=TicketKind.REQUEST)
