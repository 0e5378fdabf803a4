"""What speaks for and against each article as the answer to a question, as numbers.

Promise: the same numbers in training, calibration and search, each in about [-1, 1]. Never: a probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge_base.corpus import Mask, View
from knowledge_base.lexical import Query, weigh
from knowledge_base.segment import Segment
from knowledge_base.terms import grams_of, is_negated, plain_form, script_of, words_of
from nlu.understanding import Vector

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
class Question:
    """A text that somebody asked, made ready for every part of the knowledge base."""

    text: str
    #: float32[dim], centred, length 1
    vector: Vector
    #: the same of the encoder's inner layer, or `vector` itself
    inner: Vector
    #: one for each segment: words among questions, letters among questions, words among whole articles
    words: Sequence[Query]
    grams: Sequence[Query]
    bodies: Sequence[Query]
    plain: str
    is_chinese: bool
    is_negated: bool
    #: how many different character n-grams it has
    n_grams: int

    @classmethod
    def of(cls, text: str, centred: Vector, segments: Sequence[Segment], inner: Vector | None = None) -> Question:
        """Cut and weigh a normalised text; `centred` is its vector, `inner` that of the encoder's inner layer."""
        words, grams = words_of(text), grams_of(text)
        return cls(
            text=text,
            vector=centred,
            inner=centred if inner is None else inner,
            words=weigh(words, [segment.question_words for segment in segments]),
            grams=weigh(grams, [segment.question_grams for segment in segments]),
            bodies=weigh(words, [segment.bodies for segment in segments]),
            plain=plain_form(text),
            is_chinese=script_of(text) == "zh",
            is_negated=is_negated(text),
            n_grams=len(set(grams)),
        )

    @property
    def unknown(self) -> float:
        """Share of the words, weighed, that no article has."""
        return self.bodies[0].unknown if self.bodies else 1.0


def find_candidates(view: View, question: Question, part: int, mask: Mask) -> Numbers:
    """Return the rows of a view (its segment is number `part` of the question's) that any search finds, ascending."""
    segment = view.segment
    near, _ = segment.question_index.search(question.vector, NEAR_QUESTIONS, mask.near_questions)
    passages, _ = segment.passage_index.search(question.vector, NEAR_PASSAGES, mask.near_passages)
    letters = segment.question_grams.search(question.grams[part], LETTER_QUESTIONS, mask.questions)
    bodies = segment.bodies.search(question.bodies[part], WORD_BODIES, mask.rows)
    exact = [row for row in view.exact.get(question.plain, ()) if mask.rows[row]]
    found = (
        segment.question_rows[near], segment.passage_rows[passages], segment.question_rows[letters], bodies, exact,
    )  # fmt: skip
    rows: Numbers = np.unique(np.concatenate(found).astype(np.int64))
    return rows


@dataclass(frozen=True)
class Measured:
    """The signals of some rows of a view, and how near each of their wordings is."""

    #: float32[n_rows, len(SIGNALS)]
    table: Floats
    #: number in the segment of each row's nearest wording
    nearest: Numbers
    #: of every wording of these rows: its similarity and its row's place
    similarities: Floats
    owners: Numbers


def measure(view: View, question: Question, part: int, rows: Numbers, has_own_language: Flags) -> Measured:
    """Measure these rows (ascending); `knowledge_base.gathering` fills in what needs all rows of an article.

    `has_own_language` is bool[n_rows]: the row's article has a version in the question's language.
    """
    segment = view.segment
    table = np.zeros((len(rows), len(SIGNALS)), np.float32)
    questions, owners = _expand(segment.question_starts, rows)
    similarities = segment.question_vectors[questions].astype(np.float32) @ question.vector
    if not len(rows):
        return Measured(table, questions, similarities, owners)
    inner = segment.inner_vectors[questions].astype(np.float32) @ question.inner
    letters = segment.question_grams.overlap(question.grams[part], questions).cosine()
    best = _best_of_each(owners, similarities + LETTERS_WEIGHT * letters)
    nearest, similarity = questions[best], similarities[best]
    words = segment.question_words.overlap(question.words[part], nearest)
    bodies = segment.bodies.overlap(question.bodies[part], rows)
    across = (segment.chinese[nearest] != question.is_chinese) & ~has_own_language
    columns = {
        "question_similarity": similarity,
        "inner_similarity": inner[_best_of_each(owners, inner)],
        "answer_similarity": _answer_similarity(segment, question, rows),
        "letters": letters[best],
        "asked": words.asked(),
        "told": words.told(),
        "covered": bodies.asked(),
        "bm25": bodies.bm25(),
        "exact": np.isin(rows, view.exact.get(question.plain, [])),
        "codes_missing": bodies.codes_missing(),
        "negation": segment.negated[nearest] != question.is_negated,
        "other_language": across,
        "similarity_across": across * similarity,
    }
    for name, column in columns.items():
        table[:, COLUMN[name]] = column
    return Measured(table, nearest, similarities, owners)


def _answer_similarity(segment: Segment, question: Question, rows: Numbers) -> Floats:
    passages, owners = _expand(segment.passage_starts, rows)
    nearest = np.zeros(len(rows), np.float32)
    if len(passages):
        similarity = segment.passage_vectors[passages].astype(np.float32) @ question.vector
        best = _best_of_each(owners, similarity)
        nearest[owners[best]] = similarity[best]
    return nearest


def _expand(starts: Numbers, rows: Numbers) -> tuple[Numbers, Numbers]:
    """Return (number of each text of these rows, place of its row in `rows`)."""
    sizes = starts[rows + 1] - starts[rows]
    owners = np.repeat(np.arange(len(rows)), sizes)
    offsets = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.repeat(starts[rows], sizes) + offsets, owners


def _best_of_each(owners: Numbers, values: Floats) -> Numbers:
    """Return the place of each owner's greatest value, by owner; owners ascend."""
    order = np.lexsort((values, owners))
    last = np.flatnonzero(np.append(np.diff(owners[order]) != 0, True))
    best: Numbers = order[last]
    return best
