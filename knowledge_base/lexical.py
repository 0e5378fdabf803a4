"""Which texts share words with a question: an inverted index with BM25, and idf-weighted overlaps of candidates.

Promise: an index is immutable (threads read it freely); a search touches a bounded number of postings however large the
knowledge base, the rarest terms first. Never: a vector.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge_base.ragged import expand, find_sizes, find_starts
from knowledge_base.terms import is_code

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: BM25's usual constants (Robertson and Zaragoza, 2009)
K1 = 1.2
B = 0.75
#: Postings that one search reads; 20 terms of 200 texts each. Time grows with it, not with the knowledge base.
MAX_POSTINGS = 4000
#: Sums of scores, a number for each question and text, that are in memory together: 4 MB.
MAX_TOTALS = 500_000


@dataclass(frozen=True)
class Terms:
    """The different terms of several questions, one question's after the other's."""

    #: number of the question, ascending
    owners: Ints
    names: Sequence[str]
    #: how often the question has the term
    counts: Floats
    n_questions: int

    @classmethod
    def of(cls, questions: Sequence[Sequence[str]]) -> Terms:
        """Count the terms of each question."""
        counted = [Counter(terms) for terms in questions]
        owners = np.repeat(np.arange(len(counted), dtype=np.int32), [len(own) for own in counted])
        names = [name for own in counted for name in own]
        counts = np.fromiter((n for own in counted for n in own.values()), np.float32, len(names))
        return cls(owners, names, counts, len(counted))

    def total(self, values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Sum values of the terms for each question."""
        totals = np.bincount(self.owners, weights=values, minlength=self.n_questions)
        return totals.astype(np.float64, copy=False)


@dataclass(frozen=True)
class Queries:
    """The terms of several questions as one index knows them, weighed over the whole knowledge base.

    The first four are of the terms that the index has, the others of each question.
    """

    #: the question of each term, ascending
    owners: Ints
    #: its number in the index
    numbers: Ints
    #: idf; terms that nobody wrote weigh most
    weights: Floats
    #: idf times how often the question has the term
    tf_idf: Floats
    #: sum of the idf of all terms of the question
    mass: Floats
    #: length of the question's tf-idf vector
    norm: Floats
    #: how many of the question's terms are codes or numbers
    codes: Floats
    #: share of the mass in terms that no index has
    unknown: Floats

    @property
    def n_questions(self) -> int:
        """How many questions it holds."""
        return len(self.mass)


class TermCounter:
    """Counts the terms of text after text, compactly, for a `TermIndex`."""

    def __init__(self) -> None:
        self._term_ids: dict[str, int] = {}
        self._starts, self._ids, self._counts = array("q", [0]), array("i"), array("f")

    def add(self, text: Iterable[str]) -> None:
        """Count the terms of the next text."""
        counted = Counter(text)
        self._ids.extend(self._term_ids.setdefault(term, len(self._term_ids)) for term in counted)
        self._counts.extend(counted.values())
        self._starts.append(len(self._ids))

    def finish(self) -> TermIndex:
        """Return the index of the texts added so far."""
        return TermIndex(
            list(self._term_ids),
            np.array(self._starts, np.int64),
            np.array(self._ids, np.int32),
            np.array(self._counts, np.float32),
        )


