"""How well questions find their articles, and how far the probability can be trusted.

Promise: the shipped weights are measured; the sets that they were fitted on are named in
`knowledge_base/training/train.py`. Figures `cold_*` are without an evaluation set, the others by cross-validation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

from bot.benchmarks.quality import Figure
from knowledge_base.probability import shipped_weights
from knowledge_base.training.datasets import Dataset, read_datasets, read_pair
from knowledge_base.training.measuring import examine, measure_calibrated, measure_cold
from knowledge_base.vectors import VectorStore
from nlu.understanding import Encoder

#: By set and measure. `answered_p98`: share of the answerable answered when 98% are to be right, bands chosen on one
#: half of the queries and counted on the other.
GOALS = {
    ("demo", "answered_p98"): 0.80,
    ("demo", "hit_at_3"): 0.95,
    ("demo", "ticketed_p98"): 0.97,
    ("insurance", "answered_p98"): 0.88,
    ("xiaobu", "answered_p95"): 0.70,
    ("xiaobu", "hit_at_1"): 0.87,
    ("zoomcamp", "answered_p95"): 0.75,
    ("zoomcamp", "hit_at_1"): 0.90,
    ("xquad_zh_in_en", "hit_at_1"): 0.88,
    ("xquad_en_in_zh", "hit_at_1"): 0.88,
}
GOALS_OF_ALL = {"cold_precision": 0.95, "calibration_error": 0.03}


def measure(encoder: Encoder, data: Path | None, folder: Path) -> Iterator[Figure]:
    """Yield the figures of the demo company, and of the public sets below `data`."""
    store = VectorStore(encoder, folder)
    for dataset in (_demo(), *(read_datasets(data) if data else ())):
        measured = examine(dataset, store)
        figures = {**measure_calibrated(measured), **measure_cold(measured, shipped_weights())}
        for name, value in figures.items():
            goal = GOALS.get((dataset.name, name), GOALS_OF_ALL.get(name))
            yield Figure(f"knowledge/{dataset.name}/{name}", value, goal, is_share=not name.endswith("_error"))


def _demo() -> Dataset:
    with resources.as_file(resources.files("bot.demo") / "data") as folder:
        demo = read_pair("demo", folder / "articles.jsonl", folder / "evaluation.jsonl")
    return replace(demo, may_teach=False)
