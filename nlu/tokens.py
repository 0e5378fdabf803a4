"""The tokens of a text as search compares them one by one: which they are, and what they mean where they stand.

Promise: plain data; any encoder may lack them. Never: a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from nlu.token_projection import TextKind
from nlu.understanding import Vectors

#: A number of a vector in [-1, 1] is kept in a byte.
LARGEST = 127
#: Tokens that are kept of a text: what comes later in a long one is matched by its words.
MAX_TOKENS = 64


@dataclass(frozen=True)
class Tokens:
    """A text's own tokens, without prefix and marks."""

    #: int32[n]: numbers in the model's vocabulary
    pieces: npt.NDArray[np.int32]
    #: int8[n, dim]: unit vectors, see `LARGEST`
    codes: npt.NDArray[np.int8]

    @classmethod
    def of(cls, pieces: Sequence[int], vectors: Vectors) -> Tokens:
        """Round the vectors of a text's first tokens: float32[n, dim], rows of length 1."""
        kept = vectors[:MAX_TOKENS]
        return cls(np.array(pieces[:MAX_TOKENS], np.int32), np.rint(kept * LARGEST).astype(np.int8))


@runtime_checkable
class TokenEncoder(Protocol):
    """An encoder that gives the tokens of what it has encoded."""

    @property
    def token_dim(self) -> int:
        """Length of a token's vector; 0: it gives none after all."""

    def encode_tokens(self, texts: Sequence[str], kind: TextKind) -> list[Tokens]:
        """Return the tokens of texts as "query" or "passage"; of texts encoded just now without another run."""
