"""How much of their wording two texts share: words and pairs of words, Chinese by character, weighted by rarity.

Promise: float32 in [0, 1], 1 for the same words; fast enough for one message against thousands of examples.
Never: meaning; that is the encoder's part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.understanding import Vector, Vectors

_TOKEN = re.compile(r"[a-z\u00c0-\u024f']+|\d+|[\u3400-\u9fff]|[?!]")
#: Words that are read of a text; the rest of a long message repeats its kind.
MAX_TOKENS = 200
#: Terms that more than one text in so many has are multiplied as a dense matrix, which is faster for them.
_COMMON = 64


class WordingIndex:
    """The wording of known texts, by term: which texts have it, and how much it weighs there."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._n_texts = len(texts)
        terms_of = [terms(text) for text in texts]
        rows_of: dict[str, list[int]] = {}
        for row, text_terms in enumerate(terms_of):
            for term in text_terms:
                rows_of.setdefault(term, []).append(row)
        # an unknown term counts as half a text's: it makes a text less like all others
        self._unknown_weight = float(np.log((self._n_texts + 1) / 0.5))
        self._weights = {term: float(np.log((self._n_texts + 1) / (len(rows) + 0.5))) for term, rows in rows_of.items()}
        lengths = np.array([self._length(text_terms) for text_terms in terms_of])
        self._rows = {term: np.array(rows, np.intp) for term, rows in rows_of.items()}
        self._shares = {term: self._weights[term] / lengths[rows] for term, rows in self._rows.items()}

    def similarities(self, text: str) -> Vector:
        """Compare a text with every known one: float32[n_texts], cosines of the weighted terms."""
        text_terms = terms(text)
        known = [term for term in text_terms if term in self._rows]
        if not known:
            return np.zeros(self._n_texts, np.float32)
        length = self._length(text_terms)
        rows = np.concatenate([self._rows[term] for term in known])
        shares = np.concatenate([self._shares[term] * (self._weights[term] / length) for term in known])
        return np.bincount(rows, shares, self._n_texts).astype(np.float32)

    def similarities_of(self, texts: Sequence[str]) -> Vectors:
        """Compare several texts with every known one: float32[len(texts), n_texts]."""
        if not texts:
            return np.zeros((0, self._n_texts), np.float32)
        return np.stack([self.similarities(text) for text in texts])

    def similarities_between(self, these: npt.NDArray[np.intp], those: npt.NDArray[np.intp]) -> Vectors:
        """Compare some known texts with others: float32[len(these), len(those)]; for many at once."""
        common, rare = self._matrices
        result: Vectors = common[these] @ common[those].T
        result += (rare[these] @ rare[those].T).toarray()
        return result

    @cached_property
    def _matrices(self) -> tuple[Vectors, Any]:
        """Give the texts' weighted terms: float32[n_texts, n] of the common ones, sparse of the others."""
        from scipy.sparse import csr_array

        common = np.zeros((self._n_texts, sum(map(self._is_common, self._rows))), np.float32)
        rows, columns, shares = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)], [np.zeros(0)]
        place = 0
        for number, (term, term_rows) in enumerate(self._rows.items()):
            if self._is_common(term):
                common[term_rows, place] = self._shares[term]
                place += 1
            else:
                rows.append(term_rows)
                columns.append(np.full(len(term_rows), number))
                shares.append(self._shares[term])
        values = np.concatenate(shares).astype(np.float32)
        shape = (self._n_texts, len(self._rows))
        return common, csr_array((values, (np.concatenate(rows), np.concatenate(columns))), shape=shape)

    def _is_common(self, term: str) -> bool:
        return len(self._rows[term]) * _COMMON > self._n_texts

    def _length(self, text_terms: set[str]) -> float:
        squares = sum(self._weights.get(term, self._unknown_weight) ** 2 for term in text_terms)
        return float(np.sqrt(squares)) or 1.0


def terms(text: str) -> set[str]:
    """Take a text apart: words, Chinese characters, pairs of neighbours, and what it begins and ends with.

    Numbers of two digits or more are one term: which ticket it is says nothing of what is wanted.
    """
    tokens = ["#" if len(t) > 1 and t.isdigit() else t for t in _TOKEN.findall(text.lower())[:MAX_TOKENS]]
    marked = ["^", *tokens, "$"] if tokens else []
    return set(tokens) | {f"{a} {b}" for a, b in pairwise(marked)}
