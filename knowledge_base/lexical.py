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

from knowledge_base.terms import is_code

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

#: BM25's usual constants (Robertson and Zaragoza, 2009)
K1 = 1.2
B = 0.75
#: Postings that one search reads; 20 terms of 200 texts each. Time grows with it, not with the knowledge base.
MAX_POSTINGS = 4000


@dataclass(frozen=True)
class Query:
    """A question's terms as one index knows them, weighed over the whole knowledge base.

    Arrays are of the terms that the index has, by their numbers, ascending.
    """

    numbers: Ints
    #: idf; terms that nobody wrote weigh most
    weights: Floats
    #: idf times how often the question has the term
    tf_idf: Floats
    #: sum of the idf of all terms of the question
    mass: float
    #: length of the question's tf-idf vector
    norm: float
    #: how many of the question's terms are codes or numbers
    codes: int
    #: share of the mass in terms that no index has
    unknown: float


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

    def search(self, query: Query, limit: int, allowed: Flags | None = None) -> Ints:
        """Return the texts with the highest BM25 over at most MAX_POSTINGS postings, best first.

        `allowed` is bool[n_texts]: others are passed over while searching, so they displace nothing.
        """
        numbers, weights = self._rare_terms(query)
        # A term of half of a large knowledge base says little: its first texts stand for all.
        sizes = np.minimum(self._frequencies[numbers], MAX_POSTINGS)
        terms, places = _expand(self._posting_starts[numbers], sizes)
        texts = self._posting_texts[places]
        scores = weights[terms] * _saturate(self._posting_counts[places], self._saturation[texts])
        if allowed is not None:
            kept = allowed[texts]
            texts, scores = texts[kept], scores[kept]
        order = np.argsort(texts, kind="stable")
        texts, scores = texts[order], scores[order]
        first = np.flatnonzero(np.append(True, texts[1:] != texts[:-1])) if len(texts) else order
        totals = np.add.reduceat(scores, first) if len(texts) else scores
        best = np.argsort(-totals, kind="stable")[:limit]
        found: Ints = texts[first[best]]
        return found

    def overlap(self, query: Query, texts: npt.NDArray[np.signedinteger]) -> Overlap:
        """Compare the question with these texts."""
        starts = self.starts[texts]
        rows, places = _expand(starts, self.starts[texts + 1] - starts)
        ids = self.ids[places]
        if not len(query.numbers):
            at = np.zeros(0, np.int64)
            hit = np.zeros(len(ids), bool)
        else:
            at = np.minimum(np.searchsorted(query.numbers, ids), len(query.numbers) - 1)
            hit = query.numbers[at] == ids
            at = at[hit]
        return Overlap(self, query, texts, rows[hit], at, places[hit])

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

    def _rare_terms(self, query: Query) -> tuple[Ints, Floats]:
        """Return (numbers, weights) of the question's rarest terms, as many as the budget of postings allows."""
        frequencies = self._frequencies[query.numbers]
        order = np.argsort(frequencies, kind="stable")
        spent = np.cumsum(frequencies[order])
        chosen = order[: max(1, int(np.searchsorted(spent, MAX_POSTINGS, side="right")))]
        return query.numbers[chosen], query.weights[chosen]


@dataclass(frozen=True)
class Overlap:
    """How a question's terms meet each of some texts: shares in [0, 1], float32[n_texts]."""

    index: TermIndex
    query: Query
    texts: npt.NDArray[np.signedinteger]
    #: of each term that both have: its text's place in `texts`, its place in the query, its place in the index
    _rows: npt.NDArray[np.int64]
    _at: npt.NDArray[np.int64]
    _places: npt.NDArray[np.int64]

    def asked(self) -> Floats:
        """Return the idf share of the question's terms that stand in the text."""
        return _share(self._total(self.query.weights[self._at]), self.query.mass)

    def told(self) -> Floats:
        """Return the idf share of the text's terms that stand in the question."""
        own = self.index.own_idf[self.index.ids[self._places]]
        return _share(self._total(own), self.index.mass[self.texts])

    def cosine(self) -> Floats:
        """Return the cosine of the tf-idf vectors."""
        own = self.index.own_idf[self.index.ids[self._places]] * self.index.counts[self._places]
        return _share(self._total(self.query.tf_idf[self._at] * own), self.query.norm * self.index.norm[self.texts])

    def bm25(self) -> Floats:
        """Return BM25, divided by the most that this question could get."""
        scores = self.query.weights[self._at] * self.index.saturated(self._places, self.texts[self._rows])
        return _share(self._total(scores), self.query.mass * (K1 + 1))

    def codes_missing(self) -> Floats:
        """Return the share of the question's codes and numbers that the text lacks; 0 without codes."""
        if not self.query.codes:
            return np.zeros(len(self.texts), np.float32)
        there = self._total(self.index.is_code[self.index.ids[self._places]])
        return np.clip(1 - _share(there, self.query.codes), 0, 1)

    def _total(self, values: npt.NDArray[Any]) -> Floats:
        return np.bincount(self._rows, weights=values, minlength=len(self.texts)).astype(np.float32)


def weigh(terms: Sequence[str], indexes: Sequence[TermIndex]) -> list[Query]:
    """Return the question's query for each index, its terms weighed over all of them."""
    counted = Counter(terms)
    names, counts = list(counted), np.fromiter(counted.values(), np.float32, len(counted))
    numbers = [index.find_numbers(names) for index in indexes]
    frequencies = np.zeros(len(names), np.int64)
    for index, own in zip(indexes, numbers, strict=True):
        frequencies += index.frequencies(own)
    weights = idf(frequencies, sum(index.n_texts for index in indexes)).astype(np.float32)
    mass = max(float(weights.sum()), 1e-6)
    shared = {
        "mass": mass,
        "norm": max(float(np.linalg.norm(weights * counts)), 1e-6),
        "codes": sum(map(is_code, names)),
        "unknown": float(weights[frequencies == 0].sum()) / mass,
    }
    return [_known(own, weights, counts, shared) for own in numbers]


def _known(numbers: Ints, weights: Floats, counts: Floats, shared: Mapping[str, Any]) -> Query:
    order = np.argsort(numbers)
    order = order[np.searchsorted(numbers[order], 0) :]
    own = weights[order]
    return Query(numbers=numbers[order], weights=own, tf_idf=own * counts[order], **shared)


def _expand(
    starts: npt.NDArray[np.int64], sizes: npt.NDArray[np.signedinteger]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return (number of the range, place) of every place of the ranges that begin at `starts`."""
    owners = np.repeat(np.arange(len(sizes)), sizes)
    offsets = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return owners, np.repeat(starts, sizes) + offsets


def _saturate(counts: Floats, saturation: Floats) -> Floats:
    return counts * (K1 + 1) / (counts + saturation)


def _share(part: Floats, whole: Floats | float) -> Floats:
    share: Floats = np.divide(part, np.maximum(whole, 1e-6), dtype=np.float32)
    return share


def idf(frequency: npt.ArrayLike, n_texts: int) -> npt.NDArray[np.float64]:
    """Return log(1 + (n - df + 0.5) / (df + 0.5)): never negative, most for a term that no text has."""
    df = np.asarray(frequency, np.float64)
    return np.log1p((np.maximum(n_texts - df, 0) + 0.5) / (df + 0.5))
