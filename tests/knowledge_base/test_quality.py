"""Floors under the quality of search and of its probability, on a fixed part of the demo company."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from crm_core.database import Database
from knowledge_base.bands import DEFAULT_BANDS, decide
from knowledge_base.probability import shipped_weights
from knowledge_base.search import Searcher
from knowledge_base.training.datasets import Dataset, read_pair
from knowledge_base.training.measuring import Figures, Measured, best_share, calibration_error, examine, measure_cold
from knowledge_base.vectors import VectorStore
from nlu.language import detect
from nlu.understanding import Encoder
from tests.knowledge_base.test_bands import judged

#: Every fourth article of the demo, its queries, and as many that nothing answers.
EVERY = 4


def part_of_the_demo() -> Dataset:
    data = Path(str(resources.files("bot.demo") / "data"))
    demo = read_pair("demo", data / "articles.jsonl", data / "evaluation.jsonl")
    keys = set(sorted({row.key for row in demo.rows})[::EVERY])
    refused = [query for query in demo.queries if query[1] is None]
    queries = [query for query in demo.queries if query[1] in keys] + refused[::EVERY]
    return replace(demo, rows=[row for row in demo.rows if row.key in keys], queries=queries)


@pytest.fixture(scope="module")
def measured(real_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    return examine(part_of_the_demo(), VectorStore(real_encoder, tmp_path_factory.mktemp("vectors")))


@pytest.fixture(scope="module")
def figures(measured: Measured) -> Figures:
    return measure_cold(measured, shipped_weights())


@pytest.mark.model
@pytest.mark.parametrize(
    ("measure", "floor"),
    [("cold_hit_at_1", 0.85), ("cold_hit_at_3", 0.93), ("cold_precision", 0.95), ("cold_refused", 0.97)],
)
def test_quality_does_not_slide(figures: Figures, measure: str, floor: float) -> None:
    value = figures[measure]
    assert value is not None
    assert value >= floor


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    ["what is the weather in Paris", "who won the football match", "今天天气如何", "帮我写一首诗", "Excel里怎么去重"],
)
def test_a_far_off_question_gets_no_suggestion_from_a_small_knowledge_base(
    real_encoder: Encoder, database: Database, articles: dict[tuple[str, str], int], tmp_path: Path, text: str
) -> None:
    searcher = Searcher(database, real_encoder, tmp_path)
    vector = real_encoder.encode_queries([text])[0]
    assert decide(searcher.find(text, vector, language=detect(text)), DEFAULT_BANDS).kind == "ticket"


def test_honest_probabilities_have_no_calibration_error() -> None:
    assert calibration_error(judged(5000)) < 0.03


def test_the_best_share_keeps_its_precision() -> None:
    honest = judged(2000)
    assert 0.2 < best_share(honest, 0.98) < best_share(honest, 0.9) < 1
