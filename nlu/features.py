"""What intents are told apart by: a text's vector, and where the encoder gives them the states of inner layers.

Promise: any encoder will do. Never: a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from nlu.understanding import Encoder, Vectors


@runtime_checkable
class FeatureEncoder(Protocol):
    """An encoder that gives more than one vector of a text."""

    def encode_features(self, texts: Sequence[str]) -> Vectors:
        """Encode what people ask: float32[n_texts, k * dim], the vectors first; each part of length 1."""


def encode_features(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Encode what people ask: float32[n_texts, k * dim], of which the first `dim` columns are the query vectors."""
    if isinstance(encoder, FeatureEncoder):
        return encoder.encode_features(texts)
    return encoder.encode_queries(texts)


def weigh_parts(features: Vectors, dim: int) -> Vectors:
    """Bring features to length 1, the vector weighing as much as all inner layers together: float32, as `features`.

    The cosine of two rows is then the weighted mean of their parts' cosines.
    """
    parts = features.reshape(len(features), -1, dim)
    weights = np.full(parts.shape[1], 0.5 / max(1, parts.shape[1] - 1))
    weights[0] = 1 - weights[1:].sum()
    lengths = np.linalg.norm(parts, axis=2, keepdims=True) / np.sqrt(weights)[:, None]
    result: Vectors = (parts / np.maximum(lengths, 1e-9)).reshape(features.shape).astype(np.float32)
    return result
