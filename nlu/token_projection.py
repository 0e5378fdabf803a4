"""Token states of the packaged encoder -> short vectors in which tokens that mean the same are near, in any language.

Promise: one fixed linear map that comes with the program, 64 numbers for 384; the same for every company. Never:
training (`nlu/adapters/README.md` says how the map came about and what it reaches), a model.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import numpy as np

from nlu.understanding import Language, Vectors

TextKind = Literal["query", "passage"]
FILE = "token_projection.npz"
#: Row of `centres` for each kind and language.
ROWS: dict[tuple[TextKind, Language], int] = {
    ("query", "en"): 0,
    ("query", "zh"): 1,
    ("passage", "en"): 2,
    ("passage", "zh"): 3,
}


@dataclass(frozen=True)
class TokenProjection:
    """What all tokens of a kind and language have in common is taken out, the rest is mapped."""

    #: float32[4, hidden], see ROWS
    centres: Vectors
    #: float32[hidden, dim]
    basis: Vectors

    @property
    def dim(self) -> int:
        """Length of a token's vector."""
        return int(self.basis.shape[1])

    def project(self, states: Vectors, kind: TextKind, language: Language) -> Vectors:
        """Map the last layer's states of a text's own tokens: float32[n, hidden] -> float32[n, dim], rows of length 1.

        The text's own tokens are those between the prefix ("query: ", "passage: ") and the end mark.
        """
        mapped = (states - self.centres[ROWS[kind, language]]) @ self.basis
        lengths = np.linalg.norm(mapped, axis=1, keepdims=True)
        vectors: Vectors = (mapped / np.maximum(lengths, 1e-9)).astype(np.float32)
        return vectors


@functools.cache
def load_token_projection() -> TokenProjection:
    """Return the projection that comes with the program, read once."""
    with resources.files("nlu.adapters").joinpath(FILE).open("rb") as file, np.load(file) as arrays:
        return TokenProjection(arrays["centres"].astype(np.float32), arrays["basis"].astype(np.float32))
