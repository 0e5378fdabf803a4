"""The tables of the knowledge base: articles and their versions, what was asked, and how sure search is.

Promise: one row for each language of an article; every change of an article is kept. Never: behaviour that needs a
session, a chat word.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm_core.database import Base
from crm_core.models.columns import Moment, OptionalMoment, PrimaryKey, words


class Audience(StrEnum):
    """Who may see an article: everybody who writes to us, or staff only."""

    CUSTOMER = "customer"
    INTERNAL = "internal"


def as_audience(asker: str) -> Audience:
    """Read "staff" and "internal" as those who see everything; whatever else it says sees what customers see."""
    return Audience.INTERNAL if asker in {Audience.INTERNAL, "staff"} else Audience.CUSTOMER


class ArticleStatus(StrEnum):
    """Where an article stands; only published ones are ever given as answers."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Outcome(StrEnum):
    """What became of an asked question."""

    ANSWERED = "answered"
    SUGGESTED = "suggested"
    TICKET = "ticket"


class Article(Base):
    """One language of an article (知识). Rows of one `key` are the same article in several languages."""

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("key", "language"),)
    id: Mapped[PrimaryKey]
    #: the "id" of import files; people and evaluation sets refer to it
    key: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    #: other wordings of the question, in the order given
    similar: Mapped[list[str]] = mapped_column(JSON, default=list)
    category: Mapped[str | None] = mapped_column(String(200), index=True)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    audience: Mapped[Audience] = mapped_column(words(Audience), default=Audience.CUSTOMER)
    status: Mapped[ArticleStatus] = mapped_column(words(ArticleStatus), default=ArticleStatus.DRAFT, index=True)
    #: given as an answer from this moment on
    valid_from: Mapped[OptionalMoment]
    #: no longer given as an answer from this moment on
    valid_until: Mapped[OptionalMoment]
    #: handle of the staff member who looks after it
    owner: Mapped[str | None] = mapped_column(String(200))
    #: 1 at first, one more at each change
    version: Mapped[int] = mapped_column(default=1)
    #: the knowledge base's change counter at the last change; processes ask for what is newer than they know
    change: Mapped[int] = mapped_column(BigInteger, index=True)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class ArticleVersion(Base):
    """An article as it stood after one change."""

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article_id", "version"),)
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    version: Mapped[int]
    #: every field of the article that people edit, under its column's name; times in ISO 8601
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: handle of who made the change
    author: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[Moment]
    article: Mapped[Article] = relationship(lazy="raise")


class KnowledgeState(Base):
    """The one row (id 1) that tells processes whether anything changed. A writer holds its lock until it commits.

    So a higher counter is never visible before a lower one, and 'newer than what I know' misses nothing.
    """

    __tablename__ = "knowledge_state"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: counts transactions that changed articles
    change: Mapped[int] = mapped_column(BigInteger, default=0)
    #: id of the calibration in force; None: the one that ships with the program
    calibration_id: Mapped[int | None]


class Calibration(Base):
    """Weights of the probability and the bands of the answer policy, as fitted on an evaluation set."""

    __tablename__ = "knowledge_calibration"
    id: Mapped[PrimaryKey]
    #: knowledge_base.probability.Weights.to_dict()
    weights: Mapped[dict[str, Any]] = mapped_column(JSON)
    answer_at: Mapped[float]
    suggest_at: Mapped[float]
    #: the promised share of right answers that the bands were chosen for
    promise: Mapped[float]
    #: what was measured while fitting, by cross-validation
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[Moment]


class EvaluationQuery(Base):
    """A labelled query of the evaluation set. `article_key` None: the right act is not to answer."""

    __tablename__ = "evaluation_query"
    id: Mapped[PrimaryKey]
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    article_key: Mapped[str | None] = mapped_column(String(200), index=True)


class QuestionEvent(Base):
    """A question that was asked, and what became of it."""

    __tablename__ = "question_event"
    id: Mapped[PrimaryKey]
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    #: the article given, or the best one suggested
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id", ondelete="SET NULL"), index=True)
    probability: Mapped[float | None]
    # Messages and conversations belong to the room `bot`; here they are numbers without a foreign key.
    message_id: Mapped[int | None] = mapped_column(index=True)
    conversation_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[Moment] = mapped_column(index=True)


class Vote(Base):
    """A thumb on an answer: one for each asked question; the last one counts."""

    __tablename__ = "answer_vote"
    id: Mapped[PrimaryKey]
    event_id: Mapped[int] = mapped_column(ForeignKey("question_event.id", ondelete="CASCADE"), unique=True)
    is_up: Mapped[bool]
    at: Mapped[Moment]
