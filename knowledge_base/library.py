"""The searchable copy of the published articles: a large segment, the changes since, and the weights in force.

Promise: what `current` returns is whole and never changes; following a change of one article costs seconds at most with
100,000 articles. Never: a search, a write to the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.database import Database
from knowledge_base.corpus import View
from knowledge_base.errors import IndexUnreadable
from knowledge_base.models import Article, ArticleStatus, Calibration, KnowledgeState
from knowledge_base.probability import Weights, knows_these_inputs, shipped_weights
from knowledge_base.segment import Entry, Row, build_segment, passages_of, prepare
from knowledge_base.snapshot import load_segment, save_segment
from knowledge_base.vectors import VectorStore
from nlu.understanding import Encoder

#: Texts to encode above which a change is followed in the background: about 3 seconds of two cores.
SMALL_STEP_TEXTS = 100
SMALL_STEP_ARTICLES = 1000
#: Articles of the first part of a large change; each further part is twice as large.
FIRST_PART = 100
#: Changed articles are kept apart until they are more than this, and more than this share of all.
MAX_RECENT = 1000
MAX_RECENT_SHARE = 0.1
#: Fewer articles than this are indexed again faster than read from disk.
SNAPSHOT_ARTICLES = 500


class State(NamedTuple):
    """The database's counters: what a process must compare to know whether anything changed."""

    change: int
    calibration_id: int | None


@dataclass(frozen=True)
class Corpus:
    """All that a search needs, of one moment."""

    state: State
    views: tuple[View, ...]
    weights: Weights


def read_state(session: Session) -> State:
    """Return the counters of the knowledge base."""
    row = session.execute(select(KnowledgeState.change, KnowledgeState.calibration_id)).first()
    return State(*row) if row else State(0, None)


