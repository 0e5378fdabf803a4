"""Nearest vectors, few and many, with and without what may not be seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge_base import index as module
from knowledge_base.errors import IndexUnreadable
from knowledge_base.index import Allowed, Floats, VectorIndex


def vectors(n: int, dim: int = 32) -> Floats:
    drawn = np.random.default_rng(1).normal(size=(n, dim)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.fixture(params=["compared one by one", "in lists"])
def index(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> VectorIndex:
    if request.param == "in lists":
        monkeypatch.setattr(module, "FLAT_VECTORS", 100)
    return VectorIndex.build(vectors(1000))


def test_a_vector_is_its_own_nearest(index: VectorIndex) -> None:
    for number in (0, 500, 999):
        _, numbers, similarities = index.search(vectors(1000)[[number]], 3)
        assert numbers[0] == number
        assert similarities[0] == pytest.approx(1, abs=0.01)
        assert list(similarities) == sorted(similarities, reverse=True)


def test_several_vectors_find_what_each_finds_alone(index: VectorIndex) -> None:
    asked, numbers, _ = index.search(vectors(1000)[:40], 3)
    for number in range(40):
        assert list(numbers[asked == number]) == list(index.search(vectors(1000)[[number]], 3)[1])


def test_what_is_not_allowed_is_never_found(index: VectorIndex) -> None:
    flags = np.arange(1000) % 7 == 0
    _, numbers, _ = index.search(vectors(1000)[[1]], 20, Allowed(flags))
    assert len(numbers) == 20
    assert flags[numbers].all()


def test_nothing_allowed_finds_nothing(index: VectorIndex) -> None:
    assert not len(index.search(vectors(1000)[[1]], 5, Allowed(np.zeros(1000, bool)))[0])


def test_no_vectors_no_hits() -> None:
    empty = VectorIndex.build(np.empty((0, 8), np.float32))
    assert not len(empty.search(np.ones((1, 8), np.float32), 5)[0])


def test_it_is_read_back_as_written(index: VectorIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "x")
    again = VectorIndex.load(tmp_path / "x")
    assert list(again.search(vectors(1000)[[5]], 5)[1]) == list(index.search(vectors(1000)[[5]], 5)[1])


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"no index")
    with pytest.raises(IndexUnreadable):
        VectorIndex.load(tmp_path / "x")
    with pytest.raises(IndexUnreadable):
        VectorIndex.load(tmp_path / "missing")
