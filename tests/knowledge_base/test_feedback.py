"""What was asked, and whether it helped."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core.database import Database
from knowledge_base.errors import QuestionNotFound
from knowledge_base.feedback import AnswerShare, answered_share, record_question, record_vote
from knowledge_base.models import Vote


def ask(session: Session, outcome: str, at: datetime) -> int:
    return record_question(
        session,
        text="怎么退货",
        language="zh",
        outcome=outcome,
        article_id=None,
        probability=0.5,
        message_id=1,
        conversation_id=2,
        at=at,
    )


def test_the_share_counts_the_period_and_not_its_end(any_database: Database, now: datetime) -> None:
    with any_database.transaction() as session:
        for outcome in ("answered", "answered", "suggested", "ticket"):
            ask(session, outcome, now)
        ask(session, "answered", now + timedelta(hours=1))
        share = answered_share(session, now, now + timedelta(hours=1))
    assert share == AnswerShare(asked=4, answered=2, suggested=1, ticketed=1)
    assert share.answered_share == 0.5


def test_nobody_asked(database: Database, now: datetime) -> None:
    with database.reading() as session:
        assert answered_share(session, now, now).answered_share is None


def test_a_second_thumb_replaces_the_first(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        asked = ask(session, "answered", now)
        record_vote(session, event_id=asked, is_up=True, now=now)
        vote = record_vote(session, event_id=asked, is_up=False, now=now + timedelta(minutes=1))
        assert (vote.is_up, vote.at) == (False, now + timedelta(minutes=1))
        assert session.scalar(select(func.count()).select_from(Vote)) == 1


def test_a_thumb_on_nothing_is_refused(database: Database, now: datetime) -> None:
    with database.transaction() as session, pytest.raises(QuestionNotFound):
        record_vote(session, event_id=9, is_up=True, now=now)
