"""Which of the offered ones an answer means, and what is no such answer."""

from __future__ import annotations

import pytest

from nlu import picking


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("第二个", 1), ("第2个", 1), ("选2", 1), ("#2", 1), ("2号", 1), ("就第二个吧", 1), ("是第三个", 2),
        ("the second one", 1), ("second", 1), ("option 1", 0), ("the first", 0), ("number two", 1),
        ("最后一个", 2), ("倒数第二个", 1), ("the last one", 2), ("second last", 1), ("第一个，谢谢", 0),
    ],
)  # fmt: skip
def test_a_place_is_picked_by_number_or_order(words: str, place: int) -> None:
    assert picking.read_place(words, 3) == place


@pytest.mark.parametrize(
    "words", ["第四个", "the fifth", "2", "第二季度", "后者", "one", "second quarter", "last week"]
)
def test_what_names_no_place_of_three_picks_none(words: str) -> None:
    assert picking.read_place(words, 3) is None


def test_the_former_and_the_latter_are_of_two() -> None:
    assert [picking.read_place(words, 2) for words in ("前者", "后面那个", "the former", "the latter")] == [0, 1, 0, 1]


@pytest.mark.parametrize("words", ["都不是", "以上都不是", "none of them", "neither", "别人", "someone else"])
def test_none_of_them_is_said_in_both_languages(words: str) -> None:
    assert picking.is_none(words)
    assert not picking.is_all(words)


@pytest.mark.parametrize("words", ["两个都是", "全部", "both", "all of them"])
def test_all_of_them_is_said_in_both_languages(words: str) -> None:
    assert picking.is_all(words)
    assert not picking.is_none(words)


@pytest.mark.parametrize(
    ("words", "core"),
    [
        ("华为那个", "华为"), ("是星澜的", "星澜"), ("技术经理那个", "技术经理"), ("the ERP one", "ERP"),
        ("the one at Huawei", "Huawei"), ("ERP升级那个", "ERP升级"), ("采购总监", "采购总监"),
    ],
)  # fmt: skip
def test_what_tells_one_from_the_others_is_taken_out_of_the_words_round_it(words: str, core: str) -> None:
    assert picking.read_description(words) == core
