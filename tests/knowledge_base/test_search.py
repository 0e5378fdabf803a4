"""Finding articles: the right one, in the asker's language, and only what the asker may see now."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_core.database import Database
from knowledge_base.articles import archive, get_article, publish, update_article
from knowledge_base.models import ArticleStatus, Audience
from knowledge_base.search import Inquiry, Searcher
from nlu.understanding import Encoder
from tests.knowledge_base.conftest import Adder, Finder

Articles = dict[tuple[str, str], int]


#: Texts that share words with the articles, or do not, in both languages, one of them an article's own question.
ASKED = (
    "怎么付款", "how can i PAY", "可以刷卡吗？退货呢", "开票", "change filter ppr 9087", "turn the cap", "折扣的底价",
    "exchange a size", "what is the weather in Paris", "不想要了怎么退 refund", "发票怎么开", "！？", "PPR-9088", "",
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ASKED), st.sampled_from(["customer", "staff"])), max_size=20))
def test_questions_searched_together_find_what_each_finds_alone(
    articles: Articles, searcher: Searcher, encoder: Encoder, asked: list[tuple[str, str]]
) -> None:
    inquiries = [
        Inquiry(text, encoder.encode_queries([text])[0], ("zh", "en")[number % 2], audience)
        for number, (text, audience) in enumerate(asked)
    ]
    together = searcher.find_many(inquiries)
    for inquiry, hits in zip(inquiries, together, strict=True):
        alone = searcher.find_many([inquiry])[0]
        assert hits == alone
        assert [hit.signals for hit in hits] == [pytest.approx(hit.signals, abs=1e-6) for hit in alone]


class TestFinding:
    @pytest.mark.parametrize(
        ("text", "language", "key"),
        [
            ("怎么付款", "zh", "pay"),
            ("how can i PAY", "en", "pay"),
            ("可以刷卡吗？", "zh", "pay"),
            ("what are your payment methods", "en", "pay"),
            ("开票", "zh", "invoice"),
            ("exchange a size", "en", "exchange"),
        ],
    )
    def test_the_question_or_a_similar_one(
        self, articles: Articles, find: Finder, text: str, language: str, key: str
    ) -> None:
        hits = find(text, language)
        assert hits[0].key == key
        assert hits[0].article_id == articles[key, language]
        assert [hit.probability for hit in hits] == sorted((hit.probability for hit in hits), reverse=True)

    def test_words_of_the_answer_find_it_too(self, articles: Articles, find: Finder) -> None:
        assert find("turn the cap to the left")[0].key == "filter"

    def test_a_code_decides_between_twins(self, articles: Articles, find: Finder) -> None:
        assert find("change filter PPR-9088")[0].key == "filter-b"
        assert find("change filter ppr 9087")[0].key == "filter"

    def test_each_article_comes_once_though_it_has_two_languages(self, articles: Articles, find: Finder) -> None:
        keys = [hit.key for hit in find("pay 付款 return 退货")]
        assert len(keys) == len(set(keys))

    def test_it_is_given_in_the_askers_language(self, articles: Articles, find: Finder) -> None:
        hit = find("怎么付款", "en")[0]
        assert (hit.language, hit.article_id) == ("en", articles["pay", "en"])

    def test_it_is_given_in_another_language_rather_than_not(self, articles: Articles, find: Finder) -> None:
        assert find("发票怎么开", "en")[0].language == "zh"

    def test_an_exact_question_is_surer_than_a_distant_one(self, articles: Articles, find: Finder) -> None:
        sure, unsure = find("How can I pay?")[0], find("what is the weather in Paris")
        assert sure.probability > 0.6
        assert sure.signals["exact"] == 1
        assert all(hit.probability < sure.probability / 2 for hit in unsure)

    @pytest.mark.parametrize("text", ["", " ", "？", "👍", "x" * 5000, "的", "\ud800"])
    def test_any_text_is_answered_with_hits_or_none(self, articles: Articles, find: Finder, text: str) -> None:
        assert all(0 <= hit.probability <= 1 for hit in find(text))

    def test_an_empty_knowledge_base_finds_nothing(self, find: Finder) -> None:
        assert find("how can I pay") == []

    def test_as_many_as_asked_for(self, articles: Articles, find: Finder) -> None:
        assert len(find("how do I change the filter", limit=2)) == 2


class TestWhoSeesWhat:
    def test_customers_never_get_internal_articles(self, articles: Articles, find: Finder) -> None:
        assert find("会员折扣的底价是多少？", "zh", "staff")[0].key == "margin"
        assert find("会员折扣的底价是多少？", "zh", "internal")[0].key == "margin"
        for audience in ("customer", "visitor", ""):
            assert "margin" not in {hit.key for hit in find("会员折扣的底价是多少？", "zh", audience, limit=50)}

    def test_internal_articles_displace_no_others(self, add: Adder, find: Finder) -> None:
        for number in range(40):
            add(f"i{number}", f"secret price list {number}", audience=Audience.INTERNAL)
        add("public", "price list")
        assert [hit.key for hit in find("secret price list")] == ["public"]

    def test_an_internal_translation_is_not_shown_instead(self, add: Adder, find: Finder) -> None:
        add("pay", "怎么付款", "公开的答案", "zh")
        add("pay", "how to pay", "internal answer", "en", audience=Audience.INTERNAL)
        assert find("怎么付款", "en")[0].answer == "公开的答案"
        assert find("怎么付款", "en", "staff")[0].answer == "internal answer"

    @pytest.mark.parametrize("status", [ArticleStatus.DRAFT, ArticleStatus.REVIEW, ArticleStatus.ARCHIVED])
    def test_only_published_articles(self, add: Adder, find: Finder, status: ArticleStatus) -> None:
        add("pay", "how to pay", status=status)
        assert find("how to pay") == []

    def test_only_while_valid(self, add: Adder, find: Finder, now: datetime) -> None:
        day = timedelta(days=1)
        add("sale", "when is the sale", valid_from=now + day, valid_until=now + 3 * day)
        seen = [bool(find("when is the sale", now=now + days * day)) for days in (0, 1, 2, 3)]
        assert seen == [False, True, True, False]
        assert not find("when is the sale")

    def test_the_mask_of_another_time_is_not_reused(self, add: Adder, find: Finder, now: datetime) -> None:
        add("sale", "when is the sale", valid_until=now + timedelta(days=1))
        for _ in range(2):
            assert find("when is the sale", now=now)
            assert not find("when is the sale", now=now + timedelta(days=2))


class TestFollowing:
    def test_a_new_article_is_found_after_refresh(self, articles: Articles, add: Adder, find: Finder) -> None:
        assert find("do you sell umbrellas") == [] or find("do you sell umbrellas")[0].key != "umbrella"
        add("umbrella", "Do you sell umbrellas?")
        assert find("do you sell umbrellas")[0].key == "umbrella"

    def test_nothing_new_costs_nothing(self, articles: Articles, searcher: Searcher) -> None:
        assert searcher.refresh()
        assert not searcher.refresh()

    def test_a_changed_article_is_found_by_its_new_words_only(
        self, articles: Articles, database: Database, find: Finder, now: datetime
    ) -> None:
        find("x")
        with database.transaction() as session:
            article = get_article(session, articles["exchange", "en"])
            update_article(session, article, now=now, author=None, question="Where is the car park?", answer="Below.")
        assert find("where is the car park")[0].answer == "Below."
        assert "exchange" not in {hit.key for hit in find("exchange a size") if hit.signals["exact"]}

    def test_an_archived_article_is_gone_and_comes_back(
        self, articles: Articles, database: Database, find: Finder, now: datetime
    ) -> None:
        assert find("exchange a size")[0].key == "exchange"
        with database.transaction() as session:
            archive(session, get_article(session, articles["exchange", "en"]), now=now, author=None)
        assert "exchange" not in {hit.key for hit in find("exchange a size", limit=50)}
        with database.transaction() as session:
            publish(session, get_article(session, articles["exchange", "en"]), now=now, author=None)
        assert find("exchange a size")[0].key == "exchange"

    def test_a_rolled_back_change_is_never_seen(
        self, database: Database, add: Adder, find: Finder, now: datetime
    ) -> None:
        article_id = add("pay", "how to pay")
        find("x")
        with pytest.raises(RuntimeError), database.transaction() as session:
            update_article(session, get_article(session, article_id), now=now, author=None, answer="never")
            raise RuntimeError
        assert find("how to pay")[0].answer == "An answer."

    def test_two_processes_see_the_same(
        self, articles: Articles, database: Database, encoder: Encoder, searcher: Searcher, find: Finder, add: Adder
    ) -> None:
        find("x")
        other = Searcher(database, encoder, searcher._library._folder)
        add("umbrella", "Do you sell umbrellas?")
        vector = encoder.encode_queries(["umbrellas"])[0]
        theirs = other.find("umbrellas", vector, language="en")
        assert theirs[0].key == "umbrella"
        assert [hit.key for hit in theirs] == [hit.key for hit in find("umbrellas")]


class TestRelated:
    def test_follow_ups_are_of_the_same_category_first(self, articles: Articles, searcher: Searcher) -> None:
        hits = searcher.related(articles["return", "en"], language="en")
        assert hits[0].key == "exchange"
        assert "return" not in {hit.key for hit in hits}
        assert len(hits) <= 3

    def test_customers_are_not_led_to_internal_articles(self, add: Adder, searcher: Searcher) -> None:
        own = add("a", "price list", category="c")
        add("b", "price list secret", category="c", audience=Audience.INTERNAL)
        assert searcher.related(own, language="en") == []
        assert [hit.key for hit in searcher.related(own, language="en", audience="staff")] == ["b"]

    def test_an_article_that_is_gone_leads_nowhere(self, articles: Articles, searcher: Searcher) -> None:
        assert searcher.related(12345, language="en") == []
