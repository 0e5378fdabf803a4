"""Which precision of the packaged encoder is the faster one on this machine: measured once, then remembered.

Promise: a choice stays until its file is deleted, because another precision has other vectors. Never: a guess by name.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from pathlib import Path
from typing import cast

from nlu.encoder_onnx import OnnxBackend
from nlu.onnx_graph import GRAPH_FILES, Precision

#: Messages of everyday length, one after another and together, as a worker has them.
_PROBES = (
    "query: 你好，我上周买的水壶坏了，可以换一个新的吗？",
    "query: How long does it take until the refund is on my account?",
    "query: 会员积分多久过期",
    "query: do you ship to Canada",
)
_ROUNDS = 5


def choose_precision(model_folder: Path, choice_file: Path) -> OnnxBackend:
    """Load the precision that was chosen before, else measure all, keep the choice and return the fastest.

    Raises:
        EncoderUnavailable: the model folder is damaged.
    """
    chosen = _read_choice(choice_file)
    if chosen is not None:
        return OnnxBackend(model_folder, chosen)
    backends = {precision: OnnxBackend(model_folder, precision) for precision in GRAPH_FILES}
    seconds = _measure(backends)
    fastest = min(seconds, key=seconds.__getitem__)
    shown = {precision: round(1000 * each, 2) for precision, each in seconds.items()}
    temporary = choice_file.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(json.dumps({"precision": fastest, "milliseconds": shown}) + "\n", encoding="utf-8")
    temporary.replace(choice_file)
    return backends[fastest]


def _read_choice(path: Path) -> Precision | None:
    try:
        chosen = json.loads(path.read_text(encoding="utf-8"))["precision"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return cast(Precision, chosen) if chosen in GRAPH_FILES else None


def _measure(backends: dict[Precision, OnnxBackend]) -> dict[Precision, float]:
    """Give the median seconds of a round of each, in turns, so that a busy moment meets all alike."""
    taken: dict[Precision, list[float]] = {precision: [] for precision in backends}
    for backend in backends.values():
        backend.encode(_PROBES)  # the first run prepares itself
    for _ in range(_ROUNDS):
        for precision, backend in backends.items():
            started = time.perf_counter()
            for probe in _PROBES:
                backend.encode([probe])
            backend.encode(_PROBES * 4)
            taken[precision].append(time.perf_counter() - started)
    return {precision: statistics.median(each) for precision, each in taken.items()}
