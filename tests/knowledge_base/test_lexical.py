"""Words and letters: what counts as a term, which texts share terms with a question, and how much."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base import lexical
from knowledge_base.lexical import Query, TermIndex, weigh
from knowledge_base.terms import grams_of, is_negated, plain_form, words_of


class TestTerms:
    def test_chinese_words_are_proper_ones(self) -> None:
        assert words_of("怎么申请退货") == ["怎么", "申请", "退货"]

    def test_english_words_are_stems(self) -> None:
        assert words_of("Cancelling orders") == words_of("cancel order")

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


def query(text: str, index: TermIndex) -> Query:
    return weigh(text.split(), [index])[0]


class TestSearch:
    def test_rare_words_count_most(self, index: TermIndex) -> None:
        assert index.search(query("apple sky", index), 5)[0] == 3

    def test_short_texts_are_preferred(self, index: TermIndex) -> None:
        assert list(index.search(query("apple", index), 5)) == [2, 1, 0]

    def test_what_is_not_allowed_displaces_nothing(self, index: TermIndex) -> None:
        allowed = np.array([True, True, False, True, True])
        assert list(index.search(query("apple", index), 1, allowed)) == [1]

    def test_unknown_words_find_nothing(self, index: TermIndex) -> None:
        assert not len(index.search(query("zebra", index), 5))

    def test_no_more_postings_are_read_than_the_budget(self, index: TermIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lexical, "MAX_POSTINGS", 2)
        assert len(index.search(query("apple", index), 5)) == 2
        assert index.search(query("apple sky", index), 5)[0] == 3

    def test_an_index_of_nothing(self) -> None:
        empty = TermIndex.build([])
        assert not len(empty.search(query("apple", empty), 5))


class TestOverlap:
    def test_the_same_words_overlap_fully(self, index: TermIndex) -> None:
        overlap = index.overlap(query("red apple pie", index), np.array([0, 3, 4]))
        assert overlap.asked()[0] == overlap.told()[0] == pytest.approx(1)
        assert overlap.cosine()[0] == pytest.approx(1)
        assert 0 < overlap.asked()[1] < 1
        assert (overlap.asked()[2], overlap.told()[2], overlap.cosine()[2], overlap.bm25()[2]) == (0, 0, 0, 0)

    def test_missing_codes_are_counted(self) -> None:
        codes = TermIndex.build([["ppr9087", "filter"], ["ppr9088", "filter"]])
        overlap = codes.overlap(query("ppr9087 filter", codes), np.array([0, 1]))
        assert list(overlap.codes_missing()) == [0, 1]

    def test_a_query_without_words_overlaps_nothing(self, index: TermIndex) -> None:
        overlap = index.overlap(query("", index), np.array([0, 1]))
        assert list(overlap.asked()) == [0, 0]


@given(
    st.lists(st.lists(st.sampled_from("abcdef1"), max_size=6), min_size=1, max_size=8),
    st.lists(st.sampled_from("abcdefgh1"), max_size=6),
)
def test_shares_stay_shares(texts: list[list[str]], asked: list[str]) -> None:
    index = TermIndex.build(texts)
    overlap = index.overlap(weigh(asked, [index])[0], np.arange(len(texts)))
    for shares in (overlap.asked(), overlap.told(), overlap.cosine(), overlap.bm25(), overlap.codes_missing()):
        assert np.all((shares >= 0) & (shares <= 1.0001))
    found = index.search(weigh(asked, [index])[0], 3)
    assert all(set(texts[number]) & set(asked) for number in found)
