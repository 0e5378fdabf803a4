"""What speaks for and against each article as the answer to a question, as numbers.

Promise: the same numbers in training, calibration and search, each in about [-1, 1]. Never: a probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from knowledge_base.compact import CompactVectors
from knowledge_base.corpus import Mask, View
from knowledge_base.coverage import COVERAGE_SIGNALS
from knowledge_base.lexical import Queries, Terms, weigh
from knowledge_base.ragged import expand, find_best
from knowledge_base.segment import Segment
from knowledge_base.terms import grams_of, is_negated, plain_form, script_of, words_of
from knowledge_base.token_texts import weigh as weigh_tokens
from nlu.tokens import Tokens
from nlu.understanding import Vectors

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: One column of a signal table each, in this order.
SIGNALS = (
    "question_similarity",  # centred cosine with the nearest wording of the question
    "neighbours",  # mean centred cosine with the three nearest wordings, in both languages
    "inner_similarity",  # the same cosine as question_similarity, of the encoder's inner layer
    "crowd",  # how near the nearest wording is to those of other candidates: a crowd is easily mistaken
    "answer_similarity",  # centred cosine with the nearest passage of the answer, in any language; 0 without one
    "letters",  # cosine of character n-grams with that wording
    "asked",  # idf share of the query's words that stand in that wording
    "told",  # idf share of that wording's words that stand in the query
    "covered",  # idf share of the query's words that stand anywhere in the article, in any language
    "bm25",  # BM25 over the whole article, as share of the most possible, in any language
    "exact",  # the same question but for case and punctuation
    "codes_missing",  # share of the query's numbers and codes that the article lacks
    "negation",  # one denies, the other does not
    "other_language",  # the wording is in the other language, and the article has no version in the query's
    "similarity_across",  # question_similarity in that case, else 0
    "told_across",  # share of the query's words, translated, of an article without a version in the query's language
    *COVERAGE_SIGNALS,  # how its tokens tell the question's, see `knowledge_base.coverage`
)
COLUMN = {name: number for number, name in enumerate(SIGNALS)}
#: How much letters count beside meaning when the nearest wording of an article is chosen.
LETTERS_WEIGHT = 0.4
#: Candidates that each search contributes.
NEAR_QUESTIONS = 24
NEAR_PASSAGES = 16
LETTER_QUESTIONS = 16
WORD_BODIES = 16


@dataclass(frozen=True)
class Asked:
    """A text that somebody asked, cut into what is searched."""

    words: list[str]
    grams: list[str]
    plain: str
    is_chinese: bool
    is_negated: bool

    @classmethod
    def of(cls, text: str) -> Asked:
        """Cut a normalised text."""
        return cls(
            words=words_of(text),
            grams=grams_of(text),
            plain=plain_form(text),
            is_chinese=script_of(text) == "zh",
            is_negated=is_negated(text),
        )


@dataclass(frozen=True)
class Encoded:
    """What an encoder has made of several questions."""

    #: float32[n, dim], centred, rows of length 1
    vectors: Vectors
    #: the same of its inner layer; None from an encoder without
    inner: Vectors | None = None
    tokens: Sequence[Tokens] | None = None


@dataclass(frozen=True)
class Questions:
    """Several questions, made ready for every part of the knowledge base; searched together they cost half."""

    #: float32[n, dim], centred, rows of length 1
    vectors: Vectors
    #: the same of the encoder's inner layer, or `vectors` themselves
    inner: Vectors
    #: the tokens of each, and how much each of them weighs; none from an encoder without
    tokens: Sequence[Tokens]
    token_weights: Sequence[Floats]
    #: one for each segment: words among questions, letters among questions, words among whole articles
    words: Sequence[Queries]
    grams: Sequence[Queries]
    bodies: Sequence[Queries]
    #: of each its words, in order
    asked_words: Sequence[Sequence[str]]
    plain: Sequence[str]
    is_chinese: Flags
    is_negated: Flags
    #: how many different character n-grams each has
    n_grams: Numbers
    #: share of the words, weighed, that no article has
    unknown: Floats

    def __len__(self) -> int:
        return len(self.plain)

    @classmethod
    def of(cls, texts: Sequence[str], encoded: Encoded, segments: Sequence[Segment]) -> Questions:
        """Cut and weigh normalised texts."""
        stores = [segment.tokens for segment in segments]
        asked = [Asked.of(text) for text in texts]
        words, grams = Terms.of([one.words for one in asked]), Terms.of([one.grams for one in asked])
        bodies = weigh(words, [segment.bodies for segment in segments])
        return cls(
            vectors=encoded.vectors,
            inner=encoded.vectors if encoded.inner is None else encoded.inner,
            tokens=encoded.tokens or (),
            token_weights=[weigh_tokens(own, stores) for own in encoded.tokens or ()],
            words=weigh(words, [segment.question_words for segment in segments]),
            grams=weigh(grams, [segment.question_grams for segment in segments]),
            bodies=bodies,
            asked_words=[one.words for one in asked],
            plain=[one.plain for one in asked],
            is_chinese=np.array([one.is_chinese for one in asked], np.bool_),
            is_negated=np.array([one.is_negated for one in asked], np.bool_),
            n_grams=np.bincount(grams.owners, minlength=len(texts)),
            unknown=bodies[0].unknown if bodies else np.ones(len(texts), np.float32),
        )


def find_candidates(view: View, questions: Questions, part: int, mask: Mask) -> tuple[Numbers, Numbers]:
    """Return (question, row) of all rows of a view (its segment is number `part`) that any search finds."""
    segment = view.segment
    near, wordings, _ = segment.question_index.search(questions.vectors, NEAR_QUESTIONS, mask.near_questions)
    told, passages, _ = segment.passage_index.search(questions.vectors, NEAR_PASSAGES, mask.near_passages)
    spelled, letters = segment.question_grams.search(questions.grams[part], LETTER_QUESTIONS, mask.questions)
    worded, bodies = segment.bodies.search(questions.bodies[part], WORD_BODIES, mask.rows)
    same, exact = _find_exact(view, questions, mask)
    rows = (
        segment.question_rows[wordings], segment.passage_rows[passages], segment.question_rows[letters], bodies, exact,
    )  # fmt: skip
    return np.concatenate((near, told, spelled, worded, same)), np.concatenate(rows)


def _find_exact(view: View, questions: Questions, mask: Mask) -> tuple[Numbers, Numbers]:
    """Return (question, row) of the rows that have exactly the question's words."""
    pairs = [(number, row) for number, plain in enumerate(questions.plain) for row in view.exact.get(plain, ())]
    numbers, rows = np.array(pairs, np.int64).reshape(-1, 2).T
    seen = mask.rows[rows]
    return numbers[seen], rows[seen]


