"""What people did with answers -> labelled queries that a curator may take into the evaluation set.

Promise: pure reading; an article's own words are proposed for nothing; of several votes on one text the newest counts.
Never: an example taken without a person's word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from knowledge_base.models import Article, Outcome, QuestionEvent, Vote
from knowledge_base.terms import plain_form

#: A choice made later than this answers something else.
CHOICE_WITHIN = timedelta(minutes=30)
Reason = Literal["liked", "chosen", "disliked"]


@dataclass(frozen=True)
class ProposedExample:
    """A query and the article that a person's act speaks for; None: the answer that was given did not help."""

    text: str
    article_key: str | None
    language: str
    reason: Reason

    def to_dict(self) -> dict[str, str | None]:
        """Return the line of a query file, with the reason beside it."""
        return {"text": self.text, "id": self.article_key, "reason": self.reason}


def propose_examples(session: Session, start: datetime, end: datetime) -> list[ProposedExample]:
    """Return what the questions from `start` until before `end` teach, newest first, each text once.

    A thumb up and a did-you-mean choice speak for an article. A thumb down says only that the answer given was none:
    the curator names the right one, or leaves null for "nothing answers it".
    """
    rows = session.execute(
        select(QuestionEvent, Article.key, Article.question, Vote.is_up)
        .outerjoin(Article, Article.id == QuestionEvent.article_id)
        .outerjoin(Vote, Vote.event_id == QuestionEvent.id)
        .where(QuestionEvent.at >= start, QuestionEvent.at < end)
        .order_by(QuestionEvent.at, QuestionEvent.id)
    ).all()
    newest: dict[str, ProposedExample] = {}
    for example in (*_voted(rows), *_chosen(rows)):
        newest[plain_form(example.text)] = example
    return list(newest.values())[::-1]


_Asked = Row[QuestionEvent, str, str, bool]


def _voted(rows: Iterable[_Asked]) -> Iterator[ProposedExample]:
    for event, key, question, is_up in rows:
        if is_up is None or key is None or plain_form(event.text) == plain_form(question):
            continue
        if is_up:
            yield ProposedExample(event.text, key, event.language, "liked")
        else:
            yield ProposedExample(event.text, None, event.language, "disliked")


def _chosen(rows: Iterable[_Asked]) -> Iterator[ProposedExample]:
    """Yield suggestions with what was taken of them: the next event of the conversation, an article without search."""
    waiting: dict[int, QuestionEvent] = {}
    for event, key, _question, _is_up in rows:
        if event.conversation_id is None:
            continue
        asked = waiting.pop(event.conversation_id, None)
        if event.outcome is Outcome.SUGGESTED:
            waiting[event.conversation_id] = event
        elif asked and key and event.probability is None and event.at - asked.at <= CHOICE_WITHIN:
            yield ProposedExample(asked.text, key, asked.language, "chosen")
