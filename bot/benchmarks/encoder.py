"""How fast each backend of the packaged encoder is, against Sentence Transformers' torch float32 in the same run."""

from __future__ import annotations

from typing import Any

from bot.benchmarks.company import customer_questions
from bot.settings import load_settings
from nlu.text import normalise

TEXTS = 256


def measure() -> dict[str, Any]:
    """Return time, speed-up and nearness of vectors for each backend."""
    from nlu.encoder_benchmark import measure_encoders

    texts = [normalise(text) for text in customer_questions()[:TEXTS]]
    return measure_encoders(load_settings().data_dir / "models", texts)
