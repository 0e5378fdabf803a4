"""Importing a file: what is new, what changed, what was refused; never half of a row, never twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from crm_core.database import Database
from knowledge_base.articles import archive, find_article, list_versions
from knowledge_base.exporting import export_articles
from knowledge_base.importing.importer import ImportReport, import_file
from knowledge_base.library import read_state
from knowledge_base.models import Article, ArticleStatus, ArticleVersion


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "articles.jsonl"


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def run(database: Database, path: Path, now: datetime, **options: Any) -> ImportReport:
    with database.transaction() as session:
        return import_file(session, path, now=now, author="ann", **options)


PAY = {"id": "pay", "question": "How do I pay?", "answer": "By card."}
RETURN = {"id": "return", "question": "怎么退货？", "answer": "七天内都可以退。", "similar": ["想退货"]}


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.errors)


def test_good_rows_go_in_published_and_bad_rows_are_named(any_database: Database, file: Path, now: datetime) -> None:
    report = run(any_database, write(file, PAY, {"id": "x", "question": "q", "answer": " "}, RETURN), now)
    assert counts(report) == (2, 0, 0, 1)
    assert report.errors[0].line == 2
    with any_database.reading() as session:
        article = find_article(session, "return")
        assert article is not None
        assert (article.language, article.status, article.similar) == ("zh", ArticleStatus.PUBLISHED, ["想退货"])
        assert article.created_at == now


def test_importing_again_changes_nothing(database: Database, file: Path, now: datetime) -> None:
    run(database, write(file, PAY, RETURN), now)
    with database.reading() as session:
        before = read_state(session)
    assert counts(run(database, file, now + timedelta(days=1))) == (0, 0, 2, 0)
    with database.reading() as session:
        assert read_state(session) == before
        assert session.scalar(select(func.count()).select_from(ArticleVersion)) == 2


def test_a_changed_row_becomes_a_new_version(database: Database, file: Path, now: datetime) -> None:
    run(database, write(file, PAY), now)
    assert counts(run(database, write(file, {**PAY, "answer": "Cash only."}), now)) == (0, 1, 0, 0)
    with database.reading() as session:
        article = find_article(session, "pay")
        assert article is not None
        assert (article.version, article.answer) == (2, "Cash only.")
        assert [version.fields["answer"] for version in list_versions(session, article.id)] == [
            "Cash only.",
            "By card.",
        ]


def test_two_languages_of_one_id_are_one_article(database: Database, file: Path, now: datetime) -> None:
    report = run(database, write(file, PAY, {"id": "pay", "question": "怎么付款？", "answer": "刷卡。"}), now)
    assert counts(report) == (2, 0, 0, 0)
    with database.reading() as session:
        assert {a.language for a in session.scalars(select(Article).where(Article.key == "pay"))} == {"zh", "en"}


def test_a_repeated_id_is_refused_with_the_first_line(database: Database, file: Path, now: datetime) -> None:
    report = run(database, write(file, PAY, {**PAY, "answer": "other"}), now)
    assert counts(report) == (1, 0, 0, 1)
    assert "line 1" in report.errors[0].problem
    assert "第 1 行" in report.errors[0].problem_zh


def test_without_id_the_question_finds_the_article_again(database: Database, file: Path, now: datetime) -> None:
    row = {"question": "How do I pay?", "answer": "By card."}
    run(database, write(file, row), now)
    assert counts(run(database, write(file, {**row, "question": "how do i pay"}), now)) == (0, 1, 0, 0)


def test_without_question_the_first_sentence_is_the_heading(database: Database, file: Path, now: datetime) -> None:
    run(database, write(file, {"id": "a", "question": "", "answer": "Open all day. Even on Sunday."}), now)
    with database.reading() as session:
        article = find_article(session, "a")
        assert article is not None
        assert article.question == "Open all day."


def test_a_dry_run_reports_the_same_and_writes_nothing(database: Database, file: Path, now: datetime) -> None:
    write(file, PAY, {"question": "q"}, RETURN)
    dry = run(database, file, now, dry_run=True)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Article)) == 0
        assert read_state(session).change == 0
    assert dry == run(database, file, now)


def test_a_draft_import_never_touches_what_is_live(database: Database, file: Path, now: datetime) -> None:
    run(database, write(file, PAY), now)
    report = run(database, write(file, {**PAY, "answer": "new"}, RETURN), now, draft=True)
    assert counts(report) == (1, 0, 0, 1)
    with database.reading() as session:
        pay, back = find_article(session, "pay"), find_article(session, "return")
        assert pay is not None
        assert back is not None
        assert (pay.answer, pay.status) == ("By card.", ArticleStatus.PUBLISHED)
        assert back.status is ArticleStatus.DRAFT


def test_an_archived_article_comes_back_when_imported(database: Database, file: Path, now: datetime) -> None:
    run(database, write(file, PAY), now)
    with database.transaction() as session:
        article = find_article(session, "pay")
        assert article is not None
        archive(session, article, now=now, author="ann")
    assert counts(run(database, file, now)) == (0, 1, 0, 0)


def test_dates_without_zone_are_the_companys(database: Database, file: Path, now: datetime) -> None:
    run(database, write(file, {**PAY, "valid_until": "2026-12-31"}), now, timezone=ZoneInfo("Asia/Shanghai"))
    with database.reading() as session:
        article = find_article(session, "pay")
        assert article is not None
        assert article.valid_until == datetime(2026, 12, 30, 16, tzinfo=UTC)


def test_unknown_columns_are_reported_once(database: Database, file: Path, now: datetime) -> None:
    report = run(database, write(file, {**PAY, "colour": 1}, {**RETURN, "colour": 2}), now)
    assert report.unknown_columns == ["colour"]
    assert report.to_dict()["unknown_columns"] == ["colour"]


def test_an_export_imports_unchanged(database: Database, file: Path, now: datetime) -> None:
    rich = {
        **RETURN,
        "tags": ["a", "b"],
        "category": "售后",
        "audience": "internal",
        "valid_from": "2026-01-01T00:00+08:00",
    }
    run(database, write(file, PAY, rich), now)
    with database.reading() as session:
        write(file, *export_articles(session))
    assert counts(run(database, file, now)) == (0, 0, 2, 0)
