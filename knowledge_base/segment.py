"""A part of the knowledge base as searched: its questions, passages and words, each with its index.

Promise: immutable, so that searching threads share it; rows are numbered from 0 in the order given. Never: a database,
who may see what (`knowledge_base.corpus` holds that).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from knowledge_base.compact import CompactVectors
from knowledge_base.index import VectorIndex
from knowledge_base.lexical import TermCounter, TermIndex
from knowledge_base.models import Audience
from knowledge_base.passages import split_answer
from knowledge_base.terms import grams_of, is_negated, plain_form, script_of, words_of
from knowledge_base.token_texts import TokenCollector, TokenStore
from knowledge_base.vectors import Halves, VectorStore
from nlu.text import normalise
from nlu.tokens import Tokens

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: Characters of an answer whose words are searched; about 10 pages.
MAX_BODY_CHARS = 20_000
#: Articles whose texts go to the encoder together.
PREPARED_TOGETHER = 16
#: enough that no two texts share them
DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Row:
    """One language of a published article, as search needs it."""

    id: int
    key: str
    language: str
    question: str
    answer: str
    similar: tuple[str, ...]
    category: str | None
    tags: tuple[str, ...]
    audience: Audience
    valid_from: datetime | None
    valid_until: datetime | None

    def questions(self) -> list[str]:
        """Return the question and its other wordings, normalised."""
        return [normalise(text) for text in (self.question, *self.similar)]

    def digest(self) -> bytes:
        """Return 16 bytes that stand for every text that is searched."""
        texts = "\0".join((*self.questions(), "", self.category or "", *self.tags, "", self.answer))
        return hashlib.sha256(texts.encode("utf-8", "replace")).digest()[:DIGEST_BYTES]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row cut into what is searched."""

    row: Row
    question_words: list[list[str]]
    question_grams: list[list[str]]
    body_words: list[str]
    #: bool[n_questions]: it denies something
    negated: list[bool]
    #: bool[n_questions]: it is written in Chinese
    chinese: list[bool]
    #: float16[n_questions, dim] and float16[n_passages, dim], centred, rows of length 1
    question_vectors: Halves
    passage_vectors: Halves
    #: float16[n_questions, dim]: the questions as the encoder's inner layer has them
    inner_vectors: Halves
    question_tokens: Sequence[Tokens]
    passage_tokens: Sequence[Tokens]


#: a row's: of questions, passages, questions as the inner layer has them
_RowVectors = tuple[Halves, Halves, Halves]
#: of questions, passages
_RowTokens = tuple[Sequence[Tokens], Sequence[Tokens]]


@dataclass(frozen=True)
class Segment:
    """Some articles, ready to be searched. Of each row: texts numbered `starts[row]` to `starts[row + 1]`."""

    dim: int
    #: 16 bytes of each row, see `Row.digest`
    digests: list[bytes]
    question_starts: Ints
    passage_starts: Ints
    question_vectors: CompactVectors
    passage_vectors: CompactVectors
    inner_vectors: CompactVectors
    tokens: TokenStore
    question_index: VectorIndex
    passage_index: VectorIndex
    question_words: TermIndex
    question_grams: TermIndex
    bodies: TermIndex
    negated: Flags
    chinese: Flags
    #: the row of each question and of each passage
    question_rows: Ints = field(init=False)
    passage_rows: Ints = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "question_rows", _owners(self.question_starts))
        object.__setattr__(self, "passage_rows", _owners(self.passage_starts))

    @property
    def n_rows(self) -> int:
        """How many articles it holds, those that are no longer valid included."""
        return len(self.digests)


