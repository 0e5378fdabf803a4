"""What all wordings and languages of an article say for it, and what its neighbours say against it."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge_base.search import Searcher
from nlu.testing import HashEncoder
from nlu.understanding import Vectors
from tests.knowledge_base.conftest import Adder, Finder


class LayeredEncoder(HashEncoder):
    """A hash encoder that gives an inner layer too: the vector's parts in reverse."""

    def encode_features(self, texts: list[str]) -> Vectors:
        vectors = self.encode_queries(texts)
        return np.hstack([vectors, vectors[:, ::-1]])


def test_likeness_is_the_mean_of_the_three_nearest_wordings(add: Adder, find: Finder) -> None:
    add("pay", "how can i pay", similar=["how can i pay now", "so how can i pay", "umbrella"])
    add("return", "how can i pay", similar=["umbrella", "parasol"])
    hits = {hit.key: hit.signals for hit in find("how can i pay")}
    assert hits["pay"]["neighbours"] > 0.8
    assert hits["return"]["neighbours"] < 0.5
    assert hits["pay"]["question_similarity"] == pytest.approx(hits["return"]["question_similarity"])


def test_another_languages_answer_speaks_for_the_article(add: Adder, find: Finder) -> None:
    add("filter", "怎么换滤芯", "见说明书。", "zh")
    add("filter", "something quite different", "turn the cap to the left", "en")
    signals = find("turn the cap", "en")[0].signals
    assert signals["covered"] == 1
    assert signals["other_language"] == 0


def test_a_language_that_the_asker_may_not_see_says_nothing(add: Adder, find: Finder) -> None:
    add("filter", "怎么换滤芯", "见说明书。", "zh")
    add("filter", "something", "turn the cap to the left", "en", audience="internal")
    assert all(hit.signals["covered"] == 0 for hit in find("turn the cap", "en"))


def test_twins_crowd_each_other(add: Adder, find: Finder) -> None:
    for number in range(6):
        add(f"twin{number}", f"when does the store number {number} open on sunday")
    add("lone", "我的发票丢了")
    assert find("store open sunday")[0].signals["crowd"] > find("我的发票丢了", "zh")[0].signals["crowd"] + 0.2


def test_traditional_characters_are_the_simplified_ones(add: Adder, find: Finder) -> None:
    add("invoice", "发票丢了怎么办", "请联系客服。", "zh")
    signals = find("發票丟了怎麼辦", "zh")[0].signals
    assert (signals["exact"], signals["asked"]) == (1, 1)


def test_an_encoder_without_inner_layers_gives_its_vectors_instead(add: Adder, find: Finder) -> None:
    add("pay", "how can i pay")
    signals = find("how do i pay")[0].signals
    assert signals["inner_similarity"] == pytest.approx(signals["question_similarity"], abs=1e-3)


class TestWithInnerLayers:
    @pytest.fixture
    def encoder(self) -> LayeredEncoder:
        return LayeredEncoder()

    def test_they_are_compared_too(self, add: Adder, find: Finder, searcher: Searcher) -> None:
        add("pay", "how can i pay")
        add("umbrella", "do you sell umbrellas")
        signals = {hit.key: hit.signals for hit in find("how do i pay")}
        assert signals["pay"]["inner_similarity"] > signals["umbrella"]["inner_similarity"] + 0.2
