"""A question in one language, an article in the other: which of its words are told, through the dictionary."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.bilingual.dictionary import Dictionary, load_dictionary
from knowledge_base.bilingual.told import translate
from knowledge_base.lexical import TermIndex
from knowledge_base.terms import telling_of, words_of
from knowledge_base.training.make_dictionary import MAX_CHINESE, make, read_entries
from tests.knowledge_base.conftest import Adder, Finder

ENGLISH = (
    "The museum of Warsaw opens at nine.",
    "The museum of Vienna opens at nine.",
    "Where to park near the station.",
)


def told(question: str, articles: tuple[str, ...]) -> list[float]:
    index = TermIndex.build(words_of(text) for text in articles)
    (translated,) = translate([telling_of(words_of(question))], [index])
    every = np.arange(len(articles))
    return translated.told_share(index, np.zeros_like(every), every).tolist()


class TestShareThatIsTold:
    def test_a_name_tells_which_article_is_meant(self) -> None:
        warsaw, vienna, parking = told("华沙博物馆几点开", ENGLISH)
        assert warsaw > vienna + 0.2
        assert vienna > parking

    def test_it_works_the_other_way_round(self) -> None:
        warsaw, vienna = told("When does the museum in Warsaw open?", ("华沙博物馆", "维也纳博物馆"))
        assert warsaw > vienna + 0.2

    @pytest.mark.parametrize(
        ("plain", "wordy"), [("华沙 博物馆", "请问华沙的博物馆在哪里呢"), ("Warsaw", "where is Warsaw")]
    )
    def test_function_words_do_not_count(self, plain: str, wordy: str) -> None:
        assert told(plain, (*ENGLISH, "华沙")) == pytest.approx(told(wordy, (*ENGLISH, "华沙")))

    def test_english_words_are_found_in_any_form(self) -> None:
        assert told("退款", ("Refunds take three days.",))[0] == pytest.approx(1)

    def test_of_several_translations_of_a_word_one_is_enough(self) -> None:
        articles = ("An invoice comes by mail.", "An invoice or receipt comes by mail.", "A receipt comes by mail.")
        assert told("发票", articles) == pytest.approx([1, 1, 1])

    def test_codes_and_names_that_both_write_alike_count(self) -> None:
        right, wrong = told("PPR-9087 的滤芯", ("Cap of the PPR-9087", "Cap of the PPR-9088"))
        assert right > wrong

    def test_words_that_no_article_has_weigh_against_all(self) -> None:
        plain, with_unknown = (told(text, ENGLISH)[0] for text in ("华沙博物馆", "华沙博物馆巧克力"))
        assert 0 < with_unknown < plain

    @pytest.mark.parametrize("text", ["", "？！"])
    def test_a_question_without_words_is_told_nowhere(self, text: str) -> None:
        assert told(text, ENGLISH) == [0, 0, 0]

    def test_an_empty_knowledge_base_tells_nothing(self) -> None:
        index = TermIndex.build([])
        (translated,) = translate([["华沙"]], [index])
        nothing = np.zeros(0, np.int64)
        assert len(translated.told_share(index, nothing, nothing)) == 0

    def test_questions_together_are_told_as_one_by_one(self) -> None:
        questions = ["华沙博物馆几点开", "车站附近哪里可以停车", ""]
        index = TermIndex.build(words_of(text) for text in ENGLISH)
        (translated,) = translate([telling_of(words_of(text)) for text in questions], [index])
        asked, texts = np.repeat(np.arange(3), 3), np.tile(np.arange(3), 3)
        alone = [share for text in questions for share in told(text, ENGLISH)]
        assert translated.told_share(index, asked, texts).tolist() == pytest.approx(alone)

    def test_rarity_is_counted_over_all_parts_of_the_knowledge_base(self) -> None:
        whole = TermIndex.build(words_of(text) for text in ENGLISH)
        parts = [TermIndex.build([words_of(text)]) for text in ENGLISH]
        words = [telling_of(words_of("华沙博物馆几点开"))]
        (of_whole,) = translate(words, [whole])
        of_parts = translate(words, parts)
        asked, first = np.zeros(1, np.int64), np.zeros(1, np.int64)
        assert of_parts[0].told_share(parts[0], asked, first) == pytest.approx(of_whole.told_share(whole, asked, first))


class TestSearch:
    def test_an_article_in_the_other_language_alone_is_told_through_the_dictionary(
        self, add: Adder, find: Finder
    ) -> None:
        add("warranty", "How long is the warranty of a refrigerator?", "Two years.")
        add("parking", "Where can I park?", "Behind the station.")
        signals = {hit.key: hit.signals for hit in find("冰箱保修多久", "zh")}
        assert signals["warranty"]["told_across"] > signals.get("parking", {"told_across": 0.0})["told_across"] + 0.3

    def test_an_article_that_speaks_the_askers_language_needs_no_dictionary(self, add: Adder, find: Finder) -> None:
        add("warranty", "How long is the warranty of a refrigerator?", "Two years.")
        add("warranty", "冰箱保修多久？", "两年。", "zh")
        assert find("冰箱保修多久", "zh")[0].signals["told_across"] == 0


class TestDictionary:
    def test_it_is_read_as_it_was_written(self) -> None:
        dictionary = Dictionary.of({"退货": {"return": 0.5}, "return": {"退货": 0.5, "返回": 1.0}})
        kept = Dictionary.from_arrays(dictionary.to_arrays())
        assert dict(kept.translate("return")) == {"退货": 0.5, "返回": 1.0}
        assert dict(kept.translate("退货")) == {"return": 0.5}
        assert not dict(kept.translate("返回"))
        assert not dict(kept.translate("unheard"))

    @pytest.mark.parametrize(("word", "translation"), [("华沙", "warsaw"), ("invoic", "发票"), ("优惠券", "coupon")])
    def test_the_shipped_one_knows_both_ways(self, word: str, translation: str) -> None:
        assert dict(load_dictionary().translate(word))[translation] == 1


class TestMakingIt:
    ENTRIES = (
        ("华沙", ["Warsaw, capital of Poland"]),
        ("退货", ["to return merchandise", "to withdraw a product"]),
        ("发票", ["invoice", "receipt; bill (for tax)", "CL:張|张[zhang1]"]),
        ("谚语", ["a short saying that everybody knows"]),
    )

    def made(self, *more: tuple[str, list[str]]) -> Dictionary:
        return make((*self.ENTRIES, *more), {"华沙": 30, "退货": 20, "发票": 50, "谚语": 10})

    def test_short_glosses_translate(self) -> None:
        assert dict(self.made().translate("华沙")) == {"warsaw": 1.0}
        assert dict(self.made().translate("发票")) == {"invoic": 1.0, "receipt": 1.0, "bill": 1.0}

    def test_a_part_of_a_gloss_stands_for_half(self) -> None:
        assert dict(self.made().translate("退货"))["return"] == 0.5

    def test_explanations_are_no_translations(self) -> None:
        assert not dict(self.made().translate("谚语"))

    def test_words_that_nobody_writes_are_left_out(self) -> None:
        assert not dict(self.made(("罕见词", ["rarity"])).translate("罕见词"))

    def test_of_many_translations_the_commonest_stay(self) -> None:
        many = {f"词{number}": number + 1 for number in range(MAX_CHINESE + 5)}
        dictionary = make([(word, ["word"]) for word in many], many)
        kept = dict(dictionary.translate("word"))
        assert len(kept) == MAX_CHINESE
        assert "词0" not in kept

    def test_the_published_file_is_read_packed_or_not(self, tmp_path: Path) -> None:
        text = "# CC-CEDICT\n發票 发票 [fa1 piao4] /invoice/receipt/\n3P 3P [san1 P] /(slang) threesome/\n"
        plain, packed = tmp_path / "cedict_ts.u8", tmp_path / "cedict.gz"
        plain.write_text(text, "utf-8")
        packed.write_bytes(gzip.compress(text.encode()))
        assert list(read_entries(plain)) == list(read_entries(packed)) == [("发票", ["invoice", "receipt"])]
