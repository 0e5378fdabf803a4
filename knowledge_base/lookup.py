"""Finding one article by its key, as far as a person may see it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from knowledge_base.models import Article, ArticleStatus, Audience


def find_visible_article(
    session: Session, *, key: str, language: str, audience: Audience, now: datetime
) -> Article | None:
    """Return the published, valid article of that key in the language asked for, else in another.

    `audience` CUSTOMER sees what customers see; INTERNAL (staff) sees both.
    """
    statement = select(Article).where(
        Article.key == key,
        Article.status == ArticleStatus.PUBLISHED,
        or_(Article.valid_from.is_(None), Article.valid_from <= now),
        or_(Article.valid_until.is_(None), Article.valid_until > now),
    )
    if audience is Audience.CUSTOMER:
        statement = statement.where(Article.audience == Audience.CUSTOMER)
    found = session.scalars(statement.order_by(Article.id)).all()
    return next((article for article in found if article.language == language), found[0] if found else None)
