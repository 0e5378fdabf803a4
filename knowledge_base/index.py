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

    def search(self, vector: Floats, limit: int, allowed: Allowed | None = None) -> tuple[Ints, Floats]:
        """Return (numbers, cosine similarities) of the nearest allowed vectors, nearest first."""
        limit = min(limit, self.n_vectors)
        if not limit:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parameters = None if allowed is None else allowed.parameters(self._index)
        query = np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        similarities, numbers = self._index.search(query, limit, params=parameters)
        found = numbers[0] >= 0
        return numbers[0][found], similarities[0][found]

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
        # The selector keeps a pointer into this array, so the array lives as long as the selector.
        self._bits = np.packbits(flags, bitorder="little")
        self._selector = faiss.IDSelectorBitmap(self._bits)

    def parameters(self, index: Any) -> Any:
        """Return FAISS's search parameters for this kind of index."""
        faiss = _load_faiss()
        if isinstance(index, faiss.IndexIVF):
            return faiss.SearchParametersIVF(sel=self._selector, nprobe=PROBES)
        return faiss.SearchParameters(sel=self._selector)


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
