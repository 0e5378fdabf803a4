"""What colleagues' work says of what the bot should have known: proposals that a person accepts or rejects in chat.

Promise: proposals are read from what is kept anyway (tickets, their trail, votes, choices); one that was decided is not
made again; words with a number of five digits or an address, which are somebody's, are never proposed.
Never: anything learned without a person's word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import teaching
from bot.models import ExampleStatus, TaughtExample
from crm_core.models import AuditEvent, Ticket, TicketKind, TicketMessage, TicketMessageAuthor
from crm_core.permissions import Actor, require
from knowledge_base.articles import add_pair, add_similar_question, find_article, get_article
from knowledge_base.models import Article, ArticleStatus, Audience
from knowledge_base.teaching import propose_examples
from knowledge_base.terms import plain_form
from nlu.examples import Example
from nlu.language import detect
from nlu.text import normalise
from nlu.wording import WordingIndex, terms

#: How far back colleagues' work is looked at.
LOOK_BACK = timedelta(days=90)
#: Tickets that are looked at, the newest ones.
MAX_TICKETS = 200
AUDIENCE = "customer"
Reason = Literal["liked", "chosen", "answered", "reclassified"]
#: What the customer's words meant where a colleague gave the ticket this kind.
LABEL_OF_KIND = {TicketKind.COMPLAINT: "complaint", TicketKind.QUESTION: "question"}
#: An answer that holds this much of an article's wording was taken from it.
_SAME_ANSWER = 0.6
_MIN_CHARS, _MAX_CHARS = 4, 200
_PERSONAL = re.compile(r"\d{5,}|@|https?://")


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A customer's words with what they should lead to: an article, a new answer, or an intent; one of the three."""

    text: str
    language: str
    reason: Reason
    #: the article whose question these words are another wording of
    article_id: int | None = None
    #: a colleague's answer that no article has
    answer: str | None = None
    #: the intent that the words have
    label: str | None = None
    #: number of the ticket that it comes from
    ticket: str | None = None

    def to_dict(self) -> dict[str, str | int | None]:
        """Give the fields as plain data for JSON."""
        return dict(vars(self))


def find_proposals(session: Session, now: datetime) -> list[Proposal]:
    """Read what the last weeks' work proposes, each text once, colleagues' corrections first."""
    start = now - LOOK_BACK
    decided = {plain_form(text) for text in session.scalars(select(TaughtExample.text)).all()}
    articles = session.scalars(select(Article).where(Article.status == ArticleStatus.PUBLISHED)).all()
    for article in articles:
        decided.update(map(plain_form, (article.question, *article.similar)))
    found: dict[str, Proposal] = {}
    for proposal in (
        *_reclassified(session, start),
        *_answered(session, start, articles),
        *_voted(session, start, now, articles),
    ):
        form = plain_form(proposal.text)
        if form not in decided and _is_anybodys(proposal.text):
            found.setdefault(form, proposal)
    return list(found.values())


def accept(session: Session, actor: Actor, proposal: Proposal) -> Article | None:
    """Make a proposal part of what the bot knows; return the article that was written, if one was.

    Raises:
        PermissionRefused: the actor may not curate what the bot knows.
        ExampleRefused: the words cannot be an example.
    """
    require(actor, "create", "article")
    if proposal.label is not None:
        teaching.teach(session, actor, text=proposal.text, label=proposal.label, audience=AUDIENCE)
        return None
    if proposal.article_id is not None:
        article = get_article(session, proposal.article_id)
        add_similar_question(session, article, proposal.text, now=actor.now, author=actor.handle)
        return article
    return add_pair(
        session,
        question=proposal.text,
        answer=proposal.answer or "",
        language=proposal.language,
        audience=Audience.CUSTOMER,
        author=actor.handle,
        now=actor.now,
    )


def reject(session: Session, actor: Actor, proposal: Proposal) -> None:
    """Remember that these words teach nothing.

    Raises:
        PermissionRefused: the actor may not curate what the bot knows.
    """
    label = proposal.label or "question"
    teaching.teach(session, actor, text=proposal.text, label=label, audience=AUDIENCE, status=ExampleStatus.DROPPED)


