"""What of a question an article tells, token by token."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge_base.coverage import COVERAGE_SIGNALS, TokenTexts, measure_coverage, weigh_tokens

SIGNAL = {name: number for number, name in enumerate(COVERAGE_SIGNALS)}
#: Four unlike tokens.
VOUCHER, EXPIRED, STARBUCKS, REFUND = np.eye(4, dtype=np.float32)


def _articles(*articles: list[tuple[bool, list[np.ndarray]]]) -> TokenTexts:
    """Make articles of texts: (is it a passage of the answer, its tokens)."""
    texts = [(number, *text) for number, article in enumerate(articles) for text in article]
    lengths = [len(tokens) for *_, tokens in texts]
    vectors = [token for *_, tokens in texts for token in tokens]
    return TokenTexts(
        vectors=np.array(vectors, np.float32).reshape(-1, 4),
        starts=np.cumsum([0, *lengths])[:-1].astype(np.int64),
        owners=np.array([owner for owner, *_ in texts], np.int64),
        is_answer=np.array([is_answer for _, is_answer, _ in texts], np.bool_),
    )


def _measure(asked: list[np.ndarray], weights: list[float], told: TokenTexts) -> np.ndarray:
    return measure_coverage(np.array(asked, np.float32), np.array(weights, np.float32), told)


def test_an_article_in_the_questions_own_tokens_tells_all_of_it() -> None:
    (row,) = _measure([VOUCHER, EXPIRED], [0.5, 0.5], _articles([(False, [VOUCHER, EXPIRED])]))
    assert row[SIGNAL["tokens_of_wording"]] == pytest.approx(1)
    assert row[SIGNAL["rare_told"]] == pytest.approx(1)
    assert row[SIGNAL["rarest_untold"]] == pytest.approx(0)


def test_a_token_may_be_told_anywhere_in_the_article() -> None:
    in_parts = _articles([(False, [VOUCHER]), (False, [REFUND]), (True, [EXPIRED])])
    (row,) = _measure([VOUCHER, EXPIRED], [0.5, 0.5], in_parts)
    assert row[SIGNAL["tokens_told"]] == pytest.approx(1)
    assert row[SIGNAL["tokens_of_wording"]] < 1


def test_a_rare_token_that_is_not_told_counts_more_than_a_common_one() -> None:
    told = _articles([(False, [VOUCHER, EXPIRED])], [(False, [VOUCHER, STARBUCKS])])
    without_shop, with_shop = _measure([VOUCHER, EXPIRED, STARBUCKS], [0.1, 0.2, 0.7], told)
    assert with_shop[SIGNAL["rare_told"]] > without_shop[SIGNAL["rare_told"]]
    assert with_shop[SIGNAL["rarest_untold"]] == pytest.approx(-0.2)
    assert without_shop[SIGNAL["rarest_untold"]] == pytest.approx(-0.7)


def test_what_is_told_least_decides_whatever_else_is_told() -> None:
    (row,) = _measure([VOUCHER, EXPIRED, STARBUCKS], [0.3, 0.3, 0.4], _articles([(False, [VOUCHER, EXPIRED])]))
    assert row[SIGNAL["third_least_told"]] == pytest.approx(0)
    assert row[SIGNAL["tokens_told"]] == pytest.approx(2 / 3)


def test_an_article_without_an_answer_is_measured_nothing_there() -> None:
    told = _articles([(False, [VOUCHER])], [(False, [VOUCHER]), (True, [EXPIRED])])
    bare, full = _measure([EXPIRED], [1.0], told)
    assert bare[SIGNAL["tokens_of_answer"]] == 0
    assert full[SIGNAL["tokens_of_answer"]] == pytest.approx(1)


def test_articles_are_measured_the_same_alone_and_together() -> None:
    random = np.random.default_rng(0)
    lengths = [[3, 1, 5], [2, 2], [7]]
    articles = []
    for texts in lengths:
        tokens = [random.normal(size=(n, 4)) for n in texts]
        articles.append(
            [(number == 1, list(own / np.linalg.norm(own, axis=1)[:, None])) for number, own in enumerate(tokens)]
        )
    asked = random.normal(size=(5, 4))
    asked /= np.linalg.norm(asked, axis=1)[:, None]
    weights = weigh_tokens([1, 2, 3, 4, 5], [0, 1, 2, 3, 3], 3).tolist()
    together = _measure(list(asked), weights, _articles(*articles))
    alone = [_measure(list(asked), weights, _articles(article))[0] for article in articles]
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_a_question_without_tokens_is_measured_nothing() -> None:
    told = _articles([(False, [VOUCHER])])
    assert not measure_coverage(np.empty((0, 4), np.float32), np.empty(0, np.float32), told).any()


def test_no_articles_give_an_empty_table() -> None:
    assert _measure([VOUCHER], [1.0], _articles()).shape == (0, len(COVERAGE_SIGNALS))


def test_tokens_that_few_articles_have_weigh_more_and_all_weigh_one() -> None:
    weights = weigh_tokens([7, 8, 9], [0, 5, 10], 10)
    assert weights[0] > weights[1] > weights[2] > 0
    assert weights.sum() == pytest.approx(1)


def test_a_count_for_each_token_is_asked_for() -> None:
    with pytest.raises(ValueError, match="2 tokens, but 1 counts"):
        weigh_tokens([1, 2], [1], 3)
