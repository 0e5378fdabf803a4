"""Articles -> plain objects that `knowledge_base.importing` reads back unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge_base.models import Article


def export_articles(session: Session) -> Iterator[dict[str, Any]]:
    """Yield every article, archived ones too, in the order of keys and languages, as one JSON line each."""
    for article in session.scalars(select(Article).order_by(Article.key, Article.language)):
        yield _row(article)


def _row(article: Article) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": article.key,
        "question": article.question,
        "answer": article.answer,
        "similar": article.similar,
        "category": article.category,
        "tags": article.tags,
        "language": article.language,
        "audience": article.audience.value,
        "status": article.status.value,
    }
    optional = {
        "valid_from": _iso(article.valid_from),
        "valid_until": _iso(article.valid_until),
        "owner": article.owner,
    }
    return row | {name: value for name, value in optional.items() if value}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