def proposed_intents(proposals: Iterable[Proposal]) -> tuple[Example, ...]:
    """Give the examples of intents that proposals would teach: for the report of conflicts."""
    return tuple(Example(one.text, one.label, AUDIENCE) for one in proposals if one.label is not None)


def _is_anybodys(text: str) -> bool:
    return _MIN_CHARS <= len(text) <= _MAX_CHARS and _PERSONAL.search(text) is None


def _reclassified(session: Session, start: datetime) -> Iterator[Proposal]:
    """Yield the first words of the tickets whose kind a colleague changed, with what the new kind says of them."""
    changes = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.record_type == "ticket", AuditEvent.actor_id.is_not(None), AuditEvent.at >= start)
        .order_by(AuditEvent.id)
    )
    moved = {event.record_id for event in changes if "kind" in (event.before or {}) and event.undone_at is None}
    tickets = session.scalars(select(Ticket).where(Ticket.id.in_(moved)).order_by(Ticket.id.desc()).limit(MAX_TICKETS))
    kept = tickets.all()
    asked = _first_words(session, kept, TicketMessageAuthor.CUSTOMER)
    for ticket in kept:
        label = LABEL_OF_KIND.get(ticket.kind)
        if label is not None and ticket.id in asked:
            yield Proposal(
                text=normalise(asked[ticket.id]),
                language=ticket.language,
                reason="reclassified",
                label=label,
                ticket=ticket.number,
            )


def _answered(session: Session, start: datetime, articles: Sequence[Article]) -> Iterator[Proposal]:
    """Yield the questions that colleagues answered: another wording of an article's, or a pair of its own."""
    query = (
        select(Ticket)
        .where(Ticket.kind == TicketKind.QUESTION, Ticket.first_answered_at >= start)
        .order_by(Ticket.id.desc())
        .limit(MAX_TICKETS)
    )
    tickets = session.scalars(query).all()
    asked = _first_words(session, tickets, TicketMessageAuthor.CUSTOMER)
    answers = _first_words(session, tickets, TicketMessageAuthor.STAFF)
    if not answers:
        return
    index = WordingIndex([article.answer for article in articles])
    for ticket in tickets:
        if ticket.id not in asked or ticket.id not in answers:
            continue
        said, answer = normalise(asked[ticket.id]), answers[ticket.id]
        article = _find_article(index, articles, answer)
        yield Proposal(
            text=said,
            language=detect(said),
            reason="answered",
            article_id=article.id if article else None,
            answer=None if article else answer,
            ticket=ticket.number,
        )


def _find_article(index: WordingIndex, articles: Sequence[Article], answer: str) -> Article | None:
    """Find the article that an answer was taken from: most of the article's wording is in it."""
    if not articles:
        return None
    best = articles[int(index.similarities(answer).argmax())]
    wording = terms(best.answer)
    return best if len(wording & terms(answer)) >= _SAME_ANSWER * max(1, len(wording)) else None


def _voted(session: Session, start: datetime, now: datetime, articles: Sequence[Article]) -> Iterator[Proposal]:
    """Yield what customers' thumbs and choices speak for."""
    by_key: Mapping[tuple[str, str], Article] = {(each.key, each.language): each for each in articles}
    for example in propose_examples(session, start, now):
        if example.article_key is None or example.reason == "disliked":
            continue
        key = example.article_key
        article = by_key.get((key, example.language)) or find_article(session, key)
        if article is not None:
            yield Proposal(text=example.text, language=example.language, reason=example.reason, article_id=article.id)


def _first_words(session: Session, tickets: Sequence[Ticket], author: TicketMessageAuthor) -> dict[int, str]:
    """Return what somebody said first in each ticket, by the ticket's id."""
    query = (
        select(TicketMessage.ticket_id, TicketMessage.text)
        .where(
            TicketMessage.ticket_id.in_([ticket.id for ticket in tickets]),
            TicketMessage.author == author,
            TicketMessage.is_internal.is_(False),
        )
        .order_by(TicketMessage.id.desc())
    )
    return {row.ticket_id: row.text for row in session.execute(query)}
