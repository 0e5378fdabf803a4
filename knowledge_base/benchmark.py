"""How search grows with the knowledge base: time, memory and building, with made-up articles and no model.

Promise: the same articles on every machine; everything is written below the given folder. Never: an assertion about
time.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert

from crm_core.database import Base, Database
from knowledge_base.articles import ensure_state, find_article, next_change, update_article
from knowledge_base.models import Article, ArticleStatus, Audience
from knowledge_base.search import Searcher
from knowledge_base.terms import words_of
from nlu.features import FeatureEncoder
from nlu.token_projection import TextKind
from nlu.tokens import TokenEncoder, Tokens
from nlu.understanding import Encoder, Vectors

SIZES = (1_000, 10_000, 100_000)
SEARCHES = 300
#: Word frequencies fall with rank as in real language (Zipf), over this many made-up words of each language.
VOCABULARY = 20_000
QUESTION_WORDS, ANSWER_WORDS = 9, 40
ROWS_PER_INSERT = 5_000
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_SYLLABLES = [a + b for a in "bdfgklmnprst" for b in "aeiou"]


@dataclass(frozen=True)
class Growth:
    """Figures of one size."""

    articles: int
    #: from an empty folder to the first hit, made-up encoding included
    build_seconds: float
    #: the same in a new process that finds the index on disk
    restart_seconds: float
    #: from a committed change of one article until it is found
    change_seconds: float
    search_p50_ms: float
    search_p95_ms: float
    #: of the whole process, after searching
    memory_mib: float


class WordEncoder:
    """Texts as sums of fixed random vectors of their letters' pairs: instant, and near for texts that share them."""

    dim = 384
    name = "words-384"

    def __init__(self) -> None:
        self._table = np.random.default_rng(0).normal(size=(8192, self.dim)).astype(np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode texts: float32[n_texts, dim], rows of length 1."""
        return np.array([self._encode(text) for text in texts], np.float32).reshape(len(texts), self.dim)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode texts, the same as as queries."""
        return self.encode_queries(texts)

    def _encode(self, text: str) -> Vectors:
        words = text.split() if " " in text else list(text)
        slots = [zlib.crc32(word.encode("utf-8", "replace")) % len(self._table) for word in words or [""]]
        vector = self._table[slots].sum(axis=0)
        unit: Vectors = vector / np.linalg.norm(vector)
        return unit


class AskedEncoder(WordEncoder):
    """Made-up vectors and tokens for articles; once `is_asked`, those of a real encoder, for questions."""

    def __init__(self, real: Encoder) -> None:
        super().__init__()
        self.real = real
        self.is_asked = False
        self.token_dim = real.token_dim if isinstance(real, TokenEncoder) else 0
        self._codes = np.random.default_rng(1).integers(-30, 30, (8192, self.token_dim), np.int8)

    def encode_features(self, texts: Sequence[str]) -> Vectors:
        """Encode what people ask, or made-up articles with one inner layer."""
        if self.is_asked and isinstance(self.real, FeatureEncoder):
            return self.real.encode_features(texts)
        return np.tile(self.encode_queries(texts), 2)

    def encode_tokens(self, texts: Sequence[str], kind: TextKind) -> list[Tokens]:
        """Return the tokens of what people ask, or of made-up articles: one of each word."""
        if self.is_asked and isinstance(self.real, TokenEncoder):
            return self.real.encode_tokens(texts, kind)
        slots = [np.array([zlib.crc32(word.encode()) % 8192 for word in words_of(text)], np.int32) for text in texts]
        return [Tokens(own, self._codes[own]) for own in slots]


@contextmanager
def made_up_searcher(folder: Path, size: int, real: Encoder) -> Iterator[Searcher]:
    """Give a searcher over so many made-up articles, ready for questions encoded by a real encoder."""
    folder.mkdir(parents=True)
    database = Database(f"sqlite:///{folder / 'benchmark.db'}")
    Base.metadata.create_all(database.engine)
    _fill(database, size)
    encoder = AskedEncoder(real)
    searcher = Searcher(database, encoder, folder / "index", clock=lambda: _NOW)
    searcher.refresh(wait=True)
    encoder.is_asked = True
    try:
        yield searcher
    finally:
        database.dispose()


def measure_growth(folder: Path, sizes: Sequence[int] = SIZES) -> list[dict[str, Any]]:
    """Measure each size in a database and an index of its own below `folder`."""
    return [asdict(_measure(folder / str(size), size)) for size in sizes]


def _measure(folder: Path, size: int) -> Growth:
    folder.mkdir(parents=True)
    database = Database(f"sqlite:///{folder / 'benchmark.db'}")
    Base.metadata.create_all(database.engine)
    _fill(database, size)
    encoder = WordEncoder()
    start = time.perf_counter()
    searcher = Searcher(database, encoder, folder / "index")
    searcher.refresh(wait=True)
    built = time.perf_counter()
    searcher = Searcher(database, encoder, folder / "index")
    searcher.refresh(wait=True)
    restarted = time.perf_counter()
    changed = _change_one(database, searcher)
    times = sorted(_search(searcher, encoder))
    database.dispose()
    return Growth(
        articles=size,
        build_seconds=round(built - start, 2),
        restart_seconds=round(restarted - built, 2),
        change_seconds=round(changed, 3),
        search_p50_ms=round(times[len(times) // 2] * 1000, 3),
        search_p95_ms=round(times[int(len(times) * 0.95)] * 1000, 3),
        memory_mib=round(_memory_mib(), 1),
    )


def _fill(database: Database, size: int) -> None:
    rows = list(_articles(size))
    with database.transaction() as session:
        ensure_state(session)
        change = next_change(session)
        for start in range(0, size, ROWS_PER_INSERT):
            part = [{**row, "change": change} for row in rows[start : start + ROWS_PER_INSERT]]
            session.execute(insert(Article), part)


def _articles(size: int) -> Iterator[dict[str, Any]]:
    draw = np.random.default_rng(7)
    for number in range(size):
        language = ("en", "zh")[number % 2]
        yield {
            "key": f"article-{number}",
            "language": language,
            "question": _sentence(draw, language, QUESTION_WORDS),
            "answer": _sentence(draw, language, ANSWER_WORDS),
            "similar": [],
            "tags": [],
            "audience": Audience.CUSTOMER if number % 10 else Audience.INTERNAL,
            "status": ArticleStatus.PUBLISHED,
            "version": 1,
            "created_at": _NOW,
            "updated_at": _NOW,
        }


def _sentence(draw: np.random.Generator, language: str, words: int) -> str:
    # the inverse of a Zipf distribution's cumulative function
    ranks = (VOCABULARY ** draw.random(words)).astype(int)
    return "".join(map(_chinese, ranks)) if language == "zh" else " ".join(map(_english, ranks))


def _english(rank: int) -> str:
    n = len(_SYLLABLES)
    return _SYLLABLES[rank % n] + _SYLLABLES[rank // n % n] + _SYLLABLES[rank // n // n % n]


def _chinese(rank: int) -> str:
    return chr(0x4E00 + rank % 3500) + (chr(0x4E00 + rank // 3500 * 611 % 3500) if rank >= 3500 else "")


def _change_one(database: Database, searcher: Searcher) -> float:
    start = time.perf_counter()
    with database.transaction() as session:
        article = find_article(session, "article-1")
        if article is None:
            raise LookupError("The benchmark's first article is missing.")
        update_article(session, article, now=_NOW, author=None, answer="changed")
    searcher.refresh()
    return time.perf_counter() - start


def _search(searcher: Searcher, encoder: WordEncoder) -> Iterator[float]:
    """Yield the seconds of each search: the questions are as made up as the articles."""
    draw = np.random.default_rng(8)
    for number in range(SEARCHES + 20):
        language = ("en", "zh")[number % 2]
        text = _sentence(draw, language, QUESTION_WORDS)
        vector = encoder.encode_queries([text])[0]
        start = time.perf_counter()
        searcher.find(text, vector, language=language, now=_NOW)
        if number >= 20:  # the first ones load jieba and touch the pages
            yield time.perf_counter() - start


def _memory_mib() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss) / 2**20