@dataclass(frozen=True)
class Measured:
    """The signals of pairs of a question and a row of a view, and how near each of the row's wordings is."""

    #: float32[n_pairs, len(SIGNALS)]
    table: Floats
    #: number in the segment of each pair's nearest wording
    nearest: Numbers
    #: of every wording of these rows: its similarity and its pair
    similarities: Floats
    owners: Numbers


def measure(  # noqa: PLR0917 - two flat lists of pairs and where they belong
    view: View, questions: Questions, part: int, asked: Numbers, rows: Numbers, has_own_language: Flags
) -> Measured:
    """Measure pairs (question `asked[i]`, row `rows[i]`), questions ascending.

    `knowledge_base.gathering` fills in what needs all rows of an article. `has_own_language` is bool[n_pairs]: the
    row's article has a version in the question's language.
    """
    segment = view.segment
    table = np.zeros((len(rows), len(SIGNALS)), np.float32)
    starts = segment.question_starts[rows]
    owners, wordings = expand(starts, segment.question_starts[rows + 1] - starts)
    similarities = _compare(segment.question_vectors, wordings, questions.vectors, asked[owners])
    if not len(rows):
        return Measured(table, wordings, similarities, owners)
    inner = _compare(segment.inner_vectors, wordings, questions.inner, asked[owners])
    letters = segment.question_grams.overlap(questions.grams[part], asked[owners], wordings).cosine()
    best = find_best(owners, similarities + LETTERS_WEIGHT * letters)
    nearest, similarity = wordings[best], similarities[best]
    words = segment.question_words.overlap(questions.words[part], asked, nearest)
    bodies = segment.bodies.overlap(questions.bodies[part], asked, rows)
    across = (segment.chinese[nearest] != questions.is_chinese[asked]) & ~has_own_language
    columns = {
        "question_similarity": similarity,
        "inner_similarity": inner[find_best(owners, inner)],
        "answer_similarity": _answer_similarity(segment, questions, asked, rows),
        "letters": letters[best],
        "asked": words.asked_share(),
        "told": words.told_share(),
        "covered": bodies.asked_share(),
        "bm25": bodies.bm25(),
        "exact": _are_exact(view, questions, asked, rows),
        "codes_missing": bodies.codes_missing(),
        "negation": segment.negated[nearest] != questions.is_negated[asked],
        "other_language": across,
        "similarity_across": across * similarity,
    }
    for name, column in columns.items():
        table[:, COLUMN[name]] = column
    return Measured(table, nearest, similarities, owners)


def _compare(stored: CompactVectors, numbers: Numbers, vectors: Vectors, asked: Numbers) -> Floats:
    """Return the cosine of each stored vector with the vector of its question; `asked` ascends."""
    bounds = np.searchsorted(asked, np.arange(len(vectors) + 1))
    parts = [numbers[first:last] for first, last in pairwise(bounds.tolist())]
    cosines = [stored.compare(part, vector) for part, vector in zip(parts, vectors, strict=True)]
    return np.concatenate([np.zeros(0, np.float32), *cosines])


def _answer_similarity(segment: Segment, questions: Questions, asked: Numbers, rows: Numbers) -> Floats:
    starts = segment.passage_starts[rows]
    owners, passages = expand(starts, segment.passage_starts[rows + 1] - starts)
    similarity = _compare(segment.passage_vectors, passages, questions.vectors, asked[owners])
    best = find_best(owners, similarity)
    nearest = np.zeros(len(rows), np.float32)
    nearest[owners[best]] = similarity[best]
    return nearest


def _are_exact(view: View, questions: Questions, asked: Numbers, rows: Numbers) -> Flags:
    same = np.zeros(len(rows), np.bool_)
    for number, plain in enumerate(questions.plain):
        if plain in view.exact:
            same |= (asked == number) & np.isin(rows, view.exact[plain])
    return same
