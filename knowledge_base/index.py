"""Vectors of texts: which are nearest to a question's. The only importer of faiss.

Promise: an index is immutable and is searched by any number of threads, each on one core; exact while small, lists of
near vectors when large, so that search time hardly grows. Never: a text, a database.

Threads: OpenMP in FAISS beside the encoder's threads makes both slow (a flat search of 1,000 vectors took 7 ms instead
of 0.03 right after the encoder), so FAISS is held to one thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from knowledge_base.errors import IndexUnreadable

if TYPE_CHECKING:
    from types import ModuleType

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: Up to this many vectors are compared one by one (about 0.2 ms); more are put into lists.
FLAT_VECTORS = 4_000
#: Lists per square root of the number of vectors, and lists read by a search.
LISTS_PER_ROOT = 4
PROBES = 32
#: Vectors per list that the lists are learned from.
TRAINING_PER_LIST = 40


class VectorIndex:
    """Unit vectors, numbered from 0 in the order given."""

    def __init__(self, index: Any, dim: int) -> None:
        self._index = index
        self.dim = dim
        self._flat: Floats | None = None
        faiss = _load_faiss()
        if isinstance(index, faiss.IndexFlat):
            # FAISS's own array; comparing several vectors with all of it is three times as fast in one product.
            stored = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * dim) if index.ntotal else np.empty(0, np.float32)
            self._flat = stored.reshape(index.ntotal, dim)

    @classmethod
    def build(cls, vectors: npt.NDArray[np.floating]) -> VectorIndex:
        """Index vectors: floating[n, dim], rows of length 1."""
        faiss = _load_faiss()
        n, dim = vectors.shape
        index = faiss.IndexFlatIP(dim) if n <= FLAT_VECTORS else _train_lists(faiss, vectors)
        for start in range(0, n, FLAT_VECTORS):
            index.add(np.ascontiguousarray(vectors[start : start + FLAT_VECTORS], np.float32))
        return cls(index, dim)

    @property
    def n_vectors(self) -> int:
        """How many vectors it holds."""
        return int(self._index.ntotal)

    def search(self, vectors: Floats, limit: int, allowed: Allowed | None = None) -> tuple[Ints, Ints, Floats]:
        """Return (asked, numbers, cosine similarities) of the nearest allowed vectors, each asked one's nearest first.

        `vectors` is float32[n, dim]; `asked` is the row of it that a number was found for, ascending.
        """
        limit = min(limit, self.n_vectors)
        if not limit or not len(vectors):
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
        if self._flat is not None:
            similarities, numbers = _compare_all(self._flat, vectors, limit, allowed)
        else:
            parameters = None if allowed is None else allowed.parameters()
            similarities, numbers = self._index.search(np.ascontiguousarray(vectors), limit, params=parameters)
        asked, places = np.nonzero(numbers >= 0)
        return asked, numbers[asked, places], similarities[asked, places]

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        _load_faiss().write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Read an index that `save` wrote.

        Raises:
            IndexUnreadable: missing or damaged.
        """
        try:
            index = _load_faiss().read_index(str(path))
        except RuntimeError as error:
            raise IndexUnreadable(f"{path} cannot be read: {error}") from error
        return cls(index, index.d)


class Allowed:
    """Which vectors a search may return. Built once for each audience, used by many searches."""

    def __init__(self, flags: Flags) -> None:
        faiss = _load_faiss()
        #: to be added to similarities
        self.penalties = np.where(flags, np.float32(0), np.float32(-np.inf))
        # The selector keeps a pointer into this array, so the array lives as long as the selector.
        self._bits = np.packbits(flags, bitorder="little")
        self._selector = faiss.IDSelectorBitmap(self._bits)

    def parameters(self) -> Any:
        """Return FAISS's search parameters for near lists."""
        return _load_faiss().SearchParametersIVF(sel=self._selector, nprobe=PROBES)


def _compare_all(stored: Floats, vectors: Floats, limit: int, allowed: Allowed | None) -> tuple[Floats, Ints]:
    """Return (similarities, numbers) of the nearest ones, [n, limit] each; number -1 where fewer are allowed."""
    similarities = vectors @ stored.T
    if allowed is not None:
        similarities += allowed.penalties
    numbers = np.argpartition(similarities, similarities.shape[1] - limit, axis=1)[:, -limit:]
    near = np.take_along_axis(similarities, numbers, axis=1)
    order = np.argsort(-near, axis=1, kind="stable")
    near, numbers = np.take_along_axis(near, order, axis=1), np.take_along_axis(numbers, order, axis=1)
    return near, np.where(np.isfinite(near), numbers, -1)


def _train_lists(faiss: ModuleType, vectors: npt.NDArray[np.floating]) -> Any:
    """Return an empty index of near lists with half-precision vectors, its lists learned from a fixed sample."""
    n, dim = vectors.shape
    n_lists = int(LISTS_PER_ROOT * n**0.5)
    index = faiss.index_factory(dim, f"IVF{n_lists},SQfp16", faiss.METRIC_INNER_PRODUCT)
    index.nprobe = PROBES
    index.cp.niter = 8
    index.cp.min_points_per_centroid = 1  # else FAISS prints a warning
    sample = np.random.default_rng(0).choice(n, min(n, n_lists * TRAINING_PER_LIST), replace=False)
    index.train(np.ascontiguousarray(vectors[np.sort(sample)], np.float32))
    return index


def _load_faiss() -> ModuleType:
    import faiss

    if faiss.omp_get_max_threads() != 1:
        faiss.omp_set_num_threads(1)
    module: ModuleType = faiss
    return module
