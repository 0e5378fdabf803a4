"""Understanding a batch of claimed messages: the slow, repeatable part of a turn, outside any transaction.

Promise: one encoder call for the whole batch; nothing is written but attachments, which are kept by content. Never: an
effect on a record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session

from bot import people
from bot.channel import Channel, InboundMessage, Inlet, MessageKind
from bot.dialogue import Prepared
from bot.inbox import Claim
from bot.models import Owner
from bot.settings import Settings
from bot.turn import Part
from crm_core.database import Database
from crm_core.models import User
from knowledge_base.bands import Bands, Decision, decide, load_bands
from knowledge_base.search import Searcher
from nlu.text import normalise
from nlu.understanding import OUT_OF_SCOPE, Language, ParseContext, Understanding

NO_ANSWER = Decision(kind="ticket", hits=())


#: where one question of a message ends and the next begins
_QUESTION_END = re.compile(
    r"(?<=[?!。;])\s*|,?\s*(?=另外|还有,|顺便问|(?<![a-z])(?:also|and also|another question)[,: ])", re.IGNORECASE
)
#: what joins a question to the one before it, and is no part of it
_LEAD = re.compile(
    r"^[ ,;]*(?:(?:and also|and|also|another question)\b|另外|还有|顺便问(?:一?下)?|以及|和)[ ,:]*", re.IGNORECASE
)
MIN_PART_CHARS = 4
MAX_PARTS = 4


def split_questions(text: str) -> tuple[str, ...]:
    """Split a normalised message into its questions; nothing when it holds only one."""
    parts = [_LEAD.sub("", part).strip(" ,;") for part in _QUESTION_END.split(text) if part]
    parts = [part for part in parts if len(part) >= MIN_PART_CHARS]
    return tuple(parts[:MAX_PARTS]) if len(parts) > 1 else ()


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

    @property
    def parts(self) -> tuple[str, ...]:
        """The questions of a message that holds several, else nothing."""
        return split_questions(self.text)

    @property
    def is_wordy(self) -> bool:
        """Whether there are words to understand."""
        return bool(self.text) and self.claim.message.kind is MessageKind.TEXT


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
        # The whole of each message first, then its parts: all in one encoder call.
        texts = [(text, note.context) for note in wordy for text in (note.text, *note.parts)]
        parsed = iter(self.parser.parse_many(texts) if texts else [])
        return [self._prepared(note, parsed, bands) if note.is_wordy else _wordless(note) for note in noted]

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
        return [
            self._note(
                claim,
                colleagues.get((claim.message.channel, claim.message.sender_id)),
                *threads.get((claim.message.channel, claim.message.conversation_key), (None, Owner.BOT)),
                now,
            )
            for claim in claims
        ]

    def _note(self, claim: Claim, user: User | None, spoken: str | None, owner: Owner, now: datetime) -> _Noted:
        message = claim.message
        text = normalise(message.text[: self.settings.max_text_chars])
        language = people.choose_language(text, spoken, message.language_hint, self.settings.language)
        zone = ZoneInfo(user.timezone) if user and user.timezone else self.settings.zone
        context = ParseContext(
            now=now, timezone=zone, role=user.role.value if user else "customer", language_hint=language
        )
        is_answered = user is not None or owner is Owner.BOT
        return _Noted(claim=claim, text=text, language=language, context=context, is_answered=is_answered)

    def _prepared(self, note: _Noted, parsed: Iterator[Understanding], bands: Bands) -> Prepared:
        whole = next(parsed)
        parts = tuple(Part(text=text, decision=self._decide(note, next(parsed), bands)) for text in note.parts)
        decision = self._decide(note, whole, bands)
        return Prepared(claim=note.claim, understanding=whole, decision=decision, language=note.language, parts=parts)

    def _decide(self, note: _Noted, understanding: Understanding, bands: Bands) -> Decision:
        audience = "customer" if note.context.role == "customer" else "staff"
        hits = self.searcher.find(understanding.text, understanding.vector, language=note.language, audience=audience)
        return decide(hits, bands)


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
    return Prepared(claim=note.claim, understanding=empty, decision=NO_ANSWER, language=note.language)