class Library:
    """Follows the database. One thread at a time may call `follow`; any may call `current`."""

    def __init__(self, database: Database, encoder: Encoder, folder: Path) -> None:
        self._database, self._encoder, self._folder = database, encoder, folder
        self._store: VectorStore | None = None
        self._rows: dict[int, Row] = {}
        self._base: View | None = None
        self._recent: dict[int, Entry] = {}
        self._replaced: set[int] = set()
        self._current: Corpus | None = None

    @property
    def store(self) -> VectorStore:
        """The vectors of this machine; opened at first use, which encodes the neutral texts once."""
        if self._store is None:
            self._store = VectorStore(self._encoder, self._folder)
        return self._store

    @property
    def is_loaded(self) -> bool:
        """Whether there is anything to search yet."""
        return self._current is not None

    def current(self) -> Corpus:
        """Return the present corpus; an empty one before the first `follow`."""
        return self._current or Corpus(State(-1, None), (), shipped_weights())

    def is_at(self, state: State) -> bool:
        """Whether the corpus shows that state of the database."""
        return self._current is not None and self._current.state == state

    def is_small_step(self) -> bool:
        """Whether following takes no longer than a person would wait for an answer."""
        with self._database.reading() as session:
            rows = list(_read_rows(session, self.current().state.change))
        texts = [text for row in rows if row.is_published for text in row.row.questions()]
        passages = [text for row in rows if row.is_published for text in passages_of(row.row)]
        return len(rows) <= SMALL_STEP_ARTICLES and self.store.count_missing(texts, passages) <= SMALL_STEP_TEXTS

    def follow(self) -> None:
        """Bring the corpus to the state of the database."""
        with self._database.reading() as session:
            state = read_state(session)
            known = self.current().state.change if self.is_loaded else -1
            # A counter that went back means that another database stands behind the URL: start afresh.
            changed = list(_read_rows(session, known if known <= state.change else -1))
            weights = _read_weights(session, state)
        if not self.is_loaded or known > state.change:
            self._load([read.row for read in changed if read.is_published])
        elif changed:
            self._take_in(changed)
        self._publish(state, weights)

    def _load(self, rows: Sequence[Row]) -> None:
        """Start from the segment on disk where it holds these texts, else build one."""
        self._rows = {row.id: row for row in rows}
        self._recent, self._replaced = {}, set()
        try:
            segment = load_segment(self._folder, self._encoder.name, self._encoder.dim)
        except IndexUnreadable:
            self._rebuild()
            return
        waiting: dict[bytes, list[Row]] = {}
        for row in rows:
            waiting.setdefault(row.digest(), []).append(row)
        attached = [waiting[digest].pop() if waiting.get(digest) else None for digest in segment.digests]
        missing = [row for group in waiting.values() for row in group]
        if _is_too_many(len(missing), len(rows)) or attached.count(None) > len(rows):
            self._rebuild()
            return
        self._base = View.of(segment, attached)
        self._recent = {entry.row.id: entry for entry in prepare(missing, self.store)}

    def _take_in(self, changed: Sequence[_Read]) -> None:
        """Replace changed articles; a large change becomes visible part by part."""
        published = [read.row for read in changed if read.is_published]
        self._drop({read.row.id for read in changed} - {row.id for row in published})
        self._rows |= {row.id: row for row in published}
        for part in _parts(published):
            entries = {entry.row.id: entry for entry in prepare(part, self.store)}
            self._replaced |= entries.keys()
            self._recent |= entries
            if len(part) < len(published):
                self._publish(self.current().state, self.current().weights)
        if _is_too_many(len(self._recent), len(self._rows)):
            self._rebuild()

    def _drop(self, gone: set[int]) -> None:
        self._replaced |= gone
        for article_id in gone:
            self._rows.pop(article_id, None)
            self._recent.pop(article_id, None)

    def _rebuild(self) -> None:
        rows = list(self._rows.values())
        segment = build_segment(prepare(rows, self.store), self._encoder.dim, self.store.token_dim)
        if len(rows) >= SNAPSHOT_ARTICLES:
            save_segment(segment, self._folder, self._encoder.name)
        self._base, self._recent, self._replaced = View.of(segment, rows), {}, set()

    def _publish(self, state: State, weights: Weights) -> None:
        views = []
        if self._base is not None and self._base.segment.n_rows:
            views.append(self._base.without(self._replaced))
        if self._recent:
            entries = list(self._recent.values())
            segment = build_segment(entries, self._encoder.dim, self.store.token_dim)
            views.append(View.of(segment, [entry.row for entry in entries]))
        self._current = Corpus(state, tuple(views), weights)


class _Read(NamedTuple):
    row: Row
    is_published: bool


def _is_too_many(recent: int, total: int) -> bool:
    return recent > max(MAX_RECENT, MAX_RECENT_SHARE * total)


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    start, size = 0, FIRST_PART
    while start < len(rows):
        yield rows[start : start + size]
        start, size = start + size, size * 2


def _read_rows(session: Session, after: int) -> Iterator[_Read]:
    """Yield the articles changed after that count; -1: every published one."""
    query = select(Article).order_by(Article.id).execution_options(yield_per=1000)
    wanted = Article.status == ArticleStatus.PUBLISHED if after < 0 else Article.change > after
    for article in session.scalars(query.where(wanted)):
        yield _Read(_row(article), article.status is ArticleStatus.PUBLISHED)


def _row(article: Article) -> Row:
    return Row(
        id=article.id,
        key=article.key,
        language=article.language,
        question=article.question,
        answer=article.answer,
        similar=tuple(article.similar),
        category=article.category,
        tags=tuple(article.tags),
        audience=article.audience,
        valid_from=article.valid_from,
        valid_until=article.valid_until,
    )


def _read_weights(session: Session, state: State) -> Weights:
    calibration = session.get(Calibration, state.calibration_id) if state.calibration_id else None
    if calibration is None or not knows_these_inputs(calibration.weights):
        return shipped_weights()
    return Weights.from_dict(calibration.weights)
