"""Understanding a batch of claimed messages: the slow, repeatable part of a turn, outside any transaction.

Promise: one encoder call and one search for the whole batch; nothing is written but attachments, which are kept by
content. Never: an effect on a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session

from bot import choices, inbox, people
from bot.channel import Channel, InboundMessage, Inlet, MessageKind
from bot.dialogue import Prepared
from bot.inbox import Claim
from bot.models import Owner
from bot.settings import Settings
from bot.turn import FLOOD_WINDOW, Part, Situation
from crm_core.database import Database
from crm_core.models import User
from knowledge_base.bands import Bands, Decision, decide, join_choices, load_bands
from knowledge_base.feedback import find_recent_questions
from knowledge_base.search import Inquiry, Searcher
from nlu.follow_ups import complete_follow_up, may_be_follow_up
from nlu.language import detect
from nlu.questions import split_questions
from nlu.self_correction import settle
from nlu.text import normalise
from nlu.understanding import OUT_OF_SCOPE, Language, ParseContext, Understanding

NO_ANSWER = Decision(kind="ticket", hits=())


#: so long after a question the next one may go on with it
FOLLOW_UP_WINDOW = timedelta(minutes=30)


class Understands(Protocol):
    """What the reader needs of nlu.parser.Parser."""

    def parse_many(self, texts: Sequence[tuple[str, ParseContext]]) -> list[Understanding]:
        """Understand texts in one encoder call, in the order given."""


@dataclass(frozen=True, kw_only=True)
class _Noted:
    """A claim with what its parsing needs to know."""

    claim: Claim
    text: str
    language: Language
    context: ParseContext
    #: by us, not by a person who has the thread
    is_answered: bool
    situation: Situation
    #: the question made whole with the one before it, if it goes on with that one
    completed: str | None = None

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The questions of a message that holds several, else nothing."""
        return () if self.completed else split_questions(self.text)

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything of it that is to be understood: the whole, what it means as a follow-up, and its parts."""
        return (self.text, *((self.completed,) if self.completed else ()), *self.parts)

    @property
    def audience(self) -> str:
        """Whose articles the answer may show: in a group customers' alone, for they may read along."""
        is_open = self.context.role == "customer" or self.claim.message.is_group
        return "customer" if is_open else "staff"

    @property
    def is_wordy(self) -> bool:
        """Whether there are words to understand."""
        return bool(self.text) and self.claim.message.kind is MessageKind.TEXT


