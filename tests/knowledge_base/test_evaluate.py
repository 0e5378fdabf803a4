"""Measuring on labelled queries, and choosing weights and bands from them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm_core.database import Database
from knowledge_base.bands import DEFAULT_BANDS, Bands, load_bands
from knowledge_base.errors import FileUnreadable, TooFewQueries
from knowledge_base.evaluate import calibrate, evaluate
from knowledge_base.models import Calibration
from knowledge_base.probability import shipped_weights
from knowledge_base.queries import LabelledQuery, load_queries, read_queries
from knowledge_base.search import Searcher
from tests.knowledge_base.conftest import Finder

Articles = dict[tuple[str, str], int]

QUERIES = [
    LabelledQuery("怎么付款", "pay", "zh"),
    LabelledQuery("how can I pay", "pay", "en"),
    LabelledQuery("怎么退货呢", "return", "zh"),
    LabelledQuery("can I exchange a size", "exchange", "en"),
    LabelledQuery("会员折扣的底价是多少", "margin", "zh"),
    LabelledQuery("who won the football match", None, "en"),
    LabelledQuery("今天天气如何", None, "zh"),
]


def test_the_figures(articles: Articles, searcher: Searcher, now: datetime) -> None:
    everything = evaluate(searcher, QUERIES, Bands(0.0, 0.0), now=now)
    assert everything.hit_at_1 == everything.hit_at_3 == everything.mrr_at_10 == 1
    assert (everything.answered_rate, everything.refused_rate) == (1, 0)
    assert everything.answered_precision == pytest.approx(5 / 7)
    assert (everything.n, everything.n_answerable, everything.n_answered) == (7, 5, 7)
    nothing = evaluate(searcher, QUERIES, Bands(1.1, 1.0), now=now).to_dict()
    assert (nothing["answered_rate"], nothing["answered_precision"], nothing["refused_rate"]) == (0, None, 1)


def test_a_missing_article_is_a_miss(articles: Articles, searcher: Searcher, now: datetime) -> None:
    figures = evaluate(searcher, [LabelledQuery("how can I pay", "gone", "en")], DEFAULT_BANDS, now=now)
    assert figures.hit_at_1 == 0


def test_evaluating_changes_nothing(articles: Articles, database: Database, searcher: Searcher, now: datetime) -> None:
    evaluate(searcher, QUERIES, DEFAULT_BANDS, now=now)
    with database.reading() as session:
        assert load_queries(session) == []
        assert session.scalar(select(func.count()).select_from(Calibration)) == 0


class TestCalibrating:
    def test_bands_weights_and_queries_are_in_force_afterwards(
        self, articles: Articles, database: Database, searcher: Searcher, find: Finder, now: datetime
    ) -> None:
        before = find("how can I pay")[0].probability
        with database.transaction() as session:
            report = calibrate(session, searcher, QUERIES * 10, promise=0.95, now=now)
        with database.reading() as session:
            assert load_bands(session) == report.bands
            assert len(load_queries(session)) == 70
        assert searcher.refresh()
        assert find("how can I pay")[0].probability > before
        assert report.expected.answered_precision == 1
        assert evaluate(searcher, QUERIES, report.bands, now=now).answered_precision == 1

    def test_calibrating_again_replaces_the_set(
        self, articles: Articles, database: Database, searcher: Searcher, now: datetime
    ) -> None:
        for times in (4, 3):
            with database.transaction() as session:
                calibrate(session, searcher, QUERIES * times, now=now)
        with database.reading() as session:
            assert len(load_queries(session)) == 21

    def test_too_few_queries_are_refused(
        self, articles: Articles, database: Database, searcher: Searcher, now: datetime
    ) -> None:
        with database.transaction() as session, pytest.raises(TooFewQueries, match="20"):
            calibrate(session, searcher, QUERIES, now=now)

    def test_few_queries_hardly_move_the_weights(
        self, articles: Articles, database: Database, searcher: Searcher, now: datetime
    ) -> None:
        with database.transaction() as session:
            calibrate(session, searcher, QUERIES * 3, now=now)
        searcher.refresh()
        moved = abs(searcher.weights.rank - shipped_weights().rank) * shipped_weights().rank_spread
        assert moved.max() < 1


class TestQueryFiles:
    def test_good_lines_and_named_bad_ones(self, tmp_path: Path) -> None:
        lines = [
            '{"text": "怎么付款", "id": "pay"}', '{"text": "x", "id": null, "near": "pay"}', '{"text": "no id"}',
            '{"text": "", "id": null}', "nonsense", '{"text": "number", "id": 7}', '{"text": ["x"], "id": null}',
        ]  # fmt: skip
        (tmp_path / "q.jsonl").write_text("\n".join(lines), "utf-8")
        read = read_queries(tmp_path / "q.jsonl")
        assert [(q.text, q.article_key, q.language) for q in read.queries] == [
            ("怎么付款", "pay", "zh"), ("x", None, "en"), ("number", "7", "en"),
        ]  # fmt: skip
        assert [error.line for error in read.errors] == [3, 4, 5, 7]

    def test_a_file_without_queries_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "q.jsonl").write_text(json.dumps({"question": "q"}), "utf-8")
        with pytest.raises(FileUnreadable):
            read_queries(tmp_path / "q.jsonl")
