"""Words and letters: what counts as a term, which texts share terms with a question, and how much."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base import lexical
from knowledge_base.lexical import Flags, Overlap, Queries, TermIndex, Terms, weigh
from knowledge_base.terms import grams_of, is_negated, plain_form, telling_of, words_of


class TestTerms:
    def test_chinese_words_are_proper_ones(self) -> None:
        assert words_of("怎么申请退货") == ["怎么", "申请", "退货"]

    def test_english_words_are_stems(self) -> None:
        assert words_of("Cancelling orders") == words_of("cancel order")

    @pytest.mark.parametrize(
        ("text", "telling"),
        [
            ("请问怎么申请退货呢", ["申请", "退货"]),
            ("How do I cancel an order?", ["cancel", "order"]),
            ("怎么了", ["怎么", "了"]),
            ("who is it", ["who", "is", "it"]),
        ],
    )
    def test_function_words_tell_nothing_unless_there_are_no_others(self, text: str, telling: list[str]) -> None:
        assert telling_of(words_of(text)) == telling

    @pytest.mark.parametrize("text", ["PPR-9087", "ppr9087", "ＰＰＲ-9087", "PPR_9087"])
    def test_a_code_is_kept_whole_and_in_parts(self, text: str) -> None:
        assert words_of(text) == ["ppr9087", "ppr", "9087"]

    def test_letters_of_both_scripts(self) -> None:
        assert {"退", "货", "退货"} <= set(grams_of("退货"))
        assert {"^pa", "pay", "ay$"} <= set(grams_of("pay"))

    @pytest.mark.parametrize("text", ["我无法登录", "can't log in", "没收到货", "the order was never sent"])
    def test_denials(self, text: str) -> None:
        assert is_negated(text)

    @pytest.mark.parametrize(
        "text", ["能不能退货", "有没有优惠", "特别好", "how do I log in", "是不是正品", "notebook"]
    )
    def test_no_denials(self, text: str) -> None:
        assert not is_negated(text)

    def test_case_spaces_and_punctuation_do_not_matter_to_the_plain_form(self) -> None:
        assert plain_form("How do I  pay?") == plain_form("how do i pay")
        assert plain_form("怎么 付款？") == plain_form("怎么付款")

    @given(st.text(max_size=50))
    def test_any_text_has_terms_or_none(self, text: str) -> None:
        assert all(words_of(text))
        assert all(grams_of(text))


TEXTS = ["red apple pie", "green apple", "apple", "blue sky over red sea", ""]


@pytest.fixture
def index() -> TermIndex:
    return TermIndex.build([text.split() for text in TEXTS])


def query(*texts: str, index: TermIndex) -> Queries:
    return weigh(Terms.of([text.split() for text in texts]), [index])[0]


def search(index: TermIndex, text: str, limit: int, allowed: Flags | None = None) -> list[int]:
    return index.search(query(text, index=index), limit, allowed)[1].tolist()


def overlap(index: TermIndex, text: str, texts: list[int]) -> Overlap:
    return index.overlap(query(text, index=index), np.zeros(len(texts), np.int64), np.array(texts))


class TestSearch:
    def test_rare_words_count_most(self, index: TermIndex) -> None:
        assert search(index, "apple sky", 5)[0] == 3

    def test_short_texts_are_preferred(self, index: TermIndex) -> None:
        assert search(index, "apple", 5) == [2, 1, 0]

    def test_what_is_not_allowed_displaces_nothing(self, index: TermIndex) -> None:
        allowed = np.array([True, True, False, True, True])
        assert search(index, "apple", 1, allowed) == [1]

    def test_unknown_words_find_nothing(self, index: TermIndex) -> None:
        assert not search(index, "zebra", 5)

    def test_no_more_postings_are_read_than_the_budget(self, index: TermIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lexical, "MAX_POSTINGS", 2)
        assert len(search(index, "apple", 5)) == 2
        assert search(index, "apple sky", 5)[0] == 3

    def test_an_index_of_nothing(self) -> None:
        empty = TermIndex.build([])
        assert not search(empty, "apple", 5)


class TestOverlap:
    def test_the_same_words_overlap_fully(self, index: TermIndex) -> None:
        met = overlap(index, "red apple pie", [0, 3, 4])
        assert met.asked_share()[0] == met.told_share()[0] == pytest.approx(1)
        assert met.cosine()[0] == pytest.approx(1)
        assert 0 < met.asked_share()[1] < 1
        assert (met.asked_share()[2], met.told_share()[2], met.cosine()[2], met.bm25()[2]) == (0, 0, 0, 0)

    def test_missing_codes_are_counted(self) -> None:
        codes = TermIndex.build([["ppr9087", "filter"], ["ppr9088", "filter"]])
        assert list(overlap(codes, "ppr9087 filter", [0, 1]).codes_missing()) == [0, 1]

    def test_a_query_without_words_overlaps_nothing(self, index: TermIndex) -> None:
        assert list(overlap(index, "", [0, 1]).asked_share()) == [0, 0]


WORDS = st.lists(st.sampled_from("abcdefgh1"), max_size=6)


@given(st.lists(st.lists(st.sampled_from("abcdef1"), max_size=6), min_size=1, max_size=8), st.lists(WORDS, max_size=4))
def test_shares_stay_shares_and_questions_do_not_disturb_each_other(
    texts: list[list[str]], questions: list[list[str]]
) -> None:
    index = TermIndex.build(texts)
    together = weigh(Terms.of(questions), [index])[0]
    asked, every = np.divmod(np.arange(len(questions) * len(texts)), len(texts))
    met = index.overlap(together, asked, every)
    measures = [Overlap.asked_share, Overlap.told_share, Overlap.cosine, Overlap.bm25, Overlap.codes_missing]
    shares = np.array([measure(met) for measure in measures]).reshape(len(measures), len(questions), len(texts))
    assert np.all((shares >= 0) & (shares <= 1.0001))
    askers, found = index.search(together, 3)
    for number, words in enumerate(questions):
        alone = weigh(Terms.of([words]), [index])[0]
        met = index.overlap(alone, np.zeros(len(texts), np.int64), np.arange(len(texts)))
        assert np.array_equal(shares[:, number], [measure(met) for measure in measures])
        own = found[askers == number].tolist()
        assert own == index.search(alone, 3)[1].tolist()
        assert all(set(texts[text]) & set(words) for text in own)
