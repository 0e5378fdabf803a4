"""The values that `nlu` gives back: language, intent scores, entities, and the whole understanding of a text.

Promise: plain frozen data, equal for equal input. Never: a model, a file, a database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Language = Literal["zh", "en"]
Vectors = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float32]
#: Tense of a time expression: what happened lies in the past, what is due in the future.
Tense = Literal["past", "future"]

OUT_OF_SCOPE = "out_of_scope"


class Encoder(Protocol):
    """Sentences to unit vectors."""

    @property
    def name(self) -> str:
        """Model and backend in words; part of every index manifest."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode what people ask: float32[n_texts, dim], rows of length 1."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what is looked up, such as articles' questions: float32[n_texts, dim], rows of length 1."""


@dataclass(frozen=True)
class Entity:
    """Something named in the text. `value` is one of the value classes below, a str or a Decimal-bearing Money."""

    #: time, duration, money, phone, email, url, interaction_kind, stage, ticket_number, name
    kind: str
    #: the words as they stand in the normalised text
    text: str
    #: offsets into the normalised text, end exclusive
    start: int
    end: int
    value: object


@dataclass(frozen=True)
class Moment:
    """A resolved time expression: an instant, or a span when `end` is given (end exclusive)."""

    #: aware, in the zone of the parse context
    start: datetime
    end: datetime | None = None
    #: a clock time was said; else `start` is the day's beginning
    has_time: bool = False
    #: minute, hour, day, week, month, quarter or year: the unit that was named
    grain: str = "day"


@dataclass(frozen=True)
class IntentScore:
    """An intent and the calibrated probability that it is the right one."""

    intent: str
    probability: float


@dataclass(frozen=True)
class KnownName:
    """A known customer's name that stands in a text."""

    #: offsets into the text, end exclusive
    start: int
    end: int
    #: a contact, and not the name of an account
    is_person: bool
    #: the accounts of that name, or those for which people of that name work
    accounts: frozenset[int]
    #: one of our own people, who is no customer
    is_colleague: bool = False


@dataclass(frozen=True)
class KnownDeal:
    """An open deal that a text names, by its own name or by its customer and a part of it: northwind那个TMS."""

    #: offsets into the text, end exclusive; the word for a deal after it belongs to it
    start: int
    end: int
    #: its own name
    name: str


#: tells whether words name a record of a kind: one of the speaker's own open tasks, or a deal
KnowsTask = Callable[[str], bool]
KnowsDeal = Callable[[str], bool]
FindNames = Callable[[str], tuple[KnownName, ...]]
FindDeals = Callable[[str], tuple[KnownDeal, ...]]


@dataclass(frozen=True, kw_only=True)
class ParseContext:
    """What the reader of a text needs to know about who says it and when."""

    #: aware; relative dates are counted from it
    now: datetime
    timezone: ZoneInfo
    #: customer, rep, supervisor, support, manager, analyst or admin
    role: str = "customer"
    #: language of the conversation so far; decides texts without letters, such as "👍" or "2"
    language_hint: Language | None = None
    #: finds the customers' names that stand in a text, in order, none overlapping; None where nobody is known
    find_names: FindNames | None = field(default=None, compare=False, repr=False)
    #: tells whether words name one of the speaker's own open tasks; None where nobody is known
    knows_task: KnowsTask | None = field(default=None, compare=False, repr=False)
    #: tells whether words name an open deal; None where nobody is known
    knows_deal: KnowsDeal | None = field(default=None, compare=False, repr=False)
    #: finds the open deals within the speaker's reach that a text names, in order; None where nobody is known
    find_deals: FindDeals | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Understanding:
    """What a text means."""

    #: as normalised by nlu.text.normalise: offsets of entities refer to it
    text: str
    language: Language
    intent: str
    #: calibrated: of the texts given 0.9, nine in ten are right
    probability: float
    #: the best intents, best first, the chosen one included
    alternatives: tuple[IntentScore, ...]
    entities: tuple[Entity, ...]
    #: float32[dim] of the text as a query, length 1
    vector: Vector
