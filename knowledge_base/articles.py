"""The life of an article: written, reviewed, published, archived; every change kept as a version.

Promise: each change bumps the knowledge base's change counter in the caller's transaction, so that every process
follows. Never: a commit, a search.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Unpack

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from knowledge_base.errors import ArticleChanged, ArticleNotFound, StepNotAllowed
from knowledge_base.fields import ArticleFields, clean_fields, key_of, question_of, to_json
from knowledge_base.models import Article, ArticleStatus, ArticleVersion, Audience, KnowledgeState

#: The allowed steps: status -> what it may become.
STEPS: dict[ArticleStatus, frozenset[ArticleStatus]] = {
    ArticleStatus.DRAFT: frozenset({ArticleStatus.REVIEW, ArticleStatus.PUBLISHED, ArticleStatus.ARCHIVED}),
    ArticleStatus.REVIEW: frozenset({ArticleStatus.DRAFT, ArticleStatus.PUBLISHED, ArticleStatus.ARCHIVED}),
    ArticleStatus.PUBLISHED: frozenset({ArticleStatus.DRAFT, ArticleStatus.ARCHIVED}),
    ArticleStatus.ARCHIVED: frozenset({ArticleStatus.DRAFT, ArticleStatus.PUBLISHED}),
}
#: The columns that a version keeps.
KEPT_FIELDS = (
    "question", "answer", "similar", "category", "tags", "audience", "status", "valid_from", "valid_until", "owner",
)  # fmt: skip
STATE_ID = 1


def find_article(session: Session, key: str, language: str | None = None) -> Article | None:
    """Return the article of that key; without a language, the one written first."""
    query = select(Article).where(Article.key == key).order_by(Article.id).limit(1)
    return session.scalar(query if language is None else query.where(Article.language == language))


def get_article(session: Session, article_id: int) -> Article:
    """Return the article.

    Raises:
        ArticleNotFound: no article of that id.
    """
    article = session.get(Article, article_id)
    if article is None:
        raise ArticleNotFound(article_id)
    return article


def list_versions(session: Session, article_id: int) -> Sequence[ArticleVersion]:
    """Return every version of an article, newest first."""
    query = select(ArticleVersion).where(ArticleVersion.article_id == article_id)
    return session.scalars(query.order_by(ArticleVersion.version.desc())).all()


def add_article(
    session: Session,
    *,
    key: str | None,
    language: str,
    status: ArticleStatus,
    author: str | None,
    now: datetime,
    change: int | None = None,
    **fields: Unpack[ArticleFields],
) -> Article:
    """Write a new article. Without a question its first sentence is the heading; without a key, one is made.

    `change` is the counter of a transaction that writes many (`next_change`), which are then flushed together; None
    takes a new one and flushes.

    Raises:
        ArticleInvalid: a field breaks a rule.
    """
    cleaned = clean_fields(fields)
    question = cleaned.get("question") or question_of(cleaned["answer"])
    cleaned["question"] = question
    article = Article(
        key=key or key_of(question),
        language=language,
        status=status,
        version=1,
        change=next_change(session) if change is None else change,
        created_at=now,
        updated_at=now,
        **{"similar": [], "tags": [], "audience": Audience.CUSTOMER, **cleaned},
    )
    session.add(article)
    _keep_version(session, article, author, now)
    if change is None:
        session.flush()
    return article


def add_pair(
    session: Session,
    *,
    question: str,
    answer: str,
    language: str,
    audience: Audience,
    author: str | None,
    now: datetime,
    similar: Sequence[str] = (),
) -> Article:
    """Publish a question with its answer; a question that exists in that language gets the new answer.

    Raises:
        ArticleInvalid: a field breaks a rule.
    """
    existing = find_article(session, key_of(question), language)
    if existing is None:
        return add_article(
            session,
            key=None,
            language=language,
            status=ArticleStatus.PUBLISHED,
            author=author,
            now=now,
            question=question,
            answer=answer,
            similar=list(similar),
            audience=audience,
            owner=author,
        )
    wordings = [*existing.similar, *similar]
    update_article(session, existing, now=now, author=author, answer=answer, similar=wordings, audience=audience)
    if existing.status is not ArticleStatus.PUBLISHED:
        publish(session, existing, now=now, author=author)
    return existing


def update_article(
    session: Session,
    article: Article,
    *,
    now: datetime,
    author: str | None,
    expected_version: int | None = None,
    change: int | None = None,
    **fields: Unpack[ArticleFields],
) -> bool:
    """Change the given fields; return whether anything differed (else nothing is written, no version made).

    Raises:
        ArticleInvalid: a field breaks a rule.
        ArticleChanged: the article is not at `expected_version` any more.
    """
    if expected_version is not None and article.version != expected_version:
        raise ArticleChanged(article.key, expected_version, article.version)
    cleaned = clean_fields({"question": article.question, **fields})
    if not cleaned["question"]:
        cleaned["question"] = question_of(cleaned.get("answer", article.answer))
    changed: dict[str, Any] = {name: value for name, value in cleaned.items() if getattr(article, name) != value}
    if not changed:
        return False
    _write(session, article, changed, author=author, now=now, change=change)
    return True


def add_similar_question(
    session: Session, article: Article, question: str, *, now: datetime, author: str | None
) -> bool:
    """Add another wording of the question; return whether it was new."""
    return update_article(session, article, now=now, author=author, similar=[*article.similar, question])


def set_status(
    session: Session,
    article: Article,
    status: ArticleStatus,
    *,
    now: datetime,
    author: str | None,
    change: int | None = None,
) -> None:
    """Take the article one step on; nothing happens when it is there already.

    Raises:
        StepNotAllowed: `STEPS` does not have that step.
    """
    if status is article.status:
        return
    if status not in STEPS[article.status]:
        raise StepNotAllowed(article.key, article.status, status)
    _write(session, article, {"status": status}, author=author, now=now, change=change)


def publish(session: Session, article: Article, *, now: datetime, author: str | None) -> None:
    """Let the article be given as an answer; errors as `set_status`."""
    set_status(session, article, ArticleStatus.PUBLISHED, now=now, author=author)


def archive(session: Session, article: Article, *, now: datetime, author: str | None) -> None:
    """Take the article out of search, keeping it and its versions; errors as `set_status`."""
    set_status(session, article, ArticleStatus.ARCHIVED, now=now, author=author)


def next_change(session: Session) -> int:
    """Count one more change and hold the counter's lock until the transaction ends (see KnowledgeState)."""
    count = (
        update(KnowledgeState)
        .where(KnowledgeState.id == STATE_ID)
        .values(change=KnowledgeState.change + 1)
        .returning(KnowledgeState.change)
        .execution_options(synchronize_session=False)
    )
    number = session.scalar(count)
    if number is None:
        ensure_state(session)
        number = session.scalar(count)
    if number is None:  # pragma: no cover - the row was just written
        raise LookupError("The row of KnowledgeState is missing.")
    return number


def ensure_state(session: Session) -> None:
    """Write the first row of KnowledgeState unless another process has just done so."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(KnowledgeState).values(id=STATE_ID, change=0).on_conflict_do_nothing())


def _write(
    session: Session,
    article: Article,
    values: dict[str, Any],
    *,
    author: str | None,
    now: datetime,
    change: int | None,
) -> None:
    for name, value in values.items():
        setattr(article, name, value)
    article.version += 1
    article.updated_at = now
    article.change = next_change(session) if change is None else change
    _keep_version(session, article, author, now)
    if change is None:
        session.flush()


def _keep_version(session: Session, article: Article, author: str | None, now: datetime) -> None:
    kept = to_json({name: getattr(article, name) for name in KEPT_FIELDS})
    session.add(ArticleVersion(article=article, version=article.version, fields=kept, author=author, at=now))