def prepare(rows: Sequence[Row], store: VectorStore) -> Iterator[Entry]:
    """Yield the entry of each row, in order; texts without a vector are encoded, a few rows at a time."""
    for start in range(0, len(rows), PREPARED_TOGETHER):
        chunk = rows[start : start + PREPARED_TOGETHER]
        questions = [row.questions() for row in chunk]
        passages = [passages_of(row) for row in chunk]
        asked = [text for texts in questions for text in texts]
        question_vectors = store.questions(asked)
        inner_vectors = store.inner_questions(asked, question_vectors)
        told = [text for texts in passages for text in texts]
        passage_vectors = store.passages(told)
        tokens = store.text_tokens(asked, "query"), store.text_tokens(told, "passage")
        q = p = 0
        for row, own_questions, own_passages in zip(chunk, questions, passages, strict=True):
            next_q, next_p = q + len(own_questions), p + len(own_passages)
            vectors = question_vectors[q:next_q], passage_vectors[p:next_p], inner_vectors[q:next_q]
            yield _entry(row, own_questions, vectors, (tokens[0][q:next_q], tokens[1][p:next_p]))
            q, p = next_q, next_p


def passages_of(row: Row) -> list[str]:
    """Return the passages of a row's answer that are searched by meaning, normalised."""
    return [normalise(passage) for passage in split_answer(row.answer)]


def build_segment(entries: Iterable[Entry], dim: int, token_dim: int = 0) -> Segment:
    """Index entries; slow when they are many."""
    digests, negated, chinese = list[bytes](), list[bool](), list[bool]()
    question_vectors, passage_vectors, inner_vectors = list[Halves](), list[Halves](), list[Halves]()
    question_starts, passage_starts = [0], [0]
    words, grams, bodies = TermCounter(), TermCounter(), TermCounter()
    tokens = TokenCollector(token_dim)
    for entry in entries:
        digests.append(entry.row.digest())
        negated.extend(entry.negated)
        chinese.extend(entry.chinese)
        question_vectors.append(entry.question_vectors)
        passage_vectors.append(entry.passage_vectors)
        inner_vectors.append(entry.inner_vectors)
        question_starts.append(len(negated))
        passage_starts.append(passage_starts[-1] + len(entry.passage_vectors))
        bodies.add(entry.body_words)
        tokens.add(entry.question_tokens, entry.passage_tokens)
        for own_words, own_grams in zip(entry.question_words, entry.question_grams, strict=True):
            words.add(own_words)
            grams.add(own_grams)
    empty = np.empty((0, dim), np.float16)
    questions = np.concatenate([empty, *question_vectors])
    passages = np.concatenate([empty, *passage_vectors])
    return Segment(
        dim=dim,
        digests=digests,
        question_starts=np.array(question_starts),
        passage_starts=np.array(passage_starts),
        question_vectors=CompactVectors.of(questions),
        passage_vectors=CompactVectors.of(passages),
        inner_vectors=CompactVectors.of(np.concatenate([empty, *inner_vectors])),
        tokens=tokens.finish(),
        question_index=VectorIndex.build(questions),
        passage_index=VectorIndex.build(passages),
        question_words=words.finish(),
        question_grams=grams.finish(),
        bodies=bodies.finish(),
        negated=np.array(negated, bool),
        chinese=np.array(chinese, bool),
    )


def exact_forms(row: Row) -> set[str]:
    """Return the plain forms under which a question is exactly this article's."""
    return {form for text in row.questions() if (form := plain_form(text))}


def _entry(row: Row, questions: list[str], vectors: _RowVectors, tokens: _RowTokens) -> Entry:
    texts = (*questions, row.category or "", *row.tags, row.answer[:MAX_BODY_CHARS])
    body = [word for text in texts for word in words_of(text)]
    return Entry(
        row=row,
        question_words=[words_of(text) for text in questions],
        question_grams=[grams_of(text) for text in questions],
        body_words=body,
        negated=[is_negated(text) for text in questions],
        chinese=[script_of(text) == "zh" for text in questions],
        question_vectors=vectors[0],
        passage_vectors=vectors[1],
        inner_vectors=vectors[2],
        question_tokens=tokens[0],
        passage_tokens=tokens[1],
    )


def _owners(starts: Ints) -> Ints:
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))
