"""An encoder for tests: no model, no file, instant, and the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from nlu.text import normalise
from nlu.understanding import Vector, Vectors


class HashEncoder:
    """Texts as sums of hashed character n-grams (1 to 3, words marked at both ends): similar spelling, near vectors.

    Knows no meaning: paraphrases without common letters are strangers, and languages never meet.
    """

    def __init__(self, dim: int = 256) -> None:
        self._dim = dim

    @property
    def name(self) -> str:
        """`hash-` and the length of a vector."""
        return f"hash-{self._dim}"

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode texts: float32[n_texts, dim], rows of length 1."""
        return np.array([self._encode(text) for text in texts], np.float32).reshape(len(texts), self._dim)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode texts, the same as as queries: float32[n_texts, dim], rows of length 1."""
        return self.encode_queries(texts)

    def _encode(self, text: str) -> Vector:
        vector = np.zeros(self._dim, np.float32)
        for gram in _grams(normalise(text)):
            digest = hashlib.sha256(gram.encode("utf-8", "replace")).digest()
            slot = int.from_bytes(digest[:4], "little") % self._dim
            vector[slot] += 1.0 if digest[4] & 1 else -1.0
        length = float(np.linalg.norm(vector))
        if length == 0:  # nothing in it, or everything cancelled out: any unit vector, always the same
            vector[0] = length = 1.0
        return vector / np.float32(length)


def _grams(text: str) -> list[str]:
    marked = f" {text[:2000].lower()} "
    return [marked[i : i + n] for n in (1, 2, 3) for i in range(len(marked) - n + 1)]
