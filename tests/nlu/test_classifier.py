from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from nlu import classifier as classifier_module
from nlu.classifier import IntentClassifier, build_classifier
from nlu.errors import NotTrained
from nlu.examples import Example
from nlu.testing import HashEncoder
from nlu.understanding import IntentScore, Vectors

SENTENCES = {
    "greeting": ["hello", "hello there", "hi there", "good morning", "hello again", "你好", "您好", "你好呀"],
    "refund": ["I want a refund", "refund please", "refund my order", "how to get a refund", "我要退款", "怎么退款"],
    "out_of_scope": ["tell me a joke", "tell a joke", "another joke", "讲个笑话", "笑话", "再讲个笑话"],
}  # fmt: skip
EXAMPLES = [Example(text, label) for label, texts in SENTENCES.items() for text in texts]
TASKS = [Example(text, "list_tasks", "staff") for text in ("my tasks", "show my tasks", "list tasks")]
TASKS += [Example(text, "out_of_scope", "customer") for text in ("my tasks", "show my tasks")]
TASKS += [Example(text, "complaint", "customer") for text in ("terrible", "this is terrible")]
ALL = frozenset(SENTENCES)


class CountingEncoder(HashEncoder):
    """Counts the texts that it had to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.encoded: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return super().encode_queries(texts)


def classify(classifier: IntentClassifier, text: str, labels: frozenset[str] = ALL) -> tuple[IntentScore, ...]:
    return classifier.classify(text, HashEncoder().encode_queries([text])[0], labels)


@pytest.fixture(scope="module")
def classifier() -> IntentClassifier:
    return build_classifier(EXAMPLES, HashEncoder())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hello hello", "greeting"),
        ("a refund for my order", "refund"),
        ("给我退款", "refund"),
        ("you好你好", "greeting"),
        ("one more joke", "out_of_scope"),
        ("讲一个笑话", "out_of_scope"),
    ],
)
def test_a_text_has_the_intent_of_the_examples_that_it_is_like(
    classifier: IntentClassifier, text: str, intent: str
) -> None:
    assert classify(classifier, text)[0].intent == intent


def test_scores_are_probabilities_best_first(classifier: IntentClassifier) -> None:
    scores = classify(classifier, "refund")
    assert {score.intent for score in scores} == ALL
    assert sum(score.probability for score in scores) == pytest.approx(1)
    assert [s.probability for s in scores] == sorted((s.probability for s in scores), reverse=True)


def test_a_text_like_nothing_known_is_less_certain_than_a_known_one(classifier: IntentClassifier) -> None:
    unknown, known = classify(classifier, "zzkqxwv"), classify(classifier, "refund my order")
    assert unknown[0].probability < 0.9 < known[0].probability


def test_only_the_asked_labels_are_answered(classifier: IntentClassifier) -> None:
    scores = classify(classifier, "refund", frozenset({"greeting", "out_of_scope", "never_heard_of"}))
    assert {score.intent for score in scores} == {"greeting", "out_of_scope"}


def test_an_audience_s_near_misses_do_not_reach_another() -> None:
    classifier = build_classifier([*EXAMPLES, *TASKS], HashEncoder())
    assert classify(classifier, "my tasks", ALL | {"list_tasks"})[0].intent == "list_tasks"
    assert classify(classifier, "my tasks", ALL | {"complaint"})[0].intent == "out_of_scope"


def test_many_texts_are_classified_as_one_by_one(classifier: IntentClassifier) -> None:
    texts = ["hello", "refund", "joke"]
    labels = [ALL, ALL, frozenset({"greeting", "refund"})]
    vectors = HashEncoder().encode_queries(texts)
    together = classifier.classify_many(texts, vectors, labels)
    for text, text_labels, scores in zip(texts, labels, together, strict=True):
        alone = classify(classifier, text, text_labels)
        assert [s.intent for s in scores] == [s.intent for s in alone]
        assert scores[0].probability == pytest.approx(alone[0].probability, abs=1e-4)
    assert classifier.classify_many([], vectors[:0], []) == []


def test_without_examples_there_is_nothing_to_learn() -> None:
    with pytest.raises(NotTrained):
        build_classifier([], HashEncoder())


def test_labels_without_examples_are_refused(classifier: IntentClassifier) -> None:
    with pytest.raises(NotTrained, match="never_heard_of"):
        classify(classifier, "hello", frozenset({"never_heard_of"}))


def test_a_single_intent_is_certain() -> None:
    classifier = build_classifier([Example("hello", "greeting")], HashEncoder())
    assert classify(classifier, "anything", frozenset({"greeting"})) == (IntentScore("greeting", 1.0),)


def test_a_second_start_neither_encodes_nor_trains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build_classifier(EXAMPLES, HashEncoder(), tmp_path)
    expected = classify(first, "refund please now")
    encoder = CountingEncoder()

    def refuse(*_: object) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr(classifier_module.kernel, "fit", refuse)
    assert classify(build_classifier(EXAMPLES, encoder, tmp_path), "refund please now") == expected
    assert encoder.encoded == []


def test_a_new_example_is_the_only_one_encoded_and_is_learned(tmp_path: Path) -> None:
    classify(build_classifier(EXAMPLES, HashEncoder(), tmp_path), "hello")
    encoder = CountingEncoder()
    grown = [*EXAMPLES, Example("moneyback pronto", "refund")]
    scores = classify(build_classifier(grown, encoder, tmp_path), "moneyback pronto")
    assert encoder.encoded == ["moneyback pronto"]
    assert scores[0].intent == "refund"


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not a zip", b"\x93NUMPY"])
def test_a_damaged_cache_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    expected = classify(build_classifier(EXAMPLES, HashEncoder(), tmp_path), "refund")
    for path in tmp_path.glob("*.npz"):
        path.write_bytes(damage)
    assert classify(build_classifier(EXAMPLES, HashEncoder(), tmp_path), "refund") == expected


def test_another_encoder_does_not_read_this_one_s_vectors(tmp_path: Path) -> None:
    build_classifier(EXAMPLES, HashEncoder(dim=64), tmp_path)
    encoder = CountingEncoder()
    build_classifier(EXAMPLES, encoder, tmp_path)
    assert len(encoder.encoded) == len({example.text for example in EXAMPLES})


def test_the_cache_holds_no_leftovers(tmp_path: Path) -> None:
    for number in range(30):
        examples = [*EXAMPLES, Example(f"extra {number}", "refund")]
        classify(build_classifier(examples, HashEncoder(), tmp_path), "hello")
    assert len(list(tmp_path.glob("intents-*.npz"))) <= 24
    assert len(list(tmp_path.glob("example-features-*.npz"))) == 1
    assert list(tmp_path.glob("*.tmp")) == []


def test_too_many_examples_are_thinned_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier_module, "MAX_EXAMPLES", 9)
    kept = build_classifier(EXAMPLES, HashEncoder()).examples
    assert [sum(e.label == label for e in kept) for label in sorted(SENTENCES)] == [3, 3, 3]


def test_threads_train_once_and_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[int] = []
    fit = classifier_module.kernel.fit

    def count(*arguments: object) -> object:
        trained.append(1)
        return fit(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(classifier_module.kernel, "fit", count)
    classifier = build_classifier(EXAMPLES, HashEncoder(), tmp_path)
    results: list[tuple[IntentScore, ...]] = []
    threads = [threading.Thread(target=lambda: results.append(classify(classifier, "refund"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert len(set(results)) == 1
    assert len(trained) == 1


def test_vectors_of_the_examples_are_left_alone() -> None:
    vectors = HashEncoder().encode_queries([example.text for example in EXAMPLES])
    before = vectors.copy()
    IntentClassifier(EXAMPLES, vectors).prepare([ALL])
    np.testing.assert_array_equal(vectors, before)
