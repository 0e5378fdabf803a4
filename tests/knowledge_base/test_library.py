"""Following the database: restarts, imports and large knowledge bases."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from crm_core.database import Database
from knowledge_base import library
from knowledge_base.articles import add_article, get_article, next_change, update_article
from knowledge_base.models import ArticleStatus
from knowledge_base.search import Searcher
from nlu.testing import HashEncoder
from nlu.understanding import Vectors
from tests.knowledge_base.conftest import Adder


class CountingEncoder(HashEncoder):
    """Counts what it encodes, and can be held up."""

    def __init__(self) -> None:
        super().__init__(dim=64)
        self.texts: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.gate.wait(20)
        self.texts.extend(texts)
        return super().encode_queries(texts)


@pytest.fixture
def counting() -> CountingEncoder:
    return CountingEncoder()


def open_searcher(database: Database, encoder: CountingEncoder, tmp_path: Path) -> Searcher:
    return Searcher(database, encoder, tmp_path / "index")


def add_many(database: Database, now: datetime, count: int, word: str = "topic") -> None:
    with database.transaction() as session:
        change = next_change(session)
        for number in range(count):
            add_article(
                session, key=f"{word}{number}", language="en", status=ArticleStatus.PUBLISHED, author=None, now=now,
                change=change, question=f"{word} number {number}", answer=f"answer {number}",
            )  # fmt: skip


def best(searcher: Searcher, encoder: CountingEncoder, text: str) -> str | None:
    hits = searcher.find(text, encoder.encode_queries([text])[0], language="en")
    return hits[0].key if hits else None


def test_a_restart_encodes_nothing_again(
    database: Database, counting: CountingEncoder, tmp_path: Path, add: Adder
) -> None:
    add("pay", "how to pay")
    open_searcher(database, counting, tmp_path).refresh()
    counting.texts.clear()
    open_searcher(database, counting, tmp_path).refresh()
    assert counting.texts == []


def test_only_what_changed_is_encoded(
    database: Database, counting: CountingEncoder, tmp_path: Path, add: Adder, now: datetime
) -> None:
    article_id = add("pay", "how to pay", "by card")
    searcher = open_searcher(database, counting, tmp_path)
    searcher.refresh()
    counting.texts.clear()
    with database.transaction() as session:
        update_article(session, get_article(session, article_id), now=now, author=None, answer="by phone")
    assert searcher.refresh()
    assert counting.texts == ["by phone"]


def test_a_damaged_vector_file_is_made_again(
    database: Database, counting: CountingEncoder, tmp_path: Path, add: Adder
) -> None:
    add("pay", "how to pay")
    open_searcher(database, counting, tmp_path).refresh()
    for path in (tmp_path / "index").iterdir():
        path.write_bytes(b"rubbish" * 1000)
    assert best(open_searcher(database, counting, tmp_path), counting, "how to pay") == "pay"


class TestLargeChanges:
    def test_they_are_taken_in_beside_running_searches(
        self, database: Database, counting: CountingEncoder, tmp_path: Path, add: Adder, now: datetime
    ) -> None:
        add("pay", "how to pay")
        searcher = open_searcher(database, counting, tmp_path)
        searcher.refresh()
        add_many(database, now, 300)
        vector = counting.encode_queries(["how to pay"])[0]
        counting.gate.clear()
        assert not searcher.refresh()
        assert searcher.find("how to pay", vector, language="en")[0].key == "pay"
        assert not searcher.refresh()
        counting.gate.set()
        searcher.refresh(wait=True)
        assert best(searcher, counting, "topic number 299") == "topic299"

    def test_what_was_there_stays_until_its_new_words_are_in(
        self, database: Database, counting: CountingEncoder, tmp_path: Path, now: datetime
    ) -> None:
        add_many(database, now, 150)
        searcher = open_searcher(database, counting, tmp_path)
        searcher.refresh()
        with database.transaction() as session:
            for number in range(1, 151):
                update_article(session, get_article(session, number), now=now, author=None, answer=f"new {number}")
        vector = counting.encode_queries(["topic number 140"])[0]
        counting.gate.clear()
        searcher.refresh()
        assert searcher.find("topic number 140", vector, language="en")[0].answer == "answer 140"
        counting.gate.set()
        searcher.refresh(wait=True)
        assert searcher.find("topic number 140", vector, language="en")[0].answer == "new 141"


class TestSnapshots:
    @pytest.fixture
    def small_limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(library, "SNAPSHOT_ARTICLES", 10)
        monkeypatch.setattr(library, "MAX_RECENT", 20)

    @pytest.mark.usefixtures("small_limits")
    def test_a_restart_reads_the_index_from_disk(
        self, database: Database, counting: CountingEncoder, tmp_path: Path, now: datetime, add: Adder,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        add_many(database, now, 40)
        open_searcher(database, counting, tmp_path).refresh()
        add("pay", "how to pay")
        built = []
        monkeypatch.setattr(library.Library, "_rebuild", built.append)
        searcher = open_searcher(database, counting, tmp_path)
        assert best(searcher, counting, "topic number 33") == "topic33"
        assert best(searcher, counting, "how to pay") == "pay"
        assert built == []

    @pytest.mark.usefixtures("small_limits")
    def test_another_databases_articles_are_not_taken_from_disk(
        self, database: Database, counting: CountingEncoder, tmp_path: Path, now: datetime
    ) -> None:
        add_many(database, now, 30)
        open_searcher(database, counting, tmp_path).refresh()
        with database.transaction() as session:
            for number in range(1, 31):
                update_article(session, get_article(session, number), now=now, author=None, question=f"other {number}")
        searcher = open_searcher(database, counting, tmp_path)
        assert best(searcher, counting, "other 7") == "topic6"
        assert searcher.find("topic number 6", counting.encode_queries(["topic number 6"])[0], language="en")[
            0
        ].question.startswith("other")

    @pytest.mark.usefixtures("small_limits")
    def test_many_changes_are_merged_into_a_new_index(
        self, database: Database, counting: CountingEncoder, tmp_path: Path, now: datetime
    ) -> None:
        add_many(database, now, 30)
        searcher = open_searcher(database, counting, tmp_path)
        searcher.refresh()
        add_many(database, now, 30, "thing")
        searcher.refresh(wait=True)
        assert len(searcher._library.current().views) == 1
        assert best(searcher, counting, "thing number 29") == "thing29"
        assert best(searcher, counting, "topic number 29") == "topic29"

    @pytest.mark.usefixtures("small_limits")
    def test_a_damaged_index_is_built_again(
        self, database: Database, counting: CountingEncoder, tmp_path: Path, now: datetime
    ) -> None:
        add_many(database, now, 30)
        open_searcher(database, counting, tmp_path).refresh()
        for path in (tmp_path / "index").glob("segment-*/*"):
            path.write_bytes(path.read_bytes()[:20])
        assert best(open_searcher(database, counting, tmp_path), counting, "topic number 7") == "topic7"
