"""Labelled queries: `{"text", "id"}` a line, id null where the knowledge base has no answer.

Promise: a bad line is named, the others are read; the set that the bands were chosen on is kept. Never: a
commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge_base.errors import ArticleInvalid, FileUnreadable
from knowledge_base.fields import MAX_KEY_CHARS, MAX_QUESTION_CHARS, clean_line
from knowledge_base.importing.draft import RowError, text_of
from knowledge_base.importing.jsonl import read_objects
from knowledge_base.models import EvaluationQuery
from nlu.language import detect
from nlu.text import normalise


@dataclass(frozen=True)
class LabelledQuery:
    """What somebody may ask, and the key of the article that answers it; None: nothing does."""

    text: str
    article_key: str | None
    language: str


@dataclass
class QueryFile:
    """The queries of a file and the lines that are none."""

    queries: list[LabelledQuery] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def read_queries(path: Path) -> QueryFile:
    """Read a file of labelled queries.

    Raises:
        FileUnreadable: no text, or not one good line.
    """
    read = QueryFile()
    for line, value in read_objects(path):
        query = value if isinstance(value, RowError) else _query(line, value)
        if isinstance(query, RowError):
            read.errors.append(query)
        else:
            read.queries.append(query)
    if not read.queries:
        raise FileUnreadable(
            path,
            "has no query",
            'Write one a line: {"text": "…", "id": "article id or null"}.',
            problem_zh="没有任何问句",
            remedy_zh='请每行写一条：{"text": "…", "id": "知识编号或 null"}。',
        )
    return read


def keep_queries(session: Session, queries: Iterable[LabelledQuery]) -> None:
    """Make these the evaluation set, in place of the one before."""
    session.execute(delete(EvaluationQuery))
    session.add_all(
        [EvaluationQuery(text=query.text, language=query.language, article_key=query.article_key) for query in queries]
    )
    session.flush()


def load_queries(session: Session) -> Sequence[LabelledQuery]:
    """Return the evaluation set, in the order kept."""
    rows = session.scalars(select(EvaluationQuery).order_by(EvaluationQuery.id))
    return [LabelledQuery(row.text, row.article_key, row.language) for row in rows]


def _query(line: int, row: Mapping[str, object]) -> LabelledQuery | RowError:
    if "id" not in row:
        return RowError(line, "has no id; write null where nothing answers it", "缺少 id；没有答案时请写 null")
    try:
        text = clean_line("text", text_of("text", row.get("text", "")), MAX_QUESTION_CHARS * 4)
        key = None if row["id"] is None else clean_line("id", text_of("id", row["id"]), MAX_KEY_CHARS)
    except ArticleInvalid as error:
        return RowError(line, str(error), f"{error.field}：{error.remedy_zh}")
    if not text:
        return RowError(line, "text: is empty", "text：为空")
    return LabelledQuery(text, key or None, detect(normalise(text)))
