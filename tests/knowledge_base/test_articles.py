"""The life of an article: allowed steps, versions, and the counter that other processes follow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from crm_core.database import Database
from knowledge_base.articles import (
    add_article,
    add_pair,
    add_similar_question,
    archive,
    find_article,
    get_article,
    list_versions,
    next_change,
    publish,
    set_status,
    update_article,
)
from knowledge_base.errors import ArticleChanged, ArticleInvalid, ArticleNotFound, StepNotAllowed
from knowledge_base.library import read_state
from knowledge_base.models import ArticleStatus, Audience

PAIR: dict[str, Any] = {
    "question": "几点关门？", "answer": "晚上十点。", "language": "zh", "audience": Audience.CUSTOMER, "author": "ann",
}  # fmt: skip


def test_a_pair_is_published_at_once_and_owned_by_its_author(any_database: Database, now: datetime) -> None:
    with any_database.transaction() as session:
        article = add_pair(session, now=now, **PAIR)
        assert (article.status, article.owner, article.version) == (ArticleStatus.PUBLISHED, "ann", 1)
        assert find_article(session, article.key, "zh") is article
        assert find_article(session, article.key, "en") is None


def test_the_same_question_again_gets_the_new_answer(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        first = add_pair(session, now=now, **PAIR)
        again = add_pair(
            session, now=now, similar=["关门时间"], **{**PAIR, "answer": "九点半。", "question": "几点关门"}
        )
        assert again is first
        assert (first.answer, first.similar, first.version) == ("九点半。", ["关门时间"], 2)
        assert [version.version for version in list_versions(session, first.id)] == [2, 1]


def test_every_change_counts_up_and_nothing_changed_does_not(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        article = add_pair(session, now=now, **PAIR)
        start = read_state(session).change
        assert update_article(session, article, now=now, author=None, answer="九点。")
        assert not update_article(session, article, now=now, author=None, answer="九点。 ")
        assert add_similar_question(session, article, "关门", now=now, author=None)
        assert not add_similar_question(session, article, "关门", now=now, author=None)
        assert read_state(session).change == start + 2 == article.change


def test_steps_follow_the_table(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        article = add_article(
            session, key="k", language="en", status=ArticleStatus.DRAFT, author=None, now=now, question="q", answer="a"
        )
        set_status(session, article, ArticleStatus.REVIEW, now=now, author="bob")
        publish(session, article, now=now, author="bob")
        with pytest.raises(StepNotAllowed, match="review"):
            set_status(session, article, ArticleStatus.REVIEW, now=now, author="bob")
        archive(session, article, now=now, author="bob")
        archive(session, article, now=now, author="bob")
        assert [v.fields["status"] for v in list_versions(session, article.id)] == [
            "archived", "published", "review", "draft",
        ]  # fmt: skip


def test_a_stale_form_is_refused(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        article = add_pair(session, now=now, **PAIR)
        with pytest.raises(ArticleChanged):
            update_article(session, article, now=now, author=None, expected_version=7, answer="x")


@pytest.mark.parametrize("answer", ["", "  \n", "x" * 60_000, "bad \ud800"])
def test_an_answer_that_cannot_be_given_is_refused(database: Database, now: datetime, answer: str) -> None:
    with database.transaction() as session, pytest.raises(ArticleInvalid):
        add_pair(session, now=now, **{**PAIR, "answer": answer})


def test_an_unknown_id_is_an_error_of_its_own(database: Database) -> None:
    with database.reading() as session, pytest.raises(ArticleNotFound):
        get_article(session, 5)


def test_the_counter_starts_by_itself(any_database: Database) -> None:
    with any_database.transaction() as session:
        assert [next_change(session), next_change(session)] == [1, 2]
