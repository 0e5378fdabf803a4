"""An answer is cut into short passages of whole sentences; the first six are searched by meaning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.passages import MAX_PASSAGES, split_answer

EN = "Bring the receipt and the card that you paid with to any of our stores. "
ZH = "请带上小票和付款用的银行卡，到任意一家门店的服务台办理，当场就能退款到原来的卡里。"


@pytest.mark.parametrize("answer", ["Bring the receipt.", "请带上小票。", "  Bring the receipt.\n"])
def test_a_short_answer_is_one_passage(answer: str) -> None:
    assert split_answer(answer) == [answer.strip()]


@pytest.mark.parametrize("sentence", [EN, ZH])
def test_a_paragraph_is_searched_beyond_its_second_passage(sentence: str) -> None:
    passages = split_answer(sentence * 12)
    assert 2 < len(passages) <= MAX_PASSAGES
    assert all(passage.startswith(sentence.strip()) for passage in passages)


@pytest.mark.parametrize("sentence", [EN, ZH])
def test_of_a_very_long_answer_the_first_passages_are_searched(sentence: str) -> None:
    numbered = "".join(f"{number}: {sentence}" for number in range(100))
    passages = split_answer(numbered)
    assert len(passages) == MAX_PASSAGES
    assert [passage.split(":")[0] for passage in passages] == sorted({p.split(":")[0] for p in passages}, key=int)
    assert passages[0].startswith("0:")


@given(st.text(alphabet=st.sampled_from("ab。.！ \n中文3"), max_size=400))
def test_nothing_but_space_is_lost_or_added(answer: str) -> None:
    joined = "".join(split_answer(answer, limit=10_000))
    assert "".join(joined.split()) == "".join(answer.split())
