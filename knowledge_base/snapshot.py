"""A large segment on disk, so that a restart builds nothing again.

Promise: what is read back is what was written by the same encoder and format, else it is refused; a new snapshot
replaces the old one at once; other processes may go on reading the old one. Never: a text of an article.
"""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge_base.compact import CompactVectors
from knowledge_base.errors import IndexUnreadable
from knowledge_base.index import VectorIndex
from knowledge_base.lexical import TermIndex
from knowledge_base.segment import DIGEST_BYTES, Segment
from knowledge_base.token_texts import TokenStore

#: Raised with every change of how texts are cut, centred, counted or laid out.
FORMAT = 4
#: Smaller arrays are read into memory.
MAPPED_BYTES = 4_000_000
_TERM_INDEXES = ("question_words", "question_grams", "bodies")
_VECTOR_INDEXES = ("question_index", "passage_index")
_ARRAYS = ("question_starts", "passage_starts", "negated", "chinese")
_TOKENS = ("codes", "text_starts", "row_starts", "is_answer", "pieces", "counts")
_VECTORS = ("question_vectors", "passage_vectors", "inner_vectors")


def save_segment(segment: Segment, folder: Path, encoder_name: str) -> None:
    """Write a segment and its manifest below `folder`, then remove older ones."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"segment-{uuid.uuid4().hex[:12]}"
    target.mkdir()
    for name in _ARRAYS:
        np.save(target / f"{name}.npy", getattr(segment, name))
    for name in _VECTORS:
        vectors: CompactVectors = getattr(segment, name)
        np.save(target / f"{name}.npy", vectors.codes)
        np.save(target / f"{name}-scales.npy", vectors.scales)
    for name in _TOKENS:
        np.save(target / f"tokens-{name}.npy", getattr(segment.tokens, name))
    np.save(target / "digests.npy", np.frombuffer(b"".join(segment.digests), np.uint8))
    for name in _VECTOR_INDEXES:
        getattr(segment, name).save(target / f"{name}.faiss")
    for name in _TERM_INDEXES:
        _save_terms(getattr(segment, name), target, name)
    manifest = {"format": FORMAT, "encoder": encoder_name, "dim": segment.dim, "articles": segment.n_rows}
    # Written last: a folder without a manifest is one that was never finished.
    (target / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    _point_to(folder, target.name)


def load_segment(folder: Path, encoder_name: str, dim: int) -> Segment:
    """Read the current segment; its vectors stay on disk and are read where a search needs them.

    Raises:
        IndexUnreadable: none there, damaged, or of another encoder or format.
    """
    try:
        source = folder / (folder / "current").read_text("utf-8")
        manifest = json.loads((source / "manifest.json").read_text("utf-8"))
        wanted = {"format": FORMAT, "encoder": encoder_name, "dim": dim}
        if any(manifest.get(name) != value for name, value in wanted.items()):
            raise IndexUnreadable(f"{source} was written with {manifest}, needed is {wanted}.")
        return _read(source, dim)
    except (OSError, ValueError, KeyError) as error:
        raise IndexUnreadable(f"The index in {folder} cannot be read: {error}") from error


def _read(source: Path, dim: int) -> Segment:
    digests = np.load(source / "digests.npy").tobytes()
    parts: dict[str, Any] = {name: np.load(source / f"{name}.npy") for name in _ARRAYS}
    parts |= {name: _load_vectors(source, name) for name in _VECTORS}
    parts["tokens"] = TokenStore(**{name: _load_array(source / f"tokens-{name}.npy") for name in _TOKENS})
    parts |= {name: VectorIndex.load(source / f"{name}.faiss") for name in _VECTOR_INDEXES}
    parts |= {name: _load_terms(source, name) for name in _TERM_INDEXES}
    starts = range(0, len(digests), DIGEST_BYTES)
    return Segment(dim=dim, digests=[digests[start : start + DIGEST_BYTES] for start in starts], **parts)


def _load_vectors(source: Path, name: str) -> CompactVectors:
    return CompactVectors(_load_array(source / f"{name}.npy"), np.load(source / f"{name}-scales.npy"))


def _load_array(path: Path) -> npt.NDArray[Any]:
    """Open an array that stays on disk; an empty one cannot."""
    array: npt.NDArray[Any] = np.load(path, mmap_mode="r")
    return array if array.nbytes > MAPPED_BYTES else np.array(array)


def _save_terms(index: TermIndex, target: Path, name: str) -> None:
    (target / f"{name}.terms").write_text("\n".join(index.terms), "utf-8", newline="")
    np.savez(target / f"{name}.npz", starts=index.starts, ids=index.ids, counts=index.counts)


def _load_terms(source: Path, name: str) -> TermIndex:
    text = (source / f"{name}.terms").read_text("utf-8")
    with np.load(source / f"{name}.npz") as arrays:
        return TermIndex(text.split("\n") if text else [], arrays["starts"], arrays["ids"], arrays["counts"])


def _point_to(folder: Path, name: str) -> None:
    """Make `name` the current snapshot in one step, then delete the others."""
    pointer = folder / f"current-{uuid.uuid4().hex[:12]}"
    pointer.write_text(name, "utf-8")
    pointer.replace(folder / "current")
    for other in folder.glob("segment-*"):
        # A half-written folder of another process is left alone: it has no manifest yet.
        if other.name != name and (other / "manifest.json").exists():
            shutil.rmtree(other, ignore_errors=True)
