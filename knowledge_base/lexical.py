"""Which texts share words with a question: an inverted index with BM25, and idf-weighted overlaps of candidates.

Promise: an index is immutable (threads read it freely); a search touches a bounded number of postings however large the
knowledge base, the rarest terms first. Never: a vector.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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
class Overlap:
    """How a question's terms meet each of some texts; all arrays float32[n_texts], shares in [0, 1]."""

    #: idf mass of the question's terms that stand in the text, of all its mass
    asked: Floats
    #: idf mass of the text's terms that stand in the question, of all its mass
    told: Floats
    #: cosine of the tf-idf vectors
    cosine: Floats
    #: BM25, divided by the most that this question could get
    bm25: Floats
    #: share of the question's codes and numbers that the text lacks; 0 without codes
    codes_missing: Floats


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
        self._mean_length = float(self._lengths.mean()) if self.n_texts else 1.0
        self._invert()
        self._weigh()

    @classmethod
    def build(cls, texts: Iterable[Iterable[str]]) -> TermIndex:
        """Count the terms of each text."""
        counter = TermCounter()
        for text in texts:
            counter.add(text)
        return counter.finish()

    def find_id(self, term: str) -> int | None:
        """Return the number of a term, None when no text has it."""
        return self._term_ids.get(term)

    def frequency(self, term: str) -> int:
        """Return how many texts have the term."""
        number = self._term_ids.get(term)
        return 0 if number is None else int(self._posting_starts[number + 1] - self._posting_starts[number])

    def search(self, query: Query, limit: int, allowed: Flags | None = None) -> Ints:
        """Return the texts with the highest BM25 of at most MAX_POSTINGS postings, best first.

        `allowed` is bool[n_texts]: others are passed over while searching, so they displace nothing.
        """
        postings = [self._postings(number, weight) for number, weight in self._rare_first(query)]
        if not postings:
            return np.empty(0, np.int32)
        texts = np.concatenate([texts for texts, _ in postings])
        scores = np.concatenate([scores for _, scores in postings])
        if allowed is not None:
            kept = allowed[texts]
            texts, scores = texts[kept], scores[kept]
        found, places = np.unique(texts, return_inverse=True)
        totals = np.bincount(places, weights=scores, minlength=len(found))
        best = np.argsort(-totals, kind="stable")[:limit]
        return found[best]

    def overlap(self, query: Query, texts: npt.NDArray[np.signedinteger]) -> Overlap:
        """Compare the question with these texts."""
        rows, places = self._gather(texts)
        ids = self.ids[places]
        numbers, weights, squared = self._query_arrays(query)
        at = np.minimum(np.searchsorted(numbers, ids), max(len(numbers) - 1, 0))
        hit = numbers[at] == ids if len(numbers) else np.zeros(len(ids), bool)
        n = len(texts)
        rows, at, places = rows[hit], at[hit], places[hit]

        def total(values: npt.NDArray[np.floating]) -> Floats:
            return np.bincount(rows, weights=values, minlength=n).astype(np.float32)

        own = self._idf[self.ids[places]]
        counts = self.counts[places]
        norms = K1 * (1 - B + B * self._lengths[texts[rows]] / self._mean_length)
        codes = query.codes
        missing = 1 - total(self._is_code[self.ids[places]].astype(np.float32)) / codes if codes else np.zeros(n)
        saturated = weights[at] * counts * (K1 + 1) / (counts + norms)
        return Overlap(
            asked=_share(total(weights[at]), query.mass),
            told=_share(total(own), self._mass[texts]),
            cosine=_share(total(squared[at] * own * counts), query.norm * self._norm[texts]),
            bm25=_share(total(saturated), query.mass * (K1 + 1)),
            codes_missing=np.clip(missing, 0, 1).astype(np.float32),
        )

    def _invert(self) -> None:
        order = np.argsort(self.ids, kind="stable")
        rows = np.repeat(np.arange(self.n_texts, dtype=np.int32), np.diff(self.starts))
        self._posting_texts = rows[order]
        self._posting_counts = self.counts[order]
        frequencies = np.bincount(self.ids, minlength=len(self.terms))
        self._posting_starts = np.concatenate([[0], np.cumsum(frequencies)])

    def _weigh(self) -> None:
        frequencies = np.diff(self._posting_starts)
        self._idf = idf(frequencies, self.n_texts).astype(np.float32)
        self._is_code = np.array([is_code(term) for term in self.terms], bool)
        rows = np.repeat(np.arange(self.n_texts), np.diff(self.starts))
        own = self._idf[self.ids]
        self._mass = np.bincount(rows, weights=own, minlength=self.n_texts).astype(np.float32)
        squares = np.bincount(rows, weights=(own * self.counts) ** 2, minlength=self.n_texts)
        self._norm = np.sqrt(squares).astype(np.float32)

    def _rare_first(self, query: Query) -> list[tuple[int, float]]:
        """Return (term number, idf) of the question's rarest terms, as many as the budget of postings allows."""
        known = sorted(
            (self.frequency(term), number, weight)
            for term, weight in query.weights.items()
            if (number := self._term_ids.get(term)) is not None
        )
        chosen = list[tuple[int, float]]()
        budget = MAX_POSTINGS
        for frequency, number, weight in known:
            if chosen and frequency > budget:
                break
            chosen.append((number, weight))
            budget -= frequency
        return chosen

    def _postings(self, number: int, weight: float) -> tuple[Ints, npt.NDArray[np.float64]]:
        start, end = self._posting_starts[number], self._posting_starts[number + 1]
        # A term of half of a large knowledge base says little: its first texts stand for all.
        end = min(end, start + MAX_POSTINGS)
        texts, counts = self._posting_texts[start:end], self._posting_counts[start:end]
        norms = K1 * (1 - B + B * self._lengths[texts] / self._mean_length)
        return texts, weight * counts * (K1 + 1) / (counts + norms)

    def _gather(self, texts: npt.NDArray[np.signedinteger]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return (place in `texts`, place in the flat arrays) of every term of these texts."""
        starts = self.starts[texts]
        sizes = self.starts[texts + 1] - starts
        rows = np.repeat(np.arange(len(texts)), sizes)
        offsets = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return rows, np.repeat(starts, sizes) + offsets

    def _query_arrays(self, query: Query) -> tuple[Ints, Floats, Floats]:
        """Return sorted numbers of the question's known terms, their idf, and their tf-idf."""
        known = sorted(
            (number, weight, weight * query.counts[term])
            for term, weight in query.weights.items()
            if (number := self._term_ids.get(term)) is not None
        )
        table = np.array(known, np.float64).reshape(-1, 3)
        return table[:, 0].astype(np.int32), table[:, 1].astype(np.float32), table[:, 2].astype(np.float32)


@dataclass(frozen=True)
class Query:
    """A question's terms with their weights in the whole knowledge base; terms that nobody wrote weigh most."""

    counts: Mapping[str, int]
    weights: Mapping[str, float]
    #: sum of the weights
    mass: float
    #: length of the tf-idf vector
    norm: float
    #: how many terms are codes or numbers
    codes: int
    #: share of the mass in terms that no text has
    unknown: float

    @classmethod
    def of(cls, terms: Sequence[str], indexes: Sequence[TermIndex]) -> Query:
        """Weigh the terms over all parts of the knowledge base."""
        counts = Counter(terms)
        n_texts = sum(index.n_texts for index in indexes)
        weights, unknown = {}, 0.0
        for term in counts:
            frequency = sum(index.frequency(term) for index in indexes)
            weights[term] = float(idf(frequency, n_texts))
            unknown += 0.0 if frequency else weights[term]
        mass = max(sum(weights.values()), 1e-6)
        norm = float(np.sqrt(sum((weights[term] * count) ** 2 for term, count in counts.items())))
        codes = sum(map(is_code, counts))
        return cls(counts, weights, mass, max(norm, 1e-6), codes, unknown / mass)


def _share(part: Floats, whole: Floats | float) -> Floats:
    share: Floats = np.divide(part, np.maximum(whole, 1e-6), dtype=np.float32)
    return share


def idf(frequency: npt.ArrayLike, n_texts: int) -> npt.NDArray[np.float64]:
    """Return log(1 + (n - df + 0.5) / (df + 0.5)): never negative, most for a term that no text has."""
    df = np.asarray(frequency, np.float64)
    return np.log1p((np.maximum(n_texts - df, 0) + 0.5) / (df + 0.5))
