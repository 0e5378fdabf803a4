"""The tokens of all texts of a segment: what of a question an article tells, word by word.

Promise: immutable; the tokens of an article lie side by side, so that reading them is a copy. Never: an encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge_base.coverage import COVERAGE_SIGNALS, TokenTexts, measure_coverage, weigh_tokens
from knowledge_base.ragged import expand
from nlu.tokens import LARGEST, Tokens

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

#: Wordings of an article whose tokens are compared; the others are there by their vectors and letters.
MAX_WORDINGS = 8


@dataclass(frozen=True)
class TokenStore:
    """Tokens of texts numbered from 0; of row `r` those from `row_starts[r]` to `row_starts[r + 1]`."""

    #: int8[n_tokens, dim]
    codes: npt.NDArray[np.int8]
    #: first token of each text and the end; each text has one at least
    text_starts: Numbers
    row_starts: Numbers
    #: bool[n_texts]
    is_answer: npt.NDArray[np.bool_]
    #: the pieces that any row has, ascending, and how many rows have each
    pieces: npt.NDArray[np.int32]
    counts: npt.NDArray[np.int32]

    def count_rows_with(self, pieces: npt.NDArray[np.int32]) -> Numbers:
        """Return how many rows have each of these pieces: int64[n]."""
        if not len(self.pieces):
            return np.zeros(len(pieces), np.int64)
        at = np.minimum(np.searchsorted(self.pieces, pieces), len(self.pieces) - 1)
        return np.where(self.pieces[at] == pieces, self.counts[at], 0)

    def read(self, rows: Numbers) -> TokenTexts:
        """Return the texts of these rows, article number i standing for `rows[i]`."""
        first, last = self.row_starts[rows], self.row_starts[rows + 1]
        owners, texts = expand(first, last - first)
        sizes = self.text_starts[texts + 1] - self.text_starts[texts]
        spans = zip(self.text_starts[first].tolist(), self.text_starts[last].tolist(), strict=True)
        codes = np.concatenate([self.codes[:0], *(self.codes[start:end] for start, end in spans)])
        vectors = codes.astype(np.float32)
        vectors *= 1 / LARGEST
        return TokenTexts(vectors, np.cumsum(sizes) - sizes, owners, self.is_answer[texts])


class TokenCollector:
    """Takes the tokens of row after row, for a `TokenStore`."""

    def __init__(self, dim: int) -> None:
        self._nothing = np.zeros((1, dim), np.int8)
        self._codes = [self._nothing[:0]]
        self._lengths, self._rows = list[int](), [0]
        self._is_answer = list[bool]()
        self._pieces = [np.zeros(0, np.int32)]

    def add(self, wordings: Sequence[Tokens], passages: Sequence[Tokens]) -> None:
        """Take the next row's texts."""
        texts = [*wordings[:MAX_WORDINGS], *passages]
        for text in texts:
            # a text without tokens is like nothing
            codes = text.codes if len(text.codes) else self._nothing
            self._codes.append(codes)
            self._lengths.append(len(codes))
        self._is_answer += [False] * len(wordings[:MAX_WORDINGS]) + [True] * len(passages)
        self._rows.append(len(self._lengths))
        self._pieces.append(np.unique(np.concatenate([self._pieces[0], *(text.pieces for text in texts)])))

    def finish(self) -> TokenStore:
        """Return the store of the rows added so far."""
        pieces, counts = np.unique(np.concatenate(self._pieces), return_counts=True)
        return TokenStore(
            codes=np.concatenate(self._codes),
            text_starts=np.cumsum([0, *self._lengths]),
            row_starts=np.array(self._rows, np.int64),
            is_answer=np.array(self._is_answer, np.bool_),
            pieces=pieces,
            counts=counts.astype(np.int32),
        )


def cover(asked: Tokens, weights: Floats, store: TokenStore, rows: Numbers) -> Floats:
    """Return how these rows tell what was asked: float32[n_rows, len(COVERAGE_SIGNALS)]."""
    vectors = asked.codes.astype(np.float32)
    vectors *= 1 / LARGEST
    table = np.zeros((len(rows), len(COVERAGE_SIGNALS)), np.float32)
    found = measure_coverage(vectors, weights, store.read(rows))
    table[: len(found)] = found
    return table


def weigh(asked: Tokens, stores: Sequence[TokenStore]) -> Floats:
    """Weigh a question's tokens by how few rows of all stores have them."""
    counts = sum((store.count_rows_with(asked.pieces) for store in stores), np.zeros(len(asked.pieces), np.int64))
    return weigh_tokens(asked.pieces.astype(np.int64), counts, sum(len(store.row_starts) - 1 for store in stores))
