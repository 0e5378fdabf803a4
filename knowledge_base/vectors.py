"""Texts of the knowledge base -> centred unit vectors, each text encoded once on this machine.

Promise: a restart or a repeated import encodes nothing again; several processes share one file. Centring takes out what
all texts of one language have in common, so that languages meet (hit@1 across languages 0.02 -> 0.55 on a bilingual
service knowledge base). Never: the text itself on disk.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from knowledge_base.terms import script_of
from nlu.features import FeatureEncoder, encode_features
from nlu.token_projection import TextKind
from nlu.tokens import TokenEncoder, Tokens
from nlu.understanding import Encoder, Vector, Vectors

Halves = npt.NDArray[np.float16]
Item = TypeVar("Item")

QUESTION = "question"
PASSAGE = "passage"
#: A question as an inner layer of the encoder has it, nearer to the words than the last one's.
INNER = "inner"
#: Tokens of texts; the number is raised with every other projection.
TOKENS = "tokens-2-"
#: The text by which it is tried whether an encoder gives inner layers.
PROBE = "?"
#: Texts of one call of the encoder: small, so that a message that comes meanwhile waits less than a second.
BATCH_TEXTS = 32
#: SQLite takes at least this many parameters in one statement.
_MAX_PARAMETERS = 500


class VectorStore:
    """The vectors of one encoder, in `vectors-<encoder>.db` below a folder."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._encoder = encoder
        name = hashlib.sha256(f"{encoder.name}/{encoder.dim}".encode()).hexdigest()[:12]
        self._path = folder / f"vectors-{name}.db"
        self._prepare()
        self._has_inner = self._find_inner()
        self._tokens = encoder if isinstance(encoder, TokenEncoder) and encoder.token_dim else None
        self._centres = self._load_centres()

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._encoder.dim

    def centre_queries(self, vectors: Vectors, texts: Sequence[str]) -> Vectors:
        """Centre the vectors of questions that somebody asked: float32[n, dim], rows of length 1."""
        return _unit(vectors - self._centres_of(QUESTION, texts))

    def inner_queries(self, texts: Sequence[str]) -> Vectors | None:
        """Return questions as the inner layer has them: float32[n, dim], rows of length 1.

        None from an encoder without. The encoder has just encoded the texts and remembers them.
        """
        return _unit(self._encode_inner(texts) - self._centres_of(INNER, texts)) if self._has_inner else None

    def inner_questions(self, texts: Sequence[str], outer: Halves) -> Halves:
        """Return articles' questions as the inner layer has them, or `outer` itself from an encoder without."""
        return self._centred(INNER, texts, self._encode_inner) if self._has_inner else outer

    def questions(self, texts: Sequence[str]) -> Halves:
        """Return the centred vectors of articles' questions: float16[n_texts, dim], rows of length 1."""
        return self._centred(QUESTION, texts, self._encoder.encode_queries)

    def passages(self, texts: Sequence[str]) -> Halves:
        """Return the centred vectors of answers' passages: float16[n_texts, dim], rows of length 1."""
        return self._centred(PASSAGE, texts, self._encoder.encode_passages)

    @property
    def token_dim(self) -> int:
        """Length of a token's vector; 0 from an encoder without."""
        return self._tokens.token_dim if self._tokens else 0

    def query_tokens(self, texts: Sequence[str]) -> list[Tokens] | None:
        """Return the tokens of questions that somebody asked, which the encoder has just encoded and remembers."""
        return self._tokens.encode_tokens(texts, "query") if self._tokens else None

    def text_tokens(self, texts: Sequence[str], kind: TextKind) -> list[Tokens]:
        """Return the tokens of articles' questions ("query") or passages, from the file where they are known."""
        if self._tokens is None:
            return [Tokens(np.zeros(0, np.int32), np.zeros((0, 0), np.int8))] * len(texts)
        keys = [_key(f"{TOKENS}{kind}", text) for text in texts]
        known = {key: _unpack(value, self.token_dim) for key, value in self._read_bytes(keys)}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        for batch in _batches(list(missing.items()), BATCH_TEXTS):
            tokens = self._tokens.encode_tokens([text for _, text in batch], kind)
            fresh = {key: own for (key, _), own in zip(batch, tokens, strict=True)}
            self._write_bytes({key: own.pieces.tobytes() + own.codes.tobytes() for key, own in fresh.items()})
            known |= fresh
        return [known[key] for key in keys]

    def count_missing(self, questions: Iterable[str], passages: Iterable[str]) -> int:
        """Return how many of these texts would have to be encoded."""
        kind = INNER if self._has_inner else QUESTION
        keys = {_key(kind, text) for text in questions} | {_key(PASSAGE, text) for text in passages}
        return len(keys) - len(self._read(list(keys)))

    def _centred(self, kind: str, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> Halves:
        raw = self._raw(kind, texts, encode)
        return _unit(raw.astype(np.float32) - self._centres_of(kind, texts)).astype(np.float16)

    def _centres_of(self, kind: str, texts: Sequence[str]) -> Vectors:
        centres = np.array([self._centres[kind, script_of(text)] for text in texts], np.float32)
        return centres.reshape(len(texts), self.dim)

    def _find_inner(self) -> bool:
        """Tell whether the encoder gives inner layers, from the file where that is known already."""
        if not isinstance(self._encoder, FeatureEncoder):
            return False
        known = self._read([_key(INNER, PROBE)])
        return bool(known) or self._encoder.encode_features([PROBE]).shape[1] >= 2 * self._encoder.dim

    def _encode_inner(self, texts: Sequence[str]) -> Vectors:
        dim = self._encoder.dim
        return encode_features(self._encoder, texts)[:, dim : 2 * dim]

    def _raw(self, kind: str, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> Halves:
        keys = [_key(kind, text) for text in texts]
        known = self._read(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        for batch in _batches(list(missing.items()), BATCH_TEXTS):
            vectors = encode([text for _, text in batch]).astype(np.float16)
            fresh = {key: vector for (key, _), vector in zip(batch, vectors, strict=True)}
            self._write(fresh)
            known |= fresh
        return np.array([known[key] for key in keys], np.float16).reshape(len(texts), self.dim)

    def _load_centres(self) -> dict[tuple[str, str], Vector]:
        """Return the mean vector of neutral texts for each kind and language; encoded once, then from the file."""
        shipped = resources.files("knowledge_base").joinpath("neutral.json").read_text("utf-8")
        neutral: dict[str, list[str]] = json.loads(shipped)
        centres = {}
        for language, texts in neutral.items():
            encoders = [(QUESTION, self._encoder.encode_queries), (PASSAGE, self._encoder.encode_passages)]
            if self._has_inner:
                self._raw(INNER, [PROBE], self._encode_inner)
                encoders.append((INNER, self._encode_inner))
            for kind, encode in encoders:
                centres[kind, language] = self._raw(kind, texts, encode).astype(np.float32).mean(axis=0)
        return centres

    def _prepare(self) -> None:
        """Create the file, or start it afresh when it is damaged: it can be made again from the texts."""
        try:
            self._create()
        except sqlite3.DatabaseError:
            self._path.unlink(missing_ok=True)
            self._create()

    def _create(self) -> None:
        with self._connect() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, Halves]:
        return {key: np.frombuffer(value, np.float16) for key, value in self._read_bytes(keys)}

    def _read_bytes(self, keys: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
        found = list[tuple[bytes, bytes]]()
        with self._connect() as connection:
            for batch in _batches(keys, _MAX_PARAMETERS):
                marks = ",".join("?" * len(batch))
                found += connection.execute(f"SELECT key, value FROM vector WHERE key IN ({marks})", batch)  # noqa: S608 - marks only
        return found

    def _write(self, vectors: dict[bytes, Halves]) -> None:
        self._write_bytes({key: vector.tobytes() for key, vector in vectors.items()})

    def _write_bytes(self, values: dict[bytes, bytes]) -> None:
        with self._connect() as connection:
            connection.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)", list(values.items()))

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:
            # The vectors can be made again: no power cut is worth waiting for the disk.
            connection.execute("PRAGMA synchronous = OFF")
            yield connection


def _key(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "replace")).digest()[:16]


def _unpack(value: bytes, dim: int) -> Tokens:
    """Read what `text_tokens` wrote: the pieces of all tokens, then their vectors."""
    n = len(value) // (4 + dim)
    pieces = np.frombuffer(value, np.int32, n)
    return Tokens(pieces, np.frombuffer(value, np.int8, n * dim, offset=pieces.nbytes).reshape(n, dim))


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    unit: Vectors = (vectors / lengths).astype(np.float32)
    return unit


def _batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
