"""What the classifier has encoded and learned, on disk, so that the next start need not do it again.

Promise: a file is whole or absent; a damaged or foreign one is as good as absent. Never: pickles.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np

from nlu.calibration import Calibration
from nlu.features import encode_features
from nlu.understanding import Encoder, Vector, Vectors

#: Part of every key: goes up when the model or what it learns from changes, so that no old file is taken for new.
MODEL_VERSION = 6
#: Models kept on disk, the last used ones: each set of examples and labels makes one of half a megabyte.
KEPT_HEADS = 24


class ClassifierCache:
    """Vectors and models of one encoder in a folder; `shipped` are vectors that need no file there, by digest."""

    def __init__(self, folder: Path, encoder: Encoder, shipped: Mapping[str, Vector] | None = None) -> None:
        self._folder = folder
        self._encoder = encoder
        self._shipped = shipped or {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give the features of texts: float32[n_texts, k * dim]; encode and keep those that are not known."""
        path = self._folder / f"example-features-{digest(self._encoder.name)}.npz"
        keys = [digest(text) for text in texts]
        own = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._shipped}
        known = self._load_vectors(path) if own else {}
        missing = {key: text for key, text in own.items() if key not in known}
        if missing:
            fresh = encode_features(self._encoder, list(missing.values()))
            known.update(zip(missing, fresh, strict=True))
            kept = {key: known[key] for key in own}
            save_arrays(path, keys=np.array(list(kept), "S"), vectors=np.stack(list(kept.values())))
        rows = [self._shipped[key] if key in self._shipped else known[key] for key in keys]
        return np.stack(rows) if rows else np.zeros((0, self._encoder.dim), np.float32)

    def load_head(self, key: str) -> tuple[Vectors, Calibration, float] | None:
        """Load weights, calibration and refusal threshold of the model kept under a key, if it is there."""
        path = self._head_path(key)
        content = read_arrays(path)
        if content is None or not {"weights", "calibration", "refusal_threshold"} <= content.keys():
            return None
        with suppress(OSError):  # only the order of clearing away depends on it
            path.touch()
        return content["weights"], Calibration(*content["calibration"].tolist()), float(content["refusal_threshold"])

    def save_head(self, key: str, weights: Vectors, calibration: Calibration, refusal_threshold: float) -> None:
        """Keep a model, and drop the ones longest unused."""
        save_arrays(
            self._head_path(key),
            weights=weights,
            calibration=np.array(astuple(calibration)),
            refusal_threshold=np.array(refusal_threshold),
        )
        stored = sorted(self._folder.glob("intents-*.npz"), key=_age_order, reverse=True)
        for path in stored[KEPT_HEADS:]:
            path.unlink(missing_ok=True)

    def _head_path(self, key: str) -> Path:
        return self._folder / f"intents-{digest(f'{MODEL_VERSION} {self._encoder.name} {key}')}.npz"

    def _load_vectors(self, path: Path) -> dict[str, Any]:
        content = read_arrays(path)
        if content is None or not {"keys", "vectors"} <= content.keys():
            return {}
        vectors = content["vectors"]
        if vectors.ndim != 2 or len(vectors) != len(content["keys"]) or vectors.shape[1] % self._encoder.dim:
            return {}
        return dict(zip((key.decode() for key in content["keys"]), content["vectors"], strict=True))


def digest(text: str) -> str:
    """Shorten a text to 24 hexadecimal digits that no other text has."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]


def _age_order(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process cleared it away
        return 0.0


def read_arrays(path: Path) -> dict[str, Any] | None:
    """Read the arrays of a file; None if it is missing or damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def save_arrays(path: Path, **arrays: Any) -> None:
    """Write arrays to a file that appears whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        np.savez(file, **arrays)
    temporary.replace(path)
