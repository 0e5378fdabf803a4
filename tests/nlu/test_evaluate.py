from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.errors import NotTrained
from nlu.evaluate import evaluate_intents
from nlu.examples import Example, read_examples
from nlu.testing import HashEncoder

COLOURS = ["red", "green", "blue", "yellow", "purple", "orange", "black", "white", "brown", "pink"]
CITIES = ["berlin", "paris", "london", "madrid", "rome", "vienna", "prague", "oslo", "dublin", "athens"]
TRAIN = [Example(f"paint the {colour} wall", "paint") for colour in COLOURS]
TRAIN += [Example(f"fly me to {city}", "travel") for city in CITIES]
TEST = [Example("paint the grey wall", "paint"), Example("paint a red wall", "paint"), Example("fly to rome", "travel")]
FAR = [Example("zzz qqq xxx", "whatever"), Example("一二三四五", "out_of_scope")]


def test_a_set_without_out_of_scope_texts_asks_which_intent() -> None:
    result = evaluate_intents(TRAIN, TEST, [], HashEncoder()).to_dict()
    assert result["accuracy"] == result["in_scope_accuracy"] == result["macro_f1"] == 1
    assert result["oos_recall"] is None
    assert result["in_scope_refused"] == 0
    assert result["texts_per_second"] > 0  # type: ignore[operator]
    json.dumps(result)


def test_texts_unlike_the_training_are_refused_at_the_model_s_own_threshold() -> None:
    result = evaluate_intents(TRAIN, TEST, FAR, HashEncoder())
    assert result.oos_recall == 1
    assert (result.n_train, result.n_test, result.n_out_of_scope) == (20, 3, 2)
    assert result.accuracy == 1
    assert result.oos_recall_at_5_percent == 1
    assert 0 <= result.calibration_error <= 1


def test_out_of_scope_texts_of_the_test_file_count_like_those_of_their_own() -> None:
    apart = evaluate_intents(TRAIN, TEST, FAR, HashEncoder()).to_dict()
    mixed = [*TEST, *(Example(example.text, "out_of_scope") for example in FAR)]
    together = evaluate_intents(TRAIN, mixed, [], HashEncoder()).to_dict()
    for figures in (apart, together):
        del figures["texts_per_second"], figures["training_seconds"]
    assert together == apart


def test_out_of_scope_examples_in_the_training_are_learned() -> None:
    jokes = [Example(f"tell me a joke about {city}", "out_of_scope") for city in CITIES]
    result = evaluate_intents(
        [*TRAIN, *jokes], [*TEST, Example("a joke about rome", "out_of_scope")], [], HashEncoder()
    )
    assert result.oos_recall == 1
    assert result.in_scope_accuracy == 1


def test_wrong_labels_cost_accuracy_and_f1() -> None:
    wrong = [Example("paint the red wall", "travel"), Example("fly me to rome", "travel")]
    result = evaluate_intents(TRAIN, wrong, [], HashEncoder())
    assert result.accuracy == 0.5
    assert result.macro_f1 == pytest.approx(2 / 3)
    assert result.calibration_error > 0.2


def test_a_label_that_the_training_lacks_is_never_right() -> None:
    result = evaluate_intents(TRAIN, [Example("paint the red wall", "unknown")], [], HashEncoder())
    assert result.accuracy == 0
    assert result.macro_f1 == 0


@pytest.mark.parametrize(("train", "test"), [([], TEST), (TRAIN, [])])
def test_empty_files_cannot_be_compared(train: list[Example], test: list[Example]) -> None:
    with pytest.raises(NotTrained):
        evaluate_intents(train, test, [], HashEncoder())


def test_files_of_a_development_set_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "oos.jsonl"
    path.write_text('\ufeff{"text": "a", "label": null}\n\n{"text": "b", "label": "x"}\n', encoding="utf-8")
    assert [example.label for example in read_examples(path)] == ["out_of_scope", "x"]
