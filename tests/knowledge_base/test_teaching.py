"""What people did with answers becomes proposed examples."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from crm_core.database import Database
from knowledge_base.articles import add_article
from knowledge_base.feedback import record_question, record_vote
from knowledge_base.models import ArticleStatus
from knowledge_base.teaching import ProposedExample, propose_examples

LONG = timedelta(days=1)


@pytest.fixture
def article_id(database: Database, now: datetime) -> int:
    with database.transaction() as session:
        article = add_article(
            session, key="pay", language="en", status=ArticleStatus.PUBLISHED, author=None, now=now,
            question="How can I pay?", answer="By card.",
        )  # fmt: skip
        return article.id


def ask(
    session: Session, text: str, outcome: str, article_id: int | None, at: datetime, probability: float | None = 0.5
) -> int:
    return record_question(
        session, text=text, language="en", outcome=outcome, article_id=article_id, probability=probability,
        message_id=None, conversation_id=7, at=at,
    )  # fmt: skip


def test_a_thumb_up_speaks_for_the_article_and_a_thumb_down_against_it(
    database: Database, article_id: int, now: datetime
) -> None:
    with database.transaction() as session:
        for text, is_up in (("do you take cards", True), ("where is my parcel", False), ("how can i PAY", True)):
            record_vote(session, event_id=ask(session, text, "answered", article_id, now), is_up=is_up, now=now)
        ask(session, "nobody voted", "answered", article_id, now)
        proposed = propose_examples(session, now, now + LONG)
    assert proposed == [
        ProposedExample("where is my parcel", None, "en", "disliked"),
        ProposedExample("do you take cards", "pay", "en", "liked"),
    ]


@pytest.mark.parametrize(("minutes", "is_taken"), [(1, True), (31, False)])
def test_a_choice_speaks_for_the_article_that_was_chosen(
    database: Database, article_id: int, now: datetime, minutes: int, is_taken: bool
) -> None:
    with database.transaction() as session:
        ask(session, "plastic ok?", "suggested", None, now)
        ask(session, "How can I pay?", "answered", article_id, now + timedelta(minutes=minutes), None)
        proposed = propose_examples(session, now, now + LONG)
    assert proposed == ([ProposedExample("plastic ok?", "pay", "en", "chosen")] if is_taken else [])


def test_what_was_asked_in_between_ends_the_choice(database: Database, article_id: int, now: datetime) -> None:
    with database.transaction() as session:
        ask(session, "plastic ok?", "suggested", None, now)
        ask(session, "something else", "ticket", None, now)
        ask(session, "How can I pay?", "answered", article_id, now, None)
        assert propose_examples(session, now, now + LONG) == []
        assert propose_examples(session, now + LONG, now + 2 * LONG) == []
