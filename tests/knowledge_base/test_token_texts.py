"""Tokens of articles: kept side by side, counted, read back, and compared with a question's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from crm_core.database import Database
from knowledge_base.coverage import COVERAGE_SIGNALS
from knowledge_base.search import Inquiry, Searcher
from knowledge_base.terms import grams_of, sounds_of
from knowledge_base.token_texts import TokenCollector, TokenStore, cover, weigh
from nlu.testing import HashEncoder
from nlu.token_projection import TextKind
from nlu.tokens import LARGEST, MAX_TOKENS, Tokens
from tests.knowledge_base.conftest import Adder

DIM = 16
WORDING, ANSWER, TOLD = (
    COVERAGE_SIGNALS.index(name) for name in ("tokens_of_wording", "tokens_of_answer", "tokens_told")
)


def tokens(text: str) -> Tokens:
    """Make a token of each letter: its number, and a direction of its own."""
    pieces = [ord(letter) - ord("a") for letter in text]
    return Tokens.of(pieces, np.eye(DIM, dtype=np.float32)[pieces].reshape(len(pieces), DIM))


class SpellingEncoder(HashEncoder):
    """A hash encoder whose tokens are letters."""

    token_dim = DIM

    def encode_tokens(self, texts: list[str], kind: TextKind) -> list[Tokens]:
        return [tokens("".join(letter for letter in text.lower() if "a" <= letter <= "p")) for text in texts]


@pytest.fixture
def store() -> TokenStore:
    collector = TokenCollector(DIM)
    collector.add([tokens("abc"), tokens("ad")], [tokens("ef")])
    collector.add([tokens("")], [])
    collector.add([tokens("ab")], [tokens("gh"), tokens("abc")])
    return collector.finish()


def test_the_texts_of_rows_are_read_back_in_order(store: TokenStore) -> None:
    told = store.read(np.array([2, 0]))
    assert [int(np.argmax(vector)) for vector in told.vectors] == [0, 1, 6, 7, 0, 1, 2, 0, 1, 2, 0, 3, 4, 5]
    assert told.starts.tolist() == [0, 2, 4, 7, 10, 12]
    assert told.owners.tolist() == [0, 0, 0, 1, 1, 1]
    assert told.is_answer.tolist() == [False, True, True, False, False, True]


def test_a_question_finds_its_tokens(store: TokenStore) -> None:
    asked = tokens("abc")
    table = cover(asked, weigh(asked, [store]), store, np.array([0, 1, 2]))
    assert table[:, WORDING] == pytest.approx([1, 0, 5 / 6])
    assert table[:, ANSWER] == pytest.approx([0, 0, 1])
    assert table[:, TOLD] == pytest.approx([1, 0, 1])


def test_tokens_that_few_rows_have_weigh_most(store: TokenStore) -> None:
    assert store.count_rows_with(np.array([0, 2, 4, 9], np.int32)).tolist() == [2, 2, 1, 0]
    common, rare, unknown = weigh(tokens("aej"), [store])
    assert common < rare < unknown
    assert common + rare + unknown == pytest.approx(1)


def test_a_long_text_keeps_its_beginning() -> None:
    kept = tokens("ab" * MAX_TOKENS)
    assert kept.codes.shape == (MAX_TOKENS, DIM)
    assert kept.codes.max() == LARGEST


def test_search_measures_tokens_and_keeps_them(database: Database, tmp_path: Path, add: Adder) -> None:
    add("pay", "how can i pay", "by card")
    add("lamp", "umbrella lamp")
    encoder = SpellingEncoder()
    signals = []
    for _ in range(2):  # the second time from the file
        searcher = Searcher(database, encoder, tmp_path / "index")
        (hits,) = searcher.find_many([Inquiry("can i pay", encoder.encode_queries(["can i pay"])[0], "en")])
        signals.append({hit.key: hit.signals for hit in hits})
    assert signals[0] == signals[1]
    assert signals[0]["pay"]["tokens_told"] == pytest.approx(1)
    assert signals[0]["lamp"]["tokens_told"] < 1


class TestSounds:
    @pytest.mark.parametrize(("one", "other"), [("帐号", "账号"), ("退huo", "退货"), ("fapiao", "发票")])
    def test_what_sounds_the_same_shares_terms(self, one: str, other: str) -> None:
        assert set(grams_of(one)) & set(grams_of(other))

    def test_english_words_have_no_sound_of_their_own(self) -> None:
        assert sounds_of("how do I return this") == []
