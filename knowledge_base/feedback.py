"""What was asked, what became of it, and whether it helped.

Promise: every asked question is kept in the asker's words; a thumb can be changed, never doubled. Never: a commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from knowledge_base.errors import QuestionNotFound
from knowledge_base.models import Outcome, QuestionEvent, Vote

#: among them is the one that a follow-up goes on with
RECENT_QUESTIONS = 3
#: built once, and without the mapper: every answer needs it
_ASKED = insert(cast(Table, QuestionEvent.__table__)).returning(QuestionEvent.id)


@dataclass(frozen=True)
class AnswerShare:
    """What became of the questions of a period."""

    asked: int
    answered: int
    suggested: int
    ticketed: int

    @property
    def answered_share(self) -> float | None:
        """Share of the questions that were answered at once; None when nobody asked."""
        return self.answered / self.asked if self.asked else None


def record_question(
    session: Session,
    *,
    text: str,
    language: str,
    outcome: str,
    article_id: int | None,
    probability: float | None,
    message_id: int | None,
    conversation_id: int | None,
    at: datetime,
) -> int:
    """Keep a question and return its number, by which a thumb names it.

    `outcome` is answered, suggested or ticket; `article_id` the answer or the best suggestion.
    """
    asked = {
        "text": text,
        "language": language,
        "outcome": Outcome(outcome),
        "article_id": article_id,
        "probability": probability,
        "message_id": message_id,
        "conversation_id": conversation_id,
        "at": at,
    }
    return int(session.connection().execute(_ASKED, asked).scalar_one())


def find_recent_questions(session: Session, conversation_id: int, *, since: datetime) -> list[str]:
    """Return the last questions asked in a conversation after `since`, at most three, oldest first."""
    query = (
        select(QuestionEvent.text)
        .where(QuestionEvent.conversation_id == conversation_id, QuestionEvent.at > since)
        .order_by(QuestionEvent.id.desc())
        .limit(RECENT_QUESTIONS)
    )
    return list(session.scalars(query))[::-1]


def find_vote(session: Session, event_id: int) -> bool | None:
    """Return whether the thumb on the answer to a question is up; None where there is none."""
    return session.scalar(select(Vote.is_up).where(Vote.event_id == event_id))


def record_vote(session: Session, *, event_id: int, is_up: bool, now: datetime) -> Vote:
    """Keep a thumb on the answer to a question; a second one replaces the first.

    Raises:
        QuestionNotFound: no asked question of that id.
    """
    if session.get(QuestionEvent, event_id) is None:
        raise QuestionNotFound(event_id)
    vote = session.scalar(select(Vote).where(Vote.event_id == event_id))
    if vote is None:
        vote = Vote(event_id=event_id, is_up=is_up, at=now)
        session.add(vote)
    vote.is_up, vote.at = is_up, now
    session.flush()
    return vote


def answered_share(session: Session, start: datetime, end: datetime) -> AnswerShare:
    """Count the questions asked from `start` until before `end`, by what became of them."""
    query = select(QuestionEvent.outcome, func.count()).group_by(QuestionEvent.outcome)
    rows = session.execute(query.where(QuestionEvent.at >= start, QuestionEvent.at < end))
    counts = {outcome: int(count) for outcome, count in rows}
    return AnswerShare(
        asked=sum(counts.values()),
        answered=counts.get(Outcome.ANSWERED, 0),
        suggested=counts.get(Outcome.SUGGESTED, 0),
        ticketed=counts.get(Outcome.TICKET, 0),
    )
