"""Question -> the articles that answer it, best first, each with one calibrated probability.

Promise: only published articles that are valid now and that the asker may see; a change in the database is followed by
every process at its next `refresh`; searching threads never wait for a rebuild. Never: a decision what to reply
(`knowledge_base.bands`), a write to the database.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from crm_core.database import Database
from knowledge_base.corpus import View
from knowledge_base.gathering import Found, gather
from knowledge_base.library import Corpus, Library, read_state
from knowledge_base.models import Audience, as_audience
from knowledge_base.probability import Judgement, Weights
from knowledge_base.segment import Row
from knowledge_base.signals import SIGNALS, Encoded, Questions
from nlu.text import normalise
from nlu.understanding import Encoder, Vector, Vectors

DEFAULT_LIMIT = 5
RELATED_LIMIT = 3
#: Nearest questions among which follow-ups are chosen, and the least likeness of one in another category.
RELATED_CANDIDATES = 24
RELATED_SIMILARITY = 0.35


@dataclass(frozen=True)
class Inquiry:
    """A text to be answered from the knowledge base; see `Searcher.find`."""

    text: str
    #: the encoder's of the text as a query, float32[dim]
    vector: Vector
    language: str
    audience: str = Audience.CUSTOMER


@dataclass(frozen=True)
class Hit:
    """An article that may answer a question, in the asker's language where there is one."""

    article_id: int
    key: str
    question: str
    answer: str
    language: str
    #: that it answers the question; for related articles the likeness instead
    probability: float
    audience: Audience
    category: str | None
    #: what spoke for and against it, by name (`knowledge_base.signals.SIGNALS`)
    signals: dict[str, float] = field(default_factory=dict, compare=False)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Searcher:
    """The knowledge base of one process, built once; safe from several threads.

    `folder` keeps vectors and the index between runs; processes of one machine share it.
    """

    def __init__(
        self, database: Database, encoder: Encoder, folder: Path, *, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        self._database = database
        self._encoder = encoder
        self._clock = clock
        self._library = Library(database, encoder, folder)
        self._lock = threading.Lock()
        self._background: threading.Thread | None = None
        self._seen: Corpus | None = None

    @property
    def encoder(self) -> Encoder:
        """The encoder whose vectors `find` takes."""
        return self._encoder

    @property
    def weights(self) -> Weights:
        """The weights in force."""
        return self._library.current().weights

    def refresh(self, *, wait: bool = False) -> bool:
        """Follow the knowledge base; return whether what `find` sees has changed. One tiny query when nothing has.

        A large change (an import) is taken in by a background thread, part by part, while searches go on with what
        is there; with `wait` everything is in on return. The very first call always waits.
        """
        with self._database.reading() as session:
            state = read_state(session)
        if not self._library.is_at(state):
            self._follow(wait=wait)
        corpus = self._library.current()
        has_changed, self._seen = corpus is not self._seen, corpus
        return has_changed

    def find(
        self,
        text: str,
        vector: Vector,
        *,
        language: str,
        audience: str = Audience.CUSTOMER,
        limit: int = DEFAULT_LIMIT,
        now: datetime | None = None,
    ) -> list[Hit]:
        """Return the articles that may answer a question, best first, each once.

        `vector` is the encoder's of the text as a query, float32[dim]; `language` is the asker's, in which articles
        are returned where they have it; `audience` is "customer", or "internal" or "staff", who see both kinds;
        `now` decides validity (default: the searcher's clock).
        """
        return self.find_many([Inquiry(text, vector, language, audience)], limit=limit, now=now)[0]

    def find_many(
        self, inquiries: Sequence[Inquiry], *, limit: int = DEFAULT_LIMIT, now: datetime | None = None
    ) -> list[list[Hit]]:
        """Return what `find` would for each; together they cost a third."""
        now = now or self._clock()
        found: dict[int, list[Hit]] = {}
        for audience in dict.fromkeys(as_audience(inquiry.audience) for inquiry in inquiries):
            numbers = [n for n, inquiry in enumerate(inquiries) if as_audience(inquiry.audience) is audience]
            own = [inquiries[number] for number in numbers]
            texts, vectors = [inquiry.text for inquiry in own], np.stack([inquiry.vector for inquiry in own])
            gathered = self.find_candidates(texts, vectors, audience=audience, now=now)
            judged = self.weights.judge_all([one.candidates for one in gathered])
            for number, one, judgements in zip(numbers, gathered, judged, strict=True):
                language = inquiries[number].language
                found[number] = [self._hit(one, each, language, audience, now) for each in judgements[:limit]]
        return [found[number] for number in range(len(inquiries))]

    def find_candidates(self, texts: Sequence[str], vectors: Vectors, *, audience: str, now: datetime) -> list[Found]:
        """Return what `find` judges: every article that any of the searches brings, with its signals.

        `vectors` is float32[n_texts, dim], the encoder's of the texts as queries.
        """
        corpus = self._corpus()
        texts = [normalise(text) for text in texts]
        store = self._library.store
        segments = [view.segment for view in corpus]
        encoded = Encoded(store.centre_queries(vectors, texts), store.inner_queries(texts), store.query_tokens(texts))
        questions = Questions.of(texts, encoded, segments)
        masks = [view.mask(as_audience(audience), now) for view in corpus]
        return gather(corpus, masks, questions)

    def _hit(self, found: Found, judgement: Judgement, language: str, audience: str, now: datetime) -> Hit:
        shown = self._in_language(found.rows[judgement.number], language, audience, now)
        signals = dict(zip(SIGNALS, found.candidates.table[judgement.number].tolist(), strict=True))
        return _hit(shown, judgement.probability, signals)

    def is_internal(self, key: str | None) -> bool:
        """Whether an article of that key is there, for staff only."""
        rows = [(view, row) for view in self._corpus() for row in view.by_key.get(key or "", ()) if view.alive[row]]
        return bool(rows) and all(view.internal[row] for view, row in rows)

    def related(
        self,
        article_id: int,
        *,
        language: str,
        audience: str = Audience.CUSTOMER,
        limit: int = RELATED_LIMIT,
        now: datetime | None = None,
    ) -> list[Hit]:
        """Return what somebody who read this article may ask next: near questions, those of its category first."""
        now = now or self._clock()
        source = next((view for view in self._corpus() if article_id in view.by_id), None)
        if source is None:
            return []
        number = source.by_id[article_id]
        vector = source.segment.question_vectors.read(source.segment.question_starts[[number]])
        own = source.find_row(number)
        hits: dict[str, Hit] = {}
        for similarity, row in self._near_questions(vector, audience, now):
            shown = self._in_language(row, language, audience, now)
            fits = similarity >= RELATED_SIMILARITY or row.category == own.category is not None
            if row.key != own.key and shown.language == language and fits and row.key not in hits:
                hits[row.key] = _hit(shown, similarity, {})
        categories = {own.category, self._in_language(own, language, audience, now).category} - {None}
        return sorted(hits.values(), key=lambda hit: hit.category not in categories)[:limit]

    def _near_questions(self, vector: Vectors, audience: str, now: datetime) -> list[tuple[float, Row]]:
        """Return (similarity, article) of the nearest questions, nearest first."""
        near = []
        for view in self._corpus():
            mask = view.mask(as_audience(audience), now)
            _, numbers, similarities = view.segment.question_index.search(
                vector, RELATED_CANDIDATES, mask.near_questions
            )
            for number, similarity in zip(numbers, similarities, strict=True):
                near.append((float(similarity), view.find_row(int(view.segment.question_rows[number]))))
        return sorted(near, key=lambda pair: -pair[0])

    def _corpus(self) -> tuple[View, ...]:
        if not self._library.is_loaded:
            self.refresh(wait=True)
        return self._library.current().views

    def _in_language(self, row: Row, language: str, audience: str, now: datetime) -> Row:
        """Return the article's row in that language if the asker may see one, else the row itself."""
        if row.language == language:
            return row
        siblings = (
            sibling
            for view in self._corpus()
            for sibling in _rows_of(view, row.key, audience, now)
            if sibling.language == language
        )
        return next(siblings, row)

    def _follow(self, *, wait: bool) -> None:
        # One thread follows; the others search what is there, unless there is nothing yet.
        must_wait = wait or not self._library.is_loaded
        if not self._lock.acquire(blocking=must_wait):
            return
        try:
            if self._background is not None and (must_wait or not self._background.is_alive()):
                self._background.join()
                self._background = None
            if self._background is not None:
                return
            if must_wait or self._library.is_small_step():
                self._library.follow()
                return
            # A daemon: a process that is told to stop does not wait for an import to be encoded. Should the
            # thread fail, its error is reported by threading.excepthook and the next refresh starts again.
            self._background = threading.Thread(target=self._library.follow, name="knowledge-index", daemon=True)
            self._background.start()
        finally:
            self._lock.release()


def _rows_of(view: View, key: str, audience: str, now: datetime) -> Iterator[Row]:
    mask = view.mask(as_audience(audience), now)
    return (view.find_row(number) for number in view.by_key.get(key, ()) if mask.rows[number])


def _hit(row: Row, probability: float, signals: dict[str, float]) -> Hit:
    return Hit(
        article_id=row.id,
        key=row.key,
        question=row.question,
        answer=row.answer,
        language=row.language,
        probability=probability,
        audience=row.audience,
        category=row.category,
        signals=signals,
    )