class TermIndex:
    """Terms of n texts, both ways round: text -> terms and term -> texts. Rows of arrays are texts."""

    def __init__(self, terms: Sequence[str], starts: npt.NDArray[np.int64], ids: Ints, counts: Floats) -> None:
        self.terms = terms
        self.starts, self.ids, self.counts = starts, ids, counts
        self._term_ids = {term: number for number, term in enumerate(terms)}
        self.n_texts = len(starts) - 1
        self._lengths = np.add.reduceat(np.append(counts, 0), starts[:-1]) if self.n_texts else counts[:0]
        self._lengths[starts[:-1] == starts[1:]] = 0  # reduceat gives an empty row its neighbour's value
        mean_length = float(self._lengths.mean()) if self.n_texts else 1.0
        self._saturation = np.asarray(K1 * (1 - B + B * self._lengths / max(mean_length, 1e-6)), np.float32)
        self._invert()
        self._weigh()

    @classmethod
    def build(cls, texts: Iterable[Iterable[str]]) -> TermIndex:
        """Count the terms of each text."""
        counter = TermCounter()
        for text in texts:
            counter.add(text)
        return counter.finish()

    def find_numbers(self, terms: Iterable[str]) -> Ints:
        """Return the number of each term, -1 for those that no text has."""
        find = self._term_ids.get
        return np.array([find(term, -1) for term in terms], np.int32)

    def frequencies(self, numbers: Ints) -> Ints:
        """Return how many texts have each of these terms."""
        known = np.maximum(numbers, 0)
        if not len(self.terms):
            return np.zeros(len(numbers), np.int32)
        return np.where(numbers >= 0, self._frequencies[known], 0)

    def search(self, queries: Queries, limit: int, allowed: Flags | None = None) -> tuple[Numbers, Numbers]:
        """Return (question, text) of the texts with each question's highest BM25, best first.

        At most MAX_POSTINGS postings are read for a question. `allowed` is bool[n_texts]: others are passed over
        while searching, so they displace nothing.
        """
        found = [np.zeros(0, np.int64)]
        owners, texts, scores = self._read_postings(queries)
        together = max(1, MAX_TOTALS // max(1, self.n_texts))
        for first in range(0, queries.n_questions, together):
            part = slice(*np.searchsorted(owners, (first, first + together)))
            n = min(together, queries.n_questions - first)
            cells = (owners[part] - first) * self.n_texts + texts[part]
            totals = np.bincount(cells, weights=scores[part], minlength=n * self.n_texts).astype(np.float64, copy=False)
            totals = totals.reshape(n, self.n_texts) if allowed is None else totals.reshape(n, self.n_texts) * allowed
            found += [_find_greatest(own, limit) for own in totals]
        return np.repeat(np.arange(queries.n_questions), list(map(len, found[1:]))), np.concatenate(found)

    def overlap(self, queries: Queries, asked: Numbers, texts: Numbers) -> Overlap:
        """Compare question number `asked[i]` with text number `texts[i]`, for all i."""
        known = np.unique(queries.numbers)
        # Few terms of the index are the questions': they get small numbers, 0 means none of them.
        narrow = np.zeros(len(self.terms) + 1, np.int32)
        narrow[known] = np.arange(1, len(known) + 1, dtype=np.int32)
        term_of = np.zeros((queries.n_questions, len(known) + 1), np.int32)
        term_of[queries.owners, narrow[queries.numbers]] = np.arange(1, len(queries.numbers) + 1, dtype=np.int32)
        starts = self.starts[texts]
        pairs, places = expand(starts, self.starts[texts + 1] - starts)
        at = term_of[asked[pairs], narrow[self.ids[places]]]
        hit = np.flatnonzero(at)
        return Overlap(self, queries, asked, texts, pairs[hit], at[hit] - 1, places[hit])

    def _invert(self) -> None:
        order = np.argsort(self.ids, kind="stable")
        rows = np.repeat(np.arange(self.n_texts, dtype=np.int32), np.diff(self.starts))
        self._posting_texts = rows[order]
        self._posting_counts = self.counts[order]
        self._frequencies = np.bincount(self.ids, minlength=len(self.terms))
        self._posting_starts = np.concatenate([[0], np.cumsum(self._frequencies)])

    def _weigh(self) -> None:
        #: idf within this index alone, of each term
        self.own_idf = idf(self._frequencies, self.n_texts).astype(np.float32)
        self.is_code = np.array([is_code(term) for term in self.terms], np.bool_)
        rows = np.repeat(np.arange(self.n_texts), np.diff(self.starts))
        own = self.own_idf[self.ids]
        #: idf sum and length of the tf-idf vector, of each text
        self.mass = np.bincount(rows, weights=own, minlength=self.n_texts).astype(np.float32)
        squares = np.bincount(rows, weights=(own * self.counts) ** 2, minlength=self.n_texts)
        self.norm = np.sqrt(squares).astype(np.float32)

    def saturated(self, places: npt.NDArray[np.int64], texts: npt.NDArray[np.signedinteger]) -> Floats:
        """Return BM25's term frequency of these places, which belong to these texts."""
        return _saturate(self.counts[places], self._saturation[texts])

    def _read_postings(self, queries: Queries) -> tuple[Numbers, Ints, Floats]:
        """Return (question, text, score) of the questions' rarest terms, as many as the budget of postings allows."""
        frequencies = self._frequencies[queries.numbers]
        order = np.lexsort((frequencies, queries.owners))
        owners, frequencies = queries.owners[order], frequencies[order]
        starts = find_starts(owners)
        before = np.cumsum(frequencies) - frequencies
        spent = before + frequencies - np.repeat(before[starts], find_sizes(starts, len(owners)))
        is_chosen = spent <= MAX_POSTINGS
        is_chosen[starts] = True
        chosen = order[is_chosen]
        numbers = queries.numbers[chosen]
        # A term of half of a large knowledge base says little: its first texts stand for all.
        sizes = np.minimum(self._frequencies[numbers], MAX_POSTINGS)
        terms, places = expand(self._posting_starts[numbers], sizes)
        texts = self._posting_texts[places]
        scores = queries.weights[chosen][terms] * _saturate(self._posting_counts[places], self._saturation[texts])
        return queries.owners[chosen][terms].astype(np.int64), texts, scores


@dataclass(frozen=True)
class Overlap:
    """How the terms of questions meet those of texts, pair by pair: shares in [0, 1], float32[n_pairs]."""

    index: TermIndex
    queries: Queries
    asked: Numbers
    texts: Numbers
    #: of each term that both have: its pair, its place in the queries, its place in the index
    _pairs: Numbers
    _at: npt.NDArray[np.integer]
    _places: Numbers

    def asked_share(self) -> Floats:
        """Return the idf share of the question's terms that stand in the text."""
        return _share(self._total(self.queries.weights[self._at]), self.queries.mass[self.asked])

    def told_share(self) -> Floats:
        """Return the idf share of the text's terms that stand in the question."""
        own = self.index.own_idf[self.index.ids[self._places]]
        return _share(self._total(own), self.index.mass[self.texts])

    def cosine(self) -> Floats:
        """Return the cosine of the tf-idf vectors."""
        own = self.index.own_idf[self.index.ids[self._places]] * self.index.counts[self._places]
        norms = self.queries.norm[self.asked] * self.index.norm[self.texts]
        return _share(self._total(self.queries.tf_idf[self._at] * own), norms)

    def bm25(self) -> Floats:
        """Return BM25, divided by the most that this question could get."""
        texts = self.texts[self._pairs]
        scores = self.queries.weights[self._at] * self.index.saturated(self._places, texts)
        return _share(self._total(scores), self.queries.mass[self.asked] * (K1 + 1))

    def codes_missing(self) -> Floats:
        """Return the share of the question's codes and numbers that the text lacks; 0 without codes."""
        wanted = self.queries.codes[self.asked]
        there = self._total(self.index.is_code[self.index.ids[self._places]])
        missing: Floats = np.where(wanted > 0, np.clip(1 - _share(there, wanted), 0, 1), 0).astype(np.float32)
        return missing

    def _total(self, values: npt.NDArray[Any]) -> Floats:
        return np.bincount(self._pairs, weights=values, minlength=len(self.texts)).astype(np.float32)


def weigh(terms: Terms, indexes: Sequence[TermIndex]) -> list[Queries]:
    """Return the questions' queries for each index, their terms weighed over all of them."""
    numbers = [index.find_numbers(terms.names) for index in indexes]
    frequencies = np.zeros(len(terms.names), np.int64)
    for index, own in zip(indexes, numbers, strict=True):
        frequencies += index.frequencies(own)
    weights = idf(frequencies, sum(index.n_texts for index in indexes)).astype(np.float32)
    mass = np.maximum(terms.total(weights), 1e-6).astype(np.float32)
    shared = {
        "mass": mass,
        "norm": np.maximum(np.sqrt(terms.total((weights * terms.counts) ** 2)), 1e-6).astype(np.float32),
        "codes": terms.total(np.array([is_code(name) for name in terms.names], np.float32)).astype(np.float32),
        "unknown": (terms.total(weights * (frequencies == 0)) / mass).astype(np.float32),
    }
    return [_known(terms, own, weights, shared) for own in numbers]


def _known(terms: Terms, numbers: Ints, weights: Floats, shared: Mapping[str, Any]) -> Queries:
    known = np.flatnonzero(numbers >= 0)
    own = weights[known]
    return Queries(terms.owners[known], numbers[known], own, own * terms.counts[known], **shared)


def _find_greatest(scores: npt.NDArray[np.float64], limit: int) -> Numbers:
    """Return the places of the greatest scores above 0, greatest first, the earlier of equals first."""
    places = np.flatnonzero(scores)
    own = scores[places]
    if len(places) > limit:
        least = np.partition(own, len(own) - limit)[len(own) - limit]
        places = places[own >= least]
        own = scores[places]
    best: Numbers = places[np.argsort(-own, kind="stable")[:limit]]
    return best


def _saturate(counts: Floats, saturation: Floats) -> Floats:
    return counts * (K1 + 1) / (counts + saturation)


def _share(part: Floats, whole: Floats) -> Floats:
    share: Floats = np.divide(part, np.maximum(whole, 1e-6), dtype=np.float32)
    return share


def idf(frequency: npt.ArrayLike, n_texts: int) -> npt.NDArray[np.float64]:
    """Return log(1 + (n - df + 0.5) / (df + 0.5)): never negative, most for a term that no text has."""
    df = np.asarray(frequency, np.float64)
    return np.log1p((np.maximum(n_texts - df, 0) + 0.5) / (df + 0.5))