#: a text as understood, and what the knowledge base has for it
_Read = tuple[Understanding, Decision]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads batches; built once in each process."""

    database: Database
    settings: Settings
    parser: Understands
    searcher: Searcher
    channels: Mapping[str, Channel]
    inlet: Inlet

    def warm_up(self, *, now: datetime) -> None:
        """Load what is otherwise loaded by the first message: word lists, the index, the model's first run."""
        context = ParseContext(now=now, timezone=self.settings.zone)
        self.searcher.refresh(wait=True)
        for words in ("你们几点关门？", "When do you close?"):
            (understanding,) = self.parser.parse_many([(words, context)])
            self.searcher.find(understanding.text, understanding.vector, language=understanding.language)

    def prepare(self, claims: Sequence[Claim], *, now: datetime) -> list[Prepared]:
        """Fetch files, understand the words and look them up, for claims of different conversations."""
        fetched = [replace(claim, message=self._fetch(claim.message)) for claim in claims]
        with self.database.reading() as session:
            noted = self._note_all(session, fetched, now)
            bands = load_bands(session)
        wordy = [note for note in noted if note.is_wordy]
        if wordy:
            self._announce_typing(wordy)
            self.searcher.refresh()
        read = self._read(wordy, bands) if wordy else iter(())
        return [_prepared(note, read) if note.is_wordy else _wordless(note) for note in noted]

    def _fetch(self, message: InboundMessage) -> InboundMessage:
        channel = self.channels[message.channel]
        if not message.context.get("files") or message.attachments:
            return message
        channel.announce_typing(message.address)
        return channel.fetch(message, self.inlet)

    def _announce_typing(self, noted: Sequence[_Noted]) -> None:
        """Show those who will get an answer that it is on its way; a person who has the thread types himself."""
        for message in (note.claim.message for note in noted if note.is_answered):
            self.channels[message.channel].announce_typing(message.address)

    def _note_all(self, session: Session, claims: Sequence[Claim], now: datetime) -> list[_Noted]:
        messages = [claim.message for claim in claims]
        colleagues = people.find_colleagues(session, messages)
        threads = people.find_threads(session, messages)
        recent = inbox.count_recent(session, people.senders_of(messages), since=now - FLOOD_WINDOW)
        known = [thread.conversation_id for thread in threads.values() if thread.conversation_id is not None]
        offered = choices.find_last_offered(session, known)
        noted = []
        for claim in claims:
            sender = (claim.message.channel, claim.message.sender_id)
            thread = threads.get((claim.message.channel, claim.message.conversation_key), people.Thread())
            situation = Situation(
                recent_messages=recent.get(sender, 0), offered=offered.get(thread.conversation_id or 0, ())
            )
            noted.append(self._note(session, claim, colleagues.get(sender), thread, situation, now))
        return noted

    def _note(  # noqa: PLR0917 - what the batch's queries found for this one
        self,
        session: Session,
        claim: Claim,
        user: User | None,
        thread: people.Thread,
        situation: Situation,
        now: datetime,
    ) -> _Noted:
        message = claim.message
        text = normalise(message.text[: self.settings.max_text_chars])
        language = people.choose_language(text, thread.language, message.language_hint, self.settings.language)
        zone = ZoneInfo(user.timezone) if user and user.timezone else self.settings.zone
        context = ParseContext(
            now=now, timezone=zone, role=user.role.value if user else "customer", language_hint=language
        )
        return _Noted(
            claim=claim,
            text=text if user is None else settle(text, context),
            language=language,
            context=context,
            is_answered=user is not None or thread.owner is Owner.BOT,
            situation=situation,
            completed=_complete(session, text, language, thread, now),
        )

    def _read(self, noted: Sequence[_Noted], bands: Bands) -> Iterator[_Read]:
        """Understand and look up all texts of these notes, in order: one encoder call, one search."""
        pairs = [(note, text) for note in noted for text in note.texts]
        parsed = self.parser.parse_many([(text, note.context) for note, text in pairs])
        inquiries = [
            Inquiry(understood.text, understood.vector, note.language, note.audience)
            for understood, (note, _text) in zip(parsed, pairs, strict=True)
        ]
        decisions = (decide(hits, bands) for hits in self.searcher.find_many(inquiries))
        return zip(parsed, decisions, strict=True)


def _prepared(note: _Noted, read: Iterator[_Read]) -> Prepared:
    whole, decision = next(read)
    if note.completed:
        decision = join_choices(next(read)[1], decision)
    parts = tuple(Part(text=text, decision=next(read)[1]) for text in note.parts)
    return Prepared(
        claim=note.claim,
        understanding=whole,
        decision=decision,
        language=note.language,
        situation=note.situation,
        parts=parts,
    )


def _complete(session: Session, text: str, language: Language, thread: people.Thread, now: datetime) -> str | None:
    """Make a follow-up whole with what was asked before it; None when the text stands on its own."""
    if thread.conversation_id is None or not may_be_follow_up(text, language):
        return None
    previous = ""
    for asked in find_recent_questions(session, thread.conversation_id, since=now - FOLLOW_UP_WINDOW):
        question = normalise(asked)
        previous = complete_follow_up(question, previous, detect(question, language)) or question
    return complete_follow_up(text, previous, language)


def _wordless(note: _Noted) -> Prepared:
    empty = Understanding(
        text=note.text,
        language=note.language,
        intent=OUT_OF_SCOPE,
        probability=1.0,
        alternatives=(),
        entities=(),
        vector=np.zeros(1, dtype=np.float32),
    )
    return Prepared(
        claim=note.claim, understanding=empty, decision=NO_ANSWER, language=note.language, situation=note.situation
    )
