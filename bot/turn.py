"""One turn of a conversation: what a handler is given and what it gives back.

Promise: plain values and the contract of a handler. Never: a query, a channel, a choice of handler.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property, partial
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import open_deals, own_tasks
from bot.channel import Channel, InboundMessage, ServiceAction
from bot.choices import Offered
from bot.directory import Directory
from bot.models import Conversation
from bot.say import Draft
from bot.settings import Settings
from crm_core import deals
from crm_core.models import ChatIdentity, Contact, Opportunity, Task, User
from crm_core.permissions import Actor
from knowledge_base.bands import Decision
from knowledge_base.models import Article
from knowledge_base.search import Searcher
from nlu.understanding import FindDeals, FindNames, Language, ParseContext, Understanding

#: design.md section 9: what a turn came to
OutcomeKind = Literal["answered", "suggested", "ticket", "logged", "asked", "done", "refused", "smalltalk"]


@dataclass(frozen=True, kw_only=True)
class Services:
    """What every turn may use, built once in each process."""

    settings: Settings
    channels: Mapping[str, Channel]
    searcher: Searcher
    directory: Directory


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who speaks: a member of staff (`user`), a known customer (`contact`), or a visitor (neither)."""

    identity: ChatIdentity
    user: User | None
    contact: Contact | None

    @property
    def role(self) -> str:
        """The role's word; `customer` for everybody outside the company."""
        return "customer" if self.user is None else self.user.role.value


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """An open question of ours: which handler asked, what it knows so far, and when it asked."""

    intent: str
    data: Mapping[str, Any] = field(default_factory=dict)
    #: the question as it was put; None: the last reply of its turn
    question: Draft | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """One question of a message that holds several."""

    text: str
    decision: Decision


#: in which a sender's messages are counted
FLOOD_WINDOW = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What was there when the message was taken up."""

    #: the sender's messages within the window, this one among them
    recent_messages: int = 1
    #: what the conversation's last offering turn let choose
    offered: Sequence[Offered] = ()


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One message with everything that a handler may need to answer it."""

    session: Session
    services: Services
    now: datetime
    zone: ZoneInfo
    language: Language
    actor: Actor
    person: Person
    conversation: Conversation
    message: InboundMessage
    inbox_id: int
    understanding: Understanding
    #: what the knowledge base has for this text, judged by the bands
    decision: Decision
    situation: Situation
    #: the questions of a message that holds several; empty otherwise
    parts: tuple[Part, ...] = ()
    #: arguments of the pressed choice; empty otherwise
    arguments: Mapping[str, Any] = field(default_factory=dict)
    #: the open question that this message may answer
    dialogue: Dialogue | None = None

    @property
    def text(self) -> str:
        """The message's normalised words."""
        return self.understanding.text

    @property
    def context(self) -> ParseContext:
        """The context in which command grammars read this message."""
        return self.context_at(self.now)

    def context_at(self, now: datetime) -> ParseContext:
        """Return the context in which words said at another time are read; colleagues' with the customers' names."""
        is_staff = self.person.user is not None
        return ParseContext(
            now=now,
            timezone=self.zone,
            role=self.person.role,
            language_hint=self.language,
            find_names=self._find_names if is_staff else None,
            knows_task=self._knows_task if is_staff else None,
            knows_deal=self._knows_deal if is_staff else None,
            find_deals=self._find_deals if is_staff else None,
        )

    @cached_property
    def _find_names(self) -> FindNames:
        # The grammars ask again and again for the same few texts: each is looked for once in a turn.
        return cache(partial(self.services.directory.find_names, self.session))

    @cached_property
    def _own_tasks(self) -> list[Task]:
        return own_tasks.list_own(self.session, self.actor)

    @cached_property
    def _open_deals(self) -> list[Opportunity]:
        return deals.list_opportunities(self.session, self.actor, limit=1000)

    def _knows_deal(self, words: str) -> bool:
        found = [words[one.start : one.end] for one in self._find_names(words)]
        return open_deals.is_deal_name(words, [deal.name for deal in self._open_deals], found)

    @cached_property
    def _find_deals(self) -> FindDeals:
        return cache(lambda text: open_deals.find_in(text, self._open_deals, self._find_names(text)))

    def _knows_task(self, words: str) -> bool:
        return bool(own_tasks.most_alike(self._own_tasks, words))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a handler made of a turn."""

    kind: OutcomeKind
    replies: tuple[Draft, ...] = ()
    #: (key, probability) of the article that was given as the answer
    article: tuple[str, float] | None = None
    #: articles of the knowledge base that the turn wrote; other records are read back from the audit trail
    articles: tuple[Article, ...] = ()
    #: the question that is now open; None: this turn asks nothing
    dialogue: Dialogue | None = None
    #: further questions, asked one after another once that one is answered
    waiting: tuple[Dialogue, ...] = ()
    #: the customer did not get what he came for; misses in a row bring the offer of a person
    is_miss: bool = False
    #: what the platform is asked for once the replies are out: it lets a bot speak only before a person has the session
    service: ServiceAction | None = None


@dataclass(frozen=True, kw_only=True)
class Example:
    """One line of help: what a person may type, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Handler:
    """One thing that a person can ask for. `run` takes a first message, `resume` the answer to the handler's own
    question, `press` a choice that it offered."""

    intent: str
    #: roles that have it; "customer" for people outside the company
    roles: frozenset[str]
    run: Callable[[Turn], Outcome]
    resume: Callable[[Turn], Outcome] | None = None
    press: Callable[[Turn], Outcome] | None = None
    examples: tuple[Example, ...] = ()
    #: shows records, so it is not answered in a group
    is_private: bool = True
    #: the probability that the classifier must give when no grammar is certain
    min_probability: float = 0.5


CUSTOMER = frozenset({"customer"})
STAFF = frozenset({"rep", "supervisor", "manager", "support", "analyst", "admin"})
EVERYBODY = CUSTOMER | STAFF
SELLERS = frozenset({"rep", "supervisor", "manager", "admin"})
SUPPORTERS = frozenset({"support", "supervisor", "manager", "admin"})
#: who writes of customers at all; of which records the table of permissions says
RECORDERS = SELLERS | SUPPORTERS
MANAGERS = frozenset({"supervisor", "manager", "analyst", "admin"})
